package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Kinds of reference.
type refKind int

const (
	refRegistry   refKind = iota
	refNamespace          // every repository below a prefix
	refRepository         // a repository; a namespace when there is none of the name
	refTag                // one tag or digest
	refLocal              // an OCI layout or an archive
)

// reference is what the user named.
type reference struct {
	text     string
	kind     refKind
	registry name.Registry
	repo     name.Repository
	prefix   string // of a namespace, ending in /
	ref      name.Reference
	path     string
}

// localPrefixes may stand before a path, as other tools write it.
var localPrefixes = [...]string{"oci-archive:", "docker-archive:", "oci:"}

// Check says which of the references cannot be read at all, so that a sync that
// would read nothing is not recorded as one. It asks no registry.
func Check(refs []string, insecure bool) error {
	for _, text := range refs {
		r, err := parseReference(text, insecure)
		if err == nil && r.kind == refLocal {
			err = isThere(r)
		}
		if err != nil {
			return &ReferenceError{err}
		}
	}
	return nil
}

// isThere looks for a layout, or for what may be an archive of one.
func isThere(r reference) error {
	info, err := os.Stat(r.path)
	if err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(r.path, "index.json")); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("reading the reference %q: the folder is no OCI layout: it has no index.json", r.text)
		}
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("reading the reference %q: %w", r.text, p.Err)
	}
	return err
}

// parseReference reads a REF: a host with a dot, a port or a final slash is a
// registry; a path that ends in / or /* is a namespace; a path that exists on
// disk is a layout or an archive; everything else is a repository or a tag, on
// Docker Hub where no host is named.
func parseReference(text string, insecure bool) (reference, error) {
	r := reference{text: text}
	bad := func(err error) (reference, error) {
		return r, fmt.Errorf("reading the reference %q: %w", text, err)
	}
	for _, p := range localPrefixes {
		if path, ok := strings.CutPrefix(text, p); ok {
			r.kind, r.path = refLocal, path
			return r, nil
		}
	}
	if strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || filepath.IsAbs(text) || isLocal(text) {
		r.kind, r.path = refLocal, text
		return r, nil
	}
	var opts []name.Option
	if insecure {
		opts = append(opts, name.Insecure)
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://")
	host, path, slash := strings.Cut(text, "/")
	hasHost := strings.Contains(host, ".") || strings.Contains(host, ":") && slash || host == "localhost" || strings.HasPrefix(host, "localhost:")
	var err error
	switch {
	case hasHost && path == "" || slash && path == "":
		r.kind = refRegistry
		r.registry, err = name.NewRegistry(host, opts...)
	case strings.HasSuffix(path, "/") || strings.HasSuffix(path, "/*") || path == "*":
		r.kind, r.prefix = refNamespace, strings.TrimSuffix(path, "*")
		if !hasHost {
			host, r.prefix = name.DefaultRegistry, strings.TrimSuffix(text, "*")
		}
		r.registry, err = name.NewRegistry(host, opts...)
		if r.prefix == "" {
			r.kind = refRegistry
		}
	default:
		last := path[strings.LastIndex(path, "/")+1:]
		if !slash {
			last = host
		}
		if strings.Contains(last, ":") || strings.Contains(text, "@") {
			r.kind = refTag
			r.ref, err = name.ParseReference(text, opts...)
			if err == nil {
				r.repo, r.registry = r.ref.Context(), r.ref.Context().Registry
			}
			break
		}
		r.kind = refRepository
		r.repo, err = name.NewRepository(text, opts...)
		r.registry = r.repo.Registry
		if err == nil && hasHost {
			r.prefix = path + "/"
		}
	}
	if err != nil {
		return bad(err)
	}
	return r, nil
}

// isLocal says whether a text names a layout or an archive on disk rather
// than a repository that happens to have the name of a folder.
func isLocal(text string) bool {
	info, err := os.Stat(text)
	if err != nil {
		return false
	}
	if info.IsDir() {
		_, err := os.Stat(filepath.Join(text, "oci-layout"))
		return err == nil
	}
	return strings.HasSuffix(text, ".tar") || strings.HasSuffix(text, ".tgz") || strings.HasSuffix(text, ".tar.gz")
}

// hostOf is the name under which a registry is stored: Docker Hub has several.
func hostOf(r name.Registry) string { return host(r.RegistryStr()) }

// Hosts are the registries that references name, as they are stored.
func Hosts(refs []string, opt Options) ([]string, error) {
	seen := map[string]bool{}
	var out []string
	add := func(host string) {
		if !seen[host] {
			seen[host] = true
			out = append(out, host)
		}
	}
	for _, text := range refs {
		r, err := parseReference(text, opt.Insecure)
		switch {
		case err != nil:
			return nil, &ReferenceError{err}
		case r.kind != refLocal:
			add(hostOf(r.registry))
		case opt.LocalName != "":
			host, _, _ := strings.Cut(opt.LocalName, "/")
			add(host)
		default:
			add(localHost)
		}
	}
	return out, nil
}
