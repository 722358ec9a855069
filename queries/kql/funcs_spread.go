package kql

import (
	"strconv"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// spreadFuncs are aggregates of deviation, bits and several percentiles.
func spreadFuncs() []Func {
	numIf := []Param{{Name: "value", Type: "scalar"}, {Name: "if", Type: "bool"}}
	long := []Param{{Name: "value", Type: "long"}}
	spreadIf := func(name, fn, doc string) Func {
		return Func{Name: name, Kind: AggregateFunc, Params: numIf, Returns: "real", Doc: doc + " over the rows for which a condition is true.",
			Example: name + "(score, patchable)", naming: naming{prefix: name + "_"}, fold: func(c *call) value { return spread(c, fn, condition(c.args[1])) }}
	}
	bits := func(name, fn, doc string) Func {
		return Func{Name: name, Kind: AggregateFunc, Params: long, Returns: "long", Doc: doc, Example: name + "(n)", naming: naming{first: true},
			fold: func(c *call) value {
				return c.agg(Long, duck.Fn(fn, duck.As(c.x(0), "BIGINT")))
			}}
	}
	share := Param{Name: "percent", Type: "real", Const: true}
	shares := Param{Name: "percent", Type: "real", Const: true, Repeat: true}
	several := Param{Name: "percent", Type: "any", Const: true, Repeat: true}
	val, weight := Param{Name: "value", Type: "scalar"}, Param{Name: "weight", Type: "long"}
	percent := func(name, doc, example string, fold func(*call) value, params ...Param) Func {
		return Func{Name: name, Kind: AggregateFunc, Params: params, Returns: "the type of the values, a column for each share", Doc: doc, Example: example,
			naming: naming{prefix: "percentile_"}, fold: fold}
	}
	return []Func{
		spreadIf("stdevif", "stddev_samp", "The standard deviation of a sample"),
		spreadIf("varianceif", "var_samp", "The variance of a sample"),
		spreadIf("variancepif", "var_pop", "The variance of a population"),
		bits("binary_all_and", "bit_and", "The bits that all numbers have."),
		bits("binary_all_or", "bit_or", "The bits that some number has."),
		bits("binary_all_xor", "bit_xor", "The bits that an odd count of numbers has."),
		percent("percentile", "The least value that a share of the values does not exceed.", "percentile(score, 95)", func(c *call) value { return percentile(c, 1) }, val, share),
		percent("percentiles", "The least values that shares of the values do not exceed, one column for each share.", "percentiles(score, 5, 50, 95)", func(c *call) value { return percentile(c, 1) }, val, shares),
		percent("percentilew", "The percentile of values that count as often as their weight says.", "percentilew(score, n, 95)", func(c *call) value { return percentile(c, 2) }, val, weight, share),
		percent("percentilesw", "Percentiles of values that count as often as their weight says, one column for each share.", "percentilesw(score, n, 5, 50, 95)", func(c *call) value { return percentile(c, 2) }, val, weight, shares),
		{Name: "percentiles_array", Kind: AggregateFunc, Params: []Param{{Name: "value", Type: "number"}, several}, Returns: "dynamic",
			Doc: "The least values that shares of the values do not exceed, as an array.", Example: "percentiles_array(score, 5, 50, 95)", naming: naming{prefix: "percentiles_"},
			fold: func(c *call) value { return percentilesArray(c, 1) }},
		{Name: "percentilesw_array", Kind: AggregateFunc, Params: []Param{{Name: "value", Type: "number"}, weight, several}, Returns: "dynamic",
			Doc: "Percentiles of values that count as often as their weight says, as an array.", Example: "percentilesw_array(score, n, 5, 50, 95)", naming: naming{prefix: "percentiles_"},
			fold: func(c *call) value { return percentilesArray(c, 2) }},
	}
}

// percentile is one share inside an expression; first is the place of the
// shares among the arguments.
func percentile(c *call, first int) value {
	if c.n() != first+1 {
		return c.fail(0, "it gives several columns and cannot stand inside an expression")
	}
	share, ok := c.share(first, c.args[first])
	if !ok {
		return poison
	}
	return c.ranked(first, share)
}

// share is a literal percentage as a part of one.
func (c *call) share(i int, v value) (float64, bool) {
	percent, ok := asReal(v).lit.number()
	if !ok || percent < 0 || percent > 100 {
		c.fail(i, "percent must be a number between 0 and 100")
		return 0, false
	}
	return percent / 100, true
}

// ranked is the value at a share of the sorted values, each of which occurs.
func (c *call) ranked(first int, share float64) value {
	v := plain(c.args[0])
	out := c.agg(v.typ, c.quantile(v.sql, first, share))
	if v.typ == Int {
		out.typ = Long
	}
	return out
}

// quantile is the nearest-rank percentile. With weights the values are sorted
// once and walked until their weights reach the share of the sum.
func (c *call) quantile(x duck.Expr, first int, share float64) duck.Expr {
	if first == 1 {
		return duck.Fn("quantile_disc", x, duck.Float(share))
	}
	w := asLong(c.args[1]).sql
	counts := duck.And{duck.IsNull{X: x, Not: true}, duck.Op(w, ">", duck.Int(0))}
	rows := duck.Call{Name: "list", Args: []duck.Expr{duck.Struct{{Name: "x", X: x}, {Name: "w", X: duck.As(w, "DOUBLE")}}}, Order: []duck.Order{{By: x}}, Filter: counts}
	return once(rows, func(list duck.Expr) duck.Expr {
		e, i := &duck.Var{}, &duck.Var{}
		weight := func(l duck.Expr) duck.Expr {
			return duck.Fn("list_sum", duck.Fn("list_transform", l, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Get{X: duck.Local{Var: e}, Field: "w"}}))
		}
		reached := duck.Op(weight(duck.Fn("list_slice", list, duck.Int(1), duck.Local{Var: i})), ">=", duck.Op(weight(list), "*", duck.Float(share)))
		at := duck.Fn("list_extract", duck.Fn("list_filter", duck.Fn("generate_series", duck.Int(1), duck.Fn("len", list)), duck.Lambda{Vars: []*duck.Var{i}, Body: reached}), duck.Int(1))
		return duck.Get{X: duck.Fn("list_extract", list, at), Field: "x"}
	})
}

// percentileColumns is percentile and its relatives as a whole column: a
// column for each share, named after it.
func (p *pipe) percentileColumns(s *scope, f *Func, e *syntax.Call, ids []*syntax.Ident, names *namer) []assigned {
	inner := *s
	inner.inAgg = true
	c := &call{s: &inner, t: p.t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return nil
	}
	first := 1
	if strings.HasSuffix(f.Name, "w") {
		first = 2
	}
	base := "percentile_" + p.t.autoName(e.Args[0])
	var out []assigned
	for i := first; i < c.n(); i++ {
		share, ok := c.share(i, c.args[i])
		if !ok {
			return nil
		}
		percent, _ := asReal(c.args[i]).lit.number()
		name := base + "_" + strings.ReplaceAll(strconv.FormatFloat(percent, 'f', -1, 64), ".", "_")
		out = append(out, assigned{name, e.Args[i].Span(), c.ranked(first, share)})
	}
	return p.nameMany(out, ids, names, e)
}

// percentilesArray takes the shares one by one or as a dynamic array.
func percentilesArray(c *call, first int) value {
	v := plain(c.args[0])
	var all duck.List
	for i, arg := range c.args[first:] {
		list, ok := arg.jsonList()
		if !ok {
			list = []value{arg}
		}
		for _, one := range list {
			share, ok := c.share(first+i, one)
			if !ok {
				return poison
			}
			all = append(all, c.quantile(v.sql, first, share))
		}
	}
	return c.agg(Dynamic, duck.Fn("to_json", all))
}

// number is a literal real.
func (l *literal) number() (float64, bool) {
	if l == nil {
		return 0, false
	}
	f, ok := l.v.(float64)
	return f, ok
}
