package kql

import (
	"strconv"

	"argosy/queries/kql/duck"
)

// str is the SQL text of a string value, never NULL.
func str(v value) duck.Expr {
	if v.maybe {
		return duck.Coalesce(v.sql, duck.Str(""))
	}
	return v.sql
}

// toText gives what tostring() gives. Its SQL may be NULL for ”.
func toText(v value) value {
	switch v.typ {
	case "", String:
		return v
	case Guid:
		out := of(String, v.sql)
		out.maybe, out.lit = v.maybe, v.lit
		return out
	case Dynamic:
		return dynamicText(v)
	}
	if v.lit != nil {
		if s, ok := literalText(v); ok {
			return textLit(s)
		}
	}
	out := of(String, plainText(v))
	out.maybe = v.maybe
	return out
}

// plainText writes a scalar that is not dynamic.
func plainText(v value) duck.Expr {
	switch v.typ {
	case Bool:
		return duck.Case{Whens: []duck.When{
			{If: v.sql, Then: duck.Str("True")},
			{If: duck.Not{X: v.sql}, Then: duck.Str("False")},
		}}
	case Real:
		if v.finite {
			break
		}
		return realText(v.sql)
	case Datetime:
		return datetimeText(v)
	case Timespan:
		return timespanText(v.sql)
	case Decimal:
		return duck.Fn("regexp_replace", duck.As(v.sql, "VARCHAR"), duck.Str(`\.?0+$`), duck.Str(""))
	}
	return duck.As(v.sql, "VARCHAR")
}

// realText names the special numbers as Kusto does.
func realText(x duck.Expr) duck.Expr {
	return duck.Case{
		Whens: []duck.When{
			{If: duck.Fn("isnan", x), Then: duck.Str("NaN")},
			{If: duck.Fn("isinf", x), Then: duck.If(duck.Op(x, ">", duck.Int(0)), duck.Str("Infinity"), duck.Str("-Infinity"))},
		},
		Else: duck.As(x, "VARCHAR"),
	}
}

// dynamicText reads a dynamic as tostring() does: a string without its quotes,
// anything else as JSON.
func dynamicText(v value) value {
	if v.lit != nil && v.lit.v == nil {
		return textLit("")
	}
	out := value{typ: String, maybe: true}
	switch {
	case v.scalar != nil:
		out = scalarText(*v.scalar)
	case v.sql == nil:
		out.sql = v.tree.text()
	default:
		out.sql = duck.Fn("json_extract_string", v.sql, duck.Str("$"))
	}
	out.source = &v
	return out
}

// scalarText is the text of a dynamic that is held as a scalar. It differs
// from tostring of the scalar for bool, which JSON writes in small letters.
func scalarText(v value) value {
	if v.typ == Bool {
		return of(String, duck.As(v.sql, "VARCHAR"))
	}
	return toText(v)
}

// datetimeText writes yyyy-MM-ddTHH:mm:ss.fffffffZ.
func datetimeText(v value) duck.Expr {
	if v.stamp {
		return duck.Fn("strftime", v.sql, duck.Str("%Y-%m-%dT%H:%M:%S.%f0Z"))
	}
	return duck.Fn("concat_ws", duck.Str(""),
		duck.Fn("strftime", stampOf(v.sql), duck.Str("%Y-%m-%dT%H:%M:%S.%f")),
		duck.Op(v.sql, "%", duck.Int(10)),
		duck.Fn("substr", duck.Str("Z"), duck.If(duck.IsNull{X: v.sql}, duck.Int(2), duck.Int(1))))
}

// stampOf turns ticks into a TIMESTAMP, cut to microseconds.
func stampOf(ticks duck.Expr) duck.Expr {
	return duck.Fn("make_timestamp", duck.Op(duck.Op(ticks, "//", duck.Int(10)), "-", duck.Int(unixEpoch/10)))
}

// ticksOf turns a TIMESTAMP into ticks.
func ticksOf(stamp duck.Expr) duck.Expr {
	return duck.Op(duck.Op(duck.Fn("epoch_us", stamp), "*", duck.Int(10)), "+", duck.Int(unixEpoch))
}

// timespanText writes [-][d.]hh:mm:ss[.fffffff].
func timespanText(x duck.Expr) duck.Expr {
	abs := duck.Fn("abs", x)
	part := func(unit, modulo int64) duck.Expr {
		y := duck.Op(abs, "//", duck.Int(unit))
		if modulo > 0 {
			y = duck.Op(y, "%", duck.Int(modulo))
		}
		return y
	}
	days := part(ticksDay, 0)
	fraction := part(1, ticksSecond)
	return duck.Case{Whens: []duck.When{{If: duck.IsNull{X: x, Not: true}, Then: duck.Fn("concat",
		duck.If(duck.Op(x, "<", duck.Int(0)), duck.Str("-"), duck.Str("")),
		duck.If(duck.Op(days, ">", duck.Int(0)), duck.Fn("concat", days, duck.Str(".")), duck.Str("")),
		duck.Fn("format", duck.Str("{:02d}:{:02d}:{:02d}"), part(ticksHour, 24), part(ticksMinute, 60), part(ticksSecond, 60)),
		duck.If(duck.Op(fraction, ">", duck.Int(0)), duck.Fn("format", duck.Str(".{:07d}"), fraction), duck.Str("")))}}}
}

// literalText is the text of a literal where it is simple to know.
func literalText(v value) (string, bool) {
	switch x := v.lit.v.(type) {
	case nil:
		return "", true
	case bool:
		if x {
			return "True", true
		}
		return "False", true
	case int64:
		if v.typ.integer() {
			return strconv.FormatInt(x, 10), true
		}
	}
	return "", false
}

// toJSON gives any value as JSON, NULL for null.
func toJSON(v value) duck.Expr {
	switch v.typ {
	case Dynamic:
		switch {
		case v.scalar != nil:
			if v.scalar.typ == String {
				// A typed path that is NULL is a missing member, not ''.
				return duck.Fn("to_json", v.scalar.sql)
			}
			return toJSON(*v.scalar)
		case v.sql != nil:
			return v.sql
		}
		return v.tree.json()
	case String:
		return duck.Fn("to_json", str(v))
	case Bool, Int, Long:
		return duck.Fn("to_json", v.sql)
	case Real:
		if v.finite {
			return duck.Fn("to_json", v.sql)
		}
		return duck.Case{
			Whens: []duck.When{{If: duck.Fn("isfinite", v.sql), Then: duck.Fn("to_json", v.sql)}},
			Else:  duck.Fn("to_json", realText(v.sql)),
		}
	}
	text := toText(v).sql
	if v.typ == Datetime && v.maybe {
		// A missing moment reads as '' in a text, but is null in a dynamic.
		text = duck.Fn("nullif", text, duck.Str(""))
	}
	return duck.Fn("to_json", text)
}

// asDynamic gives any value as a dynamic that remembers what it is.
func asDynamic(v value) value {
	if v.bad() || v.typ == Dynamic {
		return v
	}
	return value{typ: Dynamic, maybe: v.maybe && v.typ != String, scalar: &v, sql: nil}
}
