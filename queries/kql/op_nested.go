package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// nestedLevel is one level of top-nested: its key and aggregate columns.
type nestedLevel struct {
	key, agg string
	// groups are the kept groups: the keys so far and the aggregate.
	groups *sharedTable
}

// Names that a query cannot contain, for columns of our own.
const (
	keptColumn  = "#kept"
	otherColumn = "#other"
)

// topNested keeps the best groups, within each the best sub-groups, and so on.
// Each level ranks the groups of the rows that the levels before it kept. With
// others, the rows of the remaining groups stay, under one name.
func (p *pipe) topNested(op *syntax.TopNested) {
	if !p.alone(op.Pos, "top-nested") {
		return
	}
	e, name := p.env, p.name
	var levels []nestedLevel
	for _, l := range op.Levels {
		level, ok := p.nestedKey(l)
		if !ok {
			p.broken = true
			return
		}
		levels = append(levels, level)
		if !p.nest(levels, l) {
			p.broken = true
			return
		}
	}
	out := p.t.read(levels[0].groups, e, name)
	for i, l := range levels[1:] {
		right := p.t.read(l.groups, e, name)
		var keys []key
		for _, above := range levels[:i+1] {
			left, _ := out.column(above.key)
			k, _ := right.column(above.key)
			keys = append(keys, key{left: plain(left), right: plain(k)})
		}
		right.keep(func(j int) bool { n := right.cols[j].name; return n == l.key || n == l.agg })
		out.combine(right, joinKind{sql: duck.Inner}, keys)
	}
	out.order = nil
	for _, l := range levels {
		if v, ok := out.column(l.key); ok {
			out.order = append(out.order, duck.Order{By: orderBy(v), NullsFirst: true})
		}
	}
	out.tail = p.tail
	*p = *out
	p.label("top-nested")
}

// nestedKey gives the key of a level a column.
func (p *pipe) nestedKey(l *syntax.NestedLevel) (nestedLevel, bool) {
	out := nestedLevel{}
	list := p.assign([]syntax.Expr{l.Of}, newNamer("Column", 1))
	if len(list) != 1 || list[0].val.bad() {
		return out, false
	}
	if list[0].val.typ == Dynamic {
		p.t.hintf(l.Of.Span(), "say how to read it, for example tostring(...)", "rows cannot be grouped by a dynamic value")
		return out, false
	}
	out.key = list[0].name
	p.set(out.key, p.define(out.key, plain(list[0].val)))
	ids, _ := named(l.By)
	out.agg = "aggregated_" + out.key
	if len(ids) == 1 {
		out.agg = ids[0].Name
	}
	return out, true
}

// nest ranks the groups of the last level and keeps the best; p becomes the
// rows that belong to them.
func (p *pipe) nest(levels []nestedLevel, l *syntax.NestedLevel) bool {
	t, e, name := p.t, p.env, p.name
	last := &levels[len(levels)-1]
	if _, ok := p.column(otherColumn); !ok {
		p.cols = append(p.cols, column{otherColumn, boolLit(false)})
	}
	rows := p.share("top-nested")
	groups := t.read(rows, e, name)
	if l.Others != nil || len(levels) > 1 {
		flag, _ := groups.column(otherColumn)
		groups.filter(negate(flag))
	}
	if !groups.nestedGroups(levels, l) {
		return false
	}
	if l.N != nil {
		n, ok := p.rows(l.N)
		if !ok {
			return false
		}
		groups.best(levels, l, n)
	}
	best := groups.share("top-nested of " + last.key)
	*p = *t.read(rows, e, name)
	p.relabel(levels, l, best)
	if l.Others == nil && len(levels) == 1 {
		last.groups = best
		return true
	}
	// What others and the rows under them come to is known only now.
	rows = p.share("top-nested of " + last.key)
	groups = t.read(rows, e, name)
	if !groups.nestedGroups(levels, l) {
		return false
	}
	last.groups = groups.share("top-nested of " + last.key)
	*p = *t.read(rows, e, name)
	return true
}

// nestedGroups groups by the keys so far.
func (p *pipe) nestedGroups(levels []nestedLevel, l *syntax.NestedLevel) bool {
	var by []syntax.Expr
	for _, above := range levels {
		by = append(by, &syntax.Ident{Pos: l.Of.Span(), Name: above.key})
	}
	_, x := named(l.By)
	agg := levels[len(levels)-1].agg
	p.summarize(&syntax.Summarize{Pos: l.Pos, By: by, Aggs: []syntax.Expr{
		&syntax.Named{Pos: l.By.Span(), Names: []*syntax.Ident{{Pos: l.By.Span(), Name: agg}}, Value: x}}})
	v, ok := p.column(agg)
	return ok && !v.bad()
}

// best keeps the first n groups under each group of the level above.
func (p *pipe) best(levels []nestedLevel, l *syntax.NestedLevel, n duck.Expr) {
	a := &apart{}
	for _, above := range levels[:len(levels)-1] {
		v, _ := p.column(above.key)
		a.keys = append(a.keys, plain(v).sql)
	}
	last := levels[len(levels)-1]
	agg, _ := p.column(last.agg)
	agg = p.define("", plain(agg))
	k, _ := p.column(last.key)
	desc := l.Order != syntax.OrderAsc
	p.apart = a
	p.limitApart(n, []duck.Order{{By: orderBy(agg), Desc: desc, NullsFirst: !desc}, {By: orderBy(plain(k)), NullsFirst: true}})
	p.apart = nil
}

// relabel keeps the rows of the best groups; with others the rest stays, under
// that name.
func (p *pipe) relabel(levels []nestedLevel, l *syntax.NestedLevel, best *sharedTable) {
	last := levels[len(levels)-1]
	right := p.t.read(best, p.env, p.name)
	var keys []key
	for _, above := range levels {
		a, _ := p.column(above.key)
		b, _ := right.column(above.key)
		keys = append(keys, key{left: plain(a), right: plain(b)})
	}
	flag, _ := p.column(otherColumn)
	right.cols = []column{{keptColumn, right.compute(keptColumn, sure(Bool, duck.IsNull{X: duck.Int(0), Not: true}))}}
	p.combine(right, joinKind{sql: duck.Left}, keys)
	kept, _ := p.column(keptColumn)
	in := sure(Bool, duck.Coalesce(kept.sql, duck.Bool(false)))
	old, _ := p.column(last.key)
	rest := null(old.typ)
	if l.Others != nil {
		if v := p.scope().expr(l.Others); !v.bad() {
			rest = p.t.convert(v, old.typ)
		}
	}
	if l.Others == nil {
		// Rows under others of a level above stay.
		p.filter(logic(false, in, flag))
	}
	x := duck.If(in.sql, natural(plain(old)), natural(plain(rest)))
	p.set(last.key, p.compute(last.key, value{typ: old.typ, maybe: old.typ != String, sql: x}))
	p.set(otherColumn, p.compute(otherColumn, logic(false, flag, negate(in))))
	p.keep(func(i int) bool { return p.cols[i].name != keptColumn })
}

// topHitters counts the values of a column, or sums another by them, and keeps
// the greatest. The counts are exact here.
func (p *pipe) topHitters(op *syntax.TopHitters) {
	agg, name := "count", "approximate_count_"
	var args []syntax.Expr
	word := p.t.autoName(op.Of)
	if op.By != nil {
		agg, name, args = "sum", "approximate_sum_", []syntax.Expr{op.By}
		word = p.t.autoName(op.By)
	}
	at := op.Of.Span()
	p.summarize(&syntax.Summarize{Pos: op.Pos, By: []syntax.Expr{op.Of}, Aggs: []syntax.Expr{
		&syntax.Named{Pos: at, Names: []*syntax.Ident{{Pos: at, Name: name + word}},
			Value: &syntax.Call{Pos: at, Func: &syntax.Ident{Pos: at, Name: agg}, Args: args}}}})
	for i := range p.order {
		// Which of equal values Kusto's sketch keeps is not said; it is the later.
		p.order[i].Desc, p.order[i].NullsFirst = true, false
	}
	p.top(&syntax.Top{Pos: op.Pos, N: op.N, Key: &syntax.SortKey{Pos: at, X: &syntax.Ident{Pos: at, Name: name + word}}})
	p.label("top-hitters")
}

// sampleDistinct keeps some distinct values of a column.
func (p *pipe) sampleDistinct(op *syntax.SampleDistinct) {
	n, ok := p.rows(op.N)
	p.distinct(&syntax.Distinct{Pos: op.Pos, Cols: []syntax.Expr{op.Col}})
	if !ok {
		return
	}
	p.limit(n)
	p.label("sample-distinct")
}
