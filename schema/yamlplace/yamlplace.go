// Package yamlplace says where in a YAML file a mistake stands, as editors and
// compilers do: file:line:column, and words what stands there. Doc is for files
// that are decoded into structures and checked afterwards, Describe for those
// that are read node by node.
package yamlplace

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Doc is a file and what it is called in messages.
type Doc struct {
	Name string
	Data []byte
}

// ErrEmpty is in the error of Decode for a file that says nothing.
var ErrEmpty = errors.New("the file says nothing")

// Decode reads the file into a structure; with strict a key that the structure
// does not have is an error. Texts are what stands in the file, also where YAML
// takes them for numbers. Errors name the place and show it.
func (d Doc) Decode(to any, strict bool) error {
	body, err := d.Body()
	if err != nil {
		return err
	}
	if m, ok := body.(*ast.MappingNode); body == nil || body.Type() == ast.NullType || ok && len(m.Values) == 0 {
		return fmt.Errorf("%s: %w", d.Name, ErrEmpty)
	}
	if err := keep(body, reflect.TypeOf(to)); err != nil {
		return d.explain(err)
	}
	var opts []yaml.DecodeOption
	if strict {
		opts = append(opts, yaml.Strict())
	}
	if err := yaml.NodeToValue(body, to, opts...); err != nil {
		return d.explain(err)
	}
	return nil
}

// Body returns the document that the file holds, nil for none; a second one is
// an error.
func (d Doc) Body() (ast.Node, error) {
	f, err := d.Parse()
	if err != nil {
		return nil, err
	}
	var body ast.Node
	for _, doc := range f.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType:
		case body != nil:
			return nil, d.explain(mistake(first(doc.Body), "a second document begins here; one is needed: remove the line ---, or make it a file of its own"))
		default:
			body = doc.Body
		}
	}
	return body, nil
}

// Parse reads the file without giving it a meaning; errors are those of Decode.
func (d Doc) Parse() (*ast.File, error) {
	f, err := parser.ParseBytes(bytes.TrimPrefix(d.Data, []byte("\xef\xbb\xbf")), 0)
	if err != nil {
		return nil, d.explain(err)
	}
	return f, nil
}

// Error is a mistake in what stands at a path such as $.owners[0]; where the
// path leads nowhere the nearest place above it is named.
func (d Doc) Error(path, format string, args ...any) error {
	return fmt.Errorf("%s: %w", d.place(path), fmt.Errorf(format, args...))
}

// Has says whether the file has a key, such as $.owners, with a value or
// without.
func (d Doc) Has(path string) bool {
	f, err := d.Parse()
	if err != nil {
		return false
	}
	p, err := yaml.PathString(path)
	if err != nil {
		return false
	}
	node, err := p.FilterFile(f)
	return err == nil && node != nil
}

func (d Doc) place(path string) string {
	f, err := parser.ParseBytes(d.Data, 0)
	for err == nil && path != "$" && path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.FilterFile(f); err == nil && node != nil && node.GetToken() != nil {
				at := first(node).Position
				return fmt.Sprintf("%s:%d:%d", d.Name, at.Line, at.Column)
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return d.Name
}

// first is the token that a node begins with: that of a mapping is its first
// colon.
func first(n ast.Node) *token.Token {
	switch x := n.(type) {
	case *ast.MappingNode:
		if len(x.Values) > 0 && !x.IsFlowStyle {
			return first(x.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return first(x.Key)
	}
	return n.GetToken()
}

// explain puts the place before the message of the library and the lines around
// it behind.
func (d Doc) explain(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil || e.GetToken().Position == nil {
		return fmt.Errorf("%s: %v", d.Name, err)
	}
	p := e.GetToken().Position
	text := fmt.Sprintf("%s:%d:%d: %s", d.Name, p.Line, p.Column, plain(e.GetMessage()))
	if _, lines, ok := strings.Cut(yaml.FormatError(err, false, true), "\n"); ok {
		text += "\n" + string(bytes.TrimRight([]byte(lines), "\n "))
	}
	return errors.New(text)
}

// plain words what the library says of a value of another kind, in Go's terms.
func plain(message string) string {
	for _, p := range []string{`^cannot unmarshal (\S+) into Go (?:struct field \S+|value) of type (.*)$`, `^(\S+) was used where (\S+) is expected$`} {
		if m := regexp.MustCompile(p).FindStringSubmatch(message); m != nil {
			return fmt.Sprintf("%s is needed here, not %s", kind(m[2]), kind(m[1]))
		}
	}
	return message
}

func kind(word string) string {
	word = strings.ToLower(strings.TrimLeft(word, "*"))
	switch {
	case strings.HasPrefix(word, "int"), strings.HasPrefix(word, "uint"):
		return "a whole number"
	case strings.HasPrefix(word, "float"):
		return "a number"
	case word == "bool":
		return "true or false"
	case word == "string":
		return "a text"
	case strings.HasPrefix(word, "[]"), word == "sequence", word == "list":
		return "a list"
	}
	return "names with values"
}
