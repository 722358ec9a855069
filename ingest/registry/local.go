package registry

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"argosy/schema"
)

// localHost is the registry of images that lie in no registry.
const localHost = "local"

// local reads an OCI layout (OCI image specification, image-layout.md), a
// folder or an archive of one.
func (s *run) local(ctx context.Context, r reference) error {
	files, closer, err := openLayout(r.path)
	if err != nil {
		return s.fail(ctx, r.text, err)
	}
	defer closer()
	l := &layout{run: s, files: files, done: map[string]bool{}}
	if err := l.read(ctx, r.path); err != nil {
		return s.fail(ctx, r.text, err)
	}
	return nil
}

// openLayout gives access to the files of a layout by their names.
func openLayout(p string) (func(string) ([]byte, error), func(), error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		root := os.DirFS(p)
		return func(name string) ([]byte, error) { return fs.ReadFile(root, name) }, func() {}, nil
	}
	f, err := os.Open(p)
	if err != nil {
		return nil, nil, err
	}
	closer := func() { f.Close() }
	var magic [2]byte
	if _, err := f.ReadAt(magic[:], 0); err == nil && magic == [2]byte{0x1f, 0x8b} {
		plain, err := gunzip(f)
		f.Close()
		if err != nil {
			return nil, nil, err
		}
		f = plain
		closer = func() { f.Close(); os.Remove(f.Name()) }
	}
	entries, err := tarEntries(f)
	if err != nil {
		closer()
		return nil, nil, err
	}
	return func(name string) ([]byte, error) {
		e, ok := entries[name]
		if !ok {
			return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		}
		return io.ReadAll(e)
	}, closer, nil
}

// gunzip unpacks into a file of its own, so that parts can be read in any order.
func gunzip(f *os.File) (*os.File, error) {
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("unpacking gzip: %w", err)
	}
	out, err := os.CreateTemp("", "argosy-layout-*.tar")
	if err != nil {
		return nil, err
	}
	// Where the system lets it, nobody can leave behind what has no name.
	_ = os.Remove(out.Name())
	if _, err := io.Copy(out, z); err != nil {
		out.Close()
		os.Remove(out.Name())
		return nil, fmt.Errorf("unpacking gzip: %w", err)
	}
	return out, nil
}

// tarEntries finds the regular files of an archive.
func tarEntries(f *os.File) (map[string]*io.SectionReader, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	out := map[string]*io.SectionReader{}
	t := tar.NewReader(f)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the archive: %w", err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		at, err := f.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, err
		}
		out[path.Clean(h.Name)] = io.NewSectionReader(f, at, h.Size)
	}
}

// layout is one layout being read.
type layout struct {
	*run
	files func(string) ([]byte, error)
	place schema.Place
	done  map[string]bool
}

func (l *layout) read(ctx context.Context, p string) error {
	raw, err := l.files("index.json")
	if errors.Is(err, fs.ErrNotExist) {
		if _, e := l.files("manifest.json"); e == nil {
			return errors.New("the archive holds configurations and layers but no manifests, so its images have no digest; " +
				"write it in the OCI form, for instance with: skopeo copy docker-archive:FILE oci-archive:FILE")
		}
		return errors.New("there is no index.json: this is no OCI layout")
	}
	if err != nil {
		return err
	}
	var index document
	if err := json.Unmarshal(raw, &index); err != nil {
		return fmt.Errorf("reading index.json: %w", err)
	}
	base := filepath.Base(filepath.Clean(p))
	for _, suffix := range []string{".gz", ".tgz", ".tar"} {
		base = strings.TrimSuffix(base, suffix)
	}
	l.place = schema.Place{Registry: localHost, Repository: base}
	if host, repo, ok := strings.Cut(l.opt.LocalName, "/"); ok {
		l.place = schema.Place{Registry: host, Repository: repo}
	}
	places := map[schema.Place]bool{l.place: true}
	for _, d := range index.Manifests {
		place, tag := l.named(d.Annotations)
		places[place] = true
		if err := l.manifest(ctx, place, d.Digest, d.MediaType); err != nil {
			return err
		}
		st, err := l.state(ctx, place.Registry)
		if err != nil {
			return err
		}
		err = l.add(ctx, func(b *schema.InventoryBatch) {
			b.Present = append(b.Present, schema.ManifestSighting{Place: place, Digest: d.Digest})
			if tag != "" {
				l.res.Tags++
				if known := st.Repositories[place.Repository]; known == nil || known.Tags[tag] == "" {
					l.res.NewTags++
				}
				b.Tags = append(b.Tags, schema.TagSighting{Place: place, Tag: tag, Digest: d.Digest})
				if subject := subjectOfTag(tag); subject != "" {
					l.res.Referrers++
					b.Referrers = append(b.Referrers, schema.Referrer{Place: place, Subject: subject, Digest: d.Digest, Via: "tag"})
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return l.end(ctx, places)
}

// named reads where an entry belongs: a name of its own counts when it holds
// a repository, a plain tag belongs to the layout's place.
func (l *layout) named(a map[string]string) (schema.Place, string) {
	full := a["io.containerd.image.name"]
	tag := a["org.opencontainers.image.ref.name"]
	if full == "" && strings.Contains(tag, "/") {
		full = tag
	}
	if full == "" || l.opt.LocalName != "" {
		return l.place, tag[strings.LastIndexAny(tag, ":/")+1:]
	}
	repo, tag := full, ""
	if i := strings.LastIndex(full, ":"); i > strings.LastIndex(full, "/") {
		repo, tag = full[:i], full[i+1:]
	}
	return schema.Place{Registry: localHost, Repository: repo}, tag
}

// end tells what is gone: a layout is always read whole.
func (l *layout) end(ctx context.Context, places map[schema.Place]bool) error {
	l.res.Repositories += int64(len(places))
	for place := range places {
		st, err := l.state(ctx, place.Registry)
		if err != nil {
			return err
		}
		err = l.add(ctx, func(b *schema.InventoryBatch) {
			if known := st.Repositories[place.Repository]; known != nil {
				for d := range known.Manifests {
					if !l.done[d] {
						l.res.Gone++
						b.Present = append(b.Present, schema.ManifestSighting{Place: place, Digest: d, Gone: true})
					}
				}
			}
			b.Listed = append(b.Listed, place)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// blob reads content and holds it against its digest.
func (l *layout) blob(digest string) ([]byte, error) {
	algorithm, sum, ok := strings.Cut(digest, ":")
	if !ok || strings.ContainsAny(sum, "/.") {
		return nil, fmt.Errorf("%q is no digest", digest)
	}
	raw, err := l.files("blobs/" + algorithm + "/" + sum)
	if err != nil {
		return nil, err
	}
	if have := sha256.Sum256(raw); algorithm == "sha256" && hex.EncodeToString(have[:]) != sum {
		return nil, fmt.Errorf("the content of %s does not fit its digest", digest)
	}
	return raw, nil
}

func (l *layout) manifest(ctx context.Context, place schema.Place, digest, mediaType string) error {
	if l.done[digest] {
		return nil
	}
	raw, err := l.blob(digest)
	if err != nil {
		return err
	}
	m, err := parseManifest(digest, mediaType, raw)
	if err != nil {
		return err
	}
	l.done[digest] = true
	if m.Kind == schema.ManifestImage && m.ConfigDigest != "" {
		config, err := l.blob(m.ConfigDigest)
		if err == nil {
			err = configure(&m, config)
		}
		if err != nil {
			return err
		}
	}
	for _, c := range m.Children {
		err := l.manifest(ctx, place, c.Digest, c.MediaType)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // a layout may hold some platforms of an index only
		}
	}
	return l.add(ctx, func(b *schema.InventoryBatch) {
		l.res.Manifests++
		b.Manifests = append(b.Manifests, m)
		for _, c := range m.Children {
			if subject := buildkitSubject(&c); subject != "" {
				b.Referrers = append(b.Referrers, schema.Referrer{Place: place, Subject: subject, Digest: c.Digest, Via: "index"})
			}
		}
		if m.Subject != "" {
			b.Referrers = append(b.Referrers, schema.Referrer{Place: place, Subject: m.Subject, Digest: digest, ArtifactType: m.ArtifactType, Via: "subject"})
		}
		b.Present = append(b.Present, schema.ManifestSighting{Place: place, Digest: digest})
	})
}
