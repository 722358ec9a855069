package sysdig

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

func sorted(m map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(m)) }

// distribution parts "debian 12.9" into name and version.
func distribution(s string) (string, string) {
	name, version, _ := strings.Cut(s, " ")
	return name, version
}

// packageType is the type of a package by Sysdig's word, the distribution for
// its own packages, and the path where both say nothing.
func packageType(word, distribution, path string) string {
	switch strings.ToLower(word) {
	case "os":
		return rows.OSType(distribution)
	case "":
		return rows.PathType(path)
	}
	return purl.Type("", word)
}

// resultFinding reads a vulnerability of a result, in the older form with
// severity {value, sourceName} and cvssScore {value {version, score, vector}},
// in the newer with severity as a word and cvssScore {version, score, vector}.
func resultFinding(w *jsonread.Row) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{VulnerabilityID: w.Text("name"), FixedVersion: w.Text("fixedInVersion", "fixVersion"), SeveritySource: scanner}
	v := &schema.Vulnerability{Published: w.Time("disclosureDate"), Description: w.Text("description")}
	f.PublishedAt = v.Published
	if f.SeverityRaw = w.Text("severity"); f.SeverityRaw == "" {
		s := w.Row("severity")
		f.SeverityRaw, f.SeveritySource = s.Text("value"), rows.First(s.Text("sourceName"), scanner)
	}
	if word := map[string]string{"0": "Negligible", "1": "Low", "2": "Medium", "3": "High", "4": "Critical"}[f.SeverityRaw]; word != "" {
		f.SeverityRaw = word
	}
	c := w.Row("cvssScore")
	source := rows.First(c.Text("sourceName"), scanner)
	if c.Has("value") {
		c = c.Row("value")
	}
	f.CVSS = rows.Score(v, source, c.Text("version"), c.Number("score"), c.Text("vector"))
	w.Row("providersMetadata").Members(func(name string, p *jsonread.Row) {
		pc := p.Row("cvssScore")
		rows.Score(v, name, pc.Text("version"), pc.Number("score"), pc.Text("vector"))
		if v.EPSS == nil {
			e := p.Row("epssScore")
			v.EPSS, v.EPSSPercentile, v.EPSSDate = e.Float("score"), e.Float("percentile"), e.Time("timestamp")
		}
	})
	v.KEV = w.Bool("cisaKev") || w.Has("cisaKev") && w.Row("cisaKev").Len() > 0
	v.KEVDue = w.Row("cisaKev").Time("dueDate")
	w.Keep("cisaKev")
	if link := w.Text("link", "url"); link != "" {
		v.References = []string{link}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	return f, v
}

// reportRow delivers a row of a report, whose names differ from version to
// version: vulnName, "Vulnerability ID", vuln_id, "CVE ID", "Vulnerability Name".
func reportRow(d *rows.Delivery, images *rows.Images, w rows.Fields, where string) error {
	o := images.Open(scanner, rowImage(w))
	f := &schema.Finding{
		VulnerabilityID: w.Text("vulnName", "Vulnerability ID", "vuln_id", "CVE ID", "Vulnerability Name"),
		PackageName:     w.Text("packageName", "scan_package_name"), InstalledVersion: w.Text("packageVersion", "scan_package_version"),
		FixedVersion: w.Text("vulnFixVersion", "Fix version", "vuln_fixed_in_version", "packageSuggestedFix", "Package suggested fix"),
		SeverityRaw:  w.Text("vulnSeverity", "Severity", "vuln_severity", "CVE Severity", "Vulnerability Severity"), SeveritySource: scanner,
	}
	path := w.Text("packagePath", "scan_package_path")
	f.PackageType = packageType(w.Text("packageType", "scan_package_type"), o.Scan.Image.Distribution, path)
	if path != "" {
		f.Paths = []string{path}
	}
	v := &schema.Vulnerability{Published: w.Time("vulnDisclosureDate", "Vuln Publish date", "vuln_disclosure_date", "Vuln Disclosure Date", "Disclosure Date"),
		EPSS: w.Float("EPSS Score"), EPSSPercentile: w.Float("EPSS Percentile")}
	if v.EPSS == nil {
		v.EPSS, v.EPSSPercentile = w.Float("vuln_epss_score"), w.Float("vuln_epss_percentile")
	}
	f.PublishedAt = v.Published
	if link := w.Text("vulnLink", "Vuln link", "CVE URL"); link != "" {
		v.References = []string{link}
	}
	f.CVSS = rows.Score(v, scanner, w.Text("vulnCvssVersion", "CVSS version", "vuln_cvss_version", "CVSS Score Version"),
		w.Number("vulnCvssScore", "CVSS score", "vuln_cvss_score"), w.Text("vulnCvssVector", "CVSS vector", "vuln_cvss_vector"))
	v.KEVDue = w.Time("vuln_cisa_kev_due_date", "CISA KEV Due Date")
	v.KEV = !v.KEVDue.IsZero() || !w.Time("CISA KEV Publish Date").IsZero() || w.Bool("CISA KEV", "cisaKev")
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	if w.Bool("riskAccepted", "vuln_risk_accepted") {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "the risk is accepted in Sysdig"
	}
	return d.Finding(o.Ref, where, f, v, w)
}

func rowImage(w rows.Fields) schema.Image {
	i := schema.Image{Name: w.Text("imagePullString", "container_image", "Image", "Image Name"), ConfigDigest: rows.Digest(w.Text("imageId", "container_image_id", "Image ID"))}
	i.Distribution, i.DistributionVersion = distribution(w.Text("osName", "container_image_distro"))
	if i.Name == "" {
		i.Name = rows.Name(w.Text("Registry name"), w.Text("Registry image repository"), "")
	}
	w.Keep("Registry name", "Registry image repository")
	if i.Name == "" && i.ConfigDigest == "" {
		if i.Name = w.Text("hostName", "host_hostname", "Host name"); i.Name != "" {
			i.Kind = schema.KindHost
		}
	}
	return i
}

func decodeTable(ctx context.Context, in *format.Input, to format.Sink) error {
	images := rows.NewImages(to)
	err := rows.Table(ctx, in, to, scanner, func(d *rows.Delivery, _ *csvread.Reader, w *csvread.Row) error {
		return reportRow(d, images, w, w.Where())
	})
	if err != nil {
		return err
	}
	return images.Close()
}
