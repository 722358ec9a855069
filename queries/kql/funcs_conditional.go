package kql

import (
	"argosy/queries/kql/duck"
)

// conditionalFuncs choose between values.
func conditionalFuncs() []Func {
	return []Func{
		{Name: "iff", Aliases: []string{"iif"}, Params: []Param{{Name: "if", Type: "bool"}, {Name: "then", Type: "any"}, {Name: "else", Type: "any"}},
			Returns: "the type of then", Doc: "then where the condition is true, else otherwise, also for null.",
			Example: `iff(severity == "High", 1, 0)`, lower: choose},
		{Name: "case", Params: []Param{{Name: "if", Type: "any"}, {Name: "then", Type: "any"}, {Name: "else", Type: "any", Repeat: true}},
			Returns: "the type of the results", Doc: "The result behind the first condition that is true, else the last argument.",
			Example: `case(score >= 9.0, "Critical", score >= 7.0, "High", "Lower")`, lower: choose},
		{Name: "coalesce", Params: []Param{{Name: "value", Type: "any", Repeat: true}}, Returns: "the type of the values",
			Doc: "The first value that is neither null nor the empty text.", Example: `coalesce(properties.cveId, properties.CveId)`, lower: coalesce},
		{Name: "not", Params: []Param{{Name: "condition", Type: "bool"}}, Returns: "bool", Doc: "true for false, false for true.",
			Example: `not(isempty(cve))`, lower: func(c *call) value { return negate(c.args[0]) }},
		{Name: "max_of", Params: []Param{{Name: "value", Type: "scalar", Repeat: true}}, Returns: "the type of the values",
			Doc: "The greatest of the arguments; nulls do not count.", Example: "max_of(1, 5, 3)", lower: func(c *call) value { return extreme(c, "greatest") }},
		{Name: "min_of", Params: []Param{{Name: "value", Type: "scalar", Repeat: true}}, Returns: "the type of the values",
			Doc: "The least of the arguments; nulls do not count.", Example: "min_of(1, 5, 3)", lower: func(c *call) value { return extreme(c, "least") }},
	}
}

// choose is iff and case: conditions and results in turn, and an else.
func choose(c *call) value {
	if c.n()%2 == 0 {
		c.t.hintf(c.node.Pos, c.fn.Signature(), "%s needs a result for every condition, and an else", c.fn.Name)
		return poison
	}
	var conds, results []value
	for i := 0; i+1 < c.n(); i += 2 {
		cond, ok := accept(Param{Type: "bool"}, c.args[i])
		if !ok {
			return c.fail(i, "a condition must be a bool, not %s", c.args[i].typ.with())
		}
		conds = append(conds, cond)
		results = append(results, c.args[i+1])
	}
	results = append(results, c.args[c.n()-1])
	results, typ, ok := unify(results)
	if !ok {
		return c.fail(1, "the results have different types: %s", typesOf(results))
	}
	return pick(conds, results, typ)
}

// pick builds the CASE. Conditions known while translating choose at once.
func pick(conds, results []value, typ Type) value {
	var out duck.Case
	v := value{typ: typ, finite: true, array: true}
	note := func(r value) {
		v.maybe = v.maybe || r.maybe && typ != String
		v.finite = v.finite && r.finite
		v.array = v.array && r.array
		v.bits = max(v.bits, bits(r))
	}
	last := results[len(results)-1]
	for i, cond := range conds {
		if b, ok := cond.litBool(); ok {
			if !b {
				continue
			}
			last = results[i]
			break
		}
		x := cond.sql
		if cond.filter != nil {
			x = cond.filter
		}
		out.Whens = append(out.Whens, duck.When{If: x, Then: natural(results[i])})
		note(results[i])
	}
	if len(out.Whens) == 0 {
		return last
	}
	note(last)
	out.Else = natural(last)
	if v.bits >= 63 || !typ.integer() {
		v.bits = 0
	}
	v.sql = out
	return v
}

// unify brings results to one type. Numbers take the wider type. A dynamic
// takes the type of the others, as in Kusto, where iff(c, properties.x, "") is
// a string; only beside numbers it stays dynamic, so that no fraction is lost.
func unify(list []value) ([]value, Type, bool) {
	typ, dynamic := Type(""), false
	for _, v := range list {
		switch {
		case v.typ == Dynamic && (v.lit == nil || v.lit.v != nil):
			dynamic = true
		case v.typ == Dynamic:
		case typ == "" || typ == v.typ:
			typ = v.typ
		case typ.numeric() && v.typ.numeric():
			typ = wider(typ, v.typ)
		default:
			return list, "", false
		}
	}
	if typ == "" || dynamic && typ.numeric() {
		typ = Dynamic
	}
	out := make([]value, len(list))
	for i, v := range list {
		switch {
		case v.typ == typ:
			out[i] = plain(v)
		case typ == Dynamic:
			out[i] = asDynamic(v)
		case v.typ == Dynamic:
			out[i] = plain((&translator{}).convert(v, typ))
		case typ == Real:
			out[i] = asReal(v)
		case typ == Decimal:
			out[i] = asDecimal(v)
		default:
			out[i] = asLong(v)
		}
	}
	return out, typ, true
}

func wider(a, b Type) Type {
	for _, t := range []Type{Decimal, Real, Long} {
		if a == t || b == t {
			return t
		}
	}
	return Int
}

func typesOf(list []value) string {
	out := ""
	for i, v := range list {
		if i > 0 {
			out += ", "
		}
		out += string(v.typ)
	}
	return out
}

// coalesce takes ” for missing, as Kusto does.
func coalesce(c *call) value {
	list, typ, ok := unify(c.args)
	if !ok {
		return c.fail(0, "the values have different types: %s", typesOf(c.args))
	}
	out := value{typ: typ, maybe: true, finite: true, array: true}
	var xs []duck.Expr
	for i, v := range list {
		x := natural(v)
		if typ == String && i < len(list)-1 {
			x = duck.Fn("nullif", v.sql, duck.Str(""))
		}
		if typ == Dynamic && v.scalar != nil && v.scalar.typ == String {
			x = duck.Fn("to_json", duck.Fn("nullif", v.scalar.sql, duck.Str("")))
		}
		xs = append(xs, x)
		out.maybe = out.maybe && v.maybe
		out.finite = out.finite && v.finite
		out.array = out.array && v.array
	}
	if typ == String {
		out.maybe = false
	}
	out.sql = duck.Coalesce(xs...)
	return out
}

func extreme(c *call, fn string) value {
	list, typ, ok := unify(c.args)
	if !ok {
		return c.fail(0, "the values have different types: %s", typesOf(c.args))
	}
	out := value{typ: typ, maybe: true}
	var xs []duck.Expr
	for _, v := range list {
		xs = append(xs, natural(v))
		out.maybe = out.maybe && v.maybe
	}
	out.sql = duck.Fn(fn, xs...)
	return out
}
