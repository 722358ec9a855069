package csvmap

import (
	"fmt"
	"strings"
	"time"

	"argosy/ingest/cvss"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

// values takes the fields of one row. The first text that a field cannot
// understand is kept as the error: the mapping does not fit the table.
type values struct {
	d   *decoder
	err error
}

// text returns the text of a field after pattern and map.
func (v *values) text(f field) string {
	s := v.raw(f)
	if s == "" {
		return ""
	}
	if word, ok := v.d.m.values[f].words[strings.ToLower(s)]; ok {
		return word
	}
	return s
}

// raw is text before map: the table's own word.
func (v *values) raw(f field) string {
	val := v.d.m.values[f]
	if val == nil {
		return ""
	}
	s := val.constant
	for _, c := range val.columns {
		cell := v.d.cell(c)
		if v.d.m.empty[strings.ToLower(cell)] {
			cell = ""
		}
		s = rows.First(s, cell)
	}
	if val.parts != nil {
		s = v.fill(val.parts)
	}
	if val.pattern != nil && s != "" {
		s = match(val, s)
	}
	return s
}

// fill writes a template. With an empty column it says nothing: half a name
// would be the name of something else.
func (v *values) fill(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.column == nil {
			b.WriteString(p.text)
			continue
		}
		cell := v.d.cell(*p.column)
		if cell == "" || v.d.m.empty[strings.ToLower(cell)] {
			return ""
		}
		b.WriteString(cell)
	}
	return b.String()
}

// match returns what the pattern's first group found, or the whole match
// where it has no group; "" where it does not fit.
func match(val *value, s string) string {
	found := val.pattern.FindStringSubmatch(s)
	switch len(found) {
	case 0:
		return ""
	case 1:
		return found[0]
	}
	return found[1]
}

// list returns the elements of a field.
func (v *values) list(f field) []string {
	s := v.text(f)
	if s == "" {
		return nil
	}
	val := v.d.m.values[f]
	if val.split == "" {
		return []string{s}
	}
	var out []string
	for _, e := range strings.Split(s, val.split) {
		if e = strings.TrimSpace(e); e != "" {
			out = append(out, e)
		}
	}
	return out
}

// understand reads a field that is more than text.
func (v *values) understand(f field, k kind) understood {
	s := v.text(f)
	if s == "" {
		return understood{}
	}
	u, err := understand(k, s, v.d.m.dates)
	if err != nil && v.err == nil {
		v.err = fmt.Errorf("%s: %s (mapping %q, line %d): %w", v.d.row.Where(), f, v.d.m.name, v.d.m.values[f].at.line, err)
	}
	return u
}

func (v *values) time(f field) time.Time { return v.understand(f, date).time }

func (v *values) optional(f field) *float64 {
	if v.text(f) == "" {
		return nil
	}
	n := v.understand(f, number).number
	return &n
}

// image reads what the row is about, and the scan as far as rows tell of it.
func (v *values) image() (*schema.Image, *schema.Scan) {
	i := &schema.Image{
		Kind: v.understand("image.kind", resource).resource, Name: v.text("image.name"),
		Registry: v.text("image.registry"), Repository: v.text("image.repository"), Tag: v.text("image.tag"),
		Digest: v.text("image.digest"), ConfigDigest: v.text("image.config_digest"),
		OS: v.text("image.os"), Architecture: v.text("image.architecture"),
		Distribution: v.text("image.distribution"), DistributionVersion: v.text("image.distribution_version"),
		Created: v.time("image.created"), Pushed: v.time("image.pushed"),
	}
	if i.Repository != "" && i.Registry == "" {
		// A repository alone may begin with its registry, as names do.
		i.Name, i.Repository = rows.First(i.Name, rows.Name("", i.Repository, i.Tag)), ""
	}
	return i, &schema.Scan{At: v.time("scan.at"), ScannerVersion: v.text("scan.scanner_version"), DatabaseVersion: v.text("scan.database_version")}
}

// ids are the vulnerabilities that a row tells of, one finding each.
func (v *values) ids() []string {
	ids := v.list("finding.id")
	for _, id := range ids {
		if strings.Count(strings.ToUpper(id), "CVE-") > 1 && v.err == nil {
			v.err = fmt.Errorf("%s: finding.id holds several ids, %q; give it a split, as in {column: ..., split: \",\"} (mapping %q, line %d)",
				v.d.row.Where(), id, v.d.m.name, v.d.m.values["finding.id"].at.line)
		}
	}
	return ids
}

// finding reads the row's finding of its vulnerabilities but for their ids.
// Other names are taken of one vulnerability only: of several they name none.
func (v *values) finding(ids []string) *schema.Finding {
	var aliases []string
	if len(ids) == 1 {
		aliases = v.list("finding.aliases")
	}
	f := &schema.Finding{
		Aliases:     aliases,
		PackageType: purl.Type(v.text("finding.purl"), v.text("finding.package_type")), PackageName: v.text("finding.package"),
		InstalledVersion: v.text("finding.version"), FixedVersion: v.text("finding.fixed_version"),
		FixStatus: v.understand("finding.fix_status", fix).fix, PURL: v.text("finding.purl"), Paths: v.list("finding.paths"),
		Layer: v.text("finding.layer"), SeverityRaw: v.raw("finding.severity"), SeveritySource: rows.First(v.text("finding.severity_source"), v.d.m.scanner),
		CVSS: v.understand("finding.cvss", number).number, Target: v.text("finding.target"),
		Status: v.understand("finding.status", state).state, StatusReason: v.text("finding.status_reason"),
		PublishedAt: v.time("vulnerability.published"),
	}
	if f.Status == schema.NotApplicable {
		f.StatusCause = "Exempt"
	}
	if v.err == nil && (f.CVSS < 0 || f.CVSS > 10) {
		v.err = fmt.Errorf("%s: the CVSS score %v is not from 0 to 10", v.d.row.Where(), f.CVSS)
	}
	if f.CVSS == 0 {
		f.CVSS, _ = cvss.Score(v.text("vulnerability.cvss_vector"))
	}
	f.Severity = schema.SeverityOf(v.text("finding.severity"), f.CVSS)
	return f
}

func (v *values) vulnerability(f *schema.Finding) *schema.Vulnerability {
	out := &schema.Vulnerability{
		Aliases: f.Aliases, Title: v.text("vulnerability.title"), Description: v.text("vulnerability.description"),
		References: v.list("vulnerability.references"), CWEs: v.list("vulnerability.cwes"),
		Published: f.PublishedAt, Modified: v.time("vulnerability.modified"),
		EPSS: v.optional("vulnerability.epss"), EPSSPercentile: v.optional("vulnerability.epss_percentile"),
		KEV: v.understand("vulnerability.kev", boolean).yes,
	}
	vector := v.text("vulnerability.cvss_vector")
	if f.CVSS > 0 || vector != "" {
		out.CVSS = []schema.CVSS{{Source: f.SeveritySource, Version: cvss.Version(vector), Score: f.CVSS, Vector: vector}}
	}
	return out
}
