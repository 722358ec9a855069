// Package rows is what the readers of row-wise reports have in common: they
// walk to a list, take one small row after another, JSON or a line of a table,
// and deliver a finding for each. What a row holds that no field took is kept
// with the finding.
package rows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// NoID stands for the id of a vulnerability that a report does not name: the
// package is to be looked at, even if the report does not say why.
const NoID = "UNKNOWN"

// Fields is a row by the names of its members or columns. Of several names
// the first that says something counts; see jsonread.Row and csvread.Row.
type Fields interface {
	Text(names ...string) string
	Number(names ...string) float64
	Float(name string) *float64
	Bool(names ...string) bool
	Time(names ...string) time.Time
	Drop(names ...string)
	Keep(names ...string)
	Rest(b *jsonread.Builder)
}

// Delivery delivers findings of one scanner.
type Delivery struct {
	To      format.Sink
	In      *format.Input
	Scanner string

	ctx   context.Context
	n     int
	extra jsonread.Builder
}

// Reader reads the rows of a JSON report.
type Reader struct {
	*jsonread.Reader
	Delivery
	row jsonread.Row
}

// Read calls document for every JSON value of an input: one, several in a row,
// or lines of them. document must consume the value.
func Read(ctx context.Context, in *format.Input, to format.Sink, scanner string, document func(*Reader) error) error {
	r := &Reader{Reader: jsonread.New(in), Delivery: Delivery{To: to, In: in, Scanner: scanner, ctx: ctx}}
	for {
		if err := document(r); err != nil {
			return err
		}
		if !r.More() {
			return r.End()
		}
	}
}

// Sub returns a reader of JSON that was put aside.
func (r *Reader) Sub(raw []byte) *Reader {
	return &Reader{Reader: jsonread.New(bytes.NewReader(raw)), Delivery: Delivery{To: r.To, In: r.In, Scanner: r.Scanner, ctx: r.ctx}}
}

// Each calls each for the elements of an array, or once for a value that is no
// array.
func (r *Reader) Each(each func() error) error {
	if r.Kind() != '[' {
		return each()
	}
	return r.Array(func(int) error { return each() })
}

// Rows calls each for every object of an array. Elements that are no objects
// are told as skipped; null has no rows, and any other value is an error: what
// cannot be read is not nothing. list names the array in messages. The row
// holds until the next one.
func (r *Reader) Rows(list string, each func(w *jsonread.Row, where string) error) error {
	return r.Array(func(i int) error {
		if err := r.Check(); err != nil {
			return err
		}
		where := fmt.Sprintf("%s[%d]", list, i)
		if r.Kind() != '{' {
			if err := r.Skip(); err != nil {
				return err
			}
			return r.To.Skip(where, "the row is no object")
		}
		if err := r.Row(&r.row); err != nil {
			return err
		}
		return each(&r.row, where)
	})
}

// Nested is Rows for a list within a row, which stands at where.
func (d *Delivery) Nested(w *jsonread.Row, list, where string, each func(kid *jsonread.Row, where string) error) error {
	var own error
	err := w.Objects(list, func(i int, kid *jsonread.Row) error {
		at := fmt.Sprintf("%s.%s[%d]", where, list, i)
		if kid == nil {
			own = d.To.Skip(at, "the row is no object")
		} else {
			own = each(kid, at)
		}
		return own
	})
	if err != nil && own == nil {
		return fmt.Errorf("%s.%w", where, err)
	}
	return err
}

// Table calls each for every row of a table that is not blank.
func Table(ctx context.Context, in *format.Input, to format.Sink, scanner string, each func(*Delivery, *csvread.Reader, *csvread.Row) error) error {
	t, err := csvread.New(in, csvread.Options{})
	if err != nil {
		return err
	}
	return Rest(ctx, t, in, to, scanner, each)
}

// Rest is Table for a table whose header has been read.
func Rest(ctx context.Context, t *csvread.Reader, in *format.Input, to format.Sink, scanner string, each func(*Delivery, *csvread.Reader, *csvread.Row) error) error {
	d := &Delivery{To: to, In: in, Scanner: scanner, ctx: ctx}
	var w csvread.Row
	for {
		if err := d.Check(); err != nil {
			return err
		}
		switch err := t.Next(&w); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case w.Blank():
			continue
		}
		if err := each(d, t, &w); err != nil {
			return err
		}
	}
}

// IsTable reports whether an input is a table rather than JSON, for scanners
// that write both. What it looked at stays in the input; it looks no further
// than it must, since documents of other formats may follow.
func IsTable(in *format.Input) (bool, error) {
	var c [1]byte
	for {
		switch n, err := in.Read(c[:]); {
		case errors.Is(err, io.EOF) && n == 0:
			return false, nil
		case err != nil && !errors.Is(err, io.EOF):
			return false, err
		case n == 0 || c[0] == ' ' || c[0] == '\t' || c[0] == '\r' || c[0] == '\n':
			continue
		}
		in.Reader = io.MultiReader(bytes.NewReader(c[:]), in.Reader)
		return c[0] != '{' && c[0] != '[' && c[0] != 'n', nil
	}
}

// Check returns the context's error now and then.
func (d *Delivery) Check() error {
	if d.n++; d.n%512 == 0 {
		return d.ctx.Err()
	}
	return nil
}

// Finding delivers a finding with whatever is left of its row, and the text of
// its vulnerability unless that is known. A row that says nothing of a
// vulnerability is skipped.
func (d *Delivery) Finding(ref format.Ref, where string, f *schema.Finding, v *schema.Vulnerability, rest Fields) error {
	if _, is := schema.ParseSeverity(f.VulnerabilityID); is {
		return fmt.Errorf("%s: the vulnerability is called %q, which is a severity: the values stand in the wrong places", where, f.VulnerabilityID)
	}
	if f.VulnerabilityID == "" {
		if f.PackageName == "" && f.SeverityRaw == "" && v.Description == "" && v.Title == "" {
			return d.To.Skip(where, "the row names neither a vulnerability nor a package")
		}
		f.VulnerabilityID, v = NoID, nil
	}
	d.extra.Reset()
	if rest != nil {
		rest.Rest(&d.extra)
	}
	f.Extra = d.extra.JSON()
	if err := d.To.Finding(ref, f); err != nil {
		return err
	}
	if v == nil || d.To.Known(d.Scanner, f.VulnerabilityID) {
		return nil
	}
	v.ID, v.Aliases = f.VulnerabilityID, f.Aliases
	return d.To.Vulnerability(d.Scanner, v)
}

// Images keeps the scans of a report open whose rows are about many images in
// any order.
type Images struct {
	to    format.Sink
	by    map[string]*Image
	order []*Image
}

// Image is one open scan.
type Image struct {
	Ref  format.Ref
	Scan schema.Scan
}

// NewImages returns an empty set of open scans.
func NewImages(to format.Sink) *Images { return &Images{to: to, by: map[string]*Image{}} }

// Open returns the scan of an image and begins it on first sight. Images are
// told apart by kind, name and digests.
func (m *Images) Open(scanner string, i schema.Image) *Image {
	key := string(i.Kind) + "\x00" + i.Name + "\x00" + i.Registry + "\x00" + i.Repository + "\x00" + i.Tag + "\x00" + i.Digest + "\x00" + i.ConfigDigest
	o := m.by[key]
	if o == nil {
		o = &Image{Ref: m.to.Begin(), Scan: schema.Scan{Scanner: scanner, Image: i}}
		m.by[key] = o
		m.order = append(m.order, o)
	}
	return o
}

// Seen notes a time at which the image was looked at; the latest counts.
func (o *Image) Seen(at time.Time) {
	if at.After(o.Scan.At) {
		o.Scan.At = at
	}
}

// Each calls do for every open scan in the order in which they were begun.
func (m *Images) Each(do func(*Image)) {
	for _, o := range m.order {
		do(o)
	}
}

// Close ends all scans.
func (m *Images) Close() error {
	for _, o := range m.order {
		if err := m.to.End(o.Ref, &o.Scan); err != nil {
			return err
		}
	}
	return nil
}
