package kql

import (
	"argosy/queries/kql/duck"
)

// unicodeFuncs look at the characters of texts.
func unicodeFuncs() []Func {
	text := []Param{{Name: "text", Type: "text"}}
	return []Func{
		{Name: "unicode_codepoints_from_string", Aliases: []string{"to_utf8"}, Params: text, Returns: "dynamic", Doc: "The Unicode numbers of a text's characters.",
			Example: `unicode_codepoints_from_string("Kusto")`, lower: func(c *call) value {
				e := &duck.Var{}
				chars := duck.Fn("regexp_extract_all", c.x(0), duck.Str(`(?s).`))
				return value{typ: Dynamic, array: true, sql: duck.Fn("to_json", duck.Fn("list_transform", chars,
					duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Fn("ord", duck.Local{Var: e})}))}
			}},
		{Name: "unicode_codepoints_to_string", Aliases: []string{"make_string"}, Params: []Param{{Name: "number", Type: "any", Repeat: true}}, Returns: "string",
			Doc: "The text of characters with Unicode numbers, given one by one or in arrays.", Example: "unicode_codepoints_to_string(75, 117, 115)", lower: codepointsToString},
		{Name: "isascii", Params: text, Returns: "bool", Doc: "Whether all characters are ASCII.", Example: `isascii("abc")`, lower: func(c *call) value {
			return sure(Bool, duck.Op(duck.Fn("strlen", c.x(0)), "=", duck.Fn("length", c.x(0))))
		}},
		{Name: "isutf8", Params: text, Returns: "bool", Doc: "Whether a text is UTF-8, which all texts are here.", Example: `isutf8("abc")`,
			lower: func(*call) value { return boolLit(true) }},
		{Name: "indexof_regex", Params: []Param{{Name: "text", Type: "string"}, {Name: "regex", Type: "string"}, {Name: "start", Type: "long", Optional: true, Const: true},
			{Name: "length", Type: "long", Optional: true, Const: true}, {Name: "occurrence", Type: "long", Optional: true, Const: true}}, Returns: "long",
			Doc: "The place of a regular expression's match, from 0; -1 when there is none.", Example: `indexof_regex("abcabc", @"b.a")`, lower: indexofRegex},
	}
}

func codepointsToString(c *call) value {
	one := func(x duck.Expr) duck.Expr { return duck.Fn("chr", duck.As(x, "INTEGER")) }
	var parts []duck.Expr
	for i, v := range c.args {
		switch {
		case v.typ.integer():
			parts = append(parts, one(v.sql))
		case v.typ == Dynamic:
			e := &duck.Var{}
			list := duck.Fn("list_transform", elementsOf(v), duck.Lambda{Vars: []*duck.Var{e}, Body: one(duck.TryAs(duck.Local{Var: e}, "BIGINT"))})
			parts = append(parts, duck.Fn("array_to_string", list, duck.Str("")))
		default:
			return c.fail(i, "a character's number must be a whole number, not %s", v.typ.with())
		}
	}
	return sure(String, duck.Fn("concat", parts...))
}

// matchMark stands before every match while matches are counted. It is no
// character that a text can hold a meaning in.
const matchMark = "\U0010FFFF"

// indexofRegex marks all matches and looks for the mark. Matches do not
// overlap.
func indexofRegex(c *call) value {
	pattern, ok := c.regexAt(1)
	if !ok {
		return poison
	}
	if _, lit := c.args[1].text(); !lit {
		return c.fail(1, "the regular expression must be a literal")
	}
	start, length, nth := int64(0), int64(-1), int64(1)
	for i, into := range []*int64{&start, &length, &nth} {
		if c.has(i + 2) {
			*into, _ = c.args[i+2].whole()
		}
	}
	out := value{typ: Long, bits: 32, maybe: true}
	if start < 0 || length < -1 || nth < 1 {
		// Kusto says null for these.
		return null(Long)
	}
	rest := c.x(0)
	if start > 0 || length >= 0 {
		args := []duck.Expr{c.x(0), duck.Int(start + 1)}
		if length >= 0 {
			args = append(args, duck.Int(length))
		}
		rest = duck.Fn("substr", args...)
	}
	marked := duck.Fn("regexp_replace", rest, duck.Str("("+pattern+")"), duck.Str(matchMark+`\1`), duck.Str("g"))
	pieces := duck.Fn("string_split", marked, duck.Str(matchMark))
	out.maybe = false
	out.sql = once(pieces, func(list duck.Expr) duck.Expr {
		before := duck.Fn("length", duck.Fn("array_to_string", duck.Fn("list_slice", list, duck.Int(1), duck.Int(nth)), duck.Str("")))
		return duck.If(duck.Op(duck.Fn("len", list), ">", duck.Int(nth)), duck.Op(before, "+", duck.Int(start)), duck.Int(-1))
	})
	return out
}
