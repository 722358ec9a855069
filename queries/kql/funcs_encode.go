package kql

import (
	"regexp"
	"strings"

	"argosy/queries/kql/duck"
)

// encodeFuncs hash texts and write them in other alphabets.
func encodeFuncs() []Func {
	text := []Param{{Name: "text", Type: "string"}}
	hash := func(name, fn, kind string) Func {
		return Func{Name: name, Params: []Param{{Name: "value", Type: "scalar"}}, Returns: "string",
			Doc: "The " + kind + " of a text or of a value written as one, in hexadecimal digits; '' of an empty text.", Example: name + `("World")`,
			lower: func(c *call) value { return hashed(c, fn) }}
	}
	return []Func{
		hash("hash_sha256", "sha256", "SHA-256"), hash("hash_sha1", "sha1", "SHA-1"), hash("hash_md5", "md5", "MD5"),
		{Name: "base64_encode_tostring", Aliases: []string{"base64_encodestring"}, Params: text, Returns: "string", Doc: "The text as base64 of its UTF-8 bytes.",
			Example: `base64_encode_tostring("Kusto")`, lower: func(c *call) value {
				return sure(String, duck.Fn("to_base64", duck.Fn("encode", c.x(0))))
			}},
		{Name: "base64_decode_tostring", Aliases: []string{"base64_decodestring"}, Params: text, Returns: "string", Doc: "The text behind base64; '' when it is none.",
			Example: `base64_decode_tostring("S3VzdG8=")`, lower: func(c *call) value {
				return sure(String, duck.Coalesce(duck.Fn("try", duck.Fn("decode", duck.Fn("from_base64", c.x(0)))), duck.Str("")))
			}},
		{Name: "base64_decode_toarray", Params: text, Returns: "dynamic", Doc: "The bytes behind base64, as an array of numbers; null when it is none.",
			Example: `base64_decode_toarray("S3VzdG8=")`, lower: func(c *call) value {
				i := &duck.Var{}
				hex := duck.Fn("try", duck.Fn("to_hex", duck.Fn("from_base64", c.x(0))))
				return c.list(once(hex, func(x duck.Expr) duck.Expr {
					pair := duck.Fn("substr", x, duck.Op(duck.Op(duck.Local{Var: i}, "*", duck.Int(2)), "+", duck.Int(1)), duck.Int(2))
					return duck.Fn("list_transform", duck.Fn("range", duck.Op(duck.Fn("length", x), "//", duck.Int(2))),
						duck.Lambda{Vars: []*duck.Var{i}, Body: duck.As(duck.Fn("concat", duck.Str("0x"), pair), "BIGINT")})
				}))
			}},
		{Name: "base64_encode_fromarray", Params: []Param{{Name: "bytes", Type: "array"}}, Returns: "string", Doc: "An array of bytes as base64; '' when an element is no byte.",
			Example: "base64_encode_fromarray(dynamic([75, 117, 115]))", lower: base64OfArray},
		{Name: "base64_encode_fromguid", Params: []Param{{Name: "guid", Type: "guid"}}, Returns: "string", Doc: "The 16 bytes of a GUID as base64.",
			Example: `base64_encode_fromguid(toguid("ae3133f2-6e22-49ae-b06a-16e6a9b212eb"))`, lower: func(c *call) value {
				digits := duck.Fn("replace", c.x(0), duck.Str("-"), duck.Str(""))
				return of(String, duck.Fn("to_base64", duck.Fn("unhex", guidBytes(digits))))
			}},
		{Name: "url_encode", Params: text, Returns: "string", Doc: "The text with what is special in a URL escaped; a space becomes +.",
			Example: `url_encode("a b/c")`, lower: func(c *call) value { return urlEncode(c, "+") }},
		{Name: "url_encode_component", Params: text, Returns: "string", Doc: "The text with what is special in a URL escaped; a space becomes %20.",
			Example: `url_encode_component("a b/c")`, lower: func(c *call) value { return urlEncode(c, "%20") }},
		{Name: "url_decode", Params: text, Returns: "string", Doc: "The text with URL escapes resolved; + is a space.",
			Example: `url_decode("a%20b+c")`, lower: func(c *call) value {
				return sure(String, duck.Fn("url_decode", duck.Fn("replace", c.x(0), duck.Str("+"), duck.Str(" "))))
			}},
		{Name: "base64_decode_toguid", Params: text, Returns: "guid", Doc: "The GUID behind the base64 of its 16 bytes; null when it is none.",
			Example: `base64_decode_toguid("8jMxriJurkmwahbmqbIS6w==")`, lower: func(c *call) value {
				digits := duck.Fn("lower", duck.Fn("try", duck.Fn("to_hex", duck.Fn("from_base64", c.x(0)))))
				return of(Guid, once(digits, func(x duck.Expr) duck.Expr {
					return duck.As(duck.TryAs(duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("length", x), "=", duck.Int(32)), Then: guidBytes(x)}}}, "UUID"), "VARCHAR")
				}))
			}},
		{Name: "tohex", Params: []Param{{Name: "value", Type: "long"}, {Name: "length", Type: "long", Optional: true}}, Returns: "string",
			Doc: "A whole number in hexadecimal digits, with zeros in front up to a length.", Example: "tohex(255, 4)", naming: naming{first: true}, lower: func(c *call) value {
				hex := duck.Fn("lower", duck.Fn("to_hex", duck.As(c.x(0), "BIGINT")))
				if c.has(1) {
					hex = once(hex, func(x duck.Expr) duck.Expr {
						return duck.Fn("lpad", x, duck.As(duck.Fn("greatest", duck.Fn("length", x), c.x(1)), "INTEGER"), duck.Str("0"))
					})
				}
				return of(String, hex)
			}},
		{Name: "parse_csv", Params: text, Returns: "dynamic", Doc: "The fields of the first record of a CSV text, as an array.",
			Example: `parse_csv('aa,"b,b",c')`, naming: naming{first: true}, lower: parseCSV},
		{Name: "extract_json", Aliases: []string{"extractjson"}, Params: []Param{{Name: "path", Type: "string", Const: true}, {Name: "text", Type: "string"},
			{Name: "type", Type: "typeof", Optional: true}}, Returns: "string", Doc: "What stands at a path of a JSON text, '' when there is nothing.",
			Example: `extract_json("$.name", '{"name": "x"}')`, lower: extractJSON},
	}
}

// once computes x a single time and builds an expression that may mention it
// often.
func once(x duck.Expr, body func(x duck.Expr) duck.Expr) duck.Expr {
	v := &duck.Var{}
	return duck.Fn("list_extract", duck.Fn("list_transform", duck.List{x}, duck.Lambda{Vars: []*duck.Var{v}, Body: body(duck.Local{Var: v})}), duck.Int(1))
}

// hashed hashes the text of a value. The hash of an empty text is empty.
func hashed(c *call, fn string) value {
	text := duck.Fn("nullif", str(c.t.convert(c.args[0], String)), duck.Str(""))
	return sure(String, duck.Coalesce(duck.Fn(fn, text), duck.Str("")))
}

func base64OfArray(c *call) value {
	e, f := &duck.Var{}, &duck.Var{}
	n := duck.TryAs(duck.Local{Var: e}, "UTINYINT")
	hex := duck.Fn("list_transform", c.elements(0), duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Fn("lpad", duck.Fn("to_hex", n), duck.Int(2), duck.Str("0"))})
	return sure(String, duck.Coalesce(once(hex, func(x duck.Expr) duck.Expr {
		bad := duck.Fn("len", duck.Fn("list_filter", x, duck.Lambda{Vars: []*duck.Var{f}, Body: duck.IsNull{X: duck.Local{Var: f}}}))
		return duck.Case{Whens: []duck.When{{If: duck.Op(bad, "=", duck.Int(0)),
			Then: duck.Fn("to_base64", duck.Fn("unhex", duck.Coalesce(duck.Fn("array_to_string", x, duck.Str("")), duck.Str(""))))}}}
	}), duck.Str("")))
}

// guidBytes puts a GUID's 32 digits into the order of its bytes: the first
// three groups are little-endian.
func guidBytes(digits duck.Expr) duck.Expr {
	piece := func(at, n int64) duck.Expr { return duck.Fn("substr", digits, duck.Int(at), duck.Int(n)) }
	args := []duck.Expr{piece(7, 2), piece(5, 2), piece(3, 2), piece(1, 2), piece(11, 2), piece(9, 2), piece(15, 2), piece(13, 2), piece(17, 16)}
	return duck.Case{Whens: []duck.When{{If: duck.IsNull{X: digits, Not: true}, Then: duck.Fn("concat", args...)}}}
}

// urlEncode writes escapes in small letters and leaves !*() alone, unlike
// DuckDB's url_encode.
func urlEncode(c *call, space string) value {
	e := &duck.Var{}
	ch := duck.Local{Var: e}
	one := duck.Case{Whens: []duck.When{
		{If: duck.Fn("regexp_matches", ch, duck.Str(`^[-A-Za-z0-9_.!*()]$`)), Then: ch},
		{If: duck.Op(ch, "=", duck.Str(" ")), Then: duck.Str(space)},
		{If: duck.Op(ch, "=", duck.Str("~")), Then: duck.Str("%7e")},
	}, Else: duck.Fn("lower", duck.Fn("url_encode", ch))}
	chars := duck.Fn("list_transform", duck.Fn("string_split", c.x(0), duck.Str("")), duck.Lambda{Vars: []*duck.Var{e}, Body: one})
	return sure(String, duck.Coalesce(duck.Fn("array_to_string", chars, duck.Str("")), duck.Str("")))
}

// parseCSV takes the record up to the first line end outside of quotes. Every
// field then stands behind a comma. A quote that is never closed closes at the
// end, and what stands behind a closing quote belongs to the field.
func parseCSV(c *call) value {
	const quoted = `"(?:[^"]|"")*(?:"|$)`
	record := duck.Fn("regexp_extract", c.x(0), duck.Str(`(?s)^(?:`+quoted+`|[^"\r\n])*`))
	fields := duck.Fn("regexp_extract_all", duck.Fn("concat", duck.Str(","), record), duck.Str(`(?s),(`+quoted+`[^,]*|[^,]*)`), duck.Int(1))
	f := &duck.Var{}
	field := duck.Local{Var: f}
	part := func(group int64) duck.Expr {
		return duck.Fn("regexp_extract", field, duck.Str(`(?s)^"((?:[^"]|"")*)"?(.*)$`), duck.Int(group))
	}
	bare := duck.Fn("concat", duck.Fn("replace", part(1), duck.Str(`""`), duck.Str(`"`)), part(2))
	list := duck.Fn("list_transform", fields, duck.Lambda{Vars: []*duck.Var{f}, Body: duck.If(duck.Fn("starts_with", field, duck.Str(`"`)), bare, field)})
	return value{typ: Dynamic, array: true, sql: duck.Fn("to_json", list)}
}

// extractJSON reads the paths that JSONPath and DuckDB agree on: members and
// positions.
func extractJSON(c *call) value {
	path := c.text(0)
	step := regexp.MustCompile(`^(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\['([^']*)'\]|\["([^"]*)"\])`)
	rest, ok := strings.CutPrefix(path, "$")
	into := "$"
	for ok && rest != "" {
		m := step.FindStringSubmatch(rest)
		switch {
		case m == nil:
			ok = false
			continue
		case m[2] != "":
			into += "[" + m[2] + "]"
		default:
			into += `."` + jsonKey(m[1]+m[3]+m[4]) + `"`
		}
		rest = rest[len(m[0]):]
	}
	if !ok {
		return c.fail(0, "the path must be $ with .name, ['name'] and [0] behind it")
	}
	doc := duck.Case{Whens: []duck.When{{If: duck.Fn("json_valid", c.x(1)), Then: duck.TryAs(c.x(1), "JSON")}}}
	return c.typed(of(String, duck.Fn("json_extract_string", doc, duck.Str(into))), 2)
}
