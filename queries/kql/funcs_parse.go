package kql

import (
	"strings"

	"argosy/queries/kql/duck"
)

// parseFuncs take URLs and paths apart, and write sizes.
func parseFuncs() []Func {
	return []Func{
		{Name: "parse_url", Aliases: []string{"parseurl"}, Params: []Param{{Name: "url", Type: "string"}}, Returns: "dynamic",
			Doc: "The parts of an absolute URL as a bag, all of them texts but Query Parameters, which is a bag.", Example: `parse_url("https://user@example.com:8443/v2/?n=100#top")`, lower: parseURL},
		{Name: "parse_urlquery", Aliases: []string{"parseurlquery"}, Params: []Param{{Name: "query", Type: "string"}}, Returns: "dynamic",
			Doc: "The names and values of a URL's query, in the bag Query Parameters.", Example: `parse_urlquery("k1=v1&k2=v2")`, lower: func(c *call) value {
				return sure(Dynamic, duck.Fn("json_object", duck.Str(queryParameters), queryBag(c.x(0))))
			}},
		{Name: "parse_path", Params: []Param{{Name: "path", Type: "string"}}, Returns: "dynamic",
			Doc: "The parts of a path in a file system as a bag of texts.", Example: `parse_path("/usr/lib/os-release.txt")`, lower: parsePath},
		{Name: "format_bytes", Params: []Param{{Name: "size", Type: "number"}, {Name: "digits", Type: "long", Optional: true, Const: true}, {Name: "unit", Type: "string", Optional: true, Const: true}},
			Returns: "string", Doc: "A number of bytes in the greatest fitting unit, or in a given one: Bytes, KB, MB, GB, TB, PB, EB.", Example: "format_bytes(20010332, 2)",
			naming: naming{first: true}, lower: formatBytes},
	}
}

// queryParameters is the key that Kusto puts the query's names under.
const queryParameters = "Query Parameters"

// urlPattern has the groups scheme, user, password, host, port, path, query and
// fragment.
const urlPattern = `^([A-Za-z][A-Za-z0-9+.-]*)://(?:([^/?#:@]*)(?::([^/?#@]*))?@)?(\[[^\]/?#]*\]|[^/?#:@]*)(?::(\d+))?(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?$`

// parseURL gives empty parts for what is missing, and for a text that is no
// absolute URL.
func parseURL(c *call) value {
	part := func(i int64) duck.Expr {
		return duck.Fn("regexp_extract", c.x(0), duck.Str("(?s)"+urlPattern), duck.Int(i))
	}
	return sure(Dynamic, duck.Fn("json_object",
		duck.Str("Scheme"), part(1), duck.Str("Host"), part(4), duck.Str("Port"), part(5), duck.Str("Path"), part(6),
		duck.Str("Username"), part(2), duck.Str("Password"), part(3),
		duck.Str(queryParameters), queryBag(part(7)), duck.Str("Fragment"), part(8)))
}

// queryBag is the bag of name=value&name=value.
func queryBag(x duck.Expr) duck.Expr {
	e := &duck.Var{}
	pair := duck.Local{Var: e}
	at := duck.Fn("strpos", pair, duck.Str("="))
	named := duck.Fn("list_transform", duck.Fn("list_filter", duck.Fn("string_split", x, duck.Str("&")),
		duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Op(pair, "<>", duck.Str(""))}),
		duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Struct{
			{Name: "key", X: duck.If(duck.Op(at, "=", duck.Int(0)), pair, duck.Fn("substr", pair, duck.Int(1), duck.Op(at, "-", duck.Int(1))))},
			{Name: "value", X: duck.Fn("to_json", duck.If(duck.Op(at, "=", duck.Int(0)), duck.Str(""), duck.Fn("substr", pair, duck.Op(at, "+", duck.Int(1)))))},
		}})
	return bagOf(firstKeys(named))
}

// parsePath knows slashes of both kinds, a scheme, a drive and a stream behind
// the file's name.
func parsePath(c *call) value {
	const scheme = `^(?:([A-Za-z][A-Za-z0-9+.-]*)://)?`
	const drive = `(?:\\\\\?\\)?([A-Za-z]:)?`
	get := func(x duck.Expr, pattern string, group int64) duck.Expr {
		return duck.Fn("regexp_extract", x, duck.Str("(?s)"+pattern), duck.Int(group))
	}
	return sure(Dynamic, once(c.x(0), func(x duck.Expr) duck.Expr {
		rest := get(x, scheme+`(.*)$`, 2)
		// The last piece is the file's name, with a stream behind a colon.
		last := get(rest, `([^/\\]*)$`, 1)
		file := get(last, `^((?:[A-Za-z]:$)?[^:]*)`, 1)
		directory := get(rest, `^(.*)[/\\][^/\\]*$`, 1)
		return duck.Fn("json_object",
			duck.Str("Scheme"), get(x, scheme, 1),
			duck.Str("RootPath"), get(rest, `^`+drive, 1),
			duck.Str("DirectoryPath"), directory,
			duck.Str("DirectoryName"), get(directory, `([^/\\]*)$`, 1),
			duck.Str("Filename"), file,
			duck.Str("Extension"), get(file, `\.([^.]*)$`, 1),
			duck.Str("AlternateDataStreamName"), get(last, `:(.*)$`, 1))
	}))
}

// formatBytes counts in steps of 1024 and writes no zeros at the end.
func formatBytes(c *call) value {
	units := []string{"Bytes", "KB", "MB", "GB", "TB", "PB", "EB"}
	digits := int64(0)
	if c.has(1) {
		digits, _ = c.args[1].whole()
	}
	if digits < 0 || digits > 15 {
		return c.fail(1, "digits must be between 0 and 15")
	}
	size := asReal(c.args[0])
	in := func(i int) duck.Expr {
		scaled := duck.Fn("round", duck.Op(size.sql, "/", duck.Float(float64(int64(1)<<(10*i)))), duck.Int(digits))
		text := duck.Fn("regexp_replace", duck.As(scaled, "VARCHAR"), duck.Str(`\.0$`), duck.Str(""))
		return duck.Fn("concat", text, duck.Str(" "+units[i]))
	}
	if unit := c.optionalText(2); unit != "" {
		for i, u := range units {
			if strings.EqualFold(u, unit) {
				return of(String, duck.Case{Whens: []duck.When{{If: duck.IsNull{X: size.sql, Not: true}, Then: in(i)}}})
			}
		}
		return c.fail(2, "the units are %s", strings.Join(units, ", "))
	}
	out := duck.Case{}
	for i := range units {
		if i+1 == len(units) {
			out.Whens = append(out.Whens, duck.When{If: duck.IsNull{X: size.sql, Not: true}, Then: in(i)})
			break
		}
		out.Whens = append(out.Whens, duck.When{If: duck.Op(duck.Fn("abs", size.sql), "<", duck.Float(float64(int64(1)<<(10*(i+1))))), Then: in(i)})
	}
	return of(String, out)
}

// optionalText is argument i where it was given, as a literal.
func (c *call) optionalText(i int) string {
	if !c.has(i) {
		return ""
	}
	return c.text(i)
}
