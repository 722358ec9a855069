package kql

import (
	"slices"
	"strings"

	"argosy/queries/kql/duck"
)

// branches is a place of a dynamic column behind a union: what stands there in
// each leg. What is asked for becomes one more column of the union, made in
// each leg from what that leg knows, so that a typed column stays one and no
// JSON is built to be taken apart again.
type branches struct {
	// legs hold the value in each leg, null where the leg has no such column.
	legs []value
	// column makes a column of the union, the same for the same key.
	column func(key string, xs []duck.Expr) duck.Expr
}

func (b *branches) exprs(f func(value) duck.Expr) []duck.Expr {
	out := make([]duck.Expr, len(b.legs))
	for i, leg := range b.legs {
		out[i] = f(leg)
	}
	return out
}

// each goes one step down in every leg.
func (t *tree) each(step string, down func(value) value) value {
	out := *t
	out.path = append(append([]string{}, t.path...), step)
	out.known = nil
	out.branches = &branches{column: t.branches.column, legs: make([]value, len(t.branches.legs))}
	for i, leg := range t.branches.legs {
		out.branches.legs[i] = down(leg)
	}
	return out.together()
}

// together is the dynamic value at a place behind a union: typed, when it is of
// one type in all legs.
func (t *tree) together() value {
	v := value{typ: Dynamic, maybe: true, tree: t}
	if held, ok := t.branches.scalar(t.key("scalar")); ok {
		held.maybe = held.maybe || t.padded
		v.scalar, v.maybe = &held, held.maybe
	}
	return v
}

func (t *tree) key(kind string) string {
	for _, p := range t.path {
		kind += p
	}
	return kind
}

// scalar is the typed value that all legs hold, where they agree on the type.
func (b *branches) scalar(key string) (value, bool) {
	var out value
	for _, leg := range b.legs {
		switch {
		case isNullLit(leg):
		case leg.scalar == nil || out.typ != "" && out.typ != leg.scalar.typ:
			return poison, false
		case out.typ == "":
			out = value{typ: leg.scalar.typ, stamp: true, finite: true, bits: 1}
		}
	}
	if out.typ == "" {
		return poison, false
	}
	for _, leg := range b.legs {
		if isNullLit(leg) {
			out.maybe = true
			continue
		}
		one := *leg.scalar
		out.maybe = out.maybe || one.maybe
		out.stamp = out.stamp && one.stamp
		out.finite = out.finite && one.finite
		out.bits = max(out.bits, bits(one))
	}
	if out.bits >= 63 || !out.typ.integer() {
		out.bits = 0
	}
	null := duck.Null{Type: out.typ.sql()}
	if out.stamp = out.stamp && out.typ == Datetime; out.stamp {
		null.Type = "TIMESTAMP"
	}
	out.sql = b.column(key, b.exprs(func(leg value) duck.Expr {
		switch {
		case isNullLit(leg):
			return null
		case out.stamp:
			return leg.scalar.sql
		}
		return plain(*leg.scalar).sql
	}))
	return out, true
}

func isNullLit(v value) bool { return v.lit != nil && v.lit.v == nil }

// known keeps what the legs know of a dynamic column. whole is the column that
// holds all of it.
func (u *unionBuild) known(whole *duck.Column, from []*value) value {
	legs := make([]value, len(from))
	for i, v := range from {
		legs[i] = null(Dynamic)
		if v != nil {
			legs[i] = *v
		}
	}
	made := map[string]*duck.Column{}
	column := func(key string, xs []duck.Expr) duck.Expr {
		if made[key] == nil {
			place := strings.ReplaceAll(key, `"`, "")
			made[key] = u.add(whole.Hint+place[strings.IndexAny(place+".", ".["):], xs)
		}
		return duck.Ref{Col: made[key]}
	}
	return (&tree{root: duck.Ref{Col: whole}, branches: &branches{legs: legs, column: column}}).together()
}

// concat keeps what is known about the make-up of a text, where all legs have
// the same.
func (u *unionBuild) concat(from []*value) []part {
	var out []part
	for i, v := range from {
		if v == nil || len(v.parts) < 2 {
			return nil
		}
		if i == 0 {
			out = slices.Clone(v.parts)
		}
		if len(v.parts) != len(out) {
			return nil
		}
		for k, p := range v.parts {
			if p.lit != out[k].lit || (p.x == nil) != (out[k].x == nil) {
				return nil
			}
			out[k].nonEmpty = out[k].nonEmpty && p.nonEmpty
			out[k].excludes = slices.DeleteFunc(slices.Clone(out[k].excludes), func(e string) bool { return !slices.Contains(p.excludes, e) })
		}
	}
	for k := range out {
		if out[k].x == nil {
			continue
		}
		var xs []duck.Expr
		for _, v := range from {
			xs = append(xs, v.parts[k].x)
		}
		out[k].x = duck.Ref{Col: u.add("", xs)}
	}
	return out
}
