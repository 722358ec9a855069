package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// asText returns the text of a file whose bytes that are no UTF-8 are read as
// Windows-1252, in which Excel and other programs of Windows write a table. XML
// stays as it is, because it names its encoding.
func asText(r *bufio.Reader) (io.Reader, *westernReader, error) {
	head, err := r.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	w := &westernReader{r: r}
	if bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<")) {
		return r, w, nil
	}
	return w, w, nil
}

// westernReader passes UTF-8 on as it is and turns every other byte into the
// character of Windows-1252, counting them.
type westernReader struct {
	r io.Reader
	// out is converted text that was not yet asked for, tail the beginning of a
	// character whose other bytes were not yet read.
	out, tail []byte
	err       error
	// at counts the bytes passed on. n is how many of them were no UTF-8, first
	// where the first of these stands.
	at, first, n int64
}

// Read reads text.
func (w *westernReader) Read(p []byte) (int, error) {
	for len(w.out) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		if len(p) == 0 {
			return 0, nil
		}
		n, err := w.r.Read(p)
		w.err = err
		if len(w.tail) == 0 && utf8.Valid(p[:n]) {
			w.at += int64(n)
			if n > 0 || err != nil {
				return n, err
			}
			continue
		}
		w.convert(p[:n])
	}
	n := copy(p, w.out)
	w.out = w.out[n:]
	return n, nil
}

// convert takes the next bytes. At the end of the text a character that is not
// whole is no UTF-8 either.
func (w *westernReader) convert(next []byte) {
	in := slices.Concat(w.tail, next)
	w.out, w.tail = w.out[:0], nil
	for len(in) > 0 {
		if w.err == nil && !utf8.FullRune(in) {
			w.tail = in
			return
		}
		c, size := utf8.DecodeRune(in)
		if c == utf8.RuneError && size == 1 {
			if c = charmap.Windows1252.DecodeByte(in[0]); w.n == 0 {
				w.first = w.at
			}
			w.n++
		}
		w.out = utf8.AppendRune(w.out, c)
		in, w.at = in[size:], w.at+int64(size)
	}
}

// note says what was converted; empty for nothing.
func (w *westernReader) note() string {
	if w.n == 0 {
		return ""
	}
	return fmt.Sprintf("the file is not all UTF-8: %d bytes, the first at offset %d, were read as Windows-1252", w.n, w.first)
}
