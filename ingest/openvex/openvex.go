// Package openvex reads OpenVEX documents (github.com/openvex/spec) of
// versions 0.0.1 and 0.2.0: statements about whether products are affected by
// vulnerabilities. They are no findings; they apply to findings that scanners
// have made.
package openvex

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// Format reads OpenVEX.
var Format = format.Format{
	Name:   "openvex",
	Title:  "OpenVEX",
	Detect: detect,
	Decode: decode,
}

// namespace begins the context of all versions; the first has nothing behind it.
const namespace = "https://openvex.dev/ns"

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	at := ""
	if o.Root == '[' {
		at = "[]."
	}
	context := o.Value(at + "@context")
	n := o.Count(at+"statements[].status", at+"statements[].vulnerability", at+"statements[].products", at+"author", at+"@id", at+"statements")
	version, ok := strings.CutPrefix(context, namespace)
	switch {
	case ok:
		version = strings.TrimPrefix(version, "/")
		if !supported(version) {
			return format.Match{Verdict: format.Unsupported, Version: version, Score: n + 3, Reason: unsupported(version)}
		}
		return format.Match{Verdict: format.Yes, Version: version, Score: n + 3}
	case context == "" && o.HasAll(at+"statements[].status", at+"statements[].vulnerability") && (!o.Whole || n > 4):
		return format.Match{Verdict: format.Yes, Score: n}
	}
	return format.Match{Score: min(n, 3) / 2, Reason: "the @context of OpenVEX is " + namespace + "/v0.2.0"}
}

func supported(version string) bool {
	return version == "" || strings.HasPrefix(version, "v0.") || strings.HasPrefix(version, "0.")
}

func unsupported(version string) string {
	return "OpenVEX version " + version + " is not supported; 0.0.1 and 0.2.0 are"
}

// decoder reads one file.
type decoder struct {
	ctx  context.Context
	in   *format.Input
	to   format.Sink
	rows int
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to}
	r := jsonread.New(in)
	return r.Documents(func(where string) error { return d.document(r, where) })
}

// document reads a document. What holds for all statements mostly stands before
// them; where it does not, they wait.
func (d *decoder) document(r *jsonread.Reader, where string) error {
	doc := schema.VEXStatement{}
	var issued, updated string
	var late []byte
	listed := false
	err := r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "@context":
			var s string
			if s, err = r.Word(); err == nil {
				if v, ok := strings.CutPrefix(s, namespace); ok && !supported(strings.TrimPrefix(v, "/")) {
					err = &format.Error{Kind: format.KindUnsupported, Msg: unsupported(strings.TrimPrefix(v, "/"))}
				}
			}
		case "@id":
			doc.Document, err = r.Word()
		case "author":
			doc.Author, err = r.Word()
		case "timestamp":
			issued, err = r.Word()
		case "last_updated":
			updated, err = r.Word()
		case "statements":
			listed = true
			if doc.Document != "" && doc.Author != "" && issued != "" {
				doc.At = when(issued, updated)
				return d.statements(r, doc, where)
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
	if err == nil && !listed {
		err = &format.Error{Msg: "the OpenVEX document has no statements"}
	}
	if err != nil || late == nil {
		return err
	}
	if doc.Document == "" {
		// Documents are told apart by their id; one without is its file.
		doc.Document = d.in.Name
	}
	doc.At = when(issued, updated)
	return d.statements(jsonread.New(bytes.NewReader(late)), doc, where)
}

// when is the later of two times.
func when(issued, updated string) time.Time {
	t := jsonread.ParseTime(issued)
	if u := jsonread.ParseTime(updated); u.After(t) {
		t = u
	}
	return t
}

func (d *decoder) statements(r *jsonread.Reader, doc schema.VEXStatement, where string) error {
	doc.Issued = doc.At
	return r.Array(func(i int) error {
		if d.rows++; d.rows%512 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		s := doc
		s.Place = fmt.Sprintf("%sstatements[%d]", where, i)
		if r.Kind() != '{' {
			if err := r.Skip(); err != nil {
				return err
			}
			return d.to.Skip(s.Place, "the statement is no object")
		}
		nameless, err := read(r, &s)
		if err != nil {
			return err
		}
		if len(s.Products) > 0 && nameless > 0 {
			if err := d.to.Skip(s.Place+".products", fmt.Sprintf("%d products of the statement about %s have no identifier", nameless, s.VulnerabilityID)); err != nil {
				return err
			}
		}
		switch s.Status {
		case schema.VEXNotAffected, schema.VEXAffected, schema.VEXFixed, schema.VEXUnderInvestigation:
		default:
			return d.to.Skip(s.Place, fmt.Sprintf("the status %q is none of OpenVEX", s.Status))
		}
		if len(s.Products) == 0 && d.in.Image != "" {
			s.Products = []schema.VEXProduct{{ID: d.in.Image}}
		}
		switch {
		case s.VulnerabilityID == "":
			return d.to.Skip(s.Place, "the statement names no vulnerability")
		case len(s.Products) == 0:
			return d.to.Skip(s.Place, "the statement about "+s.VulnerabilityID+" names no product")
		}
		return d.to.Statement(&s)
	})
}

// read reads a statement and counts the products that have no identifier.
func read(r *jsonread.Reader, s *schema.VEXStatement) (nameless int, err error) {
	var issued, updated, notes string
	var subcomponents []string
	err = r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "vulnerability":
			err = readVulnerability(r, s)
		case "timestamp":
			issued, err = r.Word()
		case "last_updated":
			updated, err = r.Word()
		case "products":
			err = each(r, func() error {
				p, err := readProduct(r)
				if p.ID == "" {
					nameless++
				} else {
					s.Products = append(s.Products, p)
				}
				return err
			})
		case "subcomponents":
			// Version 0.0.1: of all products.
			err = each(r, func() error {
				p, err := readProduct(r)
				subcomponents = append(subcomponents, names(&p)...)
				return err
			})
		case "status":
			var w string
			w, err = r.Word()
			s.Status = schema.VEXStatus(strings.ToLower(w))
		case "justification":
			s.Justification, err = r.Word()
		case "impact_statement":
			s.Impact, err = r.Word()
		case "action_statement":
			s.Action, err = r.Word()
		case "status_notes":
			notes, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
	if t := when(issued, updated); !t.IsZero() {
		s.At = t
	}
	if s.Impact == "" {
		s.Impact = notes
	}
	for i := range s.Products {
		s.Products[i].Subcomponents = append(s.Products[i].Subcomponents, subcomponents...)
	}
	return nameless, err
}

// each reads a list, for which a single element may stand.
func each(r *jsonread.Reader, one func() error) error {
	switch r.Kind() {
	case '[':
		return r.Array(func(int) error { return one() })
	case '{', '"':
		return one()
	}
	return r.Skip()
}

// readVulnerability reads an id, or an object with name, @id (often the
// address of the vulnerability's page) and aliases.
func readVulnerability(r *jsonread.Reader, s *schema.VEXStatement) error {
	if r.Kind() != '{' {
		var err error
		s.VulnerabilityID, err = r.Word()
		return err
	}
	address := ""
	err := r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			s.VulnerabilityID, err = r.Word()
		case "@id":
			address, err = r.Word()
		case "aliases":
			s.Aliases, err = r.Words()
		default:
			err = r.Skip()
		}
		return err
	})
	if s.VulnerabilityID == "" {
		address = strings.TrimRight(address, "/")
		s.VulnerabilityID = address[strings.LastIndexByte(address, '/')+1:]
	}
	return err
}

// readProduct reads a component: its identifier alone, or an object.
func readProduct(r *jsonread.Reader) (p schema.VEXProduct, err error) {
	if r.Kind() != '{' {
		p.ID, err = r.Word()
		return p, err
	}
	err = r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "@id":
			p.ID, err = r.Word()
		case "identifiers":
			err = r.Members(func(key []byte) (err error) {
				switch k := string(key); k {
				case "purl":
					var url string
					if url, err = r.Word(); url != "" {
						p.PURLs = append(p.PURLs, url)
					}
				case "cpe22", "cpe23":
					// Kept as what the statement is about; findings have none.
					var cpe string
					if cpe, err = r.Word(); p.ID == "" {
						p.ID = cpe
					}
				default:
					err = r.Skip()
				}
				return err
			})
		case "hashes":
			err = r.Members(func(key []byte) error {
				algorithm := string(key)
				value, err := r.Word()
				if algorithm == "sha-256" && value != "" {
					p.Digests = append(p.Digests, "sha256:"+strings.TrimPrefix(value, "sha256:"))
				}
				return err
			})
		case "subcomponents":
			err = each(r, func() error {
				sub, err := readProduct(r)
				p.Subcomponents = append(p.Subcomponents, names(&sub)...)
				return err
			})
		default:
			err = r.Skip()
		}
		return err
	})
	for _, list := range [][]string{p.PURLs, p.Digests} {
		if p.ID == "" && len(list) > 0 {
			p.ID = list[0]
		}
	}
	return p, err
}

// names are the identifiers of a subcomponent: its package URLs, else its id.
func names(p *schema.VEXProduct) []string {
	if len(p.PURLs) > 0 && !strings.HasPrefix(p.ID, "pkg:") {
		return p.PURLs
	}
	if p.ID == "" {
		return nil
	}
	return []string{p.ID}
}
