package kql

import (
	"strconv"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// sorted sorts numbers by value and texts by their characters, numbers first.
// With further arrays the result is an array of arrays, from which [0] and so
// on are read; as a column of its own each gets one, see sortedColumns.
func sorted(c *call, desc bool) value {
	arrays, nullsLast, ok := sortArguments(c)
	if !ok {
		return poison
	}
	if len(arrays) == 1 {
		return value{typ: Dynamic, maybe: true, array: true, sql: onlyArray(c, duck.Fn("to_json", sortedWith(arrays, 0, desc, nullsLast)))}
	}
	var all duck.List
	for i := range arrays {
		all = append(all, duck.Fn("to_json", sortedWith(arrays, i, desc, nullsLast)))
	}
	return value{typ: Dynamic, array: true, sql: duck.Fn("to_json", all)}
}

// sortArguments are the arrays and the literal bool that may stand last.
func sortArguments(c *call) (arrays []value, nullsLast, ok bool) {
	nullsLast = true
	for i, v := range c.args {
		switch {
		case v.typ == Dynamic:
			arrays = append(arrays, v)
		case v.typ == Bool && i == c.n()-1 && i > 0:
			if nullsLast, ok = v.litBool(); !ok {
				c.fail(i, "whether nulls stand last must be true or false")
				return nil, false, false
			}
		default:
			c.fail(i, "it must be an array, not %s", v.typ.with())
			return nil, false, false
		}
	}
	return arrays, nullsLast, true
}

// sortedWith is array i in the order of the first one; NULL where it has not
// its length.
func sortedWith(arrays []value, i int, desc, nullsLast bool) duck.Expr {
	sized := duck.Struct{{Name: "key", X: elementsOf(arrays[0])}, {Name: "item", X: elementsOf(arrays[i])}}
	return once(sized, func(s duck.Expr) duck.Expr {
		keys, items := duck.Get{X: s, Field: "key"}, duck.Get{X: s, Field: "item"}
		n := duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("len", keys), "=", duck.Fn("len", items)), Then: duck.Fn("len", keys)}}}
		rows := places(n, func(at duck.Expr) duck.Expr {
			k := element(keys, at)
			isNone := isNone(k)
			var none duck.Expr = isNone
			if nullsLast == desc {
				none = duck.Not{X: isNone}
			}
			return duck.Struct{
				{Name: "none", X: none},
				{Name: "kind", X: duck.Case{Whens: []duck.When{
					{If: duck.In{X: duck.Fn("json_type", k), List: []duck.Expr{duck.Str("BIGINT"), duck.Str("UBIGINT"), duck.Str("DOUBLE"), duck.Str("HUGEINT")}}, Then: duck.Int(0)},
					{If: duck.Op(duck.Fn("json_type", k), "=", duck.Str("VARCHAR")), Then: duck.Int(1)}}, Else: duck.Int(2)}},
				{Name: "number", X: duck.TryAs(duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("json_type", k), "<>", duck.Str("VARCHAR")), Then: k}}}, "DOUBLE")},
				{Name: "text", X: duck.Fn("json_extract_string", k, duck.Str("$"))},
				// Equals stay in their order.
				{Name: "at", X: order(at, desc)},
				{Name: "item", X: element(items, at)},
			}
		})
		word := "ASC"
		if desc {
			word = "DESC"
		}
		f := &duck.Var{}
		return duck.Fn("list_transform", duck.Fn("list_sort", rows, duck.Str(word), duck.Str("NULLS LAST")),
			duck.Lambda{Vars: []*duck.Var{f}, Body: duck.Get{X: duck.Local{Var: f}, Field: "item"}})
	})
}

func order(at duck.Expr, desc bool) duck.Expr {
	if desc {
		return duck.Neg{X: at}
	}
	return at
}

// sortedColumns is array_sort_asc or array_sort_desc as a whole column: one
// column for each array, named after it.
func (p *pipe) sortedColumns(s *scope, f *Func, e *syntax.Call) []assigned {
	c := &call{s: s, t: p.t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return nil
	}
	arrays, nullsLast, ok := sortArguments(c)
	if !ok {
		return nil
	}
	var out []assigned
	for i := range arrays {
		name := p.t.autoName(e.Args[i])
		if name == "" {
			name = "array" + strconv.Itoa(i)
		}
		name += "_sorted"
		v := value{typ: Dynamic, maybe: true, array: true, sql: duck.Fn("to_json", sortedWith(arrays, i, f.Name == "array_sort_desc", nullsLast))}
		out = append(out, assigned{name, e.Args[i].Span(), v})
	}
	return out
}
