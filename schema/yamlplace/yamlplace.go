// Package yamlplace says where in a YAML file a mistake stands, as editors and
// compilers do: file:line:column, and words what stands there. Doc is for files
// that are decoded into structures and checked afterwards, Describe for those
// that are read node by node.
package yamlplace

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Doc is a file and what it is called in messages.
type Doc struct {
	Name string
	Data []byte
}

// Decode reads the file into a structure; with strict a key that the structure
// does not have is an error. Errors name the place and show it.
func (d Doc) Decode(to any, strict bool) error {
	var opts []yaml.DecodeOption
	if strict {
		opts = append(opts, yaml.Strict())
	}
	if err := yaml.UnmarshalWithOptions(d.Data, to, opts...); err != nil {
		return d.explain(err)
	}
	return nil
}

// Parse reads the file without giving it a meaning; errors are those of Decode.
func (d Doc) Parse() (*ast.File, error) {
	f, err := parser.ParseBytes(d.Data, 0)
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

func (d Doc) place(path string) string {
	f, err := parser.ParseBytes(d.Data, 0)
	for err == nil && path != "$" && path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.FilterFile(f); err == nil && node != nil && node.GetToken() != nil {
				at := first(node)
				return fmt.Sprintf("%s:%d:%d", d.Name, at.line, at.column)
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return d.Name
}

type at struct{ line, column int }

// first is where a node begins: the token of a mapping is its first colon.
func first(n ast.Node) at {
	switch x := n.(type) {
	case *ast.MappingNode:
		if len(x.Values) > 0 && !x.IsFlowStyle {
			return first(x.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return first(x.Key)
	}
	p := n.GetToken().Position
	return at{p.Line, p.Column}
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
