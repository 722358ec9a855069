package ingest

import (
	"context"
	"io"
	"os"
)

// openPatiently opens a file. A named pipe waits for somebody who writes, and
// the user may give up before that.
func openPatiently(ctx context.Context, path string) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		return os.Open(path)
	}
	type opened struct {
		f   *os.File
		err error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		return o.f, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// patient gives up reading when the context ends, which a read from a pipe or a
// terminal does not do by itself. The read that waits is left behind: the
// process is about to end.
func patient(ctx context.Context, r io.Reader) io.Reader {
	return &patientReader{ctx: ctx, r: r, done: make(chan int, 1)}
}

type patientReader struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte // what is read into while the caller's may be gone
	rest []byte
	err  error
	done chan int
}

func (p *patientReader) Read(b []byte) (int, error) {
	if len(p.rest) == 0 && p.err == nil {
		if p.buf == nil {
			p.buf = make([]byte, bufferSize)
		}
		go func() {
			n, err := p.r.Read(p.buf)
			p.err = err
			p.done <- n
		}()
		select {
		case n := <-p.done:
			p.rest = p.buf[:n]
		case <-p.ctx.Done():
			return 0, context.Cause(p.ctx)
		}
	}
	if n := copy(b, p.rest); n > 0 {
		p.rest = p.rest[n:]
		return n, nil
	}
	return 0, p.err
}
