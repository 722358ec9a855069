package ingest

import (
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/registry"
	"argosy/schema"
)

// identify completes the name of an image by the rules that registries use,
// from what the report calls it or from --image where it calls it nothing.
func identify(i *schema.Image, in *format.Input) error {
	if s := in.Subject; s != nil {
		// What the report calls its image is another name of it at best.
		i.Kind, i.Registry, i.Repository, i.Tag, i.Digest = schema.KindImage, s.Registry, s.Repository, "", s.Digest
	}
	if i.Kind == "" {
		i.Kind = schema.KindImage
	}
	if i.Kind != schema.KindImage {
		i.Name = orElse(i.Name, in.Name)
		return nil
	}
	if in.Image != "" && !namesItself(i) {
		i.Name = in.Image
	}
	if i.Repository == "" && i.Name != "" {
		if ref, ok := registry.Parse(i.Name); ok {
			i.Registry, i.Repository = ref.Registry, ref.Repository
			i.Tag = orElse(i.Tag, ref.Tag)
			i.Digest = orElse(i.Digest, ref.Digest)
		}
	}
	i.Registry, i.Repository = registry.Canonical(i.Registry, i.Repository)
	if i.Digest != "" && !strings.Contains(i.Digest, ":") && len(i.Digest) == 64 {
		i.Digest = "sha256:" + i.Digest
	}
	if schema.ImageKey(i) == string(schema.KindImage)+":" {
		// A report that names nothing is known by its own file, so that two of
		// them are not taken for the same image.
		i.Name = in.Name
	}
	return nil
}

// namesItself reports whether a report says which image it is about: by a
// repository, or by a name with a tag or digest. A name that is no reference (a
// file), and one of a repository alone, leave it open.
func namesItself(i *schema.Image) bool {
	if i.Repository != "" {
		return true
	}
	ref, ok := registry.Parse(i.Name)
	return i.Name != "" && ok && (ref.Tag != "" || ref.Digest != "" || i.Tag != "" || i.Digest != "" || i.ConfigDigest != "")
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
