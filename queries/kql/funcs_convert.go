package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// convertFuncs are the functions that change a value's type.
func convertFuncs() []Func {
	any := []Param{{Name: "value", Type: "any"}}
	to := func(name string, typ Type, doc, example string, aliases ...string) Func {
		return Func{Name: name, Aliases: aliases, Params: any, Returns: string(typ), Doc: doc, Example: example,
			naming: naming{first: true}, lower: func(c *call) value { return c.t.convert(c.args[0], typ) }}
	}
	return []Func{
		{Name: "tostring", Params: any, Returns: "string", Doc: "The text of a value; '' for null.", Example: "tostring(properties.displayName)",
			naming: naming{first: true}, lower: func(c *call) value { return toText(c.args[0]) }},
		to("toint", Int, "A number as int; null where it does not fit. Fractions are cut off.", `toint("42")`, "int"),
		to("tolong", Long, "A number as long; null where it does not fit. Fractions are cut off.", `tolong("42")`, "long"),
		to("todouble", Real, "A number as real; null where it is none.", `todouble("7.5")`, "toreal", "real", "double"),
		to("todecimal", Decimal, "A number as decimal; null where it is none.", `todecimal("7.5")`, "decimal"),
		to("tobool", Bool, `true or false; null for a text that is neither nor a number.`, `tobool("true")`, "toboolean", "bool"),
		to("todatetime", Datetime, "A point in time from its text; null where it is none.", `todatetime("2024-05-31T13:45:00Z")`, "datetime"),
		to("totimespan", Timespan, "A length of time from its text; null where it is none.", `totimespan("1.02:00:00")`, "timespan", "totime", "time"),
		to("toguid", Guid, "A GUID from its text; null where it is none.", `toguid("c0b7cfc6-3172-465a-b378-53c7ff2cc0d5")`, "guid"),
		{Name: "parse_json", Aliases: []string{"todynamic", "toobject", "parsejson"}, Params: any, Returns: "dynamic",
			Doc: "The value of a JSON text. A dynamic stays as it is; a text that is no JSON becomes a dynamic string.", Example: `parse_json('{"a":1}').a`,
			naming: naming{first: true}, lower: func(c *call) value { return parseJSON(c.args[0]) }},
		{Name: "gettype", Params: any, Returns: "string", Doc: "The name of a value's type.", Example: "gettype(1.5)",
			naming: naming{prefix: "type_"}, lower: func(c *call) value { return getType(c.args[0]) }},
		{Name: "isnull", Params: any, Returns: "bool", Doc: "Whether a value is null; a string never is.", Example: "isnull(properties.cvss)",
			lower: func(c *call) value { return isNull(c.args[0]) }},
		{Name: "isnotnull", Aliases: []string{"notnull"}, Params: any, Returns: "bool", Doc: "Whether a value is not null; a string never is.", Example: "isnotnull(properties.cvss)",
			lower: func(c *call) value { return negate(isNull(c.args[0])) }},
	}
}

// typeOf is the argument typeof(T): a value that only has a type.
func (t *translator) typeOf(e *syntax.TypeOf) (value, bool) {
	if e.Type == nil {
		t.errorf(e.Pos, "typeof here takes one type")
		return poison, false
	}
	typ := t.typeRef(e.Type)
	return value{typ: typ}, typ != ""
}

// asGuid is toguid(): 32 digits with or without dashes and braces.
func asGuid(v value) value {
	if v.typ == Guid {
		return v
	}
	x := duck.Fn("trim", str(toText(v)), duck.Str("{} "))
	return of(Guid, duck.As(duck.TryAs(x, "UUID"), "VARCHAR"))
}

// parseJSON reads a text as JSON. What is no JSON is a string. The text of a
// dynamic of known structure is that dynamic again.
func parseJSON(v value) value {
	switch v.typ {
	case "", Dynamic:
		return v
	case String:
		if v.source != nil && v.source.tree != nil && v.source.scalar == nil {
			if k := v.source.tree.known; k != nil && (k.members != nil || k.elements != nil) {
				return *v.source
			} else if k != nil && k.parsed != nil {
				tr := *v.source.tree
				tr.decoded, tr.known = true, k.parsed
				return tr.value()
			}
		}
		if s, ok := v.text(); ok {
			if out, ok := parsedLiteral(s); ok {
				return out
			}
		}
		return of(Dynamic, parsedText(str(v)))
	}
	return asDynamic(v)
}

func parsedText(x duck.Expr) duck.Expr {
	text := duck.If(duck.Op(x, "=", duck.Str("")), duck.Null{Type: "VARCHAR"}, x)
	return duck.Case{Whens: []duck.When{
		{If: duck.Fn("json_valid", text), Then: duck.Fn("nullif", duck.Fn("json", duck.TryAs(text, "JSON")), duck.As(duck.Str("null"), "JSON"))},
		{If: duck.IsNull{X: text, Not: true}, Then: duck.Fn("to_json", x)},
	}}
}

// getType names a type. That of a dynamic is known at run time only.
func getType(v value) value {
	if v.typ != Dynamic {
		return textLit(string(v.typ))
	}
	if v.lit != nil && v.lit.v == nil {
		return textLit("null")
	}
	kind := jsonType(v)
	in := func(names ...string) duck.Expr {
		var list []duck.Expr
		for _, n := range names {
			list = append(list, duck.Str(n))
		}
		return duck.In{X: kind, List: list}
	}
	return sure(String, duck.Case{Whens: []duck.When{
		{If: in("OBJECT"), Then: duck.Str("dictionary")},
		{If: in("ARRAY"), Then: duck.Str("array")},
		{If: in("VARCHAR"), Then: duck.Str("string")},
		{If: in("BOOLEAN"), Then: duck.Str("bool")},
		{If: in("DOUBLE"), Then: duck.Str("double")},
		{If: in("BIGINT", "UBIGINT", "HUGEINT"), Then: duck.Str("long")},
	}, Else: duck.Str("null")})
}
