// Package neuvector reads scan reports of NeuVector: what its REST API and its
// command-line scanner give for an image, a container or a node.
//
// See the NeuVector documentation, REST API, "scan report" (RESTScanReport).
package neuvector

import (
	"context"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "neuvector"

// Format reads NeuVector's scan reports.
var Format = format.Format{Name: "neuvector", Title: "NeuVector scan report", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	for _, root := range []string{"", "[]."} {
		at := root + "report."
		n := o.Count(at+"vulnerabilities", at+"modules", at+"checks", at+"secrets", at+"setid_perms", at+"envs", at+"cmds", at+"labels",
			at+"base_os", at+"cvedb_version", at+"vulnerabilities[].package_name", at+"vulnerabilities[].score_v3", at+"vulnerabilities[].feed_rating")
		switch {
		case o.HasAny(at+"vulnerabilities[].resource", at+"vulnerabilities[].vulnerabilityID", root+"kind"):
			// Trivy Operator has a report with vulnerabilities, too.
		case n >= 3 && o.HasAny(at+"vulnerabilities", at+"modules", at+"cvedb_version"),
			o.HasAll(at+"vulnerabilities[].package_name", at+"vulnerabilities[].severity"):
			return format.Match{Verdict: format.Yes, Version: o.Value(at + "cvedb_version"), Score: n + 1}
		case n > 0:
			return format.Match{Score: n, Reason: "a NeuVector report has report.vulnerabilities and report.modules"}
		}
	}
	if o.HasAny("kubernetes_cis_version", "docker_cis_version") && o.Has("items") {
		return format.Match{Verdict: format.NotApplicable, Score: 4, Reason: "this is a compliance report, about settings and not about vulnerabilities"}
	}
	return format.Match{}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	return rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error {
		return r.Each(func() error { return document(r) })
	})
}

func document(r *rows.Reader) error {
	ref := r.To.Begin()
	scan := schema.Scan{Scanner: scanner}
	err := r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "report":
			return readReport(r, ref, &scan)
		case "error_message":
			scan.Incomplete, err = r.Word()
			return err
		}
		return r.Skip()
	})
	if err != nil {
		return err
	}
	return r.To.End(ref, &scan)
}

func readReport(r *rows.Reader, ref format.Ref, scan *schema.Scan) error {
	i := &scan.Image
	var registry, repository, tag, baseOS string
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "vulnerabilities":
			return r.Rows("report.vulnerabilities", func(w *jsonread.Row, where string) error {
				f, v := finding(w, baseOS)
				return r.Finding(ref, where, f, v, w)
			})
		case "image_id":
			i.ConfigDigest, err = r.Word()
			i.ConfigDigest = rows.Digest(i.ConfigDigest)
		case "digest":
			i.Digest, err = r.Word()
			i.Digest = rows.Digest(i.Digest)
		case "registry":
			registry, err = r.Word()
		case "repository":
			repository, err = r.Word()
		case "tag":
			tag, err = r.Word()
		case "base_os":
			baseOS, err = r.Word()
		case "size":
			var size float64
			size, err = r.Score()
			i.Size = int64(size)
		case "created_at":
			i.Created, err = r.Time()
		case "cvedb_version":
			scan.DatabaseVersion, err = r.Word()
		case "labels":
			err = r.Members(func(key []byte) error {
				name := string(key)
				value, err := r.Word()
				if i.Labels == nil {
					i.Labels = map[string]string{}
				}
				i.Labels[name] = value
				return err
			})
		case "layers":
			err = r.Rows("report.layers", func(w *jsonread.Row, _ string) error {
				if d := rows.Digest(w.Text("digest")); d != "" {
					i.Layers = append(i.Layers, d)
				}
				return nil
			})
		default:
			err = r.Skip()
		}
		return err
	})
	i.Name = rows.Name(registry, repository, tag)
	i.Distribution, i.DistributionVersion, _ = strings.Cut(baseOS, ":")
	return err
}

func finding(w *jsonread.Row, baseOS string) (*schema.Finding, *schema.Vulnerability) {
	v := &schema.Vulnerability{Description: w.Text("description"), Published: seconds(w, "published_timestamp"), Modified: seconds(w, "last_modified_timestamp")}
	f := &schema.Finding{VulnerabilityID: w.Text("name"), PackageName: w.Text("package_name"), InstalledVersion: w.Text("package_version"),
		FixedVersion: w.Text("fixed_version"), SeverityRaw: w.Text("severity"), SeveritySource: scanner, PublishedAt: v.Published}
	// An advisory is another name of a vulnerability only where it has one.
	if list := w.Texts("cves"); len(list) == 1 {
		if list[0] != f.VulnerabilityID {
			f.Aliases = list
		}
	} else {
		w.Keep("cves")
	}
	if link := w.Text("link"); link != "" {
		v.References = []string{link}
	}
	if path := w.Text("file_name"); path != "" {
		f.Paths, f.PackageType = []string{path}, rows.PathType(path)
	} else {
		f.PackageType = rows.OSType(baseOS)
	}
	rows.Score(v, scanner, "3.0", w.Number("score_v3"), w.Text("vectors_v3"))
	rows.Score(v, scanner, "2.0", w.Number("score"), w.Text("vectors"))
	f.CVSS = rows.Best(v)
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	for _, tag := range w.Texts("tags") {
		if strings.EqualFold(tag, "accepted") {
			f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "accepted in NeuVector"
		}
	}
	return f, v
}

func seconds(w *jsonread.Row, name string) time.Time {
	if n := w.Number(name); n > 0 && n < 1<<35 {
		return time.Unix(int64(n), 0).UTC()
	}
	return time.Time{}
}
