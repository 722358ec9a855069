// Package defectdojo reads findings that DefectDojo exports: the pages of its
// API (/api/v2/findings/), files for its Generic Findings Import, and the CSV
// of its user interface. What a finding was found by is kept as the scanner.
//
// See the DefectDojo documentation, API v2 and "Generic Findings Import".
package defectdojo

import (
	"context"
	"regexp"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

const name = "defectdojo"

// Format reads DefectDojo's exports.
var Format = format.Format{Name: name, Title: "DefectDojo findings, JSON and CSV", Detect: detect, Decode: decode,
	LastColumns: []string{"vulnerability_ids", "endpoints", "tags", "MitigatedDate", "Duplicate", "FalsePositive", "References"}}

func detect(o *format.Outline) format.Match {
	columns := []string{"severity", "title", "active", "verified", "false_p", "duplicate", "out_of_scope", "risk_accepted", "component_name", "component_version",
		"vulnerability_ids", "numerical_severity", "found_by", "is_mitigated", "static_finding", "dynamic_finding", "cvssv3", "mitigation"}
	elsewhere := format.Match{Verdict: format.NotApplicable, Score: 4,
		Reason: "these are findings for DefectDojo's Generic Findings Import that name neither a vulnerability nor a component"}
	switch o.Syntax {
	case format.CSV:
		if o.HasColumns("Date", "Title", "CweId", "Severity", "Mitigation", "Impact", "References") && o.CountColumns("CVE", "Vulnerability Id", "vulnerability_ids", "component_name") == 0 {
			return elsewhere
		}
		if n := o.CountColumns(columns...); n >= 7 && o.HasColumns("title", "severity") {
			return format.Match{Verdict: format.Yes, Version: "csv", Score: n}
		}
		return format.Match{}
	case format.JSON:
	default:
		return format.Match{}
	}
	count := func(at string) int {
		n := 0
		for _, c := range columns {
			n += o.Count(at + c)
		}
		return n
	}
	for _, at := range []string{"results[].", "[].", ""} {
		if n := count(at); n >= 7 && o.HasAll(at+"title", at+"severity") {
			return format.Match{Verdict: format.Yes, Version: "api", Score: n}
		}
	}
	if n := count("findings[]."); n >= 3 && o.HasAll("findings[].title", "findings[].severity") && o.HasAny("findings[].component_name", "findings[].vulnerability_ids", "findings[].cve", "findings[].false_p") {
		return format.Match{Verdict: format.Yes, Version: "generic", Score: n}
	}
	if o.Whole && o.HasAll("findings[].title", "findings[].severity", "findings[].description") {
		return elsewhere
	}
	if o.HasAll("count", "next", "previous", "results") && !o.Has("results[]") {
		return format.Match{Verdict: format.Yes, Version: "api", Score: 3}
	}
	return format.Match{Score: o.Count("results[].severity", "results[].title", "results[].found_by", "prefetch"), Reason: "DefectDojo's findings have title, severity, active, verified and component_name"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	table, err := rows.IsTable(in)
	if err != nil {
		return err
	}
	x := &export{images: map[string]*rows.Images{}, to: to}
	if table {
		err = rows.Table(ctx, in, to, name, func(d *rows.Delivery, _ *csvread.Reader, w *csvread.Row) error {
			return x.deliver(d, w, w.Where(), from{tool: w.Text("found_by"), product: w.Text("product"), engagement: w.Text("engagement")},
				w.Texts(",; []'\"", "vulnerability_ids"))
		})
	} else {
		err = rows.Read(ctx, in, to, name, x.document)
	}
	if err != nil {
		return err
	}
	return x.close()
}

// export is one document. The findings of different tools are scans of their own.
type export struct {
	to      format.Sink
	images  map[string]*rows.Images
	order   []string
	partial bool
	tool    string
}

// from says where a finding comes from in DefectDojo.
type from struct{ tool, product, engagement string }

func (x *export) document(r *rows.Reader) error {
	if r.Kind() == '[' {
		return r.Rows("", func(w *jsonread.Row, where string) error { return x.row(r, w, where) })
	}
	return r.Object(func(key []byte) (err error) {
		switch k := string(key); k {
		case "results", "findings":
			return r.Rows(k, func(w *jsonread.Row, where string) error { return x.row(r, w, where) })
		case "next", "previous":
			var page string
			page, err = r.Word()
			x.partial = x.partial || page != ""
		case "type":
			x.tool, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
}

func (x *export) row(r *rows.Reader, w *jsonread.Row, where string) error {
	test := w.Row("related_fields").Row("test")
	engagement := test.Row("engagement")
	origin := from{tool: rows.First(test.Row("test_type").Text("name"), w.Text("found_by_name", "scan_type"), x.tool),
		product: engagement.Row("product").Text("name"), engagement: engagement.Text("name")}
	w.Drop("related_fields")
	var ids []string
	w.Each("vulnerability_ids", func(v *jsonread.Row) {
		if id := v.Text("vulnerability_id"); id != "" {
			ids = append(ids, id)
		}
	})
	ids = append(ids, w.Texts("vulnerability_ids")...)
	return x.deliver(&r.Delivery, w, where, origin, ids)
}

// deliver delivers one finding. Copies that DefectDojo has recognised and
// findings about neither a vulnerability nor a component are skipped.
func (x *export) deliver(d *rows.Delivery, w rows.Fields, where string, origin from, ids []string) error {
	if w.Bool("duplicate") {
		return d.To.Skip(where, "DefectDojo calls it a duplicate of another finding")
	}
	f, v := finding(w, ids)
	if f.VulnerabilityID == "" && f.PackageName == "" {
		return d.To.Skip(where, "the finding names neither a vulnerability nor a component")
	}
	d.Scanner = tool(origin.tool)
	f.SeveritySource = d.Scanner
	o := x.open(d.Scanner, target(w, origin, d.In.Image))
	return d.Finding(o.Ref, where, f, v, w)
}

func (x *export) open(scanner string, i schema.Image) *rows.Image {
	m := x.images[scanner]
	if m == nil {
		m = rows.NewImages(x.to)
		x.images[scanner] = m
		x.order = append(x.order, scanner)
	}
	return m.Open(scanner, i)
}

func (x *export) close() error {
	for _, scanner := range x.order {
		m := x.images[scanner]
		m.Each(func(o *rows.Image) {
			// DefectDojo says of each finding what became of it. What it does not
			// name is not fixed for that: the tool's own reports may know better.
			if o.Scan.Partial = true; x.partial {
				o.Scan.Incomplete = "the export is one page of several"
			}
		})
		if err := m.Close(); err != nil {
			return err
		}
	}
	return nil
}

// tool is the scanner's name in DefectDojo's name of a test type: "Trivy Scan".
func tool(s string) string {
	s, _, _ = strings.Cut(strings.Trim(s, "[]'\" "), ",")
	s = strings.ToLower(strings.Trim(s, "'\" "))
	for _, suffix := range []string{" scan", " report", " container"} {
		s = strings.TrimSuffix(s, suffix)
	}
	s = strings.ReplaceAll(s, " ", "-")
	switch s {
	case "anchore-grype":
		return "grype"
	case "twistlock-image", "twistlock":
		return "prisma"
	case "jfrog-xray", "jfrogxray", "jfrog-xray-unified":
		return "xray"
	}
	if s == "" || strings.Trim(s, "0123456789") == "" {
		return name
	}
	return s
}

// target is what a finding is about: the service where it is an image, else
// the product, which is not taken for an image unless the user says so.
func target(w rows.Fields, origin from, given string) schema.Image {
	service := w.Text("service")
	if strings.ContainsAny(service, ":/@") && !strings.ContainsAny(service, " \\") && !strings.Contains(service, "://") {
		return schema.Image{Name: service}
	}
	if given != "" {
		return schema.Image{Name: given}
	}
	label := strings.Trim(origin.product+" / "+origin.engagement, "/ ")
	return schema.Image{Kind: schema.KindOther, Name: rows.First(service, label, name)}
}

// idInTitle finds an id in the title of a finding that names it nowhere else.
var idInTitle = regexp.MustCompile(`\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|RHSA-\d{4}:\d+|[DU]SA-\d+-\d+|SNYK-[A-Z0-9-]+)\b`)

func finding(w rows.Fields, ids []string) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{PackageName: w.Text("component_name"), InstalledVersion: w.Text("component_version"),
		SeverityRaw: w.Text("severity"), FixedVersion: w.Text("fix_version")}
	v := &schema.Vulnerability{Title: w.Text("title"), Description: w.Text("description"), EPSS: w.Float("epss_score"), EPSSPercentile: w.Float("epss_percentile"),
		KEV: w.Bool("known_exploited"), Published: w.Time("publish_date")}
	ids = append(ids, w.Text("cve"))
	cves := 0
	for _, id := range ids {
		if rows.IsCVE(id) {
			cves++
		}
	}
	switch {
	case cves > 1:
		rows.Identify(f, ids[0])
		w.Keep("vulnerability_ids")
	default:
		rows.Identify(f, ids...)
	}
	if f.VulnerabilityID == "" {
		f.VulnerabilityID = idInTitle.FindString(v.Title)
	}
	f.PublishedAt = v.Published
	if c := rows.CWE(w.Text("cwe")); c != "" {
		v.CWEs = []string{c}
	}
	for _, link := range strings.Fields(w.Text("references")) {
		if strings.HasPrefix(link, "http") {
			v.References = append(v.References, link)
		}
	}
	if path := w.Text("file_path"); path != "" {
		f.Paths, f.PackageType = []string{path}, rows.PathType(path)
	}
	vector := w.Text("cvssv3")
	rows.Score(v, name, cvss.Version(vector), w.Number("cvssv3_score"), vector)
	rows.Score(v, name, "4.0", w.Number("cvssv4_score"), w.Text("cvssv4"))
	f.CVSS = rows.Best(v)
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	state(f, w)
	return f, v
}

// state takes what people decided in DefectDojo.
func state(f *schema.Finding, w rows.Fields) {
	for _, s := range [...]struct{ field, reason string }{
		{"false_p", "a false positive, says DefectDojo"}, {"risk_accepted", "the risk is accepted in DefectDojo"}, {"out_of_scope", "out of scope, says DefectDojo"},
	} {
		if w.Bool(s.field) && f.Status == "" {
			f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", s.reason
		}
	}
	if f.Status == "" && w.Bool("is_mitigated") {
		f.Status = schema.Healthy
	}
}
