package wiz

import (
	"encoding/json"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

// scan is a scan of wizcli.
type scan struct {
	r     *rows.Reader
	is    bool
	ref   format.Ref
	begun bool
	scan  schema.Scan
	// artifacts are the same packages once more in newer versions, and alone in
	// the newest.
	artifacts json.RawMessage
}

func (x *scan) begin() format.Ref {
	if !x.begun {
		x.ref, x.begun = x.r.To.Begin(), true
	}
	return x.ref
}

func (x *scan) member(key string, images *rows.Images) (err error) {
	r := x.r
	switch key {
	case "data", "vulnerabilityFindings":
		if r.Kind() == '[' {
			return r.Rows(key, func(w *jsonread.Row, where string) error { return node(&r.Delivery, images, w, where) })
		}
		return r.Members(func(key []byte) error { return x.member(string(key), images) })
	case "nodes":
		return r.Rows("nodes", func(w *jsonread.Row, where string) error { return node(&r.Delivery, images, w, where) })
	case "pageInfo":
		var w jsonread.Row
		if r.Kind() != '{' {
			return r.Skip()
		}
		if err := r.Row(&w); err != nil {
			return err
		}
		if w.Bool("hasNextPage") {
			images.Each(func(o *rows.Image) {
				o.Scan.Partial, o.Scan.Incomplete = true, "the export is one page of several"
			})
		}
	case "result":
		x.is = true
		return r.Object(func(key []byte) error { return x.result(string(key)) })
	case "createdAt":
		x.scan.At, err = r.Time()
	case "scanOriginResource":
		if r.Kind() != '{' {
			return r.Skip()
		}
		var w jsonread.Row
		if err := r.Row(&w); err != nil {
			return err
		}
		x.origin(&w)
	case "status":
		if r.Kind() != '{' {
			return r.Skip()
		}
		var w jsonread.Row
		if err := r.Row(&w); err != nil {
			return err
		}
		if state := w.Text("state"); state != "" && state != "SUCCESS" {
			x.scan.Incomplete = "wizcli says " + state
		}
	default:
		err = r.Skip()
	}
	return err
}

// origin says what was scanned.
func (x *scan) origin(w *jsonread.Row) {
	i := &x.scan.Image
	i.Name, i.Digest = w.Text("name"), rows.Digest(w.Text("digest"))
	i.ConfigDigest = rows.Digest(w.Text("id", "imageId"))
	switch kind := w.Text("__typename"); {
	case strings.Contains(kind, "Directory"), strings.Contains(kind, "File"):
		i.Kind = schema.KindFilesystem
	case strings.Contains(kind, "VirtualMachine"):
		i.Kind = schema.KindHost
	case strings.Contains(kind, "Repository"):
		i.Kind = schema.KindRepository
	}
}

func (x *scan) result(key string) (err error) {
	switch key {
	case "osPackages", "libraries", "applications", "cpes":
		return x.r.Rows("result."+key, func(w *jsonread.Row, where string) error { return x.packageRow(key, w, where) })
	case "vulnerableSBOMArtifactsByNameVersion":
		x.artifacts, err = x.r.Raw()
		return err
	}
	return x.r.Skip()
}

// packageRow delivers the vulnerabilities of one package.
func (x *scan) packageRow(list string, w *jsonread.Row, where string) error {
	each := func(v *jsonread.Row, at string) error { return x.deliver(list, w, v, at) }
	if err := x.r.Nested(w, "vulnerabilities", where, each); err != nil {
		return err
	}
	return x.r.Nested(w.Row("vulnerabilityFindings"), "findings", where+".vulnerabilityFindings", each)
}

func (x *scan) deliver(list string, w, vw *jsonread.Row, where string) error {
	f, v := finding(vw)
	f.PackageName, f.InstalledVersion = w.Text("name"), w.Text("version")
	path := w.Text("path", "filePath")
	switch {
	case list == "osPackages":
		f.PackageType = rows.First(rows.OSType(x.scan.Image.Distribution), osType(f.InstalledVersion))
	case path != "":
		f.PackageType = rows.PathType(path)
	}
	if lang := rows.First(w.Row("type").Text("codeLibraryLanguage"), w.Row("type").Text("osPackageManager")); lang != "" && f.PackageType == "" {
		f.PackageType = purl.Type("", lang)
	}
	if path != "" {
		f.Paths = []string{path}
	}
	f.Layer = rows.Digest(w.Row("layerMetadata").Text("id", "digest"))
	f.FixedVersion = rows.First(f.FixedVersion, w.Row("vulnerabilityFindings").Text("fixedVersion"))
	if vw.Bool("ignored") {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "ignored by a rule of Wiz"
	}
	return x.r.Finding(x.begin(), where, f, v, vw)
}

// osType tells the distribution's packages by how their versions look, for
// wizcli does not name the distribution. It is "" where that does not tell.
func osType(version string) string {
	switch {
	case strings.Contains(version, ".el") || strings.Contains(version, ".fc") || strings.Contains(version, ".amzn"):
		return "rpm"
	case strings.Contains(version, "+deb") || strings.Contains(version, "ubuntu"):
		return "deb"
	}
	if i := strings.LastIndex(version, "-r"); i > 0 && strings.Trim(version[i+2:], "0123456789") == "" && i+2 < len(version) {
		return "apk"
	}
	return ""
}

func (x *scan) finish() error {
	if x.artifacts != nil && !x.begun {
		r := x.r
		x.r = r.Sub(x.artifacts)
		x.r.Scanner = scanner
		err := x.r.Rows("result.vulnerableSBOMArtifactsByNameVersion", func(w *jsonread.Row, where string) error {
			return x.packageRow("artifacts", w, where)
		})
		if err != nil {
			return err
		}
	}
	x.begin()
	x.scan.Scanner = scanner
	return x.r.To.End(x.ref, &x.scan)
}
