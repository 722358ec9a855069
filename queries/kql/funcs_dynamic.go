package kql

import (
	"regexp"
	"strings"

	"argosy/queries/kql/duck"
)

// dynamicFuncs build and take apart arrays and property bags.
func dynamicFuncs() []Func {
	array := []Param{{Name: "array", Type: "array"}}
	bag := []Param{{Name: "bag", Type: "bag"}}
	sorting := []Param{{Name: "array", Type: "array"}, {Name: "more", Type: "any", Optional: true, Repeat: true}}
	return []Func{
		{Name: "array_length", Aliases: []string{"arraylength"}, Params: array, Returns: "long", Doc: "The number of elements; null for anything but an array.",
			Example: "array_length(dynamic([1, 2]))", lower: func(c *call) value {
				if c.args[0].list != nil {
					return value{typ: Long, sql: duck.Fn("len", c.args[0].list), bits: 32}
				}
				if n := c.args[0].tree.count(); n != nil {
					return value{typ: Long, maybe: true, bits: 32, sql: n}
				}
				return value{typ: Long, maybe: true, bits: 32, sql: onlyArray(c, duck.As(duck.Fn("json_array_length", c.x(0)), "BIGINT"))}
			}},
		{Name: "bag_keys", Params: bag, Returns: "dynamic", Doc: "The names of the members; null for anything but a bag.", Example: `bag_keys(dynamic({"a": 1}))`,
			lower: func(c *call) value {
				return value{typ: Dynamic, maybe: true, array: true, sql: duck.Case{Whens: []duck.When{{
					If: duck.Op(jsonType(c.args[0]), "=", duck.Str("OBJECT")), Then: duck.Fn("to_json", duck.Fn("json_keys", c.x(0)))}}}}
			}},
		{Name: "pack_array", Params: []Param{{Name: "value", Type: "columns", Repeat: true}}, Returns: "dynamic", Doc: "An array of the arguments; pack_array(*) of all columns.",
			Example: `pack_array(1, "a")`, lower: packArray},
		{Name: "bag_pack", Aliases: []string{"pack", "pack_dictionary"}, Params: []Param{{Name: "key", Type: "string"}, {Name: "value", Type: "any"}, {Name: "more", Type: "any", Optional: true, Repeat: true}},
			Returns: "dynamic", Doc: "A bag of keys and values given in turn.", Example: `bag_pack("severity", "High", "count", 3)`, lower: bagPack},
		{Name: "strcat_array", Aliases: []string{"array_strcat"}, Params: []Param{{Name: "array", Type: "array"}, {Name: "delimiter", Type: "text"}}, Returns: "string",
			Doc: "The texts of an array's elements with a delimiter between them.", Example: `strcat_array(dynamic(["a", "b"]), "-")`, lower: strcatArray},
		{Name: "array_sort_asc", Params: sorting, Returns: "dynamic", Doc: "The array sorted, null elements last unless told otherwise: numbers, then texts. Further arrays are put into the order of the first; they are columns of their own, or [1] and so on of the result.", Example: "array_sort_asc(dynamic([3, 1, 2]))",
			lower: func(c *call) value { return sorted(c, false) }},
		{Name: "array_sort_desc", Params: sorting, Returns: "dynamic", Doc: "The array sorted backwards, null elements last unless told otherwise. Further arrays are put into the order of the first.", Example: "array_sort_desc(dynamic([3, 1, 2]))",
			lower: func(c *call) value { return sorted(c, true) }},
		{Name: "array_reverse", Params: array, Returns: "dynamic", Doc: "The elements in reverse order.", Example: "array_reverse(dynamic([1, 2]))",
			lower: func(c *call) value { return c.list(duck.Fn("list_reverse", c.elements(0))) }},
		{Name: "array_concat", Params: []Param{{Name: "array", Type: "array", Repeat: true}}, Returns: "dynamic", Doc: "The elements of all arrays.",
			Example: "array_concat(dynamic([1]), dynamic([2]))", lower: arrayConcat},
		{Name: "array_slice", Params: []Param{{Name: "array", Type: "array"}, {Name: "start", Type: "long"}, {Name: "end", Type: "long"}}, Returns: "dynamic",
			Doc: "The elements from start to end, both included; negative positions count from the end.", Example: "array_slice(dynamic([1, 2, 3]), 0, 1)", lower: arraySlice},
		{Name: "array_index_of", Params: []Param{{Name: "array", Type: "array"}, {Name: "value", Type: "any"}, {Name: "start", Type: "long", Optional: true}, {Name: "length", Type: "long", Optional: true},
			{Name: "occurrence", Type: "long", Optional: true, Const: true}}, Returns: "long",
			Doc: "The place of a value in an array, from 0; -1 when it is not there. The search can begin at a place, counted from the end when negative, cover a length and look for an occurrence.", Example: "array_index_of(dynamic([1, 2]), 2)", lower: arrayIndexOf},
		{Name: "array_sum", Params: array, Returns: "real", Doc: "The sum of the numbers of an array, nulls left out; null when something else is in it.", Example: "array_sum(dynamic([1, 2]))",
			lower: func(c *call) value {
				e := &duck.Var{}
				item := duck.Local{Var: e}
				odd := duck.Fn("list_filter", c.elements(0), duck.Lambda{Vars: []*duck.Var{e}, Body: duck.And{duck.Not{X: isNone(item)}, duck.IsNull{X: numberOf(item)}}})
				sum := duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("len", odd), "=", duck.Int(0)), Then: duck.Fn("list_sum", c.numbers(0))}}}
				return of(Real, onlyArray(c, sum))
			}},
		{Name: "set_has_element", Params: []Param{{Name: "set", Type: "array"}, {Name: "value", Type: "any"}}, Returns: "bool",
			Doc: "Whether an array has an element; 2 is not \"2\".", Example: "set_has_element(dynamic([1, 2]), 2)", lower: func(c *call) value {
				return of(Bool, onlyArray(c, duck.Coalesce(duck.Fn("list_contains", c.elements(0), toJSON(c.args[1])), duck.Bool(false))))
			}},
		{Name: "set_difference", Params: []Param{{Name: "set", Type: "array"}, {Name: "minus", Type: "array", Repeat: true}}, Returns: "dynamic",
			Doc: "The distinct elements of the first array that are in none of the others.", Example: "set_difference(dynamic([1, 2]), dynamic([2]))", lower: setDifference},
		{Name: "set_intersect", Params: []Param{{Name: "set", Type: "array"}, {Name: "with", Type: "array", Repeat: true}}, Returns: "dynamic",
			Doc: "The distinct elements that are in all arrays.", Example: "set_intersect(dynamic([1, 2]), dynamic([2]))", lower: setIntersect},
		{Name: "set_union", Params: []Param{{Name: "set", Type: "array"}, {Name: "and", Type: "array", Repeat: true}}, Returns: "dynamic", Doc: "The distinct elements of all arrays.",
			Example: "set_union(dynamic([1]), dynamic([1, 2]))", lower: func(c *call) value {
				v := arrayConcat(c)
				return c.list(firstSeen(duck.As(v.sql, "JSON[]")))
			}},
		{Name: "set_equals", Params: []Param{{Name: "a", Type: "array"}, {Name: "b", Type: "array"}}, Returns: "bool", Doc: "Whether two arrays have the same distinct elements.",
			Example: "set_equals(dynamic([1, 2]), dynamic([2, 1, 1]))", lower: func(c *call) value {
				a, b := firstSeen(c.elements(0)), firstSeen(c.elements(1))
				shared := duck.Fn("len", duck.Fn("list_intersect", a, b))
				return of(Bool, duck.And{duck.Op(duck.Fn("len", a), "=", shared), duck.Op(duck.Fn("len", b), "=", shared)})
			}},
		{Name: "bag_merge", Params: []Param{{Name: "bag", Type: "bag"}, {Name: "and", Type: "bag", Repeat: true}}, Returns: "dynamic", Doc: "The members of all bags; the leftmost wins.",
			Example: `bag_merge(dynamic({"a": 1}), dynamic({"b": 2}))`, lower: bagMerge},
		{Name: "bag_has_key", Params: []Param{{Name: "bag", Type: "bag"}, {Name: "key", Type: "string"}}, Returns: "bool", Doc: "Whether a bag has a member.",
			Example: `bag_has_key(dynamic({"a": 1}), "a")`, lower: func(c *call) value {
				return of(Bool, duck.Fn("list_contains", duck.Fn("json_keys", c.x(0)), c.x(1)))
			}},
		{Name: "bag_remove_keys", Params: []Param{{Name: "bag", Type: "bag"}, {Name: "keys", Type: "array"}}, Returns: "dynamic", Doc: "The bag without the named members.",
			Example: `bag_remove_keys(dynamic({"a": 1, "b": {"c": 2, "d": 3}}), dynamic(["a", "$.b.c"]))`, lower: bagRemoveKeys},
		{Name: "treepath", Params: bag, Returns: "dynamic", Doc: "The paths of all members inside a bag or array; elements of an array are all [0].",
			Example: `treepath(dynamic({"a": "b", "c": [{"x": 1}]}))`, naming: naming{prefix: "tree_"}, lower: treePath},
		{Name: "dynamic_to_json", Params: []Param{{Name: "value", Type: "dynamic", Const: true}}, Returns: "string",
			Doc: "The JSON text of a value that is known while translating, with the members of bags in the order of their names.", Example: `dynamic_to_json(dynamic({"b": 1, "a": 2}))`, lower: dynamicToJSON},
	}
}

// onlyArray makes a result null where argument 0 is no array.
func onlyArray(c *call, x duck.Expr) duck.Expr {
	if c.args[0].array {
		return x
	}
	return duck.Case{Whens: []duck.When{{If: duck.Op(jsonType(c.args[0]), "=", duck.Str("ARRAY")), Then: x}}}
}

// elements is argument i as a list of JSON, NULL where it is no array.
func (c *call) elements(i int) duck.Expr { return elementsOf(c.args[i]) }

func elementsOf(v value) duck.Expr {
	j := toJSON(v)
	if v.array {
		return duck.As(j, "JSON[]")
	}
	return duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("json_type", j), "=", duck.Str("ARRAY")), Then: duck.As(j, "JSON[]")}}}
}

// list makes a dynamic of a list of JSON.
func (c *call) list(x duck.Expr) value {
	return value{typ: Dynamic, maybe: true, array: true, sql: duck.Fn("to_json", x)}
}

func packArray(c *call) value {
	args := c.args
	for i, v := range c.args {
		if v.typ != "*" {
			continue
		}
		p := c.s.p
		if c.n() > 1 || p == nil || c.s.hide || c.s.right != nil || p.broken {
			return c.fail(i, "* stands for all columns and must be the only argument")
		}
		args = nil
		for _, col := range p.cols {
			if col.val.bad() {
				return poison
			}
			args = append(args, plain(col.val))
		}
	}
	var xs []duck.Expr
	for _, v := range args {
		xs = append(xs, toJSON(v))
	}
	return value{typ: Dynamic, sql: duck.Fn("json_array", xs...), array: true}
}

func bagPack(c *call) value {
	if c.n()%2 != 0 {
		c.t.hintf(c.node.Pos, c.fn.Signature(), "%s needs a value for every key", c.fn.Name)
		return poison
	}
	var xs []duck.Expr
	seen := map[string]bool{}
	for i := 0; i < c.n(); i += 2 {
		if key, ok := c.args[i].text(); ok {
			if seen[key] {
				return c.fail(i, "the key %q is given twice", key)
			}
			seen[key] = true
		}
		if t := c.args[i].typ; t != String && t != Dynamic && t != Guid {
			return c.fail(i, "a key must be a string, not %s", t.with())
		}
		xs = append(xs, naturalText(c.args[i]), duck.Coalesce(toJSON(c.args[i+1]), duck.As(duck.Str("null"), "JSON")))
	}
	return value{typ: Dynamic, sql: duck.Fn("json_object", xs...)}
}

func strcatArray(c *call) value {
	var texts duck.Expr
	if l := c.args[0].list; l != nil {
		texts = l
	} else {
		e := &duck.Var{}
		texts = duck.Fn("list_transform", c.elements(0), duck.Lambda{Vars: []*duck.Var{e},
			Body: duck.Coalesce(duck.Fn("json_extract_string", duck.Local{Var: e}, duck.Str("$")), duck.Str(""))})
	}
	return of(String, duck.Fn("array_to_string", texts, c.x(1)))
}

// arrayConcat skips what is no array, and is null when nothing is one.
func arrayConcat(c *call) value {
	var whole duck.Expr
	for i := range c.args {
		if whole == nil {
			whole = c.elements(i)
		} else {
			whole = duck.Fn("list_concat", whole, c.elements(i))
		}
	}
	return c.list(whole)
}

func arraySlice(c *call) value {
	list := c.elements(0)
	n := duck.Fn("len", list)
	place := func(i int) duck.Expr {
		if k, ok := c.args[i].whole(); ok && k >= 0 {
			return duck.Int(k + 1)
		}
		return duck.If(duck.Op(c.x(i), "<", duck.Int(0)), duck.Fn("greatest", duck.Op(duck.Op(n, "+", c.x(i)), "+", duck.Int(1)), duck.Int(0)), duck.Op(c.x(i), "+", duck.Int(1)))
	}
	return c.list(duck.Fn("list_slice", list, duck.Fn("greatest", place(1), duck.Int(1)), place(2)))
}

// arrayIndexOf looks for an element in a part of the array.
func arrayIndexOf(c *call) value {
	out := value{typ: Long, maybe: true, bits: 32}
	if !c.has(2) {
		at := duck.Fn("list_position", c.elements(0), toJSON(c.args[1]))
		out.sql = onlyArray(c, duck.Op(duck.Coalesce(at, duck.Int(0)), "-", duck.Int(1)))
		return out
	}
	nth := int64(1)
	if c.has(4) {
		if nth, _ = c.args[4].whole(); nth < 1 {
			return c.fail(4, "occurrence must be 1 or more")
		}
	}
	out.sql = onlyArray(c, once(c.elements(0), func(list duck.Expr) duck.Expr {
		size := duck.Fn("len", list)
		start := duck.Fn("greatest", duck.If(duck.Op(c.x(2), "<", duck.Int(0)), duck.Op(size, "+", c.x(2)), c.x(2)), duck.Int(0))
		end := size
		if c.has(3) {
			end = duck.If(duck.Op(c.x(3), "<", duck.Int(0)), size, duck.Op(start, "+", c.x(3)))
		}
		i := &duck.Var{}
		at := duck.Local{Var: i}
		hits := duck.Fn("list_filter", duck.Fn("range", size), duck.Lambda{Vars: []*duck.Var{i}, Body: duck.And{
			duck.Op(at, ">=", start), duck.Op(at, "<", end), duck.Op(element(list, at), "=", toJSON(c.args[1]))}})
		return duck.Coalesce(duck.Fn("list_extract", hits, duck.Int(nth)), duck.Int(-1))
	}))
	return out
}

// firstSeen keeps the first of equal elements, in order; DuckDB's own
// list_distinct keeps no order.
func firstSeen(list duck.Expr) duck.Expr {
	e, i := &duck.Var{}, &duck.Var{}
	return duck.Fn("list_filter", list, duck.Lambda{Vars: []*duck.Var{e, i},
		Body: duck.Op(duck.Fn("list_position", list, duck.Local{Var: e}), "=", duck.Local{Var: i})})
}

func setDifference(c *call) value {
	list := firstSeen(c.elements(0))
	for i := 1; i < c.n(); i++ {
		e := &duck.Var{}
		list = duck.Fn("list_filter", list, duck.Lambda{Vars: []*duck.Var{e},
			Body: duck.Not{X: duck.Coalesce(duck.Fn("list_contains", c.elements(i), duck.Local{Var: e}), duck.Bool(false))}})
	}
	return c.list(list)
}

func setIntersect(c *call) value {
	list := firstSeen(c.elements(0))
	for i := 1; i < c.n(); i++ {
		e := &duck.Var{}
		list = duck.Fn("list_filter", list, duck.Lambda{Vars: []*duck.Var{e},
			Body: duck.Coalesce(duck.Fn("list_contains", c.elements(i), duck.Local{Var: e}), duck.Bool(false))})
	}
	return c.list(list)
}

// bagMerge joins the bags' texts, leaving out members that a bag to the left
// has already.
func bagMerge(c *call) value {
	var entries duck.Expr
	var any duck.Or
	for _, v := range c.args {
		list := entriesOf(v)
		any = append(any, duck.Op(jsonType(v), "=", duck.Str("OBJECT")))
		if entries == nil {
			entries = list
		} else {
			entries = duck.Fn("list_concat", entries, list)
		}
	}
	return of(Dynamic, duck.Case{Whens: []duck.When{{If: any, Then: bagOf(firstKeys(entries))}}})
}

// entriesOf lists a bag's members as structs key, value; an empty list for
// anything else.
func entriesOf(v value) duck.Expr {
	return duck.Coalesce(duck.Fn("map_entries", duck.TryAs(toJSON(v), "MAP(VARCHAR, JSON)")), duck.List{})
}

// firstKeys keeps the first entry of each key.
func firstKeys(entries duck.Expr) duck.Expr {
	e, i, f := &duck.Var{}, &duck.Var{}, &duck.Var{}
	names := duck.Fn("list_transform", entries, duck.Lambda{Vars: []*duck.Var{f}, Body: duck.Get{X: duck.Local{Var: f}, Field: "key"}})
	return duck.Fn("list_filter", entries, duck.Lambda{Vars: []*duck.Var{e, i},
		Body: duck.Op(duck.Fn("list_position", names, duck.Get{X: duck.Local{Var: e}, Field: "key"}), "=", duck.Local{Var: i})})
}

// bagOf writes entries as a JSON object.
func bagOf(entries duck.Expr) duck.Expr {
	e := &duck.Var{}
	member := duck.Fn("concat", duck.As(duck.Fn("to_json", duck.Get{X: duck.Local{Var: e}, Field: "key"}), "VARCHAR"), duck.Str(":"),
		duck.Coalesce(duck.As(duck.Get{X: duck.Local{Var: e}, Field: "value"}, "VARCHAR"), duck.Str("null")))
	return duck.As(duck.Fn("concat", duck.Str("{"),
		duck.Coalesce(duck.Fn("array_to_string", duck.Fn("list_transform", entries, duck.Lambda{Vars: []*duck.Var{e}, Body: member}), duck.Str(",")), duck.Str("")),
		duck.Str("}")), "JSON")
}

// bagRemoveKeys removes members by name, and members of members by a path such
// as $.a.b, which must be a literal.
func bagRemoveKeys(c *call) value {
	v := c.args[0]
	if list, ok := c.args[1].jsonList(); ok {
		var names []duck.Expr
		var paths [][]string
		for _, item := range list {
			text, isText := toText(item).text()
			if !isText {
				continue
			}
			if steps, ok := bagPath(text); ok {
				paths = append(paths, steps)
			} else if strings.HasPrefix(text, "$") {
				return c.fail(1, "the path %q must be $ with .name behind it", text)
			} else {
				names = append(names, duck.Str(text))
			}
		}
		out := v
		if len(names) > 0 {
			out = bagWithout(out, duck.List(names))
		}
		for _, steps := range paths {
			out = bagWithoutPath(out, steps)
		}
		return of(Dynamic, duck.Case{Whens: []duck.When{{If: duck.Op(jsonType(v), "=", duck.Str("OBJECT")), Then: toJSON(out)}}})
	}
	k := &duck.Var{}
	name := duck.Fn("json_extract_string", duck.Local{Var: k}, duck.Str("$"))
	return bagWithout(v, duck.Fn("list_transform", c.elements(1), duck.Lambda{Vars: []*duck.Var{k},
		Body: duck.If(duck.Fn("starts_with", name, duck.Str("$")), duck.Fn("error", duck.Str("bag_remove_keys: a path such as $.a.b must be a literal")), name)}))
}

// bagWithout leaves out the members named; null for anything but a bag.
func bagWithout(v value, names duck.Expr) value {
	e := &duck.Var{}
	kept := duck.Fn("list_filter", entriesOf(v), duck.Lambda{Vars: []*duck.Var{e},
		Body: duck.Not{X: duck.Coalesce(duck.Fn("list_contains", names, duck.Get{X: duck.Local{Var: e}, Field: "key"}), duck.Bool(false))}})
	return of(Dynamic, duck.Case{Whens: []duck.When{{If: duck.Op(jsonType(v), "=", duck.Str("OBJECT")), Then: bagOf(kept)}}})
}

// bagWithoutPath leaves out what stands at the end of a path, and keeps the
// rest as it is.
func bagWithoutPath(v value, steps []string) value {
	if len(steps) == 1 {
		return bagWithout(v, duck.List{duck.Str(steps[0])})
	}
	inner := of(Dynamic, duck.Fn("json_extract", toJSON(v), duck.Str(`$."`+jsonKey(steps[0])+`"`)))
	e := &duck.Var{}
	member := func(field string) duck.Expr { return duck.Get{X: duck.Local{Var: e}, Field: field} }
	changed := duck.Fn("list_transform", entriesOf(v), duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Struct{
		{Name: "key", X: member("key")},
		{Name: "value", X: duck.If(duck.And{duck.Op(member("key"), "=", duck.Str(steps[0])), duck.Op(jsonType(inner), "=", duck.Str("OBJECT"))}, toJSON(bagWithoutPath(inner, steps[1:])), member("value"))},
	}})
	return of(Dynamic, bagOf(changed))
}

// bagPath splits $.a.b into a, b.
func bagPath(s string) ([]string, bool) {
	if !regexp.MustCompile(`^\$(\.[A-Za-z_][A-Za-z0-9_-]*)+$`).MatchString(s) {
		return nil, false
	}
	return strings.Split(s[2:], "."), true
}
