package xray

import (
	"strings"

	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

// component is a package by Xray's id of it: "type://name:version", for the
// packages of distributions with the release before the name:
// "rpm://7:expat:0:2.1.0-10.el7_3", "deb://debian:stretch:libx11:2:1.6.4-3".
type component struct{ typ, name, version string }

func parseComponent(id string) component {
	scheme, rest, ok := strings.Cut(id, "://")
	if !ok {
		scheme, rest = "", id
	}
	c := component{typ: packageType(scheme)}
	if hash, file, ok := strings.Cut(rest, "/"); ok && rows.Digest(hash) != "" {
		// A file that no package manager knows is named by its hash.
		c.name = file
		return c
	}
	parts := strings.Split(rest, ":")
	switch {
	case isDistribution(parts[0]) && len(parts) >= 3:
		c.typ = rows.First(c.typ, rows.OSType(parts[0]))
		parts = parts[2:]
	case (c.typ == "rpm" || c.typ == "apk" || c.typ == "deb" || scheme == "") && len(parts) >= 3 && isRelease(parts[0]):
		parts = parts[1:]
	case c.typ == "maven" && len(parts) >= 2:
		parts = append([]string{parts[0] + ":" + parts[1]}, parts[2:]...)
	case (c.typ != "rpm" && c.typ != "deb" && c.typ != "apk") && len(parts) > 2:
		// A name with colons of its own; the version has none.
		last := len(parts) - 1
		parts = []string{strings.Join(parts[:last], ":"), parts[last]}
	}
	c.name, c.version = parts[0], strings.Join(parts[1:], ":")
	return c
}

// packageType is the type of package URL for the scheme of a component id.
func packageType(scheme string) string {
	switch scheme = strings.ToLower(scheme); scheme {
	case "gav":
		return "maven"
	case "go":
		return "golang"
	case "rubygems":
		return "gem"
	case "generic", "":
		return scheme
	}
	return purl.Type("", scheme)
}

func isDistribution(s string) bool {
	return rows.OSType(s) != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// isRelease tells the release of a distribution: 7, 3.18, el7, fc38, stretch.
func isRelease(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "el"), "fc")
	return s != "" && strings.Trim(s, "0123456789.v") == ""
}

// scanned is what a component id says was scanned.
func scanned(id string) schema.Image {
	scheme, name, ok := strings.Cut(id, "://")
	switch {
	case id == "":
		return schema.Image{}
	case ok && scheme == "docker", ok && scheme == "oci":
		return pinned(name)
	case ok && scheme == "generic":
		return schema.Image{Kind: schema.KindFilesystem, Name: name}
	case ok:
		return schema.Image{Kind: schema.KindOther, Name: id}
	}
	return schema.Image{Kind: schema.KindOther, Name: id}
}

// pinned is an image by its name, whose tag may be a digest as Artifactory names
// the folder of a manifest: "library/httpd:sha256__0dbde9...".
func pinned(name string) schema.Image {
	if repository, hex, ok := strings.Cut(name, ":sha256__"); ok && rows.Digest(hex) != "" {
		return schema.Image{Name: repository, Digest: rows.Digest(hex)}
	}
	return schema.Image{Name: name}
}

// fixed joins fixed versions, which Xray writes as ranges: "[1.9.4]", "≥ 2.3".
func fixed(list []string) string {
	var out []string
	for _, s := range list {
		s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "≥"))
		if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && !strings.Contains(s, ",") {
			s = s[1 : len(s)-1]
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

func isSecurity(kind string) bool {
	kind = strings.ToLower(kind)
	return kind == "security" || strings.HasPrefix(kind, "vulnerab") || strings.HasPrefix(kind, "cve")
}
