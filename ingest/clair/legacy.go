package clair

import (
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// flat reads a list of rows, each a vulnerability with its package, as
// clair-scanner and klar write them.
func (d *decoder) flat(where string) error {
	return d.r.Array(func(i int) error {
		if d.r.Kind() != '{' {
			if err := d.r.Skip(); err != nil {
				return err
			}
			return d.to.Skip(format.Place(where, i), "the row is no object")
		}
		if err := d.r.Row(&d.row); err != nil {
			return err
		}
		w := &d.row
		return d.old(w, w.Text("featurename"), w.Text("featureversion"), "", format.Place(where, i))
	})
}

// layers reads layers and what surrounds them, of the APIs 1 and 3: objects
// that hold features, or layers, or lists of these.
func (d *decoder) layers(where string) error {
	if d.r.Kind() == '[' {
		return d.r.Array(func(i int) error { return d.layers(format.Place(where, i)) })
	}
	if d.r.Kind() != '{' {
		return d.r.Skip()
	}
	var about jsonread.Row
	err := d.r.Split(&about, func(key []byte) (bool, error) {
		at := where + "." + string(key)
		switch strings.ToLower(string(key)) {
		case "layer", "layers":
			return true, d.layers(at)
		case "features", "detected_features":
			d.namespace(about.Text("NamespaceName"))
			return true, d.r.Array(func(i int) error {
				if err := d.r.Row(&d.row); err != nil {
					return err
				}
				return d.feature(&d.row, format.Place(at, i))
			})
		}
		return false, nil
	})
	if strings.HasSuffix(where, "ancestry") {
		// What the client called the image when it asked for the analysis.
		d.scan.Image.Name = about.Text("name")
	}
	d.namespace(about.Text("NamespaceName"))
	return err
}

// feature delivers the vulnerabilities of one package.
func (d *decoder) feature(w *jsonread.Row, where string) error {
	name, version, layer := w.Text("name"), w.Text("version"), w.Text("AddedBy")
	if layer == "" {
		layer = w.Row("added_by").Text("hash")
	}
	d.namespace(w.Text("NamespaceName"))
	d.namespace(w.Row("namespace").Text("name"))
	return w.Objects("vulnerabilities", func(i int, v *jsonread.Row) error {
		at := format.Place(where+".Vulnerabilities", i)
		if v == nil {
			return d.to.Skip(at, "the vulnerability is no object")
		}
		return d.old(v, name, version, layer, at)
	})
}

// namespace notes the distribution: debian:9, alpine:v3.7.
func (d *decoder) namespace(s string) {
	distribution, version, ok := strings.Cut(s, ":")
	if img := &d.scan.Image; ok && img.Distribution == "" {
		img.Distribution, img.DistributionVersion = distribution, strings.TrimPrefix(version, "v")
	}
}

// old delivers a vulnerability of a version before 4.
func (d *decoder) old(w *jsonread.Row, pkg, version, layer, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	link := w.Text("link")
	full := w.Text("vulnerability", "name")
	if full == "" {
		full = aCVE.FindString(link)
	}
	if full == "" && pkg == "" {
		return d.to.Skip(where, "the row names neither a vulnerability nor a package")
	}
	id, title, aliases := identify(full, "")
	if id == "" {
		id = format.NoID
	}
	namespace := w.Text("namespace", "NamespaceName", "namespace_name")
	d.namespace(namespace)
	d.f = schema.Finding{
		VulnerabilityID:  id,
		Aliases:          aliases,
		PackageName:      pkg,
		InstalledVersion: version,
		FixedVersion:     w.Text("fixedby", "fixed_by"),
		Layer:            layer,
		SeverityRaw:      w.Text("severity"),
		SeveritySource:   name,
	}
	f := &d.f
	if strings.Contains(namespace, ":") {
		f.PackageType = purl.Type("", namespace)
	} else {
		f.PackageType = purl.Type("", d.scan.Image.Distribution)
	}
	text := schema.Vulnerability{ID: id, Title: title, Aliases: aliases, Description: w.Text("description")}
	if link != "" {
		text.References = []string{link}
	}
	nvd := w.Row("metadata").Row("NVD")
	for _, v := range []string{"3", "2"} {
		s := nvd.Row("CVSSv" + v)
		c := schema.CVSS{Source: "nvd", Version: v + ".0", Score: s.Number("score"), Vector: s.Text("vectors", "vector")}
		if exact := cvss.Version(c.Vector); exact != "" {
			c.Version = exact
		}
		if c.Score > 0 {
			text.CVSS = append(text.CVSS, c)
		}
	}
	f.CVSS = schema.BaseScore(text.CVSS)
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	d.extra.Reset()
	w.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	if err := d.to.Finding(d.ref, f); err != nil || id == format.NoID {
		return err
	}
	return d.to.Vulnerability(name, &text)
}
