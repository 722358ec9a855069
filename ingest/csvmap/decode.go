package csvmap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// open is an image whose rows have begun to come in.
type open struct {
	ref  format.Ref
	scan schema.Scan
}

// decoder reads one table. Rows of many images interleave, so the images stay
// open until the end.
type decoder struct {
	m      *Mapping
	in     *format.Input
	to     format.Sink
	csv    *csvread.Reader
	row    csvread.Row
	images map[string]*open
	order  []*open
	extra  jsonread.Builder
}

func (m *Mapping) decode(ctx context.Context, in *format.Input, to format.Sink) error {
	if m.values == nil {
		return &format.Error{Kind: format.KindUnsupported, Msg: "a table needs a mapping: argosy ingest --map mapping.yaml FILE"}
	}
	r, err := csvread.New(in, csvread.Options{Comma: m.table.comma, Skip: m.table.skip, Headless: m.table.headless})
	if err != nil {
		return err
	}
	d := &decoder{m: m, in: in, to: to, csv: r, images: map[string]*open{}}
	if len(r.Header()) == 0 {
		return nil
	}
	if c, ok := m.missing(r.Column, len(r.Header())); !ok {
		return fmt.Errorf("the mapping %q names on line %d the column %s, which the table does not have; its columns are %s",
			m.name, c.at.line, c, strings.Join(r.Header(), ", "))
	}
	for n := 0; ; n++ {
		if n%512 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := r.Next(&d.row)
		if errors.Is(err, io.EOF) {
			return d.finish()
		}
		if err != nil {
			return err
		}
		if err := d.one(); err != nil {
			return err
		}
	}
}

func (d *decoder) finish() error {
	for _, o := range d.order {
		if d.m.partial {
			o.scan.Partial, o.scan.Incomplete = true, "the mapping says that the table is not complete"
		}
		if err := d.to.End(o.ref, &o.scan); err != nil {
			return err
		}
	}
	return nil
}

// one delivers one row.
func (d *decoder) one() error {
	if d.row.Blank() || !d.wanted() {
		return nil
	}
	v := &values{d: d}
	image, at := v.image()
	f := v.finding()
	vuln := v.vulnerability(f)
	if v.err != nil {
		return v.err
	}
	o, err := d.open(image)
	if err != nil {
		return err
	}
	if at.At.After(o.scan.At) {
		o.scan.At = at.At
	}
	o.scan.ScannerVersion, o.scan.DatabaseVersion = first(at.ScannerVersion, o.scan.ScannerVersion), first(at.DatabaseVersion, o.scan.DatabaseVersion)
	if f.VulnerabilityID == "" {
		return d.to.Skip(d.row.Where(), "the row names no vulnerability")
	}
	d.extra.Reset()
	d.row.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	if err := d.to.Finding(o.ref, f); err != nil {
		return err
	}
	return d.to.Vulnerability(d.m.scanner, vuln)
}

// wanted applies the rules of rows: every keep must fit, no drop may.
func (d *decoder) wanted() bool {
	for _, f := range d.m.filters {
		if f.in[strings.ToLower(d.cell(f.column))] != f.keep {
			return false
		}
	}
	return true
}

func (d *decoder) cell(c column) string {
	if c.number > 0 {
		return d.row.Cell(c.number - 1)
	}
	return d.row.Text(c.name)
}

// open returns the scan of an image, beginning it on first sight.
func (d *decoder) open(i *schema.Image) (*open, error) {
	if i.Name == "" && i.Repository == "" && i.Digest == "" && i.ConfigDigest == "" && d.in.Image == "" {
		return nil, fmt.Errorf("%s names no image: map image.name, image.repository or image.digest, or give --image", d.row.Where())
	}
	key := strings.Join([]string{string(i.Kind), i.Name, i.Registry, i.Repository, i.Tag, i.Digest, i.ConfigDigest}, "\x00")
	o := d.images[key]
	if o == nil {
		o = &open{ref: d.to.Begin(), scan: schema.Scan{Scanner: d.m.scanner, Image: *i}}
		d.images[key] = o
		d.order = append(d.order, o)
	}
	return o, nil
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
