package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// apart is set on a pipe inside mv-apply and partition: every step treats the
// groups of rows that agree in the keys as if each were alone.
type apart struct {
	keys []duck.Expr
	// carried are values of the rows around, which come through every step.
	carried []value
}

// mvApply expands arrays as mv-expand does and runs a subquery over the
// elements of each row.
func (p *pipe) mvApply(op *syntax.MvApply) {
	p.t.hints(op.Hints)
	list, ok := p.expansions(op.Cols)
	if !ok || op.On == nil {
		p.broken = true
		return
	}
	source := append([]column{}, p.cols...)
	outer := p.apart
	number := p.rowNumber()
	index := p.unnest(list, false)
	if op.Limit != nil {
		n, ok := p.rows(op.Limit)
		if !ok {
			return
		}
		p.filter(sure(Bool, duck.Op(index.sql, "<=", n)))
	}
	expanded := map[string]bool{}
	for _, x := range list {
		expanded[x.name] = true
	}
	p.keep(func(i int) bool { return !expanded[p.cols[i].name] })
	for _, x := range list {
		p.set(x.name, p.define(x.name, x.val))
	}
	if op.ItemIndex != nil {
		zero := value{typ: Long, sql: duck.Op(index.sql, "-", duck.Int(1)), bits: 32}
		p.set(op.ItemIndex.Name, p.define(op.ItemIndex.Name, zero))
	}
	serial, inner := p.serial, &apart{keys: []duck.Expr{number}}
	if outer != nil {
		for _, k := range outer.keys {
			inner.carried = append(inner.carried, of(Long, k))
		}
		inner.carried = append(inner.carried, outer.carried...)
	}
	mine := len(inner.carried)
	var kept []column
	for _, c := range source {
		if !expanded[c.name] {
			kept = append(kept, c)
			inner.carried = append(inner.carried, c.val)
		}
	}
	p.order = []duck.Order{{By: number}, {By: index.sql}}
	p.runApart(inner, op.On)
	// Source columns come first, then what the subquery gives.
	carried := p.apart.carried
	var cols []column
	named := map[string]bool{}
	for i, c := range kept {
		v, ok := p.column(c.name)
		if !ok {
			v = carried[mine+i]
		}
		named[c.name] = true
		cols = append(cols, column{c.name, v})
	}
	for _, c := range p.cols {
		if !named[c.name] {
			cols = append(cols, c)
		}
	}
	p.cols = cols
	p.order, p.serial = append([]duck.Order{{By: p.apart.keys[0]}}, p.order...), serial
	p.apart = nil
	if outer != nil {
		back := &apart{}
		for i := range outer.keys {
			back.keys = append(back.keys, plain(carried[i]).sql)
		}
		back.carried = carried[len(outer.keys):mine]
		p.apart = back
	}
	p.label("mv-apply")
}

// partition runs a subquery over each group of rows that agree in a column.
func (p *pipe) partition(op *syntax.Partition) {
	p.t.hints(op.Hints)
	if p.apart != nil {
		p.alone(op.Pos, "partition")
		return
	}
	v := p.scope().expr(op.By)
	if v.bad() || op.Sub == nil {
		p.broken = true
		return
	}
	if v.typ == Dynamic {
		p.t.hintf(op.By.Span(), "say how to read it, for example tostring(...)", "rows cannot be grouped by a dynamic value")
		p.broken = true
		return
	}
	v = p.compute("", plain(v))
	if v.typ == String {
		v = p.compute("", sure(String, str(v)))
	}
	p.runApart(&apart{keys: []duck.Expr{v.sql}}, op.Sub)
	p.order = append([]duck.Order{{By: p.apart.keys[0], NullsFirst: true}}, p.order...)
	p.apart = nil
	p.label("partition")
}

// runApart applies the steps of a subquery.
func (p *pipe) runApart(a *apart, sub *syntax.Pipeline) {
	if sub.Source != nil {
		p.t.errorf(sub.Source.Span(), "the subquery begins with an operator, its rows are given")
		p.broken = true
	}
	p.apart = a
	tail := p.tail
	p.t.operators(p, sub.Ops)
	p.tail = tail
}

// rowNumber numbers the rows in a column of its own.
func (p *pipe) rowNumber() duck.Expr {
	xs := make([]duck.Expr, len(p.order))
	for i, o := range p.order {
		xs[i] = o.By
	}
	s := p.over(xs...)
	if s.Closed() && !s.Windowed {
		s = p.push()
	}
	s.Windowed = true
	return duck.Ref{Col: s.Define(ordinalHint, duck.Call{Name: "row_number", Over: &duck.Window{Order: p.order}})}
}

// alone refuses an operator that cannot keep groups of rows apart.
func (p *pipe) alone(at syntax.Span, name string) bool {
	if p.apart == nil {
		return true
	}
	if at.Len() > len(name) {
		at.End = at.Start + len(name)
	}
	p.t.errorf(at, "%s is not supported inside the subquery of mv-apply or partition", name)
	p.broken = true
	return false
}

// groupApart adds the keys and carried values to a grouping.
func (p *pipe) groupApart(g *duck.Group) {
	if p.apart == nil {
		return
	}
	out := &apart{}
	for _, k := range p.apart.keys {
		c := &duck.Column{Hint: ordinalHint}
		g.Keys = append(g.Keys, duck.Def{Col: c, X: k})
		out.keys = append(out.keys, duck.Ref{Col: c})
	}
	for _, v := range p.apart.carried {
		c := &duck.Column{}
		if v.bad() {
			out.carried = append(out.carried, v)
			continue
		}
		v = plain(v)
		g.Aggs = append(g.Aggs, duck.Def{Col: c, X: duck.Fn("any_value", natural(v))})
		out.carried = append(out.carried, value{typ: v.typ, sql: duck.Ref{Col: c}, maybe: v.maybe && v.typ != String, finite: v.finite, bits: v.bits, array: v.array})
	}
	p.apart = out
}

// partitionBy is what windows are cut by inside a subquery.
func (p *pipe) partitionBy() []duck.Expr {
	if p.apart == nil {
		return nil
	}
	return p.apart.keys
}

// limitApart keeps the first n rows of each group.
func (p *pipe) limitApart(n duck.Expr, order []duck.Order) {
	xs := append([]duck.Expr{}, p.apart.keys...)
	for _, o := range order {
		xs = append(xs, o.By)
	}
	s := p.over(xs...)
	if s.Closed() && !s.Windowed {
		s = p.push()
	}
	s.Windowed = true
	at := s.Define("", duck.Call{Name: "row_number", Over: &duck.Window{Partition: p.apart.keys, Order: order}})
	p.push().Where = []duck.Expr{duck.Op(duck.Ref{Col: at}, "<=", n)}
}
