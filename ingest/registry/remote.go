package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sync/errgroup"

	"argosy/schema"
)

// catalogue reads every repository of a registry, or below a prefix.
func (s *run) catalogue(ctx context.Context, st *state, r reference) error {
	repos, err := s.repositories(ctx, r)
	if err != nil {
		var status *transport.Error
		if errors.As(err, &status) && !busy(status.StatusCode) {
			err = fmt.Errorf("the registry gives no list of its repositories (%w); name them: argosy registry sync %s/REPOSITORY..., or --repositories FILE",
				err, r.registry.RegistryStr())
		}
		return s.fail(ctx, r.text, err)
	}
	if err := s.group(ctx, len(repos), func(ctx context.Context, i int) error {
		repo, err := name.NewRepository(r.registry.RegistryStr()+"/"+repos[i], nameOptions(s.opt)...)
		if err != nil {
			return s.fail(ctx, repos[i], err)
		}
		return s.repository(ctx, st, repo, false)
	}); err != nil {
		return err
	}
	return s.add(ctx, func(b *schema.InventoryBatch) {
		b.Catalogued = append(b.Catalogued, schema.Catalogue{Registry: st.host, Prefix: r.prefix, Repositories: repos})
	})
}

func nameOptions(o Options) []name.Option {
	if o.Insecure {
		return []name.Option{name.Insecure}
	}
	return nil
}

// repositories lists the catalogue. A page that brings nothing new ends it:
// some registries link the last page to itself.
func (s *run) repositories(ctx context.Context, r reference) ([]string, error) {
	c, err := s.puller.Catalogger(ctx, r.registry)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []string
	for c.HasNext() {
		page, err := c.Next(ctx)
		if err != nil {
			return nil, err
		}
		fresh := false
		for _, repo := range page.Repos {
			if !seen[repo] {
				seen[repo], fresh = true, true
				if strings.HasPrefix(repo, r.prefix) {
					out = append(out, repo)
				}
			}
		}
		if !fresh {
			break
		}
	}
	slices.Sort(out)
	return out, nil
}

// group runs n pieces of work, as many at a time as requests may be under way.
func (s *run) group(ctx context.Context, n int, work func(context.Context, int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.opt.Jobs)
	for i := range n {
		g.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return work(ctx, i)
		})
	}
	return g.Wait()
}

// named reads what the user calls a repository; where there is none of that
// name, the namespace.
func (s *run) named(ctx context.Context, st *state, r reference) error {
	return s.repository(ctx, st, r.repo, true, r)
}

// repository reads the tags of a repository and what they lead to. named says
// that the user typed it, so that it must exist.
func (s *run) repository(ctx context.Context, st *state, repo name.Repository, named bool, as ...reference) error {
	s.advance(func(p *Progress) { p.Repositories++ })
	defer s.advance(func(p *Progress) { p.RepositoriesDone++ })
	what := hostOf(repo.Registry) + "/" + repo.RepositoryStr()
	tags, err := s.tags(ctx, repo)
	known := st.Repositories[repo.RepositoryStr()]
	if missing(err) && named && known == nil {
		if len(as) > 0 && as[0].prefix != "" {
			if repos, e := s.repositories(ctx, as[0]); e == nil && len(repos) > 0 {
				return s.catalogue(ctx, st, as[0])
			}
		}
		return s.fail(ctx, what, fmt.Errorf("there is no such repository: %w", err))
	}
	if err != nil && !missing(err) {
		return s.fail(ctx, what, err)
	}
	if known == nil {
		known = &schema.KnownRepository{}
	}
	s.mu.Lock()
	s.res.Repositories++
	s.res.Tags += int64(len(tags))
	for _, t := range tags {
		if known.Tags[t] == "" {
			s.res.NewTags++
		}
	}
	s.mu.Unlock()
	if s.opt.Plan {
		s.plan(st, repo, tags, known)
		return nil
	}
	w := &walk{run: s, st: st, repo: repo, place: schema.Place{Registry: st.host, Repository: repo.RepositoryStr()}, known: known,
		present: map[string]bool{}}
	return w.all(ctx, tags)
}

// tags lists a repository's tags; the guard against endless pages is that of
// repositories.
func (s *run) tags(ctx context.Context, repo name.Repository) ([]string, error) {
	l, err := s.puller.Lister(ctx, repo)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []string
	for l.HasNext() {
		page, err := l.Next(ctx)
		if err != nil {
			return nil, err
		}
		fresh := false
		for _, t := range page.Tags {
			if !seen[t] {
				seen[t], fresh = true, true
				out = append(out, t)
			}
		}
		if !fresh {
			break
		}
	}
	return out, nil
}

func (s *run) plan(st *state, repo name.Repository, tags []string, known *schema.KnownRepository) {
	p := Plan{Registry: st.host, Repository: repo.RepositoryStr(), Tags: len(tags)}
	for _, t := range tags {
		if known.Tags[t] == "" {
			p.NewTags++
		}
	}
	p.GoneTags = len(known.Tags) - (len(tags) - p.NewTags)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.res.Plans = append(s.res.Plans, p)
	slices.SortFunc(s.res.Plans, func(a, b Plan) int {
		return strings.Compare(a.Registry+"/"+a.Repository, b.Registry+"/"+b.Repository)
	})
}

// single reads one tag or digest.
func (s *run) single(ctx context.Context, st *state, r reference) error {
	known := st.Repositories[r.repo.RepositoryStr()]
	if known == nil {
		known = &schema.KnownRepository{}
	}
	s.mu.Lock()
	s.res.Repositories++
	if isTag(r.ref) {
		s.res.Tags++
		if known.Tags[r.ref.Identifier()] == "" {
			s.res.NewTags++
		}
	}
	s.mu.Unlock()
	w := &walk{run: s, st: st, repo: r.repo, place: schema.Place{Registry: st.host, Repository: r.repo.RepositoryStr()}, known: known,
		present: map[string]bool{}}
	if s.opt.Plan {
		s.plan(st, r.repo, []string{r.ref.Identifier()}, known)
		return nil
	}
	if isTag(r.ref) {
		if err := w.tag(ctx, r.ref.Identifier()); err != nil {
			return s.fail(ctx, r.text, err)
		}
	} else if err := w.ensure(ctx, r.ref.Identifier()); err != nil {
		return s.fail(ctx, r.text, err)
	} else if err := w.sighting(ctx, schema.ManifestSighting{Place: w.place, Digest: r.ref.Identifier()}); err != nil {
		return err
	}
	return w.referrers(ctx)
}

// content is one digest whose manifest is read at most once in a sync.
type content struct {
	once sync.Once
	schema.KnownContent
	err error
}
