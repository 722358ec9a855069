package operator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// decoder reads one stream.
type decoder struct {
	ctx     context.Context
	to      format.Sink
	r       *jsonread.Reader
	row     jsonread.Row
	f       schema.Finding
	text    schema.Vulnerability
	extra   jsonread.Builder
	reports int
	others  string // the kind of a resource without vulnerabilities
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, to: to, r: jsonread.New(in)}
	if err := d.r.Documents(d.resource); err != nil {
		return err
	}
	if d.reports == 0 && d.others != "" {
		return &format.Error{Kind: format.KindNotApplicable, Msg: other(d.others)}
	}
	return nil
}

// all reads a resource or a list of them.
func (d *decoder) all(where string) error {
	switch d.r.Kind() {
	case '[':
		return d.r.Array(func(i int) error { return d.all(fmt.Sprintf("%s[%d]", where, i)) })
	case '{':
		return d.resource(where + ".")
	}
	return d.r.Skip()
}

// report is the report of one resource.
type report struct {
	scans format.Scans
	about jsonread.Row
}

// resource reads one resource, or an object that holds resources. What it is
// comes before or behind its report.
func (d *decoder) resource(where string) error {
	var top jsonread.Row
	rep := report{scans: format.Scans{To: d.to}}
	has := false
	err := d.r.Split(&top, func(key []byte) (bool, error) {
		switch k := string(key); {
		case k == "items" || strings.HasSuffix(k, "."+group):
			return true, d.all(where + k)
		case k == "report":
			has = d.r.Kind() == '{'
			return true, d.report(&rep, where+k)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	kind := top.Text("kind")
	switch {
	case rep.scans.Len() > 0:
	case isReport(kind) && !has:
		d.reports++
		return d.to.Skip(strings.TrimSuffix(where, "."), "the resource holds no report")
	case !isReport(kind):
		if has && d.others == "" {
			d.others = kind
		}
		return nil
	}
	d.reports++
	_, scan, _ := rep.scans.Of("")
	describe(scan, &rep.about, &top)
	return rep.scans.End(nil)
}

func (d *decoder) report(rep *report, where string) error {
	if d.r.Kind() != '{' {
		return d.r.Skip()
	}
	return d.r.Split(&rep.about, func(key []byte) (bool, error) {
		if string(key) != "vulnerabilities" {
			return false, nil
		}
		ref, _, _ := rep.scans.Of("")
		return true, d.r.Array(func(i int) error {
			if err := d.r.Row(&d.row); err != nil {
				return err
			}
			return d.finding(ref, &rep.about, format.Place(where+".vulnerabilities", i))
		})
	})
}

func scannerOf(about *jsonread.Row) string {
	if s := about.Row("scanner").Text("name"); s != "" {
		return strings.ReplaceAll(strings.ToLower(s), " ", "-")
	}
	return "trivy"
}

// describe says what was scanned. The workload that runs the image stands in
// the labels of the resource.
func describe(s *schema.Scan, about, top *jsonread.Row) {
	s.Scanner, s.ScannerVersion = scannerOf(about), about.Row("scanner").Text("version")
	s.At = about.Time("updateTimestamp")
	artifact, os := about.Row("artifact"), about.Row("os")
	img := &s.Image
	img.Registry = about.Row("registry").Text("server")
	img.Repository, img.Tag, img.Digest = artifact.Text("repository"), artifact.Text("tag"), artifact.Text("digest")
	img.Distribution, img.DistributionVersion = os.Text("family"), os.Text("name")
	if os.Has("eosl") {
		eosl := os.Bool("eosl")
		img.EndOfLife = &eosl
	}
	meta := top.Row("metadata")
	if strings.HasPrefix(top.Text("kind"), "Node") {
		img.Kind, img.Name = schema.KindHost, meta.Text("name")
	}
	labels := meta.Row("labels")
	for _, key := range labels.Keys() {
		part, ok := strings.CutPrefix(key, "trivy-operator.")
		if !ok {
			part, ok = strings.CutPrefix(key, "starboard.")
		}
		if ok {
			if img.Labels == nil {
				img.Labels = map[string]string{}
			}
			img.Labels["trivy-operator."+part] = labels.Text(key)
		}
	}
}

// finding delivers a vulnerability.
func (d *decoder) finding(ref format.Ref, about *jsonread.Row, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	w := &d.row
	url, class := w.Text("packagePURL", "pkgPURL"), w.Text("class")
	words := w.Texts("packageType")
	if class == "os-pkgs" {
		words = append(words, about.Row("os").Text("family"))
	}
	d.f = schema.Finding{
		VulnerabilityID:  w.Text("vulnerabilityID"),
		PackageType:      purl.Type(url, words...),
		PackageName:      w.Text("resource"),
		InstalledVersion: w.Text("installedVersion"),
		FixedVersion:     w.Text("fixedVersion"),
		PURL:             url,
		Paths:            w.Texts("packagePath", "pkgPath"),
		Target:           w.Text("target"),
		SeverityRaw:      w.Text("severity"),
		SeveritySource:   w.Text("cvsssource"),
		CVSS:             w.Number("score"),
	}
	f := &d.f
	if f.VulnerabilityID == "" {
		if f.PackageName == "" {
			return d.to.Skip(where, "the row names neither a vulnerability nor a package")
		}
		f.VulnerabilityID = format.NoID
	}
	d.text = schema.Vulnerability{ID: f.VulnerabilityID, Title: w.Text("title"), Description: w.Text("description"),
		Published: w.Time("publishedDate"), Modified: w.Time("lastModifiedDate")}
	t := &d.text
	w.Row("cvss").Members(func(source string, s *jsonread.Row) {
		for _, v := range [...]struct{ version, key string }{{"3.1", "V3"}, {"4.0", "V40"}, {"2.0", "V2"}} {
			c := schema.CVSS{Source: source, Version: v.version, Score: s.Number(v.key + "Score"), Vector: s.Text(v.key + "Vector")}
			if exact := cvss.Version(c.Vector); exact != "" {
				c.Version = exact
			}
			if c.Score > 0 {
				t.CVSS = append(t.CVSS, c)
			}
		}
	})
	if len(t.CVSS) == 0 && f.CVSS > 0 {
		t.CVSS = append(t.CVSS, schema.CVSS{Source: f.SeveritySource, Score: f.CVSS})
	}
	for _, link := range append(w.Texts("primaryLink"), w.Texts("links")...) {
		if !slices.Contains(t.References, link) {
			t.References = append(t.References, link)
		}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	d.extra.Reset()
	d.extra.Text("class", class)
	w.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	if err := d.to.Finding(ref, f); err != nil || t.ID == format.NoID {
		return err
	}
	return d.to.Vulnerability(scannerOf(about), t)
}
