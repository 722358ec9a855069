package demo

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// writer writes one JSON document piece by piece, so that memory stays flat.
type writer struct {
	out   *bufio.Writer
	enc   *json.Encoder
	bytes int64
	rows  map[string]int64
	err   error
}

// raw writes a piece of JSON as it is.
func (w *writer) raw(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

// value writes a value.
func (w *writer) value(v any) {
	if w.err == nil {
		w.err = w.enc.Encode(v)
	}
}

type byteCount struct {
	w io.Writer
	n int64
}

func (c *byteCount) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// write fills one file and sets its time to that of its scan. A name that ends
// in .gz is compressed.
func write(t task) (*writer, error) {
	w := &writer{rows: map[string]int64{}}
	fail := func(err error) (*writer, error) { return w, fmt.Errorf("writing the demo report %q: %w", t.path, err) }
	if err := os.MkdirAll(filepath.Dir(t.path), 0o755); err != nil {
		return fail(err)
	}
	f, err := os.Create(t.path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	count := &byteCount{w: f}
	var sink io.Writer = count
	var z *gzip.Writer
	if strings.HasSuffix(t.path, ".gz") {
		z = gzip.NewWriter(count)
		sink = z
	}
	w.out = bufio.NewWriterSize(sink, 64<<10)
	w.enc = json.NewEncoder(w.out)
	w.enc.SetEscapeHTML(false)
	t.fill(w)
	if w.err == nil {
		w.err = w.out.Flush()
	}
	if z != nil && w.err == nil {
		w.err = z.Close()
	}
	w.bytes = count.n
	if w.err != nil {
		return fail(w.err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	if err := os.Chtimes(t.path, t.at, t.at); err != nil {
		return fail(err)
	}
	return w, nil
}
