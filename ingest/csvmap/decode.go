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
	"argosy/ingest/rows"
	"argosy/schema"
)

// decoder reads one table. Rows of many images interleave, so the images stay
// open until the end.
type decoder struct {
	m      *Mapping
	in     *format.Input
	to     format.Sink
	csv    *csvread.Reader
	row    csvread.Row
	images *rows.Images
	extra  jsonread.Builder
}

func (m *Mapping) decode(ctx context.Context, in *format.Input, to format.Sink) error {
	if m.values == nil {
		return &format.Error{Kind: format.KindUnsupported, Msg: "a table needs a mapping: argosy ingest --map mapping.yaml FILE"}
	}
	r, err := csvread.New(in, m.options())
	if err != nil {
		return err
	}
	d := &decoder{m: m, in: in, to: to, csv: r, images: rows.NewImages(to)}
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
	if d.m.partial {
		d.images.Each(func(o *rows.Image) {
			o.Scan.Partial, o.Scan.Incomplete = true, "the mapping says that the table is not complete"
		})
	}
	return d.images.Close()
}

// one delivers one row.
func (d *decoder) one() error {
	if d.row.Blank() || !d.wanted() {
		return nil
	}
	v := &values{d: d}
	image, at := v.image()
	ids := v.ids()
	f := v.finding(ids)
	vuln := v.vulnerability(f)
	if v.err != nil {
		return v.err
	}
	o, err := d.open(image)
	if err != nil {
		return err
	}
	o.Seen(at.At)
	o.Scan.ScannerVersion, o.Scan.DatabaseVersion = rows.First(at.ScannerVersion, o.Scan.ScannerVersion), rows.First(at.DatabaseVersion, o.Scan.DatabaseVersion)
	if len(ids) == 0 {
		return d.to.Skip(d.row.Where(), "the row names no vulnerability")
	}
	d.extra.Reset()
	d.row.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	for _, id := range ids {
		f.VulnerabilityID, vuln.ID = id, id
		if err := d.to.Finding(o.Ref, f); err != nil {
			return err
		}
		if err := d.to.Vulnerability(d.m.scanner, vuln); err != nil {
			return err
		}
	}
	return nil
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
func (d *decoder) open(i *schema.Image) (*rows.Image, error) {
	if i.Name == "" && i.Repository == "" && i.Digest == "" && i.ConfigDigest == "" && d.in.Image == "" {
		return nil, fmt.Errorf("%s names no image: map image.name, image.repository or image.digest, or give --image", d.row.Where())
	}
	return d.images.Open(d.m.scanner, *i), nil
}
