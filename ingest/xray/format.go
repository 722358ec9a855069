// Package xray reads what JFrog Xray writes: scans of the JFrog CLI ("jf scan",
// "jf docker scan", "jf audit"; raw and simple JSON), the REST API's summaries
// of artifacts, reports and violations, and the user interface's exports.
//
// See the JFrog documentation, "Xray REST APIs" (Artifact Summary, Get
// Violations, Reports, Scan Graph) and "JFrog CLI, Scan your binaries".
package xray

import (
	"context"

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
	return rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error {
		return r.Each(func() error {
			if r.Kind() != '{' {
				return r.Skip()
			}
			return document(r)
		})
	})
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
	held   []byte
	alone  bool
}

func document(r *rows.Reader) error {
	x := &report{r: r, images: rows.NewImages(r.To)}
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
			x.self = target(id)
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
			err = r.Elements(func(int) error { return x.artifact() })
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if x.held != nil && x.rows == 0 {
		x.r = r.Sub(x.held)
		if err := x.list("violations"); err != nil {
			return err
		}
	}
	if err := x.images.Close(); err != nil {
		return err
	}
	if !x.begun && !x.alone {
		return nil
	}
	x.begin()
	return r.To.End(x.ref, &schema.Scan{Scanner: scanner, Image: x.self})
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
			return x.r.To.Skip(where, "the row is about a "+kind+", not about a vulnerability")
		}
		x.rows++
		switch {
		case w.Has("components") && w.Raw("components")[0] == '{':
			return x.scanned(w, where)
		case w.Has("impactedPackageName"), w.Has("impactedDependencyName"):
			return x.simple(w, where)
		}
		return x.violation(w, where)
	})
}
