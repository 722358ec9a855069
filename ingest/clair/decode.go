package clair

import (
	"context"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one stream.
type decoder struct {
	ctx   context.Context
	in    *format.Input
	to    format.Sink
	r     *jsonread.Reader
	ref   format.Ref
	scan  schema.Scan
	row   jsonread.Row
	f     schema.Finding
	extra jsonread.Builder
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, r: jsonread.New(in)}
	return d.r.Documents(d.document)
}

// document reads one report of any version. The versions share no name of a
// member that means two things, but for vulnerabilities: a list in
// clair-scanner, a map by id in version 4 and by severity in klar.
func (d *decoder) document(where string) error {
	d.ref, d.scan = d.to.Begin(), schema.Scan{Scanner: name}
	var top jsonread.Row
	var rep report
	err := d.r.Split(&top, func(key []byte) (bool, error) {
		at := where + string(key)
		switch strings.ToLower(string(key)) {
		case "packages", "distributions", "repository", "environments", "package_vulnerabilities", "enrichments":
			return true, rep.read(d.r, string(key))
		case "vulnerabilities":
			if d.r.Kind() == '[' {
				return true, d.flat(at)
			}
			if string(key) == "Vulnerabilities" {
				return true, d.r.Object(func(key []byte) error {
					at := at + "." + string(key)
					if k := d.r.Kind(); k == '[' || k == 'n' {
						return d.flat(at)
					}
					if err := d.r.Skip(); err != nil {
						return err
					}
					return d.to.Skip(at, "it holds no list of vulnerabilities")
				})
			}
			return true, rep.read(d.r, string(key))
		case "layer", "layers", "data", "ancestry":
			return true, d.layers(at)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	img := &d.scan.Image
	if digest := top.Text("manifest_hash"); digest != "" {
		img.Digest = digest
		rep.distribution(img)
	}
	if image := top.Text("image", "ImageName"); image != "" {
		img.Name = image
		if registry := top.Text("Registry"); registry != "" {
			registry = strings.TrimPrefix(strings.TrimPrefix(registry, "https://"), "http://")
			img.Name = strings.TrimSuffix(strings.TrimSuffix(registry, "/"), "/v2") + "/" + image
		}
		if tag := top.Text("Tag"); tag != "" {
			img.Name += ":" + tag
		}
	}
	if err := d.rows(&rep, where); err != nil {
		return err
	}
	return d.to.End(d.ref, &d.scan)
}
