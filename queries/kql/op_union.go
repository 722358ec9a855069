package kql

import (
	"fmt"
	"sort"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// leg is one input of a union.
type leg struct {
	p    *pipe
	name string
}

// unionOp is union behind a pipe: the rows so far are the first leg.
func (p *pipe) unionOp(op *syntax.Union) {
	if !p.alone(op.Pos, "union") {
		return
	}
	u := p.t.union(op, p, p.env, p.tail)
	tail, name := p.tail, p.name
	*p = *u
	p.tail, p.name = tail, name
}

// union puts rows below each other, columns matched by name. Columns of one
// name and different types become several, named after the types.
func (t *translator) union(op *syntax.Union, first *pipe, e *env, ops []syntax.Operator) *pipe {
	t.hints(op.Hints)
	fuzzy := false
	if op.IsFuzzy != nil {
		b, ok := (&scope{t: t, env: e}).expr(op.IsFuzzy).litBool()
		if !ok {
			t.errorf(op.IsFuzzy.Span(), "isfuzzy is true or false")
		}
		fuzzy = b
	}
	inner := false
	if op.Kind != nil {
		switch op.Kind.Name {
		case "inner":
			inner = true
		case "outer":
		default:
			t.hintf(op.Kind.Pos, "there are: inner, outer", "unknown kind of union %q", op.Kind.Name)
		}
	}
	var legs []leg
	if first != nil {
		legs = append(legs, leg{first, first.name})
	}
	for i, src := range op.Legs {
		if pat, ok := src.(*syntax.Pattern); ok {
			legs = append(legs, t.patternLegs(pat, e, ops)...)
			continue
		}
		if id, ok := src.(*syntax.Ident); ok && fuzzy && e.find(id.Name) == nil && t.cat.table(id.Name) == nil && (len(legs) > 0 || i < len(op.Legs)-1) {
			t.notef(id.Pos, "there is no table %q: the union leaves it out, as isfuzzy asks", id.Name)
			continue
		}
		p := t.pipeline(&syntax.Pipeline{Pos: src.Span(), Source: src}, e, ops)
		legs = append(legs, leg{p, p.name})
	}
	return t.unionOf(legs, inner, op.WithSource, e)
}

func (t *translator) patternLegs(pat *syntax.Pattern, e *env, ops []syntax.Operator) []leg {
	var out []leg
	names := e.names((*binding).tabular)
	sort.Strings(names)
	for _, n := range names {
		if matchPattern(pat.Text, n) {
			id := &syntax.Ident{Pos: pat.Pos, Name: n}
			out = append(out, leg{t.named(id, e, ops), n})
		}
	}
	if t.cat != nil {
		for i := range t.cat.Tables {
			if tab := &t.cat.Tables[i]; matchPattern(pat.Text, tab.Name) {
				out = append(out, leg{t.table(tab, e, ops), tab.Name})
			}
		}
	}
	if len(out) == 0 {
		t.errorf(pat.Pos, "no table fits %q", pat.Text)
	}
	return out
}

// unionColumn is one column of a union: its name, type, and each leg's column.
type unionColumn struct {
	name string
	typ  Type
	from []*value
}

// unionBuild is a union under construction. Columns may be added to it as long
// as the query is being lowered.
type unionBuild struct {
	rel *duck.Union
}

// add makes a column of what each leg has for it.
func (u *unionBuild) add(hint string, xs []duck.Expr) *duck.Column {
	c := &duck.Column{Hint: hint}
	u.rel.Cols = append(u.rel.Cols, c)
	for i, x := range xs {
		u.rel.Legs[i].X = append(u.rel.Legs[i].X, x)
	}
	return c
}

func (t *translator) unionOf(legs []leg, inner bool, source *syntax.Ident, e *env) *pipe {
	out := &pipe{t: t, env: e}
	u := &unionBuild{rel: &duck.Union{Label: "union"}}
	var names []duck.Expr
	for i, l := range legs {
		out.broken = out.broken || l.p.broken
		u.rel.Legs = append(u.rel.Legs, duck.Leg{From: l.p.rel})
		if l.name == "" {
			l.name = fmt.Sprintf("union_arg%d", i)
		}
		names = append(names, duck.Str(l.name))
	}
	if source != nil {
		c := u.add(source.Name, names)
		out.cols = append(out.cols, column{source.Name, sure(String, duck.Ref{Col: c})})
	}
	for _, uc := range unionColumns(legs, inner) {
		if source == nil || uc.name != source.Name {
			out.cols = append(out.cols, column{uc.name, u.column(uc)})
		}
	}
	out.rel = &duck.Select{From: u.rel}
	return out
}

// column is one column of the union as a value. A leg without it gives null.
func (u *unionBuild) column(uc unionColumn) value {
	if uc.typ == "" {
		return poison
	}
	v := value{typ: uc.typ, finite: true, array: true}
	known := false
	var xs []duck.Expr
	for _, from := range uc.from {
		x := duck.Expr(duck.Null{Type: uc.typ.sql()})
		switch {
		case from != nil:
			part := plain(*from)
			x = natural(part)
			v.maybe = v.maybe || part.maybe && part.typ != String
			v.finite = v.finite && part.finite
			v.array = v.array && part.array
			v.bits = max(v.bits, bits(part))
			known = known || from.tree != nil || from.scalar != nil
		case uc.typ == String:
			x = duck.Str("")
		default:
			v.maybe = true
		}
		xs = append(xs, x)
	}
	if v.bits >= 63 {
		v.bits = 0
	}
	c := u.add(uc.name, xs)
	if uc.typ == Dynamic && known {
		out := u.known(c, uc.from)
		out.array = v.array
		return out
	}
	if uc.typ == String {
		v.parts = u.concat(uc.from)
	}
	v.sql = duck.Ref{Col: c}
	return v
}

// unionColumns matches the legs' columns by name and type, in the order of
// their first appearance.
func unionColumns(legs []leg, inner bool) []unionColumn {
	type id struct {
		name string
		typ  Type
	}
	var order []id
	seen := map[id]bool{}
	types := map[string]map[Type]bool{}
	for _, l := range legs {
		for _, c := range l.p.cols {
			k := id{c.name, c.val.typ}
			if types[c.name] == nil {
				types[c.name] = map[Type]bool{}
			}
			types[c.name][c.val.typ] = true
			if !seen[k] {
				seen[k] = true
				order = append(order, k)
			}
		}
	}
	var out []unionColumn
	for _, k := range order {
		uc := unionColumn{name: k.name, typ: k.typ, from: make([]*value, len(legs))}
		n := 0
		for i, l := range legs {
			for j := range l.p.cols {
				if c := &l.p.cols[j]; c.name == k.name && c.val.typ == k.typ {
					uc.from[i] = &c.val
					n++
				}
			}
		}
		if inner && n < len(legs) {
			continue
		}
		if len(types[k.name]) > 1 {
			uc.name = k.name + "_" + string(k.typ)
		}
		out = append(out, uc)
	}
	return out
}
