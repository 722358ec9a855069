package schema

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Package is an installed package in the terms by which findings are told apart.
type Package struct{ Type, Name, Version string }

// CanonicalPackage returns the one spelling of a package that all scanners'
// spellings of it come to, so that a finding is one whoever reports it. A type,
// name or version that is missing is that of the package URL, purl, which may be
// empty; so is a namespace that the name lacks. What is in that spelling already
// comes back as it is, without a copy: there are millions of rows.
//
//   - maven: group:artifact (Grype gives the artifact alone, GitLab a slash).
//   - pypi: the normalised name of PEP 503.
//   - nuget, composer, github: lower case, in which their registries answer
//     (NuGet's server API, Composer's schema, purl-spec's type github).
//   - golang: the path as it is written, the version without v or go, as
//     advisories and fixed versions have it. Paths keep their case: Go takes
//     paths that differ by it for different modules and fetches no other
//     spelling, while purl-spec's lower case cannot be undone.
//   - npm, composer, golang, swift, github: with the namespace.
//   - deb, rpm, alpm: an epoch of 0 is none (deb-version(7), rpm-version(7),
//     vercmp(8)); another one that only the package URL tells stands before the
//     version.
//
// The macros canonical_name and canonical_version of the database do the same to
// what was stored before.
func CanonicalPackage(p Package, purl string) Package {
	if purl != "" && (p.Type == "" || p.Name == "" || p.Version == "") {
		p = completed(p, purl)
	}
	switch p.Type {
	case "maven":
		p.Name = mavenName(p.Name, purl)
	case "pypi":
		p.Name = pypiName(p.Name)
	case "nuget":
		p.Name = strings.ToLower(p.Name)
	case "github":
		p.Name = strings.ToLower(withNamespace(p.Name, purl, p.Type, "/"))
	case "composer":
		p.Name = strings.ToLower(withNamespace(p.Name, purl, p.Type, "/"))
		p.Version = withoutLetters(p.Version, "v")
	case "npm", "swift":
		p.Name = withNamespace(p.Name, purl, p.Type, "/")
	case "golang":
		p.Name = withNamespace(p.Name, purl, p.Type, "/")
		p.Version = withoutLetters(withoutLetters(p.Version, "v"), "go")
	case "deb", "rpm", "alpm":
		p.Version = withEpoch(p.Version, purl)
	}
	return p
}

// completed takes what is missing from a package URL.
func completed(p Package, purl string) Package {
	u, ok := parsePURL(purl)
	if !ok || p.Type != "" && p.Type != u.Type {
		return p
	}
	p.Type = u.Type
	if p.Name == "" {
		p.Name = u.Name // the namespace comes with the rest
	}
	if p.Version == "" {
		p.Version = u.Version
	}
	return p
}

// mavenName puts group and artifact together; neither has a colon or a slash.
func mavenName(name, purl string) string {
	if strings.IndexByte(name, ':') >= 0 {
		return name
	}
	if i := strings.LastIndexByte(name, '/'); i > 0 {
		return name[:i] + ":" + name[i+1:]
	}
	return withNamespace(name, purl, "maven", ":")
}

// withNamespace puts the namespace that the package URL has before a name that
// has none. A URL of another name is about another package.
func withNamespace(name, purl, typ, sep string) string {
	if name == "" || purl == "" || strings.Contains(name, sep) {
		return name
	}
	u, ok := parsePURL(purl)
	if !ok || u.Type != typ || u.namespace == "" || !strings.EqualFold(u.Name, name) {
		return name
	}
	if typ == "swift" {
		// Syft puts the whole address of the repository into the namespace.
		if repository, ok := strings.CutSuffix(u.namespace, ".git"); ok && strings.HasSuffix(repository, "/"+name) {
			return repository
		}
	}
	return u.namespace + sep + name
}

// pypiName normalises a name (PEP 503): lower case, and a run of dashes, dots
// and underscores is one dash.
func pypiName(name string) string {
	i := 0
	for ; i < len(name); i++ {
		c := name[i]
		if 'A' <= c && c <= 'Z' || c == '_' || c == '.' || c == '-' && i > 0 && name[i-1] == '-' {
			break
		}
	}
	if i == len(name) {
		return name
	}
	out := append(make([]byte, 0, len(name)), name[:i]...)
	for ; i < len(name); i++ {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.':
			if n := len(out); n == 0 || out[n-1] != '-' {
				out = append(out, '-')
			}
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// withoutLetters takes letters from before the number that a version begins with.
func withoutLetters(version, letters string) string {
	rest, ok := strings.CutPrefix(version, letters)
	if ok && rest != "" && '0' <= rest[0] && rest[0] <= '9' {
		return rest
	}
	return version
}

// withEpoch returns a distribution's version with its epoch unless that is 0.
// purl-spec keeps the epoch of an RPM in a qualifier.
func withEpoch(version, purl string) string {
	if version == "" || strings.IndexByte(version, ':') >= 0 {
		return strings.TrimPrefix(version, "0:")
	}
	_, query, _ := strings.Cut(purl, "?")
	i := strings.Index(query, "epoch=")
	if i < 0 || i > 0 && query[i-1] != '&' {
		return version
	}
	epoch := query[i+len("epoch="):]
	n := 0
	for n < len(epoch) && '0' <= epoch[n] && epoch[n] <= '9' {
		n++
	}
	if epoch = epoch[:n]; epoch == "" || strings.Trim(epoch, "0") == "" {
		return version
	}
	return epoch + ":" + version
}

// packageURL is what of a package URL names the package.
type packageURL struct {
	namespace string
	Package
}

// parsePURL takes a package URL apart (github.com/package-url/purl-spec). Unlike
// the library it keeps the case of names, and nothing is copied unless there are
// percent signs. It reports false for text that is none.
func parsePURL(text string) (packageURL, bool) {
	var u packageURL
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "pkg:")
	if !ok {
		return u, false
	}
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	u.Type, rest, ok = strings.Cut(strings.TrimLeft(rest, "/"), "/")
	if !ok {
		return u, false
	}
	u.Type = strings.ToLower(u.Type)
	// The scope of npm begins with an @, too, where it is not escaped.
	if at := strings.LastIndexByte(rest, '@'); at > strings.LastIndexByte(rest, '/')+1 {
		rest, u.Version = rest[:at], rest[at+1:]
	}
	rest = strings.Trim(rest, "/")
	u.Name = rest
	if i := strings.LastIndexByte(rest, '/'); i >= 0 {
		u.namespace, u.Name = rest[:i], rest[i+1:]
	}
	for _, part := range []*string{&u.namespace, &u.Name, &u.Version} {
		if strings.IndexByte(*part, '%') < 0 {
			continue
		}
		plain, err := url.PathUnescape(*part)
		if err != nil || !utf8.ValidString(plain) {
			return u, false
		}
		*part = plain
	}
	return u, u.Name != ""
}
