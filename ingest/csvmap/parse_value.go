package csvmap

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// readValue reads where a field comes from. Text, a number or a list of them
// names columns.
func (m *Mapping) readValue(e entry) (*value, error) {
	v := &value{at: e.at}
	switch e.node.Type() {
	case ast.MappingType, ast.MappingValueType:
	default:
		var err error
		v.columns, err = m.columns(e.node)
		return v, err
	}
	list, err := m.entries(e.node, e.key)
	if err != nil {
		return nil, err
	}
	sources := 0
	for _, k := range list {
		var s string
		switch k.key {
		case "column":
			sources++
			v.columns, err = m.columns(k.node)
		case "value":
			sources++
			if v.constant, err = m.scalar(k.node, "value"); err == nil && v.constant == "" {
				err = m.fail(at(k.node), "value is empty; leave %s out instead", e.key)
			}
		case "template":
			sources++
			if s, err = m.scalar(k.node, "template"); err == nil {
				v.parts, err = m.template(s, at(k.node))
			}
		case "pattern":
			if s, err = m.scalar(k.node, "pattern"); err == nil {
				if v.pattern, err = regexp.Compile(s); err != nil {
					err = m.fail(at(k.node), "the pattern is broken: %v", err)
				}
			}
		case "split":
			if v.split, err = m.scalar(k.node, "split"); err == nil && v.split == "" {
				err = m.fail(at(k.node), "split is empty; give the text that stands between the elements")
			}
		case "map":
			v.words, err = m.readWords(k)
		default:
			err = m.unknown(k, e.key, "column", "value", "template", "pattern", "split", "map")
		}
		if err != nil {
			return nil, err
		}
	}
	if sources != 1 {
		return nil, m.fail(e.at, "%s needs one of column, value and template", e.key)
	}
	return v, nil
}

func (m *Mapping) readWords(e entry) (map[string]string, error) {
	list, err := m.entries(e.node, "map")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, k := range list {
		s, err := m.scalar(k.node, "what "+strconv.Quote(k.key)+" stands for")
		if err != nil {
			return nil, err
		}
		out[strings.ToLower(k.key)] = s
	}
	return out, nil
}

// template parts "{Registry}/{Repo}:{Tag}" into text and columns.
func (m *Mapping) template(s string, at place) ([]part, error) {
	var out []part
	rest := s
	for rest != "" {
		before, after, ok := strings.Cut(rest, "{")
		if before != "" {
			out = append(out, part{text: before})
		}
		if !ok {
			break
		}
		name, behind, closed := strings.Cut(after, "}")
		if !closed || strings.TrimSpace(name) == "" {
			return nil, m.fail(at, "the template %q has a bracket without a column: write {Name of a column}", s)
		}
		out = append(out, part{column: &column{name: name, at: at}})
		rest = behind
	}
	if !slices.ContainsFunc(out, func(p part) bool { return p.column != nil }) {
		return nil, m.fail(at, "the template %q names no column; use value for what is always the same", s)
	}
	return out, nil
}
