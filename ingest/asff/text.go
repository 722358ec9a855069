package asff

import (
	"regexp"
	"slices"
	"strings"

	"argosy/ingest/aws"
	"argosy/ingest/cvss"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// anID finds the id of a vulnerability in a title.
var anID = regexp.MustCompile(`\b(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|ALAS\w*-\d{4}-\d+|[DE]LA-\d+-\d+|DSA-\d+-\d+|USN-\d+-\d+|RHSA-\d{4}:\d+|SNYK-[A-Z0-9-]+)\b`)

// named returns the id of a vulnerability that a finding is about without a
// list of vulnerabilities: Trivy says so in the resource's details, older
// findings of Inspector in the title.
func (d *decoder) named(w, res *jsonread.Row) string {
	if id := res.Row("Details").Row("Other").Text("CVE ID"); id != "" {
		return id
	}
	if slices.ContainsFunc(w.Texts("Types"), func(t string) bool { return strings.Contains(t, "Vulnerabilities") }) {
		return anID.FindString(w.Text("Title"))
	}
	return ""
}

// severity is a finding's word for it; older findings have a number from 0 to
// 100 instead, which the format maps to words (ASFF, Severity.Normalized).
func severity(s *jsonread.Row) string {
	if word := s.Text("Label", "Original"); word != "" || !s.Has("Normalized") {
		return word
	}
	number := s.Number("Normalized")
	s.Keep("Normalized")
	switch {
	case number >= 90:
		return "CRITICAL"
	case number >= 70:
		return "HIGH"
	case number >= 40:
		return "MEDIUM"
	case number >= 1:
		return "LOW"
	}
	return "INFORMATIONAL"
}

// other completes a row without a package list from the resource's details
// (Trivy) or the title ("CVE-2024-1 - openssl").
func (d *decoder) other(f *schema.Finding, text *schema.Vulnerability, res *jsonread.Row, title string) {
	o := res.Row("Details").Row("Other")
	f.PackageName, f.InstalledVersion, f.FixedVersion = o.Text("PkgName"), o.Text("Installed Package"), o.Text("Patched Package")
	if t := o.Text("CVE Title"); t != "" {
		text.Title = t
	}
	for _, v := range []string{"3", "2"} {
		score := schema.CVSS{Source: "nvd", Version: v + ".0", Score: o.Number("NvdCvssScoreV" + v), Vector: o.Text("NvdCvssVectorV" + v)}
		if exact := cvss.Version(score.Vector); exact != "" {
			score.Version = exact
		}
		if score.Score > 0 && !slices.Contains(text.CVSS, score) {
			text.CVSS = append(text.CVSS, score)
		}
	}
	if _, name, ok := strings.Cut(title, " - "); ok && f.PackageName == "" {
		f.PackageName, _, _ = strings.Cut(name, ", ")
	}
	if f.PackageType == "" {
		_, img := aws.Resource(res)
		if _, os, ok := strings.Cut(img.Name, " ("); ok {
			f.PackageType = purl.Type("", strings.TrimSuffix(os, ")"))
		} else if o.Len() > 0 {
			f.Target, f.Paths = img.Name, []string{img.Name}
		}
	}
}

// plainTitle is a title that says more than the id and the package.
func plainTitle(title, id string) string {
	if strings.HasPrefix(title, id+" - ") || strings.Contains(title, " found a vulnerability to ") {
		return ""
	}
	return title
}

// readText reads what a vulnerability says of itself.
func readText(v *jsonread.Row, scanner string) schema.Vulnerability {
	vendor := v.Row("Vendor")
	text := schema.Vulnerability{
		ID:        v.Text("Id"),
		Published: aws.Time(vendor, "VendorCreatedAt"),
		Modified:  aws.Time(vendor, "VendorUpdatedAt"),
	}
	related := v.Texts("RelatedVulnerabilities")
	if cve := schema.CanonicalID(text.ID, related); cve != text.ID {
		text.Aliases = []string{cve}
	}
	v.Each("Cvss", func(c *jsonread.Row) {
		if s := aws.Score(c); !slices.Contains(text.CVSS, s) {
			text.CVSS = append(text.CVSS, s)
		}
	})
	text.EPSS = v.Float("EpssScore")
	for _, url := range append(vendor.Texts("Url"), v.Texts("ReferenceUrls")...) {
		if !slices.Contains(text.References, url) {
			text.References = append(text.References, url)
		}
	}
	var extra jsonread.Builder
	extra.Texts("RelatedVulnerabilities", related)
	extra.Text("ExploitAvailable", v.Text("ExploitAvailable"))
	v.Drop("VulnerablePackages", "FixAvailable")
	v.Rest(&extra)
	text.Extra = extra.JSON()
	return text
}
