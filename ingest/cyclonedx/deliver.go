package cyclonedx

import (
	"fmt"
	"regexp"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// deliver hands a vulnerability on: a row for each component that it affects,
// or a statement where the document is about a product and lists no
// components.
func (b *bom) deliver(v *vulnerability, at string) error {
	d := b.d
	if d.rows++; d.rows%512 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	b.told++
	switch {
	case v.id == "":
		return d.to.Skip(at, "the vulnerability has no id")
	case len(v.affects) == 0 && b.doc.find(v.ref) != nil:
		// Xray lists no affects: the vulnerability bears the component's ref.
		v.affects = append(v.affects, affect{ref: v.ref})
	case len(v.affects) == 0:
		return d.to.Skip(at, "the vulnerability "+v.id+" names nothing that it affects")
	}
	if v.nameless > 0 {
		if err := d.to.Skip(at+".affects", fmt.Sprintf("%d of the things that %s affects are not named", v.nameless, v.id)); err != nil {
			return err
		}
	}
	b.identify()
	if v.analysis.state != "" && b.isVEX() {
		return b.state(v, at)
	}
	b.begin()
	for i := range v.affects {
		b.finding(v, &v.affects[i])
		if err := d.to.Finding(b.ref, &d.f); err != nil {
			return err
		}
	}
	return b.catalogue(v)
}

// isVEX tells a document that speaks of a product from the report of a
// scanner: it lists no components, or was made by no tool for something that
// is no image.
func (b *bom) isVEX() bool {
	if b.doc.listed == 0 {
		return true
	}
	about := b.doc.about
	return len(b.doc.tools) == 0 && (about == nil || about.typ != "container")
}

// closed are the states of an analysis that take a vulnerability off the list.
func closed(state string) bool {
	switch state {
	case "resolved", "resolved_with_pedigree", "false_positive", "not_affected":
		return true
	}
	return false
}

// finding makes d.f of a vulnerability and one thing that it affects.
func (b *bom) finding(v *vulnerability, a *affect) {
	f := &b.d.f
	c := b.doc.find(a.ref)
	known := c != nil
	if !known {
		c = guess(a.ref)
	}
	*f = schema.Finding{
		VulnerabilityID:  v.id,
		Aliases:          v.aliases(),
		PackageType:      purl.Type(c.purl, c.packageType),
		PackageName:      c.packageName(),
		InstalledVersion: c.packageVersion(),
		PURL:             c.purl,
		Paths:            c.paths,
		Layer:            c.layer,
	}
	f.FixedVersion = v.fixedVersion(a, c)
	v.rate(f)
	if closed(v.analysis.state) {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", v.analysis.reason()
	}
	var e jsonread.Builder
	if !known || a.ref != c.purl {
		e.Text("ref", a.ref)
	}
	if c.source != c.name {
		e.Text("upstream", c.source)
	}
	e.Text("analysisState", v.analysis.state)
	e.Text("analysisJustification", v.analysis.justification)
	e.Text("analysisDetail", v.analysis.detail)
	e.Texts("analysisResponse", v.analysis.responses)
	var ranges []string
	for _, w := range a.versions {
		ranges = append(ranges, strings.TrimSpace(first(w.version, w.rng)+" "+first(w.status, "affected")))
	}
	e.Texts("versions", ranges)
	f.Extra = e.JSON()
}

// guess makes a component of a reference to another document: the fragment of
// a BOM-Link is mostly a package URL.
func guess(ref string) *component {
	_, fragment, ok := strings.Cut(ref, "#")
	if !ok || !strings.HasPrefix(ref, "urn:cdx:") {
		fragment = ref
	}
	for _, s := range []string{fragment, purl.Unescape(fragment)} {
		if url, ok := purl.Parse(s); ok {
			return &component{ref: ref, name: url.FullName(), version: url.Version, purl: s}
		}
	}
	return &component{ref: ref, name: purl.Unescape(fragment)}
}

// upgrade is how Trivy words its recommendation, once for each package.
var upgrade = regexp.MustCompile(`Upgrade (\S+) to version ([^;]+)`)

// fixedVersion is the version that is told to be unaffected.
func (v *vulnerability) fixedVersion(a *affect, c *component) string {
	if f := first(v.fixed[a.ref], v.fixed[c.ref]); f != "" {
		return f
	}
	var out []string
	for _, w := range a.versions {
		if w.status == "unaffected" && w.version != "" && w.version != c.version {
			out = append(out, w.version)
		}
	}
	if len(out) > 0 {
		return strings.Join(out, ", ")
	}
	for _, m := range upgrade.FindAllStringSubmatch(v.recommendation, -1) {
		if m[1] == c.name || m[1] == c.packageName() {
			fixed := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(m[2]), "."))
			return strings.TrimSpace(strings.TrimSuffix(fixed, "or higher"))
		}
	}
	return ""
}

// aliases are the ids that the document calls equivalent.
func (v *vulnerability) aliases() []string {
	var out []string
	for _, id := range v.references {
		if id = strings.TrimSpace(id); id != v.id && id != "" {
			out = append(out, id)
		}
	}
	return out
}

func (a *analysis) reason() string {
	s := a.state
	if a.justification != "" {
		s += ": " + a.justification
	}
	if a.detail != "" {
		s += " (" + a.detail + ")"
	}
	return s
}

// state delivers a statement about products.
func (b *bom) state(v *vulnerability, at string) error {
	s := schema.VEXStatement{
		Document: b.doc.serial, At: jsonread.ParseTime(first(v.analysis.last, v.analysis.first)), Issued: b.doc.scan.At, Place: at,
		VulnerabilityID: v.id, Aliases: v.aliases(), Justification: v.analysis.justification, Impact: v.analysis.detail,
		Action: strings.Join(v.analysis.responses, ", "),
	}
	if s.At.IsZero() {
		s.At = b.doc.scan.At
	}
	switch v.analysis.state {
	case "not_affected":
		s.Status = schema.VEXNotAffected
	case "false_positive":
		s.Status, s.Justification = schema.VEXNotAffected, first(s.Justification, "false_positive")
	case "resolved", "resolved_with_pedigree":
		s.Status = schema.VEXFixed
	case "exploitable":
		s.Status = schema.VEXAffected
	case "in_triage":
		s.Status = schema.VEXUnderInvestigation
	default:
		return b.d.to.Skip(at, fmt.Sprintf("the state %q is none of CycloneDX", v.analysis.state))
	}
	if len(b.doc.tools) > 0 {
		s.Author = b.doc.tools[0].name
	}
	for i := range v.affects {
		s.Products = append(s.Products, b.product(&v.affects[i]))
	}
	return b.d.to.Statement(&s)
}

// product says what a statement is about. References hold within a document
// only, so that they become BOM-Links.
func (b *bom) product(a *affect) schema.VEXProduct {
	p := schema.VEXProduct{ID: a.ref}
	c := b.doc.find(a.ref)
	if c == nil {
		c = guess(a.ref)
	}
	link := "urn:cdx:" + strings.TrimPrefix(b.doc.serial, "urn:uuid:") + "/" + first(b.doc.version, "1") + "#" + a.ref
	if !strings.HasPrefix(a.ref, "urn:") && !strings.HasPrefix(a.ref, "pkg:") {
		p.ID = link
	}
	url, ok := purl.Parse(c.purl)
	_, _, _, image := url.Image()
	switch {
	case ok && !image && url.Version == "" && len(a.versions) > 0:
		// The statement is about these versions, not about all.
		if strings.HasPrefix(a.ref, "pkg:") {
			p.ID = link
		}
		for _, w := range a.versions {
			if w.version != "" {
				p.PURLs = append(p.PURLs, c.purl+"@"+w.version)
			}
		}
	case ok:
		p.PURLs = []string{c.purl}
	case c.typ == "container":
		name := c.name
		if strings.HasPrefix(c.version, "sha256:") {
			name += "@" + c.version
		} else if c.version != "" && !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
			name += ":" + c.version
		}
		p.Names = []string{name}
	}
	if c.typ == "container" && c.sha256 != "" {
		p.Digests = []string{"sha256:" + c.sha256}
	}
	return p
}

// catalogue delivers the text of a vulnerability.
func (b *bom) catalogue(v *vulnerability) error {
	scanner := b.doc.scan.Scanner
	if b.d.to.Known(scanner, v.id) {
		return nil
	}
	out := &schema.Vulnerability{ID: v.id, Aliases: v.aliases(), Description: v.description, CVSS: v.scores(),
		Published: jsonread.ParseTime(v.published), Modified: jsonread.ParseTime(v.updated)}
	for _, n := range v.cwes {
		if n = strings.TrimSpace(n); n != "" {
			out.CWEs = append(out.CWEs, "CWE-"+strings.TrimPrefix(strings.ToUpper(n), "CWE-"))
		}
	}
	seen := map[string]bool{"": true}
	for _, url := range append([]string{}, v.advisories...) {
		if url = strings.TrimSpace(url); !seen[url] {
			seen[url] = true
			out.References = append(out.References, url)
		}
	}
	if strings.Contains(v.source, "://") && !seen[v.source] {
		out.References = append(out.References, v.source)
	}
	var other []string
	for i := range v.ratings {
		r := &v.ratings[i]
		if r.isEPSS() {
			if score := r.score; score >= 0 && score <= 1 {
				out.EPSS = &score
			}
		} else if r.severity != "" {
			other = append(other, strings.TrimSpace(r.source+" "+r.severity))
		}
	}
	e := &v.extra
	e.Text("source", v.sourceName)
	e.Text("recommendation", v.recommendation)
	e.Texts("severities", other)
	out.Extra = e.JSON()
	return b.d.to.Vulnerability(scanner, out)
}
