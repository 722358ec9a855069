package kql

import (
	"argosy/queries/kql/duck"
)

// arrayFuncs move, cut and combine the elements of arrays.
func arrayFuncs() []Func {
	shift := []Param{{Name: "array", Type: "array"}, {Name: "count", Type: "long"}, {Name: "default", Type: "any", Optional: true}}
	rotate := []Param{{Name: "array", Type: "array"}, {Name: "count", Type: "long"}}
	return []Func{
		{Name: "array_shift_left", Params: shift, Returns: "dynamic", Doc: "The elements moved to the front; the places that get free are null or the default.",
			Example: "array_shift_left(dynamic([1, 2, 3]), 1)", lower: func(c *call) value { return arrayShift(c, c.x(1)) }},
		{Name: "array_shift_right", Params: shift, Returns: "dynamic", Doc: "The elements moved to the end; the places that get free are null or the default.",
			Example: "array_shift_right(dynamic([1, 2, 3]), 1)", lower: func(c *call) value { return arrayShift(c, duck.Neg{X: c.x(1)}) }},
		{Name: "array_rotate_left", Params: rotate, Returns: "dynamic", Doc: "The elements moved to the front, the first ones to the end.",
			Example: "array_rotate_left(dynamic([1, 2, 3]), 1)", lower: func(c *call) value { return arrayRotate(c, c.x(1)) }},
		{Name: "array_rotate_right", Params: rotate, Returns: "dynamic", Doc: "The elements moved to the end, the last ones to the front.",
			Example: "array_rotate_right(dynamic([1, 2, 3]), 1)", lower: func(c *call) value { return arrayRotate(c, duck.Neg{X: c.x(1)}) }},
		{Name: "array_iff", Aliases: []string{"array_iif"}, Params: []Param{{Name: "if", Type: "array"}, {Name: "then", Type: "any"}, {Name: "else", Type: "any"}}, Returns: "dynamic",
			Doc: "For each condition the element of then or of else; then and else may be single values.", Example: "array_iff(dynamic([true, false]), dynamic([1, 2]), 0)", lower: arrayIff},
		{Name: "array_split", Params: []Param{{Name: "array", Type: "array"}, {Name: "at", Type: "any"}}, Returns: "dynamic",
			Doc: "The array cut at one place or, with an array, several.", Example: "array_split(dynamic([1, 2, 3]), 1)", lower: arraySplit},
		{Name: "zip", Params: []Param{{Name: "array", Type: "array", Repeat: true}}, Returns: "dynamic", Doc: "An array of arrays: the first elements, the second elements and so on.",
			Example: "zip(dynamic([1, 2]), dynamic([3, 4]))", lower: zip},
		{Name: "repeat", Params: []Param{{Name: "value", Type: "scalar"}, {Name: "count", Type: "long"}}, Returns: "dynamic", Doc: "An array that holds a value some times; null for a negative count.",
			Example: "repeat(1, 3)", lower: func(c *call) value {
				list := duck.Fn("list_transform", duck.Fn("range", c.x(1)), duck.Lambda{Vars: []*duck.Var{{}}, Body: toJSON(c.args[0])})
				return value{typ: Dynamic, maybe: true, array: true, sql: duck.Case{Whens: []duck.When{{If: duck.Op(c.x(1), ">=", duck.Int(0)), Then: duck.Fn("to_json", list)}}}}
			}},
		{Name: "range", Params: []Param{{Name: "from", Type: "scalar"}, {Name: "to", Type: "scalar"}, {Name: "step", Type: "scalar", Optional: true}}, Returns: "dynamic",
			Doc: "An array of numbers, moments or lengths of time, one step apart; the step is 1 or 1h.", Example: "range(1, 8, 3)", lower: rangeArray},
		{Name: "jaccard_index", Params: []Param{{Name: "a", Type: "array"}, {Name: "b", Type: "array"}}, Returns: "real",
			Doc: "How many of the distinct elements of two arrays are in both, as a share.", Example: "jaccard_index(dynamic([1, 2]), dynamic([2, 3]))", lower: jaccard},
	}
}

// element is the element of a list at a place counted from 0; the place must
// be inside.
func element(list, at duck.Expr) duck.Expr {
	return duck.Fn("list_extract", list, duck.Op(at, "+", duck.Int(1)))
}

// places lists 0 to n-1.
func places(n duck.Expr, body func(i duck.Expr) duck.Expr) duck.Expr {
	v := &duck.Var{}
	return duck.Fn("list_transform", duck.Fn("range", n), duck.Lambda{Vars: []*duck.Var{v}, Body: body(duck.Local{Var: v})})
}

// arrayShift moves the elements n places to the front.
func arrayShift(c *call, n duck.Expr) value {
	free := duck.Expr(duck.As(duck.Str("null"), "JSON"))
	if c.has(2) {
		free = duck.Coalesce(toJSON(c.args[2]), free)
	}
	return c.list(once(c.elements(0), func(list duck.Expr) duck.Expr {
		size := duck.Fn("len", list)
		return places(sizeUnlessNull(size, n), func(i duck.Expr) duck.Expr {
			at := duck.Op(i, "+", n)
			return duck.If(duck.And{duck.Op(at, ">=", duck.Int(0)), duck.Op(at, "<", size)}, element(list, at), free)
		})
	}))
}

func arrayRotate(c *call, n duck.Expr) value {
	return c.list(once(c.elements(0), func(list duck.Expr) duck.Expr {
		size := duck.Fn("len", list)
		return places(sizeUnlessNull(size, n), func(i duck.Expr) duck.Expr { return element(list, modulo(duck.Op(i, "+", n), size)) })
	}))
}

// sizeUnlessNull is null where the count n is, and so is a list of that size.
func sizeUnlessNull(size, n duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{{If: duck.IsNull{X: n, Not: true}, Then: size}}}
}

// arrayIff has the length of the conditions. A condition that is no bool and
// no number gives null, and so does an array that is too short.
func arrayIff(c *call) value {
	pickFrom := func(v value) func(i duck.Expr) duck.Expr {
		if v.typ != Dynamic {
			return func(duck.Expr) duck.Expr { return toJSON(v) }
		}
		return func(i duck.Expr) duck.Expr {
			if v.array {
				return element(elementsOf(v), i)
			}
			return duck.If(duck.Op(jsonType(v), "=", duck.Str("ARRAY")), element(elementsOf(v), i), toJSON(v))
		}
	}
	yes, no := pickFrom(c.args[1]), pickFrom(c.args[2])
	return c.list(once(c.elements(0), func(list duck.Expr) duck.Expr {
		return places(duck.Fn("len", list), func(i duck.Expr) duck.Expr {
			cond := element(list, i)
			kind := duck.Fn("json_type", cond)
			isBool := duck.Op(kind, "=", duck.Str("BOOLEAN"))
			isNumber := duck.In{X: kind, List: []duck.Expr{duck.Str("BIGINT"), duck.Str("UBIGINT"), duck.Str("DOUBLE")}}
			truth := duck.Case{Whens: []duck.When{
				{If: isBool, Then: duck.Op(duck.As(cond, "VARCHAR"), "=", duck.Str("true"))},
				{If: isNumber, Then: duck.Op(duck.TryAs(duck.As(cond, "VARCHAR"), "DOUBLE"), "<>", duck.Int(0))},
			}}
			return duck.Case{Whens: []duck.When{{If: truth, Then: yes(i)}, {If: duck.Not{X: truth}, Then: no(i)}}}
		})
	}))
}

// arraySplit cuts at places that count from the end where they are negative.
func arraySplit(c *call) value {
	var cuts duck.Expr
	switch v := c.args[1]; {
	case v.typ.integer():
		cuts = duck.List{duck.As(v.sql, "BIGINT")}
	case v.typ == Dynamic:
		e := &duck.Var{}
		one := duck.List{asLong(v).sql}
		many := duck.Fn("list_transform", elementsOf(v), duck.Lambda{Vars: []*duck.Var{e}, Body: duck.TryAs(duck.Local{Var: e}, "BIGINT")})
		cuts = duck.If(duck.Op(jsonType(v), "=", duck.Str("ARRAY")), many, one)
	default:
		return c.fail(1, "a place must be a whole number, not %s", v.typ.with())
	}
	return c.list(once(c.elements(0), func(list duck.Expr) duck.Expr {
		size := duck.Fn("len", list)
		e := &duck.Var{}
		at := duck.Local{Var: e}
		fromStart := duck.Fn("list_transform", cuts, duck.Lambda{Vars: []*duck.Var{e},
			Body: sizeUnlessNull(duck.Fn("least", duck.Fn("greatest", duck.If(duck.Op(at, "<", duck.Int(0)), duck.Op(at, "+", size), at), duck.Int(0)), size), at)})
		return once(fromStart, func(cuts duck.Expr) duck.Expr {
			n := duck.Fn("len", cuts)
			// NULL for what is no array or no place, so that nothing is cut then.
			bad := duck.Or{duck.IsNull{X: list}, duck.Op(duck.Fn("list_count", cuts), "<>", n)}
			last := duck.If(bad, duck.Null{Type: "BIGINT"}, duck.Op(n, "+", duck.Int(1)))
			return places(last, func(i duck.Expr) duck.Expr {
				from := duck.If(duck.Op(i, "=", duck.Int(0)), duck.Int(0), duck.Fn("list_extract", cuts, i))
				to := duck.If(duck.Op(i, "=", n), size, element(cuts, i))
				return duck.Fn("list_slice", list, duck.Op(from, "+", duck.Int(1)), to)
			})
		})
	}))
}

// zip pads what is shorter with null.
func zip(c *call) value {
	if c.n() < 2 {
		return c.fail(0, "there must be two arrays at least")
	}
	var sizes []duck.Expr
	var none duck.Or
	for i, v := range c.args {
		sizes = append(sizes, duck.Fn("len", c.elements(i)))
		if !v.array || v.maybe {
			none = append(none, duck.IsNull{X: c.elements(i)})
		}
	}
	rows := duck.Fn("to_json", places(duck.Fn("greatest", sizes...), func(i duck.Expr) duck.Expr {
		var row duck.List
		for k := range c.args {
			row = append(row, element(c.elements(k), i))
		}
		return row
	}))
	if len(none) == 0 {
		return value{typ: Dynamic, array: true, sql: rows}
	}
	return value{typ: Dynamic, maybe: true, array: true, sql: duck.Case{Whens: []duck.When{{If: duck.Not{X: none}, Then: rows}}}}
}

// longestRange is where Kusto cuts a range.
const longestRange = 1 << 20

// rangeArray counts in whole numbers, ticks or reals.
func rangeArray(c *call) value {
	from, to := plain(c.args[0]), plain(c.args[1])
	step := longLit(1)
	if from.typ == Datetime || from.typ == Timespan {
		step = timespanLit(ticksHour)
	}
	if c.has(2) {
		step = c.args[2]
	}
	typ := from.typ
	switch {
	case from.typ.integer() && to.typ.integer() && step.typ.integer():
	case from.typ.numeric() && to.typ.numeric() && step.typ.numeric():
		typ = Real
		from, to, step = asReal(from), asReal(to), asReal(step)
	case from.typ == to.typ && (typ == Datetime || typ == Timespan) && step.typ == Timespan:
	default:
		return c.fail(0, "there is no range from %s to %s in steps of %s", from.typ, to.typ, step.typ)
	}
	var list duck.Expr
	if typ == Real {
		n := duck.Op(duck.Fn("floor", duck.Op(duck.Fn("", duck.Op(to.sql, "-", from.sql)), "/", step.sql)), "+", duck.Int(1))
		// Null where the bounds are; least and greatest would skip that.
		n = once(duck.TryAs(n, "BIGINT"), func(n duck.Expr) duck.Expr {
			return sizeUnlessNull(duck.Fn("least", duck.Fn("greatest", n, duck.Int(0)), duck.Int(longestRange)), n)
		})
		list = places(n, func(i duck.Expr) duck.Expr {
			return duck.Fn("to_json", duck.Op(from.sql, "+", duck.Op(duck.As(i, "DOUBLE"), "*", step.sql)))
		})
	} else {
		v := &duck.Var{}
		all := duck.Fn("list_slice", duck.Fn("generate_series", duck.As(from.sql, "BIGINT"), duck.As(to.sql, "BIGINT"), duck.As(step.sql, "BIGINT")), duck.Int(1), duck.Int(longestRange))
		list = duck.Fn("list_transform", all, duck.Lambda{Vars: []*duck.Var{v}, Body: toJSON(value{typ: typ, sql: duck.Local{Var: v}, maybe: true})})
	}
	return value{typ: Dynamic, maybe: true, array: true, sql: duck.Case{Whens: []duck.When{{If: duck.Op(step.sql, "<>", duck.Int(0)), Then: duck.Fn("to_json", list)}}}}
}

func jaccard(c *call) value {
	a, b := duck.Fn("list_distinct", c.elements(0)), duck.Fn("list_distinct", c.elements(1))
	shared := duck.As(duck.Fn("len", duck.Fn("list_intersect", a, b)), "DOUBLE")
	all := duck.Op(duck.Op(duck.Fn("len", a), "+", duck.Fn("len", b)), "-", shared)
	return of(Real, duck.Op(shared, "/", duck.Fn("", all)))
}
