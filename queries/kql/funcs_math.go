package kql

import (
	"argosy/queries/kql/duck"
)

// mathFuncs compute with numbers.
func mathFuncs() []Func {
	number := []Param{{Name: "value", Type: "number"}}
	real := func(name, fn, doc, example string, aliases ...string) Func {
		return Func{Name: name, Aliases: aliases, Params: number, Returns: "real", Doc: doc, Example: example,
			lower: func(c *call) value { return c.out(Real, duck.Fn(fn, asReal(c.args[0]).sql)) }}
	}
	return []Func{
		{Name: "round", Params: []Param{{Name: "value", Type: "number"}, {Name: "digits", Type: "long", Optional: true}}, Returns: "the type of value",
			Doc: "The number rounded to some digits behind the point, halves away from zero.", Example: "round(7.456, 1)", naming: naming{first: true}, lower: round},
		{Name: "floor", Params: binParams(), Returns: "the type of value", Doc: "The same as bin.", Example: "floor(7.5, 1)", naming: naming{first: true}, lower: bin},
		{Name: "bin", Params: binParams(), Returns: "the type of value", Doc: "The value rounded down to a multiple of size.", Example: "bin(published, 1d)",
			naming: naming{first: true}, lower: bin},
		{Name: "bin_at", Params: []Param{{Name: "value", Type: "scalar"}, {Name: "size", Type: "scalar"}, {Name: "at", Type: "scalar"}}, Returns: "the type of value",
			Doc: "The value rounded down to a multiple of size counted from a fixed point.", Example: "bin_at(published, 7d, datetime(2024-01-01))", naming: naming{first: true}, lower: binAt},
		{Name: "ceiling", Params: number, Returns: "the type of value", Doc: "The number rounded up.", Example: "ceiling(7.1)", naming: naming{first: true}, lower: ceiling},
		{Name: "abs", Params: []Param{{Name: "value", Type: "scalar"}}, Returns: "the type of value", Doc: "The number without its sign.", Example: "abs(-5)", naming: naming{first: true}, lower: abs},
		{Name: "sign", Params: number, Returns: "real", Doc: "-1, 0 or 1.", Example: "sign(-5)", lower: func(c *call) value {
			return c.out(Real, duck.As(duck.Fn("sign", asReal(c.args[0]).sql), "DOUBLE"))
		}},
		{Name: "pow", Params: []Param{{Name: "base", Type: "real"}, {Name: "exponent", Type: "real"}}, Returns: "real", Doc: "The base raised to the exponent.",
			Example: "pow(2, 10)", naming: naming{first: true}, lower: func(c *call) value { return c.out(Real, duck.Fn("pow", c.x(0), c.x(1))) }},
		real("exp", "exp", "e raised to a number.", "exp(1)"),
		{Name: "sqrt", Params: number, Returns: "real", Doc: "The square root; NaN for a negative number.", Example: "sqrt(16)", naming: naming{first: true}, lower: func(c *call) value {
			x := asReal(c.args[0]).sql
			return c.out(Real, duck.Case{Whens: []duck.When{{If: duck.Op(x, "<", duck.Int(0)), Then: duck.Float(nan())}, {If: duck.Op(x, ">=", duck.Int(0)), Then: duck.Fn("sqrt", duck.Fn("abs", x))}}})
		}},
		logFunc("log", "ln", "The natural logarithm."), logFunc("log10", "log10", "The logarithm to base 10."), logFunc("log2", "log2", "The logarithm to base 2."),
		real("sin", "sin", "The sine of an angle in radians.", "sin(0)"),
		real("cos", "cos", "The cosine of an angle in radians.", "cos(0)"),
		real("tan", "tan", "The tangent of an angle in radians.", "tan(0)"),
		real("atan", "atan", "The angle in radians whose tangent is given.", "atan(1)"),
		real("radians", "radians", "Degrees as radians.", "radians(180)"),
		real("degrees", "degrees", "Radians as degrees.", "degrees(pi())"),
		{Name: "gamma", Params: number, Returns: "real", Doc: "The gamma function; null for 0 and for negative whole numbers.", Example: "gamma(5)", naming: naming{first: true}, lower: func(c *call) value {
			return gamma(c, "gamma")
		}},
		{Name: "loggamma", Params: number, Returns: "real", Doc: "The logarithm of the gamma function; null for 0 and for negative whole numbers.", Example: "loggamma(5)", naming: naming{first: true}, lower: func(c *call) value {
			return gamma(c, "lgamma")
		}},
		{Name: "isnan", Params: number, Returns: "bool", Doc: "Whether a real is NaN.", Example: "isnan(0.0 / 0.0)", lower: func(c *call) value {
			return c.out(Bool, duck.Fn("isnan", asReal(c.args[0]).sql))
		}},
		{Name: "isinf", Params: number, Returns: "bool", Doc: "Whether a real is infinite.", Example: "isinf(1.0 / 0.0)", lower: func(c *call) value {
			return c.out(Bool, duck.Fn("isinf", asReal(c.args[0]).sql))
		}},
		{Name: "isfinite", Params: number, Returns: "bool", Doc: "Whether a real is neither infinite nor NaN.", Example: "isfinite(1.0)", lower: func(c *call) value {
			return c.out(Bool, duck.Fn("isfinite", asReal(c.args[0]).sql))
		}},
		{Name: "pi", Returns: "real", Doc: "The number pi.", Example: "pi()", lower: func(*call) value {
			return value{typ: Real, sql: duck.Fn("pi"), finite: true}
		}},
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

// logFunc makes a logarithm: DuckDB stops at zero and below, where Kusto says
// -Infinity and NaN.
func logFunc(name, fn, doc string) Func {
	return Func{Name: name, Params: []Param{{Name: "value", Type: "number"}}, Returns: "real", Doc: doc, Example: name + "(100)",
		lower: func(c *call) value {
			x := asReal(c.args[0]).sql
			return c.out(Real, duck.Case{Whens: []duck.When{
				{If: duck.Op(x, "<", duck.Int(0)), Then: duck.Float(nan())},
				{If: duck.Op(x, "=", duck.Int(0)), Then: duck.Op(duck.Float(-1), "/", duck.Float(0))},
			}, Else: duck.Fn(fn, x)})
		}}
}

// gamma has poles, where DuckDB stops.
func gamma(c *call, fn string) value {
	x := asReal(c.args[0]).sql
	pole := duck.And{duck.Op(x, "<=", duck.Int(0)), duck.Op(x, "=", duck.Fn("floor", x))}
	return of(Real, duck.Case{Whens: []duck.When{{If: duck.Not{X: pole}, Then: duck.Fn(fn, x)}}})
}

func binParams() []Param {
	return []Param{{Name: "value", Type: "scalar"}, {Name: "size", Type: "scalar", Optional: true}}
}

// round rounds half away from zero. A whole number stays one.
func round(c *call) value {
	digits, places := duck.Expr(duck.Int(0)), int64(0)
	if c.has(1) {
		digits = duck.As(c.x(1), "INTEGER")
		if n, ok := c.args[1].whole(); ok {
			places = n
		} else {
			places = -1
		}
	}
	v := c.args[0]
	if v.typ.integer() && places >= 0 {
		return v
	}
	rounded := c.out(Real, duck.Fn("round", asReal(v).sql, digits))
	if v.typ.integer() || v.typ == Decimal {
		out := c.t.convert(rounded, v.typ)
		return out
	}
	return rounded
}

// ceiling keeps whole numbers whole.
func ceiling(c *call) value {
	v := c.args[0]
	switch v.typ {
	case Int, Long:
		return v
	case Decimal:
		return keep(v, Decimal, duck.As(duck.Fn("ceil", v.sql), decimalSQL), 0)
	}
	return c.out(Real, duck.Fn("ceil", asReal(v).sql))
}

// bin rounds down. Datetimes count from 0001-01-01, as their ticks do.
func bin(c *call) value {
	size := longLit(1)
	if c.has(1) {
		size = c.args[1]
	}
	v, ok := binned(c.args[0], size, nil)
	if !ok {
		return c.fail(0, "%s cannot be put into bins of %s", c.args[0].typ, size.typ)
	}
	return v
}

func binAt(c *call) value {
	v, ok := binned(c.args[0], c.args[1], &c.args[2])
	if !ok {
		return c.fail(0, "%s cannot be put into bins of %s", c.args[0].typ, c.args[1].typ)
	}
	return v
}

// binned is at + floor((v-at)/size)*size.
func binned(v, size value, at *value) (value, bool) {
	out := v.typ
	switch {
	case v.typ.numeric() && size.typ.numeric():
		if v.typ == Real || size.typ == Real || v.typ == Decimal || size.typ == Decimal {
			return realBins(asReal(v), asReal(size), at), true
		}
		out = Long
		if v.typ == Int && size.typ == Int {
			out = Int
		}
	case v.typ == Datetime && (size.typ == Timespan), v.typ == Timespan && size.typ == Timespan:
	default:
		return poison, false
	}
	x, n := plain(v).sql, size.sql
	if at != nil {
		x = duck.Op(x, "-", plain(*at).sql)
	}
	// % takes the sign of x, so that x % n + n, again % n, is never negative.
	rest := modulo(x, n)
	if v.typ == Datetime && at == nil {
		rest = duck.Op(x, "%", n)
	}
	sql := duck.Op(plain(v).sql, "-", rest)
	if k, ok := size.whole(); !ok || k <= 0 {
		sql = duck.Case{Whens: []duck.When{{If: duck.Op(n, ">", duck.Int(0)), Then: sql}}}
		return value{typ: out, sql: sql, maybe: true, bits: v.bits}, true
	}
	maybe := v.maybe || size.maybe || at != nil && at.maybe
	return value{typ: out, sql: sql, maybe: maybe}, true
}

func realBins(v, size value, at *value) value {
	x := v.sql
	out := value{typ: Real, maybe: v.maybe || size.maybe}
	if at == nil {
		out.sql = duck.Op(duck.Fn("floor", duck.Op(x, "/", size.sql)), "*", size.sql)
		return out
	}
	a := asReal(*at)
	out.maybe = out.maybe || a.maybe
	out.sql = duck.Op(duck.Op(duck.Fn("floor", duck.Op(duck.Fn("", duck.Op(x, "-", a.sql)), "/", size.sql)), "*", size.sql), "+", a.sql)
	return out
}

func abs(c *call) value {
	v := c.args[0]
	if !v.typ.numeric() && v.typ != Timespan {
		return c.fail(0, "value must be a number or timespan, not %s", v.typ.with())
	}
	out := v
	out.sql, out.lit = duck.Fn("abs", v.sql), nil
	return out
}
