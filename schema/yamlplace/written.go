package yamlplace

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// whole is a whole number as people write it. Others that YAML knows mean
// something else than they look like: 010 is 8.
var whole = regexp.MustCompile(`^[+-]?(0|[1-9][0-9]*)$`)

// number is what the library takes for a number where a whole one is needed,
// and rounds.
var number = regexp.MustCompile(`^[+-]?[.]?[0-9]`)

// written makes the nodes that a structure reads as text hold it as the file
// has it: to YAML 1.10 is the number 1.1, to whom it is a version it is not.
// Numbers that stand for a whole one without being it are errors.
type written struct{ anchors map[string]ast.Node }

// keep prepares a document for being decoded into a structure.
func keep(body ast.Node, to reflect.Type) error {
	w := written{map[string]ast.Node{}}
	ast.Walk(w, body)
	_, err := w.value(body, to, 0)
	return err
}

// Visit remembers what the anchors name, for where they are used.
func (w written) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok {
		w.anchors[a.Name.GetToken().Value] = a.Value
	}
	return w
}

// deepest bounds an anchor that is used within itself, which the library
// refuses afterwards.
const deepest = 100

// value returns what stands for a node that is read into a type; the parts of
// lists and mappings are changed in place.
func (w written) value(n ast.Node, to reflect.Type, depth int) (ast.Node, error) {
	if n == nil || depth > deepest {
		return n, nil
	}
	for to.Kind() == reflect.Pointer {
		to = to.Elem()
	}
	var err error
	switch x := n.(type) {
	case *ast.AnchorNode:
		x.Value, err = w.value(x.Value, to, depth+1)
		return x, err
	case *ast.TagNode:
		x.Value, err = w.value(x.Value, to, depth+1)
		return x, err
	case *ast.AliasNode:
		_, err = w.value(w.anchors[x.Value.GetToken().Value], to, depth+1)
		return x, err
	}
	switch to.Kind() {
	case reflect.String:
		return text(n), nil
	case reflect.Int:
		return n, wholeNumber(n)
	case reflect.Slice:
		return n, w.list(n, to.Elem(), depth)
	case reflect.Struct, reflect.Map:
		return n, w.mapping(n, to, depth)
	}
	return n, nil
}

// text is a node of the text that stands in the file, for one that is a number
// or a truth value.
func text(n ast.Node) ast.Node {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out := ast.String(n.GetToken())
		out.SetPath(n.GetPath())
		return out
	}
	return n
}

func wholeNumber(n ast.Node) error {
	t := n.GetToken()
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
	case *ast.StringNode:
		if !number.MatchString(t.Value) {
			return nil // the library says what is wrong with a word
		}
	default:
		return nil
	}
	if whole.MatchString(t.Value) {
		return nil
	}
	return mistake(t, "a whole number is needed here, not %q", t.Value)
}

func mistake(t *token.Token, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: t}
}

func (w written) list(n ast.Node, of reflect.Type, depth int) error {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	for i := range list.Values {
		v, err := w.value(list.Values[i], of, depth+1)
		if err != nil {
			return err
		}
		list.Values[i] = v
	}
	return nil
}

func (w written) mapping(n ast.Node, to reflect.Type, depth int) error {
	values := []*ast.MappingValueNode{}
	switch x := n.(type) {
	case *ast.MappingNode:
		values = x.Values
	case *ast.MappingValueNode:
		values = append(values, x)
	}
	for _, v := range values {
		of, ok := member(v.Key, to)
		if v.Key.IsMergeKey() {
			of, ok = to, true
		} else if key, isKey := text(v.Key).(ast.MapKeyNode); isKey {
			v.Key = key
		}
		if !ok {
			continue
		}
		next, err := w.value(v.Value, of, depth+1)
		if err != nil {
			return err
		}
		v.Value = next
	}
	return nil
}

// member is the type of what a structure or a map has below a key.
func member(key ast.Node, of reflect.Type) (reflect.Type, bool) {
	if of.Kind() == reflect.Map {
		return of.Elem(), true
	}
	for i := range of.NumField() {
		f := of.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name == key.GetToken().Value {
			return f.Type, true
		}
	}
	return nil, false
}
