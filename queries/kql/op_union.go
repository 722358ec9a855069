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
	if op.IsFuzzy != nil {
		t.notef(op.IsFuzzy.Span(), "isfuzzy has no effect here: every table must exist")
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
	for _, src := range op.Legs {
		if pat, ok := src.(*syntax.Pattern); ok {
			legs = append(legs, t.patternLegs(pat, e, ops)...)
			continue
		}
		p := t.pipeline(&syntax.Pipeline{Pos: src.Span(), Source: src}, e, ops)
		legs = append(legs, leg{p, p.name})
	}
	if len(legs) > 3 {
		t.arg(op.Pos, "Azure Resource Graph allows 3 legs of a union")
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

func (t *translator) unionOf(legs []leg, inner bool, source *syntax.Ident, e *env) *pipe {
	out := &pipe{t: t, env: e}
	for _, l := range legs {
		out.broken = out.broken || l.p.broken
	}
	cols := unionColumns(legs, inner)
	u := &duck.Union{Label: "union"}
	for i, l := range legs {
		u.Legs = append(u.Legs, duck.Leg{From: l.p.rel})
		if source != nil {
			name := l.name
			if name == "" {
				name = fmt.Sprintf("union_arg%d", i)
			}
			u.Legs[i].X = append(u.Legs[i].X, duck.Str(name))
		}
	}
	if source != nil {
		c := &duck.Column{Hint: source.Name}
		u.Cols = append(u.Cols, c)
		out.cols = append(out.cols, column{source.Name, sure(String, duck.Ref{Col: c})})
	}
	for _, uc := range cols {
		if source != nil && uc.name == source.Name {
			continue
		}
		c := &duck.Column{Hint: uc.name}
		u.Cols = append(u.Cols, c)
		v := value{typ: uc.typ, sql: duck.Ref{Col: c}, finite: true, array: true}
		for i := range legs {
			x := duck.Expr(duck.Null{Type: uc.typ.sql()})
			if uc.from[i] != nil {
				part := plain(*uc.from[i])
				x = natural(part)
				v.maybe = v.maybe || part.maybe && part.typ != String
				v.finite = v.finite && part.finite
				v.array = v.array && part.array
				v.bits = max(v.bits, bits(part))
			} else if uc.typ == String {
				x = duck.Str("")
			} else {
				v.maybe = true
			}
			u.Legs[i].X = append(u.Legs[i].X, x)
		}
		if v.bits >= 63 {
			v.bits = 0
		}
		if v.typ == "" {
			v = poison
		}
		out.cols = append(out.cols, column{uc.name, v})
	}
	out.rel = &duck.Select{From: u}
	return out
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
