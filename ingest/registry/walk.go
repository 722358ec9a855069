package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"argosy/schema"
)

// walk reads one repository.
type walk struct {
	*run
	st    *state
	repo  name.Repository
	place schema.Place
	known *schema.KnownRepository

	mu      sync.Mutex
	present map[string]bool
}

// all reads every tag, then what the tags do not show. A repository of which
// something could not be read loses nothing: what is gone is told only by one
// that was read to its end.
func (w *walk) all(ctx context.Context, tags []string) error {
	w.advance(func(p *Progress) { p.Tags += int64(len(tags)) })
	var failed atomic.Int64
	err := w.group(ctx, len(tags), func(ctx context.Context, i int) error {
		err := w.tag(ctx, tags[i])
		w.advance(func(p *Progress) { p.TagsDone++ })
		if err == nil || missing(err) {
			return nil // deleted since the list was made
		}
		failed.Add(1)
		return w.fail(ctx, w.place.Registry+"/"+w.place.Repository+":"+tags[i], err)
	})
	if err != nil || failed.Load() > 0 {
		return err
	}
	if err := w.untagged(ctx, &failed); err != nil {
		return err
	}
	if err := w.referrers(ctx); err != nil || failed.Load() > 0 {
		return err
	}
	return w.add(ctx, func(b *schema.InventoryBatch) { b.Listed = append(b.Listed, w.place) })
}

// tag asks where a tag leads, and reads what is not known there.
func (w *walk) tag(ctx context.Context, tag string) error {
	digest, err := w.head(ctx, w.repo.Tag(tag))
	if err != nil {
		return err
	}
	if err := w.ensure(ctx, digest); err != nil {
		return err
	}
	if err := w.add(ctx, func(b *schema.InventoryBatch) {
		b.Tags = append(b.Tags, schema.TagSighting{Place: w.place, Tag: tag, Digest: digest})
	}); err != nil {
		return err
	}
	return w.attachedTag(ctx, tag, digest)
}

// head asks for the digest behind a reference. A registry that does not say is
// asked for the manifest.
func (w *walk) head(ctx context.Context, ref name.Reference) (string, error) {
	d, err := w.puller.Head(ctx, ref)
	if err == nil {
		return d.Digest.String(), nil
	}
	var status *transport.Error
	if errors.As(err, &status) || ctx.Err() != nil || Temporary(err) {
		return "", err
	}
	full, getErr := w.puller.Get(ctx, ref)
	if getErr != nil {
		return "", err
	}
	return full.Digest.String(), nil
}

// attachedTag notes what a tag made from a digest says: that what it leads to
// is about that digest.
func (w *walk) attachedTag(ctx context.Context, tag, digest string) error {
	subject := subjectOfTag(tag)
	if subject == "" {
		return nil
	}
	c := w.content(digest)
	digests := []string{digest}
	if c.Kind == schema.ManifestIndex {
		digests = c.Children
	}
	return w.refer(ctx, subject, digests, "", "tag")
}

func (w *walk) refer(ctx context.Context, subject string, digests []string, artifactType, via string) error {
	return w.add(ctx, func(b *schema.InventoryBatch) {
		for _, d := range digests {
			w.res.Referrers++
			b.Referrers = append(b.Referrers, schema.Referrer{Place: w.place, Subject: subject, Digest: d, ArtifactType: artifactType, Via: via})
		}
	})
}

func (w *walk) sighting(ctx context.Context, m schema.ManifestSighting) error {
	return w.add(ctx, func(b *schema.InventoryBatch) { b.Present = append(b.Present, m) })
}

func (w *walk) content(digest string) *content {
	w.st.mu.Lock()
	defer w.st.mu.Unlock()
	c := w.st.contents[digest]
	if c == nil {
		c = &content{}
		w.st.contents[digest] = c
	}
	return c
}

// kind is what a digest stands for, read in this sync or before.
func (w *walk) kind(digest string) schema.ManifestKind {
	if k := w.content(digest).Kind; k != "" {
		return k
	}
	return w.st.Contents[digest].Kind
}

// ensure makes sure that the manifest behind a digest, and everything that it
// leads to, is known. The children go into the batch before their index, so
// that an index is never stored without them.
func (w *walk) ensure(ctx context.Context, digest string) error {
	c := w.content(digest)
	c.once.Do(func() {
		if known, ok := w.st.Contents[digest]; ok {
			c.KnownContent = known
			return
		}
		c.err = w.read(ctx, digest, c)
	})
	if c.err != nil {
		return c.err
	}
	w.mu.Lock()
	w.present[digest] = true
	for _, child := range c.Children {
		w.present[child] = true
	}
	w.mu.Unlock()
	return nil
}

// read fetches a manifest, its configuration and its children.
func (w *walk) read(ctx context.Context, digest string, c *content) error {
	d, err := w.puller.Get(ctx, w.repo.Digest(digest))
	if err != nil {
		return err
	}
	m, err := parseManifest(digest, string(d.MediaType), d.Manifest)
	if err != nil {
		return err
	}
	if m.Kind == schema.ManifestImage && m.ConfigDigest != "" {
		raw, err := w.blob(ctx, m.ConfigDigest)
		if err != nil {
			return err
		}
		if err := configure(&m, raw); err != nil {
			return err
		}
	}
	c.Kind = m.Kind
	for _, child := range m.Children {
		err := w.ensure(ctx, child.Digest)
		if missing(err) {
			continue // an index may name platforms that were never pushed
		}
		if err != nil {
			return err
		}
		c.Children = append(c.Children, child.Digest)
		if subject := buildkitSubject(&child); subject != "" {
			if err := w.refer(ctx, subject, []string{child.Digest}, "", "index"); err != nil {
				return err
			}
		}
	}
	if m.Subject != "" {
		if err := w.refer(ctx, m.Subject, []string{digest}, m.ArtifactType, "subject"); err != nil {
			return err
		}
	}
	w.advance(func(p *Progress) { p.Manifests++ })
	return w.add(ctx, func(b *schema.InventoryBatch) {
		w.res.Manifests++
		b.Manifests = append(b.Manifests, m)
		b.Present = append(b.Present, schema.ManifestSighting{Place: w.place, Digest: digest})
	})
}

func (w *walk) blob(ctx context.Context, digest string) ([]byte, error) {
	return w.run.blob(ctx, w.repo.Digest(digest))
}

func (s *run) blob(ctx context.Context, ref name.Digest) ([]byte, error) {
	layer, err := s.puller.Layer(ctx, ref)
	if err != nil {
		return nil, err
	}
	r, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", ref.DigestStr(), err)
	}
	return raw, nil
}

// untagged looks for manifests that were there and that no tag shows now: one
// that just lost its tag always, the others when the last look is old.
func (w *walk) untagged(ctx context.Context, failed *atomic.Int64) error {
	lost := map[string]bool{}
	for _, d := range w.known.Tags {
		lost[d] = true
	}
	var look []string
	for d, k := range w.known.Manifests {
		if !w.present[d] && (lost[d] || w.opt.Now.Sub(k.Seen) > w.opt.Recheck) {
			look = append(look, d)
		}
	}
	return w.group(ctx, len(look), func(ctx context.Context, i int) error { return w.look(ctx, look[i], failed) })
}

// look asks whether a digest is still there.
func (w *walk) look(ctx context.Context, digest string, failed *atomic.Int64) error {
	_, err := w.head(ctx, w.repo.Digest(digest))
	switch {
	case missing(err):
		w.run.mu.Lock()
		w.res.Gone++
		w.run.mu.Unlock()
		return w.sighting(ctx, schema.ManifestSighting{Place: w.place, Digest: digest, Gone: true})
	case err != nil:
		failed.Add(1)
		return w.fail(ctx, w.place.Registry+"/"+w.place.Repository+"@"+digest, err)
	}
	if err := w.ensure(ctx, digest); err != nil {
		return w.fail(ctx, w.place.Registry+"/"+w.place.Repository+"@"+digest, err)
	}
	return w.sighting(ctx, schema.ManifestSighting{Place: w.place, Digest: digest})
}

// referrers asks what refers to each image, where the last answer is old. A
// registry without that list says so once.
func (w *walk) referrers(ctx context.Context) error {
	if w.opt.NoReferrers {
		return nil
	}
	var ask []string
	for d := range w.present {
		kind := w.kind(d)
		if kind != schema.ManifestImage && kind != schema.ManifestIndex {
			continue
		}
		if k := w.known.Manifests[d]; w.opt.Now.Sub(k.Checked) > w.opt.Recheck {
			ask = append(ask, d)
		}
	}
	return w.group(ctx, len(ask), func(ctx context.Context, i int) error {
		d := ask[i]
		if k, old := w.known.Manifests[d]; old && !k.Checked.IsZero() {
			// An index may have lost a platform without having changed.
			if _, err := w.head(ctx, w.repo.Digest(d)); missing(err) {
				return w.sighting(ctx, schema.ManifestSighting{Place: w.place, Digest: d, Gone: true})
			}
		}
		if err := w.refersTo(ctx, d); err != nil {
			return w.fail(ctx, "the referrers of "+w.place.Registry+"/"+w.place.Repository+"@"+d, err)
		}
		return w.sighting(ctx, schema.ManifestSighting{Place: w.place, Digest: d, Checked: true})
	})
}

func (w *walk) refersTo(ctx context.Context, digest string) error {
	w.st.mu.Lock()
	none := w.st.noReferrers
	w.st.mu.Unlock()
	if none {
		return nil
	}
	index, err := remote.Referrers(w.repo.Digest(digest), w.reuse, remote.WithContext(ctx))
	if err != nil {
		var status *transport.Error
		if !errors.As(err, &status) && strings.Contains(err.Error(), "Referrers API") || errors.As(err, &status) && status.StatusCode == 405 {
			w.st.mu.Lock()
			w.st.noReferrers = true
			w.st.mu.Unlock()
			return nil
		}
		return err
	}
	var list *v1.IndexManifest
	if list, err = index.IndexManifest(); err != nil {
		return err
	}
	for _, d := range list.Manifests {
		if err := w.ensure(ctx, d.Digest.String()); err != nil && !missing(err) {
			return err
		}
		if err := w.refer(ctx, digest, []string{d.Digest.String()}, d.ArtifactType, "referrers"); err != nil {
			return err
		}
	}
	return nil
}
