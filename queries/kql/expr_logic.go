package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// binary is X op Y.
func (s *scope) binary(e *syntax.Binary) value {
	switch e.Op {
	case syntax.OpAnd, syntax.OpOr:
		return s.logic(e)
	}
	if _, star := syntax.Unparen(e.X).(*syntax.Star); star {
		return s.anyColumn(e)
	}
	x, y := s.expr(e.X), s.expr(e.Y)
	if x.bad() || y.bad() {
		return poison
	}
	switch e.Op {
	case syntax.OpAdd, syntax.OpSub, syntax.OpMul, syntax.OpDiv, syntax.OpMod:
		return s.arithmetic(e, x, y)
	case syntax.OpEq, syntax.OpNe, syntax.OpLt, syntax.OpLe, syntax.OpGt, syntax.OpGe:
		return s.compare(e, x, y)
	}
	return s.textual(e.Op, e.OpPos, e.X.Span(), e.Y.Span(), x, y)
}

// logic is and, or.
func (s *scope) logic(e *syntax.Binary) value {
	x, y := s.boolean(e.X), s.boolean(e.Y)
	if x.bad() || y.bad() {
		return poison
	}
	return logic(e.Op == syntax.OpAnd, x, y)
}

// logic joins conditions. A literal that decides or does not matter is folded,
// so that a predicate known to be true disappears.
func logic(and bool, xs ...value) value {
	var sqls, filters []duck.Expr
	out := value{typ: Bool}
	for _, x := range xs {
		if b, ok := x.litBool(); ok {
			if b == and {
				continue
			}
			return boolLit(b)
		}
		sqls = append(sqls, x.sql)
		f := x.filter
		if f == nil {
			f = x.sql
		}
		filters = append(filters, f)
		out.maybe = out.maybe || x.maybe
	}
	switch {
	case len(sqls) == 0:
		return boolLit(and)
	case and:
		out.sql, out.filter = flat[duck.And](sqls), flat[duck.And](filters)
	default:
		out.sql, out.filter = flat[duck.Or](sqls), flat[duck.Or](filters)
	}
	return out
}

// flat joins expressions by an operator, those that it joined already as their
// members.
func flat[T interface {
	~[]duck.Expr
	duck.Expr
}](xs []duck.Expr) duck.Expr {
	var out T
	for _, x := range xs {
		if a, ok := x.(T); ok {
			out = append(out, a...)
		} else {
			out = append(out, x)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

// negate is not(x).
func negate(x value) value {
	if x.bad() {
		return poison
	}
	if b, ok := x.litBool(); ok {
		return boolLit(!b)
	}
	return value{typ: Bool, sql: duck.Not{X: x.sql}, maybe: x.maybe}
}

// twoValued is a predicate over operands that may be NULL and that answers no
// for them: KQL's string operators and in know no null.
func twoValued(x duck.Expr, maybe bool) value {
	v := value{typ: Bool, sql: x}
	if maybe {
		v.sql, v.filter = duck.Coalesce(x, duck.Bool(false)), x
	}
	return v
}

// between is X between (Low .. High), both ends included.
func (s *scope) between(e *syntax.Between) value {
	x, low, high := s.expr(e.X), s.expr(e.Low), s.expr(e.High)
	if x.bad() || low.bad() || high.bad() {
		return poison
	}
	if x.typ == Datetime && high.typ == Timespan {
		high = s.t.arithmetic(low, high, syntax.OpAdd)
	}
	at := &syntax.Binary{Pos: e.Pos, OpPos: e.Pos, X: e.X, Y: e.Low}
	at.Op = syntax.OpGe
	above := s.compare(at, x, low)
	at.Op, at.Y = syntax.OpLe, e.High
	below := s.compare(at, x, high)
	if above.bad() || below.bad() {
		return poison
	}
	in := logic(true, above, below)
	if e.Not {
		return negate(in)
	}
	return in
}
