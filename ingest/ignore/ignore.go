// Package ignore reads files that say which findings do not count: argosy's
// own exemption files, Trivy's .trivyignore and .trivyignore.yaml, and the
// ignore rules of Grype's configuration. Which of them a file is shows in its
// content.
package ignore

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"argosy/schema"
	"argosy/schema/yamlplace"
)

// Skip is a rule of a file that cannot be kept as an exemption, and why.
type Skip struct{ Place, Reason string }

// File is what a file says.
type File struct {
	// Kind names the kind of file for people: "Trivy ignore file".
	Kind string
	// Exemptions have Reason, Expires, Place and their scope; the caller adds
	// Who where the file does not say, Source and Origin.
	Exemptions []schema.Exemption
	Skips      []Skip
}

// Read reads a file of any of the kinds. An error begins with the place in the
// file of that name.
func Read(name string, data []byte) (*File, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if isLines(data) {
		return trivyLines(name, string(data))
	}
	from := yamlplace.Doc{Name: name, Data: data}
	body, err := from.Body()
	if err != nil {
		return nil, err
	}
	keys := rootKeys(body)
	for _, k := range []struct {
		key  string
		read func(yamlplace.Doc) (*File, error)
	}{{"exemptions", own}, {"ignore", grype}, {"vulnerabilities", trivyYAML}} {
		if keys[k.key] {
			return k.read(from)
		}
	}
	return nil, fmt.Errorf("%s: the file has none of the keys exemptions (argosy), vulnerabilities (Trivy) and ignore (Grype), and is no list of ids either", name)
}

// isLines says whether every line is blank, a comment or begins with an id: no
// YAML document of the other kinds looks like that.
func isLines(data []byte) bool {
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.ContainsAny(word, ":{[") || word == "-" {
			return false
		}
	}
	return true
}

func rootKeys(n ast.Node) map[string]bool {
	out := map[string]bool{}
	m, ok := n.(ast.MapNode)
	if !ok {
		return out
	}
	for it := m.MapRange(); it.Next(); {
		out[it.Key().String()] = true
	}
	return out
}

// Expiry reads the end of an exemption: a date (YYYY-MM-DD, from the beginning
// of which in UTC it no longer holds), a time (RFC 3339), or days or weeks from
// now (90d, 4w). Empty is never.
func Expiry(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	var n int
	var unit string
	if k, err := fmt.Sscanf(text, "%d%s", &n, &unit); err == nil && k == 2 && n > 0 && n < 100000 {
		switch unit {
		case "d":
			return now.UTC().AddDate(0, 0, n), nil
		case "w":
			return now.UTC().AddDate(0, 0, 7*n), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no expiry: it must be a date like 2027-01-31, a time like 2027-01-31T12:00:00Z, or days or weeks from now like 90d and 4w", text)
}

type ownRule struct {
	Vulnerability string `yaml:"vulnerability"`
	PURL          string `yaml:"purl"`
	PackageType   string `yaml:"package_type"`
	Package       string `yaml:"package"`
	Version       string `yaml:"version"`
	Digest        string `yaml:"digest"`
	Registry      string `yaml:"registry"`
	Repository    string `yaml:"repository"`
	Tag           string `yaml:"tag"`
	Team          string `yaml:"team"`
	Path          string `yaml:"path"`
	Reason        string `yaml:"reason"`
	Who           string `yaml:"who"`
	Expires       string `yaml:"expires"`
}

func own(from yamlplace.Doc) (*File, error) {
	var doc struct {
		Exemptions []ownRule `yaml:"exemptions"`
	}
	if err := from.Decode(&doc, true); err != nil {
		return nil, err
	}
	f := &File{Kind: "exemption file"}
	for i, r := range doc.Exemptions {
		place := fmt.Sprintf("exemptions[%d]", i)
		e := schema.Exemption{Vulnerability: r.Vulnerability, PURL: r.PURL, PackageType: r.PackageType, Package: r.Package, Version: r.Version,
			Digest: r.Digest, Registry: r.Registry, Repository: r.Repository, Tag: r.Tag, Team: r.Team, Path: r.Path, Reason: r.Reason, Who: r.Who, Place: place}
		if !e.Scoped() {
			return nil, from.Error("$."+place, "%s has no scope: give at least one of vulnerability, purl, package, digest, registry, repository, tag, team and path", place)
		}
		if strings.TrimSpace(r.Reason) == "" {
			return nil, from.Error("$."+place, "%s gives no reason: say why with reason", place)
		}
		if len(r.Expires) > 0 && strings.HasSuffix(r.Expires, "d") || strings.HasSuffix(r.Expires, "w") {
			return nil, from.Error("$."+place+".expires", "%s: expires must be a date or a time in a file, not %q, which would move with every import", place, r.Expires)
		}
		var err error
		if e.Expires, err = Expiry(r.Expires, time.Time{}); err != nil {
			return nil, from.Error("$."+place+".expires", "%s: expires: %w", place, err)
		}
		f.Exemptions = append(f.Exemptions, e)
	}
	return f, nil
}
