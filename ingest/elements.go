package ingest

import (
	"bytes"
	"errors"
	"io"

	"argosy/ingest/format"
)

// nesting follows how deep the bytes of JSON lie.
type nesting struct {
	depth  int // of brackets and braces
	text   bool
	escape bool
}

// step takes the next byte and reports whether it stands outside of texts.
func (n *nesting) step(c byte) bool {
	switch {
	case n.escape:
		n.escape = false
		return false
	case n.text:
		n.escape, n.text = c == '\\', c != '"'
		return false
	case c == '"':
		n.text = true
		return false
	case c == '[' || c == '{':
		n.depth++
	case c == ']' || c == '}':
		n.depth--
	}
	return true
}

// member reads the only member of an object as a document: what stands around it
// goes away. A second member is an error: nothing is passed over unsaid.
type member struct {
	src    io.Reader
	before int // bytes before the member's value
	nesting
	done bool // what follows the object is another document's
}

func (m *member) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	for i, c := range p[:n] {
		if m.before > 0 {
			if m.before--; m.before == 0 {
				m.depth = 1
			}
			p[i] = ' '
			continue
		}
		if m.done || !m.step(c) {
			continue
		}
		switch {
		case m.depth == 0:
			p[i], m.done = '\n', true
		case c == ',' && m.depth == 1:
			return i, errors.New("the report is a member of an object that has other members: hand over the report alone")
		}
	}
	if errors.Is(err, io.EOF) && !m.done {
		err = errors.New("the object around the report is cut off: its closing brace is missing")
	}
	return n, err
}

// envelope looks at the only member of an object that is no report itself, as
// answers of an API hold one, and reads on with it if it is some format's.
func (r *reading) envelope(outer *format.Outline) (o *format.Outline, hit found, ok bool, err error) {
	if keys := outer.Keys(""); len(keys) != 1 {
		return nil, found{}, false, nil
	}
	opening, _, err := r.text.Peek(openings[0])
	if err != nil {
		return nil, found{}, false, err
	}
	at := valueOfFirst(opening)
	if at < 0 || opening[at] != '{' {
		return nil, found{}, false, nil
	}
	if hit = detect(r.opt.Formats, format.NewOutline(opening[at:], false)); hit.match.Verdict == format.No {
		return nil, found{}, false, nil
	}
	r.text = newStream(&member{src: r.text, before: at})
	o, hit, err = r.recognise()
	return o, hit, true, err
}

// valueOfFirst is where the value of an object's first member begins, -1 where
// that is not in sight.
func valueOfFirst(text []byte) int {
	at := bytes.IndexByte(text, '{')
	if at < 0 {
		return -1
	}
	skip := func() {
		for at++; at < len(text) && bytes.IndexByte([]byte(" \t\r\n"), text[at]) >= 0; at++ {
		}
	}
	if skip(); at >= len(text) || text[at] != '"' {
		return -1
	}
	for at++; at < len(text) && text[at] != '"'; at++ {
		if text[at] == '\\' {
			return -1 // no answer has such a key
		}
	}
	if skip(); at >= len(text) || text[at] != ':' {
		return -1
	}
	if skip(); at >= len(text) {
		return -1
	}
	return at
}

// elements reads an array of documents as documents one after another: the
// brackets around them go away and the commas between them become ends of lines.
// What stands inside the documents is not touched, and not judged either.
type elements struct {
	src   io.Reader
	begun bool
	nesting
}

// errEarly is the error of an array that is cut off between its documents.
var errEarly = errors.New("the array of reports is cut off: its closing bracket is missing")

func (e *elements) Read(p []byte) (int, error) {
	n, err := e.src.Read(p)
	for i, c := range p[:n] {
		if !e.step(c) {
			continue
		}
		switch {
		case c == '[' || c == '{':
			if !e.begun {
				e.begun, p[i] = true, ' '
			}
		case (c == ']' || c == '}') && e.depth == 0:
			p[i] = '\n'
		case c == ',' && e.depth == 1:
			p[i] = '\n'
		}
	}
	if errors.Is(err, io.EOF) && e.depth > 0 {
		err = errEarly
	}
	return n, err
}

// unwrap looks at the documents in an array that is no report itself, as jq and
// pipelines gather them, and reads on within the array if they are some format's.
func (r *reading) unwrap() (o *format.Outline, hit found, ok bool, err error) {
	for _, size := range openings {
		opening, whole, err := r.text.Peek(size)
		if err != nil {
			return nil, found{}, false, err
		}
		_, inner, _ := bytes.Cut(opening, []byte("["))
		o, hit = format.NewOutline(inner, false), found{}
		if o.Syntax != format.JSON || o.Root != '{' {
			return nil, found{}, false, nil
		}
		if hit = detect(r.opt.Formats, o); hit.match.Verdict != format.No {
			r.text = newStream(&elements{src: r.text})
			o, hit, err = r.recognise()
			return o, hit, true, err
		}
		if whole {
			break
		}
	}
	return nil, found{}, false, nil
}
