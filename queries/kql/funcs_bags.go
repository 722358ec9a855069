package kql

import (
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// bagFuncs make property bags of columns and change them.
func bagFuncs() []Func {
	return []Func{
		{Name: "pack_all", Params: []Param{{Name: "skip_empty", Type: "bool", Optional: true, Const: true}}, Returns: "dynamic",
			Doc: "A bag of all columns; with true, without those that are null or empty.", Example: "pack_all(true)", lower: packAll},
		{Name: "bag_pack_columns", Params: []Param{{Name: "column", Type: "any", Repeat: true}}, Returns: "dynamic", Doc: "A bag of columns under their own names.",
			Example: "bag_pack_columns(severity, cve)", lower: packColumns},
		{Name: "bag_set_key", Params: []Param{{Name: "bag", Type: "bag"}, {Name: "key", Type: "string"}, {Name: "value", Type: "any"}}, Returns: "dynamic",
			Doc: "The bag with one member set, given by its name or by a path such as $.a.b.", Example: `bag_set_key(dynamic({"a": 1}), "$.b.c", 2)`, lower: bagSetKey},
		{Name: "bag_zip", Params: []Param{{Name: "keys", Type: "array"}, {Name: "values", Type: "array"}}, Returns: "dynamic",
			Doc: "A bag of an array of keys and an array of values; keys that are no texts are left out.", Example: `bag_zip(dynamic(["a", "b"]), dynamic([1, 2]))`, lower: bagZip},
		{Name: "column_ifexists", Aliases: []string{"columnifexists"}, Params: []Param{{Name: "column", Type: "string", Const: true}, {Name: "default", Type: "any"}}, Returns: "the type of the column",
			Doc: "A column if there is one of that name, otherwise the default.", Example: `column_ifexists("severity", "")`, lower: columnIfExists},
	}
}

// jsonOrNull is a value as JSON that is never NULL.
func jsonOrNull(v value) duck.Expr {
	return duck.Coalesce(toJSON(v), duck.As(duck.Str("null"), "JSON"))
}

// packAll sees the columns of the rows, not the parameters of a let function.
func packAll(c *call) value {
	p := c.s.p
	if p == nil || c.s.hide || c.s.right != nil || p.broken {
		c.t.errorf(c.node.Pos, "%s needs the columns of rows and cannot stand here", c.fn.Name)
		return poison
	}
	skip := false
	if c.has(0) {
		skip, _ = c.args[0].lit.v.(bool)
	}
	var members []duck.Expr
	var entries duck.List
	for _, col := range p.cols {
		if col.val.bad() {
			return poison
		}
		v := plain(col.val)
		members = append(members, duck.Str(col.name), jsonOrNull(v))
		entries = append(entries, duck.Struct{{Name: "key", X: duck.Str(col.name)}, {Name: "value", X: jsonOrNull(v)}, {Name: "skip", X: isEmpty(v).sql}})
	}
	if !skip || len(entries) == 0 {
		return value{typ: Dynamic, sql: duck.Fn("json_object", members...)}
	}
	e := &duck.Var{}
	kept := duck.Fn("list_filter", entries, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Not{X: duck.Get{X: duck.Local{Var: e}, Field: "skip"}}})
	return value{typ: Dynamic, sql: bagOf(kept)}
}

func packColumns(c *call) value {
	var members []duck.Expr
	for i, node := range c.nodes {
		id, ok := syntax.Unparen(node).(*syntax.Ident)
		if !ok {
			return c.fail(i, "only columns can be packed under their names; use bag_pack")
		}
		members = append(members, duck.Str(id.Name), jsonOrNull(plain(c.args[i])))
	}
	return value{typ: Dynamic, sql: duck.Fn("json_object", members...)}
}

// bagSetKey replaces a member where it stands, or adds it at the end. A path
// must be a literal.
func bagSetKey(c *call) value {
	v, x := c.args[0], jsonOrNull(c.args[2])
	var out duck.Expr
	text, ok := c.args[1].text()
	switch steps, isPath := bagPath(text); {
	case !ok:
		key := c.x(1)
		out = bagWith(v, duck.If(duck.Fn("starts_with", key, duck.Str("$")), duck.Fn("error", duck.Str("bag_set_key: a path such as $.a.b must be a literal")), key), x)
	case isPath:
		out = bagWithPath(v, steps, x)
	case strings.HasPrefix(text, "$"):
		return c.fail(1, "the path %q must be $ with .name behind it", text)
	default:
		out = bagWith(v, duck.Str(text), x)
	}
	return of(Dynamic, duck.Case{Whens: []duck.When{{If: duck.Op(jsonType(v), "=", duck.Str("OBJECT")), Then: out}}})
}

// bagWith sets one member; the order of the members stays.
func bagWith(v value, key, x duck.Expr) duck.Expr {
	e := &duck.Var{}
	member := func(field string) duck.Expr { return duck.Get{X: duck.Local{Var: e}, Field: field} }
	changed := duck.Fn("list_transform", entriesOf(v), duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Struct{
		{Name: "key", X: member("key")}, {Name: "value", X: duck.If(duck.Op(member("key"), "=", key), x, member("value"))}}})
	added := duck.If(duck.Coalesce(duck.Fn("list_contains", duck.Fn("json_keys", toJSON(v)), key), duck.Bool(false)),
		duck.List{}, duck.List{duck.Struct{{Name: "key", X: key}, {Name: "value", X: x}}})
	return bagOf(duck.Fn("list_concat", changed, added))
}

// bagWithPath sets the member at the end of a path, making bags on the way
// where there are none.
func bagWithPath(v value, steps []string, x duck.Expr) duck.Expr {
	if len(steps) > 1 {
		old := duck.Fn("json_extract", toJSON(v), duck.Str(`$."`+jsonKey(steps[0])+`"`))
		inner := of(Dynamic, duck.If(duck.Op(duck.Fn("json_type", old), "=", duck.Str("OBJECT")), old, duck.As(duck.Str("{}"), "JSON")))
		x = bagWithPath(inner, steps[1:], x)
	}
	return bagWith(v, duck.Str(steps[0]), x)
}

func bagZip(c *call) value {
	e := &duck.Var{}
	return of(Dynamic, once(c.elements(0), func(keys duck.Expr) duck.Expr {
		pairs := places(duck.Fn("len", keys), func(i duck.Expr) duck.Expr {
			key := duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("json_type", element(keys, i)), "=", duck.Str("VARCHAR")),
				Then: duck.Fn("json_extract_string", element(keys, i), duck.Str("$"))}}}
			return duck.Struct{{Name: "key", X: key}, {Name: "value", X: element(c.elements(1), i)}}
		})
		named := duck.Fn("list_filter", pairs, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.IsNull{X: duck.Get{X: duck.Local{Var: e}, Field: "key"}, Not: true}})
		return duck.Case{Whens: []duck.When{{If: duck.And{duck.IsNull{X: keys, Not: true}, duck.IsNull{X: c.elements(1), Not: true}}, Then: bagOf(firstKeys(named))}}}
	}))
}

// columnIfExists is decided while translating.
func columnIfExists(c *call) value {
	if c.s.p == nil || c.s.hide || c.s.right != nil {
		c.t.errorf(c.node.Pos, "%s needs the columns of rows and cannot stand here", c.fn.Name)
		return poison
	}
	if v, ok := c.s.p.column(c.text(0)); ok {
		return v
	}
	return c.args[1]
}
