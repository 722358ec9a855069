package kql

import (
	"math"

	"argosy/queries/kql/duck"
)

// asLong gives the whole number a conversion like tolong() gives: reals lose
// their fraction, texts must be a decimal or hexadecimal number.
func asLong(v value) value {
	switch v.typ {
	case "", Long:
		return v
	case Int:
		v.typ = Long
		return v
	case Bool:
		return keep(v, Long, duck.As(v.sql, "BIGINT"), 2)
	case Real, Decimal:
		// What is too great becomes the greatest long.
		return value{typ: Long, maybe: true, sql: duck.Case{
			Whens: []duck.When{{If: duck.Op(v.sql, "=", duck.Float(1<<63)), Then: duck.Long(math.MaxInt64)}},
			Else:  duck.TryAs(duck.Fn("trunc", v.sql), "BIGINT")}}
	case Datetime, Timespan:
		return keep(v, Long, ticks(v), v.bits)
	case String, Guid:
		return of(Long, longFromText(str(v)))
	}
	if v.lit != nil && v.lit.v == nil {
		return null(Long)
	}
	if v.scalar != nil {
		return asLong(*v.scalar)
	}
	// A number inside JSON may have a fraction, and a string may be hexadecimal.
	text := dynamicText(v).sql
	return of(Long, duck.Coalesce(longFromText(text),
		duck.Case{Whens: []duck.When{{If: duck.In{X: jsonType(v), List: []duck.Expr{duck.Str("DOUBLE"), duck.Str("BOOLEAN")}},
			Then: duck.TryAs(duck.Fn("trunc", duck.Coalesce(duck.TryAs(text, "DOUBLE"), duck.As(duck.TryAs(text, "BOOLEAN"), "DOUBLE"))), "BIGINT")}}}))
}

// longFromText is stricter than TRY_CAST, which reads '1.9' as 2, '1e3' and
// '1_000' as 1000.
func longFromText(x duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{
		{If: duck.Fn("regexp_full_match", x, duck.Str(`\s*[-+]?[0-9]+\s*`)), Then: duck.TryAs(x, "BIGINT")},
		{If: duck.Fn("regexp_full_match", x, duck.Str(`\s*0[xX][0-9a-fA-F]{1,16}\s*`)), Then: wrapLong(
			duck.TryAs(duck.Fn("concat", duck.Str("0x"), duck.Fn("substr", duck.Fn("trim", x), duck.Int(3))), "UBIGINT"))},
	}}
}

// asInt is asLong cut to what an int can hold; anything beyond is null.
func asInt(v value) value {
	if v.typ == Int {
		return v
	}
	if n, ok := v.whole(); ok && v.typ == Long && n >= math.MinInt32 && n <= math.MaxInt32 {
		return intLit(n)
	}
	l := asLong(v)
	if l.bad() {
		return l
	}
	if l.bits == 0 || l.bits > 31 {
		l.sql = duck.Case{Whens: []duck.When{{
			If:   duck.And{duck.Op(l.sql, ">=", duck.Int(math.MinInt32)), duck.Op(l.sql, "<=", duck.Int(math.MaxInt32))},
			Then: l.sql}}}
		l.maybe = true
	}
	l.typ, l.bits = Int, 31
	return l
}

// asReal is todouble().
func asReal(v value) value {
	switch v.typ {
	case "", Real:
		return v
	case Int, Long:
		if n, ok := v.whole(); ok {
			return realLit(float64(n))
		}
		out := keep(v, Real, duck.As(v.sql, "DOUBLE"), 0)
		out.finite = true
		return out
	case Bool:
		out := keep(v, Real, duck.As(duck.As(v.sql, "BIGINT"), "DOUBLE"), 0)
		out.finite = true
		return out
	case Decimal:
		out := keep(v, Real, duck.As(v.sql, "DOUBLE"), 0)
		out.finite = true
		return out
	case Datetime, Timespan:
		out := keep(v, Real, duck.As(ticks(v), "DOUBLE"), 0)
		out.finite = true
		return out
	case String, Guid:
		return of(Real, realFromText(str(v)))
	}
	if v.lit != nil && v.lit.v == nil {
		return null(Real)
	}
	if v.scalar != nil {
		return asReal(*v.scalar)
	}
	text := dynamicText(v).sql
	return of(Real, duck.Coalesce(realFromText(text), duck.As(duck.TryAs(
		duck.Case{Whens: []duck.When{{If: duck.In{X: text, List: []duck.Expr{duck.Str("true"), duck.Str("false")}}, Then: text}}}, "BOOLEAN"), "DOUBLE")))
}

// realFromText refuses what TRY_CAST reads and Kusto does not: digits grouped
// by underscores. Numbers beyond the range become infinite, as in Kusto.
func realFromText(x duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{{
		If: duck.Fn("regexp_full_match", x, duck.Str(`\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*`)),
		Then: duck.Coalesce(duck.TryAs(x, "DOUBLE"),
			duck.If(duck.Fn("regexp_matches", x, duck.Str(`[eE]-`)), duck.Float(0),
				duck.If(duck.Fn("contains", duck.Fn("regexp_replace", x, duck.Str(`[eE].*`), duck.Str("")), duck.Str("-")),
					duck.Float(math.Inf(-1)), duck.Float(math.Inf(1))))),
	}, {
		If:   duck.Fn("regexp_full_match", x, duck.Str(`(?i)\s*([-+]?inf(inity)?|nan)\s*`)),
		Then: duck.TryAs(duck.Fn("trim", x), "DOUBLE"),
	}}}
}

// asBool is tobool().
func asBool(v value) value {
	switch v.typ {
	case "", Bool:
		return v
	case Int, Long, Real, Decimal:
		return keep(v, Bool, duck.Op(v.sql, "<>", duck.Int(0)), 0)
	case String:
		return of(Bool, boolFromText(str(v)))
	case Dynamic:
		if v.lit != nil && v.lit.v == nil {
			return null(Bool)
		}
		if v.scalar != nil {
			return asBool(*v.scalar)
		}
		return of(Bool, boolFromText(dynamicText(v).sql))
	}
	return of(Bool, boolFromText(str(toText(v))))
}

func boolFromText(x duck.Expr) duck.Expr {
	trimmed := duck.Fn("lower", duck.Fn("trim", x))
	return duck.Case{Whens: []duck.When{
		{If: duck.Op(trimmed, "=", duck.Str("true")), Then: duck.Bool(true)},
		{If: duck.Op(trimmed, "=", duck.Str("false")), Then: duck.Bool(false)},
		{If: duck.Fn("regexp_full_match", trimmed, duck.Str(`[-+]?[0-9]+`)), Then: duck.Op(duck.TryAs(trimmed, "BIGINT"), "<>", duck.Int(0))},
	}}
}

// keep makes a converted value that is null exactly where v is.
func keep(v value, t Type, x duck.Expr, bits int) value {
	return value{typ: t, sql: x, maybe: v.maybe, bits: bits}
}

// wrapLong reduces a HUGEINT to 64 bits, as KQL's arithmetic does.
func wrapLong(x duck.Expr) duck.Expr {
	half := duck.As(duck.Str("9223372036854775808"), "HUGEINT")
	mask := duck.As(duck.Str("18446744073709551615"), "HUGEINT")
	x = duck.As(x, "HUGEINT")
	return duck.As(duck.Op(duck.Op(duck.Op(x, "+", half), "&", mask), "-", half), "BIGINT")
}

// jsonType is DuckDB's name for the kind of a dynamic value.
func jsonType(v value) duck.Expr { return duck.Fn("json_type", toJSON(v)) }
