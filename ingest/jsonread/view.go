package jsonread

import (
	"bytes"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// View returns the next value as it stands in the document, without a copy.
// The slice holds until the next read.
func (r *Reader) View() ([]byte, error) {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return nil, r.fail(err)
	}
	return raw, nil
}

// Bytes is Text without a copy: the slice holds until the next read.
func (r *Reader) Bytes() ([]byte, error) {
	switch k := r.Kind(); k {
	case '"':
		raw, err := r.dec.ReadValue()
		if err != nil {
			return nil, r.fail(err)
		}
		b, err := unquote(raw)
		return b, r.fail(err)
	case '0', 't', 'f':
		raw, err := r.dec.ReadValue()
		return raw, r.fail(err)
	case 'n':
		return nil, r.Skip()
	default:
		return nil, r.want("a string", k)
	}
}

// Interned is Text for values that repeat from row to row (package names,
// versions, layers): a value seen lately comes back as the same string. The
// memory behind it is bounded.
func (r *Reader) Interned() (string, error) {
	b, err := r.Bytes()
	if err != nil {
		return "", err
	}
	return r.Intern(b), nil
}

// internSlots is a power of two; a slot holds the last string of its hash.
const internSlots = 1 << 11

// maxIntern keeps long texts, which hardly repeat, out of the table.
const maxIntern = 200

// Intern returns b as a string and reuses the string of an equal b seen
// lately.
func (r *Reader) Intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > maxIntern {
		return string(b)
	}
	if r.interned == nil {
		r.interned = make([]string, internSlots)
	}
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	slot := &r.interned[(h^h>>15)&(internSlots-1)]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// Inner is a reader for values within what r reads (see ResetBytes). It knows the
// strings that r knows.
func (r *Reader) Inner() *Reader {
	if r.interned == nil {
		r.interned = make([]string, internSlots)
	}
	in := New(bytes.NewReader(nil))
	in.interned = r.interned
	return in
}

// ResetBytes makes the reader read b from its beginning, as if it were new. It
// lets one reader serve many small values (a View kept aside, JSON inside a
// JSON string).
func (r *Reader) ResetBytes(b []byte) {
	r.dec.Reset(bytes.NewReader(b), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// Time reads a point in time; see ParseTime.
func (r *Reader) Time() (time.Time, error) {
	b, err := r.Bytes()
	if err != nil {
		return time.Time{}, err
	}
	return ParseTime(string(b)), nil
}

// timeLayouts are the forms of a time that reports use besides RFC 3339.
var timeLayouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 -0700 MST",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02T15:04:05.999999999-0700",
	"2006-01-02",
	time.RFC1123,
	time.RFC1123Z,
	"1/2/2006 3:04:05 PM",
	"1/2/2006, 3:04:05 PM",
}

// ParseTime reads a time as reports write it and returns it in UTC. A time
// without a zone counts as UTC. Text that is no time, Go's zero time and years
// outside 1970 to 9999, which stand for "unknown" in reports, give the zero
// time.
func ParseTime(s string) time.Time {
	if len(s) < len("2006-1-2") {
		return time.Time{}
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			if t = t.UTC(); t.Year() < 1970 || t.Year() > 9999 {
				return time.Time{}
			}
			return t
		}
	}
	return time.Time{}
}

// Members is Object for details that a report may do without: a value that is
// no object has no members.
func (r *Reader) Members(each func(key []byte) error) error {
	if r.Kind() != '{' {
		return r.Skip()
	}
	return r.Object(each)
}

// Elements is Array for details that a report may do without: a value that is
// no array has no elements.
func (r *Reader) Elements(each func(index int) error) error {
	if r.Kind() != '[' {
		return r.Skip()
	}
	return r.Array(each)
}

// Word is Interned for details that a report may do without: an object or
// array says nothing.
func (r *Reader) Word() (string, error) {
	if k := r.Kind(); k == '{' || k == '[' {
		return "", r.Skip()
	}
	return r.Interned()
}

// Words is Texts for details that a report may do without: elements that are
// no scalars are left out.
func (r *Reader) Words() ([]string, error) {
	var out []string
	add := func(int) error {
		s, err := r.Word()
		if err == nil && s != "" {
			out = append(out, s)
		}
		return err
	}
	if r.Kind() != '[' {
		err := add(0)
		return out, err
	}
	err := r.Array(add)
	return out, err
}

// Score is Number for details that a report may do without; zero stands for
// everything that is no number.
func (r *Reader) Score() (float64, error) {
	if k := r.Kind(); k == '{' || k == '[' {
		return 0, r.Skip()
	}
	f, _, err := r.Number()
	return f, err
}
