package ingest

import (
	"fmt"
	"strings"

	"argosy/ingest/purl"
	"argosy/ingest/registry"
	"argosy/schema"
)

// targets translates the products of a VEX statement into the terms by which
// findings are known. A product that names several identifiers becomes one
// target for each; what cannot be translated becomes a target that matches
// nothing, so that the statement is reported as such.
func targets(v *schema.VEXStatement) []schema.Target {
	var out []schema.Target
	for _, p := range v.Products {
		before := len(out)
		for _, id := range identifiers(&p) {
			product, ok := productTarget(id)
			if !ok {
				continue
			}
			if len(p.Subcomponents) == 0 {
				out = append(out, product)
			}
			for _, sub := range p.Subcomponents {
				if t, ok := within(product, sub); ok {
					out = append(out, t)
				}
			}
		}
		if len(out) == before {
			out = append(out, schema.Target{})
		}
		for i := before; i < len(out); i++ {
			out[i].Product = p.ID
		}
	}
	return out
}

// identifiers are the names of a product, each once.
func identifiers(p *schema.VEXProduct) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, list := range [][]string{{p.ID}, p.PURLs, p.Digests, p.Names} {
		for _, id := range list {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

// productTarget reads an identifier: an image by package URL, digest or
// reference, or a package by its package URL.
func productTarget(id string) (schema.Target, bool) {
	switch {
	case strings.HasPrefix(id, "pkg:"):
		return purlTarget(id)
	case strings.Contains(id, "://"):
		return schema.Target{}, false
	}
	if digest, ok := digestOf(id); ok {
		return schema.Target{Digest: digest}, true
	}
	ref, ok := registry.Parse(id)
	if !ok {
		return schema.Target{}, false
	}
	host, repository := registry.Canonical(ref.Registry, ref.Repository)
	return schema.Target{Digest: ref.Digest, Registry: host, Repository: repository, Tag: ref.Tag}, true
}

// digestOf reads sha256:HEX, and HEX alone where it has a digest's length.
func digestOf(id string) (string, bool) {
	hex := strings.ToLower(strings.TrimSpace(id))
	for _, prefix := range []string{"sha256:", "sha-256:"} {
		hex = strings.TrimPrefix(hex, prefix)
	}
	if len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return "", false
	}
	return "sha256:" + hex, true
}

// purlTarget reads a package URL (https://github.com/package-url/purl-spec),
// that of an image or of a package.
func purlTarget(id string) (schema.Target, bool) {
	p, ok := purl.Parse(id)
	if !ok {
		return schema.Target{}, false
	}
	repository, tag, digest, ok := p.Image()
	if !ok {
		return packageTarget(p, id), true
	}
	t := schema.Target{Repository: repository, Tag: tag}
	// Without its address an image is that of any registry.
	if p.Qualifiers["repository_url"] != "" {
		if ref, ok := registry.Parse(repository); ok {
			t.Registry, t.Repository = registry.Canonical(ref.Registry, ref.Repository)
		}
	}
	t.Digest, _ = digestOf(digest)
	return t, true
}

// packageTarget is the package of a package URL, which is p taken apart. Versions
// of distributions are compared with their epoch, which purl-spec puts elsewhere.
func packageTarget(p purl.Package, url string) schema.Target {
	base := "pkg:" + p.Type + "/"
	if p.Namespace != "" {
		base += p.Namespace + "/"
	}
	full := base + p.Name
	var qualifiers []string
	for _, key := range []string{"arch", "distro"} {
		if value := p.Qualifiers[key]; value != "" {
			qualifiers = append(qualifiers, key+"="+value)
		}
	}
	if qualifiers != nil {
		full += "?" + strings.Join(qualifiers, "&")
	}
	version := p.Version
	if p.Type == "rpm" || p.Type == "deb" || p.Type == "alpm" {
		version = schema.CanonicalPackage(schema.Package{Type: p.Type, Name: p.Name, Version: version}, url).Version
	}
	return schema.Target{PURL: strings.ToLower(full), PackageType: p.Type, PackageName: strings.ToLower(p.FullName()), PackageVersion: version}
}

// within narrows an image down to a package in it. A subcomponent of anything
// but an image stays untranslated: that the image holds the product around it
// is not known from findings.
func within(image schema.Target, sub string) (schema.Target, bool) {
	if image.PURL != "" {
		return schema.Target{}, false
	}
	t := image
	if !strings.HasPrefix(sub, "pkg:") {
		t.PackageName = strings.ToLower(sub)
		return t, sub != ""
	}
	p, ok := purl.Parse(sub)
	if !ok {
		return schema.Target{}, false
	}
	pkg := packageTarget(p, sub)
	t.PURL, t.PackageType, t.PackageName, t.PackageVersion = pkg.PURL, pkg.PackageType, pkg.PackageName, pkg.PackageVersion
	return t, true
}

// ScopePackage completes an exemption that names a package by its URL with the
// type, name and version in it, by which findings are matched whose report
// gives no URL. The error quotes a URL that cannot be read.
func ScopePackage(e *schema.Exemption) error {
	if e.PURL == "" {
		return nil
	}
	p, ok := purl.Parse(e.PURL)
	if !ok {
		return fmt.Errorf("reading the package URL %q: it is not of the form pkg:type/namespace/name@version", e.PURL)
	}
	t := packageTarget(p, e.PURL)
	e.PURL, e.PackageType, e.Package = t.PURL, t.PackageType, t.PackageName
	if e.Version == "" {
		e.Version = t.PackageVersion
	}
	return nil
}
