package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"argosy/ingest/csvread"
	"argosy/ingest/jsonread"
)

// Syntax is what a document is written in.
type Syntax int

// The syntaxes that an outline tells apart.
const (
	Text Syntax = iota
	JSON
	XML
	CSV
)

// Outline is what can be seen of a document from its opening: for JSON the
// paths of keys and the first scalar at each, for XML the root element, for
// CSV the header. Formats detect themselves by it alone.
//
// A path joins keys with dots and marks each array with []:
// "Results[].Vulnerabilities[].VulnerabilityID". A document whose root is an
// array has paths that begin with "[]". Keys that hold dots stand as they are.
type Outline struct {
	Syntax Syntax
	// Root is the first byte of a JSON document: { or [ or another value's.
	Root byte
	// Whole says that the outline has seen the document to its end, so that a
	// missing path is missing from the document.
	Whole bool
	// Blank says that the opening holds nothing but white space.
	Blank bool
	// Binary says what the document looks like when it is no text.
	Binary string
	// Broken says why a document that begins like JSON is none, as far as the
	// opening shows.
	Broken string
	// XMLName and XMLSpace are the root element's local name and namespace.
	XMLName, XMLSpace string
	// FirstLine is the first line of a document that is no JSON and no XML, cut
	// where it is long.
	FirstLine string
	// Header is the first record of a CSV or TSV document, Comma its separator.
	Header []string
	Comma  rune

	paths  map[string]string
	order  []string
	folded map[string]bool
	text   []byte
}

// maxOutlineDepth and maxOutlinePaths bound the work on hostile input.
const (
	maxOutlineDepth = 8
	maxOutlinePaths = 4000
	maxOutlineValue = 512
)

// NewOutline reads the opening of a document; whole says that opening is all
// of it. It never fails: what cannot be parsed is simply not in the outline.
func NewOutline(opening []byte, whole bool) *Outline {
	o := &Outline{paths: map[string]string{}, text: opening}
	text := bytes.TrimLeft(opening, " \t\r\n")
	if len(text) == 0 {
		o.Whole, o.Blank = whole, true
		return o
	}
	switch {
	case text[0] == '"' && o.readCSV(text):
	case text[0] == '{' || text[0] == '[' || text[0] == '"' || bytes.HasPrefix(text, []byte("null")):
		o.Syntax, o.Root = JSON, text[0]
		o.readJSON(text, whole)
	case text[0] == '<':
		if o.readXML(text); o.Syntax != XML {
			o.Binary = "XML that is broken or ends before its root element"
		}
	case hasControls(text[:min(len(text), 1024)]) || bytes.IndexByte(text, 0) >= 0:
		o.Binary = "binary data"
	default:
		line, _, _ := bytes.Cut(text[:min(len(text), maxOutlineValue)], []byte("\n"))
		o.FirstLine = strings.TrimSpace(string(line))
		o.readCSV(text)
	}
	return o
}

// Mentions reports whether the opening holds all of the texts.
func (o *Outline) Mentions(texts ...string) bool {
	for _, t := range texts {
		if !bytes.Contains(o.text, []byte(t)) {
			return false
		}
	}
	return len(texts) > 0
}

// Has reports whether a path was seen.
func (o *Outline) Has(path string) bool { _, ok := o.paths[path]; return ok }

// Size is the number of paths seen, the root included.
func (o *Outline) Size() int { return len(o.paths) }

// HasAll reports whether all of the paths were seen.
func (o *Outline) HasAll(paths ...string) bool {
	for _, p := range paths {
		if !o.Has(p) {
			return false
		}
	}
	return true
}

// HasAny reports whether one of the paths was seen.
func (o *Outline) HasAny(paths ...string) bool {
	for _, p := range paths {
		if o.Has(p) {
			return true
		}
	}
	return false
}

// Count returns how many of the paths were seen.
func (o *Outline) Count(paths ...string) int {
	n := 0
	for _, p := range paths {
		if o.Has(p) {
			n++
		}
	}
	return n
}

// First returns the first path that begins with a prefix, "" for none. It finds
// keys that are known by their beginning, such as media types.
func (o *Outline) First(prefix string) string {
	for _, p := range o.order {
		if strings.HasPrefix(p, prefix) {
			return p
		}
	}
	return ""
}

// CountFold is Count without regard to case, underscores and dashes, for
// reports that come in snake_case and in camelCase.
func (o *Outline) CountFold(paths ...string) int {
	if o.folded == nil {
		o.folded = make(map[string]bool, len(o.paths))
		for p := range o.paths {
			o.folded[jsonread.Fold(p)] = true
		}
	}
	n := 0
	var room [128]byte
	for _, p := range paths {
		if o.folded[string(jsonread.AppendFold(room[:0], p))] {
			n++
		}
	}
	return n
}

// Value returns the first scalar at a path as text, "" for none.
func (o *Outline) Value(path string) string { return o.paths[path] }

// Keys returns the paths directly below a path ("" for the root, "[]" for the
// elements of a root array) in the order they were seen.
func (o *Outline) Keys(under string) []string {
	var out []string
	for _, p := range o.order {
		rest, ok := strings.CutPrefix(p, under)
		if !ok || p == under {
			continue
		}
		rest = strings.TrimPrefix(rest, ".")
		if rest != "" && !strings.ContainsAny(rest, ".[") {
			out = append(out, rest)
		}
	}
	return out
}

// HasColumns reports whether a CSV header holds all of the names; see Column.
func (o *Outline) HasColumns(names ...string) bool {
	for _, n := range names {
		if o.Column(n) < 0 {
			return false
		}
	}
	return len(names) > 0
}

// Columns returns the fields of the line that would be the header, or the first
// row, of a table with these options: nil for a document that is no table.
func (o *Outline) Columns(opt csvread.Options) []string {
	if o.Syntax != CSV && o.Syntax != Text || o.Blank || o.Binary != "" {
		return nil
	}
	return csvread.Look(o.text, opt)
}

// CountColumns returns how many of the names are columns of the table.
func (o *Outline) CountColumns(names ...string) int {
	n := 0
	for _, name := range names {
		if o.Column(name) >= 0 {
			n++
		}
	}
	return n
}

// Column returns the position of a CSV column, -1 for none. Names are compared
// as csvread.Fold makes them.
func (o *Outline) Column(name string) int {
	name = csvread.Fold(name)
	for i, h := range o.Header {
		if csvread.Fold(h) == name {
			return i
		}
	}
	return -1
}

func (o *Outline) add(path, value string) {
	if old, seen := o.paths[path]; seen {
		if old == "" && value != "" {
			o.paths[path] = value
		}
		return
	}
	if len(o.paths) < maxOutlinePaths {
		o.paths[path] = value
		o.order = append(o.order, path)
	}
}

func (o *Outline) readJSON(text []byte, whole bool) {
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	ok := o.readValue(dec, &place{}, 0)
	o.Whole = whole && ok
	if !ok {
		var broken *jsontext.SyntacticError
		if _, err := dec.ReadToken(); errors.As(err, &broken) && !errors.Is(err, io.ErrUnexpectedEOF) {
			o.Broken = fmt.Sprintf("%v, after byte %d", broken.Err, broken.ByteOffset)
		}
	}
}

// place is a path, with the paths below it: documents repeat theirs many times,
// and each is put together once.
type place struct {
	path  string
	seen  bool
	noted bool // nothing that comes can say more of it
	below map[string]*place
	items *place
}

// keyOf is the text of a key as it stands in quotes.
func keyOf(raw []byte) []byte {
	for _, c := range raw {
		if c == '\\' || c >= 0x80 {
			text, _ := jsontext.AppendUnquote(nil, raw) // what is no UTF-8 is replaced
			return text
		}
	}
	return raw[1 : len(raw)-1]
}

// member is the place of a member of an object.
func (p *place) member(key []byte) *place {
	child, ok := p.below[string(key)]
	if !ok {
		child = &place{path: string(key)}
		if p.path != "" {
			child.path = p.path + "." + child.path
		}
		if p.below == nil {
			p.below = map[string]*place{}
		}
		p.below[string(key)] = child
	}
	return child
}

// elements is the place of the elements of an array.
func (p *place) elements() *place {
	if p.items == nil {
		p.items = &place{path: p.path + "[]"}
	}
	return p.items
}

// note is add for a place.
func (o *Outline) note(p *place, value string) {
	if p.noted || p.seen && value == "" {
		return
	}
	o.add(p.path, value)
	p.seen, p.noted = true, o.Value(p.path) != ""
}

// readValue notes the next value at a place and reports whether it was complete.
func (o *Outline) readValue(dec *jsontext.Decoder, at *place, depth int) bool {
	switch dec.PeekKind() {
	case '{':
		if _, err := dec.ReadToken(); err != nil {
			return false
		}
		o.note(at, "")
		for dec.PeekKind() != '}' {
			raw, err := dec.ReadValue()
			if err != nil {
				return false
			}
			child := at
			if depth < maxOutlineDepth {
				child = at.member(keyOf(raw))
			}
			if !o.readValue(dec, child, depth+1) {
				// The key is there, even if its value goes on.
				o.note(child, "")
				return false
			}
		}
	case '[':
		if _, err := dec.ReadToken(); err != nil {
			return false
		}
		o.note(at, "")
		for dec.PeekKind() != ']' {
			child := at
			if depth < maxOutlineDepth {
				child = at.elements()
			}
			if !o.readValue(dec, child, depth+1) {
				return false
			}
		}
	default:
		return o.readScalar(dec, at)
	}
	_, err := dec.ReadToken()
	return err == nil
}

// readScalar notes a value that is no object and no array.
func (o *Outline) readScalar(dec *jsontext.Decoder, at *place) bool {
	if at.noted {
		return dec.SkipValue() == nil
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return false
	}
	v := tok.String()
	if tok.Kind() == 'n' {
		v = ""
	}
	if len(v) > maxOutlineValue {
		v = v[:maxOutlineValue]
	}
	o.note(at, v)
	return true
}

func (o *Outline) readXML(text []byte) {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = false
	// Names of elements are ASCII in whatever encoding the document names.
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		tok, err := dec.RawToken()
		if err != nil {
			return
		}
		if el, ok := tok.(xml.StartElement); ok {
			o.Syntax, o.XMLName = XML, el.Name.Local
			for _, a := range el.Attr {
				if a.Name.Local == "xmlns" && a.Name.Space == "" || a.Name.Space == "xmlns" && a.Name.Local == el.Name.Space {
					o.XMLSpace = a.Value
				}
			}
			return
		}
	}
}

// looksLikeHeader tells the names of columns from prose that holds commas.
func looksLikeHeader(rec []string) bool {
	named := 0
	for _, f := range rec {
		if len(f) > 64 || strings.Contains(f, ". ") {
			return false
		}
		if strings.TrimSpace(f) != "" {
			named++
		}
	}
	return named > 1
}

// readCSV takes the first line as a header when a comma, semicolon, tab or
// bar splits it into two fields or more, and reports whether one does.
func (o *Outline) readCSV(text []byte) bool {
	rec, comma := csvread.Header(text)
	if len(rec) < 2 || !looksLikeHeader(rec) {
		return false
	}
	o.Header, o.Comma, o.Syntax = rec, comma, CSV
	return true
}
