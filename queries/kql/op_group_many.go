package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// argBest is arg_max and arg_min. The row is chosen as a whole: all columns
// come from the same row, nulls included.
func (p *pipe) argBest(s *scope, f *Func, e *syntax.Call, ids []*syntax.Ident, names *namer) []assigned {
	inner := *s
	inner.inAgg = true
	c := &call{s: &inner, t: p.t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return nil
	}
	by := plain(c.args[0])
	list := p.columnsOf(c, 1)
	out := []assigned{{name: p.t.autoName(e.Args[0]), at: e.Args[0].Span()}}
	fn := f.Name
	key := natural(by)
	row := duck.Struct{{Name: "k", X: key}}
	for i, a := range list {
		row = append(row, duck.Field{Name: fieldName(i), X: natural(plain(a.val))})
	}
	// Rows whose key is null lose against all others, but win when there is
	// nothing else: any_value then takes one of them.
	best := duck.Call{Name: fn, Args: []duck.Expr{row, key}}
	first := duck.Call{Name: "first", Args: []duck.Expr{row}, Order: p.order}
	chosen := s.aggs.add(f.Name, duck.Coalesce(best, first))
	get := func(name string, v value) value {
		r := plain(v)
		r.sql = duck.Get{X: chosen, Field: name}
		r.lit, r.parts, r.filter, r.list = nil, nil, nil, nil
		r.tree, r.scalar, r.source = nil, nil, nil
		r.maybe = true
		return r
	}
	out[0].val = get("k", by)
	for i, a := range list {
		out = append(out, assigned{a.name, a.at, get(fieldName(i), a.val)})
	}
	return p.nameMany(out, ids, names, e)
}

func fieldName(i int) string { return "f" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }

// columnsOf are the columns named by arguments from i on; * is every column
// that is not a group key and not named before.
func (p *pipe) columnsOf(c *call, i int) []assigned {
	var out []assigned
	for ; i < c.n(); i++ {
		if c.args[i].typ == "*" {
			for _, col := range p.cols {
				if !p.t.isArg(c.nodes, col.name) && !c.s.isKey(col.name) && !col.val.bad() {
					out = append(out, assigned{col.name, c.nodes[i].Span(), col.val})
				}
			}
			continue
		}
		out = append(out, assigned{p.t.autoName(c.nodes[i]), c.nodes[i].Span(), c.args[i]})
	}
	return out
}

func (t *translator) isArg(nodes []syntax.Expr, name string) bool {
	for _, n := range nodes {
		if id, ok := syntax.Unparen(n).(*syntax.Ident); ok && id.Name == name {
			return true
		}
	}
	return false
}

// isKey tells whether a column is a group key of the summarize.
func (s *scope) isKey(name string) bool {
	return s.aggs != nil && s.aggs.keys[name]
}

// nameMany names several results: what the user gave, in order, then each
// column's own name, numbered when it is taken.
func (p *pipe) nameMany(out []assigned, ids []*syntax.Ident, names *namer, e *syntax.Call) []assigned {
	if len(ids) > len(out) {
		p.t.errorf(e.Pos, "there are %d results for %d names", len(out), len(ids))
		ids = ids[:len(out)]
	}
	for i := range out {
		if i < len(ids) {
			out[i].name = ids[i].Name
			continue
		}
		out[i].name = names.auto(out[i].name)
	}
	return out
}

// anyColumns is take_any with one or several columns.
func (p *pipe) anyColumns(s *scope, f *Func, e *syntax.Call, ids []*syntax.Ident, names *namer) []assigned {
	inner := *s
	inner.inAgg = true
	c := &call{s: &inner, t: p.t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return nil
	}
	list := p.columnsOf(c, 0)
	for i := range list {
		list[i].val = anyValue(c, list[i].val, nil)
		if f.Name == "any" {
			list[i].name = "any_" + list[i].name
		}
	}
	return p.nameMany(list, ids, names, e)
}
