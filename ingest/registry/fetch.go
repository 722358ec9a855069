package registry

import (
	"context"
	"fmt"
	"io/fs"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"

	"argosy/schema"
)

// maxAttachment bounds a document that is fetched, in bytes.
const maxAttachment = 128 << 20

// Fetch reads documents that registries and layouts hold about images, and
// hands each to keep, by its number, from one goroutine at a time. What could
// not be read is returned; the error is one of keep or the context.
func Fetch(ctx context.Context, refs []string, items []schema.Attachment, opt Options, keep func(i int, raw []byte) error) ([]Failure, int64, error) {
	opt = opt.filled()
	s, err := newRun(ctx, nil, opt)
	if err != nil {
		return nil, 0, err
	}
	layouts, closeAll := s.layouts(refs)
	defer closeAll()
	var mu sync.Mutex
	err = s.group(ctx, len(items), func(ctx context.Context, i int) error {
		raw, err := s.fetch(ctx, &items[i], layouts)
		if err != nil {
			return s.fail(ctx, items[i].Name(), err)
		}
		mu.Lock()
		defer mu.Unlock()
		return keep(i, raw)
	})
	return s.res.Failures, s.carrier.requests.Load(), err
}

func (s *run) fetch(ctx context.Context, a *schema.Attachment, layouts []*layout) ([]byte, error) {
	if a.Size > maxAttachment {
		return nil, fmt.Errorf("the document has %d MB, more than %d; fetch it yourself and bring it in with argosy ingest", a.Size>>20, maxAttachment>>20)
	}
	for _, l := range layouts {
		if raw, err := l.blob(a.Layer); err == nil {
			return raw, nil
		}
	}
	if a.Registry == localHost || s.opt.LocalName != "" {
		return nil, fmt.Errorf("no layout holds blob %s: %w", a.Layer, fs.ErrNotExist)
	}
	repo, err := name.NewRepository(a.Registry+"/"+a.Repository, nameOptions(s.opt)...)
	if err != nil {
		return nil, err
	}
	return s.blob(ctx, repo.Digest(a.Layer))
}

// layouts opens the layouts among references; one that cannot be opened was
// told by the sync.
func (s *run) layouts(refs []string) ([]*layout, func()) {
	var out []*layout
	var closers []func()
	for _, text := range refs {
		r, err := parseReference(text, s.opt.Insecure)
		if err != nil || r.kind != refLocal {
			continue
		}
		if files, closer, err := openLayout(r.path); err == nil {
			out, closers = append(out, &layout{run: s, files: files}), append(closers, closer)
		}
	}
	return out, func() {
		for _, c := range closers {
			c()
		}
	}
}
