package ingest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	kgzip "github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	bufferSize = 64 << 10
	// maxZstdWindow bounds the memory that a compressed file can ask for; it is
	// the most that the zstd tool uses without its option --long=28.
	maxZstdWindow = 128 << 20
)

// decompress undoes gzip, bzip2 and Zstandard, told by their magic bytes, also nested
// once. The reader is closed with close.
func decompress(in io.Reader) (r *bufio.Reader, closeIt func(), err error) {
	r, closeIt = bufio.NewReaderSize(in, bufferSize), func() {}
	for range 2 {
		magic, err := r.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, closeIt, explainRead(err)
		}
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			z, err := kgzip.NewReader(r)
			if err != nil {
				return nil, closeIt, fmt.Errorf("unpacking gzip: the file is cut off or damaged: %w", err)
			}
			r = bufio.NewReaderSize(packed{z, "gzip"}, bufferSize)
		case len(magic) > 3 && bytes.HasPrefix(magic, []byte("BZh")) && magic[3] >= '1' && magic[3] <= '9':
			r = bufio.NewReaderSize(packed{bzip2.NewReader(r), "bzip2"}, bufferSize)
		case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow))
			if err != nil {
				return nil, closeIt, fmt.Errorf("unpacking Zstandard: %w", err)
			}
			before := closeIt
			closeIt = func() { z.Close(); before() }
			r = bufio.NewReaderSize(packed{z, "Zstandard"}, bufferSize)
		}
	}
	return r, closeIt, nil
}

// decode turns UTF-16, with or without its mark, into UTF-8: PowerShell's
// redirection writes it.
func decode(r *bufio.Reader) (*bufio.Reader, error) {
	head, err := r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, explainRead(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, err = r.Discard(3)
		return r, err
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		_, err = r.Discard(2)
		return bufio.NewReaderSize(&utf16Reader{r: r}, bufferSize), err
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		_, err = r.Discard(2)
		return bufio.NewReaderSize(&utf16Reader{r: r, big: true}, bufferSize), err
	case len(head) >= 4 && head[1] == 0 && head[3] == 0 && head[0] != 0:
		return bufio.NewReaderSize(&utf16Reader{r: r}, bufferSize), nil
	case len(head) >= 4 && head[0] == 0 && head[2] == 0 && head[1] != 0:
		return bufio.NewReaderSize(&utf16Reader{r: r, big: true}, bufferSize), nil
	}
	return r, nil
}

// utf16Reader converts while reading, so that memory stays flat.
type utf16Reader struct {
	r    *bufio.Reader
	big  bool
	rest []byte
	high rune
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.rest) == 0 {
		var b [2]byte
		if _, err := io.ReadFull(u.r, b[:]); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				return 0, fmt.Errorf("the UTF-16 text ends within a character: %w", err)
			}
			return 0, err
		}
		c := rune(b[0]) | rune(b[1])<<8
		if u.big {
			c = rune(b[1]) | rune(b[0])<<8
		}
		switch {
		case u.high != 0:
			c, u.high = utf16.DecodeRune(u.high, c), 0
		case c >= 0xd800 && c < 0xdc00:
			u.high = c
			continue
		}
		u.rest = utf8.AppendRune(u.rest[:0], c)
	}
	n := 0
	for n < len(p) && len(u.rest) > 0 {
		k := copy(p[n:], u.rest)
		n, u.rest = n+k, u.rest[k:]
	}
	return n, nil
}

// explainRead says in plain words what the operating system or gzip said.
func explainRead(err error) error {
	var broken *jsontext.SyntacticError
	switch {
	case errors.As(err, &broken) && !errors.Is(err, io.ErrUnexpectedEOF):
		at := string(broken.JSONPointer)
		if at != "" {
			at = ", at " + shortPlace(at)
		}
		text := fmt.Sprintf("the JSON is broken after byte %d%s: %v", broken.ByteOffset, at, broken.Err)
		return &rewritten{strings.Replace(err.Error(), broken.Error(), text, 1), err}
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, kgzip.ErrChecksum):
		return fmt.Errorf("the gzip data is damaged: %w", err)
	case errors.Is(err, io.ErrUnexpectedEOF) && err.Error() == io.ErrUnexpectedEOF.Error():
		return fmt.Errorf("the data ends too early: the file is cut off: %w", err)
	case errors.Is(err, zip.ErrFormat):
		return fmt.Errorf("the archive's directory, which stands at its end, is missing: the file is cut off or damaged: %w", err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("reading is not permitted: %w", err)
	}
	return err
}

// rewritten is an error in other words.
type rewritten struct {
	text string
	err  error
}

func (e *rewritten) Error() string { return e.text }
func (e *rewritten) Unwrap() error { return e.err }

// shortPlace cuts the middle of a long path within a document.
func shortPlace(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return s[:most/2] + "..." + s[len(s)-most/2:]
}

// packed is what comes out of a compressed file; an end that comes too early is
// told as that of the file.
type packed struct {
	io.Reader
	how string
}

// Read reads what is unpacked.
func (p packed) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the %s data ends too early: the file is cut off: %w", p.how, err)
	}
	return n, err
}

// Text gives a document as UTF-8 without a byte-order mark, unpacked where it
// is compressed: what every reader of files that users bring begins with. The
// function that it returns frees what unpacking holds.
func Text(in io.Reader) (io.Reader, func(), error) {
	r, free, err := decompress(in)
	if err != nil {
		free()
		return nil, func() {}, err
	}
	text, err := decode(r)
	return text, free, err
}
