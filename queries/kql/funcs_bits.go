package kql

import (
	"argosy/queries/kql/duck"
)

// bitFuncs are what is left of mathematics: bits, and functions that are
// undefined in places.
func bitFuncs() []Func {
	two := []Param{{Name: "a", Type: "long"}, {Name: "b", Type: "long"}}
	number := []Param{{Name: "value", Type: "number"}}
	bitwise := func(name, word, example string, lower func(a, b duck.Expr) duck.Expr) Func {
		return Func{Name: name, Params: two, Returns: "long", Doc: word, Example: example,
			lower: func(c *call) value { return c.out(Long, lower(c.x(0), c.x(1))) }}
	}
	// within is a function of [-1, 1] that is NaN elsewhere, where DuckDB stops.
	within := func(name, doc string) Func {
		return Func{Name: name, Params: number, Returns: "real", Doc: doc, Example: name + "(0.5)", lower: func(c *call) value {
			x := asReal(c.args[0]).sql
			return c.out(Real, duck.Case{Whens: []duck.When{
				{If: duck.IsNull{X: x}, Then: duck.Null{Type: "DOUBLE"}},
				{If: duck.Or{duck.Op(x, "<", duck.Int(-1)), duck.Op(x, ">", duck.Int(1))}, Then: duck.Float(nan())},
			}, Else: duck.Fn(name, duck.Fn("greatest", duck.Fn("least", x, duck.Float(1)), duck.Float(-1)))})
		}}
	}
	power := func(name string, base float64) Func {
		return Func{Name: name, Params: number, Returns: "real", Doc: "A power of the base that the name says.", Example: name + "(3)",
			lower: func(c *call) value { return c.out(Real, duck.Fn("pow", duck.Float(base), asReal(c.args[0]).sql)) }}
	}
	return []Func{
		bitwise("binary_and", "The bits that both numbers have.", "binary_and(12, 10)", func(a, b duck.Expr) duck.Expr { return duck.Op(a, "&", b) }),
		bitwise("binary_or", "The bits that either number has.", "binary_or(12, 10)", func(a, b duck.Expr) duck.Expr { return duck.Op(a, "|", b) }),
		bitwise("binary_xor", "The bits that one of the numbers has.", "binary_xor(12, 10)", func(a, b duck.Expr) duck.Expr { return duck.Fn("xor", a, b) }),
		{Name: "binary_not", Params: []Param{{Name: "value", Type: "long"}}, Returns: "long", Doc: "The number with all bits turned.", Example: "binary_not(100)",
			naming: naming{first: true}, lower: func(c *call) value { return c.out(Long, duck.Fn("xor", c.x(0), duck.Long(-1))) }},
		{Name: "binary_shift_left", Params: two, Returns: "long", Doc: "The bits moved up; null for a negative count.", Example: "binary_shift_left(1, 4)",
			naming: naming{first: true}, lower: func(c *call) value {
				moved := duck.Op(duck.As(c.x(0), "HUGEINT"), "*", duck.Op(duck.As(duck.Int(1), "HUGEINT"), "<<", duck.As(duck.Op(c.x(1), "%", duck.Int(64)), "HUGEINT")))
				return shifted64(c, wrapLong(moved))
			}},
		{Name: "binary_shift_right", Params: two, Returns: "long", Doc: "The bits moved down, the sign kept; null for a negative count.", Example: "binary_shift_right(16, 2)",
			naming: naming{first: true}, lower: func(c *call) value {
				return shifted64(c, duck.Op(duck.As(c.x(0), "BIGINT"), ">>", duck.As(duck.Op(c.x(1), "%", duck.Int(64)), "BIGINT")))
			}},
		{Name: "bitset_count_ones", Params: []Param{{Name: "value", Type: "long"}}, Returns: "long", Doc: "How many bits are set.", Example: "bitset_count_ones(42)",
			naming: naming{first: true}, lower: func(c *call) value {
				v := c.out(Long, duck.As(duck.Fn("bit_count", duck.As(c.x(0), "BIGINT")), "BIGINT"))
				v.bits = 8
				return v
			}},
		within("asin", "The angle in radians whose sine is given; NaN outside of -1 to 1."),
		within("acos", "The angle in radians whose cosine is given; NaN outside of -1 to 1."),
		{Name: "atan2", Params: []Param{{Name: "y", Type: "real"}, {Name: "x", Type: "real"}}, Returns: "real", Doc: "The angle in radians of the point (x, y).",
			Example: "atan2(1, 1)", naming: naming{first: true}, lower: func(c *call) value { return c.out(Real, duck.Fn("atan2", c.x(0), c.x(1))) }},
		{Name: "cot", Params: number, Returns: "real", Doc: "The cotangent of an angle in radians.", Example: "cot(1)",
			lower: func(c *call) value {
				return c.out(Real, duck.Op(duck.Float(1), "/", duck.Fn("tan", asReal(c.args[0]).sql)))
			}},
		power("exp2", 2), power("exp10", 10),
		{Name: "around", Params: []Param{{Name: "value", Type: "scalar"}, {Name: "center", Type: "scalar"}, {Name: "delta", Type: "scalar"}}, Returns: "bool",
			Doc: "Whether a value lies within delta of a center.", Example: "around(100, 99, 2)", lower: around},
		{Name: "rand", Params: []Param{{Name: "below", Type: "long", Optional: true}}, Returns: "real",
			Doc: "A random number from 0 up to 1, or a random whole number below a bound, another in every row.", Example: "rand(1)", naming: naming{first: true}, lower: func(c *call) value {
				if !c.has(0) {
					return sure(Real, duck.Fn("random"))
				}
				return c.out(Real, duck.Fn("floor", duck.Op(duck.Fn("random"), "*", duck.As(c.x(0), "DOUBLE"))))
			}},
		{Name: "new_guid", Returns: "guid", Doc: "A new random GUID.", Example: "strlen(tostring(new_guid()))", lower: func(*call) value {
			return sure(Guid, duck.As(duck.Fn("uuid"), "VARCHAR"))
		}},
	}
}

// shifted64 makes a shift by a negative count null.
func shifted64(c *call, x duck.Expr) value {
	return of(Long, duck.Case{Whens: []duck.When{{If: duck.Op(c.x(1), ">=", duck.Int(0)), Then: x}}})
}

// around is center-delta <= value <= center+delta, for numbers and times.
func around(c *call) value {
	v, center, delta := plain(c.args[0]), plain(c.args[1]), c.args[2]
	switch {
	case v.typ.numeric() && center.typ.numeric() && delta.typ.numeric():
		if v.typ == Real || center.typ == Real || delta.typ == Real || v.typ == Decimal || center.typ == Decimal || delta.typ == Decimal {
			v, center, delta = asReal(v), asReal(center), asReal(delta)
		}
	case v.typ == center.typ && (v.typ == Datetime || v.typ == Timespan) && delta.typ == Timespan:
	default:
		return c.fail(0, "there is no distance from %s to %s", v.typ, center.typ)
	}
	// Widened, so that the sums cannot overflow.
	wide := func(x duck.Expr) duck.Expr {
		if v.typ == Real {
			return x
		}
		return duck.As(x, "HUGEINT")
	}
	return c.out(Bool, duck.And{
		duck.Op(wide(v.sql), ">=", duck.Op(wide(center.sql), "-", wide(delta.sql))),
		duck.Op(wide(v.sql), "<=", duck.Op(wide(center.sql), "+", wide(delta.sql))),
	})
}
