package ingest

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"argosy/ingest/format"
	"argosy/schema"
)

// Options of a load.
type Options struct {
	// Image names what reports are about that do not say so themselves.
	Image string
	// Name stands for standard input in messages and records.
	Name string
	// Stdin is read for the path "-".
	Stdin io.Reader
	// Workers is how many documents are decoded side by side; 0 is one for each
	// processor.
	Workers int
	// Now is the time of the run.
	Now time.Time
	// First is the number of the first path, where several loads make up a run.
	First int
	// Formats to recognise; nil is all of them.
	Formats []format.Format
	// About says of a path what the document is called in messages and records,
	// and which image it is about, whatever it says itself: an attestation that
	// came from a registry. It may be nil.
	About func(path string) (name string, image schema.Image)
	// Read is told of bytes as they are read from the files, from several
	// goroutines; it may be nil.
	Read func(n int)
	// Done is told of every file as it ends; it may be nil. It is called from
	// one goroutine at a time.
	Done func(schema.FileResult)
}

// Load decodes files and hands what they hold to a loader. A file that cannot
// be used is reported in its result and leaves no trace; the others go on. The
// results are in the order of the paths, those of an archive in the order of
// its members. The error is one of the loader or the
// context: then nothing should be committed.
func Load(ctx context.Context, paths []string, to Loader, opt Options) ([]schema.FileResult, error) {
	if opt.Formats == nil {
		opt.Formats = Formats()
	}
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	order, stop := newOrder(ctx)
	defer stop()
	sh := newShared(to, opt.Now, order)
	all := results{one: make([]schema.FileResult, len(paths))}
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range min(workers, max(1, len(paths))) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				l := loading{ctx: ctx, shared: sh, opt: &opt, path: i}
				err := l.file(paths[i])
				all.put(i, l.results)
				if err == nil {
					err = order.end(i)
				}
				if err != nil {
					cancel(err)
					continue
				}
				if opt.Done != nil {
					mu.Lock()
					for _, res := range l.results {
						opt.Done(res)
					}
					mu.Unlock()
				}
			}
		}()
	}
	for i := range paths {
		select {
		case next <- i:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(next)
	wg.Wait()
	return all.inOrder(), context.Cause(ctx)
}

// results are those of the paths. Most paths have one, and there may be hundreds
// of thousands: those lie where they are returned from.
type results struct {
	one  []schema.FileResult
	mu   sync.Mutex
	more map[int][]schema.FileResult // of paths that have none, or several
}

func (r *results) put(path int, list []schema.FileResult) {
	if len(list) == 1 {
		r.one[path] = list[0]
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.more == nil {
		r.more = map[int][]schema.FileResult{}
	}
	r.more[path] = list
}

// inOrder returns the results in the order of their paths; a path that was not
// read has none.
func (r *results) inOrder() []schema.FileResult {
	if len(r.more) == 0 && !slices.ContainsFunc(r.one, unread) {
		return r.one
	}
	var out []schema.FileResult
	for i := range r.one {
		if list, ok := r.more[i]; ok {
			out = append(out, list...)
		} else if !unread(r.one[i]) {
			out = append(out, r.one[i])
		}
	}
	return out
}

// unread tells the place of a result from a result: every document has a number.
func unread(f schema.FileResult) bool { return f.No == 0 }

// loaderError marks an error of the loader, which ends the run, apart from an
// error of the document, which ends the document.
type loaderError struct{ error }

// Unwrap returns the loader's error.
func (e loaderError) Unwrap() error { return e.error }

// reject turns an error of a document into its result.
func reject(res schema.FileResult, err error) schema.FileResult {
	res.Reject(shortened(err.Error()))
	var fe *format.Error
	if errors.As(err, &fe) {
		switch fe.Kind {
		case format.KindUnsupported:
			res.State = schema.FileUnsupported
		case format.KindNotApplicable:
			res.State = schema.FileNotApplicable
		case format.KindRejected:
		}
	}
	return res
}

// counter counts the bytes read.
type counter struct {
	r    io.Reader
	n    int64
	tell func(int)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.tell != nil {
		c.tell(n)
	}
	return n, err
}
