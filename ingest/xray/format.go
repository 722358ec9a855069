// Package xray reads what JFrog Xray writes: scans of the JFrog CLI ("jf scan",
// "jf docker scan", "jf audit"; raw and simple JSON), the REST API's summaries
// of artifacts, reports and violations, and the user interface's exports.
//
// See the JFrog documentation, "Xray REST APIs" (Artifact Summary, Get
// Violations, Reports, Scan Graph) and "JFrog CLI, Scan your binaries".
package xray

import (
	"cmp"
	"context"
	"fmt"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "xray"

// Format reads Xray's reports.
var Format = format.Format{Name: "xray", Title: "JFrog Xray JSON", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	yes := func(version string, n int) format.Match {
		return format.Match{Verdict: format.Yes, Version: version, Score: n}
	}
	for _, at := range []string{"", "[]."} {
		n := o.Count(at+"scan_id", at+"component_id", at+"package_type", at+"vulnerabilities[].issue_id", at+"vulnerabilities[].components", at+"violations[].components",
			at+"violations[].issue_id", at+"xray_data_url", at+"licenses")
		if o.HasAny(at+"vulnerabilities[].components", at+"violations[].components", at+"scan_id") && n >= 2 {
			return yes("scan", n+1)
		}
		if o.HasAny(at+"vulnerabilities[].impactedPackageName", at+"vulnerabilities[].impactedDependencyName", at+"securityViolations[].impactedPackageName",
			at+"securityViolations[].impactedDependencyName") || o.HasAll(at+"vulnerabilities", at+"securityViolations", at+"licensesViolations") {
			return yes("simple-json", 4)
		}
	}
	switch {
	case o.Has("targets[].sca_scans.xray_scan"):
		return yes("cli-results", 3+o.Count("xray_version", "command_type", "jas_entitled"))
	case o.Has("targets[].sca_scans.sbom"):
		return format.Match{Verdict: format.NotApplicable, Score: 4, Reason: "these results of the JFrog CLI hold an SBOM for each target; write it with: jf scan --format=cyclonedx"}
	case o.HasAny("scans[].vulnerabilities.sca", "scans[].violations.sca"):
		return format.Match{Verdict: format.NotApplicable, Score: 4, Reason: "this is a summary of the JFrog CLI, which counts vulnerabilities and names none; write all of them with: jf scan --format=simple-json"}
	case o.HasAny("rows[].vulnerable_component", "rows[].impacted_artifact") || o.HasAll("total_rows", "rows") && !o.Has("rows[]"):
		return yes("report", 2+o.Count("total_rows", "rows[].issue_id", "rows[].cves"))
	case o.HasAll("artifacts[].general", "artifacts[].issues") || o.HasAny("artifacts[].issues[].issue_id", "artifacts[].issues[].impact_path", "artifacts[].general.component_id"):
		return yes("summary", 4)
	case o.HasAny("data[].source_comp_id", "data[].component_versions"):
		return yes("export", 2+o.Count("total_count", "data[].issue_type", "data[].provider"))
	case o.HasAny("violations[].infected_components", "violations[].impacted_artifacts", "violations[].watch_name"):
		return yes("violations", 3+o.Count("total_violations"))
	case o.HasAll("total_violations", "violations"):
		return yes("violations", 2)
	}
	n := o.Count("total_rows", "rows", "artifacts[].general", "violations[].issue_id", "[].scan_id", "total_violations")
	return format.Match{Score: n, Reason: "an Xray report has rows, artifacts with issues, violations, or the vulnerabilities of a scan with their components"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	about := false // a vulnerability, or a scan that found none
	others := 0
	err := rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error {
		return r.Each(func() error {
			if r.Kind() != '{' {
				return r.Skip()
			}
			x := newReport(r)
			if err := x.read(); err != nil {
				return err
			}
			about, others = about || x.begun || x.alone || x.rows > 0 || x.others == 0, others+x.others
			return x.end()
		})
	})
	if err == nil && !about && others > 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "the rows are about licences and operational risk; none is about a vulnerability"}
	}
	return err
}

// report is one document. A scan is about one thing; the lists of the REST API
// are about many.
type report struct {
	r      *rows.Reader
	images *rows.Images
	self   schema.Image
	ref    format.Ref
	begun  bool
	rows   int
	others int // rows about something else
	held   []byte
	alone  bool
	status string // of a scan that failed
}

func newReport(r *rows.Reader) *report {
	return &report{r: r, images: rows.NewImages(r.To)}
}

// read reads a document and leaves its scans open.
func (x *report) read() error {
	r := x.r
	err := r.Object(func(key []byte) (err error) {
		switch k := string(key); k {
		case "vulnerabilities":
			x.alone = true
			return x.list(k)
		case "violations", "securityViolations":
			// Beside vulnerabilities, violations are the same rows once more.
			x.held, err = r.Raw()
		case "component_id":
			var id string
			id, err = r.Word()
			x.self = scanned(id)
			x.alone = true
		case "scan_id":
			x.alone = true
			err = r.Skip()
		case "rows":
			err = r.Rows(k, x.reportRow)
		case "data":
			x.alone = true
			err = r.Rows(k, x.exportRow)
		case "artifacts":
			err = r.Array(func(int) error { return x.artifact() })
		case "targets":
			err = r.Array(func(i int) error { return target(r, i) })
		case "scan":
			// The CLI's results may hold a scan beside its status.
			if r.Kind() != '{' {
				return r.Skip()
			}
			err = x.read()
		case "status_code":
			if x.status, err = r.Text(); x.status == "0" {
				x.status = ""
			}
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if held := x.held; held != nil && x.rows == 0 {
		x.r, x.held = r.Sub(held), nil
		return x.list("violations")
	}
	return nil
}

// end ends the scans of a document.
func (x *report) end() error {
	if err := x.images.Close(); err != nil {
		return err
	}
	if !x.begun && !x.alone {
		return nil
	}
	x.begin()
	return x.r.To.End(x.ref, &schema.Scan{Scanner: scanner, Image: x.self})
}

// target reads one target of the results that the JFrog CLI gathers: its name
// and the scans of it, which need not name it themselves.
func target(r *rows.Reader, index int) error {
	var name, path string
	var scans []*report
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			name, err = r.Word()
		case "target":
			path, err = r.Word()
		case "sca_scans":
			err = r.Members(func(key []byte) error {
				if string(key) != "xray_scan" {
					return r.Skip()
				}
				return r.Each(func() error {
					x := newReport(r)
					scans = append(scans, x)
					return x.read()
				})
			})
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, x := range scans {
		if x.status != "" {
			where := fmt.Sprintf("targets[%d].sca_scans.xray_scan[%d]", index, i)
			if err := r.To.Skip(where, "the scan of "+cmp.Or(name, path, "the target")+" failed with status "+x.status); err != nil {
				return err
			}
			x.alone = false // nothing found is not known
		}
		if x.self.Name == "" {
			x.self.Name = name
		}
		if err := x.end(); err != nil {
			return err
		}
	}
	return nil
}

func (x *report) begin() format.Ref {
	if !x.begun {
		x.ref, x.begun = x.r.To.Begin(), true
	}
	return x.ref
}

// list reads the vulnerabilities or violations of a scan, or the violations of
// the REST API, which name the artifacts that they are about.
func (x *report) list(name string) error {
	return x.r.Rows(name, func(w *jsonread.Row, where string) error {
		if kind := w.Text("type", "violation_type"); kind != "" && !isSecurity(kind) {
			x.others++
			return x.r.To.Skip(where, "the row is about a "+kind+", not about a vulnerability")
		}
		x.rows++
		switch {
		case w.Has("components") && w.Raw("components")[0] == '{':
			return x.scan(w, where)
		case w.Has("impactedPackageName"), w.Has("impactedDependencyName"):
			return x.simple(w, where)
		}
		return x.violation(w, where)
	})
}
