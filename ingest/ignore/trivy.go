package ignore

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"argosy/schema"
	"argosy/schema/yamlplace"
)

// trivyLines reads .trivyignore: an id on each line, optionally followed by
// exp:YYYY-MM-DD; comments above a line are its reason
// (https://trivy.dev/latest/docs/configuration/filtering/).
func trivyLines(name, text string) (*File, error) {
	f := &File{Kind: "Trivy ignore file"}
	var comments []string
	no := 0
	for line := range strings.Lines(text) {
		no++
		rule, comment, hasComment := strings.Cut(line, "#")
		fields := strings.Fields(rule)
		if len(fields) == 0 {
			if hasComment {
				comments = append(comments, strings.TrimSpace(comment))
			} else {
				comments = nil
			}
			continue
		}
		e := schema.Exemption{Vulnerability: fields[0], Place: fmt.Sprintf("line %d", no)}
		if hasComment && strings.TrimSpace(comment) != "" {
			comments = append(comments, strings.TrimSpace(comment))
		}
		for _, word := range fields[1:] {
			date, ok := strings.CutPrefix(word, "exp:")
			if !ok {
				return nil, fmt.Errorf("%s:%d: %q follows the id; only exp:YYYY-MM-DD can", name, no, word)
			}
			t, err := time.Parse(time.DateOnly, date)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %q is no date of the form exp:YYYY-MM-DD", name, no, word)
			}
			e.Expires = t
		}
		e.Reason = reasonOr(strings.Join(comments, " "), "listed in a Trivy ignore file without a reason")
		comments = nil
		if other := otherKind(e.Vulnerability); other != "" {
			f.Skips = append(f.Skips, Skip{e.Place, fmt.Sprintf("%s is the id of a %s, not of a vulnerability", e.Vulnerability, other)})
			continue
		}
		f.Exemptions = append(f.Exemptions, e)
	}
	return f, nil
}

// otherKind tells ids of Trivy's misconfigurations from those of
// vulnerabilities, which always have a dash and a digit.
func otherKind(id string) string {
	upper := strings.ToUpper(id)
	for _, p := range []string{"AVD-", "KSV", "DS-", "DS0", "KCV"} {
		if strings.HasPrefix(upper, p) {
			return "misconfiguration"
		}
	}
	if !strings.Contains(id, "-") || !strings.ContainsAny(id, "0123456789") {
		return "secret or licence"
	}
	return ""
}

// trivyYAML reads .trivyignore.yaml. Paths and package URLs of a rule are
// alternatives; a rule with several becomes several exemptions.
func trivyYAML(from yamlplace.Doc) (*File, error) {
	var doc struct {
		Vulnerabilities []struct {
			ID        string   `yaml:"id"`
			Paths     []string `yaml:"paths"`
			PURLs     []string `yaml:"purls"`
			ExpiredAt string   `yaml:"expired_at"`
			Statement string   `yaml:"statement"`
		} `yaml:"vulnerabilities"`
		Misconfigurations []any `yaml:"misconfigurations"`
		Secrets           []any `yaml:"secrets"`
		Licenses          []any `yaml:"licenses"`
	}
	if err := from.Decode(&doc, false); err != nil && !errors.Is(err, yamlplace.ErrEmpty) {
		return nil, err
	}
	f := &File{Kind: "Trivy ignore file"}
	for i, r := range doc.Vulnerabilities {
		place := fmt.Sprintf("vulnerabilities[%d]", i)
		if r.ID == "" {
			return nil, from.Error("$."+place, "%s has no id", place)
		}
		var expires time.Time
		if r.ExpiredAt != "" {
			var err error
			if expires, err = moment(r.ExpiredAt); err != nil {
				return nil, from.Error("$."+place+".expired_at", "%s: expired_at: %w", place, err)
			}
		}
		for _, path := range orOne(r.Paths) {
			if globs(path) {
				f.Skips = append(f.Skips, Skip{place, fmt.Sprintf("the path %q cannot be kept; only * and ? can", path)})
				continue
			}
			for _, purl := range orOne(r.PURLs) {
				f.Exemptions = append(f.Exemptions, schema.Exemption{Vulnerability: r.ID, Path: path, PURL: purl, Expires: expires, Place: place,
					Reason: reasonOr(r.Statement, "listed in a Trivy ignore file without a statement")})
			}
		}
	}
	for _, other := range []struct {
		key  string
		list []any
	}{{"misconfigurations", doc.Misconfigurations}, {"secrets", doc.Secrets}, {"licenses", doc.Licenses}} {
		if len(other.list) > 0 {
			what := "1 rule that is about no vulnerability"
			if n := len(other.list); n > 1 {
				what = fmt.Sprintf("%d rules that are about no vulnerability", n)
			}
			f.Skips = append(f.Skips, Skip{other.key, what})
		}
	}
	return f, nil
}

func orOne(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

func reasonOr(s, other string) string {
	if s = strings.TrimSpace(s); s != "" {
		return s
	}
	return other
}
