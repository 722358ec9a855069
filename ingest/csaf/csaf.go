// Package csaf reads CSAF documents (Common Security Advisory Framework, OASIS)
// of versions 2.0 and 2.1: VEX documents and advisories. What they say of
// products becomes statements, which apply to findings that scanners have
// made; what they say of vulnerabilities goes into the catalogue.
//
// The product tree is held in memory, because vulnerabilities refer to it.
package csaf

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
)

// name is the format's name, and in the catalogue the source's.
const name = "csaf"

// Format reads CSAF.
var Format = format.Format{
	Name:   name,
	Title:  "CSAF",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' {
		return format.Match{}
	}
	version := o.Value("document.csaf_version")
	n := o.Count("document.tracking.id", "document.publisher.name", "document.category", "document.title", "product_tree",
		"vulnerabilities[].product_status", "vulnerabilities[].cve")
	switch {
	case o.Has("document.csaf_version"):
		n += 2
	case n > 3 && strings.HasPrefix(o.Value("document.category"), "csaf_"):
	case !o.Whole && o.Has("vulnerabilities[].product_status") && !o.Has("document"):
		// The document's own data stand behind the vulnerabilities.
		return format.Match{Verdict: format.Yes, Score: n}
	case n > 2:
		return format.Match{Score: n, Reason: "a CSAF document has document.csaf_version"}
	default:
		return format.Match{}
	}
	if !supported(version) {
		return format.Match{Verdict: format.Unsupported, Version: version, Score: n, Reason: unsupported(version)}
	}
	return format.Match{Verdict: format.Yes, Version: version, Score: n}
}

func supported(version string) bool { return version == "" || strings.HasPrefix(version, "2.") }

func unsupported(version string) string {
	return "CSAF version " + version + " is not supported; 2.0 and 2.1 are"
}

// decoder reads one file.
type decoder struct {
	ctx context.Context
	in  *format.Input
	to  format.Sink
	// told counts the vulnerabilities of all documents in the file.
	told int
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to}
	r := jsonread.New(in)
	for {
		if err := d.document(r); err != nil {
			return err
		}
		if !r.More() {
			break
		}
	}
	if err := r.End(); err != nil {
		return err
	}
	if d.told == 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "this CSAF document says nothing about vulnerabilities of products"}
	}
	return nil
}

// document is one document as it is read.
type document struct {
	d                 *decoder
	id, author, title string
	category          string
	at                time.Time
	severity          string
	products          products
}

func (d *decoder) document(r *jsonread.Reader) error {
	doc := &document{d: d}
	var late []byte
	head, tree := false, false
	err := r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "document":
			head = true
			err = doc.readHead(r)
		case "product_tree":
			tree = true
			err = doc.products.read(r)
		case "vulnerabilities":
			if head && tree {
				return doc.vulnerabilities(r)
			}
			if r.Kind() == '[' {
				late, err = r.Raw()
				return err
			}
			err = r.Array(func(int) error { return nil })
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil || late == nil {
		return err
	}
	return doc.vulnerabilities(jsonread.New(bytes.NewReader(late)))
}

func (c *document) readHead(r *jsonread.Reader) error {
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "csaf_version":
			var v string
			if v, err = r.Word(); err == nil && !supported(v) {
				err = &format.Error{Kind: format.KindUnsupported, Msg: unsupported(v)}
			}
		case "category":
			c.category, err = r.Word()
		case "title":
			c.title, err = r.Word()
		case "publisher":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "name" {
					c.author, err = r.Word()
					return err
				}
				return r.Skip()
			})
		case "aggregate_severity":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "text" {
					c.severity, err = r.Word()
					return err
				}
				return r.Skip()
			})
		case "tracking":
			err = r.Members(func(key []byte) (err error) {
				switch string(key) {
				case "id":
					c.id, err = r.Word()
				case "current_release_date":
					var s string
					s, err = r.Word()
					c.at = jsonread.ParseTime(s)
				default:
					err = r.Skip()
				}
				return err
			})
		default:
			err = r.Skip()
		}
		return err
	})
	if c.id == "" {
		// Documents are told apart by their id; one without is its file.
		c.id = c.d.in.Name
	}
	return err
}

func (c *document) vulnerabilities(r *jsonread.Reader) error {
	d := c.d
	return r.Array(func(i int) error {
		if d.told%256 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		at := fmt.Sprintf("vulnerabilities[%d]", i)
		if r.Kind() != '{' {
			if err := r.Skip(); err != nil {
				return err
			}
			return d.to.Skip(at, "the vulnerability is no object")
		}
		v := &vulnerability{}
		if err := v.read(r); err != nil {
			return err
		}
		d.told++
		return c.deliver(v, at)
	})
}
