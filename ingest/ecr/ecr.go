// Package ecr reads the answer of Amazon ECR's describe-image-scan-findings,
// of basic scans (findings with attributes) and of enhanced ones, which repeat
// Inspector's findings (ECR API, DescribeImageScanFindings).
package ecr

import (
	"context"
	"strings"

	"argosy/ingest/aws"
	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// name is the format's name and, for basic scans, the scanner's.
const name = "ecr"

// Format reads scan findings of ECR.
var Format = format.Format{
	Name:   name,
	Title:  "Amazon ECR scan findings",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	at := ""
	if o.Root == '[' {
		at = "[]."
	}
	n := o.Count(at+"imageScanFindings", at+"imageScanFindings.findings", at+"imageScanFindings.enhancedFindings",
		at+"imageScanFindings.findingSeverityCounts", at+"imageScanStatus", at+"imageScanStatus.status",
		at+"registryId", at+"repositoryName", at+"imageId")
	if o.Has(at+"imageScanFindings") || o.HasAll(at+"imageScanStatus.status", at+"repositoryName") {
		return format.Match{Verdict: format.Yes, Score: n + 1}
	}
	if o.HasAll(at+"findings[].name", at+"findings[].attributes[].key", at+"findings[].attributes[].value") {
		return format.Match{Verdict: format.Yes, Version: bare, Score: 4 + o.Count(at+"findingSeverityCounts", at+"imageScanCompletedAt")}
	}
	if o.HasAll(at+"detail.scan-status", at+"detail.repository-name") {
		return format.Match{Verdict: format.NotApplicable, Score: 4,
			Reason: "this is an event of Amazon ECR, which counts findings and names none; ask for them with: aws ecr describe-image-scan-findings"}
	}
	return format.Match{Score: n, Reason: "scan findings of ECR have imageScanFindings"}
}

// bare is the version of an answer that --query cut down to its findings.
const bare = "findings"

// decoder reads one stream.
type decoder struct {
	ctx      context.Context
	in       *format.Input
	to       format.Sink
	r        *jsonread.Reader
	top, row jsonread.Row
	f        schema.Finding
	extra    jsonread.Builder
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, r: jsonread.New(in)}
	return d.r.Documents(d.document)
}

// scanned is what imageScanFindings holds. The scan of a basic report is begun
// by its first finding; those of an enhanced one name their image themselves.
type scanned struct {
	basic    format.Scans
	enhanced *aws.Findings
	about    jsonread.Row
}

func (d *decoder) document(where string) error {
	s := scanned{basic: format.Scans{To: d.to}, enhanced: aws.NewFindings(d.to)}
	var err error
	if d.in.Version == bare {
		err = d.findings(&s, strings.TrimSuffix(where, "."))
	} else {
		err = d.r.Split(&d.top, func(key []byte) (bool, error) {
			if string(key) != "imageScanFindings" {
				return false, nil
			}
			return true, d.findings(&s, where+"imageScanFindings")
		})
	}
	if err != nil {
		return err
	}
	if s.enhanced.Scans.Len() == 0 {
		s.basic.Of("")
	}
	scan := d.describe(&s.about)
	err = s.enhanced.Scans.End(func(e *schema.Scan) {
		e.At, e.DatabaseVersion, e.Partial, e.Incomplete = scan.At, scan.DatabaseVersion, scan.Partial, scan.Incomplete
	})
	if err != nil {
		return err
	}
	return s.basic.End(func(b *schema.Scan) { *b = scan })
}

func (d *decoder) findings(s *scanned, where string) error {
	return d.r.Split(&s.about, func(key []byte) (bool, error) {
		switch string(key) {
		case "findings":
			return true, d.r.Array(func(i int) error {
				if err := d.r.Row(&d.row); err != nil {
					return err
				}
				ref, _, _ := s.basic.Of("")
				return d.finding(ref, format.Place(strings.TrimPrefix(where+".findings", "."), i))
			})
		case "enhancedFindings":
			return true, d.r.Array(func(i int) error {
				if err := d.r.Row(&d.row); err != nil {
					return err
				}
				return s.enhanced.Read(d.ctx, &d.row, format.Place(where+".enhancedFindings", i))
			})
		}
		return false, nil
	})
}

// describe says what was scanned, when, and whether the scan came to an end.
func (d *decoder) describe(about *jsonread.Row) schema.Scan {
	scan := schema.Scan{Scanner: name, At: aws.Time(about, "imageScanCompletedAt"), Partial: d.top.Text("nextToken") != ""}
	if t := aws.Time(about, "vulnerabilitySourceUpdatedAt"); !t.IsZero() {
		scan.DatabaseVersion = t.Format("2006-01-02T15:04:05Z07:00")
	}
	id := d.top.Row("imageId")
	img := &scan.Image
	img.Digest, img.Tag = id.Text("imageDigest"), id.Text("imageTag")
	if d.in.Image == "" {
		// The user's name is better than an account's number: a basic scan
		// does not name its region.
		img.Registry, img.Repository = d.top.Text("registryId"), d.top.Text("repositoryName")
	}
	switch status := d.top.Row("imageScanStatus"); status.Text("status") {
	case "", "COMPLETE", "ACTIVE":
	default:
		scan.Incomplete = strings.TrimSuffix(status.Text("status")+": "+status.Text("description"), ": ")
	}
	return scan
}

// finding delivers a finding of a basic scan. What it says of the package
// stands in a list of keys and values.
func (d *decoder) finding(ref format.Ref, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	w := &d.row
	d.f = schema.Finding{VulnerabilityID: w.Text("name"), SeverityRaw: w.Text("severity"), SeveritySource: name}
	f := &d.f
	if f.VulnerabilityID == "" {
		return d.to.Skip(where, "the finding has no name")
	}
	var scores []schema.CVSS
	vector := map[string]string{}
	d.extra.Reset()
	w.Each("attributes", func(a *jsonread.Row) {
		key, value := a.Text("key"), a.Text("value")
		switch key {
		case "package_name":
			f.PackageName = value
		case "package_version":
			f.InstalledVersion = value
		case "CVSS2_VECTOR", "CVSS3_VECTOR", "CVSS4_VECTOR":
			vector[key[4:5]] = value
		case "CVSS2_SCORE", "CVSS3_SCORE", "CVSS4_SCORE":
			scores = append(scores, schema.CVSS{Source: name, Version: key[4:5] + ".0", Score: a.Number("value")})
		default:
			d.extra.Text(key, value)
		}
	})
	for i := range scores {
		c := &scores[i]
		c.Vector = vector[c.Version[:1]]
		if v := cvss.Version(c.Vector); v != "" {
			c.Version = v
		}
		if f.CVSS == 0 || c.Version[0] == '3' {
			f.CVSS = c.Score
		}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	uri := w.Text("uri")
	f.PackageType = packageType(uri)
	text := schema.Vulnerability{ID: f.VulnerabilityID, Description: w.Text("description"), CVSS: scores}
	if uri != "" {
		text.References = []string{uri}
	}
	w.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	if err := d.to.Finding(ref, f); err != nil {
		return err
	}
	return d.to.Vulnerability(name, &text)
}

// packageType tells the type of a package by the tracker that a basic scan
// links to; it covers the packages of distributions only.
func packageType(uri string) string {
	for _, d := range []string{"ubuntu", "debian", "alpine", "alas", "amazon", "redhat", "oracle"} {
		if strings.Contains(uri, d) {
			if d == "alas" {
				d = "amazon"
			}
			return purl.Type("", d)
		}
	}
	return ""
}
