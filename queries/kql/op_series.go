package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// maxSeries is the greatest length of a series, as in Kusto.
const maxSeries = 1 << 20

// seriesAxis is the axis of a make-series: values fall into bins of a width,
// counted from base.
type seriesAxis struct {
	name             string
	typ              Type
	base, step, size duck.Expr
	hasFrom, hasTo   bool
}

// makeSeries aggregates in bins along an axis and gathers them in arrays, one
// row for each group.
func (p *pipe) makeSeries(op *syntax.MakeSeries) {
	p.t.hints(op.Hints)
	nonempty := op.Kind != nil && op.Kind.Name == "nonempty"
	if op.Kind != nil && !nonempty {
		p.t.hintf(op.Kind.Pos, "there is: nonempty", "unknown kind of make-series %q", op.Kind.Name)
	}
	if !p.alone(op.Pos, "make-series") {
		return
	}
	axis, ok := p.seriesAxis(op)
	if !ok {
		p.broken = true
		return
	}
	keys := len(op.By)
	bin := &syntax.Ident{Pos: op.On.Span(), Name: keptColumn}
	var aggs []syntax.Expr
	for _, a := range op.Aggs {
		aggs = append(aggs, a.X)
	}
	p.summarize(&syntax.Summarize{Pos: op.Pos, By: append(append([]syntax.Expr{}, op.By...), bin), Aggs: aggs})
	if p.broken || len(p.cols) != keys+1+len(aggs) {
		p.broken = true
		return
	}
	p.gatherSeries(op, axis, keys, nonempty)
	p.label("make-series")
}

// seriesAxis reads the axis and leaves each row's bin in a column.
func (p *pipe) seriesAxis(op *syntax.MakeSeries) (seriesAxis, bool) {
	out := seriesAxis{}
	ids, x := named(op.On)
	on := p.scope().expr(x)
	out.name = p.t.autoName(x)
	if len(ids) == 1 {
		out.name = ids[0].Name
	}
	if out.name == "" {
		out.name = "Column1"
	}
	s := &scope{t: p.t, env: p.env}
	step := s.expr(op.Step)
	from, to := poison, poison
	if op.From != nil {
		from = s.expr(op.From)
	}
	if op.To != nil {
		to = s.expr(op.To)
	}
	if on.bad() || step.bad() || op.From != nil && from.bad() || op.To != nil && to.bad() {
		return out, false
	}
	out.typ = on.typ
	width := on.typ
	switch on.typ {
	case Datetime:
		width = Timespan
	case Timespan:
	case Int, Long:
		out.typ, width = Long, Long
		if step.typ == Real || from.typ == Real {
			out.typ, width = Real, Real
		}
	case Real, Decimal:
		out.typ, width = Real, Real
	default:
		p.t.errorf(x.Span(), "the axis of make-series must be a number, datetime or timespan, not %s", on.typ.with())
		return out, false
	}
	like := func(at syntax.Expr, v value, typ Type) duck.Expr {
		if v.typ != typ && !(v.typ.numeric() && typ.numeric()) {
			p.t.errorf(at.Span(), "make-series: %s is needed here, not %s", typ.with(), v.typ.with())
			return nil
		}
		return plain(p.t.convert(v, typ)).sql
	}
	if out.step = like(op.Step, step, width); out.step == nil {
		return out, false
	}
	if n, isNumber := step.whole(); isNumber && n <= 0 {
		p.t.errorf(op.Step.Span(), "the step must be greater than 0")
		return out, false
	}
	at := plain(p.t.convert(on, out.typ))
	out.base = plain(p.t.convert(longLit(0), Long)).sql
	if out.typ == Real {
		out.base = duck.Float(0)
	}
	if op.From != nil {
		if out.base = like(op.From, from, out.typ); out.base == nil {
			return out, false
		}
		out.hasFrom = true
		p.filter(sure(Bool, duck.Op(at.sql, ">=", out.base)))
	}
	if op.To != nil {
		end := like(op.To, to, out.typ)
		if end == nil {
			return out, false
		}
		out.hasTo = true
		word := "<"
		if op.InRange {
			word = "<="
		}
		p.filter(sure(Bool, duck.Op(at.sql, word, end)))
		// The number of bins from base; a bin that the end falls into counts.
		out.size = duck.Op(out.binOf(duck.Op(end, "-", duck.Int(1))), "+", duck.Int(1))
		switch {
		case op.InRange:
			out.size = duck.Op(out.binOf(end), "+", duck.Int(1))
		case out.typ == Real:
			out.size = duck.As(duck.Fn("ceil", duck.Op(duck.Op(end, "-", out.base), "/", out.step)), "BIGINT")
		}
	}
	p.filter(sure(Bool, duck.IsNull{X: at.sql, Not: true}))
	p.set(keptColumn, p.compute("bin", sure(Long, out.binOf(at.sql))))
	return out, true
}

// binOf is the number of the bin that a value falls into.
func (a seriesAxis) binOf(x duck.Expr) duck.Expr {
	d := duck.Op(x, "-", a.base)
	if a.typ == Real {
		return duck.As(duck.Fn("floor", duck.Op(d, "/", a.step)), "BIGINT")
	}
	rest := duck.Op(duck.Op(duck.Op(d, "%", a.step), "+", a.step), "%", a.step)
	return duck.Op(duck.Op(d, "-", rest), "//", a.step)
}

// gatherSeries makes arrays of the bins of each group.
func (p *pipe) gatherSeries(op *syntax.MakeSeries, axis seriesAxis, keys int, nonempty bool) {
	var by []assigned
	for i, c := range p.cols[:keys] {
		by = append(by, assigned{c.name, op.By[i].Span(), c.val})
	}
	bin := plain(p.cols[keys].val).sql
	low, high := &duck.Column{Hint: "first"}, &duck.Column{Hint: "end"}
	aggs := []duck.Def{{Col: low, X: duck.Int(0)}, {Col: high, X: axis.size}}
	aggs[0].X = duck.Fn("min", bin)
	aggs[1].X = duck.Op(duck.Fn("max", bin), "+", duck.Int(1))
	first, end := duck.Expr(duck.Ref{Col: low}), duck.Expr(duck.Ref{Col: high})
	if axis.hasFrom {
		first = duck.Int(0)
	}
	if axis.hasTo {
		end = axis.size
	}
	rows := &duck.Column{}
	aggs = append(aggs, duck.Def{Col: rows, X: duck.Fn("count")})
	type series struct {
		name string
		bins *duck.Column
		rest value
	}
	var list []series
	for i, c := range p.cols[keys+1:] {
		m := &duck.Column{Hint: c.name}
		v := c.val
		if v.bad() {
			p.broken = true
			return
		}
		rest := p.t.convert(longLit(0), v.typ)
		if d := op.Aggs[i].Default; d != nil {
			rest = (&scope{t: p.t, env: p.env}).expr(d)
			if rest.bad() {
				return
			}
			if rest.typ != v.typ {
				rest = p.t.convert(rest, v.typ)
			}
		}
		aggs = append(aggs, duck.Def{Col: m, X: duck.Fn("map", duck.Fn("list", bin), duck.Fn("list", toJSON(v)))})
		list = append(list, series{c.name, m, rest})
	}
	p.group(by, aggs, "make-series")
	if keys == 0 && !nonempty {
		p.filter(sure(Bool, duck.Op(duck.Ref{Col: rows}, ">", duck.Int(0))))
	}
	if axis.hasFrom && axis.hasTo {
		p.filter(sure(Bool, duck.Op(end, ">", duck.Int(0))))
		p.filter(sure(Bool, duck.Op(end, "<=", duck.Int(maxSeries))))
	}
	p.push()
	places := duck.Fn("range", duck.Coalesce(first, duck.Int(0)), duck.Coalesce(end, duck.Int(0)))
	array := func(name string, body func(i duck.Expr) duck.Expr) column {
		i := &duck.Var{}
		x := duck.Fn("to_json", duck.Fn("list_transform", places, duck.Lambda{Vars: []*duck.Var{i}, Body: body(duck.Local{Var: i})}))
		return column{name, p.compute(name, value{typ: Dynamic, sql: x, array: true})}
	}
	taken := newNamer("", 1, p.names()...)
	for _, s := range list {
		p.cols = append(p.cols, array(taken.auto(s.name), func(i duck.Expr) duck.Expr {
			return duck.Coalesce(duck.Fn("map_extract_value", duck.Ref{Col: s.bins}, i), toJSON(s.rest))
		}))
	}
	p.cols = append(p.cols, array(taken.auto(axis.name), func(i duck.Expr) duck.Expr {
		return toJSON(sure(axis.typ, duck.Op(axis.base, "+", duck.Op(i, "*", axis.step))))
	}))
}
