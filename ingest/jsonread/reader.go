// Package jsonread is a pull reader for large JSON documents: the caller
// walks objects and arrays with callbacks and takes or skips each value, so
// that memory stays flat however long a document is. It is a thin layer over
// jsontext, which checks the syntax (RFC 8259), and it is lenient where real
// reports are: a missing object is null, a number may come as a string.
package jsonread

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Reader reads one JSON value after another from a stream.
type Reader struct {
	dec      *jsontext.Decoder
	foreign  func(unread []byte) bool
	giveBack func(unread []byte)
	interned []string
	rows     *bytes.Reader
	rowDec   *jsontext.Decoder
}

// New returns a reader of r. Duplicate keys and invalid UTF-8 are accepted,
// the latter as U+FFFD, because scanners copy both from package metadata.
func New(r io.Reader) *Reader {
	out := &Reader{dec: jsontext.NewDecoder(r,
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	if s, ok := r.(several); ok {
		out.foreign, out.giveBack = s.Several()
	}
	return out
}

// several is an input that may hold documents of other formats behind the
// reader's own.
type several interface {
	Several() (foreign func(unread []byte) bool, giveBack func(unread []byte))
}

// Kind returns the first byte of the next value: one of { [ " 0 t f n, or ] }
// at the end of an array or object, or 0 at the end of input or on an error,
// which the next read reports.
func (r *Reader) Kind() byte { return byte(r.dec.PeekKind()) }

// Object reads an object and calls each for every member, which must consume
// the member's value. The key is valid only until the next read. A null is an
// object without members. Any other value is an error.
func (r *Reader) Object(each func(key []byte) error) error {
	if r.Kind() == 'n' {
		return r.Skip()
	}
	if k := r.Kind(); k != '{' {
		return r.want("an object", k)
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return r.fail(err)
	}
	for r.Kind() != '}' {
		raw, err := r.dec.ReadValue()
		if err != nil {
			return r.fail(err)
		}
		key, err := unquote(raw)
		if err != nil {
			return r.fail(err)
		}
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return r.fail(err)
}

// Array reads an array and calls each before every element, which must
// consume it. A null is an empty array. Any other value is an error.
func (r *Reader) Array(each func(index int) error) error {
	if r.Kind() == 'n' {
		return r.Skip()
	}
	if k := r.Kind(); k != '[' {
		return r.want("an array", k)
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return r.fail(err)
	}
	for i := 0; r.Kind() != ']'; i++ {
		if err := each(i); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return r.fail(err)
}

// Skip reads past the next value without holding it.
func (r *Reader) Skip() error { return r.fail(r.dec.SkipValue()) }

// Text reads a scalar as text: a string as it is, a number and a boolean as
// written, null as "". Objects and arrays are errors.
func (r *Reader) Text() (string, error) {
	switch k := r.Kind(); k {
	case '"':
		raw, err := r.dec.ReadValue()
		if err != nil {
			return "", r.fail(err)
		}
		b, err := unquote(raw)
		return string(b), r.fail(err)
	case '0', 't', 'f':
		raw, err := r.dec.ReadValue()
		return string(raw), r.fail(err)
	case 'n':
		return "", r.Skip()
	default:
		return "", r.want("a string", k)
	}
}

// Texts reads an array of scalars, a single scalar standing for an array of
// one and null for none; empty strings are left out.
func (r *Reader) Texts() ([]string, error) {
	var out []string
	add := func(int) error {
		s, err := r.Text()
		if err == nil && s != "" {
			out = append(out, s)
		}
		return err
	}
	if k := r.Kind(); k != '[' {
		return out, errors.Join(add(0))
	}
	err := r.Array(add)
	return out, err
}

// Number reads a number, also one written as a string. It reports false for
// null, an empty string and text that is no number.
func (r *Reader) Number() (float64, bool, error) {
	s, err := r.Text()
	if err != nil {
		return 0, false, err
	}
	f, perr := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if perr != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false, nil
	}
	return f, true, nil
}

// Bool reads a boolean, also one written as a string; null and any other text
// are false.
func (r *Reader) Bool() (bool, error) {
	s, err := r.Text()
	return strings.EqualFold(strings.TrimSpace(s), "true"), err
}

// Raw reads the next value whole and returns a compact copy of it. Use it for
// values that are small by nature.
func (r *Reader) Raw() (json.RawMessage, error) {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return nil, r.fail(err)
	}
	v := raw.Clone()
	if err := v.Compact(); err != nil {
		return nil, r.fail(err)
	}
	return json.RawMessage(v), nil
}

// Into decodes the next value into v by its json tags, without regard to the
// case of keys and ignoring unknown ones. Use it for values that are small by
// nature.
func (r *Reader) Into(v any) error {
	err := jsonv2.UnmarshalDecode(r.dec, v, jsonv2.MatchCaseInsensitiveNames(true))
	return r.fail(err)
}

// More reports whether another value follows in the stream that the reader is
// to take (several documents in one file, JSON lines).
func (r *Reader) More() bool {
	k := r.Kind()
	return k != 0 && k != ']' && k != '}' && !r.isForeign()
}

func (r *Reader) isForeign() bool { return r.foreign != nil && r.foreign(r.dec.UnreadBuffer()) }

// End checks that nothing follows but white space and what is not the reader's
// to take, which it gives back to the input.
func (r *Reader) End() error {
	if r.Kind(); len(r.dec.UnreadBuffer()) > 0 && r.isForeign() {
		r.giveBack(r.dec.UnreadBuffer())
		return nil
	}
	_, err := r.dec.ReadToken()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return r.fail(err)
	}
	return fmt.Errorf("more data after the end of the document at byte %d", r.dec.InputOffset())
}

// Offset is the number of bytes read so far.
func (r *Reader) Offset() int64 { return r.dec.InputOffset() }

// Where names the place that was read last, as a JSON pointer (RFC 6901) and
// a byte offset.
func (r *Reader) Where() string {
	return fmt.Sprintf("%s, byte %d", r.dec.StackPointer(), r.dec.InputOffset())
}

func (r *Reader) want(what string, kind byte) error {
	got := kindName(kind)
	if got == "" {
		// The syntax is broken here: let the decoder say how.
		if _, err := r.dec.ReadValue(); err != nil {
			return r.fail(err)
		}
		got = "nothing"
	}
	return fmt.Errorf("%s is expected but %s stands there (%s)", what, got, r.Where())
}

// kindName names the kind of the value that begins with c, "" for none.
func kindName(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	if c == '-' || c >= '0' && c <= '9' {
		return "a number"
	}
	return ""
}

// fail says in plain words that a document ends early; other syntax errors
// already name their place.
func (r *Reader) fail(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the JSON ends too early, after byte %d: the file is cut off: %w", r.dec.InputOffset(), io.ErrUnexpectedEOF)
	}
	return err
}

// unquote returns the text of a JSON string without copying where it has no
// escapes.
func unquote(raw []byte) ([]byte, error) {
	if len(raw) < 2 {
		return nil, io.ErrUnexpectedEOF
	}
	body := raw[1 : len(raw)-1]
	for _, c := range body {
		if c == '\\' || c >= 0x80 {
			return jsontext.AppendUnquote(nil, raw)
		}
	}
	return body, nil
}
