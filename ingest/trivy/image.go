package trivy

import (
	"strings"
	"time"

	"argosy/schema"
)

// metadata is the part of a report that describes the artifact.
type metadata struct {
	kind        string
	Size        int64
	ImageID     string
	RepoTags    []string
	RepoDigests []string
	Reference   string
	DiffIDs     []string
	OS          struct {
		Family, Name string
		EOSL         *bool
	}
	Layers []struct {
		Digest, DiffID string
	}
	ImageConfig struct {
		Architecture, OS, Variant string
		Created                   time.Time
		Config                    struct{ Labels map[string]string }
	}
}

// image fills what is known of the artifact. The image id is the digest of
// the config; the digest of the manifest stands in the repository digests.
func (m *metadata) image(i *schema.Image, artifact string) {
	switch m.kind {
	case "", "container_image":
	case "vm", "host":
		i.Kind = schema.KindHost
	case "repository":
		i.Kind = schema.KindRepository
	case "filesystem":
		i.Kind = schema.KindFilesystem
	default:
		i.Kind = schema.KindOther
	}
	i.Name = artifact
	i.Distribution, i.DistributionVersion, i.EndOfLife = m.OS.Family, m.OS.Name, m.OS.EOSL
	i.Size = m.Size
	if i.Kind != "" {
		return
	}
	if strings.HasPrefix(m.ImageID, "sha256:") {
		i.ConfigDigest = m.ImageID
	}
	i.References = append(append([]string{}, m.RepoTags...), m.RepoDigests...)
	i.OS, i.Architecture, i.Variant = m.ImageConfig.OS, m.ImageConfig.Architecture, m.ImageConfig.Variant
	if m.ImageConfig.Created.Year() > 1971 {
		i.Created = m.ImageConfig.Created
	}
	i.Labels = m.ImageConfig.Config.Labels
	for _, l := range m.Layers {
		i.Layers = append(i.Layers, l.Digest)
	}
	m.name(i, artifact)
}

// name chooses the reference that was scanned and the digest that belongs to
// its repository.
func (m *metadata) name(i *schema.Image, artifact string) {
	ref := m.Reference
	if ref == "" {
		ref = artifact
	}
	if isTarball(ref) && len(m.RepoTags) > 0 {
		ref = m.RepoTags[0]
	}
	i.Name = ref
	if _, digest, ok := strings.Cut(ref, "@sha256:"); ok {
		i.Digest = "sha256:" + digest
		return
	}
	repo := repositoryOf(ref)
	for _, rd := range m.RepoDigests {
		name, digest, ok := strings.Cut(rd, "@")
		if ok && (i.Digest == "" || name == repo) {
			i.Digest = digest
		}
	}
}

func isTarball(s string) bool {
	return strings.HasSuffix(s, ".tar") || strings.HasSuffix(s, ".tar.gz") || strings.HasSuffix(s, ".tgz")
}

// repositoryOf cuts the tag off a reference; a colon before a slash belongs to
// the registry's port.
func repositoryOf(ref string) string {
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		return ref[:i]
	}
	return ref
}
