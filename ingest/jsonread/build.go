package jsonread

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Builder writes a small JSON object member by member and leaves out members
// that say nothing, so that what a report holds beyond the columns can be
// kept without clutter. The zero Builder is ready; Reset keeps its memory.
type Builder struct {
	buf   []byte
	names []string
}

// Reset empties the builder; what JSON returned is overwritten from then on.
func (b *Builder) Reset() { b.buf, b.names = b.buf[:0], b.names[:0] }

// JSON returns the object, nil when it has no member. It ends the object: the
// next call must be Reset.
func (b *Builder) JSON() json.RawMessage {
	if len(b.buf) == 0 {
		return nil
	}
	b.buf = append(b.buf, '}')
	return json.RawMessage(b.buf)
}

// Text adds a string unless it is empty.
func (b *Builder) Text(name, value string) {
	if value == "" {
		return
	}
	b.key(name)
	b.quote(value)
}

// Texts adds an array of strings unless it is empty.
func (b *Builder) Texts(name string, values []string) {
	if len(values) == 0 {
		return
	}
	b.key(name)
	for i, v := range values {
		sep := byte(',')
		if i == 0 {
			sep = '['
		}
		b.buf = append(b.buf, sep)
		b.quote(v)
	}
	b.buf = append(b.buf, ']')
}

// Number adds a number unless it is zero.
func (b *Builder) Number(name string, value float64) {
	if value == 0 {
		return
	}
	b.key(name)
	b.buf = strconv.AppendFloat(b.buf, value, 'g', -1, 64)
}

// True adds a boolean when it is true.
func (b *Builder) True(name string, value bool) {
	if value {
		b.key(name)
		b.buf = append(b.buf, "true"...)
	}
}

// Raw adds a value that is JSON already, made compact, unless it is null or
// empty. A value with repeated names or invalid UTF-8 is added as text.
func (b *Builder) Raw(name string, value []byte) {
	switch string(value) {
	case "", "null", "{}", "[]", `""`:
		return
	}
	start := len(b.buf)
	b.key(name)
	at := len(b.buf)
	b.buf = append(b.buf, value...)
	v := jsontext.Value(b.buf[at:])
	if err := v.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		b.buf, b.names = b.buf[:start], b.names[:len(b.names)-1]
		return
	}
	b.buf = append(b.buf[:at], v...)
	if !jsontext.Value(b.buf[at:]).IsValid() {
		// Names that repeat and text that is no UTF-8 would spoil the object
		// for stricter readers: the value is kept as text.
		text := string(b.buf[at:])
		b.buf = b.buf[:at]
		b.quote(text)
	}
}

// key begins a member. A name that is taken gets an underscore, so that no
// member hides another.
func (b *Builder) key(name string) {
	for slices.Contains(b.names, name) {
		name += "_"
	}
	b.names = append(b.names, name)
	sep := byte(',')
	if len(b.buf) == 0 {
		sep = '{'
	}
	b.buf = append(b.buf, sep)
	b.quote(name)
	b.buf = append(b.buf, ':')
}

// quote appends a string; invalid UTF-8 becomes U+FFFD, so that the object is
// always valid.
func (b *Builder) quote(s string) {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		b.buf = append(b.buf, '"')
		b.buf = append(b.buf, s...)
		b.buf = append(b.buf, '"')
		return
	}
	// The only error is about invalid UTF-8, which is replaced all the same.
	b.buf, _ = jsontext.AppendQuote(b.buf, s)
}
