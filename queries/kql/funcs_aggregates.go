package kql

import (
	"math"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// aggregateFuncs work on the rows of a group.
func aggregateFuncs() []Func {
	agg := func(name, prefix, returns, doc, example string, params []Param, fold func(*call) value, aliases ...string) Func {
		return Func{Name: name, Aliases: aliases, Kind: AggregateFunc, Params: params, Returns: returns, Doc: doc, Example: example,
			naming: naming{prefix: prefix}, fold: fold}
	}
	firstNamed := func(name, returns, doc, example string, params []Param, fold func(*call) value) Func {
		return Func{Name: name, Kind: AggregateFunc, Params: params, Returns: returns, Doc: doc, Example: example, naming: naming{first: true}, fold: fold}
	}
	one := []Param{{Name: "value", Type: "any"}}
	num := []Param{{Name: "value", Type: "scalar"}}
	pred := []Param{{Name: "if", Type: "bool"}}
	withIf := func(list []Param) []Param { return append(append([]Param{}, list...), Param{Name: "if", Type: "bool"}) }
	max := Param{Name: "max", Type: "long", Optional: true, Const: true}
	return []Func{
		agg("count", "count_", "long", "The number of rows.", "count()", []Param{{Name: "value", Type: "any", Optional: true}}, func(c *call) value {
			return c.counted(duck.Fn("count"))
		}),
		agg("countif", "countif_", "long", "The number of rows for which a condition is true.", `countif(severity == "High")`, pred, func(c *call) value {
			return c.counted(duck.Call{Name: "count", Filter: condition(c.args[0])})
		}),
		agg("dcount", "dcount_", "long", "The number of distinct values; exact here.", "dcount(digest)", []Param{{Name: "value", Type: "any"}, {Name: "accuracy", Type: "long", Optional: true}}, func(c *call) value {
			return distinctCount(c, nil)
		}),
		agg("dcountif", "dcountif_", "long", "The number of distinct values among the rows for which a condition is true.", `dcountif(digest, severity == "High")`,
			append(withIf(one), Param{Name: "accuracy", Type: "long", Optional: true}), func(c *call) value { return distinctCount(c, condition(c.args[1])) }),
		agg("count_distinct", "count_distinct_", "long", "The number of distinct values.", "count_distinct(digest)", num, func(c *call) value { return distinctCount(c, nil) }),
		agg("count_distinctif", "count_distinctif_", "long", "The number of distinct values among the rows for which a condition is true.", `count_distinctif(digest, severity == "High")`,
			withIf(num), func(c *call) value { return distinctCount(c, condition(c.args[1])) }),
		agg("sum", "sum_", "the type of the values", "The sum; 0 when there are no values.", "sum(size)", num, func(c *call) value { return sum(c, nil) }),
		agg("sumif", "sumif_", "the type of the values", "The sum over the rows for which a condition is true.", `sumif(size, severity == "High")`, withIf(num), func(c *call) value {
			return sum(c, condition(c.args[1]))
		}),
		agg("avg", "avg_", "real", "The average; NaN when there are no values.", "avg(score)", num, func(c *call) value { return average(c, nil) }),
		agg("avgif", "avgif_", "real", "The average over the rows for which a condition is true.", `avgif(score, patchable)`, withIf(num), func(c *call) value {
			return average(c, condition(c.args[1]))
		}),
		agg("min", "min_", "the type of the values", "The least value.", "min(published)", one, func(c *call) value { return extremum(c, "min", nil) }),
		agg("max", "max_", "the type of the values", "The greatest value.", "max(score)", one, func(c *call) value { return extremum(c, "max", nil) }),
		agg("minif", "minif_", "the type of the values", "The least value where a condition is true.", "minif(score, patchable)", withIf(one), func(c *call) value {
			return extremum(c, "min", condition(c.args[1]))
		}),
		agg("maxif", "maxif_", "the type of the values", "The greatest value where a condition is true.", "maxif(score, patchable)", withIf(one), func(c *call) value {
			return extremum(c, "max", condition(c.args[1]))
		}),
		agg("stdev", "stdev_", "real", "The standard deviation of a sample.", "stdev(score)", num, func(c *call) value { return spread(c, "stddev_samp", nil) }),
		agg("stdevp", "stdevp_", "real", "The standard deviation of a population.", "stdevp(score)", num, func(c *call) value { return spread(c, "stddev_pop", nil) }),
		agg("variance", "variance_", "real", "The variance of a sample.", "variance(score)", num, func(c *call) value { return spread(c, "var_samp", nil) }),
		agg("variancep", "variancep_", "real", "The variance of a population.", "variancep(score)", num, func(c *call) value { return spread(c, "var_pop", nil) }),
		agg("make_list", "list_", "dynamic", "An array of the values, without nulls.", "make_list(cve)", append(one, max), func(c *call) value { return makeList(c, nil, false) }, "makelist"),
		agg("make_list_if", "list_", "dynamic", "An array of the values where a condition is true.", "make_list_if(cve, patchable)", append(withIf(one), max), func(c *call) value {
			return makeList(c, condition(c.args[1]), false)
		}),
		agg("make_list_with_nulls", "list_", "dynamic", "An array of the values, nulls included.", "make_list_with_nulls(cve)", one, func(c *call) value { return makeList(c, nil, true) }),
		agg("make_set", "set_", "dynamic", "An array of the distinct values, in the order of their first appearance.", "make_set(cve)", append(one, max), func(c *call) value {
			return makeSet(c, nil)
		}, "makeset"),
		agg("make_set_if", "set_", "dynamic", "An array of the distinct values where a condition is true.", "make_set_if(cve, patchable)", append(withIf(one), max), func(c *call) value {
			return makeSet(c, condition(c.args[1]))
		}),
		agg("make_bag", "bag_", "dynamic", "One bag of all members; the first value of a key wins.", "make_bag(bag_pack(severity, n))", []Param{{Name: "bag", Type: "bag"}, max}, func(c *call) value {
			return makeBag(c, nil)
		}),
		agg("make_dictionary", "dictionary_", "dynamic", "The old name of make_bag.", "make_dictionary(bag_pack(severity, n))", []Param{{Name: "bag", Type: "bag"}, max}, func(c *call) value {
			return makeBag(c, nil)
		}),
		agg("make_bag_if", "bag_", "dynamic", "One bag of all members where a condition is true.", "make_bag_if(bag_pack(severity, n), n > 0)", []Param{{Name: "bag", Type: "bag"}, {Name: "if", Type: "bool"}, max}, func(c *call) value {
			return makeBag(c, condition(c.args[1]))
		}),
		agg("take_any", "", "the type of the value", "The value of some row, one that is not null if there is one. take_any(*) gives all columns.", "take_any(id)",
			[]Param{{Name: "value", Type: "columns", Repeat: true}}, func(c *call) value { return anyValue(c, c.args[0], nil) }),
		agg("any", "any_", "the type of the value", "The old name of take_any.", "any(id)", []Param{{Name: "value", Type: "columns", Repeat: true}}, func(c *call) value {
			return anyValue(c, c.args[0], nil)
		}),
		firstNamed("take_anyif", "the type of the value", "The value of some row for which a condition is true.", "take_anyif(id, patchable)", withIf(one), func(c *call) value {
			return anyValue(c, c.args[0], condition(c.args[1]))
		}),
		agg("anyif", "anyif_", "the type of the value", "The old name of take_anyif.", "anyif(id, patchable)", withIf(one), func(c *call) value {
			return anyValue(c, c.args[0], condition(c.args[1]))
		}),
		agg("arg_max", "", "several columns", "The row with the greatest value: that value, and the other columns named. * means all columns.", "arg_max(published, id, cve)",
			[]Param{{Name: "by", Type: "scalar"}, {Name: "column", Type: "columns", Optional: true, Repeat: true}}, nil),
		agg("arg_min", "", "several columns", "The row with the least value: that value, and the other columns named. * means all columns.", "arg_min(published, id, cve)",
			[]Param{{Name: "by", Type: "scalar"}, {Name: "column", Type: "columns", Optional: true, Repeat: true}}, nil),
		agg("argmax", "", "several columns", "The old form of arg_max: the other columns are named after the first.", "argmax(published, id)",
			[]Param{{Name: "by", Type: "scalar"}, {Name: "column", Type: "columns", Optional: true, Repeat: true}}, nil),
		agg("argmin", "", "several columns", "The old form of arg_min: the other columns are named after the first.", "argmin(published, id)",
			[]Param{{Name: "by", Type: "scalar"}, {Name: "column", Type: "columns", Optional: true, Repeat: true}}, nil),
	}
}

// condition is a bool as a FILTER.
func condition(v value) duck.Expr {
	if v.filter != nil {
		return v.filter
	}
	return v.sql
}

func distinctCount(c *call, filter duck.Expr) value {
	return c.counted(duck.Call{Name: "count", Distinct: true, Args: []duck.Expr{c.x(0)}, Filter: filter})
}

func (c *call) counted(x duck.Expr) value {
	v := c.agg(Long, x)
	v.maybe, v.bits = false, 40
	return v
}

// sum of nothing is 0. DuckDB adds BIGINT as HUGEINT.
func sum(c *call, filter duck.Expr) value {
	v := plain(c.args[0])
	switch v.typ {
	case Bool:
		v = asLong(v)
	case Int, Long, Real, Decimal, Timespan:
	default:
		return c.fail(0, "%s cannot be added up", v.typ)
	}
	typ := v.typ
	if typ == Int {
		typ = Long
	}
	x := duck.Expr(duck.Call{Name: "sum", Args: []duck.Expr{v.sql}, Filter: filter})
	if typ == Long || typ == Timespan {
		x = wrapLong(x)
	}
	out := c.agg(typ, duck.Coalesce(duck.As(x, typ.sql()), duck.As(duck.Int(0), typ.sql())))
	out.maybe = false
	return out
}

// average of nothing is NaN.
func average(c *call, filter duck.Expr) value {
	v := plain(c.args[0])
	mean := func(x duck.Expr) duck.Expr { return duck.Call{Name: "avg", Args: []duck.Expr{x}, Filter: filter} }
	switch v.typ {
	case Datetime, Timespan:
		return c.agg(v.typ, duck.TryAs(duck.Fn("round", mean(v.sql)), "BIGINT"))
	case Int, Long, Real, Bool:
		out := c.agg(Real, duck.Coalesce(mean(asReal(v).sql), duck.Float(nan())))
		out.maybe = false
		return out
	case Decimal:
		return c.agg(Decimal, duck.TryAs(mean(v.sql), decimalSQL))
	}
	return c.fail(0, "%s has no average", v.typ)
}

// extremum works on anything with an order. A dynamic is compared by what it
// holds: numbers before texts.
func extremum(c *call, fn string, filter duck.Expr) value {
	v := c.args[0]
	if v.typ == Dynamic {
		if v.scalar == nil {
			text := dynamicText(v).sql
			number := duck.Case{Whens: []duck.When{{If: duck.Op(jsonType(v), "<>", duck.Str("VARCHAR")), Then: duck.TryAs(text, "DOUBLE")}}}
			key := duck.Struct{{Name: "text", X: duck.IsNull{X: number}}, {Name: "n", X: number}, {Name: "t", X: text}}
			there := duck.Expr(duck.IsNull{X: text, Not: true})
			return c.agg(Dynamic, duck.Call{Name: "arg_" + fn, Args: []duck.Expr{toJSON(v), key}, Filter: both(there, filter)})
		}
		v = *v.scalar
	}
	v = plain(v)
	x := natural(v)
	out := c.agg(v.typ, duck.Call{Name: fn, Args: []duck.Expr{x}, Filter: filter})
	if v.typ == Bool {
		out = c.agg(Bool, duck.Call{Name: map[string]string{"min": "bool_and", "max": "bool_or"}[fn], Args: []duck.Expr{x}, Filter: filter})
	}
	if v.typ == Real && !v.finite && fn == "min" {
		// NaN is the least as well as the greatest; to DuckDB it is the greatest.
		nan := duck.Call{Name: "bool_or", Args: []duck.Expr{duck.Fn("isnan", x)}, Filter: filter}
		out.sql = c.s.aggs.add(c.fn.Name, duck.If(nan, duck.Float(math.NaN()), duck.Call{Name: fn, Args: []duck.Expr{x}, Filter: filter}))
	}
	out.finite, out.bits = v.finite, v.bits
	return out
}

// spread of fewer than two values is 0.
func spread(c *call, fn string, filter duck.Expr) value {
	v := asReal(plain(c.args[0]))
	if v.bad() || v.typ != Real {
		return c.fail(0, "a number is needed")
	}
	out := c.agg(Real, duck.Coalesce(duck.Call{Name: fn, Args: []duck.Expr{v.sql}, Filter: filter}, duck.Float(0)))
	out.maybe = false
	return out
}

// makeList keeps the order of the rows. Scalar nulls are left out, dynamic
// nulls stay.
func makeList(c *call, filter duck.Expr, nulls bool) value {
	v := c.args[0]
	j := toJSON(v)
	var keep duck.Expr
	if v.maybe && v.typ != String && v.typ != Dynamic && !nulls {
		keep = duck.IsNull{X: j, Not: true}
	}
	list := duck.Expr(duck.Call{Name: "list", Args: []duck.Expr{j}, Order: c.order(), Filter: both(keep, filter)})
	if v.typ == Dynamic && v.scalar == nil {
		// The elements of an array count one by one.
		list = duck.Fn("flatten", duck.Call{Name: "list", Args: []duck.Expr{jsonElements(v)}, Order: c.order(), Filter: both(keep, filter)})
	}
	list = c.shorten(list)
	out := c.agg(Dynamic, duck.Coalesce(duck.Fn("to_json", list), duck.As(duck.Str("[]"), "JSON")))
	out.maybe, out.array = false, true
	return out
}

// shorten cuts a list to the literal maximum given as the last argument.
func (c *call) shorten(list duck.Expr) duck.Expr {
	last := len(c.fn.Params) - 1
	if !c.fn.Params[last].Const || !c.has(last) {
		return list
	}
	n, _ := c.args[last].whole()
	return duck.Fn("list_slice", list, duck.Int(1), duck.Int(n))
}

func both(a, b duck.Expr) duck.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return duck.And{a, b}
}

// makeSet keeps the first of equal values; the elements of an array count one
// by one.
func makeSet(c *call, filter duck.Expr) value {
	v := c.args[0]
	j := toJSON(v)
	keep := duck.Expr(duck.IsNull{X: j, Not: true})
	if v.typ == String {
		keep = nil
	}
	var list duck.Expr
	if v.typ == Dynamic {
		list = duck.Fn("flatten", duck.Call{Name: "list", Args: []duck.Expr{jsonElements(v)}, Order: c.order(), Filter: both(keep, filter)})
	} else {
		list = duck.Call{Name: "list", Args: []duck.Expr{j}, Order: c.order(), Filter: both(keep, filter)}
	}
	all := c.s.aggs.add(c.fn.Name, duck.Coalesce(list, duck.As(duck.List{}, "JSON[]")))
	return value{typ: Dynamic, array: true, sql: duck.Fn("to_json", c.shorten(firstSeen(all)))}
}

func makeBag(c *call, filter duck.Expr) value {
	v := c.args[0]
	list := duck.Call{Name: "list", Args: []duck.Expr{entriesOf(v)}, Order: c.order(), Filter: filter}
	all := c.s.aggs.add(c.fn.Name, duck.Fn("flatten", list))
	return value{typ: Dynamic, sql: bagOf(firstKeys(all))}
}

// anyValue is the value of some row. any_value() skips nulls.
func anyValue(c *call, v value, filter duck.Expr) value {
	if v.typ == "*" {
		return c.fail(0, "* gives several columns and cannot stand inside an expression")
	}
	x := natural(plain(v))
	out := v
	out.sql = c.s.aggs.add(c.fn.Name, duck.Call{Name: "any_value", Args: []duck.Expr{x}, Filter: filter})
	out.maybe, out.lit, out.parts, out.tree, out.scalar, out.stamp, out.list, out.filter = true, nil, nil, nil, nil, false, nil, nil
	return out
}

// manyResults finds the aggregates that give several columns.
func (p *pipe) manyResults(name string) func(*scope, *Func, *syntax.Call, []*syntax.Ident, *namer) []assigned {
	switch name {
	case "arg_max", "arg_min", "argmax", "argmin":
		return p.argBest
	case "take_any", "any":
		return p.anyColumns
	case "percentile", "percentiles", "percentilew", "percentilesw":
		return p.percentileColumns
	}
	return nil
}
