package rows

import (
	"math"
	"strconv"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/purl"
	"argosy/schema"
)

// First returns the first text that is not empty.
func First(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// Number reads a number; text that is none gives 0.
func Number(s string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// Digest returns a sha256 digest in its full form; text that is none gives "".
func Digest(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	hex := strings.TrimPrefix(s, "sha256:")
	if len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return ""
	}
	return "sha256:" + hex
}

// Name puts the name of an image together from its parts.
func Name(registry, repository, tag string) string {
	registry = strings.TrimSuffix(registry, "/")
	for _, scheme := range []string{"https://", "http://"} {
		registry = strings.TrimPrefix(registry, scheme)
	}
	name := strings.Trim(repository, "/")
	if registry != "" && name != "" && !strings.HasPrefix(name, registry+"/") {
		name = registry + "/" + name
	}
	if tag != "" && name != "" {
		name += ":" + tag
	}
	return name
}

// OSType is the type of package URL of a distribution's own packages, by the
// distribution's name however it is written: "Debian GNU/Linux 12 (bookworm)".
// It is "" for a name that is not known.
func OSType(distribution string) string {
	d := strings.ToLower(distribution)
	if strings.Contains(d, "red hat") || strings.Contains(d, "redhat") {
		return "rpm"
	}
	word := strings.FieldsFunc(d, func(c rune) bool { return c == ' ' || c == ':' || c == '-' || c == '_' })
	if len(word) == 0 {
		return ""
	}
	switch t := purl.Type("", word[0]); t {
	case "deb", "rpm", "apk", "alpm":
		return t
	}
	return ""
}

// Score adds a CVSS score, or the one that a vector computes to, and returns
// it. Without either it adds nothing and returns 0.
func Score(v *schema.Vulnerability, source, version string, score float64, vector string) float64 {
	if score < 0 || score > 10 {
		score = 0
	}
	if version == "" || strings.HasPrefix(vector, "CVSS:") {
		version = First(cvss.Version(vector), version)
	}
	if score == 0 {
		score, _ = cvss.Score(vector)
	}
	if score == 0 {
		return 0
	}
	for _, have := range v.CVSS {
		if have.Source == source && have.Version == version {
			return score
		}
	}
	v.CVSS = append(v.CVSS, schema.CVSS{Source: source, Version: version, Score: score, Vector: vector})
	return score
}

// Best is the score to show beside a severity: of version 3, else 4, else 2.
func Best(v *schema.Vulnerability) float64 {
	best, rank := 0.0, 0
	for _, c := range v.CVSS {
		r := 1
		switch {
		case strings.HasPrefix(c.Version, "3"), c.Version == "":
			r = 3
		case strings.HasPrefix(c.Version, "4"):
			r = 2
		}
		if r > rank {
			best, rank = c.Score, r
		}
	}
	return best
}

// IsCVE tells ids of the CVE list from those of advisories and vendors.
func IsCVE(id string) bool { return len(id) > 4 && strings.EqualFold(id[:4], "CVE-") }

// Identify chooses the id of a finding that has several names: the one that
// the report puts first, unless that is empty; the others become aliases.
func Identify(f *schema.Finding, names ...string) {
	f.VulnerabilityID, f.Aliases = "", nil
	for _, n := range names {
		n = strings.TrimSpace(n)
		switch {
		case n == "" || n == f.VulnerabilityID:
		case f.VulnerabilityID == "":
			f.VulnerabilityID = n
		default:
			f.Aliases = appendNew(f.Aliases, n)
		}
	}
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// CWE returns a weakness as CWE-79, however it is written: "79", "CWE-79",
// "cwe-79: ...". Text without a number gives "".
func CWE(s string) string {
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "CWE")
	s = strings.TrimLeft(s, "-: ")
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 || s[:i] == "0" {
		return ""
	}
	return "CWE-" + s[:i]
}

// PathType is the type of package URL of an application's package by the file
// that it was found in; "" for a file that does not tell.
func PathType(path string) string {
	p := strings.ToLower(path)
	for _, t := range [...]struct{ typ, part string }{
		{"npm", "node_modules/"}, {"npm", "package.json"}, {"npm", "package-lock.json"}, {"npm", "yarn.lock"}, {"npm", "pnpm-lock.yaml"},
		{"maven", ".jar"}, {"maven", ".war"}, {"maven", ".ear"}, {"maven", "pom.xml"}, {"maven", "build.gradle"},
		{"pypi", "site-packages/"}, {"pypi", "dist-packages/"}, {"pypi", ".dist-info"}, {"pypi", ".egg-info"}, {"pypi", "requirements.txt"}, {"pypi", "poetry.lock"},
		{"gem", ".gemspec"}, {"gem", "gemfile.lock"}, {"golang", "go.mod"}, {"golang", "go.sum"}, {"nuget", ".deps.json"}, {"nuget", "packages.lock.json"},
		{"nuget", ".nupkg"}, {"composer", "composer.lock"}, {"composer", "installed.json"}, {"cargo", "cargo.lock"},
	} {
		if strings.Contains(p, t.part) {
			return t.typ
		}
	}
	return ""
}
