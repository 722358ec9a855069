package csvread

import (
	"math"
	"strconv"
	"strings"
	"time"

	"argosy/ingest/jsonread"
)

// Row is one row of a table. Columns are asked for by name, see Fold, also
// under the several names that versions of an export gave them, and what was
// not asked for is what Rest gives. It answers as jsonread.Row does, so that a
// scanner's JSON and its table can share a decoder.
type Row struct {
	r     *Reader
	cells []string
	used  []bool
	line  int
}

// Line is the line of the file on which the row begins, from 1.
func (w *Row) Line() int { return w.line }

// Where names the row for messages.
func (w *Row) Where() string { return "line " + strconv.Itoa(w.line) }

// Cell returns the text of a column by its position from 0.
func (w *Row) Cell(i int) string {
	if i < 0 || i >= len(w.cells) {
		return ""
	}
	w.used[i] = true
	return strings.TrimSpace(w.cells[i])
}

// Blank reports whether no field of the row says anything.
func (w *Row) Blank() bool {
	for _, c := range w.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Text returns the first of the named columns that is not empty.
func (w *Row) Text(names ...string) string {
	out := ""
	for _, name := range names {
		if s := w.Cell(w.r.Column(name)); out == "" {
			out = s
		}
	}
	return out
}

// Texts returns the parts of a list that is written into one field.
func (w *Row) Texts(separators string, names ...string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(w.Text(names...), func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Float returns a number, nil where there is none.
func (w *Row) Float(name string) *float64 {
	f, err := strconv.ParseFloat(w.Text(name), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// Number returns the first of the named columns that is a number other than
// zero; 0 for none.
func (w *Row) Number(names ...string) float64 {
	out := 0.0
	for _, name := range names {
		if f := w.Float(name); f != nil && out == 0 {
			out = *f
		}
	}
	return out
}

// Bool reports whether one of the named columns says true or yes.
func (w *Row) Bool(names ...string) bool {
	out := false
	for _, name := range names {
		s := w.Text(name)
		out = out || strings.EqualFold(s, "true") || strings.EqualFold(s, "yes")
	}
	return out
}

// Time returns the first of the named columns that is a time; see
// jsonread.ParseTime.
func (w *Row) Time(names ...string) time.Time {
	var out time.Time
	for _, name := range names {
		if t := jsonread.ParseTime(w.Text(name)); out.IsZero() {
			out = t
		}
	}
	return out
}

// Drop marks columns as asked for, so that Rest leaves them out.
func (w *Row) Drop(names ...string) { w.Text(names...) }

// Keep takes back that columns were asked for, so that Rest gives them.
func (w *Row) Keep(names ...string) {
	for _, name := range names {
		if i := w.r.Column(name); i >= 0 {
			w.used[i] = false
		}
	}
}

// Rest adds the columns that nobody has asked for to b, under their names.
func (w *Row) Rest(b *jsonread.Builder) {
	for i, c := range w.cells {
		if !w.used[i] && strings.TrimSpace(w.r.header[i]) != "" {
			b.Text(w.r.header[i], c)
		}
	}
}
