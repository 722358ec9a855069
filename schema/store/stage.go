package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"argosy/schema"
)

// stagedRow is a finding with its number; details are staged beside it only
// where it has any.
type stagedRow struct {
	no    int64
	words uint64
	f     schema.StagedFinding
}

// separator joins lists within a staged text; it cannot stand in a path or id.
const separator = "\x1f"

func joined(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strings.Join(list, separator)
}

func rowFields() []field[stagedRow] {
	type r = stagedRow
	return []field[r]{
		longField("row_no", func(v *r) int64 { return v.no }),
		longField("scan_no", func(v *r) int64 { return int64(v.f.Scan) }),
		idField("finding", func(v *r) [16]byte { return v.f.ID }),
		textField("vulnerability", func(v *r) string { return v.f.Canonical }),
		wordField("kind", schema.Kinds(), func(v *r) schema.Kind { return cmp.Or(v.f.Kind, schema.KindVulnerability) }),
		textField("package_type", func(v *r) string { return v.f.PackageType }),
		textField("package_name", func(v *r) string { return v.f.PackageName }),
		textField("installed_version", func(v *r) string { return v.f.InstalledVersion }),
		textField("fixed_version", func(v *r) string { return v.f.FixedVersion }),
		wordField("fix_status", schema.FixStatuses(), func(v *r) schema.FixStatus { return v.f.FixStatus }),
		textField("purl", func(v *r) string { return v.f.PURL }),
		textField("paths", func(v *r) string { return joined(v.f.Paths) }),
		textField("layer", func(v *r) string { return v.f.Layer }),
		wordField("severity", severities(), func(v *r) string { return v.f.Severity.String() }),
		textField("severity_raw", func(v *r) string { return v.f.SeverityRaw }),
		textField("severity_source", func(v *r) string { return v.f.SeveritySource }),
		realField("cvss", func(v *r) *float64 { return score(&v.f.CVSS) }),
		wordField("status", schema.Statuses(), func(v *r) schema.Status { return v.f.Status }),
		hashField("words", func(v *r) uint64 { return v.words }),
		textField("running", func(v *r) string { return v.f.Running }),
		boolField("gone", func(v *r) bool { return v.f.Gone }),
	}
}

func severities() []string {
	var out []string
	for _, s := range slices.Backward(schema.Severities()) {
		out = append(out, s.String())
	}
	return out
}

// score treats zero as no score: no scanner scores a vulnerability 0.
func score(f *float64) *float64 {
	if *f <= 0 || math.IsNaN(*f) || *f > 10 {
		return nil
	}
	return f
}

// hasDetails says whether a finding has anything that staged rows do not hold.
func hasDetails(f *schema.StagedFinding) bool {
	return f.VulnerabilityID != f.Canonical || f.StatusCause != "" || f.StatusReason != "" || f.AssessmentKey != "" ||
		f.Row != nil || f.Extra != nil || !f.PublishedAt.IsZero() || len(f.Aliases) > 0
}

func detailFields() []field[stagedRow] {
	type r = stagedRow
	row := func(get func(*schema.ResourceRow) string) func(*r) string {
		return func(v *r) string {
			if v.f.Row == nil {
				return ""
			}
			return get(v.f.Row)
		}
	}
	return []field[r]{
		longField("row_no", func(v *r) int64 { return v.no }),
		longField("scan_no", func(v *r) int64 { return int64(v.f.Scan) }),
		longField("bytes", func(v *r) int64 { return int64(v.f.Bytes()) }),
		textField("reported_id", func(v *r) string {
			if v.f.VulnerabilityID == v.f.Canonical {
				return ""
			}
			return v.f.VulnerabilityID
		}),
		textField("aliases", func(v *r) string { return joined(v.f.Aliases) }),
		textField("status_cause", func(v *r) string { return v.f.StatusCause }),
		textField("status_reason", func(v *r) string { return v.f.StatusReason }),
		textField("assessment_key", func(v *r) string { return ownKey(&v.f) }),
		textField("display_name", row(func(x *schema.ResourceRow) string { return displayName(x) })),
		timeField("published", func(v *r) time.Time { return v.f.PublishedAt }),
		textField("row_id", row(func(x *schema.ResourceRow) string { return x.ID })),
		textField("row_name", row(func(x *schema.ResourceRow) string { return x.Name })),
		textField("row_type", row(func(x *schema.ResourceRow) string { return x.Type })),
		textField("row_properties", row(func(x *schema.ResourceRow) string {
			if x.Type != "microsoft.security/assessments/subassessments" {
				return ""
			}
			return string(x.Properties)
		})),
		textField("extra", func(v *r) string { return string(v.f.Extra) }),
	}
}

// ownKey keeps the assessment keys of other clouds and of machines, which stay
// with their rows. Every other key is a view of one and the same set of rows and is
// chosen when a query is run. See the Defender recommendation reference.
func ownKey(f *schema.StagedFinding) string {
	key := strings.ToLower(f.AssessmentKey)
	switch key {
	case "c27441ae-775c-45be-8ffa-655de37362ce", "2a139383-ec7e-462a-90ac-b1b60e87d576", // AWS registries
		"5cc3a2c1-8397-456f-8792-fe9d0d4c9145", "24e37609-dcf5-4a3b-b2b0-b7d76f2e4e04", // GCP registries
		"682b2595-d045-4cff-b5aa-46624eb2dd8f", "d5d1e526-363a-4223-b860-f4b6e710859f", // running in AWS
		"e538731a-80c8-4317-a119-13075e002516", "c7c1d31d-a604-4b86-96df-63448618e165": // running in GCP
		return key
	}
	if f.Row != nil {
		if id := strings.ToLower(f.Row.ID); strings.Contains(id, "/virtualmachines/") || strings.Contains(id, "/providers/microsoft.hybridcompute/machines/") {
			return key
		}
	}
	return ""
}

// displayName finds the member of that name; it does not read what it passes.
func displayName(x *schema.ResourceRow) string {
	if x.Type != "microsoft.security/assessments/subassessments" {
		return ""
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(x.Properties), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return ""
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if !strings.EqualFold(name.String(), "displayName") {
			if dec.SkipValue() != nil {
				return ""
			}
			continue
		}
		if dec.PeekKind() != '"' {
			return ""
		}
		value, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		return value.String()
	}
	return ""
}

func advisoryFields() []field[schema.StagedAdvisory] {
	type a = schema.StagedAdvisory
	best := func(major string, get func(*schema.CVSS) *float64) func(*a) *float64 {
		return func(v *a) *float64 {
			if c := bestCVSS(v.CVSS, major); c != nil {
				return get(c)
			}
			return nil
		}
	}
	vector := func(major string) func(*a) string {
		return func(v *a) string {
			if c := bestCVSS(v.CVSS, major); c != nil {
				return c.Vector
			}
			return ""
		}
	}
	number := func(c *schema.CVSS) *float64 { return score(&c.Score) }
	return []field[a]{
		longField("file_no", func(v *a) int64 { return int64(v.File) }),
		textField("id", func(v *a) string { return v.ID }),
		textField("scanner", func(v *a) string { return v.Scanner }),
		textField("canonical", func(v *a) string { return v.Canonical }),
		textField("aliases", func(v *a) string { return joined(v.Aliases) }),
		textField("title", func(v *a) string { return v.Title }),
		textField("description", func(v *a) string { return v.Description }),
		textField("cvss", func(v *a) string { return cvssJSON(v.CVSS) }),
		realField("cvss_v2", best("2", number)), textField("cvss_v2_vector", vector("2")),
		realField("cvss_v3", best("3", number)), textField("cvss_v3_vector", vector("3")),
		realField("cvss_v4", best("4", number)), textField("cvss_v4_vector", vector("4")),
		textField("cwes", func(v *a) string { return joined(v.CWEs) }),
		textField("refs", func(v *a) string { return joined(v.References) }),
		timeField("published", func(v *a) time.Time { return v.Published }),
		timeField("modified", func(v *a) time.Time { return v.Modified }),
		timeField("withdrawn", func(v *a) time.Time { return v.Withdrawn }),
		realField("epss", func(v *a) *float64 { return v.EPSS }),
		realField("epss_percentile", func(v *a) *float64 { return v.EPSSPercentile }),
		timeField("epss_date", func(v *a) time.Time { return v.EPSSDate }),
		boolField("kev", func(v *a) bool { return v.KEV }),
		timeField("kev_due", func(v *a) time.Time { return v.KEVDue }),
		textField("extra", func(v *a) string { return string(v.Extra) }),
	}
}

// bestCVSS picks the score of a major version that speaks for the
// vulnerability itself: NVD's, then the advisory databases', then any.
func bestCVSS(list []schema.CVSS, major string) *schema.CVSS {
	rank := func(c *schema.CVSS) int {
		switch strings.ToLower(c.Source) {
		case "nvd", "nvd@nist.gov", "nist":
			return 0
		case "ghsa", "github", "security-advisories@github.com":
			return 1
		case "redhat":
			return 2
		}
		return 3
	}
	var best *schema.CVSS
	for i := range list {
		c := &list[i]
		if strings.HasPrefix(c.Version, major) && score(&c.Score) != nil && (best == nil || rank(c) < rank(best)) {
			best = c
		}
	}
	return best
}

func cvssJSON(list []schema.CVSS) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "" // texts and finite numbers always marshal
	}
	return string(b)
}

// wordsOf hashes what a scanner says of a finding beyond its identity, so that
// a change of words is seen without comparing columns. FNV-1a, 64 bits: the
// hash is stored and must be the same in every version.
func wordsOf(f *schema.StagedFinding) uint64 {
	const prime, offset = 1099511628211, 14695981039346656037
	h := uint64(offset)
	add := func(s string) {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * prime
		}
		h = (h ^ 0xff) * prime
	}
	add(f.Severity.String())
	add(f.SeverityRaw)
	add(f.SeveritySource)
	add(f.FixedVersion)
	add(string(f.FixStatus))
	add(string(f.Status))
	add(f.StatusCause)
	add(f.StatusReason)
	h = (h ^ math.Float64bits(f.CVSS)) * prime
	return h
}
