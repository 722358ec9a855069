package kql

import (
	"sort"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// count is one row with the number of rows.
func (p *pipe) count(op *syntax.Count) {
	name := "Count"
	if op.As != nil {
		name = op.As.Name
	}
	c := &duck.Column{Hint: name}
	p.group(nil, []duck.Def{{Col: c, X: duck.Fn("count")}}, "count")
	p.cols = []column{{name, sure(Long, duck.Ref{Col: c})}}
}

// reset forgets what grouping destroys.
func (p *pipe) reset() {
	p.order, p.serial, p.cols, p.hidden = nil, false, nil, nil
}

// distinct keeps one row of those that agree in the columns.
func (p *pipe) distinct(op *syntax.Distinct) {
	var list []assigned
	names, listed := newNamer("Column", 1), map[string]bool{}
	for _, e := range op.Cols {
		switch x := syntax.Unparen(e).(type) {
		case *syntax.Star, *syntax.Pattern:
			for _, i := range p.chosen(e) {
				if name := p.cols[i].name; !listed[name] {
					listed[name] = true
					list = append(list, assigned{names.auto(name), e.Span(), p.cols[i].val})
				}
			}
			continue
		case *syntax.Ident:
			// A column named twice is there once.
			if listed[x.Name] {
				continue
			}
			listed[x.Name] = true
		}
		list = append(list, p.assign([]syntax.Expr{e}, names)...)
	}
	p.group(list, nil, "distinct")
}

// group makes one row for each value of the keys. fill adds the aggregates.
func (p *pipe) group(keys []assigned, aggs []duck.Def, label string) {
	g := &duck.Group{From: p.rel, Aggs: aggs, Label: label}
	p.groupApart(g)
	var cols []column
	seen := map[string]bool{}
	for _, k := range keys {
		if seen[k.name] {
			continue
		}
		seen[k.name] = true
		cols = append(cols, column{k.name, p.groupKey(g, k)})
	}
	p.rel = g
	p.reset()
	p.cols = cols
	// DuckDB gives the groups in another order at every run. Where an order is
	// asked for later, the keys decide between equals, so that a report does not
	// change by itself.
	for _, k := range g.Keys {
		p.order = append(p.order, duck.Order{By: duck.Ref{Col: k.Col}, NullsFirst: true})
	}
}

// groupKey adds a key. Kusto refuses dynamic keys, and so do we: what is equal
// among JSON values is not clear.
func (p *pipe) groupKey(g *duck.Group, k assigned) value {
	v := k.val
	if v.bad() {
		return v
	}
	if v.typ == Dynamic {
		p.t.hintf(k.at, "say how to read it, for example "+k.name+" = tostring(...)", "rows cannot be grouped by a dynamic value (%s)", k.name)
		return poison
	}
	v = plain(v)
	x := v.sql
	if v.typ == String {
		x, v.maybe = str(v), false
	}
	c := &duck.Column{Hint: k.name}
	g.Keys = append(g.Keys, duck.Def{Col: c, X: x})
	return v.at(c)
}

// aggregation collects the aggregates of one summarize.
type aggregation struct {
	defs []duck.Def
	// keys are the names of the group keys.
	keys map[string]bool
}

// add makes a column of an aggregate and returns a reference to it.
func (a *aggregation) add(hint string, x duck.Expr) duck.Expr {
	c := &duck.Column{Hint: hint}
	a.defs = append(a.defs, duck.Def{Col: c, X: x})
	return duck.Ref{Col: c}
}

// summarize groups by the keys and aggregates. What is computed from the
// aggregates goes into a Select above the Group.
func (p *pipe) summarize(op *syntax.Summarize) {
	p.t.hints(op.Hints)
	keys := p.assign(op.By, newNamer("Column", 1))
	var taken []string
	for i := range keys {
		taken = append(taken, keys[i].name)
	}
	names := newNamer("Column", 1, taken...)
	p.explicit(op.Aggs, names)
	s := p.scope()
	s.aggs = &aggregation{keys: map[string]bool{}}
	for _, k := range taken {
		s.aggs.keys[k] = true
	}
	var results []assigned
	for _, e := range op.Aggs {
		results = append(results, p.aggregated(s, e, names)...)
	}
	p.group(keys, s.aggs.defs, "summarize")
	for _, r := range results {
		p.cols = append(p.cols, column{r.name, p.define(r.name, r.val)})
	}
}

// explicit reserves the names that the user gave, before any is made up.
func (p *pipe) explicit(list []syntax.Expr, names *namer) {
	for _, e := range list {
		ids, _ := named(e)
		for _, id := range ids {
			if names.taken[id.Name] {
				p.t.errorf(id.Pos, "the column %q is given twice", id.Name)
			}
			names.taken[id.Name] = true
		}
	}
}

// aggregated evaluates one column of summarize. arg_max and the like give
// several.
func (p *pipe) aggregated(s *scope, e syntax.Expr, names *namer) []assigned {
	ids, x := named(e)
	if c, ok := syntax.Unparen(x).(*syntax.Call); ok {
		if f := p.t.funcs[c.Func.Name]; f != nil && f.Kind == AggregateFunc {
			if many := p.manyResults(f.Name); many != nil {
				return many(s, f, c, ids, names)
			}
		}
	}
	v := s.expr(x)
	switch len(ids) {
	case 0:
		return []assigned{{names.auto(p.t.autoName(x)), x.Span(), v}}
	case 1:
		return []assigned{{ids[0].Name, x.Span(), v}}
	}
	p.t.errorf(e.Span(), "this aggregate has one result, not %d", len(ids))
	return nil
}

// aggregates lists the names of the aggregate functions.
func (t *translator) aggregates() []string {
	var out []string
	for n, f := range t.funcs {
		if f.Kind == AggregateFunc {
			out = append(out, n)
		}
	}
	sort.Strings(out)
	return out
}

// aggregate lowers a call of an aggregate function.
func (s *scope) aggregate(e *syntax.Call, f *Func) value {
	t := s.t
	switch {
	case s.aggs == nil:
		t.hintf(e.Func.Pos, "use it in summarize", "%s works on groups of rows and cannot stand here", f.Name)
		return poison
	case s.inAgg:
		t.errorf(e.Func.Pos, "%s cannot stand inside another aggregate", f.Name)
		return poison
	}
	inner := *s
	inner.inAgg = true
	c := &call{s: &inner, t: t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return poison
	}
	return f.fold(c)
}

// agg makes an aggregate of the group a column and a value of it.
func (c *call) agg(t Type, x duck.Expr) value {
	return of(t, c.s.aggs.add(c.fn.Name, x))
}

// order is what the aggregate's input is sorted by.
func (c *call) order() []duck.Order { return c.s.p.order }
