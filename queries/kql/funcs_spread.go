package kql

import (
	"math"
	"strconv"

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
		return Func{Name: name, Kind: AggregateFunc, Params: long, Returns: "long", Doc: doc, Example: name + "(n)", naming: naming{prefix: name + "_"},
			fold: func(c *call) value {
				return c.agg(Long, duck.Fn(fn, duck.As(c.x(0), "BIGINT")))
			}}
	}
	return []Func{
		spreadIf("stdevif", "stddev_samp", "The standard deviation of a sample"),
		spreadIf("varianceif", "var_samp", "The variance of a sample"),
		spreadIf("variancepif", "var_pop", "The variance of a population"),
		bits("binary_all_and", "bit_and", "The bits that all numbers have."),
		bits("binary_all_or", "bit_or", "The bits that some number has."),
		bits("binary_all_xor", "bit_xor", "The bits that an odd count of numbers has."),
		{Name: "percentiles", Kind: AggregateFunc, Params: []Param{{Name: "value", Type: "scalar"}, {Name: "percent", Type: "real", Const: true, Repeat: true}}, Returns: "several columns",
			Doc: "The values below which shares of the values lie, one column for each.", Example: "percentiles(score, 5, 50, 95)", naming: naming{prefix: "percentile_"},
			fold: func(c *call) value {
				return c.fail(0, "it gives several columns and cannot stand inside an expression")
			}},
		{Name: "percentiles_array", Kind: AggregateFunc, Params: []Param{{Name: "value", Type: "number"}, {Name: "percent", Type: "any", Const: true, Repeat: true}}, Returns: "dynamic",
			Doc: "The values below which shares of the values lie, as an array.", Example: "percentiles_array(score, 5, 50, 95)", naming: naming{prefix: "percentiles_"}, fold: percentilesArray},
	}
}

// percentileColumns is percentile and percentiles: a column for each share,
// named after it.
func (p *pipe) percentileColumns(s *scope, f *Func, e *syntax.Call, ids []*syntax.Ident, names *namer) []assigned {
	inner := *s
	inner.inAgg = true
	c := &call{s: &inner, t: p.t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return nil
	}
	base := "percentile_" + p.t.autoName(e.Args[0])
	var out []assigned
	for i := 1; i < c.n(); i++ {
		one := *c
		one.args = []value{c.args[0], c.args[i]}
		one.nodes = []syntax.Expr{c.nodes[0], c.nodes[i]}
		share, _ := c.args[i].lit.v.(float64)
		if i-1 >= len(ids) && share != math.Trunc(share) {
			// How the fraction would look in the name is not documented.
			c.fail(i, "give the column a name")
			return nil
		}
		out = append(out, assigned{base + "_" + strconv.FormatFloat(share, 'f', -1, 64), e.Args[i].Span(), percentile(&one)})
	}
	return p.nameMany(out, ids, names, e)
}

// percentilesArray takes the shares one by one or as a dynamic array.
func percentilesArray(c *call) value {
	v := plain(c.args[0])
	var shares duck.List
	add := func(i int, v value) bool {
		share, ok := asReal(v).lit.number()
		if !ok || share < 0 || share > 100 {
			c.fail(i, "percent must be a number between 0 and 100")
			return false
		}
		shares = append(shares, duck.Float(share/100))
		return true
	}
	for i, arg := range c.args[1:] {
		list, ok := arg.jsonList()
		if !ok {
			list = []value{arg}
		}
		for _, one := range list {
			if !add(i+1, one) {
				return poison
			}
		}
	}
	return c.agg(Dynamic, duck.Fn("to_json", duck.Fn("quantile_disc", v.sql, shares)))
}

// number is a literal real.
func (l *literal) number() (float64, bool) {
	if l == nil {
		return 0, false
	}
	f, ok := l.v.(float64)
	return f, ok
}
