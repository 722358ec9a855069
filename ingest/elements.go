package ingest

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

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

// member reads the only object within an object as a document: what stands
// around it goes away. Beside it may stand single values, as the status of an
// answer does; another object or array is an error: nothing is passed over unsaid.
type member struct {
	src    io.Reader
	before int // bytes before the member's value
	nesting
	inside bool
	behind []byte // what stands behind the value, for a look at the end
	done   bool   // what follows the object is another document's
}

// maxBehind is how much may stand behind the value.
const maxBehind = 64 << 10

func (m *member) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	for i, c := range p[:n] {
		switch {
		case m.before > 0:
			if m.before--; m.before == 0 {
				m.depth, m.inside = 1, true
			}
			p[i] = ' '
		case m.done:
		case m.inside:
			m.inside = !m.step(c) || m.depth > 1
		default:
			outside := m.step(c)
			m.behind, p[i] = append(m.behind, c), ' '
			switch {
			case outside && m.depth > 1, len(m.behind) > maxBehind:
				return i, errors.New("the report is a member of an object that has other members: hand over the report alone")
			case m.depth > 0:
			case !jsontext.Value(`{"":0` + string(m.behind)).IsValid():
				return i, errors.New("what stands behind the report in the object around it is no JSON")
			default:
				p[i], m.done = '\n', true
			}
		}
	}
	if errors.Is(err, io.EOF) && !m.done {
		err = errors.New("the object around the report is cut off: its closing brace is missing")
	}
	return n, err
}

// envelope looks at the only object within an object that is no report itself,
// as answers of an API hold one, and reads on with it if it is some format's.
func (r *reading) envelope() (o *format.Outline, hit found, ok bool, err error) {
	opening, _, err := r.text.Peek(openings[0])
	if err != nil {
		return nil, found{}, false, err
	}
	at := onlyObject(opening)
	if at < 0 {
		return nil, found{}, false, nil
	}
	if hit = detect(r.opt.Formats, format.NewOutline(opening[at:], false)); hit.match.Verdict == format.No {
		return nil, found{}, false, nil
	}
	r.text = newStream(&member{src: r.text, before: at})
	o, hit, err = r.recognise()
	return o, hit, true, err
}

// onlyObject is where the only object begins that an object holds beside single
// values, as far as is in sight, and -1 where there is none or something else.
func onlyObject(text []byte) int {
	var n nesting
	at := -1
	for i, c := range text {
		if !n.step(c) || c != '{' && c != '[' && c != '}' {
			continue
		}
		switch {
		case n.depth == 0:
			return at
		case n.depth != 2 || c == '}':
		case c == '[' || at >= 0 || !jsontext.Value(append(text[:i:i], "0}"...)).IsValid():
			return -1
		default:
			at = i
		}
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
