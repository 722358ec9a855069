package harbor

import (
	"context"
	"slices"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one stream.
type decoder struct {
	ctx   context.Context
	in    *format.Input
	to    format.Sink
	r     *jsonread.Reader
	hub   format.Scans // of the security hub's list
	row   jsonread.Row
	f     schema.Finding
	text  schema.Vulnerability
	extra jsonread.Builder
	found int
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, hub: format.Scans{To: to}}
	read := func() error { return d.r.Documents(d.report) }
	if d.isTable() {
		read = d.table
	}
	if err := read(); err != nil {
		return err
	}
	if d.found == 0 && d.hub.Len() == 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "there is no vulnerability report in it: the artifact was not scanned"}
	}
	return d.hub.End(nil)
}

// report reads an object that is a report, holds reports under media types, or
// is a row of the security hub's list.
func (d *decoder) report(where string) error {
	var top jsonread.Row
	var digests []string
	scans := format.Scans{To: d.to}
	reports := 0
	err := d.r.Split(&top, func(key []byte) (bool, error) {
		switch {
		case string(key) == "vulnerabilities":
			ref, _, _ := scans.Of("")
			return true, d.r.Array(func(i int) error {
				if err := d.r.Row(&d.row); err != nil {
					return err
				}
				for _, digest := range d.row.Texts("artifact_digests", "artifact_digest") {
					if !slices.Contains(digests, digest) {
						digests = append(digests, digest)
					}
				}
				return d.finding(ref, scannerOf(top.Row("scanner")), format.Place(where+"vulnerabilities", i))
			})
		case isReport(string(key)):
			reports++
			if d.r.Kind() != '{' {
				return false, nil
			}
			return true, d.report(where + string(key) + ".")
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if top.Has("cve_id") && scans.Len() == 0 {
		return d.listed(&top, strings.TrimSuffix(where, "."))
	}
	if scans.Len() == 0 && (reports > 0 || !top.Has("generated_at")) {
		return nil
	}
	d.found++
	_, scan, _ := scans.Of("")
	describe(scan, &top, digests)
	return scans.End(nil)
}

// describe says what a report is about. The addition of an artifact leaves its
// name to the address that it was asked at.
func describe(scan *schema.Scan, top *jsonread.Row, digests []string) {
	tool, artifact := top.Row("scanner"), top.Row("artifact")
	scan.Scanner, scan.ScannerVersion = scannerOf(tool), tool.Text("version")
	scan.At = top.Time("generated_at")
	img := &scan.Image
	img.Registry = top.Row("registry").Text("url", "server")
	img.Registry = strings.TrimPrefix(strings.TrimPrefix(img.Registry, "https://"), "http://")
	img.Repository, img.Tag, img.Digest = artifact.Text("repository"), artifact.Text("tag"), artifact.Text("digest")
	if img.Digest == "" && len(digests) == 1 {
		// Several digests are the images of an index.
		img.Digest = digests[0]
	}
}

func scannerOf(tool *jsonread.Row) string {
	if s := strings.ToLower(tool.Text("name")); s != "" {
		return strings.ReplaceAll(s, " ", "-")
	}
	return name
}

// finding delivers a vulnerability of a report.
func (d *decoder) finding(ref format.Ref, scanner, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	w := &d.row
	d.f = schema.Finding{
		VulnerabilityID:  w.Text("id"),
		PackageName:      w.Text("package"),
		InstalledVersion: w.Text("version"),
		FixedVersion:     w.Text("fix_version"),
		SeverityRaw:      w.Text("severity"),
		SeveritySource:   scanner,
	}
	f := &d.f
	if f.VulnerabilityID == "" {
		if f.PackageName == "" {
			return d.to.Skip(where, "the row names neither a vulnerability nor a package")
		}
		f.VulnerabilityID = format.NoID
	}
	d.text = schema.Vulnerability{ID: f.VulnerabilityID, Description: w.Text("description"), CWEs: w.Texts("cwe_ids"), References: w.Texts("links")}
	d.scores(w)
	d.extra.Reset()
	if own := w.Texts("artifact_digests"); len(own) > 1 {
		d.extra.Texts("artifact_digests", own)
	}
	w.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	return d.deliver(ref, scanner)
}

func (d *decoder) deliver(ref format.Ref, scanner string) error {
	d.f.Severity = schema.SeverityOf(d.f.SeverityRaw, d.f.CVSS)
	if err := d.to.Finding(ref, &d.f); err != nil || d.text.ID == format.NoID {
		return err
	}
	return d.to.Vulnerability(scanner, &d.text)
}

// scores reads the preferred scores, and those of each source that a scanner
// puts among its own attributes.
func (d *decoder) scores(w *jsonread.Row) {
	p := w.Row("preferred_cvss")
	add := func(c schema.CVSS) {
		if c.Score > 0 {
			d.text.CVSS = append(d.text.CVSS, c)
		}
	}
	v3, v2 := p.Number("score_v3"), p.Number("score_v2")
	own := w.Row("vendor_attributes").Row("CVSS")
	own.Members(func(source string, s *jsonread.Row) {
		add(schema.CVSS{Source: source, Version: "3.1", Score: s.Number("V3Score"), Vector: s.Text("V3Vector")})
		add(schema.CVSS{Source: source, Version: "2.0", Score: s.Number("V2Score"), Vector: s.Text("V2Vector")})
		add(schema.CVSS{Source: source, Version: "4.0", Score: s.Number("V40Score"), Vector: s.Text("V40Vector")})
	})
	if len(d.text.CVSS) == 0 {
		add(schema.CVSS{Version: "3.1", Score: v3, Vector: p.Text("vector_v3")})
		add(schema.CVSS{Version: "2.0", Score: v2, Vector: p.Text("vector_v2")})
	}
	exact(d.text.CVSS)
	if d.f.CVSS = v3; v3 == 0 {
		d.f.CVSS = v2
	}
}
