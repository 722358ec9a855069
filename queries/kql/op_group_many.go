package kql

import (
	"strconv"

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
	fn := "arg_" + f.Name[len(f.Name)-3:]
	restNames(f, &out[0], list)
	key := natural(by)
	row := duck.Struct{{Name: "k", X: key}}
	for i, a := range list {
		row = append(row, duck.Field{Name: fieldName(i), X: natural(plain(a.val))})
	}
	// Rows whose key is null lose against all others, but win when there is
	// nothing else: any_value then takes one of them.
	best := duck.Call{Name: fn, Args: []duck.Expr{row, key}}
	first := duck.Call{Name: "first", Args: []duck.Expr{row}, Order: p.order}
	chosen := duck.Coalesce(best, first)
	if fn == "arg_min" && by.typ == Real && !by.finite {
		// NaN wins on both sides in Kusto; to DuckDB it is the greatest number.
		nan := duck.Call{Name: "first", Args: []duck.Expr{row}, Order: p.order, Filter: duck.Fn("isnan", key)}
		chosen = duck.Coalesce(nan, best, first)
	}
	chosen = s.aggs.add(f.Name, chosen)
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

// restNames names what has no name of its own: the first column of arg_max(x +
// 1, ...) is max_, the others max_x_arg1 and so on. The old forms put the
// first's name before all others.
func restNames(f *Func, first *assigned, list []assigned) {
	word := f.Name[len(f.Name)-3:]
	by := first.name
	if first.name == "" {
		first.name = word + "_"
	}
	for i := range list {
		if f.Name == "arg"+word {
			if list[i].name == "" {
				list[i].name = "arg" + strconv.Itoa(i+1)
			}
			list[i].name = by + "_" + list[i].name
		} else if list[i].name == "" {
			list[i].name = word + "_" + by + "_arg" + strconv.Itoa(i+1)
		}
	}
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
		switch {
		case list[i].name == "" && f.Name == "take_any":
			list[i].name = "any_arg" + strconv.Itoa(i)
		case f.Name == "any" && c.n() == 1 && c.args[0].typ != "*":
			list[i].name = "any_" + list[i].name
		case list[i].name == "":
			list[i].name = "arg" + strconv.Itoa(i)
		}
	}
	return p.nameMany(list, ids, names, e)
}
