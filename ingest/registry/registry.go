// Package registry knows registries: how images are named, by the rules of
// go-containerregistry, which are docker's, and what registries, OCI layouts
// and archives hold:
// repositories, tags, manifests with every platform, and what refers to them.
// It speaks the OCI distribution specification through go-containerregistry
// and hands what it sees on in batches; it decides nothing about findings.
//
// What is known already is not read again: an unchanged tag costs one HEAD.
// What a list of tags does not show - referrers that came later, manifests
// that lost their tags - is looked at again when the last look is old.
package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/authn/github"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/google"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"argosy/schema"
)

// Store knows what was seen before and keeps what is seen now; schema/store
// has the one that counts.
type Store interface {
	Known(ctx context.Context, registry string) (*schema.KnownRegistry, error)
	Apply(ctx context.Context, b schema.InventoryBatch) error
}

// Options of a sync. The zero value of each is a sound choice.
type Options struct {
	// Jobs is how many requests are under way at once; 0 is 8.
	Jobs int
	// Attempts is how often a request is sent at most; 0 is 6.
	Attempts int
	// Timeout of one attempt; 0 is a minute.
	Timeout time.Duration
	// MaxWait is the longest wait that a registry may ask for; 0 is two minutes.
	MaxWait time.Duration
	// Insecure allows plain HTTP for registries that are not on this machine.
	Insecure bool
	// Repositories are read instead of a registry's catalogue.
	Repositories []string
	// Recheck is the age from which referrers and untagged manifests are looked
	// at again; 0 is 20 hours, which a daily sync always passes.
	Recheck time.Duration
	// NoReferrers leaves referrers out.
	NoReferrers bool
	// Plan lists repositories and tags only and stores nothing.
	Plan bool
	// LocalName is registry/repository for layouts and archives that do not name
	// their images; empty is local/ and the name of the folder or file.
	LocalName string
	// Now is the time that the sightings carry.
	Now time.Time

	// Transport, Keychain, Sleep and Clock are replaced in tests.
	Transport http.RoundTripper
	Keychain  authn.Keychain
	Sleep     func(context.Context, time.Duration) error
	Clock     func() time.Time
	// BatchSize is how many manifests and tags are stored at once; 0 is 4000.
	BatchSize int
	// Progress is told where the sync stands, from one goroutine at a time.
	Progress func(Progress)
}

// Progress is where a sync stands.
type Progress struct {
	Repositories, RepositoriesDone int64
	Tags, TagsDone                 int64
	Manifests, Requests            int64
}

// Failure is something that could not be read.
type Failure struct {
	What string
	Err  error
}

// Result is what a sync came to.
type Result struct {
	Repositories, Tags, NewTags, Manifests, Gone, Referrers, Requests int64
	Failures                                                          []Failure
	// Plans lists repositories with their tags when Options.Plan is set.
	Plans []Plan
}

// Plan is what a sync would read of one repository.
type Plan struct {
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Tags       int    `json:"tags"`
	NewTags    int    `json:"new_tags"`
	GoneTags   int    `json:"gone_tags"`
}

func (o Options) filled() Options {
	or := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	or(&o.Timeout, time.Minute)
	or(&o.MaxWait, 2*time.Minute)
	or(&o.Recheck, 20*time.Hour)
	if o.Jobs <= 0 {
		o.Jobs = 8
	}
	if o.Attempts <= 0 {
		o.Attempts = 6
	}
	if o.BatchSize <= 0 {
		o.BatchSize = 4000
	}
	if o.Transport == nil {
		o.Transport = remote.DefaultTransport
	}
	if o.Keychain == nil {
		o.Keychain = authn.NewMultiKeychain(authn.DefaultKeychain, google.Keychain, github.Keychain)
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Now.IsZero() {
		o.Now = o.Clock()
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return o
}

// run is one sync under way.
type run struct {
	opt     Options
	store   Store
	carrier *carrier
	puller  *remote.Puller
	reuse   remote.Option

	mu       sync.Mutex
	batch    schema.InventoryBatch
	res      Result
	progress Progress
	known    map[string]*state
}

// state is what is known of one registry while the sync runs.
type state struct {
	*schema.KnownRegistry
	host string

	mu          sync.Mutex
	contents    map[string]*content
	noReferrers bool
}

// Sync reads what refs name and stores it. What could not be read is in the
// result; the error is one of the references, the store or the context, and
// what was read before it is stored.
func Sync(ctx context.Context, refs []string, store Store, opt Options) (Result, error) {
	opt = opt.filled()
	var parsed []reference
	for _, text := range refs {
		r, err := parseReference(text, opt.Insecure)
		if err != nil {
			return Result{}, &ReferenceError{err}
		}
		parsed = append(parsed, r)
	}
	if len(opt.Repositories) > 0 {
		var err error
		if parsed, err = listed(parsed, opt); err != nil {
			return Result{}, err
		}
	}
	s, err := newRun(ctx, store, opt)
	if err != nil {
		return Result{}, err
	}
	s.reuse = remote.Reuse(s.puller)
	for _, r := range parsed {
		if err = s.reference(ctx, r); err != nil {
			break
		}
	}
	if e := s.flush(ctx); err == nil {
		err = e
	}
	s.res.Requests = s.carrier.requests.Load()
	return s.res, err
}

func newRun(ctx context.Context, store Store, opt Options) (*run, error) {
	s := &run{opt: opt, store: store, carrier: newCarrier(ctx, opt), known: map[string]*state{}}
	var err error
	// The carrier repeats requests itself: the library must not.
	s.puller, err = remote.NewPuller(remote.WithTransport(s.carrier), remote.WithAuthFromKeychain(opt.Keychain), remote.WithJobs(opt.Jobs),
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}), remote.WithRetryStatusCodes(), remote.WithUserAgent("argosy"),
		remote.WithReferrersTagFallback(false))
	if err != nil {
		return nil, fmt.Errorf("preparing the sync: %w", err)
	}
	return s, nil
}

// ReferenceError is a mistake in a reference.
type ReferenceError struct{ error }

// Unwrap returns the cause.
func (e *ReferenceError) Unwrap() error { return e.error }

// listed joins registries with the repositories that stand in for their
// catalogue.
func listed(refs []reference, opt Options) ([]reference, error) {
	var out []reference
	for _, r := range refs {
		if r.kind != refRegistry {
			return nil, &ReferenceError{fmt.Errorf("a list of repositories goes with a registry, not with %q", r.text)}
		}
		for _, repo := range opt.Repositories {
			full, err := parseReference(r.registry.RegistryStr()+"/"+repo, opt.Insecure)
			if err != nil {
				return nil, &ReferenceError{err}
			}
			full.prefix = ""
			out = append(out, full)
		}
	}
	return out, nil
}

func (s *run) reference(ctx context.Context, r reference) error {
	if r.kind == refLocal {
		return s.local(ctx, r)
	}
	st, err := s.state(ctx, hostOf(r.registry))
	if err != nil {
		return err
	}
	switch r.kind {
	case refRegistry, refNamespace:
		return s.catalogue(ctx, st, r)
	case refTag:
		return s.single(ctx, st, r)
	default:
		return s.named(ctx, st, r)
	}
}

func (s *run) state(ctx context.Context, host string) (*state, error) {
	if st := s.known[host]; st != nil {
		return st, nil
	}
	k, err := s.store.Known(ctx, host)
	if err != nil {
		return nil, err
	}
	st := &state{KnownRegistry: k, host: host, contents: map[string]*content{}}
	s.known[host] = st
	return st, nil
}

// add changes the batch and stores it when it is large.
func (s *run) add(ctx context.Context, change func(*schema.InventoryBatch)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.batch)
	if len(s.batch.Manifests)+len(s.batch.Tags)+len(s.batch.Present) < s.opt.BatchSize {
		return nil
	}
	return s.flushLocked(ctx)
}

func (s *run) flush(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flushLocked(ctx)
}

func (s *run) flushLocked(ctx context.Context) error {
	b := s.batch
	s.batch = schema.InventoryBatch{}
	if s.opt.Plan || len(b.Manifests)+len(b.Tags)+len(b.Present)+len(b.Referrers)+len(b.Listed)+len(b.Catalogued) == 0 {
		return nil
	}
	// What was seen is kept, whatever ends the sync.
	return s.store.Apply(context.WithoutCancel(ctx), b)
}

// fail notes what could not be read and lets the sync go on, unless it ends.
func (s *run) fail(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.res.Failures = append(s.res.Failures, Failure{what, err})
	return nil
}

func (s *run) advance(change func(*Progress)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.progress)
	s.progress.Requests = s.carrier.requests.Load()
	s.opt.Progress(s.progress)
}

// Temporary says whether trying again later may help.
func Temporary(err error) bool {
	var later *RetryLater
	var status *transport.Error
	var lookup *net.DNSError
	switch {
	case errors.As(err, &later), errors.As(err, &lookup), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return true
	case errors.As(err, &status):
		return busy(status.StatusCode)
	}
	return passing(err)
}

// missing says whether an error is the registry's word that a thing is not
// there.
func missing(err error) bool {
	var status *transport.Error
	return errors.As(err, &status) && status.StatusCode == http.StatusNotFound
}

// isTag says whether a reference names a tag.
func isTag(r name.Reference) bool {
	_, ok := r.(name.Tag)
	return ok
}
