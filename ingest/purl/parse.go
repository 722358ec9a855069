package purl

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	packageurl "github.com/package-url/packageurl-go"
)

// Package is a package URL taken apart.
type Package struct {
	// Type is in lower case: deb, npm, maven, oci.
	Type, Namespace, Name, Version string
	// Qualifiers hold arch, distro, repository_url and their like.
	Qualifiers map[string]string
	Subpath    string
}

// Parse takes a package URL apart. It reports false for text that is none, to
// which those belong whose percent signs stand for other bytes than UTF-8.
func Parse(text string) (Package, bool) {
	p, err := packageurl.FromString(strings.TrimSpace(text))
	if err != nil {
		return Package{}, false
	}
	if strings.Contains(text, "%") {
		for _, part := range append([]string{p.Namespace, p.Name, p.Version, p.Subpath}, slices.Collect(maps.Values(p.Qualifiers.Map()))...) {
			if !utf8.ValidString(part) {
				return Package{}, false
			}
		}
	}
	if p.Type == packageurl.TypeGolang {
		p.Namespace, p.Name = asWritten(text, p.Namespace, p.Name)
	}
	return Package{Type: p.Type, Namespace: p.Namespace, Name: p.Name, Version: p.Version,
		Qualifiers: p.Qualifiers.Map(), Subpath: p.Subpath}, true
}

// asWritten returns a path of Go in the letters of the package URL: purl-spec has
// it in lower case, but another case is another module to Go.
func asWritten(text, namespace, name string) (string, string) {
	path := name
	if namespace != "" {
		path = namespace + "/" + name
	}
	i := strings.Index(strings.ToLower(text), path)
	if i < 0 || i+len(path) > len(text) || !strings.EqualFold(text[i:i+len(path)], path) {
		return namespace, name
	}
	path = text[i : i+len(path)]
	if namespace == "" {
		return "", path
	}
	return path[:len(namespace)], path[len(namespace)+1:]
}

// Unescape undoes the percent signs of an address (RFC 3986, 2.1). Text in which
// they stand for anything but UTF-8 comes back as it is.
func Unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return text
}

// FullName is the name by which the package's own ecosystem and the scanners
// know it: group:artifact for Maven, @scope/name for npm, the import path for
// Go, vendor/name for Composer. The namespace of distributions (debian, redhat)
// is no part of a name.
func (p Package) FullName() string {
	switch {
	case p.Namespace == "":
		return p.Name
	case p.Type == "maven":
		return p.Namespace + ":" + p.Name
	case p.Type == "deb" || p.Type == "rpm" || p.Type == "apk" || p.Type == "alpm":
		return p.Name
	}
	return p.Namespace + "/" + p.Name
}

// Image is the image that a URL of the type oci or docker names: its repository
// with the registry where the URL gives it, its tag and the digest of its
// manifest or index. It reports false for every other URL.
//
// The type oci keeps the digest in the version and the repository in the
// qualifier repository_url, whose last part is the name; docker keeps tag or
// digest in the version (purl-spec, types oci and docker).
func (p Package) Image() (repository, tag, digest string, ok bool) {
	switch p.Type {
	case "oci":
		repository = strings.TrimSuffix(strings.TrimPrefix(p.Qualifiers["repository_url"], "https://"), "/")
		switch {
		case repository == "":
			repository = p.Name
		case repository[strings.LastIndexByte(repository, '/')+1:] != p.Name:
			repository += "/" + p.Name
		}
		tag = p.Qualifiers["tag"]
	case "docker":
		repository = p.Name
		if p.Namespace != "" {
			repository = p.Namespace + "/" + p.Name
		}
		if host := strings.TrimPrefix(p.Qualifiers["repository_url"], "https://"); host != "" {
			repository = strings.TrimSuffix(host, "/") + "/" + repository
		}
		tag = p.Qualifiers["tag"]
	default:
		return "", "", "", false
	}
	if strings.Contains(p.Version, ":") {
		digest = p.Version
	} else if tag == "" {
		tag = p.Version
	}
	return repository, tag, digest, true
}
