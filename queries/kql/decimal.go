package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// decimals computes with decimals to the last of their 18 digits. DuckDB
// divides decimals as DOUBLE and cannot multiply wide ones, so both are done
// with whole numbers of 128 bits. A result that does not fit stops the query:
// null would pass for missing data.
func decimals(x, y value, op syntax.Op) value {
	out := value{typ: Decimal, maybe: x.maybe || y.maybe}
	switch op {
	case syntax.OpAdd, syntax.OpSub:
		out.sql = duck.As(duck.Op(x.sql, string(op), y.sql), decimalSQL)
	case syntax.OpMod:
		out.maybe, out.sql = true, duck.TryAs(modulo(x.sql, y.sql), decimalSQL)
	case syntax.OpMul:
		out.sql = inUnits(x, y, func(a, b duck.Expr) duck.Expr {
			// a*b / 10^18, where a is cut in pieces of 9 digits so that the products
			// fit.
			top, rest := duck.Op(a, "//", tenTo(18)), duck.Op(a, "%", tenTo(18))
			high, low := duck.Op(duck.Fn("", rest), "//", tenTo(9)), duck.Op(duck.Fn("", rest), "%", tenTo(9))
			small := duck.Op(duck.Fn("", duck.Op(duck.Op(high, "*", b), "+", duck.Op(duck.Op(low, "*", b), "//", tenTo(9)))), "//", tenTo(9))
			return duck.Op(duck.Op(top, "*", b), "+", small)
		})
	default:
		out.maybe = true
		out.sql = duck.Case{Whens: []duck.When{{If: duck.Op(y.sql, "<>", duck.Int(0)), Then: inUnits(x, y, func(a, b duck.Expr) duck.Expr {
			// Long division, 6 digits at a time.
			sum := duck.Op(duck.Op(a, "//", b), "*", tenTo(18))
			rest := duck.Op(a, "%", b)
			for _, place := range []int{12, 6, 0} {
				next := duck.Op(duck.Fn("", rest), "*", tenTo(6))
				sum = duck.Op(sum, "+", duck.Op(duck.Op(next, "//", b), "*", tenTo(place)))
				rest = duck.Op(next, "%", b)
			}
			return sum
		})}}}
	}
	return out
}

// tenTo is a power of ten of 128 bits.
func tenTo(n int) duck.Expr {
	digits := "1"
	for range n {
		digits += "0"
	}
	return duck.As(duck.Str(digits), "HUGEINT")
}

// inUnits computes with the numbers of 10^-18 in the absolute values of two
// decimals, and puts the sign and the point back.
func inUnits(x, y value, body func(a, b duck.Expr) duck.Expr) duck.Expr {
	units := func(v value) duck.Expr {
		return duck.As(duck.Fn("replace", duck.As(duck.Fn("abs", v.sql), "VARCHAR"), duck.Str("."), duck.Str("")), "HUGEINT")
	}
	minus := duck.Op(duck.Fn("sign", x.sql), "<>", duck.Fn("sign", y.sql))
	args := duck.Struct{{Name: "a", X: units(x)}, {Name: "b", X: units(y)}}
	return once(args, func(s duck.Expr) duck.Expr {
		result := body(duck.Get{X: s, Field: "a"}, duck.Get{X: s, Field: "b"})
		return once(result, func(n duck.Expr) duck.Expr {
			text := duck.Fn("concat", duck.If(minus, duck.Str("-"), duck.Str("")), duck.Op(n, "//", tenTo(18)), duck.Str("."),
				duck.Fn("lpad", duck.As(duck.Op(n, "%", tenTo(18)), "VARCHAR"), duck.Int(18), duck.Str("0")))
			return duck.As(duck.Case{Whens: []duck.When{{If: duck.IsNull{X: n, Not: true}, Then: text}}}, decimalSQL)
		})
	})
}

// asDecimal is todecimal(). A real gives the digits it is written with. A
// number that does not fit stops the query.
func asDecimal(v value) value {
	switch v.typ {
	case "", Decimal:
		return v
	case Int, Long:
		return keep(v, Decimal, duck.As(v.sql, decimalSQL), 0)
	case Bool:
		return keep(v, Decimal, duck.As(duck.As(v.sql, "BIGINT"), decimalSQL), 0)
	case Real:
		text := duck.As(v.sql, "VARCHAR")
		if !v.finite {
			text = duck.Case{Whens: []duck.When{{If: duck.Fn("isfinite", v.sql), Then: text}}}
		}
		return of(Decimal, duck.As(text, decimalSQL))
	}
	text := duck.Fn("trim", str(toText(v)))
	number := duck.Fn("regexp_full_match", text, duck.Str(`[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?`))
	return of(Decimal, duck.Case{Whens: []duck.When{{If: number, Then: duck.As(text, decimalSQL)}}})
}
