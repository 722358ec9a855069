package export

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"argosy/schema"
)

// sarifColumns finds what a finding needs among the columns of a result, by
// the names that argosy's reports, its views and the reference query use.
type sarifColumns struct {
	vulnerability, severity, title, pkg, installed, fixed, cvss, registry, repository, tags, digest int
}

func newSARIFColumns(columns []schema.Column) (*sarifColumns, error) {
	var c sarifColumns
	for _, want := range []struct {
		at    *int
		names []string
	}{
		{&c.vulnerability, []string{"vulnerability", "vulnName", "cve", "cveId", "vulnerabilityId"}},
		{&c.severity, []string{"severity", "scanFindingSeverity"}},
		{&c.title, []string{"title"}},
		{&c.pkg, []string{"package_name", "packageName", "package"}},
		{&c.installed, []string{"installed_version", "installedPackageVersion", "installedVersion", "installed"}},
		{&c.fixed, []string{"fixed_version", "fixedPackageVersion", "fixedVersion", "fixed", "update_to"}},
		{&c.cvss, []string{"cvss", "cvssV30Score", "cvss_v3"}},
		{&c.registry, []string{"registry", "registryName"}},
		{&c.repository, []string{"repository", "repositoryName"}},
		{&c.tags, []string{"tags"}},
		{&c.digest, []string{"digest", "imageDigest"}},
	} {
		*want.at = slices.IndexFunc(columns, func(col schema.Column) bool {
			return slices.ContainsFunc(want.names, func(n string) bool { return strings.EqualFold(n, col.Name) })
		})
	}
	if c.vulnerability < 0 || c.repository < 0 && c.digest < 0 {
		return nil, columnsError("writing SARIF: a finding needs the columns vulnerability and repository or digest, the result has %s; try the report findings",
			strings.Join(columnNames(columns), ", "))
	}
	return &c, nil
}

func at(row []any, i int) string {
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(text(row[i]))
}

// sarifRule is a vulnerability: what several results have in common.
type sarifRule struct {
	id, title string
	severity  schema.Severity
	score     float64
}

// writeSARIF writes the findings of the main sheet as a SARIF 2.1.0 log. The
// results come first and the rules that they refer to after them, so that
// only the rules are held in memory.
func writeSARIF(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	out := newOutput(w)
	stats, err := writeMain(ctx, plan, func(src *source) error {
		c, err := newSARIFColumns(src.columns)
		if err != nil {
			return err
		}
		var rules []*sarifRule
		index := map[string]int{}
		out.buf = append(out.buf, `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[`...)
		for n := 0; src.next(); n++ {
			row := src.values()
			id := at(row, c.vulnerability)
			if id == "" {
				id = "unknown"
			}
			i, known := index[id]
			if !known {
				i = len(rules)
				index[id] = i
				rules = append(rules, &sarifRule{id: id})
			}
			severity, _ := schema.ParseSeverity(at(row, c.severity))
			rules[i].see(severity, at(row, c.title), at(row, c.cvss))
			if n > 0 {
				out.buf = append(out.buf, ',')
			}
			out.buf = c.appendResult(append(out.buf, '\n'), row, id, i, severity)
			if err := out.roll(); err != nil {
				return err
			}
		}
		out.buf = append(out.buf, "\n],\"tool\":{\"driver\":{\"name\":\"argosy\",\"version\":"...)
		out.buf = append(appendJSONString(out.buf, plan.Version), `,"rules":[`...)
		for i, r := range rules {
			if i > 0 {
				out.buf = append(out.buf, ',')
			}
			out.buf = r.append(append(out.buf, '\n'))
			if err := out.roll(); err != nil {
				return err
			}
		}
		out.buf = append(out.buf, "\n]}},\"properties\":{\"title\":"...)
		out.buf = appendJSONString(out.buf, planTitle(plan))
		out.buf = appendJSONString(append(out.buf, `,"data":`...), plan.DataLine())
		out.buf = append(out.buf, "}}]}\n"...)
		return out.flush()
	})
	stats.Bytes = out.bytes
	return stats, err
}

// see takes what a row says of the rule; the highest word and score speak.
func (r *sarifRule) see(severity schema.Severity, title, cvss string) {
	r.severity = max(r.severity, severity)
	if r.title == "" {
		r.title = title
	}
	if score, err := strconv.ParseFloat(cvss, 64); err == nil && score >= 0 && score <= 10 {
		r.score = max(r.score, score)
	}
}

// sarifLevel is the level of a severity, and the score that stands for it
// where there is none.
func sarifLevel(s schema.Severity) (level string, score float64) {
	switch s {
	case schema.Critical:
		return "error", 9.5
	case schema.High:
		return "error", 8
	case schema.Medium:
		return "warning", 5.5
	case schema.Low:
		return "note", 2
	}
	return "note", 0
}

func (r *sarifRule) append(dst []byte) []byte {
	level, score := sarifLevel(r.severity)
	if r.score > 0 {
		score = r.score
	}
	title := r.title
	if title == "" {
		title = r.id
	}
	dst = appendJSONString(append(dst, `{"id":`...), r.id)
	dst = appendJSONString(append(dst, `,"shortDescription":{"text":`...), title)
	dst = appendJSONString(append(dst, `},"defaultConfiguration":{"level":`...), level)
	dst = append(dst, '}')
	if base, ok := linkBase(r.id); ok {
		dst = appendJSONString(append(dst, `,"helpUri":`...), base+r.id)
	}
	dst = appendJSONString(append(dst, `,"properties":{"security-severity":`...), strconv.FormatFloat(score, 'f', 1, 64))
	dst = appendJSONString(append(dst, `,"tags":["vulnerability","security",`...), strings.ToUpper(r.severity.String()))
	return append(dst, "]}}"...)
}

// appendResult appends one finding. Its fingerprint is made of what stays the
// same from scan to scan: vulnerability, image and package.
func (c *sarifColumns) appendResult(dst []byte, row []any, id string, rule int, severity schema.Severity) []byte {
	place := strings.Trim(at(row, c.registry)+"/"+at(row, c.repository), "/")
	if place == "" {
		place = at(row, c.digest)
	}
	pkg, installed, fixed, digest := at(row, c.pkg), at(row, c.installed), at(row, c.fixed), at(row, c.digest)
	message := id
	if pkg != "" {
		message += " in " + strings.TrimSpace(pkg+" "+installed)
	}
	message += " of " + place
	if tags := at(row, c.tags); tags != "" {
		message += ":" + tags
	}
	if digest != "" && digest != place {
		message += "@" + digest
	}
	if fixed != "" {
		message += "; fixed in " + fixed
	}
	level, _ := sarifLevel(severity)
	dst = appendJSONString(append(dst, `{"ruleId":`...), id)
	dst = strconv.AppendInt(append(dst, `,"ruleIndex":`...), int64(rule), 10)
	dst = appendJSONString(append(dst, `,"level":`...), level)
	dst = appendJSONString(append(dst, `,"message":{"text":`...), message)
	dst = appendJSONString(append(dst, `},"locations":[{"physicalLocation":{"artifactLocation":{"uri":`...), (&url.URL{Path: place}).String())
	dst = append(dst, `},"region":{"startLine":1}}}],"partialFingerprints":{"argosyFinding/v1":`...)
	sum := sha256.Sum256([]byte(strings.Join([]string{id, place, digest, pkg, installed}, "\x00")))
	dst = appendJSONString(dst, fmt.Sprintf("%x", sum[:16]))
	dst = append(dst, `},"properties":{`...)
	for i, p := range []struct{ name, value string }{{"severity", severity.String()}, {"package", pkg}, {"installedVersion", installed},
		{"fixedVersion", fixed}, {"image", place}, {"tags", at(row, c.tags)}, {"digest", digest}} {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSONString(append(appendJSONString(dst, p.name), ':'), p.value)
	}
	return append(dst, "}}"...)
}
