package asff

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"argosy/ingest/aws"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// decoder reads one stream.
type decoder struct {
	ctx       context.Context
	in        *format.Input
	to        format.Sink
	r         *jsonread.Reader
	scans     format.Scans
	top, row  jsonread.Row
	f         schema.Finding
	extra     jsonread.Builder
	about     []byte // what a finding says besides, for every row of it
	others    int
	truncated bool
	trivy     string // the image that Trivy's findings are about
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, r: jsonread.New(in), scans: format.Scans{To: to}}
	if err := d.r.Documents(d.document); err != nil {
		return err
	}
	if d.scans.Len() == 0 {
		if d.others > 0 {
			return &format.Error{Kind: format.KindNotApplicable,
				Msg: "the findings are about compliance or threats; none is about a vulnerability"}
		}
		if in.Image != "" {
			_, scan, _ := d.scans.Of(in.Image)
			scan.Scanner, scan.Image.Name = aws.Inspector, in.Image
		}
	}
	return d.scans.End(func(s *schema.Scan) { s.Partial = d.truncated })
}

// document reads an object that holds findings, or a finding.
func (d *decoder) document(where string) error {
	err := d.r.Split(&d.top, func(key []byte) (bool, error) {
		if name := string(key); name != "Findings" && name != "findings" {
			return false, nil
		}
		return true, d.r.Array(func(i int) error {
			if err := d.r.Row(&d.row); err != nil {
				return err
			}
			return d.finding(&d.row, format.Place(where+"Findings", i))
		})
	})
	if err != nil {
		return err
	}
	if d.top.Text("NextToken") != "" {
		d.truncated = true
	}
	switch {
	case d.top.Row("detail").Has("findings"):
		d.truncated = true
		var findings []*jsonread.Row
		if err := objects(d.top.Row("detail"), "findings", &findings); err != nil {
			return fmt.Errorf("detail: %w", err)
		}
		for i, f := range findings {
			if err := d.finding(f, format.Place(where+"findings", i)); err != nil {
				return err
			}
		}
		return nil
	case d.top.Has("SchemaVersion"):
		return d.finding(&d.top, strings.TrimSuffix(where, "."))
	}
	return nil
}

// finding delivers the rows of one finding.
func (d *decoder) finding(w *jsonread.Row, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	var vulnerabilities, resources []*jsonread.Row
	if err := objects(w, "Vulnerabilities", &vulnerabilities); err != nil {
		return d.to.Skip(where, err.Error())
	}
	if err := objects(w, "Resources", &resources); err != nil {
		return d.to.Skip(where, err.Error())
	}
	if len(resources) == 0 {
		resources = append(resources, &jsonread.Row{})
	}
	own := ""
	if len(vulnerabilities) == 0 {
		if own = d.named(w, resources[0]); own == "" {
			d.others++
			return d.to.Skip(where, "the finding is not about a vulnerability")
		}
		vulnerabilities = append(vulnerabilities, &jsonread.Row{})
	}
	scanner := scannerOf(w)
	status := func(f *schema.Finding) {
		switch {
		case w.Row("Workflow").Text("Status") == "SUPPRESSED":
			f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "suppressed in Security Hub"
		case w.Text("RecordState") == "ARCHIVED":
			f.Status, f.StatusCause = schema.Healthy, "Archived"
		case w.Row("Workflow").Text("Status") == "RESOLVED":
			f.Status, f.StatusCause = schema.Healthy, "Resolved"
		}
	}
	raw := severity(w.Row("Severity"))
	title, description := w.Text("Title"), w.Text("Description")
	advice := w.Row("Remediation").Row("Recommendation").Text("Url")
	score := w.Row("ProductFields").Number("aws/inspector/inspectorScore")
	w.Drop("WorkflowState", "SchemaVersion")
	d.extra.Reset()
	w.Rest(&d.extra)
	d.about = append(d.about[:0], d.extra.JSON()...)
	for _, res := range resources {
		ref, img := d.scan(res, scanner)
		for _, v := range vulnerabilities {
			text := readText(v, scanner)
			if text.ID == "" {
				text.ID = own
			}
			if text.ID == "" {
				if err := d.to.Skip(where, "a vulnerability of the finding has no Id"); err != nil {
					return err
				}
				continue
			}
			text.Title, text.Description = plainTitle(title, text.ID), description
			if advice != "" && !slices.Contains(text.References, advice) {
				text.References = append(text.References, advice)
			}
			base := schema.Finding{VulnerabilityID: text.ID, Aliases: text.Aliases, SeverityRaw: raw, SeveritySource: scanner, CVSS: score}
			status(&base)
			if err := d.packages(where, ref, img, res, v, &base, &text, title); err != nil {
				return err
			}
			if err := d.to.Vulnerability(scanner, &text); err != nil {
				return err
			}
		}
	}
	return nil
}

// objects adds the objects of a list. A value that is no list of them is an
// error, which says so.
func objects(w *jsonread.Row, name string, to *[]*jsonread.Row) error {
	return w.Objects(name, func(i int, kid *jsonread.Row) error {
		if kid == nil {
			return fmt.Errorf("element %d of %s is no object", i, name)
		}
		*to = append(*to, kid)
		return nil
	})
}

// packages delivers a row for each package of a vulnerability.
func (d *decoder) packages(where string, ref format.Ref, img *schema.Image, res, v *jsonread.Row, base *schema.Finding, text *schema.Vulnerability, title string) error {
	var packages []*jsonread.Row
	if err := objects(v, "VulnerablePackages", &packages); err != nil {
		return d.to.Skip(where, err.Error())
	}
	if len(packages) == 0 {
		packages = append(packages, &jsonread.Row{})
	}
	for _, p := range packages {
		d.f = *base
		f := &d.f
		manager := p.Text("PackageManager")
		if manager == "OS" {
			manager = img.Distribution
		}
		f.PackageType, f.PackageName = purl.Type("", manager), p.Text("Name")
		f.InstalledVersion = aws.Version(p.Text("Epoch"), p.Text("Version"), p.Text("Release"))
		f.FixedVersion = aws.Fixed(p.Text("FixedInVersion"))
		f.Paths, f.Layer = p.Texts("FilePath"), p.Text("SourceLayerHash")
		if p.Len() == 0 {
			d.other(f, text, res, title)
		}
		if f.CVSS == 0 {
			f.CVSS = schema.BaseScore(text.CVSS)
		}
		f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
		if v.Text("FixAvailable") == "NO" {
			f.FixStatus = schema.FixNone
		}
		d.extra.Reset()
		d.extra.Raw("finding", d.about)
		p.Rest(&d.extra)
		f.Extra = d.extra.JSON()
		if err := d.to.Finding(ref, f); err != nil {
			return err
		}
	}
	return nil
}

// scan returns the scan of a resource.
func (d *decoder) scan(res *jsonread.Row, scanner string) (format.Ref, *schema.Image) {
	key, img := aws.Resource(res)
	if scanner == "trivy" {
		// Trivy names the target: "image (debian 12.5)", and then the lock
		// files within the image, which are no images.
		if name, os, ok := strings.Cut(img.Name, " ("); ok {
			img.Name = name
			img.Distribution, img.DistributionVersion, _ = strings.Cut(strings.TrimSuffix(os, ")"), " ")
			d.trivy, key = name, name
		} else if d.trivy != "" {
			key = d.trivy
		}
	}
	ref, scan, fresh := d.scans.Of(scanner + " " + key)
	if fresh {
		scan.Scanner, scan.Image = scanner, img
	}
	return ref, &scan.Image
}

// scannerOf names the tool that found something: Inspector, or what imported
// the finding.
func scannerOf(w *jsonread.Row) string {
	fields := w.Row("ProductFields")
	product := fields.Text("Product Name")
	if product == "" {
		product = w.Text("ProductName")
	}
	if product == "" {
		product = fields.Text("aws/securityhub/ProductName")
	}
	if product == "" || product == "Default" {
		arn := w.Text("ProductArn")
		product = arn[strings.LastIndexByte(arn, '/')+1:]
	}
	return strings.ReplaceAll(strings.ToLower(product), " ", "-")
}
