package cyclonedx

import (
	"strings"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// component is a component or service, as far as findings need it.
type component struct {
	ref, typ             string
	group, name, version string
	purl, sha256         string
	source               string // the package that it was built from
	packageType          string
	layer                string
	paths                []string
	// props are the properties of the component that a document is about.
	props [][2]string
}

// setProperty takes what writers keep in properties: Trivy and Syft.
func (c *component) setProperty(name, value string, all bool) {
	if all {
		c.props = append(c.props, [2]string{name, value})
	}
	switch name {
	case "aquasecurity:trivy:PkgType", "syft:package:type":
		c.packageType = value
	case "aquasecurity:trivy:LayerDigest", "syft:location:0:layerID":
		c.layer = value
	case "aquasecurity:trivy:LayerDiffID":
		if c.layer == "" {
			c.layer = value
		}
	case "aquasecurity:trivy:SrcName":
		c.source = value
	case "aquasecurity:trivy:FilePath":
		c.paths = append(c.paths, value)
	default:
		if strings.HasPrefix(name, "syft:location:") && strings.HasSuffix(name, ":path") {
			c.paths = append(c.paths, value)
		}
	}
}

// packageName is the name by which scanners know the package: what its
// package URL says where that says the same as group and name.
func (c *component) packageName() string {
	full := c.name
	url, ok := purl.Parse(c.purl)
	switch {
	case c.group == "" || strings.HasPrefix(c.name, c.group+"/") || strings.HasPrefix(c.name, c.group+":"):
	case ok && url.Type == "maven" || !ok && strings.Contains(c.group, ".") && !strings.Contains(c.group, "/"):
		full = c.group + ":" + c.name
	case ok && (url.Type == "deb" || url.Type == "rpm" || url.Type == "apk" || url.Type == "alpm"):
	default:
		full = c.group + "/" + c.name
	}
	if !ok || strings.EqualFold(full, url.FullName()) {
		return full
	}
	if full == "" || strings.HasSuffix(strings.ToLower(url.FullName()), strings.ToLower(c.name)) {
		return url.FullName()
	}
	return full
}

// plain takes a name apart as Xray writes it for packages of distributions:
// "debian:buster:apt", with the epoch behind it: "debian:buster:tar:1".
func (c *component) plain() {
	url, ok := purl.Parse(c.purl)
	if !ok || url.Type != "deb" && url.Type != "rpm" && url.Type != "apk" {
		return
	}
	parts := strings.Split(c.name, ":")
	if len(parts) < 3 || len(parts) > 4 {
		return
	}
	c.name = parts[2]
	if len(parts) == 4 && c.version != "" {
		c.version = parts[3] + ":" + c.version
	}
	c.purl = "pkg:" + url.Type + "/" + parts[0] + "/" + c.name + "@" + c.version
}

func (c *component) packageVersion() string {
	if c.version == "" {
		if url, ok := purl.Parse(c.purl); ok {
			return url.Version
		}
	}
	return c.version
}

// title is the component as people write it.
func (c *component) title() string {
	s := c.packageName()
	if c.version != "" {
		s += "@" + c.version
	}
	return s
}

// tool is a tool of metadata.tools.
type tool struct{ vendor, name, version string }

// rating is one rating of a vulnerability.
type rating struct {
	source, url, severity, method, vector string
	score                                 float64
}

// version is an element of affects[].versions.
type version struct{ version, rng, status string }

// affect is an element of affects.
type affect struct {
	ref      string
	versions []version
}

// analysis is what a VEX document says.
type analysis struct {
	state, justification, detail string
	responses                    []string
	first, last                  string
}

// vulnerability is a vulnerability as it is read.
type vulnerability struct {
	id, ref            string
	sourceName, source string
	references         []string
	ratings            []rating
	cwes               []string
	description        string
	recommendation     string
	advisories         []string
	published, updated string
	analysis           analysis
	affects            []affect
	// nameless counts what is affected and not named.
	nameless int
	// fixed are versions by component, which Amazon Inspector keeps in
	// properties; kev likewise says that it is known to be exploited.
	fixed map[string]string
	// extra is whatever else the vulnerability holds, kept the names in it.
	extra jsonread.Builder
	kept  map[string]bool
}

// keep takes a member whole; the first of each name counts.
func (v *vulnerability) keep(name string, raw []byte) {
	if v.kept == nil {
		v.kept = map[string]bool{"source": true, "recommendation": true, "severities": true}
	}
	if !v.kept[name] {
		v.kept[name] = true
		v.extra.Raw(name, raw)
	}
}

// setProperty takes what Amazon Inspector keeps in properties.
func (v *vulnerability) setProperty(name, value string) {
	const fixed = "amazon:inspector:sbom_scanner:fixed_version:"
	if ref, ok := strings.CutPrefix(name, fixed); ok {
		if v.fixed == nil {
			v.fixed = map[string]string{}
		}
		v.fixed[ref] = value
	}
}

// document is what is known of the document around the vulnerabilities.
type document struct {
	specVersion, serial, version string
	scan                         schema.Scan
	about                        *component
	tools                        []tool
	byRef                        map[string]*component
	// listed counts the components, about not among them.
	listed int
	os     *component
}

// add takes a component in.
func (d *document) add(c *component) {
	if d.byRef == nil {
		d.byRef = map[string]*component{}
	}
	d.listed++
	refs := [...]string{c.ref, c.purl}
	c.plain()
	if c.typ == "operating-system" && d.os == nil {
		d.os = c
	}
	// Before bom-ref was common, package URLs served for references.
	for _, ref := range refs {
		if _, seen := d.byRef[ref]; !seen && ref != "" {
			d.byRef[ref] = c
		}
	}
}

// find returns the component that a reference means; it may be a BOM-Link
// (CycloneDX, "BOM-Link") to this document.
func (d *document) find(ref string) *component {
	if c := d.byRef[ref]; c != nil {
		return c
	}
	if d.about != nil && ref == d.about.ref && ref != "" {
		return d.about
	}
	rest, ok := strings.CutPrefix(ref, "urn:cdx:")
	if !ok || d.serial == "" {
		return nil
	}
	doc, fragment, ok := strings.Cut(rest, "#")
	serial, _, _ := strings.Cut(doc, "/")
	if !ok || serial != strings.TrimPrefix(d.serial, "urn:uuid:") {
		return nil
	}
	if c := d.find(fragment); c != nil {
		return c
	}
	return d.find(purl.Unescape(fragment))
}
