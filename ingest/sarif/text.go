package sarif

import (
	"regexp"
	"strings"

	"argosy/ingest/purl"
)

// details are what a rule or a result says of a vulnerability and its package.
type details struct {
	id                           string
	name, version, fixed, typ    string
	purl                         string
	source                       string // the source package
	severity, namespace, path    string
	layer, affected, link, image string
}

// empty says whether nothing of a package is known.
func (p *details) empty() bool { return p.name == "" && p.purl == "" }

// fill takes from other what is missing. Versions belong to a package: they
// are taken only when the packages are not known to differ.
func (p *details) fill(other *details) {
	same := p.name == "" || other.name == "" || p.name == other.name
	if same && p.version != "" && other.version != "" && p.version != other.version {
		// The same package in another version: its fix is still the fix.
		p.fixed = first(p.fixed, other.fixed)
	} else if same {
		p.version, p.fixed = first(p.version, other.version), first(p.fixed, other.fixed)
		p.purl, p.path, p.source = first(p.purl, other.purl), first(p.path, other.path), first(p.source, other.source)
		p.layer = first(p.layer, other.layer)
	}
	p.name, p.typ = first(p.name, other.name), first(p.typ, other.typ)
	p.severity, p.namespace = first(p.severity, other.severity), first(p.namespace, other.namespace)
	p.affected, p.link, p.image, p.id = first(p.affected, other.affected), first(p.link, other.link), first(p.image, other.image), first(p.id, other.id)
}

func first(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// setPURL takes name, version and type from a package URL where they are not
// known otherwise.
func (p *details) setPURL(url string) {
	u, ok := purl.Parse(url)
	if !ok || p.purl != "" {
		return
	}
	p.purl = url
	p.name, p.version, p.typ = first(p.name, u.FullName()), first(p.version, u.Version), u.Type
}

// field is the member that a label in a text stands for.
func (p *details) field(label string) *string {
	switch strings.ToLower(strings.Trim(label, " *`|-")) {
	case "package", "pkgname", "package name", "library", "component", "dependency", "module", "artifact name":
		return &p.name
	case "installed version", "version", "package version", "current version", "found version", "installed":
		return &p.version
	case "fixed version", "fix version", "fixed in", "fixed by", "fixed versions", "fixedin", "fix":
		return &p.fixed
	case "severity":
		return &p.severity
	case "type", "package type":
		return &p.typ
	case "location", "path", "package path":
		return &p.path
	case "data namespace":
		return &p.namespace
	case "affected range", "affected version", "affected versions", "vulnerable range":
		return &p.affected
	case "image", "container image", "image name":
		return &p.image
	case "link", "url", "reference":
		return &p.link
	case "layer":
		return &p.layer
	case "vulnerability", "vulnerability id", "cve", "id", "vulnid":
		return &p.id
	}
	return nil
}

// labels reads lines of the form "Label: value" and rows of a table of two
// columns "| Label | value |"; the first of each label counts.
func (p *details) labels(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		label, value, ok := strings.Cut(line, ":")
		if strings.HasPrefix(line, "|") {
			cells := strings.Split(strings.Trim(line, "|"), "|")
			if ok = len(cells) == 2; ok {
				label, value = cells[0], cells[1]
			}
		} else if rest, found := strings.CutPrefix(line, "Vulnerability "); found && !strings.Contains(rest, " ") {
			label, value, ok = "vulnerability", rest, true
		}
		if !ok || len(label) > 30 {
			continue
		}
		to := p.field(label)
		if to == nil || *to != "" {
			continue
		}
		*to = strings.Trim(strings.TrimSpace(value), "`")
	}
	if strings.HasPrefix(p.name, "pkg:") {
		url := p.name
		p.name = ""
		p.setPURL(url)
	}
	if p.id != "" {
		p.id = findID(p.id)
	}
}

// Sentences by which writers name a package.
var (
	// Grype: A low vulnerability in deb package: tar, version 1.34 was found in image x at: /p
	grypeSentence = regexp.MustCompile(`(?s)^An? (\S+) vulnerability in (\S+) package: (.+), version (.*?) was found(?: in image (\S+))?(?: in file \S+)?(?: at: (.*))?$`)
	// Grype before 0.60: The path /p reports tar at version 1.34  which is a vulnerable (deb) package installed ...
	grypeOldSentence = regexp.MustCompile(`(?s)^The path (.*) reports (.+) at version (.*?)\s+which (?:is a|would result in a) vulnerable \((.*?)\)`)
	// OSV-Scanner: Package 'a@1' is vulnerable to 'CVE-...' (also known as 'GHSA-...').
	osvSentence = regexp.MustCompile(`^Package '(.+?)@([^@']*)' is vulnerable`)
	// Clair: name - version - id, and in its first template [name - version - severity] text
	clairSentence    = regexp.MustCompile(`^(\S+) - (\S+) - (\S.*)$`)
	clairOldSentence = regexp.MustCompile(`^\[(\S+) - (\S+) - (\w+)\]`)
	// Xray: [CVE-...] name version
	xraySentence = regexp.MustCompile(`^\[[^\]]+\] (\S+) (\S+)$`)
	// Snyk: (CVE-...) source/binary@version, without the bracket where there is no CVE
	snykSentence = regexp.MustCompile(`^(?:\(([^)]*)\) )?(\S+)@([^@\s]+)$`)
	snykSeverity = regexp.MustCompile(`with an? (\w+) severity vulnerability|^(\w+) severity - `)
)

// sentences reads the forms above.
func (p *details) sentences(text string, t tool) {
	set := func(name, version, typ string) {
		if p.name == "" {
			p.name, p.version, p.typ = name, first(p.version, version), first(p.typ, typ)
		}
	}
	text = strings.TrimSpace(text)
	if text == "" || strings.HasPrefix(text, "Package: ") {
		return
	}
	match := func(of *regexp.Regexp, when bool) []string {
		if !when {
			return nil
		}
		return of.FindStringSubmatch(text)
	}
	if m := match(grypeSentence, text[0] == 'A'); m != nil {
		set(m[3], m[4], m[2])
		p.severity, p.image, p.path = first(p.severity, m[1]), first(p.image, m[5]), first(p.path, m[6])
	} else if m := match(grypeOldSentence, text[0] == 'T'); m != nil {
		set(m[2], m[3], m[4])
		p.path = first(p.path, m[1])
	} else if m := match(osvSentence, text[0] == 'P'); m != nil {
		set(m[1], m[2], "")
	} else if m := match(clairSentence, t.is("clair")); m != nil {
		set(m[1], m[2], "")
		p.id = first(p.id, findID(m[3]))
	} else if m := match(clairOldSentence, text[0] == '['); m != nil {
		set(m[1], m[2], "")
		p.severity = first(p.severity, m[3])
	} else if m := match(xraySentence, text[0] == '[' && findID(text) != ""); m != nil {
		set(m[1], m[2], "")
	}
	if m := match(snykSeverity, t.is("snyk")); m != nil {
		p.severity = first(p.severity, m[1]+m[2])
	}
}

// properties reads the names that writers give to members of property bags.
func (p *details) properties(b *bag) {
	p.name = first(p.name, b.word("package_name", "packagename", "pkgname", "package", "component", "dependency_name"))
	p.version = first(p.version, b.word("package_version", "packageversion", "installedversion", "installed_version", "currentversion", "componentversion", "version"))
	p.fixed = first(p.fixed, b.word("fixed_version", "fixedversion", "fixedversions", "fixed_versions", "fixversion"))
	p.affected = first(p.affected, b.word("affected_version", "affectedversion", "vulnerable_range"))
	p.path = first(p.path, b.word("pkgpath", "package_path", "packagepath"))
	p.typ = first(p.typ, b.word("package_type", "packagetype", "ecosystem", "componentorigin"))
	p.severity = first(p.severity, b.word("cvssv3_severity", "severity", "issue_severity", "problem.severity", "securityrisk"))
	if url := b.word("purl", "purls", "package_url", "packageurl"); url != "" {
		p.setPURL(url)
	}
}

// details reads what a rule's own texts say.
func (u *rule) details(t tool) *details {
	p := &details{}
	p.properties(&u.props)
	p.labels(first(u.help, u.markdown))
	if t.is("scout") {
		p.labels(u.markdown)
	}
	if m := snykSentence.FindStringSubmatch(strings.TrimSpace(u.full)); m != nil && p.name == "" && t.is("snyk") {
		p.name, p.version = m[2], m[3]
		p.snykName(u)
	}
	p.sentences(u.short, t)
	if p.severity == "" {
		for _, tag := range u.props.lists["tags"] {
			if isSeverity(tag) {
				p.severity = tag
			}
		}
	}
	return p
}

// snykName takes the source package off the name of a distribution's package,
// and the type from the last tag.
func (p *details) snykName(u *rule) {
	tags := u.props.lists["tags"]
	if len(tags) > 0 && cwe(tags[len(tags)-1]) == "" && tags[len(tags)-1] != "security" {
		p.typ = first(p.typ, tags[len(tags)-1])
	}
	p.splitSource()
}

func (p *details) splitSource() {
	if source, binary, ok := strings.Cut(p.name, "/"); ok && inDistribution(p.typ) {
		p.source, p.name = source, binary
	}
}

// inDistribution says whether a package of this type belongs to a Linux
// distribution.
func inDistribution(typ string) bool {
	switch typ {
	case "deb", "apk", "rpm", "linux":
		return true
	}
	return false
}

func isSeverity(word string) bool {
	switch strings.ToLower(word) {
	case "critical", "high", "medium", "moderate", "low", "negligible", "important", "unspecified", "unknown":
		return true
	}
	return false
}
