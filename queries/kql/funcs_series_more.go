package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// seriesMoreFuncs compare series, filter them and fill what is missing.
func seriesMoreFuncs() []Func {
	one := []Param{{Name: "series", Type: "array"}}
	two := []Param{{Name: "a", Type: "any"}, {Name: "b", Type: "any"}}
	compare := func(name, op, doc string) Func {
		return Func{Name: "series_" + name, Params: two, Returns: "dynamic", Doc: doc, Example: "series_" + name + "(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
			lower: func(c *call) value {
				return seriesPairs(c, func(x, y duck.Expr) duck.Expr { return duck.Fn("to_json", duck.Op(numberOf(x), op, numberOf(y))) })
			}}
	}
	// partial is a function of numbers that is NaN outside of an interval, where
	// DuckDB stops.
	partial := func(name, doc, example string, in func(x duck.Expr) duck.Expr, fn func(x duck.Expr) duck.Expr) Func {
		return Func{Name: "series_" + name, Params: one, Returns: "dynamic", Doc: doc, Example: example, lower: func(c *call) value {
			e := &duck.Var{}
			x := duck.Local{Var: e}
			body := toJSON(of(Real, duck.Case{Whens: []duck.When{{If: duck.IsNull{X: x}, Then: duck.Null{Type: "DOUBLE"}}, {If: in(x), Then: fn(x)}}, Else: duck.Float(nan())}))
			return c.list(duck.Fn("list_transform", c.numbers(0), duck.Lambda{Vars: []*duck.Var{e}, Body: body}))
		}}
	}
	unit := func(x duck.Expr) duck.Expr {
		return duck.And{duck.Op(x, ">=", duck.Int(-1)), duck.Op(x, "<=", duck.Int(1))}
	}
	call1 := func(fn string) func(duck.Expr) duck.Expr {
		return func(x duck.Expr) duck.Expr { return duck.Fn(fn, x) }
	}
	real := func(name, doc, example string, params []Param, lower func(c *call) duck.Expr) Func {
		return Func{Name: name, Params: params, Returns: "real", Doc: doc, Example: example, lower: func(c *call) value { return of(Real, lower(c)) }}
	}
	arrays := []Param{{Name: "a", Type: "array"}, {Name: "b", Type: "array"}}
	return []Func{
		compare("greater", ">", "Element by element, whether the first array's is greater."), compare("greater_equals", ">=", "Element by element, whether the first array's is greater or equal."),
		compare("less", "<", "Element by element, whether the first array's is less."), compare("less_equals", "<=", "Element by element, whether the first array's is less or equal."),
		compare("equals", "=", "Element by element, whether the numbers are equal."), compare("not_equals", "<>", "Element by element, whether the numbers differ."),
		{Name: "series_pow", Params: two, Returns: "dynamic", Doc: "The elements of the first array raised to those of the second.", Example: "series_pow(dynamic([1, 2, 3]), 2)",
			lower: func(c *call) value {
				return seriesPairs(c, func(x, y duck.Expr) duck.Expr { return toJSON(of(Real, duck.Fn("pow", numberOf(x), numberOf(y)))) })
			}},
		partial("asin", "The arc sine of each element; NaN outside of -1 to 1.", "series_asin(dynamic([0, 1]))", unit, call1("asin")),
		partial("acos", "The arc cosine of each element; NaN outside of -1 to 1.", "series_acos(dynamic([0, 1]))", unit, call1("acos")),
		partial("log", "The natural logarithm of each element; NaN for what is not positive.", "series_log(dynamic([1, 2]))", func(x duck.Expr) duck.Expr { return duck.Op(x, ">", duck.Int(0)) }, call1("ln")),
		real("series_magnitude", "The square root of the sum of the squares of the elements.", "series_magnitude(dynamic([3, 4]))", one, func(c *call) duck.Expr {
			return duck.Fn("sqrt", c.pairOfSeriesSame(0))
		}),
		real("series_cosine_similarity", "The cosine of the angle between two arrays taken for vectors.", "series_cosine_similarity(dynamic([1, 0]), dynamic([1, 1]))", arrays, func(c *call) duck.Expr {
			return c.pairOfSeries(func(a, b duck.Expr) duck.Expr {
				return duck.Op(dot(a, b), "/", duck.Fn("sqrt", duck.Op(dot(a, a), "*", dot(b, b))))
			})
		}),
		{Name: "series_fill_linear", Params: []Param{{Name: "series", Type: "array"}, {Name: "missing", Type: "number", Optional: true, Const: true}, {Name: "fill_edges", Type: "bool", Optional: true, Const: true},
			{Name: "constant", Type: "number", Optional: true, Const: true}}, Returns: "dynamic", Doc: "The array with each null replaced by a number on the line between its neighbours; at the ends, by the nearest. Only real(null) can mark what is missing.",
			Example: "series_fill_linear(dynamic([null, 1.0, null, 2.0]))", naming: naming{first: true}, lower: fillLinear},
		{Name: "series_fir", Params: []Param{{Name: "series", Type: "array"}, {Name: "filter", Type: "array"}, {Name: "normalize", Type: "bool", Optional: true, Const: true}, {Name: "center", Type: "bool", Optional: true, Const: true}},
			Returns: "dynamic", Doc: "The array after a finite impulse response filter, a literal array of coefficients; a moving average for [1, 1, 1].", Example: "series_fir(dynamic([1, 2, 4]), dynamic([1, -1]), false, false)",
			naming: naming{first: true}, lower: fir},
		{Name: "series_stats", Params: one, Returns: "several columns", Doc: "The least and greatest element with their places, the average, the deviation and the variance, as columns.",
			Example: "series_stats_dynamic(dynamic([1, 2, 4])).max_idx", lower: func(c *call) value {
				return c.fail(0, "it gives several columns and cannot stand inside an expression; use series_stats_dynamic")
			}},
	}
}

// seriesPairs has the length of the longer array; a number stands for an array
// of it.
func seriesPairs(c *call, body func(x, y duck.Expr) duck.Expr) value {
	for i, v := range c.args {
		if v.typ != Dynamic && !v.typ.numeric() {
			return c.fail(i, "it must be an array or a number, not %s", v.typ.with())
		}
	}
	if c.args[0].typ != Dynamic && c.args[1].typ != Dynamic {
		return c.fail(0, "one of the two must be an array")
	}
	list := func(i int) duck.Expr {
		if c.args[i].typ == Dynamic {
			return c.elements(i)
		}
		return duck.List{toJSON(c.args[i])}
	}
	return c.list(once(duck.Struct{{Name: "a", X: list(0)}, {Name: "b", X: list(1)}}, func(s duck.Expr) duck.Expr {
		a, b := duck.Get{X: s, Field: "a"}, duck.Get{X: s, Field: "b"}
		at := func(i int, list, place duck.Expr) duck.Expr {
			if c.args[i].typ == Dynamic {
				return element(list, place)
			}
			return element(list, duck.Int(0))
		}
		size := duck.Case{Whens: []duck.When{{If: duck.And{duck.IsNull{X: a, Not: true}, duck.IsNull{X: b, Not: true}},
			Then: duck.Fn("greatest", duck.Fn("len", a), duck.Fn("len", b))}}}
		return places(size, func(i duck.Expr) duck.Expr { return body(at(0, a, i), at(1, b, i)) })
	}))
}

// pairOfSeriesSame is the product of a series with itself.
func (c *call) pairOfSeriesSame(i int) duck.Expr {
	return once(c.numbers(i), func(list duck.Expr) duck.Expr {
		count := duck.Fn("list_count", list)
		return duck.Case{Whens: []duck.When{{If: duck.And{duck.Op(count, ">", duck.Int(0)), duck.Op(count, "=", duck.Fn("len", list))}, Then: dot(list, list)}}}
	})
}

// fillLinear keeps whole numbers whole: an array without fractions gets none.
func fillLinear(c *call) value {
	if c.has(1) && c.args[1].lit.v != nil {
		return c.fail(1, "only real(null) is supported")
	}
	edges, empty := true, realLit(0)
	if c.has(2) {
		edges, _ = c.args[2].litBool()
	}
	if c.has(3) {
		empty = asReal(c.args[3])
	}
	return c.list(once(c.elements(0), func(list duck.Expr) duck.Expr {
		e, i := &duck.Var{}, &duck.Var{}
		item := duck.Local{Var: e}
		fraction := duck.Op(duck.Fn("len", duck.Fn("list_filter", list, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Op(duck.Fn("json_type", item), "=", duck.Str("DOUBLE"))})), ">", duck.Int(0))
		place := duck.Local{Var: i}
		there := duck.Fn("list_filter", duck.Fn("range", duck.Fn("len", list)), duck.Lambda{Vars: []*duck.Var{i}, Body: duck.Not{X: isNone(element(list, place))}})
		known := duck.Struct{{Name: "at", X: there}, {Name: "real", X: duck.Or{fraction, duck.Op(duck.Fn("len", there), "=", duck.Int(0))}}}
		return once(known, func(k duck.Expr) duck.Expr {
			at, real := duck.Get{X: k, Field: "at"}, duck.Get{X: k, Field: "real"}
			return places(duck.Fn("len", list), func(p duck.Expr) duck.Expr {
				q := &duck.Var{}
				near := func(op string, nth int64) duck.Expr {
					return duck.Fn("list_extract", duck.Fn("list_filter", at, duck.Lambda{Vars: []*duck.Var{q}, Body: duck.Op(duck.Local{Var: q}, op, p)}), duck.Int(nth))
				}
				before, after := near("<", -1), near(">", 1)
				number := func(at duck.Expr) duck.Expr { return numberOf(element(list, at)) }
				slope := duck.Op(duck.Fn("", duck.Op(number(after), "-", number(before))), "/", duck.Fn("", duck.Op(after, "-", before)))
				line := duck.Op(number(before), "+", duck.Op(slope, "*", duck.Fn("", duck.Op(p, "-", before))))
				if edges {
					line = duck.Coalesce(line, number(before), number(after), empty.sql)
				}
				written := duck.If(real, duck.Fn("to_json", line), duck.Fn("to_json", duck.As(duck.Fn("trunc", line), "BIGINT")))
				return duck.If(isNone(element(list, p)), written, element(list, p))
			})
		})
	}))
}

// fir multiplies the elements before a place with the coefficients and adds
// them up. What lies before the first element counts as 0.
func fir(c *call) value {
	list, ok := c.args[1].jsonList()
	if !ok || len(list) == 0 {
		return c.fail(1, "filter must be a dynamic([...]) literal of numbers")
	}
	var filter []float64
	sum, negative := 0.0, false
	for _, v := range list {
		f, ok := asReal(v).lit.number()
		if !ok {
			return c.fail(1, "filter must be a dynamic([...]) literal of numbers")
		}
		filter = append(filter, f)
		sum += f
		negative = negative || f < 0
	}
	normalize, center := !negative, false
	if c.has(2) {
		normalize, _ = c.args[2].litBool()
	}
	if c.has(3) {
		center, _ = c.args[3].litBool()
	}
	if normalize && negative {
		return null(Dynamic)
	}
	shift := 0
	if center {
		shift = (len(filter) - 1) / 2
	}
	return c.list(once(c.numbers(0), func(series duck.Expr) duck.Expr {
		return places(duck.Fn("len", series), func(p duck.Expr) duck.Expr {
			var total duck.Expr
			for k, f := range filter {
				if normalize {
					f /= sum
				}
				at := duck.Op(p, "+", duck.Int(int64(shift-k)))
				x := duck.Case{Whens: []duck.When{{If: duck.Op(at, "<", duck.Int(0)), Then: duck.Float(0)}, {If: duck.Op(at, ">=", duck.Fn("len", series)), Then: duck.Float(0)}}, Else: element(series, at)}
				term := duck.Op(x, "*", duck.Float(f))
				if total == nil {
					total = term
				} else {
					total = duck.Op(total, "+", term)
				}
			}
			return duck.Fn("to_json", total)
		})
	}))
}

// statsColumns is series_stats as a whole column: seven columns, named after
// the series.
func (p *pipe) statsColumns(s *scope, f *Func, e *syntax.Call) []assigned {
	c := &call{s: s, t: p.t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return nil
	}
	bag := seriesStats(c)
	name := p.t.autoName(e.Args[0])
	var out []assigned
	for _, col := range []struct {
		name string
		typ  Type
	}{{"min", Real}, {"min_idx", Long}, {"max", Real}, {"max_idx", Long}, {"avg", Real}, {"stdev", Real}, {"variance", Real}} {
		v := p.t.convert(of(Dynamic, duck.Fn("json_extract", bag.sql, duck.Str("$."+col.name))), col.typ)
		out = append(out, assigned{"series_stats_" + name + "_" + col.name, e.Args[0].Span(), v})
	}
	return out
}

// several are the columns of a function with several results, nil for any
// other expression.
func (p *pipe) several(s *scope, x syntax.Expr, named int) ([]assigned, *syntax.Call) {
	e, ok := syntax.Unparen(x).(*syntax.Call)
	if !ok || p.t.funcs[e.Func.Name] == nil {
		return nil, nil
	}
	switch f := p.t.funcs[e.Func.Name]; f.Name {
	case "array_sort_asc", "array_sort_desc":
		list := p.sortedColumns(s, f, e)
		if len(list) == 1 && named < 2 {
			return nil, nil
		}
		return list, e
	case "series_stats":
		return p.statsColumns(s, f, e), e
	}
	return nil, nil
}
