package kql

import (
	"argosy/queries/kql/duck"
)

// pairFuncs are aggregates over two numbers of a row.
func pairFuncs() []Func {
	pair := []Param{{Name: "x", Type: "number"}, {Name: "y", Type: "number"}}
	pairIf := append(append([]Param{}, pair...), Param{Name: "if", Type: "bool"})
	agg := func(name, fn, doc string, params []Param, example string) Func {
		return Func{Name: name, Kind: AggregateFunc, Params: params, Returns: "real", Doc: doc, Example: example, naming: naming{prefix: name + "_", both: true},
			fold: func(c *call) value { return covariance(c, fn) }}
	}
	return []Func{
		agg("covariance", "covar_samp", "The covariance of a sample of pairs.", pair, "covariance(size, score)"),
		agg("covariancep", "covar_pop", "The covariance of a population of pairs.", pair, "covariancep(size, score)"),
		agg("covarianceif", "covar_samp", "The covariance of a sample of the pairs for which a condition is true.", pairIf, "covarianceif(size, score, patchable)"),
		agg("covariancepif", "covar_pop", "The covariance of a population of the pairs for which a condition is true.", pairIf, "covariancepif(size, score, patchable)"),
	}
}

// covariance of fewer than two pairs is 0, as variance is.
func covariance(c *call, fn string) value {
	var filter duck.Expr
	if c.has(2) {
		filter = condition(c.args[2])
	}
	x, y := asReal(plain(c.args[0])).sql, asReal(plain(c.args[1])).sql
	out := c.agg(Real, duck.Coalesce(duck.Call{Name: fn, Args: []duck.Expr{x, y}, Filter: filter}, duck.Float(0)))
	out.maybe = false
	return out
}
