package aws

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// Inspector is the name of the scanner behind the findings.
const Inspector = "inspector"

// Findings delivers findings of Inspector: each is one vulnerability with the
// packages that have it and the resources that hold them.
type Findings struct {
	To    format.Sink
	Scans format.Scans
	// Others counts findings that are not about a package.
	Others int

	extra jsonread.Builder
	row   schema.Finding
	text  schema.Vulnerability
}

// NewFindings returns Findings that deliver to a sink.
func NewFindings(to format.Sink) *Findings {
	return &Findings{To: to, Scans: format.Scans{To: to}}
}

// Read delivers one finding; where is its place in the document. Findings
// about something else than packages are recorded as skipped.
func (d *Findings) Read(ctx context.Context, w *jsonread.Row, where string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	kind := w.Text("type")
	v := w.Row("packageVulnerabilityDetails")
	title := w.Text("title")
	id := v.Text("vulnerabilityId")
	switch {
	case kind != "" && kind != "PACKAGE_VULNERABILITY":
		d.Others++
		return d.To.Skip(where, "a finding of the type "+kind+" is not about a package")
	case id == "":
		if id, _, _ = strings.Cut(title, " - "); id == "" || strings.Contains(id, " ") {
			return d.To.Skip(where, "the finding names no vulnerability")
		}
	}
	d.catalogue(id, w, v)
	var packages, resources []*jsonread.Row
	v.Each("vulnerablePackages", func(p *jsonread.Row) { packages = append(packages, p) })
	w.Each("resources", func(r *jsonread.Row) { resources = append(resources, r) })
	if len(packages) == 0 {
		packages = append(packages, &jsonread.Row{})
	}
	if len(resources) == 0 {
		resources = append(resources, &jsonread.Row{})
	}
	d.common(id, w)
	d.extra.Reset()
	w.Rest(&d.extra)
	about := slices.Clone(d.extra.JSON())
	for _, r := range resources {
		key, img := Resource(r)
		ref, scan, fresh := d.Scans.Of(key)
		if fresh {
			scan.Scanner, scan.Image = Inspector, img
		}
		d.extra.Reset()
		r.Rest(&d.extra)
		resource := slices.Clone(d.extra.JSON())
		for _, p := range packages {
			d.pkg(p, &scan.Image)
			d.extra.Reset()
			d.extra.Raw("finding", about)
			d.extra.Raw("resource", resource)
			p.Rest(&d.extra)
			d.row.Extra = d.extra.JSON()
			if err := d.To.Finding(ref, &d.row); err != nil {
				return err
			}
		}
	}
	return d.To.Vulnerability(Inspector, &d.text)
}

// common fills the row with what is the same for all packages.
func (d *Findings) common(id string, w *jsonread.Row) {
	d.row = schema.Finding{VulnerabilityID: id, Aliases: d.text.Aliases, SeveritySource: Inspector}
	f := &d.row
	f.SeverityRaw = w.Text("severity")
	if f.CVSS = w.Number("inspectorScore", "score"); f.CVSS == 0 {
		f.CVSS = schema.BaseScore(d.text.CVSS)
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	switch w.Text("status") {
	case "SUPPRESSED":
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "suppressed by a rule of Inspector"
	case "CLOSED":
		f.Status, f.StatusCause = schema.Healthy, "Closed"
	}
	if w.Text("fixAvailable") == "NO" {
		f.FixStatus = schema.FixNone
	}
}

// pkg fills the row with a package.
func (d *Findings) pkg(p *jsonread.Row, img *schema.Image) {
	f := &d.row
	manager := p.Text("packageManager")
	if manager == "OS" {
		manager = img.Distribution
	}
	f.PackageType, f.PackageName = purl.Type("", manager), p.Text("name")
	f.InstalledVersion = Version(p.Text("epoch"), p.Text("version"), p.Text("release"))
	f.FixedVersion = Fixed(p.Text("fixedInVersion"))
	f.Layer, f.Paths = p.Text("sourceLayerHash"), p.Texts("filePath")
}

// Version puts a version together as distributions write it:
// epoch:version-release. An epoch of zero is none.
func Version(epoch, version, release string) string {
	if version == "" {
		return ""
	}
	if release != "" {
		version += "-" + release
	}
	if n, err := strconv.Atoi(epoch); err == nil && n > 0 {
		version = epoch + ":" + version
	}
	return version
}

// Fixed is a fixed version without the epoch of zero, and without the words
// that stand for none.
func Fixed(s string) string {
	if strings.EqualFold(s, "NotAvailable") || strings.EqualFold(s, "Not Available") || s == "*" {
		return ""
	}
	return strings.TrimPrefix(s, "0:")
}

// catalogue reads the text of a vulnerability.
func (d *Findings) catalogue(id string, w, v *jsonread.Row) {
	d.text = schema.Vulnerability{
		ID:          id,
		Description: w.Text("description"),
		CWEs:        v.Texts("cwes"),
		Published:   Time(v, "vendorCreatedAt"),
		Modified:    Time(v, "vendorUpdatedAt"),
	}
	related := v.Texts("relatedVulnerabilities")
	if cve := schema.CanonicalID(id, related); cve != id {
		d.text.Aliases = []string{cve}
	}
	v.Each("cvss", func(c *jsonread.Row) {
		d.text.CVSS = append(d.text.CVSS, Score(c))
	})
	if score := w.Row("epss").Float("score"); score != nil {
		d.text.EPSS = score
	}
	for _, url := range append(v.Texts("sourceUrl"), v.Texts("referenceUrls")...) {
		if !slices.Contains(d.text.References, url) {
			d.text.References = append(d.text.References, url)
		}
	}
	var extra jsonread.Builder
	extra.Texts("relatedVulnerabilities", related)
	extra.Text("exploitAvailable", w.Text("exploitAvailable"))
	extra.Raw("exploitabilityDetails", w.Raw("exploitabilityDetails"))
	v.Drop("vulnerablePackages")
	v.Rest(&extra)
	d.text.Extra = extra.JSON()
}

// Score reads a score of CVSS as Inspector and Security Hub write it.
func Score(c *jsonread.Row) schema.CVSS {
	s := schema.CVSS{Source: strings.ToLower(c.Text("source")), Version: c.Text("version"),
		Score: c.Number("baseScore", "score"), Vector: c.Text("scoringVector", "baseVector")}
	if s.Version == "" {
		s.Version = cvss.Version(s.Vector)
	}
	if s.Score == 0 {
		s.Score, _ = cvss.Score(s.Vector)
	}
	return s
}
