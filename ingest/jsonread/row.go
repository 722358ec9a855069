package jsonread

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Row is an object that is small by nature (a row of a report), held whole, so
// that its members can be asked for in any order and under the several names
// that versions of a format gave them. It is as lenient as reports are: a
// member that is missing, null or of another kind says nothing, a number may
// be text and text a number. Names are compared without regard to case,
// underscores and dashes. It remembers what was asked for; Rest gives the others.
//
// The zero Row has no members. A Row is read by Reader.Row, which reuses its
// memory; nested rows hold until then.
type Row struct {
	r       *Reader
	buf     []byte
	members []member
}

type member struct {
	key  string
	raw  []byte
	used bool
	kid  *Row
}

// Row reads the next value into w. A value that is no object has no members;
// only broken JSON is an error.
func (r *Reader) Row(w *Row) error {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return r.fail(err)
	}
	w.r, w.buf = r, append(w.buf[:0], raw...)
	return r.fail(w.parse(w.buf))
}

// parse notes where the members of the object in raw stand.
func (w *Row) parse(raw []byte) error {
	w.members = w.members[:0]
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	dec := w.r.rowDecoder(raw)
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() == '"' {
		key, err := dec.ReadValue()
		if err != nil {
			return err
		}
		name, err := unquote(key)
		if err != nil {
			return err
		}
		m := member{key: w.r.Intern(name)}
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		end := dec.InputOffset()
		m.raw = raw[end-int64(len(value)) : end]
		w.members = append(w.members, m)
	}
	return nil
}

// Has reports whether there is a member of that name that is not null.
func (w *Row) Has(name string) bool { return w.find(name) != nil }

// Len is the number of members.
func (w *Row) Len() int { return len(w.members) }

func (w *Row) find(name string) *member {
	for i := range w.members {
		if m := &w.members[i]; m.raw[0] != 'n' && sameName(m.key, name) {
			return m
		}
	}
	return nil
}

// sameName compares names of members: case, underscores and dashes do not
// count, so that fix_version is fixVersion.
func sameName(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && (a[i] == '_' || a[i] == '-') {
			i++
		}
		for j < len(b) && (b[j] == '_' || b[j] == '-') {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if lower(a[i]) != lower(b[j]) {
			return false
		}
		i, j = i+1, j+1
	}
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Fold writes the name of a member as a Row compares it: in lower case,
// without underscores and dashes.
func Fold(name string) string { return string(AppendFold(make([]byte, 0, 64), name)) }

// AppendFold appends what Fold makes of a name.
func AppendFold(out []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c != '_' && c != '-' {
			out = append(out, lower(c))
		}
	}
	return out
}

// Text returns the first of the named members that is text and not empty; a
// number and a boolean come as written.
func (w *Row) Text(names ...string) string {
	out := ""
	for _, name := range names {
		m := w.find(name)
		if m == nil || m.raw[0] == '{' || m.raw[0] == '[' {
			continue
		}
		m.used = true
		if out == "" {
			out = w.scalar(m.raw)
		}
	}
	return out
}

func (w *Row) scalar(raw []byte) string {
	switch raw[0] {
	case '"':
		b, err := unquote(raw)
		if err != nil {
			return ""
		}
		return w.r.Intern(b)
	case '{', '[', 'n':
		return ""
	}
	return string(raw)
}

// Texts returns a list of texts; one text stands for a list of one, and
// elements that are no scalars and empty ones are left out.
func (w *Row) Texts(names ...string) []string {
	var out []string
	for _, name := range names {
		m := w.find(name)
		if m == nil || m.raw[0] == '{' {
			continue
		}
		m.used = true
		if len(out) > 0 {
			continue
		}
		if m.raw[0] != '[' {
			if s := w.scalar(m.raw); s != "" {
				out = append(out, s)
			}
			continue
		}
		w.elements(m.raw, func(raw []byte) {
			if s := w.scalar(raw); s != "" {
				out = append(out, s)
			}
		})
	}
	return out
}

// Number returns the first of the named members that is a number other than
// zero, also one written as text; 0 for none.
func (w *Row) Number(names ...string) float64 {
	out := 0.0
	for _, name := range names {
		if f := w.Float(name); f != nil && out == 0 {
			out = *f
		}
	}
	return out
}

// Float returns a number, nil where there is none.
func (w *Row) Float(name string) *float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(w.Text(name)), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// Bool reports whether one of the named members is true, also as text.
func (w *Row) Bool(names ...string) bool {
	out := false
	for _, name := range names {
		out = strings.EqualFold(strings.TrimSpace(w.Text(name)), "true") || out
	}
	return out
}

// Time returns the first of the named members that is a time; see ParseTime.
func (w *Row) Time(names ...string) time.Time {
	var out time.Time
	for _, name := range names {
		if t := ParseTime(w.Text(name)); out.IsZero() {
			out = t
		}
	}
	return out
}

// Raw returns a member as it stands, nil for none.
func (w *Row) Raw(name string) []byte {
	m := w.find(name)
	if m == nil {
		return nil
	}
	m.used = true
	return m.raw
}

// Row returns the object under a name. It is never nil; a missing one has no
// members. What is not asked for in it counts among the rest of w.
func (w *Row) Row(name string) *Row {
	m := w.find(name)
	if m == nil || m.raw[0] != '{' {
		return &Row{r: w.r}
	}
	if m.kid == nil {
		m.kid = w.nested(m.raw)
	}
	m.used = true
	return m.kid
}

func (w *Row) nested(raw []byte) *Row {
	kid := &Row{r: w.r}
	// The value was checked when the row was read.
	_ = kid.parse(raw)
	return kid
}

// Each calls do for every object in the array under a name; a single object
// stands for an array of one.
func (w *Row) Each(name string, do func(*Row)) {
	m := w.find(name)
	if m == nil {
		return
	}
	switch m.raw[0] {
	case '{':
		m.used = true
		do(w.nested(m.raw))
	case '[':
		m.used = true
		w.elements(m.raw, func(raw []byte) {
			if raw[0] == '{' {
				do(w.nested(raw))
			}
		})
	}
}

// Objects is Each for lists that a report cannot do without: do is called with
// nil for an element that is no object, and a value that is no list is an error,
// but for null and empty text.
func (w *Row) Objects(name string, do func(index int, kid *Row) error) error {
	m := w.find(name)
	if m == nil {
		return nil
	}
	m.used = true
	switch {
	case m.raw[0] == '{':
		return do(0, w.nested(m.raw))
	case m.raw[0] != '[':
		if w.scalar(m.raw) == "" {
			return nil
		}
		return fmt.Errorf("%s is %s where a list is expected", m.key, kindName(m.raw[0]))
	}
	i, err := 0, error(nil)
	w.elements(m.raw, func(raw []byte) {
		var kid *Row
		if raw[0] == '{' {
			kid = w.nested(raw)
		}
		if err == nil {
			err = do(i, kid)
		}
		i++
	})
	return err
}

// Lists calls do for every array of objects in the array under a name.
func (w *Row) Lists(name string, do func([]*Row)) {
	m := w.find(name)
	if m == nil || m.raw[0] != '[' {
		return
	}
	m.used = true
	w.elements(m.raw, func(raw []byte) {
		if raw[0] != '[' {
			return
		}
		var list []*Row
		w.elements(raw, func(raw []byte) {
			if raw[0] == '{' {
				list = append(list, w.nested(raw))
			}
		})
		do(list)
	})
}

// JSON returns the row as it stands in the document.
func (w *Row) JSON() []byte { return w.buf }

// Members calls do for every member of w that is an object.
func (w *Row) Members(do func(key string, kid *Row)) {
	for i := range w.members {
		if m := &w.members[i]; m.raw[0] == '{' {
			m.used = true
			do(m.key, w.nested(m.raw))
		}
	}
}

// EachText calls do for every member of w that is text, a number or a boolean.
func (w *Row) EachText(do func(key, value string)) {
	for i := range w.members {
		m := &w.members[i]
		if s := w.scalar(m.raw); s != "" {
			m.used = true
			do(m.key, s)
		}
	}
}

// Keys returns the names of the members in their order.
func (w *Row) Keys() []string {
	var out []string
	for i := range w.members {
		out = append(out, w.members[i].key)
	}
	return out
}

func (w *Row) elements(raw []byte, do func(raw []byte)) {
	dec := w.r.rowDecoder(raw)
	if _, err := dec.ReadToken(); err != nil {
		return
	}
	var at [][2]int64
	for k := dec.PeekKind(); k != ']' && k != 0; k = dec.PeekKind() {
		v, err := dec.ReadValue()
		if err != nil {
			return
		}
		end := dec.InputOffset()
		at = append(at, [2]int64{end - int64(len(v)), end})
	}
	for _, span := range at {
		do(raw[span[0]:span[1]])
	}
}

// Drop marks members as asked for, so that Rest leaves them out.
func (w *Row) Drop(names ...string) {
	for _, name := range names {
		if m := w.find(name); m != nil {
			m.used, m.kid = true, nil
		}
	}
}

// Keep takes back that members were asked for, so that Rest gives them.
func (w *Row) Keep(names ...string) {
	for _, name := range names {
		if m := w.find(name); m != nil {
			m.used = false
		}
	}
}

// Rest adds the members that nobody has asked for to b, so that what has no
// column of its own is not lost.
func (w *Row) Rest(b *Builder) {
	for i := range w.members {
		m := &w.members[i]
		if m.kid != nil {
			var inner Builder
			m.kid.Rest(&inner)
			b.Raw(m.key, inner.JSON())
		} else if !m.used {
			b.Raw(m.key, m.raw)
		}
	}
}

// rowDecoder returns the decoder that rows share, set to raw.
func (r *Reader) rowDecoder(raw []byte) *jsontext.Decoder {
	if r.rowDec == nil {
		r.rows = bytes.NewReader(raw)
		r.rowDec = jsontext.NewDecoder(r.rows)
	}
	r.rows.Reset(raw)
	r.rowDec.Reset(r.rows, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return r.rowDec
}
