package snyk

import (
	"context"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

// issuesVersion marks answers of Snyk's REST API: GET /orgs/{org}/issues and
// /groups/{group}/issues, version 2024-10-15. Each issue names its project by
// an id only.
const issuesVersion = "issues"

// issues reads what the REST API says of issues.
type issues struct {
	*rows.Reader
	projects *rows.Images
	// rows counts issues about packages, others those about anything else.
	rows, others int
	about        string
}

func decodeIssues(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &issues{projects: rows.NewImages(to)}
	err := rows.Read(ctx, in, to, name, func(r *rows.Reader) error {
		d.Reader = r
		return r.Members(func(key []byte) error {
			if string(key) != "data" {
				return r.Skip()
			}
			return r.Rows("data", d.issue)
		})
	})
	if err != nil {
		return err
	}
	if d.rows == 0 && d.others > 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "these issues of Snyk's REST API are of the type " + d.about + ", not about vulnerable packages"}
	}
	d.projects.Each(func(o *rows.Image) {
		// The API is asked by filters and answers in pages.
		o.Scan.Partial, o.Scan.Incomplete = true, "issues of the REST API may be a selection of a project's"
	})
	return d.projects.Close()
}

// issue delivers the packages of an issue.
func (d *issues) issue(w *jsonread.Row, where string) error {
	a := w.Row("attributes")
	if kind := a.Text("type"); kind != "" && kind != "package_vulnerability" {
		d.others++
		if d.about == "" {
			d.about = kind
		}
		return d.To.Skip(where, "the issue is of the type "+kind+", not about a vulnerable package")
	}
	d.rows++
	o := d.projects.Open(name, d.project(w))
	f, v := issueFinding(a)
	packages := dependencies(a, &f)
	a.Keep("coordinates", "problems", "severities")
	for _, p := range packages {
		one := f
		one.PackageName, one.InstalledVersion = p[0], p[1]
		text := v
		if err := d.Finding(o.Ref, where, &one, &text, w); err != nil {
			return err
		}
	}
	return nil
}

// project is what an issue was found in: an image only where the user says so.
func (d *issues) project(w *jsonread.Row) schema.Image {
	if d.In.Image != "" {
		return schema.Image{Kind: schema.KindImage, Name: d.In.Image}
	}
	item := w.Row("relationships").Row("scan_item").Row("data")
	return schema.Image{Kind: schema.KindOther, Name: strings.TrimSpace("Snyk " + rows.First(item.Text("type"), "project") + " " + item.Text("id"))}
}

// issueFinding reads what an issue says of its vulnerability. It is called by
// Snyk's id, with the CVE or GHSA as alias where there is one only.
func issueFinding(a *jsonread.Row) (schema.Finding, schema.Vulnerability) {
	f := schema.Finding{SeverityRaw: a.Text("effective_severity_level"), SeveritySource: name}
	v := schema.Vulnerability{Title: a.Text("title")}
	known := map[string][]string{}
	a.Each("problems", func(p *jsonread.Row) {
		id, family := p.Text("id"), ""
		switch {
		case p.Text("source") == "SNYK", strings.HasPrefix(id, "SNYK-"):
			family = "SNYK"
		case strings.HasPrefix(id, "CVE-"), strings.HasPrefix(id, "GHSA-"):
			family, _, _ = strings.Cut(id, "-")
		case strings.HasPrefix(id, "CWE-"):
			v.CWEs = append(v.CWEs, id)
		}
		known[family] = append(known[family], id)
		if url := p.Text("url"); url != "" {
			v.References = append(v.References, url)
		}
	})
	for _, family := range []string{"SNYK", "CVE", "GHSA"} {
		switch ids := known[family]; {
		case len(ids) > 0 && f.VulnerabilityID == "":
			f.VulnerabilityID = ids[0]
		case len(ids) == 1:
			f.Aliases = append(f.Aliases, ids[0])
		}
	}
	if key := a.Text("key"); f.VulnerabilityID == "" {
		f.VulnerabilityID = key
	}
	a.Each("classes", func(c *jsonread.Row) {
		if id := c.Text("id"); strings.HasPrefix(id, "CWE-") {
			v.CWEs = append(v.CWEs, id)
		}
	})
	a.Each("severities", func(s *jsonread.Row) {
		source := strings.ToLower(s.Text("source"))
		if score := rows.Score(&v, source, s.Text("version"), s.Number("score"), s.Text("vector")); source == name || f.CVSS == 0 {
			f.CVSS = score
		}
	})
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	switch {
	case a.Bool("ignored"):
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "the issue is ignored in Snyk"
	case a.Text("status") == "resolved":
		f.Status, f.StatusReason = schema.Healthy, "the issue is resolved in Snyk"
	}
	return f, v
}

// dependencies are the packages that an issue names, each once, and whether
// there is a fix; an issue that names none is about a package unknown.
func dependencies(a *jsonread.Row, f *schema.Finding) [][2]string {
	var out [][2]string
	seen := map[[2]string]bool{}
	said, fix := false, false
	a.Each("coordinates", func(c *jsonread.Row) {
		for _, by := range []string{"is_fixable_snyk", "is_fixable_upstream", "is_fixable_manually", "is_upgradeable", "is_patchable", "is_pinnable"} {
			said, fix = said || c.Has(by), fix || c.Bool(by)
		}
		c.Each("representations", func(r *jsonread.Row) {
			p := r.Row("dependency")
			if one := [2]string{p.Text("package_name"), p.Text("package_version")}; one[0] != "" && !seen[one] {
				seen[one] = true
				out = append(out, one)
			}
		})
	})
	switch {
	case fix:
		f.FixStatus = schema.FixAvailable
	case said:
		f.FixStatus = schema.FixNone
	}
	if out == nil {
		out = [][2]string{{}}
	}
	return out
}
