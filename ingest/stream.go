package ingest

import (
	"errors"
	"io"
)

// stream is a document's text that can be looked at without reading it and
// that takes back what a decoder read beyond its document.
type stream struct {
	src io.Reader
	buf []byte // read from src, not yet consumed
	err error  // what src ended with
}

// firstPeek is how many bytes are looked at first.
const firstPeek = 16 << 10

func newStream(r io.Reader) *stream { return &stream{src: r} }

// Peek returns the next n bytes, fewer where the stream ends before; whole
// tells that it does. The bytes are valid until the next call.
func (s *stream) Peek(n int) (opening []byte, whole bool, err error) {
	for len(s.buf) < n && s.err == nil {
		if len(s.buf) == cap(s.buf) {
			// Most documents are much smaller than what is asked for.
			s.buf = append(make([]byte, 0, min(n, max(firstPeek, 4*cap(s.buf)))), s.buf...)
		}
		var k int
		k, s.err = s.src.Read(s.buf[len(s.buf):min(n, cap(s.buf))])
		s.buf = s.buf[:len(s.buf)+k]
	}
	whole = len(s.buf) < n
	if whole && !errors.Is(s.err, io.EOF) {
		return nil, false, s.err
	}
	return s.buf[:min(n, len(s.buf))], whole, nil
}

// Discard drops n bytes that Peek has shown.
func (s *stream) Discard(n int) { s.buf = s.buf[n:] }

// Read reads what was peeked at first.
func (s *stream) Read(p []byte) (int, error) {
	if len(s.buf) > 0 {
		n := copy(p, s.buf)
		s.buf = s.buf[n:]
		return n, nil
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.src.Read(p)
	s.err = err
	return n, err
}

// Unread puts bytes back in front; it copies them.
func (s *stream) Unread(b []byte) {
	s.buf = append(append(make([]byte, 0, len(b)+len(s.buf)), b...), s.buf...)
}
