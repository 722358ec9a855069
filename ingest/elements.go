package ingest

import (
	"bytes"
	"errors"
	"io"

	"argosy/ingest/format"
)

// elements reads an array of documents as documents one after another: the
// brackets around them go away and the commas between them become ends of lines.
// What stands inside the documents is not touched, and not judged either.
type elements struct {
	src    io.Reader
	begun  bool
	depth  int // of brackets and braces, the array's own included
	text   bool
	escape bool
}

// errEarly is the error of an array that is cut off between its documents.
var errEarly = errors.New("the array of reports is cut off: its closing bracket is missing")

func (e *elements) Read(p []byte) (int, error) {
	n, err := e.src.Read(p)
	for i, c := range p[:n] {
		switch {
		case e.escape:
			e.escape = false
		case e.text:
			e.escape, e.text = c == '\\', c != '"'
		case c == '"':
			e.text = true
		case c == '[' || c == '{':
			if e.depth++; !e.begun {
				e.begun, p[i] = true, ' '
			}
		case c == ']' || c == '}':
			if e.depth--; e.depth == 0 {
				p[i] = '\n'
			}
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
