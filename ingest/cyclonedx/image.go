package cyclonedx

import (
	"strings"

	"argosy/ingest/purl"
	"argosy/schema"
)

// image describes what the document is about.
func (b *bom) image() schema.Image {
	var img schema.Image
	about := b.doc.about
	if os := b.doc.os; os != nil {
		img.Distribution, img.DistributionVersion = os.name, os.version
	}
	if about == nil {
		img.Kind, img.Name = schema.KindOther, b.doc.serial
		if b.d.in.Image != "" {
			img.Kind, img.Name = schema.KindImage, b.d.in.Image
		}
		return img
	}
	b.properties(&img, about)
	url, hasURL := purl.Parse(about.purl)
	repository, tag, digest, isImage := url.Image()
	switch {
	case about.typ == "container" || hasURL && isImage || img.ConfigDigest != "":
		img.Kind = schema.KindImage
	case b.d.in.Image != "":
		img.Kind, img.Name = schema.KindImage, b.d.in.Image
		return img
	case about.typ == "operating-system" || about.typ == "device":
		img.Kind, img.Name = schema.KindHost, about.title()
		return img
	case about.typ == "file" || strings.ContainsAny(about.name, `/\`) && about.purl == "":
		img.Kind, img.Name = schema.KindFilesystem, about.name
		return img
	default:
		img.Kind, img.Name = schema.KindOther, first(about.title(), b.doc.serial)
		return img
	}
	img.Name = about.name
	if hasURL && isImage {
		ref := repository
		if tag != "" && !strings.Contains(tag, ":") {
			ref += ":" + tag
		}
		if img.Name == "" {
			img.Name = ref
		} else if ref != img.Name && ref != repository {
			img.References = append(img.References, ref)
		}
		img.Digest = first(img.Digest, digest)
		img.Digest = first(img.Digest, url.Qualifiers["digest"])
		img.Architecture = first(img.Architecture, url.Qualifiers["arch"])
		if system, arch, ok := strings.Cut(url.Qualifiers["platform"], "/"); ok {
			img.OS, img.Architecture = first(img.OS, system), first(img.Architecture, arch)
		}
	}
	if _, pinned, ok := strings.Cut(img.Name, "@"); ok && img.Digest == "" && strings.HasPrefix(pinned, "sha256:") {
		img.Digest = pinned
	}
	switch v := strings.Replace(about.version, "sha256__", "sha256:", 1); {
	case strings.HasPrefix(v, "sha256:"):
		img.Digest = first(img.Digest, v)
	case v != "" && !strings.ContainsAny(img.Name[strings.LastIndexByte(img.Name, '/')+1:], ":@"):
		img.Name += ":" + v
	}
	if img.Name == "" {
		img.Name = b.d.in.Image
	}
	return img
}

// properties reads those that Trivy gives to an image.
func (b *bom) properties(img *schema.Image, about *component) {
	for _, p := range about.props {
		switch key, value := strings.TrimPrefix(p[0], "aquasecurity:trivy:"), p[1]; key {
		case "ImageID":
			img.ConfigDigest = value
		case "RepoTag":
			if value != about.name {
				img.References = append(img.References, value)
			}
		case "RepoDigest":
			if value != about.name {
				img.References = append(img.References, value)
			}
			repo, _, _ := strings.Cut(about.name, ":")
			if of, digest, ok := strings.Cut(value, "@"); ok && (img.Digest == "" || of == repo) {
				img.Digest = digest
			}
		case "DiffID":
			img.Layers, img.DiffIDs = append(img.Layers, value), append(img.DiffIDs, value)
		case "Size":
			img.Size = int64(number(value))
		default:
			if label, ok := strings.CutPrefix(key, "Labels:"); ok && key != p[0] {
				if img.Labels == nil {
					img.Labels = map[string]string{}
				}
				img.Labels[label] = value
			}
		}
	}
}
