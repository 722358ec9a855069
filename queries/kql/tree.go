package kql

import (
	"strconv"
	"strings"

	"argosy/queries/kql/duck"
)

// tree is a dynamic value given as a place inside a JSON column, of which some
// members may be typed columns. It is a description, not SQL yet: only what is
// finally asked for is read.
type tree struct {
	// root is the JSON the path starts from.
	root duck.Expr
	path []string // JSON path steps, quoted: ."name" or [0]
	// decoded is set where the path starts from what the root's text holds as JSON.
	decoded bool
	// known is what the catalog says about this place, nil when nothing.
	known *known
	// column makes an SQL column of the relation the catalog speaks about.
	column func(name string) duck.Expr
	// notNull tells which of those are never NULL.
	notNull func(name string) bool
	// padded is set behind an outer join, where all of it may be null.
	padded bool
	// branches is set behind a union: the place in each leg.
	branches *branches
}

// known is what the catalog tells about one place.
type known struct {
	leaf     *Path
	members  map[string]*known
	elements *known
	array    *Elements
	// place is what else is known of it: lists, counts, moments.
	place  *Path
	parsed *known
}

// knownPaths arranges the paths of a variant as a tree for each column.
func knownPaths(paths []Path) *known {
	root := &known{}
	for i := range paths {
		at := root
		for _, step := range splitPath(paths[i].Path) {
			if at.members == nil {
				at.members = map[string]*known{}
			}
			if at.members[step] == nil {
				at.members[step] = &known{}
			}
			at = at.members[step]
		}
		if paths[i].Column != "" {
			at.leaf = &paths[i]
		}
		at.place = &paths[i]
		if len(paths[i].Parsed) > 0 {
			at.parsed = knownPaths(paths[i].Parsed)
		}
		if e := paths[i].Elements; e != nil {
			at.array = e
			at.elements = knownPaths(e.Paths)
		}
	}
	return root
}

// each visits the known places below, with their last word.
func (k *known) each(at string, visit func(place, word string)) {
	for name, m := range k.members {
		place := at + "." + name
		if strings.ContainsAny(name, `.-/ "`) {
			place = at + `["` + jsonKey(name) + `"]`
		}
		if m.leaf != nil {
			visit(place, name)
		}
		m.each(place, visit)
	}
}

// splitPath splits a.b["c.d"].e into its member names.
func splitPath(s string) []string {
	var out []string
	for s != "" {
		switch {
		case s[0] == '.':
			s = s[1:]
		case strings.HasPrefix(s, `["`):
			end := strings.Index(s, `"]`)
			if end < 0 {
				return append(out, s)
			}
			out = append(out, s[2:end])
			s = s[end+2:]
		default:
			end := strings.IndexAny(s, ".[")
			if end < 0 {
				end = len(s)
			}
			out = append(out, s[:end])
			s = s[end:]
		}
	}
	return out
}

// member is the value of d.name.
func (t *translator) member(v value, name string) value {
	if v.bad() {
		return poison
	}
	if isNullLit(v) {
		return null(Dynamic)
	}
	if v.tree != nil {
		step := `."` + jsonKey(name) + `"`
		if v.tree.branches != nil {
			return v.tree.each(step, func(leg value) value { return t.member(leg, name) })
		}
		return v.tree.step(step, func(k *known) *known { return k.members[name] })
	}
	if v.scalar != nil {
		return value{typ: Dynamic, sql: duck.Null{Type: "JSON"}, maybe: true, lit: &literal{nil}}
	}
	return (&tree{root: toJSON(v)}).step(`."`+jsonKey(name)+`"`, nil)
}

// element is the value of d[n]; negative n counts from the end.
func (t *translator) element(v value, n int64) value {
	if v.bad() {
		return poison
	}
	if v.list != nil {
		// split(x, d)[n]: read the piece, build no JSON.
		i := n + 1
		if n < 0 {
			i = n
		}
		piece := of(String, duck.At{X: v.list, Index: duck.Int(i)})
		return value{typ: Dynamic, maybe: true, scalar: &piece}
	}
	step := "[" + strconv.FormatInt(n, 10) + "]"
	if v.tree != nil {
		if v.tree.branches != nil {
			return v.tree.each(step, func(leg value) value { return t.element(leg, n) })
		}
		return v.tree.step(step, func(k *known) *known {
			if n == 0 || n == -1 {
				return k.elements
			}
			return nil
		})
	}
	if v.scalar != nil {
		return null(Dynamic)
	}
	return (&tree{root: toJSON(v)}).step(step, nil)
}

// step goes one step down.
func (t *tree) step(step string, find func(*known) *known) value {
	down := *t
	down.path = append(append([]string{}, t.path...), step)
	down.known = nil
	if t.known != nil && find != nil {
		down.known = find(t.known)
	}
	return down.value()
}

// value is the dynamic value at the tree's place: a typed column where the
// catalog has one, else the place itself, still undecided.
func (t *tree) value() value {
	v := value{typ: Dynamic, maybe: true, tree: t}
	if t.known != nil && t.known.leaf != nil {
		leaf := t.known.leaf
		held := held(leaf.Type, t.column(leaf.Column))
		held.maybe = t.padded || !t.notNull(leaf.Column)
		v.maybe = held.maybe
		if leaf.Type == Dynamic {
			// What is below is read from the narrower column.
			narrow := *t
			narrow.root, narrow.path, narrow.decoded = held.sql, nil, false
			v.tree = &narrow
			return v
		}
		v.scalar = &held
	}
	return v
}

// held is a value as the catalog's SQL columns hold it.
func held(t Type, x duck.Expr) value {
	v := of(t, x)
	switch t {
	case Datetime:
		v.stamp = true
	case Real:
		v.finite = true
	case Int:
		v.bits = 31
	}
	return v
}

// moment is the moment at the place, TIMESTAMP, and the text that stands there
// where that is NULL; nil where the catalog has none.
func (t *tree) moment() (stamp, words duck.Expr) {
	if t.known == nil || t.known.place == nil || t.known.place.Stamp == "" {
		return nil, nil
	}
	return t.column(t.known.place.Stamp), t.column(t.known.place.Words)
}

// list is the column with the elements of the array at the place, JSON[], and
// count the one with their number; nil where the catalog has none.
func (t *tree) list() duck.Expr {
	if t == nil || t.known == nil || t.known.place == nil || t.known.place.List == "" {
		return nil
	}
	return t.column(t.known.place.List)
}

func (t *tree) count() duck.Expr {
	if t == nil || t.known == nil || t.known.place == nil || t.known.place.Count == "" {
		return nil
	}
	return t.column(t.known.place.Count)
}

// start is the JSON that the path starts from.
func (t *tree) start() duck.Expr {
	if t.decoded {
		return parsedText(duck.Coalesce(duck.Fn("json_extract_string", t.root, duck.Str("$")), duck.Str("")))
	}
	return t.root
}

// json reads the place from its JSON column. A JSON null is null in KQL, while
// DuckDB would give the text 'null'.
func (t *tree) json() duck.Expr {
	if len(t.path) == 0 {
		return t.start()
	}
	if t.branches != nil {
		return t.branches.column(t.key("json"), t.branches.exprs(toJSON))
	}
	x := duck.Fn("json_extract", t.start(), duck.Str("$"+strings.Join(t.path, "")))
	return duck.Fn("nullif", x, duck.As(duck.Str("null"), "JSON"))
}

// text reads the place as tostring() would, NULL where it is missing.
func (t *tree) text() duck.Expr {
	if t.branches != nil && len(t.path) > 0 {
		return t.branches.column(t.key("text"), t.branches.exprs(func(leg value) duck.Expr { return dynamicText(leg).sql }))
	}
	if stamp, words := t.moment(); stamp != nil {
		return duck.Coalesce(datetimeText(value{typ: Datetime, sql: stamp, stamp: true}), words)
	}
	if len(t.path) == 0 {
		return duck.Fn("json_extract_string", t.start(), duck.Str("$"))
	}
	return duck.Fn("json_extract_string", t.start(), duck.Str("$"+strings.Join(t.path, "")))
}

// jsonKey escapes a member name for a JSON path in double quotes.
func jsonKey(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`)
}
