// Package ignore reads files that say which findings do not count: argosy's
// own exemption files, Trivy's .trivyignore and .trivyignore.yaml, and the
// ignore rules of Grype's configuration. Which of them a file is shows in its
// content.
package ignore

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
	if ids, lines := isLines(data); lines && (ids || !isYAML(name)) {
		return trivyLines(name, string(data))
	}
	from := yamlplace.Doc{Name: name, Data: data}
	body, err := from.Body()
	if err != nil {
		return nil, err
	}
	read := kind(name, rootKeys(body))
	if read == nil {
		return nil, fmt.Errorf("%s: the file has none of the keys exemptions (argosy), vulnerabilities (Trivy) and ignore (Grype), and is no list of ids either; a file without rules says so: exemptions: []", name)
	}
	return read(from)
}

// kind is how a YAML file of these keys is read, nil for none that is known.
// Files of Trivy and Grype are known without rules, too: a rule that was taken
// out of them must not go on holding.
func kind(name string, keys map[string]bool) func(yamlplace.Doc) (*File, error) {
	switch base := strings.TrimPrefix(filepath.Base(name), "."); {
	case keys["exemptions"]:
		return own
	case keys["ignore"]:
		return grype
	case keys["vulnerabilities"], len(keys) > 0 && only(keys, "misconfigurations", "secrets", "licenses"):
		return trivyYAML
	case has(keys, grypeKeys...), base == "grype.yaml", base == "grype.yml":
		return grype
	case len(keys) == 0 && (base == "trivyignore.yaml" || base == "trivyignore.yml"):
		return trivyYAML
	}
	return nil
}

func has(keys map[string]bool, of ...string) bool {
	return slices.ContainsFunc(of, func(k string) bool { return keys[k] })
}

func only(keys map[string]bool, of ...string) bool {
	for k := range keys {
		if !slices.Contains(of, k) {
			return false
		}
	}
	return true
}

// isLines says whether every line is blank, a comment or begins with an id, and
// whether there are ids: no YAML document of the other kinds looks like that.
// The ids of some advisories hold a colon: RHSA-2024:0001.
func isLines(data []byte) (ids, lines bool) {
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		ids = true
		id := fields[0]
		before, after, colon := strings.Cut(id, ":")
		if strings.ContainsAny(id, "{[") || id == "-" || colon && (after == "" || otherKind(before) != "") {
			return ids, false
		}
	}
	return ids, true
}

func isYAML(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// globs says whether a path holds what stands for several in Trivy and Grype
// and for itself in argosy, such as {a,b}.
func globs(path string) bool { return strings.ContainsAny(path, `{}[]\`) }

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

// spanForm is a length of time from now.
var spanForm = regexp.MustCompile(`^([1-9][0-9]{0,4})([dw])$`)

// Expiry reads the end of an exemption: a date (YYYY-MM-DD, from the beginning
// of which in UTC it no longer holds), a time (RFC 3339), or days or weeks from
// now (90d, 4w). Empty is never.
func Expiry(text string, now time.Time) (time.Time, error) {
	if m := spanForm.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if m[2] == "w" {
			n *= 7
		}
		return now.UTC().AddDate(0, 0, n), err
	}
	if t, err := moment(text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is no expiry: it must be a date like 2027-01-31, a time like 2027-01-31T12:00:00Z, or days or weeks from now like 90d and 4w", text)
}

// moment reads the end of an exemption in a file, where days from now would
// move with every import.
func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no expiry: it must be a date like 2027-01-31 or a time like 2027-01-31T12:00:00Z", text)
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
	if doc.Exemptions == nil {
		return nil, from.Error("$.exemptions", "exemptions lists nothing: write exemptions: [] for no exemptions")
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
		if spanForm.MatchString(r.Expires) {
			return nil, from.Error("$."+place+".expires", "%s: expires must be a date or a time in a file, not %q, which would move with every import", place, r.Expires)
		}
		var err error
		if e.Expires, err = moment(r.Expires); err != nil {
			return nil, from.Error("$."+place+".expires", "%s: expires: %w", place, err)
		}
		f.Exemptions = append(f.Exemptions, e)
	}
	return f, nil
}
