package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// env is a chain of names bound by let, declare, as and function parameters.
type env struct {
	parent *env
	name   string
	bound  *binding
}

// binding is what a name stands for; one of the fields is set.
type binding struct {
	// val is a scalar.
	val *value
	// pipe is a table that is lowered anew wherever it is named, in env.
	pipe *syntax.Pipeline
	env  *env
	// lambda is a function, called in env.
	lambda *syntax.Lambda
	// shared is a table that is computed once.
	shared *sharedTable
}

// sharedTable is the rows of a pipe which several places read.
type sharedTable struct {
	rel  *duck.Shared
	cols []column
	// order is what the rows are sorted by.
	order  []duck.Order
	serial bool
}

func (e *env) bind(name string, b *binding) *env {
	return &env{parent: e, name: name, bound: b}
}

func (e *env) find(name string) *binding {
	for ; e != nil; e = e.parent {
		if e.bound != nil && e.name == name {
			return e.bound
		}
	}
	return nil
}

// names lists the names of one sort, for suggestions.
func (e *env) names(want func(*binding) bool) []string {
	var out []string
	for ; e != nil; e = e.parent {
		if e.bound != nil && want(e.bound) {
			out = append(out, e.name)
		}
	}
	return out
}

func (b *binding) tabular() bool { return b.pipe != nil || b.shared != nil }
