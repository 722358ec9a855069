package kql

import (
	"strings"

	"argosy/queries/kql/duck"
)

// stringFuncs are the functions on texts.
func stringFuncs() []Func {
	list := func(typ string, names []string) []Param {
		var out []Param
		for _, n := range names {
			out = append(out, Param{Name: n, Type: typ})
		}
		return out
	}
	str := func(names ...string) []Param { return list("string", names) }
	text := func(names ...string) []Param { return list("text", names) }
	return []Func{
		{Name: "tolower", Params: text("text"), Returns: "string", Doc: "The text in small letters.",
			Example: `tolower("Critical")`, lower: func(c *call) value { return pureText(c, "lower") }},
		{Name: "toupper", Params: text("text"), Returns: "string", Doc: "The text in capital letters.",
			Example: `toupper("high")`, lower: func(c *call) value { return pureText(c, "upper") }},
		{Name: "strlen", Params: str("text"), Returns: "long", Doc: "The number of characters.",
			Example: `strlen("café")`, naming: naming{prefix: "strlen_"}, lower: func(c *call) value {
				return value{typ: Long, sql: duck.Fn("length", c.x(0)), bits: 32}
			}},
		{Name: "string_size", Params: str("text"), Returns: "long", Doc: "The number of bytes in UTF-8.",
			Example: `string_size("café")`, naming: naming{prefix: "string_size_"}, lower: func(c *call) value {
				return value{typ: Long, sql: duck.Fn("strlen", c.x(0)), bits: 32}
			}},
		{Name: "strcat", Params: []Param{{Name: "value", Type: "any", Repeat: true}}, Returns: "string",
			Doc: "The texts of all arguments, one after the other.", Example: `strcat(repository, ":", tag)`, lower: strcat},
		{Name: "strcat_delim", Params: []Param{{Name: "delimiter", Type: "text"}, {Name: "first", Type: "any"}, {Name: "value", Type: "any", Repeat: true}}, Returns: "string",
			Doc: "The texts of all arguments with a delimiter between them.", Example: `strcat_delim("-", 1, "b")`, lower: strcatDelim},
		{Name: "substring", Params: []Param{{Name: "text", Type: "text"}, {Name: "start", Type: "long"}, {Name: "length", Type: "long", Optional: true}},
			Returns: "string", Doc: "A piece of a text. Characters count from 0; a negative start counts from the end.",
			Example: `substring("abcdef", 1, 2)`, lower: substring},
		{Name: "indexof", Params: []Param{{Name: "text", Type: "text"}, {Name: "lookup", Type: "text"}, {Name: "start", Type: "long", Optional: true},
			{Name: "length", Type: "long", Optional: true}, {Name: "occurrence", Type: "long", Optional: true, Const: true}},
			Returns: "long", Doc: "The place of a text inside another, from 0; -1 when it is not there.", Example: `indexof("abcd", "c")`, lower: indexof},
		{Name: "split", Params: []Param{{Name: "text", Type: "text"}, {Name: "delimiter", Type: "string"}, {Name: "index", Type: "long", Optional: true}},
			Returns: "dynamic", Doc: "The pieces of a text between the delimiters, as an array; with an index, an array of that piece.",
			Example: `split("a/b/c", "/")[1]`, naming: naming{first: true}, lower: split},
		{Name: "replace_string", Params: str("text", "lookup", "rewrite"), Returns: "string",
			Doc: "The text with every occurrence of another replaced.", Example: `replace_string("a-b", "-", "_")`, lower: func(c *call) value {
				return sure(String, duck.Fn("replace", c.x(0), c.x(1), c.x(2)))
			}},
		{Name: "reverse", Params: []Param{{Name: "value", Type: "any"}}, Returns: "string", Doc: "The characters in reverse order.",
			Example: `reverse("abc")`, lower: func(c *call) value { return sure(String, duck.Fn("reverse", naturalText(c.args[0]))) }},
		{Name: "strrep", Params: []Param{{Name: "value", Type: "any"}, {Name: "times", Type: "long"}, {Name: "delimiter", Type: "string", Optional: true}},
			Returns: "string", Doc: "The text repeated, up to 1024 times.", Example: `strrep("ab", 2, "-")`, lower: strrep},
		{Name: "strcmp", Params: text("a", "b"), Returns: "long", Doc: "-1, 0 or 1: how two texts compare.",
			Example: `strcmp("a", "b")`, lower: func(c *call) value {
				return value{typ: Long, bits: 2, sql: duck.Case{Whens: []duck.When{
					{If: duck.Op(c.x(0), "<", c.x(1)), Then: duck.Int(-1)}, {If: duck.Op(c.x(0), ">", c.x(1)), Then: duck.Int(1)}}, Else: duck.Int(0)}}
			}},
		{Name: "isempty", Params: []Param{{Name: "value", Type: "any"}}, Returns: "bool", Doc: "Whether a value is null or the empty text.",
			Example: `isempty(cve)`, lower: func(c *call) value { return isEmpty(c.args[0]) }},
		{Name: "isnotempty", Aliases: []string{"notempty"}, Params: []Param{{Name: "value", Type: "any"}}, Returns: "bool", Doc: "Whether a value is neither null nor the empty text.",
			Example: `isnotempty(cve)`, lower: func(c *call) value { return negate(isEmpty(c.args[0])) }},
		{Name: "left", Params: []Param{{Name: "text", Type: "string"}, {Name: "length", Type: "long"}}, Returns: "string", Doc: "The first characters.",
			Example: `left("abcdef", 2)`, lower: func(c *call) value {
				return sure(String, duck.Coalesce(duck.Fn("left", c.x(0), duck.Fn("greatest", c.x(1), duck.Int(0))), duck.Str("")))
			}},
		{Name: "right", Params: []Param{{Name: "text", Type: "string"}, {Name: "length", Type: "long"}}, Returns: "string", Doc: "The last characters.",
			Example: `right("abcdef", 2)`, lower: func(c *call) value {
				return sure(String, duck.Coalesce(duck.Fn("right", c.x(0), duck.Fn("greatest", c.x(1), duck.Int(0))), duck.Str("")))
			}},
		{Name: "translate", Params: str("search", "replacement", "text"), Returns: "string",
			Doc: "The text with each character of the first argument replaced by its partner in the second.", Example: `translate("abc", "xyz", "cab")`, lower: translate},
		{Name: "replace_strings", Params: []Param{{Name: "text", Type: "string"}, {Name: "lookups", Type: "array", Const: true}, {Name: "rewrites", Type: "array", Const: true}}, Returns: "string",
			Doc: "The text with several others replaced at once: of two that match in one place the earlier in the list wins.", Example: `replace_strings("a cat, a dog", dynamic(["cat", "dog"]), dynamic(["dog", "cow"]))`, lower: replaceStrings},
		{Name: "has_any_index", Params: []Param{{Name: "text", Type: "string"}, {Name: "values", Type: "array", Const: true}}, Returns: "long",
			Doc: "The place, from 0, of the first value in an array that a text has as a term; -1 when it has none.", Example: `has_any_index("this is an example", dynamic(["not", "example"]))`, lower: hasAnyIndex},
	}
}

// pureText calls a DuckDB function on one text.
func pureText(c *call, fn string) value {
	if c.args[0].maybe && (fn == "lower" || fn == "upper") {
		// NULL stays NULL and still means ''.
		return of(String, duck.Fn(fn, c.args[0].sql))
	}
	return sure(String, duck.Fn(fn, c.x(0)))
}

// naturalText is the text of any value, never NULL.
func naturalText(v value) duck.Expr { return str(toText(v)) }

func strcat(c *call) value {
	var parts []part
	known := true
	var args []duck.Expr
	for _, v := range c.args {
		t := toText(v)
		if s, ok := t.text(); ok {
			args = append(args, duck.Str(s))
		} else {
			// concat skips NULL.
			args = append(args, t.sql)
		}
		known = known && len(t.parts) > 0
		parts = append(parts, t.parts...)
	}
	if known {
		return textOf(joinLiterals(parts))
	}
	return sure(String, duck.Fn("concat", args...))
}

// joinLiterals makes one part of literals that stand side by side.
func joinLiterals(parts []part) []part {
	var out []part
	for _, p := range parts {
		if p.x == nil && p.lit == "" {
			continue
		}
		if n := len(out); n > 0 && p.x == nil && out[n-1].x == nil {
			out[n-1].lit += p.lit
			continue
		}
		out = append(out, p)
	}
	return out
}

func strcatDelim(c *call) value {
	args := []duck.Expr{c.x(0)}
	for _, v := range c.args[1:] {
		args = append(args, naturalText(v))
	}
	return sure(String, duck.Fn("concat_ws", args...))
}

// substring counts from 0, and from the end where start is negative; a start
// before the first character gives ”.
func substring(c *call) value {
	text, start := c.x(0), c.x(1)
	var length duck.Expr = duck.Fn("length", text)
	if n, ok := c.args[1].whole(); ok && n >= 0 {
		if !c.has(2) {
			return sure(String, duck.Fn("substr", text, duck.Int(n+1)))
		}
		if l, ok := c.args[2].whole(); ok {
			return sure(String, duck.Fn("substr", text, duck.Int(n+1), duck.Int(max(l, 0))))
		}
	}
	first := duck.If(duck.Op(start, "<", duck.Int(0)), duck.Op(length, "+", start), start)
	count := length
	if c.has(2) {
		count = duck.Fn("greatest", c.x(2), duck.Int(0))
	}
	return sure(String, duck.Case{
		Whens: []duck.When{{If: duck.Op(first, ">=", duck.Int(0)), Then: duck.Fn("substr", text, duck.Op(first, "+", duck.Int(1)), count)}},
		Else:  duck.Str("")})
}

// indexof searches from a start, over a length, for an occurrence.
func indexof(c *call) value {
	text, what := c.x(0), c.x(1)
	out := value{typ: Long, bits: 32, maybe: true}
	if !c.has(2) {
		if lit, ok := c.args[1].text(); ok && lit == "" {
			return null(Long)
		} else if ok {
			out.maybe = false
			out.sql = duck.Op(duck.Fn("strpos", text, what), "-", duck.Int(1))
			return out
		}
		out.sql = duck.Case{Whens: []duck.When{{If: duck.Op(what, "<>", duck.Str("")), Then: duck.Op(duck.Fn("strpos", text, what), "-", duck.Int(1))}}}
		return out
	}
	start := c.x(2)
	start = duck.If(duck.Op(start, "<", duck.Int(0)), duck.Fn("greatest", duck.Op(duck.Fn("length", text), "+", start), duck.Int(0)), start)
	rest := duck.Fn("substr", text, duck.Op(start, "+", duck.Int(1)))
	if c.has(3) {
		if n, ok := c.args[3].whole(); !ok || n >= 0 {
			rest = duck.Fn("substr", text, duck.Op(start, "+", duck.Int(1)), c.x(3))
		}
	}
	nth := int64(1)
	if c.has(4) {
		nth, _ = c.args[4].whole()
		if nth < 1 || nth > 100 {
			return c.fail(4, "occurrence must be between 1 and 100")
		}
	}
	if c.has(3) && nth > 1 {
		if n, ok := c.args[3].whole(); !ok || n >= 0 {
			return indexofNth(c, start, nth)
		}
	}
	// The place of the nth occurrence is the length of what stands before it.
	pieces := duck.Fn("string_split", rest, what)
	before := duck.Fn("array_to_string", duck.Fn("list_slice", pieces, duck.Int(1), duck.Int(nth)), what)
	found := duck.If(duck.Op(duck.Fn("len", pieces), ">", duck.Int(nth)), duck.Op(duck.Fn("length", before), "+", start), duck.Int(-1))
	out.sql = duck.Case{Whens: []duck.When{{If: duck.Op(what, "<>", duck.Str("")), Then: found}}}
	return out
}

// indexofNth looks for one occurrence after the other, each within length
// characters from where the last one ended: that is how Kusto counts when a
// length is given too.
func indexofNth(c *call, start duck.Expr, nth int64) value {
	if nth > 10 {
		return c.fail(4, "an occurrence beyond 10 cannot be looked for within a length")
	}
	what, length := c.x(1), c.x(3)
	find := func(from duck.Expr) duck.Expr {
		rest := duck.Fn("substr", c.x(0), duck.Op(from, "+", duck.Int(1)), duck.If(duck.Op(length, "<", duck.Int(0)), duck.Fn("length", c.x(0)), length))
		at := duck.Fn("strpos", rest, what)
		return duck.Case{Whens: []duck.When{{If: duck.Op(at, ">", duck.Int(0)), Then: duck.Op(duck.Op(at, "-", duck.Int(1)), "+", from)}}}
	}
	at := find(start)
	for i := int64(1); i < nth; i++ {
		at = once(at, func(last duck.Expr) duck.Expr { return find(duck.Op(last, "+", duck.Fn("length", what))) })
	}
	return value{typ: Long, bits: 32, maybe: true, sql: duck.Case{Whens: []duck.When{{If: duck.Op(what, "<>", duck.Str("")), Then: duck.Coalesce(at, duck.Int(-1))}}}}
}

// split makes an array. An index on it, split(x, d)[2], is read from the list
// directly: see pieces.
func split(c *call) value {
	if lit, ok := c.args[1].text(); ok && lit == "" {
		return value{typ: Dynamic, sql: duck.Fn("json_array", c.x(0)), array: true}
	}
	list := duck.Fn("string_split", c.x(0), c.x(1))
	if c.has(2) {
		one := duck.Fn("list_extract", list, duck.Op(c.x(2), "+", duck.Int(1)))
		return value{typ: Dynamic, maybe: true, array: true, sql: duck.Case{Whens: []duck.When{
			{If: duck.And{duck.Op(c.x(2), ">=", duck.Int(0)), duck.Op(c.x(2), "<", duck.Fn("len", list))}, Then: duck.Fn("json_array", one)}}}}
	}
	return value{typ: Dynamic, sql: duck.Fn("to_json", list), array: true, list: list}
}

func strrep(c *call) value {
	one := naturalText(c.args[0])
	n := duck.Fn("least", duck.Fn("greatest", c.x(1), duck.Int(0)), duck.Int(1024))
	if !c.has(2) {
		return sure(String, duck.Coalesce(duck.Fn("repeat", one, n), duck.Str("")))
	}
	list := duck.Fn("list_transform", duck.Fn("range", n), duck.Lambda{Vars: []*duck.Var{{}}, Body: one})
	return sure(String, duck.Coalesce(duck.Fn("array_to_string", list, c.x(2)), duck.Str("")))
}

// isEmpty tells whether a value is null or ”.
func isEmpty(v value) value {
	switch v.typ {
	case String:
		if s, ok := v.text(); ok {
			return boolLit(s == "")
		}
		return sure(Bool, duck.Op(str(v), "=", duck.Str("")))
	case Dynamic:
		return sure(Bool, duck.Op(str(toText(v)), "=", duck.Str("")))
	}
	return isNull(v)
}

// isNull tells whether a value is null, which a string never is.
func isNull(v value) value {
	switch {
	case v.typ == String:
		return boolLit(false)
	case v.typ == Dynamic:
		if v.scalar != nil {
			return sure(Bool, duck.IsNull{X: v.scalar.sql})
		}
		return sure(Bool, duck.IsNull{X: toJSON(v)})
	case v.lit != nil:
		return boolLit(v.lit.v == nil)
	}
	return sure(Bool, duck.IsNull{X: v.sql})
}

// translate repeats the last replacement where there are fewer of them.
func translate(c *call) value {
	search, ok1 := c.args[0].text()
	repl, ok2 := c.args[1].text()
	if !ok1 || !ok2 {
		return c.fail(0, "the characters must be literals")
	}
	from, to := []rune(search), []rune(repl)
	for len(to) > 0 && len(to) < len(from) {
		to = append(to, to[len(to)-1])
	}
	if len(to) > len(from) {
		to = to[:len(from)]
	}
	return sure(String, duck.Fn("translate", c.x(2), duck.Str(string(from)), duck.Str(string(to))))
}

// replaceStrings cuts the text at all matches at once, so that what one
// replacement brings in is no match for the next. The matches are found by an
// alternation, whose branches are tried in order.
func replaceStrings(c *call) value {
	from, ok1 := c.args[1].jsonList()
	to, ok2 := c.args[2].jsonList()
	if !ok1 || !ok2 {
		return c.fail(1, "lookups and rewrites must be dynamic([...]) literals of texts")
	}
	if len(from) != len(to) {
		return c.fail(2, "there are %d rewrites for %d lookups", len(to), len(from))
	}
	var branches []string
	one := &duck.Var{}
	piece := duck.Local{Var: one}
	swap := duck.Case{Else: piece}
	for i, f := range from {
		s, ok := f.text()
		if !ok || s == "" {
			return c.fail(1, "every lookup must be a text that is not empty")
		}
		branches = append(branches, quoteRegex(s))
		if r, ok := to[i].text(); ok {
			swap.Whens = append(swap.Whens, duck.When{If: duck.Op(piece, "=", duck.Str(s)), Then: duck.Str(r)})
		}
	}
	if len(branches) == 0 {
		return c.args[0]
	}
	pieces := duck.Fn("regexp_extract_all", c.x(0), duck.Str("(?s)"+strings.Join(branches, "|")+"|."))
	return sure(String, duck.Coalesce(duck.Fn("array_to_string", duck.Fn("list_transform", pieces,
		duck.Lambda{Vars: []*duck.Var{one}, Body: swap}), duck.Str("")), duck.Str("")))
}

// hasAnyIndex asks value by value, as has does.
func hasAnyIndex(c *call) value {
	list, ok := c.args[1].jsonList()
	if !ok {
		return c.fail(1, "values must be a dynamic([...]) literal of scalars")
	}
	out := duck.Case{Else: duck.Int(-1)}
	for i, v := range list {
		found := c.s.textMatch(textOp{kind: "has"}, c.args[0], toText(v))
		if b, ok := found.litBool(); ok && !b {
			continue
		}
		out.Whens = append(out.Whens, duck.When{If: condition(found), Then: duck.Int(int64(i))})
	}
	if len(out.Whens) == 0 {
		return longLit(-1)
	}
	return value{typ: Long, bits: 32, sql: out}
}
