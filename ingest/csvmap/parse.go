package csvmap

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"argosy/schema"
	"argosy/schema/yamlplace"
)

// Read reads a mapping file; name is for messages. A mistake is an *Error with
// the line and column where it stands.
func Read(name string, doc []byte) (*Mapping, error) {
	m := &Mapping{name: name, values: map[field]*value{}, empty: map[string]bool{}}
	for _, w := range []string{"-", "n/a", "null", "none", "nil"} {
		m.empty[w] = true
	}
	file, err := parser.ParseBytes(doc, 0)
	if err != nil {
		return nil, m.syntax(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, m.fail(place{1, 1}, "the file is empty; see docs/csv-mapping.md for a whole example")
	}
	if len(file.Docs) > 1 {
		return nil, m.fail(at(file.Docs[1].Body), "a second document stands here; one file holds one mapping")
	}
	if err := m.root(file.Docs[0].Body); err != nil {
		return nil, err
	}
	return m, m.complete(at(file.Docs[0].Body))
}

// syntax turns an error of the YAML parser into one with a place.
func (m *Mapping) syntax(err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil && ye.GetToken().Position != nil {
		p := ye.GetToken().Position
		return m.fail(place{p.Line, p.Column}, "the YAML is broken: %s", ye.GetMessage())
	}
	return m.fail(place{1, 1}, "the YAML is broken: %v", err)
}

func at(n ast.Node) place {
	if v, ok := n.(*ast.MappingNode); ok && len(v.Values) > 0 {
		return at(v.Values[0].Key)
	}
	if v, ok := n.(*ast.MappingValueNode); ok {
		return at(v.Key)
	}
	if n == nil {
		return place{1, 1} // an empty document
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return place{t.Position.Line, t.Position.Column}
	}
	return place{1, 1}
}

// entry is one key of a YAML mapping with its value.
type entry struct {
	key  string
	at   place
	node ast.Node
}

// entries returns the keys of a YAML mapping; each may stand once.
func (m *Mapping) entries(n ast.Node, what string) ([]entry, error) {
	var list []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		list = n.Values
	case *ast.MappingValueNode:
		list = []*ast.MappingValueNode{n}
	default:
		return nil, m.fail(at(n), "%s must be a list of keys and values, not %s", what, yamlplace.Describe(n))
	}
	var out []entry
	for _, v := range list {
		e := entry{key: v.Key.GetToken().Value, at: at(v.Key), node: v.Value}
		if slices.ContainsFunc(out, func(o entry) bool { return o.key == e.key }) {
			return nil, m.fail(e.at, "the key %q stands twice", e.key)
		}
		out = append(out, e)
	}
	return out, nil
}

// unknown words the error for a key that means nothing and names those that do.
func (m *Mapping) unknown(e entry, where string, known ...string) error {
	slices.Sort(known)
	return m.fail(e.at, "%q is no key of %s; the keys are %s", e.key, where, strings.Join(known, ", "))
}

// scalar reads text, a number or a boolean as text.
func (m *Mapping) scalar(n ast.Node, what string) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, nil
	}
	return "", m.fail(at(n), "%s must be text, not %s", what, yamlplace.Describe(n))
}

// scalars reads one text or a list of them.
func (m *Mapping) scalars(n ast.Node, what string) ([]string, []place, error) {
	nodes := []ast.Node{n}
	if s, ok := n.(*ast.SequenceNode); ok {
		nodes = s.Values
	}
	var out []string
	var places []place
	for _, n := range nodes {
		s, err := m.scalar(n, what)
		if err != nil {
			return nil, nil, err
		}
		out, places = append(out, s), append(places, at(n))
	}
	return out, places, nil
}

func (m *Mapping) boolean(e entry) (bool, error) {
	if b, ok := e.node.(*ast.BoolNode); ok {
		return b.Value, nil
	}
	return false, m.fail(at(e.node), "%s must be true or false, not %s", e.key, yamlplace.Describe(e.node))
}

func (m *Mapping) root(n ast.Node) error {
	list, err := m.entries(n, "a mapping")
	for _, e := range list {
		switch e.key {
		case "scanner":
			if m.scanner, err = m.scalar(e.node, "scanner"); err == nil && !validScanner(m.scanner) {
				err = m.fail(at(e.node), "scanner %q must be lower-case letters, digits, dots, dashes and underscores", m.scanner)
			}
		case "table":
			err = m.readTable(e.node)
		case "dates":
			err = m.readDates(e)
		case "empty":
			var words []string
			words, _, err = m.scalars(e.node, "empty")
			m.empty = map[string]bool{}
			for _, w := range words {
				m.empty[strings.ToLower(w)] = true
			}
		case "complete":
			var whole bool
			whole, err = m.boolean(e)
			m.partial = !whole
		case "rows":
			err = m.readFilters(e)
		case "image", "scan", "finding", "vulnerability":
			err = m.readSection(e)
		default:
			err = m.unknown(e, "a mapping", "scanner", "table", "dates", "empty", "complete", "rows", "image", "scan", "finding", "vulnerability")
		}
		if err != nil {
			return err
		}
	}
	return err
}

func validScanner(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

func (m *Mapping) readTable(n ast.Node) error {
	list, err := m.entries(n, "table")
	for _, e := range list {
		switch e.key {
		case "delimiter":
			var s string
			if s, err = m.scalar(e.node, "delimiter"); err != nil {
				return err
			}
			if m.table.comma = delimiter(s); m.table.comma == 0 {
				err = m.fail(at(e.node), `delimiter %q must be one character, or "tab"; no quote and no line break`, s)
			}
		case "skip_lines":
			i, ok := e.node.(*ast.IntegerNode)
			if !ok {
				return m.fail(at(e.node), "skip_lines must be a number of lines, not %s", yamlplace.Describe(e.node))
			}
			if m.table.skip, err = strconv.Atoi(i.GetToken().Value); err != nil || m.table.skip < 0 || m.table.skip > 10000 {
				err = m.fail(at(e.node), "skip_lines must be from 0 to 10000")
			}
		case "header":
			var has bool
			has, err = m.boolean(e)
			m.table.headless = !has
		default:
			err = m.unknown(e, "table", "delimiter", "skip_lines", "header")
		}
		if err != nil {
			return err
		}
	}
	return err
}

func delimiter(s string) rune {
	if s == "tab" || s == `\t` {
		return '\t'
	}
	r := []rune(s)
	if len(r) != 1 || strings.ContainsAny(s, "\"\r\n\uFFFD") {
		return 0
	}
	return r[0]
}

func (m *Mapping) readDates(e entry) error {
	list, places, err := m.scalars(e.node, "dates")
	for i, s := range list {
		layout, bad := goLayout(s)
		if bad != "" {
			return m.fail(places[i], "the date format %q holds %s, which means nothing; see docs/csv-mapping.md", s, bad)
		}
		m.dates = append(m.dates, layout)
	}
	return err
}

func (m *Mapping) readFilters(e entry) error {
	seq, ok := e.node.(*ast.SequenceNode)
	if !ok {
		return m.fail(at(e.node), "rows must be a list of keep and drop, not %s", yamlplace.Describe(e.node))
	}
	for _, n := range seq.Values {
		list, err := m.entries(n, "a rule of rows")
		if err != nil {
			return err
		}
		for _, e := range list {
			if e.key != "keep" && e.key != "drop" {
				return m.unknown(e, "a rule of rows", "keep", "drop")
			}
			f, err := m.readFilter(e)
			if err != nil {
				return err
			}
			m.filters = append(m.filters, f)
		}
	}
	return nil
}

func (m *Mapping) readFilter(e entry) (filter, error) {
	f := filter{keep: e.key == "keep", in: map[string]bool{}}
	list, err := m.entries(e.node, e.key)
	if err != nil {
		return f, err
	}
	for _, k := range list {
		switch k.key {
		case "column":
			f.column, err = m.column(k.node)
		case "in":
			var words []string
			words, _, err = m.scalars(k.node, "in")
			for _, w := range words {
				f.in[strings.ToLower(strings.TrimSpace(w))] = true
			}
		default:
			err = m.unknown(k, e.key, "column", "in")
		}
		if err != nil {
			return f, err
		}
	}
	if f.column.at == (place{}) || len(f.in) == 0 {
		return f, m.fail(e.at, "%s needs a column and in, a list of words", e.key)
	}
	return f, nil
}

func (m *Mapping) column(n ast.Node) (column, error) {
	c := column{at: at(n)}
	if i, ok := n.(*ast.IntegerNode); ok {
		k, err := strconv.Atoi(i.GetToken().Value)
		if err != nil || k < 1 {
			return c, m.fail(c.at, "columns are counted from 1")
		}
		c.number = k
		return c, nil
	}
	s, err := m.scalar(n, "a column")
	if err == nil && strings.TrimSpace(s) == "" {
		err = m.fail(c.at, "the name of a column is empty")
	}
	c.name = s
	return c, err
}

func (m *Mapping) columns(n ast.Node) ([]column, error) {
	nodes := []ast.Node{n}
	if s, ok := n.(*ast.SequenceNode); ok {
		nodes = s.Values
	}
	var out []column
	for _, n := range nodes {
		c, err := m.column(n)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (m *Mapping) readSection(e entry) error {
	list, err := m.entries(e.node, e.key)
	if err != nil {
		return err
	}
	known := fields()
	for _, k := range list {
		f := field(e.key + "." + k.key)
		if _, ok := known[f]; !ok {
			var names []string
			for name := range known {
				if short, ok := strings.CutPrefix(string(name), e.key+"."); ok {
					names = append(names, short)
				}
			}
			return m.unknown(k, e.key, names...)
		}
		v, err := m.readValue(k)
		if err != nil {
			return err
		}
		m.values[f] = v
	}
	return nil
}

// checkWords checks the words of a field that has a fixed set of them.
func (m *Mapping) checkWords(f field, k kind, v *value) error {
	words := slices.Sorted(maps.Values(v.words))
	if v.constant != "" {
		words = append(words, v.constant)
	}
	for _, w := range words {
		if f == "finding.severity" {
			if _, ok := schema.ParseSeverity(w); !ok && !strings.EqualFold(w, "unknown") {
				return m.fail(v.at, "severity %q is none of Critical, High, Medium, Low, Unknown", w)
			}
		}
		if _, err := understand(k, w, m.dates); err != nil {
			return m.fail(v.at, "%s: %v", f, err)
		}
	}
	if v.split != "" && k != list && f != "finding.id" {
		return m.fail(v.at, "%s is no list, so split means nothing here", f)
	}
	return nil
}

// complete checks that the mapping says what every finding needs.
func (m *Mapping) complete(top place) error {
	if m.scanner == "" {
		return m.fail(top, "scanner is missing: the lower-case name of the tool that found things")
	}
	for _, f := range []field{"finding.id", "finding.package"} {
		if m.values[f] == nil {
			return m.fail(top, "%s is missing: it says which column holds the %s", f, map[field]string{
				"finding.id": "vulnerability (CVE-...)", "finding.package": "name of the package"}[f])
		}
	}
	known := fields()
	for _, f := range slices.Sorted(maps.Keys(m.values)) {
		if err := m.checkWords(f, known[f], m.values[f]); err != nil {
			return err
		}
	}
	return nil
}
