package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// openings is how much of a document recognition looks at; the second, longer
// look is for marks that stand behind a long value.
var openings = [...]int{64 << 10, 4 << 20}

// errUnusable ends a file whose result says already why it is not used.
var errUnusable = errors.New("unusable")

// reading is one file on its way to the loader: the documents in it, one after
// another, which stand or fall together.
type reading struct {
	ctx  context.Context
	text *stream
	// western is below text and knows what of it was no UTF-8.
	western *westernReader
	in      *format.Input
	opt     *Options
	sink    *sink
	res     *schema.FileResult
	// seen holds how documents of the current format begin, see foreign.
	seen map[string]bool
	// formats are the names of the formats decoded so far.
	formats []string
}

// documents reads all documents of a file.
func (r *reading) documents() error {
	for n := 1; ; n++ {
		outline, hit, err := r.recognise()
		if err != nil {
			return err
		}
		if isEmpty(outline) {
			if n == 1 {
				r.res.State = schema.FileEmpty
			}
			if outline.Blank {
				break
			}
			if err := r.skipValue(); err != nil {
				return err
			}
			continue
		}
		if err := r.endHeader(outline, hit.format); err != nil {
			return err
		}
		if n == 1 && hit.match.Verdict != format.Yes {
			if hit.match.Verdict == format.NotApplicable {
				if err := r.sound(outline); err != nil {
					return err
				}
			}
			return r.unusable(outline, hit)
		}
		if err := r.next(n, outline, hit); err != nil {
			return err
		}
	}
	if len(r.formats) == 0 {
		return nil
	}
	if note := r.western.note(); note != "" {
		if err := r.sink.Skip("text", note); err != nil {
			return loaderOr(err)
		}
	}
	if err := r.sink.finish(r.res); err != nil {
		return loaderOr(err)
	}
	r.res.Format = strings.Join(r.formats, "+")
	r.res.State = schema.FileStored
	r.res.Skipped, r.res.Skips = r.sink.skipped, r.sink.skips
	return nil
}

// recognise looks at the next document.
func (r *reading) recognise() (outline *format.Outline, hit found, err error) {
	for _, size := range openings {
		opening, whole, err := r.text.Peek(size)
		if err != nil {
			return nil, found{}, err
		}
		outline = format.NewOutline(opening, whole)
		hit = detect(r.opt.Formats, outline)
		if hit.match.Verdict != format.No || outline.Whole || whole {
			if hit.match.Verdict == format.No && outline.Syntax != format.JSON {
				return r.passLines(opening, outline, hit)
			}
			break
		}
	}
	if hit.match.Verdict == format.No && outline.Root == '{' {
		if o, h, ok, err := r.envelope(); ok || err != nil {
			return o, h, err
		}
	}
	if hit.match.Verdict == format.No && outline.Root == '[' {
		if o, h, ok, err := r.unwrap(); ok || err != nil {
			return o, h, err
		}
	}
	return outline, hit, nil
}

// endHeader adds the line end to a table that is nothing but a header without
// one, if the header is a whole one of the format's: what is left of a table
// that is cut off within its first line looks the same but for its last column.
func (r *reading) endHeader(o *format.Outline, f format.Format) error {
	if o.Syntax != format.CSV || len(o.Header) == 0 {
		return nil
	}
	last := csvread.Fold(o.Header[len(o.Header)-1])
	if !slices.ContainsFunc(f.LastColumns, func(c string) bool { return csvread.Fold(c) == last }) {
		return nil
	}
	text, whole, err := r.text.Peek(openings[0])
	if err != nil || !whole || bytes.IndexByte(text, '\n') >= 0 {
		return err
	}
	ended := append(bytes.Clone(text), '\n')
	r.text.Discard(len(text))
	r.text.Unread(ended)
	return nil
}

// maxLines bounds how many lines before a report are passed over.
const maxLines = 10000

// passLines finds a report behind lines of text, where a scanner's log went
// into the same file. The lines are recorded as skipped.
func (r *reading) passLines(opening []byte, outline *format.Outline, hit found) (*format.Outline, found, error) {
	at, tried := 0, 0
	for line := 1; line < maxLines && tried < 50; line++ {
		end := bytes.IndexByte(opening[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
		if at >= len(opening) || opening[at] != '{' && opening[at] != '[' && opening[at] != '<' {
			continue
		}
		tried++
		o := format.NewOutline(opening[at:], false)
		if h := detect(r.opt.Formats, o); h.match.Verdict != format.No {
			r.text.Discard(at)
			return o, h, r.sink.Skip("text", fmt.Sprintf("%d lines of text stand before the report", line))
		}
	}
	return outline, hit, nil
}

// unusable says why a file is no report.
func (r *reading) unusable(o *format.Outline, hit found) error {
	res := r.res
	res.Format, res.FormatVersion = hit.format.Name, hit.match.Version
	switch hit.match.Verdict {
	case format.NotApplicable:
		res.State, res.Error = schema.FileNotApplicable, hit.reason()
	case format.Unsupported:
		res.State, res.Error = schema.FileUnsupported, hit.reason()
	default:
		res.Format, res.FormatVersion = "", ""
		res.State, res.Error = schema.FileUnrecognised, unrecognised(o, hit)
		if what := forPeople(o); what != "" {
			res.State, res.Error = schema.FileUnsupported, what
		} else if o.Syntax == format.Text && o.Binary == "" {
			// Prose beside the reports is no loss and no failure.
			res.State, res.Error = schema.FileNotApplicable, "it is plain text, no report"
		}
	}
	return errUnusable
}

// next decodes a document, or passes over what may stand behind one.
func (r *reading) next(n int, o *format.Outline, hit found) error {
	switch hit.match.Verdict {
	case format.Yes:
		return r.decode(n, o, hit)
	case format.NotApplicable:
		if o.Syntax != format.JSON {
			break
		}
		if err := r.sink.Skip(fmt.Sprintf("document %d", n), hit.reason()); err != nil {
			return err
		}
		return r.skipValue()
	case format.Unsupported:
		return &format.Error{Kind: format.KindUnsupported, Where: fmt.Sprintf("document %d", n), Msg: hit.reason()}
	case format.No:
		if o.Syntax == format.JSON || o.Binary != "" {
			break
		}
		lines, err := io.Copy(io.Discard, r.text)
		if err != nil {
			return err
		}
		return r.sink.Skip("text", fmt.Sprintf("%d bytes of text stand behind the report", lines))
	}
	return &format.Error{Where: fmt.Sprintf("document %d", n), Msg: unrecognised(o, hit)}
}

func (r *reading) decode(n int, o *format.Outline, hit found) error {
	if n == 1 {
		r.res.FormatVersion = hit.match.Version
	}
	name := hit.format.Name
	if len(r.formats) == 0 || r.formats[len(r.formats)-1] != name {
		r.formats = append(r.formats, name)
	}
	r.res.Format = name
	r.seen = map[string]bool{}
	gave := false
	r.in.Reader, r.in.Version, r.in.Syntax = r.text, hit.match.Version, o.Syntax
	r.in.Foreign = func(unread []byte) bool { return r.foreign(name, unread) }
	r.in.GiveBack = func(unread []byte) { r.text.Unread(unread); gave = true }
	r.sink.format = hit.format.Name
	if err := hit.format.Decode(r.ctx, r.in, guard{r.sink}); err != nil {
		if n > 1 {
			return fmt.Errorf("document %d: %w", n, err)
		}
		return err
	}
	if !gave {
		// The decoder read to the end, or left white space.
		rest, err := io.ReadAll(io.LimitReader(r.text, 4096))
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(rest)) > 0 {
			r.text.Unread(rest)
		}
	}
	return nil
}

// foreign says whether what follows a document is another format's, or text:
// then the decoder stops before it. It looks closely at beginnings that it has
// not seen before in this file, for a file may hold a million lines.
func (r *reading) foreign(name string, unread []byte) bool {
	text := bytes.TrimLeft(unread, " \t\r\n")
	if len(text) == 0 {
		return false
	}
	if text[0] != '{' && text[0] != '[' {
		// Only lines of their own can be a log's; anything else is a broken report.
		return bytes.IndexByte(unread[:len(unread)-len(text)], '\n') >= 0 && bytes.IndexByte([]byte(`}]),:"`), text[0]) < 0
	}
	const begin = 40
	start := string(text[:min(begin, len(text))])
	if key, _, ok := strings.Cut(start, ":"); ok {
		start = key
	}
	if r.seen[start] {
		return false
	}
	for _, size := range openings {
		opening := text
		more, whole, err := r.text.Peek(size)
		if err == nil {
			opening = append(bytes.Clone(text), more...)
		}
		o := format.NewOutline(opening, err == nil && whole)
		hit := detect(r.opt.Formats, o)
		if hit.match.Verdict == format.Yes && hit.format.Name == name {
			r.seen[start] = true
			return false
		}
		if hit.match.Verdict != format.No || o.Whole || err != nil || whole {
			break
		}
	}
	return true
}

// skipValue passes over the next JSON value.
func (r *reading) skipValue() error {
	r.in.Reader = r.text
	r.in.Foreign = func([]byte) bool { return true }
	r.in.GiveBack = r.text.Unread
	v := jsonread.New(r.in)
	if err := v.Skip(); err != nil {
		return err
	}
	return v.End()
}

// sound reads a document that is not used to its end: half a file is damaged,
// whatever it is about.
func (r *reading) sound(o *format.Outline) error {
	switch o.Syntax {
	case format.JSON:
		v := jsonread.New(r.text)
		for {
			if err := v.Skip(); err != nil {
				return err
			}
			if k := v.Kind(); k != '{' && k != '[' {
				return nil
			}
		}
	case format.XML:
		dec := xml.NewDecoder(r.text)
		dec.Strict = false
		dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return fmt.Errorf("the XML is broken: %w", err)
			}
		}
	case format.CSV:
		t, err := csvread.New(r.text, csvread.Options{})
		for row := (csvread.Row{}); err == nil; {
			err = t.Next(&row)
		}
		if !errors.Is(err, io.EOF) {
			return err
		}
	case format.Text:
	}
	return nil
}

// isEmpty says whether a document is valid and says nothing: no bytes at all,
// null, [], {}, or a list of vulnerabilities without any that could be of
// several scanners.
func isEmpty(o *format.Outline) bool {
	if !o.Whole {
		return false
	}
	switch {
	case o.Syntax == format.Text:
		return o.Blank
	case o.Syntax != format.JSON:
		return false
	case o.Root == 'n':
		return true
	case o.Root == '{':
		return o.Size() == 1 || o.Size() == 2 && o.Has("vulnerabilities") && o.Value("vulnerabilities") == ""
	case o.Root == '[':
		return !o.Has("[]")
	}
	return false
}
