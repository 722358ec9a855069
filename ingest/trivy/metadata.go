package trivy

import (
	"slices"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/imageconfig"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// metadata is Metadata of a report: what was scanned.
type metadata struct {
	image                 schema.Image
	diffIDs               []string
	rootFS, layerDiffIDs  []string
	tags, digests         []string
	reference             string
	repoURL, branch, hash string
}

func (m *metadata) read(r *jsonread.Reader) error {
	img := &m.image
	return r.Members(func(key []byte) error {
		var err error
		switch string(key) {
		case "Size":
			var size float64
			size, err = r.Score()
			img.Size = int64(size)
		case "OS":
			err = r.Members(func(key []byte) (err error) {
				switch string(key) {
				case "Family":
					img.Distribution, err = r.Word()
				case "Name":
					img.DistributionVersion, err = r.Word()
				case "EOSL", "Eosl":
					var eol bool
					if r.Kind() == 'n' || r.Kind() == '{' || r.Kind() == '[' {
						return r.Skip()
					}
					eol, err = r.Bool()
					img.EndOfLife = &eol
				default:
					err = r.Skip()
				}
				return err
			})
		case "ImageID":
			img.ConfigDigest, err = r.Word()
		case "DiffIDs":
			m.diffIDs, err = r.Words()
		case "RepoTags":
			m.tags, err = r.Words()
		case "RepoDigests":
			m.digests, err = r.Words()
		case "Reference":
			m.reference, err = r.Word()
		case "ImageConfig":
			var c schema.Image
			c, err = imageconfig.Read(r)
			img.Architecture, img.Variant, img.OS, img.Created, img.Labels, m.rootFS = c.Architecture, c.Variant, c.OS, c.Created, c.Labels, c.DiffIDs
		case "Layers":
			err = r.Elements(func(int) error {
				var digest, diffID string
				err := r.Members(func(key []byte) (err error) {
					switch string(key) {
					case "Digest":
						digest, err = r.Word()
					case "DiffID":
						diffID, err = r.Word()
					default:
						err = r.Skip()
					}
					return err
				})
				m.layerDiffIDs = append(m.layerDiffIDs, diffID)
				if digest == "" {
					digest = diffID
				}
				if digest != "" {
					img.Layers = append(img.Layers, digest)
				}
				return err
			})
		case "RepoURL":
			m.repoURL, err = r.Word()
		case "Branch":
			m.branch, err = r.Word()
		case "Commit":
			m.hash, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
}

// names reports whether the image goes by a name.
func (m *metadata) names(name string) bool {
	for _, list := range [][]string{m.tags, m.digests, {m.reference}} {
		for _, s := range list {
			if s == name || s != "" && strings.HasSuffix(name, "/"+s) || s != "" && strings.HasSuffix(s, "/"+name) {
				return true
			}
		}
	}
	return false
}

// describe fills in what the metadata says of an image.
func (m *metadata) describe(img *schema.Image) {
	kind, name := img.Kind, img.Name
	*img = m.image
	img.Kind, img.Name = kind, name
	if len(img.Layers) == 0 {
		img.Layers = m.diffIDs
	}
	for _, list := range [][]string{m.rootFS, m.diffIDs, m.layerDiffIDs} {
		if len(img.DiffIDs) == 0 && !slices.Contains(list, "") {
			img.DiffIDs = list
		}
	}
	for _, list := range [][]string{m.tags, m.digests, {m.reference}} {
		for _, s := range list {
			if s != "" && s != img.Name {
				img.References = append(img.References, s)
			}
		}
	}
	if img.Name == "" {
		for _, list := range [][]string{{m.reference}, m.tags, m.digests} {
			if len(list) > 0 && img.Name == "" {
				img.Name = list[0]
			}
		}
	}
	m.digest(img)
}

// digest chooses the digest of the manifest: the one of the repository that
// the image goes by, else the first.
func (m *metadata) digest(img *schema.Image) {
	repo := repository(img.Name)
	for _, want := range []bool{true, false} {
		for _, s := range m.digests {
			name, digest, ok := strings.Cut(s, "@")
			if !ok || !strings.Contains(digest, ":") || want && name != repo {
				continue
			}
			if img.Digest == "" {
				img.Digest = digest
			}
		}
	}
	for _, s := range []string{img.Name, m.reference} {
		_, digest, ok := strings.Cut(s, "@")
		if !ok || !strings.HasPrefix(digest, "sha") || digest == img.Digest || len(img.IndexDigests) > 0 {
			continue
		}
		if img.Digest == "" {
			img.Digest = digest
			continue
		}
		// The image was asked for by one digest and found under another: the
		// first is that of the index that leads to the second.
		img.IndexDigests = append(img.IndexDigests, digest)
	}
}

// repository takes tag and digest off a reference.
func repository(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		return ref[:i]
	}
	return ref
}

// opened, passed and extra make a report the target of its results.

func (p *report) opened(t *result) format.Ref {
	p.results++
	p.about++
	p.lists = p.lists || t.lists
	if _, _, _, ok := splitTarget(t.target); p.osTarget == "" && (ok || t.class == "os-pkgs" || isOS(t.typ)) {
		p.osTarget = t.target
	}
	return p.begin()
}

func (p *report) passed(*result) { p.results++ }

func (p *report) extra(*jsonread.Builder) {}

func (p *report) decoder() *decoder { return p.d }

// describe fills in the report's image when everything has been read.
func (p *report) describe() {
	img := &p.scan.Image
	p.scan.Scanner = name
	img.Kind = resourceKind(p.kind)
	target, family, version, ok := splitTarget(p.osTarget)
	if !ok {
		target = p.osTarget
	}
	scanned := p.meta.image.ConfigDigest != "" || len(p.meta.tags)+len(p.meta.digests) > 0
	switch {
	case p.kind == "" && (p.osTarget != "" || scanned || p.artifact != ""):
		img.Kind = schema.KindImage
	case p.kind == "":
		// The results of lock files alone, in a format from before reports
		// said what was scanned.
		img.Kind = schema.KindFilesystem
	case scanned && isBOM(p.kind):
		img.Kind = schema.KindImage
	}
	img.Name = p.artifact
	if img.Kind == schema.KindImage && (isBOM(p.kind) || isArchive(p.artifact)) && len(p.meta.tags)+len(p.meta.digests) > 0 {
		// The name is that of a file; the image's own names are inside.
		img.Name = ""
	}
	p.meta.describe(img)
	if img.Name == "" && img.Kind == schema.KindImage {
		if img.Name = target; img.Name == "" || p.d.in.Image != "" {
			img.Name = p.d.in.Image
		}
		p.meta.digest(img)
	}
	if img.Kind == schema.KindFilesystem && p.kind == "" && p.d.in.Image != "" {
		img.Kind, img.Name = schema.KindImage, p.d.in.Image
		p.meta.digest(img)
	}
	if img.Distribution == "" && ok {
		img.Distribution, img.DistributionVersion = family, version
	}
	if p.meta.repoURL != "" && img.Kind == schema.KindRepository {
		for _, s := range []string{p.meta.repoURL, p.meta.branch, p.meta.hash} {
			if s != "" && s != img.Name {
				img.References = append(img.References, s)
			}
		}
	}
}

// resourceKind maps Trivy's type of artifact.
func resourceKind(kind string) schema.ResourceKind {
	switch kind {
	case "container_image", "image":
		return schema.KindImage
	case "filesystem", "rootfs", "cyclonedx", "spdx", "sbom":
		return schema.KindFilesystem
	case "repository", "remote_repository", "git_repository":
		return schema.KindRepository
	case "vm", "aws_ami":
		return schema.KindHost
	case "":
		return schema.KindImage
	}
	return schema.KindOther
}

func isBOM(kind string) bool { return kind == "cyclonedx" || kind == "spdx" || kind == "sbom" }

// isArchive tells the path of an image that was saved to a file from the name
// of an image.
func isArchive(name string) bool {
	for _, suffix := range []string{".tar", ".tar.gz", ".tgz", ".oci", ".tar.zst"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return strings.HasPrefix(name, "/") || strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../")
}
