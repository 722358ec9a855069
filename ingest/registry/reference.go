package registry

import (
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Reference is the name of an image taken apart.
type Reference struct {
	// Registry is the host, docker.io for Docker Hub.
	Registry, Repository, Tag, Digest string
}

// Parse takes the name of an image apart: registry/repository:tag@digest with
// every part but the repository optional. It reports false for a name that is
// no image reference, such as the path of a file. A name without tag and
// digest has none: no tag is guessed.
func Parse(s string) (Reference, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "docker://")
	if isFile(s) {
		return Reference{}, false
	}
	base, digest, pinned := strings.Cut(s, "@")
	tagless, err := name.ParseReference(base, name.WithDefaultTag(""))
	if err != nil {
		return Reference{}, false
	}
	r := Reference{Registry: host(tagless.Context().RegistryStr()), Repository: tagless.Context().RepositoryStr()}
	if t, ok := tagless.(name.Tag); ok {
		r.Tag = t.TagStr()
	}
	if pinned {
		if _, err := name.NewDigest(tagless.Context().Name() + "@" + digest); err != nil {
			return Reference{}, false
		}
		r.Digest = digest
	}
	return r, true
}

// isFile tells names that can only be files: tarballs and paths. A dot and a
// slash could also begin a registry, so only what no registry can be counts.
func isFile(s string) bool {
	for _, suffix := range []string{".tar", ".tar.gz", ".tgz", ".oci", ".sif"} {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return strings.HasPrefix(s, "/") || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") || strings.ContainsAny(s, " \\")
}

// Canonical gives the two spellings of a registry and repository the same
// form: Docker Hub is docker.io, and its official images lie under library.
func Canonical(registry, repository string) (string, string) {
	registry = host(strings.ToLower(strings.TrimSuffix(registry, "/")))
	if registry == "docker.io" && repository != "" && !strings.Contains(repository, "/") {
		repository = "library/" + repository
	}
	return registry, repository
}

func host(s string) string {
	switch s {
	case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com":
		return "docker.io"
	}
	return s
}
