package kql

import (
	"argosy/queries/kql/duck"
)

// seriesFuncs compute with arrays of numbers, element by element. An element
// that is no number gives null.
func seriesFuncs() []Func {
	one := []Param{{Name: "series", Type: "array"}}
	two := []Param{{Name: "a", Type: "array"}, {Name: "b", Type: "array"}}
	either := []Param{{Name: "a", Type: "any"}, {Name: "b", Type: "any"}}
	each := func(name, doc string, body func(x duck.Expr) duck.Expr) Func {
		return Func{Name: "series_" + name, Params: one, Returns: "dynamic", Doc: doc, Example: "series_" + name + "(dynamic([1, 2]))",
			lower: func(c *call) value {
				e := &duck.Var{}
				x := duck.Local{Var: e}
				numbers := duck.Fn("list_transform", c.elements(0), duck.Lambda{Vars: []*duck.Var{e}, Body: numberOf(x)})
				return c.list(duck.Fn("list_transform", numbers, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Fn("to_json", body(x))}))
			}}
	}
	fn := func(name string) func(duck.Expr) duck.Expr {
		return func(x duck.Expr) duck.Expr { return duck.Fn(name, x) }
	}
	pairwise := func(name, op, doc string) Func {
		return Func{Name: "series_" + name, Params: either, Returns: "dynamic", Doc: doc, Example: "series_" + name + "(dynamic([1, 2]), dynamic([3, 4]))",
			lower: func(c *call) value { return seriesPair(c, op) }}
	}
	return []Func{
		pairwise("add", "+", "The sums of the elements of two arrays."), pairwise("subtract", "-", "The differences of the elements of two arrays."),
		pairwise("multiply", "*", "The products of the elements of two arrays."), pairwise("divide", "/", "The quotients of the elements of two arrays."),
		each("exp", "e raised to each element.", fn("exp")), each("floor", "Each element rounded down.", fn("floor")), each("ceiling", "Each element rounded up.", fn("ceil")),
		each("sin", "The sine of each element.", fn("sin")), each("cos", "The cosine of each element.", fn("cos")), each("tan", "The tangent of each element.", fn("tan")),
		each("atan", "The arc tangent of each element.", fn("atan")),
		each("sign", "-1, 0 or 1 for each element.", func(x duck.Expr) duck.Expr { return duck.As(duck.Fn("sign", x), "BIGINT") }),
		each("abs", "Each element without its sign.", fn("abs")),
		{Name: "series_fill_forward", Params: one, Returns: "dynamic", Doc: "The array with each null replaced by the element before it.",
			Example: "series_fill_forward(dynamic([1, null, 3]))", naming: naming{first: true}, lower: func(c *call) value { return seriesFill(c, true) }},
		{Name: "series_fill_backward", Params: one, Returns: "dynamic", Doc: "The array with each null replaced by the element behind it.",
			Example: "series_fill_backward(dynamic([1, null, 3]))", naming: naming{first: true}, lower: func(c *call) value { return seriesFill(c, false) }},
		{Name: "series_fill_const", Params: []Param{{Name: "series", Type: "array"}, {Name: "value", Type: "number"}}, Returns: "dynamic", Doc: "The array with each null replaced by a number.",
			Example: "series_fill_const(dynamic([1, null, 3]), 0)", naming: naming{first: true}, lower: func(c *call) value {
				e := &duck.Var{}
				x := duck.Local{Var: e}
				return c.list(duck.Fn("list_transform", c.elements(0), duck.Lambda{Vars: []*duck.Var{e}, Body: duck.If(isNone(x), toJSON(c.args[1]), x)}))
			}},
		{Name: "series_dot_product", Params: two, Returns: "real", Doc: "The sum of the products of the elements of two arrays.", Example: "series_dot_product(dynamic([1, 2]), dynamic([3, 4]))",
			lower: func(c *call) value { return of(Real, c.pairOfSeries(dot)) }},
		{Name: "series_pearson_correlation", Params: two, Returns: "real", Doc: "How well two arrays lie on a line: 1 for rising, -1 for falling.",
			Example: "series_pearson_correlation(dynamic([1, 2]), dynamic([3, 4]))", lower: func(c *call) value { return of(Real, c.pairOfSeries(pearson)) }},
		{Name: "series_sum", Params: one, Returns: "real", Doc: "The sum of the elements.", Example: "series_sum(dynamic([1, 2]))", lower: func(c *call) value {
			return of(Real, seriesFold(c, "sum", 0))
		}},
		{Name: "series_product", Params: one, Returns: "real", Doc: "The product of the elements.", Example: "series_product(dynamic([2, 3]))", lower: func(c *call) value {
			return of(Real, seriesFold(c, "product", 1))
		}},
		{Name: "series_stats_dynamic", Params: one, Returns: "dynamic", Doc: "A bag of the least and greatest element with their places, the average, the deviation, the sum and the length.",
			Example: "series_stats_dynamic(dynamic([1, 2]))", lower: seriesStats},
	}
}

// numberOf is a JSON element as a DOUBLE, NULL when it is no finite number.
func numberOf(x duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{{If: duck.In{X: duck.Fn("json_type", x), List: []duck.Expr{duck.Str("BIGINT"), duck.Str("UBIGINT"), duck.Str("DOUBLE")}},
		Then: duck.TryAs(duck.As(x, "VARCHAR"), "DOUBLE")}}}
}

// seriesPair has the length of the longer array. Whole numbers stay whole,
// except in a quotient.
func seriesPair(c *call, op string) value {
	return seriesPairs(c, func(x, y duck.Expr) duck.Expr {
		inReals := duck.Op(numberOf(x), op, numberOf(y))
		if op == "/" {
			return toJSON(of(Real, inReals))
		}
		isWhole := func(e duck.Expr) duck.Expr {
			return duck.In{X: duck.Fn("json_type", e), List: []duck.Expr{duck.Str("BIGINT"), duck.Str("UBIGINT")}}
		}
		inLongs := wrapLong(duck.Op(duck.TryAs(duck.As(x, "VARCHAR"), "HUGEINT"), op, duck.TryAs(duck.As(y, "VARCHAR"), "HUGEINT")))
		return duck.If(duck.And{isWhole(x), isWhole(y)}, duck.Fn("to_json", inLongs), toJSON(of(Real, inReals)))
	})
}

// seriesFold aggregates the numbers; null when an element is none.
func seriesFold(c *call, fn string, empty float64) duck.Expr {
	return once(c.numbers(0), func(list duck.Expr) duck.Expr {
		return duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("list_count", list), "=", duck.Fn("len", list)),
			Then: duck.Coalesce(duck.Fn("list_aggregate", list, duck.Str(fn)), duck.Float(empty))}}}
	})
}

// numbers is argument i as a list of DOUBLE.
func (c *call) numbers(i int) duck.Expr {
	e := &duck.Var{}
	return duck.Fn("list_transform", c.elements(i), duck.Lambda{Vars: []*duck.Var{e}, Body: numberOf(duck.Local{Var: e})})
}

// seriesStats is null when an element is no number.
func seriesStats(c *call) value {
	return of(Dynamic, once(c.numbers(0), func(list duck.Expr) duck.Expr {
		size := duck.Fn("len", list)
		complete := duck.And{duck.Op(size, ">", duck.Int(0)), duck.Op(duck.Fn("list_count", list), "=", size)}
		agg := func(fn string) duck.Expr { return duck.Fn("list_aggregate", list, duck.Str(fn)) }
		at := func(fn string) duck.Expr {
			return duck.Op(duck.Fn("list_position", list, agg(fn)), "-", duck.Int(1))
		}
		bag := duck.Fn("json_object", duck.Str("min"), agg("min"), duck.Str("min_idx"), at("min"), duck.Str("max"), agg("max"), duck.Str("max_idx"), at("max"),
			duck.Str("avg"), agg("avg"), duck.Str("stdev"), duck.Coalesce(agg("stddev_samp"), duck.Float(0)), duck.Str("variance"), duck.Coalesce(agg("var_samp"), duck.Float(0)),
			duck.Str("sum"), agg("sum"), duck.Str("len"), size)
		return duck.Case{Whens: []duck.When{{If: complete, Then: bag}}}
	}))
}

// isNone tells whether an element is null.
func isNone(x duck.Expr) duck.Expr {
	return duck.Or{duck.IsNull{X: x}, duck.Op(duck.Fn("json_type", x), "=", duck.Str("NULL"))}
}

// seriesFill takes for each null the nearest element before or behind it that
// is none; null where there is no such element.
func seriesFill(c *call, forward bool) value {
	return c.list(once(c.elements(0), func(list duck.Expr) duck.Expr {
		size := duck.Fn("len", list)
		return places(size, func(i duck.Expr) duck.Expr {
			e := &duck.Var{}
			part := duck.Fn("list_slice", list, duck.Op(i, "+", duck.Int(1)), size)
			at := duck.Int(1)
			if forward {
				part, at = duck.Fn("list_slice", list, duck.Int(1), duck.Op(i, "+", duck.Int(1))), duck.Int(-1)
			}
			there := duck.Fn("list_filter", part, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Not{X: isNone(duck.Local{Var: e})}})
			return duck.If(isNone(element(list, i)), duck.Fn("list_extract", there, at), element(list, i))
		})
	}))
}

// pairOfSeries computes with two arrays of numbers of the same length; null
// when they are not.
func (c *call) pairOfSeries(body func(a, b duck.Expr) duck.Expr) duck.Expr {
	return once(duck.Struct{{Name: "a", X: c.numbers(0)}, {Name: "b", X: c.numbers(1)}}, func(s duck.Expr) duck.Expr {
		a, b := duck.Get{X: s, Field: "a"}, duck.Get{X: s, Field: "b"}
		count := duck.Fn("list_count", a)
		same := duck.And{duck.Op(count, ">", duck.Int(0)), duck.Op(count, "=", duck.Fn("len", a)), duck.Op(count, "=", duck.Fn("list_count", b)), duck.Op(count, "=", duck.Fn("len", b))}
		return duck.Case{Whens: []duck.When{{If: same, Then: body(a, b)}}}
	})
}

func dot(a, b duck.Expr) duck.Expr { return duck.Fn("list_dot_product", a, b) }

// pearson is the covariance over the deviations, from distances to the means.
func pearson(a, b duck.Expr) duck.Expr {
	away := func(list duck.Expr) duck.Expr {
		e := &duck.Var{}
		return duck.Fn("list_transform", list, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Op(duck.Local{Var: e}, "-", duck.Fn("list_avg", list))})
	}
	x, y := away(a), away(b)
	return duck.Op(dot(x, y), "/", duck.Fn("sqrt", duck.Op(dot(x, x), "*", dot(y, y))))
}
