package kql

import (
	"math"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// arithmetic checks the types of X op Y and lowers it.
func (s *scope) arithmetic(e *syntax.Binary, x, y value) value {
	if x.typ == Dynamic && y.typ != Dynamic {
		x = likeOperand(x, y.typ)
	} else if y.typ == Dynamic && x.typ != Dynamic {
		y = likeOperand(y, x.typ)
	}
	v := s.t.arithmetic(x, y, e.Op)
	if v.bad() {
		hint := ""
		if x.typ == Dynamic || y.typ == Dynamic {
			hint = "say what the dynamic value is, for example toint(...) or todouble(...)"
		} else if x.typ == String && e.Op == syntax.OpAdd {
			hint = "strcat(...) joins texts"
		}
		s.t.hintf(e.Pos, hint, "%s %s %s is not defined", x.typ, e.Op, y.typ)
	}
	return v
}

// likeOperand reads a dynamic as the type of the other operand; a whole number
// may meet a fraction in it.
func likeOperand(v value, t Type) value {
	switch {
	case t.integer():
		return asReal(v)
	case t.numeric(), t == Datetime, t == Timespan:
		return likeType(v, t)
	}
	return v
}

// arithmetic lowers x op y, or returns poison when there is no such operation.
func (t *translator) arithmetic(x, y value, op syntax.Op) value {
	switch {
	case x.bad() || y.bad():
		return poison
	case x.typ.numeric() && y.typ.numeric():
		return numbers(x, y, op)
	case x.typ == Datetime || y.typ == Datetime:
		return clock(x, y, op)
	case x.typ == Timespan || y.typ == Timespan:
		return spans(x, y, op)
	}
	return poison
}

func numbers(x, y value, op syntax.Op) value {
	switch {
	case x.typ == Decimal || y.typ == Decimal:
		return decimals(asDecimal(x), asDecimal(y), op)
	case x.typ == Real || y.typ == Real:
		return reals(asReal(x), asReal(y), op)
	}
	// Even of two ints Kusto makes a long.
	return whole(x, y, op)
}

// reals are IEEE numbers: dividing by zero gives an infinity or NaN.
func reals(x, y value, op syntax.Op) value {
	out := value{typ: Real, maybe: x.maybe || y.maybe}
	if op == syntax.OpMod {
		out.sql = modulo(x.sql, y.sql)
		return out
	}
	out.sql = duck.Op(x.sql, string(op), y.sql)
	return out
}

// whole computes with whole numbers. KQL's arithmetic wraps around at 64 bits
// where DuckDB stops the query; the detour through 128 bits is taken only when
// the plain way fails, and not written at all when it cannot.
func whole(x, y value, op syntax.Op) value {
	out := value{typ: Long, maybe: x.maybe || y.maybe}
	if a, ok := x.whole(); ok {
		if b, ok := y.whole(); ok {
			if n, ok := fold(a, b, op); ok {
				return longLit(n)
			}
			return null(Long)
		}
	}
	plainOp := duck.Op(x.sql, string(op), y.sql)
	bx, by := bits(x), bits(y)
	switch op {
	case syntax.OpDiv:
		out.sql, out.bits = duck.Op(x.sql, "//", y.sql), bx
		if n, ok := y.whole(); !ok || n == 0 || n == -1 {
			out.maybe = true
		}
		return out
	case syntax.OpMod:
		out.sql, out.bits = modulo(x.sql, y.sql), by
		if n, ok := y.whole(); !ok || n == 0 {
			out.maybe = true
		}
		return out
	case syntax.OpMul:
		out.bits = bx + by
	default:
		out.bits = max(bx, by) + 1
	}
	if out.bits <= 62 {
		out.sql = plainOp
		return out
	}
	out.bits = 0
	out.sql = duck.Coalesce(duck.Fn("try", plainOp),
		wrapLong(duck.Op(duck.As(x.sql, "HUGEINT"), string(op), duck.As(y.sql, "HUGEINT"))))
	return out
}

func bits(v value) int {
	if v.bits == 0 {
		return 63
	}
	return v.bits
}

// fold computes with literals; ok is false where the result is null.
func fold(a, b int64, op syntax.Op) (int64, bool) {
	switch op {
	case syntax.OpAdd:
		return a + b, true
	case syntax.OpSub:
		return a - b, true
	case syntax.OpMul:
		return a * b, true
	case syntax.OpDiv:
		if b == 0 {
			return 0, false
		}
		return a / b, true
	}
	if b == 0 {
		return 0, false
	}
	if b == math.MinInt64 {
		return a, a >= 0
	}
	n := a % b
	if n < 0 {
		n += max(b, -b)
	}
	return n, true
}

// modulo is never negative in KQL.
func modulo(x, y duck.Expr) duck.Expr {
	size := duck.Fn("abs", y)
	return duck.Op(duck.Fn("", duck.Op(duck.Op(x, "%", y), "+", size)), "%", size)
}

// clock computes with datetimes, which end at year 9999: beyond is null.
func clock(x, y value, op syntax.Op) value {
	if a, ok := x.whole(); ok {
		if b, ok := y.whole(); ok && (op == syntax.OpAdd || op == syntax.OpSub) {
			n, _ := fold(a, b, op)
			if x.typ == Datetime && y.typ == Datetime {
				if op == syntax.OpSub {
					return timespanLit(n)
				}
				return poison
			}
			if n < 0 || n > lastTick {
				return null(Datetime)
			}
			return datetimeLit(n)
		}
	}
	maybe := x.maybe || y.maybe
	switch {
	case x.typ == Datetime && y.typ == Datetime && op == syntax.OpSub:
		return value{typ: Timespan, sql: duck.Op(ticks(x), "-", ticks(y)), maybe: maybe, bits: 62}
	case x.typ == Datetime && y.typ == Timespan && (op == syntax.OpAdd || op == syntax.OpSub):
		return of(Datetime, inRange(duck.Op(ticks(x), string(op), y.sql)))
	case x.typ == Timespan && y.typ == Datetime && op == syntax.OpAdd:
		return of(Datetime, inRange(duck.Op(x.sql, "+", ticks(y))))
	case x.typ == Datetime && y.typ == Timespan && op == syntax.OpMod:
		return of(Timespan, modulo(ticks(x), y.sql))
	}
	return poison
}

// spans computes with timespans.
func spans(x, y value, op syntax.Op) value {
	both := x.typ == Timespan && y.typ == Timespan
	switch {
	case both && op == syntax.OpDiv:
		return reals(asReal(x), asReal(y), op)
	case both && op == syntax.OpMul:
		return poison
	case both:
		return asSpan(whole(x, y, op))
	case x.typ.integer() && op == syntax.OpMul, y.typ.integer() && (op == syntax.OpMul || op == syntax.OpDiv):
		return asSpan(whole(x, y, op))
	case x.typ.integer() && op == syntax.OpSub:
		// Only -x comes here, as 0 - x.
		if n, ok := x.whole(); ok && n == 0 {
			return asSpan(whole(x, y, op))
		}
	case x.typ == Real && op == syntax.OpMul, y.typ == Real && (op == syntax.OpMul || op == syntax.OpDiv):
		v := reals(asReal(x), asReal(y), op)
		return of(Timespan, duck.TryAs(duck.Fn("trunc", v.sql), "BIGINT"))
	}
	return poison
}

func asSpan(v value) value {
	v.typ = Timespan
	return v
}
