package schedule

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"argosy/schema/yamlplace"
)

type place struct{ line, column int }

// reader walks a YAML document and collects what is wrong with it. Its methods
// report false after they told a mistake.
type reader struct {
	name     string
	mistakes Mistakes
}

// value is a node and where it, or the key before it, stands.
type value struct {
	at   place
	node ast.Node
}

// text is a scalar.
type text struct {
	at   place
	text string
}

// pair is a name that the file gives a scalar.
type pair struct {
	name string
	at   place
	text text
}

// spot is where to point at what is wrong with a value: at it, or at its key
// where it is nothing.
func (v value) spot() place {
	if v.node.Type() == ast.NullType {
		return v.at
	}
	return where(v.node)
}

func (r *reader) fail(at place, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{r.name, at.line, at.column, fmt.Sprintf(format, args...)})
}

// document parses the text; a file holds one document.
func (r *reader) document(data []byte) (value, bool) {
	file, err := parser.ParseBytes(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), 0)
	if err != nil {
		at, message := place{1, 1}, err.Error()
		var ye yaml.Error
		if errors.As(err, &ye) && ye.GetToken() != nil && ye.GetToken().Position != nil {
			p := ye.GetToken().Position
			at, message = place{p.Line, p.Column}, ye.GetMessage()
		}
		r.fail(at, "the YAML is broken: %s", message)
		return value{}, false
	}
	docs := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil || d.Body.Type() == ast.CommentType })
	switch len(docs) {
	case 0:
		r.fail(place{1, 1}, "the file is empty; it needs the key schedules")
		return value{}, false
	case 1:
		return value{where(docs[0].Body), docs[0].Body}, true
	}
	r.fail(where(docs[1].Body), "a second document stands here; put all schedules below one key schedules")
	return value{}, false
}

// where is the place of a node, of a mapping that of its first key.
func where(n ast.Node) place {
	switch v := n.(type) {
	case *ast.MappingNode:
		if len(v.Values) > 0 {
			return where(v.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return where(v.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return place{t.Position.Line, t.Position.Column}
	}
	return place{1, 1}
}

// entries returns the keys of a mapping with their places, in order.
func (r *reader) entries(v value, what string) ([]*ast.MappingValueNode, bool) {
	switch n := v.node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	r.fail(v.spot(), "%s must be keys and values, not %s", what, yamlplace.Describe(v.node))
	return nil, false
}

// mapping returns the values of a mapping by key. A key that is not known is a
// mistake, and the others are still read.
func (r *reader) mapping(v value, what string, known []string) (map[string]value, bool) {
	entries, ok := r.entries(v, what)
	out := map[string]value{}
	for _, e := range entries {
		key := e.Key.GetToken().Value
		if !slices.Contains(known, key) {
			r.fail(where(e.Key), "%q is no key of %s; the keys are: %s", key, what, strings.Join(known, ", "))
			continue
		}
		out[key] = value{where(e.Key), e.Value}
	}
	return out, ok
}

func (r *reader) list(v value, what string) ([]value, bool) {
	n, ok := v.node.(*ast.SequenceNode)
	if !ok {
		r.fail(v.spot(), "%s must be a list, not %s", what, yamlplace.Describe(v.node))
		return nil, false
	}
	out := make([]value, len(n.Values))
	for i, e := range n.Values {
		out[i] = value{where(e), e}
	}
	return out, true
}

// needed reads text that must be there and not be empty.
func (r *reader) needed(keys map[string]value, key string, around place) (text, bool) {
	if _, ok := keys[key]; !ok {
		r.fail(around, "the schedule has no %s", key)
	}
	return r.given(keys, key)
}

// scalar reads text, a number or a truth value as it is written.
func (r *reader) scalar(v value, what string) (text, bool) {
	at := v.spot()
	switch n := v.node.(type) {
	case *ast.StringNode:
		return text{at, n.Value}, true
	case *ast.LiteralNode:
		return text{at, strings.TrimSuffix(n.Value.Value, "\n")}, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return text{at, n.GetToken().Value}, true
	}
	r.fail(at, "%s must be text, not %s", what, yamlplace.Describe(v.node))
	return text{}, false
}

// pairs reads a mapping of names to scalars.
func (r *reader) pairs(v value, what string) []pair {
	entries, _ := r.entries(v, what)
	var out []pair
	for _, e := range entries {
		name := e.Key.GetToken().Value
		if t, ok := r.scalar(value{where(e.Key), e.Value}, fmt.Sprintf("the parameter %q", name)); ok {
			out = append(out, pair{name, where(e.Key), t})
		}
	}
	return out
}
