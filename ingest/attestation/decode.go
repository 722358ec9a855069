package attestation

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
)

// decoder reads one file.
type decoder struct {
	ctx     context.Context
	in      *format.Input
	to      format.Sink
	reports []format.Format
	// told says that something was delivered; passed are the reasons why other
	// statements gave nothing.
	told   bool
	passed []*format.Error
	where  []string
}

// part is one object that may be an envelope, a bundle, a statement or a
// predicate.
type part struct {
	payloadType, payload string
	typ, predicateType   string
	subjects             []subject
	predicate            []byte
	scanner, metadata    []byte
	inner                *part // of a bundle
}

func decode(ctx context.Context, in *format.Input, to format.Sink, reports []format.Format) error {
	d := &decoder{ctx: ctx, in: in, to: to, reports: reports}
	r := jsonread.New(in)
	for n := 0; ; n++ {
		var err error
		switch where := fmt.Sprintf("document %d", n+1); {
		case r.Kind() == '[':
			err = r.Array(func(i int) error { return d.document(r, fmt.Sprintf("[%d]", i)) })
		default:
			err = d.document(r, where)
		}
		if err != nil {
			return err
		}
		if !r.More() {
			break
		}
	}
	if err := r.End(); err != nil {
		return err
	}
	return d.finish()
}

// finish refuses a file in which no statement gave anything, and notes the
// others that gave nothing.
func (d *decoder) finish() error {
	if !d.told && len(d.passed) > 0 {
		return d.passed[0]
	}
	for i, e := range d.passed {
		if err := d.to.Skip(d.where[i], e.Msg); err != nil {
			return err
		}
	}
	return nil
}

// pass notes why a statement gives nothing.
func (d *decoder) pass(kind format.Kind, where, msg string) error {
	d.passed = append(d.passed, &format.Error{Kind: kind, Msg: msg})
	d.where = append(d.where, where)
	return nil
}

func (d *decoder) document(r *jsonread.Reader, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	p := &part{}
	if err := p.read(r, 0); err != nil {
		return err
	}
	return d.part(p, where, 0)
}

// maxNesting bounds envelopes in envelopes.
const maxNesting = 4

func (p *part) read(r *jsonread.Reader, depth int) error {
	return r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "payloadType":
			p.payloadType, err = r.Word()
		case "payload":
			p.payload, err = r.Word()
		case "_type":
			p.typ, err = r.Word()
		case "predicateType":
			p.predicateType, err = r.Word()
		case "subject":
			err = r.Elements(func(int) error {
				var s subject
				err := s.read(r)
				p.subjects = append(p.subjects, s)
				return err
			})
		case "predicate":
			p.predicate, err = r.Raw()
		case "scanner":
			p.scanner, err = r.Raw()
		case "metadata":
			p.metadata, err = r.Raw()
		case "dsseEnvelope", "attestationDsse", "bundle", "attestation":
			if depth > maxNesting || r.Kind() != '{' {
				return r.Skip()
			}
			p.inner = &part{}
			err = p.inner.read(r, depth+1)
		default:
			err = r.Skip()
		}
		return err
	})
}

func (d *decoder) part(p *part, where string, depth int) error {
	switch {
	case depth > maxNesting:
		return d.pass(format.KindNotApplicable, where, "the envelopes are nested too deeply")
	case p.inner != nil:
		return d.part(p.inner, where, depth+1)
	case p.payload != "" || p.payloadType != "":
		return d.envelope(p, where, depth)
	case p.predicateType != "" || p.typ != "":
		return d.statement(p, where)
	case p.scanner != nil:
		return d.scan(p.scanner, p.metadata, nil, where, "")
	case p.predicate != nil:
		return d.predicate(p.predicate, "", nil, where)
	}
	return d.pass(format.KindNotApplicable, where, "this bundle holds no statement: it signs something else")
}

// envelope opens a DSSE envelope (github.com/secure-systems-lab/dsse).
func (d *decoder) envelope(p *part, where string, depth int) error {
	raw, err := decode64(p.payload)
	if err != nil {
		return fmt.Errorf("the payload of the envelope (%s) is no base64: %w", where, err)
	}
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' {
		return d.pass(format.KindNotApplicable, where, fmt.Sprintf("the payload of type %q is no JSON object", p.payloadType))
	}
	inner := &part{}
	r := jsonread.New(bytes.NewReader(raw))
	if err := inner.read(r, depth); err != nil {
		return fmt.Errorf("the payload of the envelope (%s): %w", where, err)
	}
	if err := r.End(); err != nil {
		return fmt.Errorf("the payload of the envelope (%s): %w", where, err)
	}
	if inner.typ == "" && inner.predicateType == "" && inner.payload == "" && inner.inner == nil && inner.scanner == nil {
		return d.nested(raw, nil, hints{}, where, "payload of type "+p.payloadType)
	}
	return d.part(inner, where, depth+1)
}

// decode64 reads base64 in its standard and its URL form, padded or not. What
// it holds becomes UTF-8, as a document on its own would have.
func decode64(s string) ([]byte, error) {
	s = strings.TrimRight(s, "=")
	code := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		code = base64.RawURLEncoding
	}
	plain, err := code.DecodeString(s)
	return bytes.ToValidUTF8(plain, []byte("\uFFFD")), err
}

func (d *decoder) statement(p *part, where string) error {
	if v, ok := strings.CutPrefix(p.typ, statementType); ok && !strings.HasPrefix(v, "v1") && !strings.HasPrefix(v, "v0.") {
		return d.pass(format.KindUnsupported, where, unsupported(v))
	}
	return d.predicate(p.predicate, p.predicateType, p.subjects, where)
}

// others are kinds of predicates that are not about vulnerabilities.
var others = [...][2]string{
	{"spdx.dev/document", "an inventory of packages (SPDX), which lists no vulnerabilities"},
	{"slsa.dev/provenance", "a provenance: it says how the image was built"},
	{"slsa.dev/verification_summary", "a summary of a verification"},
	{"in-toto.io/provenance", "a provenance: it says how the image was built"},
	{"in-toto.io/attestation/link", "a link of a supply chain"},
	{"in-toto.io/attestation/scai", "about attributes of an artifact (SCAI)"},
	{"in-toto.io/attestation/test-result", "a result of tests"},
	{"in-toto.io/attestation/release", "about a release"},
	{"github.com/attestations/release", "about a release"},
}

// predicate reads what a statement says.
func (d *decoder) predicate(raw []byte, kind string, subjects []subject, where string) error {
	lower := strings.ToLower(kind)
	for _, o := range others {
		if strings.Contains(lower, o[0]) {
			return d.pass(format.KindNotApplicable, where, "the attestation is "+o[1]+" ("+kind+")")
		}
	}
	if len(raw) == 0 || raw[0] != '{' && raw[0] != '[' && raw[0] != '"' {
		return d.pass(format.KindNotApplicable, where, "the statement has no predicate")
	}
	if raw[0] != '{' {
		return d.nested(raw, subjects, hints{}, where, "predicate "+kind)
	}
	var scanner, metadata, data []byte
	r := jsonread.New(bytes.NewReader(raw))
	members := 0
	err := r.Members(func(key []byte) (err error) {
		members++
		switch string(key) {
		case "scanner":
			scanner, err = r.Raw()
		case "metadata":
			metadata, err = r.Raw()
		case "Data":
			// cosign wraps predicates of types that it does not know.
			data, err = r.Raw()
		default:
			err = r.Skip()
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case scanner != nil && scanner[0] == '{' && (strings.Contains(lower, "vuln") || kind == "" || members < 5):
		return d.scan(scanner, metadata, subjects, where, kind)
	case data != nil && members < 4:
		return d.nested(data, subjects, hints{}, where, "predicate "+kind)
	}
	return d.nested(raw, subjects, hints{}, where, "predicate "+kind)
}

// nested hands a report to its format, once for each subject.
func (d *decoder) nested(raw []byte, subjects []subject, h hints, where, what string) error {
	raw, err := unquote(raw)
	if err != nil {
		return err
	}
	f, m, ok := d.recognise(raw)
	switch {
	case !ok:
		return d.pass(format.KindNotApplicable, where, "the "+strings.TrimSpace(what)+" is no report that argosy knows")
	case m.Verdict == format.NotApplicable:
		return d.pass(format.KindNotApplicable, where, "the attestation holds "+f.Title+": "+m.Reason)
	case m.Verdict == format.Unsupported:
		return d.pass(format.KindUnsupported, where, "the attestation holds "+f.Title+": "+m.Reason)
	}
	images := group(subjects)
	if len(images) == 0 {
		images = []image{{}}
	}
	for i := range images {
		in := &format.Input{Reader: bytes.NewReader(raw), Name: d.in.Name, Image: d.in.Image, Version: m.Version, Syntax: format.JSON, Modified: d.in.Modified}
		if ref := images[i].reference(); ref != "" {
			in.Image = ref
		}
		err := f.Decode(d.ctx, in, &about{d.to, &images[i], h})
		if e := new(format.Error); errors.As(err, &e) && e.Kind != format.KindRejected {
			return d.pass(e.Kind, where, "the attestation holds "+f.Title+": "+e.Msg)
		}
		if err != nil {
			return fmt.Errorf("the %s in the attestation (%s): %w", f.Title, where, err)
		}
		d.told = true
	}
	return nil
}

// unquote opens a report that stands in a string, as it is or in base64.
func unquote(raw []byte) ([]byte, error) {
	if raw[0] != '"' {
		return raw, nil
	}
	text, err := jsonread.New(bytes.NewReader(raw)).Text()
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "<") {
		if plain, err := decode64(text); err == nil {
			return plain, nil
		}
	}
	return []byte(text), nil
}

// recognise finds the format of a nested report.
func (d *decoder) recognise(raw []byte) (format.Format, format.Match, bool) {
	const opening, more = 64 << 10, 4 << 20
	for _, size := range []int{opening, more} {
		o := format.NewOutline(raw[:min(len(raw), size)], len(raw) <= size)
		var best format.Format
		var match format.Match
		for _, f := range d.reports {
			m := f.Detect(o)
			if m.Verdict > match.Verdict || m.Verdict == match.Verdict && m.Score > match.Score {
				best, match = f, m
			}
		}
		if match.Verdict != format.No {
			return best, match, true
		}
	}
	return format.Format{}, format.Match{}, false
}
