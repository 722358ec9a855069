package ingest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
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
	// First is the number of the first document, where several loads make up a
	// run.
	First int
	// Formats to recognise; nil is all of them.
	Formats []format.Format
	// Done is told of every file as it ends; it may be nil. It is called from
	// one goroutine at a time.
	Done func(schema.FileResult)
}

// Load decodes files and hands what they hold to a loader. A file that cannot
// be used is reported in its result and leaves no trace; the others go on. The
// results are in the order of the paths. The error is one of the loader or the
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
	sh := newShared(to, opt.Now)
	results := make([]schema.FileResult, len(paths))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range min(workers, max(1, len(paths))) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				res, err := one(ctx, opt.First+i, paths[i], sh, opt)
				results[i] = res
				if err != nil {
					cancel(err)
					continue
				}
				if opt.Done != nil {
					mu.Lock()
					opt.Done(res)
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
	return results, context.Cause(ctx)
}

// loaderError marks an error of the loader, which ends the run, apart from an
// error of the document, which ends the document.
type loaderError struct{ error }

// Unwrap returns the loader's error.
func (e loaderError) Unwrap() error { return e.error }

// one reads one file.
func one(ctx context.Context, no int, path string, sh *shared, opt Options) (schema.FileResult, error) {
	res := schema.FileResult{No: no, Path: path}
	in := &format.Input{Name: path, Image: opt.Image}
	var src io.Reader
	if path == Stdin {
		src = opt.Stdin
		if opt.Name != "" {
			res.Path, in.Name = opt.Name, opt.Name
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			return reject(res, explainRead(err)), nil
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			in.Modified, res.Modified = info.ModTime(), info.ModTime()
		}
		src = f
	}
	counted := &counter{r: src}
	text, err := decompress(counted)
	if err != nil {
		return reject(res, err), nil
	}
	err = document(ctx, text, in, sh, opt, &res)
	res.Bytes = counted.n
	var le loaderError
	switch {
	case errors.As(err, &le):
		return res, le.error
	case ctx.Err() != nil:
		return res, context.Cause(ctx)
	case err != nil:
		return reject(res, explainRead(err)), nil
	}
	return res, nil
}

// reject turns an error of a document into its result.
func reject(res schema.FileResult, err error) schema.FileResult {
	res.State, res.Error = schema.FileRejected, err.Error()
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
	res.Images, res.Rows, res.Findings, res.Merged, res.Skipped, res.Skips, res.Scanners, res.Statements = 0, 0, 0, 0, 0, nil, nil, 0
	return res
}

// document recognises and decodes one document.
func document(ctx context.Context, text *bufio.Reader, in *format.Input, sh *shared, opt Options, res *schema.FileResult) error {
	outline, text, err := look(text, openingSize)
	if err != nil {
		return err
	}
	hit := detect(opt.Formats, outline)
	if hit.match.Verdict == format.No && !outline.Whole {
		// The marks may stand behind a long value.
		if outline, text, err = look(text, openingMore); err != nil {
			return err
		}
		hit = detect(opt.Formats, outline)
	}
	if isEmpty(outline) {
		res.State = schema.FileEmpty
		return nil
	}
	res.Format, res.FormatVersion = hit.format.Name, hit.match.Version
	switch hit.match.Verdict {
	case format.No:
		if outline.Syntax == format.Text && outline.Binary == "" {
			// Prose beside the reports is no loss and no failure.
			res.Format, res.FormatVersion = "", ""
			res.State, res.Error = schema.FileNotApplicable, "it is plain text, no report"
			return nil
		}
		res.Format, res.FormatVersion = "", ""
		res.State, res.Error = schema.FileUnrecognised, unrecognised(outline, hit)
		return nil
	case format.NotApplicable:
		res.State, res.Error = schema.FileNotApplicable, hit.format.Title+": "+hit.match.Reason
		return nil
	case format.Unsupported:
		res.State, res.Error = schema.FileUnsupported, hit.format.Title+": "+hit.match.Reason
		return nil
	case format.Yes:
	}
	in.Reader, in.Version = text, hit.match.Version
	s := &sink{ctx: ctx, shared: sh, file: res.No, in: in}
	if err := hit.format.Decode(ctx, in, guard{s}); err != nil {
		return err
	}
	if err := s.finish(res); err != nil {
		return loaderOr(err)
	}
	res.State = schema.FileStored
	res.Skipped, res.Skips = s.skipped, s.skips
	return nil
}

// look makes an outline of the next size bytes without consuming them.
func look(text *bufio.Reader, size int) (*format.Outline, *bufio.Reader, error) {
	if text.Size() < size {
		text = bufio.NewReaderSize(text, size)
	}
	opening, err := text.Peek(size)
	whole := errors.Is(err, io.EOF)
	if err != nil && !whole && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, text, err
	}
	return format.NewOutline(opening, whole), text, nil
}

// isEmpty says whether a document is valid and says nothing: no bytes at all,
// null, [], {}.
func isEmpty(o *format.Outline) bool {
	if !o.Whole {
		return false
	}
	switch {
	case o.Syntax == format.Text:
		return o.Blank
	case o.Syntax != format.JSON:
		return false
	case o.Root == 'n':
		return true
	case o.Root == '{':
		return o.Size() == 1
	case o.Root == '[':
		return !o.Has("[]")
	}
	return false
}

// counter counts the bytes read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
