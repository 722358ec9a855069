package kql

import (
	"regexp/syntax"
	"slices"
	"strings"

	"argosy/queries/kql/duck"
)

// regexFuncs are the functions that take regular expressions. Kusto and DuckDB
// both use RE2.
func regexFuncs() []Func {
	return []Func{
		{Name: "extract", Params: []Param{{Name: "regex", Type: "string"}, {Name: "group", Type: "long"}, {Name: "text", Type: "string"}, {Name: "type", Type: "typeof", Optional: true}},
			Returns: "string", Doc: "What a group of a regular expression matches first, '' when nothing does.",
			Example: `extract(@"sha256:([0-9a-f]+)", 1, digest)`, lower: extract},
		{Name: "extract_all", Aliases: []string{"extractall"}, Params: []Param{{Name: "regex", Type: "string"}, {Name: "groups", Type: "any"}, {Name: "text", Type: "string", Optional: true}},
			Returns: "dynamic", Doc: "All matches of a regular expression's groups, as an array; null when there are none.",
			Example: `extract_all(@"(CVE-\d+-\d+)", text)`, lower: extractAll},
		{Name: "replace_regex", Aliases: []string{"replace"}, Params: []Param{{Name: "text", Type: "string"}, {Name: "regex", Type: "string"}, {Name: "rewrite", Type: "string"}},
			Returns: "string", Doc: `The text with every match replaced; \1 in the rewrite is group 1. The old name replace takes regex, rewrite, text.`,
			Example: `replace_regex("a1b2", @"\d", "#")`, lower: replaceRegex},
		{Name: "trim", Params: trimParams(), Returns: "string", Doc: "The text without one match of a regular expression at each end.",
			Example: `trim(@"\s+", "  a  ")`, lower: func(c *call) value { return trimmed(c, true, true) }},
		{Name: "trim_start", Params: trimParams(), Returns: "string", Doc: "The text without one match of a regular expression at its beginning.",
			Example: `trim_start("a", "abc")`, lower: func(c *call) value { return trimmed(c, true, false) }},
		{Name: "trim_end", Params: trimParams(), Returns: "string", Doc: "The text without one match of a regular expression at its end.",
			Example: `trim_end("/", "a/b/")`, lower: func(c *call) value { return trimmed(c, false, true) }},
		{Name: "countof", Params: []Param{{Name: "text", Type: "string"}, {Name: "search", Type: "string"}, {Name: "kind", Type: "string", Optional: true, Const: true}},
			Returns: "long", Doc: `How often a text occurs in another; kind is "normal" or "regex".`, Example: `countof("banana", "an")`, lower: countof},
		{Name: "regex_quote", Params: []Param{{Name: "text", Type: "text"}}, Returns: "string", Doc: "The text with what is special in regular expressions escaped.",
			Example: `regex_quote("a.b")`, lower: func(c *call) value { return pureText(c, "regexp_escape") }},
	}
}

func trimParams() []Param {
	return []Param{{Name: "regex", Type: "string"}, {Name: "text", Type: "string"}}
}

// regexAt checks a literal pattern in argument i and makes it what DuckDB is
// to use.
func (c *call) regexAt(i int) (string, bool) {
	s, lit := c.args[i].text()
	if !lit {
		return "", true
	}
	if !c.t.checkRegex(c.nodes[i].Span(), s) {
		return "", false
	}
	s = unicodeRegex(s)
	c.args[i] = textLit(s)
	return s, true
}

func extract(c *call) value {
	pattern, ok := c.regexAt(0)
	if !ok {
		return poison
	}
	group, lit := c.args[1].whole()
	if !lit {
		return c.fail(1, "the group must be a literal")
	}
	if _, isLit := c.args[0].text(); isLit {
		re, _ := syntax.Parse(pattern, syntax.Perl)
		if group < 0 || int(group) > re.MaxCap() {
			return c.fail(1, "the regular expression has %d groups", re.MaxCap())
		}
		if from, to, matched, sure := knownMatch(c.args[2].parts, pattern, int(group)); sure {
			if !matched {
				return c.typed(textLit(""), 3)
			}
			return c.typed(cut(c.args[2].parts, from, to), 3)
		}
		if v, ok := extractBetween(c, pattern, group); ok {
			return c.typed(v, 3)
		}
	}
	return c.typed(sure(String, duck.Fn("regexp_extract", c.x(2), c.x(0), duck.Int(group))), 3)
}

// typed applies an optional typeof argument.
func (c *call) typed(v value, i int) value {
	if !c.has(i) {
		return v
	}
	return c.t.convert(v, c.args[i].typ)
}

// extractBetween recognises lit([^c]*) and lit([^c]+), where everything up to
// the next c is wanted: positions do for that, and on a known concatenation
// not even those are needed.
func extractBetween(c *call, pattern string, group int64) (value, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || group != 1 || re.Op != syntax.OpConcat {
		return value{}, false
	}
	last := len(re.Sub) - 1
	cp := re.Sub[last]
	text, ok := literalPieces(re.Sub[:last])
	if !ok || text == "" || cp.Op != syntax.OpCapture {
		return value{}, false
	}
	rep := cp.Sub[0]
	if rep.Op != syntax.OpStar && rep.Op != syntax.OpPlus || rep.Flags&syntax.NonGreedy != 0 {
		return value{}, false
	}
	stop, ok := allBut(rep.Sub[0])
	if !ok {
		return value{}, false
	}
	dots := strings.IndexByte(text, wild) >= 0
	if at, sure := locate(c.args[2].parts, place{}, text); sure && at.found && (!dots || ascii(c.args[2].parts)) {
		from := at.skip(text)
		to, sure := locate(c.args[2].parts, from, stop)
		if !to.found {
			to = place{index: len(c.args[2].parts)}
		}
		if out := cut(c.args[2].parts, from, to); sure && (rep.Op == syntax.OpStar || len(out.parts) > 0 && out.parts[0].nonEmpty) {
			return out, true
		}
	}
	if dots {
		return value{}, false
	}
	x := c.x(2)
	at := duck.Fn("strpos", x, duck.Str(text))
	piece := duck.Fn("split_part", duck.Fn("substr", x, duck.Op(at, "+", duck.Int(runes(text)))), duck.Str(stop), duck.Int(1))
	out := duck.Case{Whens: []duck.When{{If: duck.Op(at, ">", duck.Int(0)), Then: piece}}, Else: duck.Str("")}
	if rep.Op == syntax.OpPlus {
		// An empty piece is no match there, but there may be one further on.
		return sure(String, duck.Case{
			Whens: []duck.When{{If: duck.Op(out, "<>", duck.Str("")), Then: out}, {If: duck.Op(at, "=", duck.Int(0)), Then: duck.Str("")}},
			Else:  duck.Fn("regexp_extract", x, duck.Str(pattern), duck.Int(1))}), true
	}
	return sure(String, out), true
}

// allBut recognises [^c] and returns c.
func allBut(re *syntax.Regexp) (string, bool) {
	if re.Op != syntax.OpCharClass || len(re.Rune) != 4 || re.Rune[0] != 0 || re.Rune[3] != 0x10FFFF || re.Rune[2]-re.Rune[1] != 2 {
		return "", false
	}
	return string(re.Rune[1] + 1), true
}

// extractAll gives a flat array for one group, an array of arrays for several.
func extractAll(c *call) value {
	pattern, ok := c.regexAt(0)
	text := c.n() - 1
	_, lit := c.args[0].text()
	if !ok {
		return poison
	}
	if !lit {
		return c.fail(0, "the regular expression must be a literal")
	}
	if c.args[text].typ != String && c.args[text].typ != Dynamic {
		return c.fail(text, "text must be a string, not %s", c.args[text].typ.with())
	}
	x := naturalText(c.args[text])
	re, _ := syntax.Parse(pattern, syntax.Perl)
	groups := []int64{}
	for i := 1; i <= re.MaxCap(); i++ {
		groups = append(groups, int64(i))
	}
	if c.has(2) {
		list, ok := c.args[1].jsonList()
		if !ok {
			return c.fail(1, "groups must be a dynamic([...]) literal")
		}
		groups = nil
		for _, g := range list {
			n, ok := g.whole()
			if name, isName := g.text(); isName {
				n = int64(slices.Index(re.CapNames(), name))
				ok = n > 0
			}
			if !ok || n < 0 || int(n) > re.MaxCap() {
				return c.fail(1, "groups must be numbers or names of groups of the regular expression")
			}
			groups = append(groups, n)
		}
	}
	if len(groups) == 0 {
		return c.fail(0, "the regular expression needs a group, as in (...)")
	}
	return value{typ: Dynamic, maybe: true, array: true, sql: matchesOf(x, pattern, groups)}
}

// matchesOf lists the groups of every match as JSON, NULL when there is none.
func matchesOf(x duck.Expr, pattern string, groups []int64) duck.Expr {
	all := func(g int64) duck.Expr { return duck.Fn("regexp_extract_all", x, duck.Str(pattern), duck.Int(g)) }
	first := all(groups[0])
	if len(groups) == 1 {
		return duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("len", first), ">", duck.Int(0)), Then: duck.Fn("to_json", first)}}}
	}
	i := &duck.Var{}
	var row duck.List
	for _, g := range groups {
		// A group that took no part in a match is ''.
		row = append(row, duck.Coalesce(duck.At{X: all(g), Index: duck.Local{Var: i}}, duck.Str("")))
	}
	rows := duck.Fn("list_transform", duck.Fn("generate_series", duck.Int(1), duck.Fn("len", first)), duck.Lambda{Vars: []*duck.Var{i}, Body: row})
	return duck.Case{Whens: []duck.When{{If: duck.Op(duck.Fn("len", first), ">", duck.Int(0)), Then: duck.Fn("to_json", rows)}}}
}

// replaceRegex has two orders of arguments: replace(regex, rewrite, text) is
// the older one.
func replaceRegex(c *call) value {
	text, re, rewrite := 0, 1, 2
	if c.node.Func.Name == "replace" {
		re, rewrite, text = 0, 1, 2
	}
	pattern, ok := c.regexAt(re)
	if !ok {
		return poison
	}
	if _, lit := c.args[re].text(); lit && pattern == quoteRegex(pattern) && pattern != "" {
		if w, ok := c.args[rewrite].text(); ok && !strings.Contains(w, `\`) {
			return sure(String, duck.Fn("replace", c.x(text), c.x(re), c.x(rewrite)))
		}
	}
	return sure(String, duck.Fn("regexp_replace", c.x(text), c.x(re), c.x(rewrite), duck.Str("g")))
}

// trimmed takes one match off each end.
func trimmed(c *call, start, end bool) value {
	if _, ok := c.regexAt(0); !ok {
		return poison
	}
	x := c.x(1)
	if s, ok := c.args[0].text(); ok && s != "" && s == quoteRegex(s) && cheap(x) {
		return sure(String, literalTrim(x, s, start, end))
	}
	pattern := func(before, after string) duck.Expr {
		if s, ok := c.args[0].text(); ok {
			return duck.Str(before + s + after)
		}
		return duck.Fn("concat", duck.Str(before), c.x(0), duck.Str(after))
	}
	if start {
		x = duck.Fn("regexp_replace", x, pattern("^(?:", ")"), duck.Str(""))
	}
	if end {
		x = duck.Fn("regexp_replace", x, pattern("(?:", ")$"), duck.Str(""))
	}
	return sure(String, x)
}

// literalTrim takes a literal off the ends of a text that costs nothing to read
// several times.
func literalTrim(x duck.Expr, lit string, start, end bool) duck.Expr {
	n := duck.Int(runes(lit))
	if start {
		x = duck.If(duck.Fn("starts_with", x, duck.Str(lit)), duck.Fn("substr", x, duck.Op(n, "+", duck.Int(1))), x)
	}
	if end {
		x = duck.If(duck.Fn("ends_with", x, duck.Str(lit)), duck.Fn("left", x, duck.Op(duck.Fn("length", x), "-", n)), x)
	}
	return x
}

func countof(c *call) value {
	kind := "normal"
	if c.has(2) {
		kind = c.text(2)
	}
	out := value{typ: Long, bits: 32}
	switch kind {
	case "normal":
		// Occurrences may overlap, so the text is looked at from every place.
		i := &duck.Var{}
		at := duck.Fn("starts_with", duck.Fn("substr", c.x(0), duck.Local{Var: i}), c.x(1))
		places := duck.Fn("generate_series", duck.Int(1), duck.Fn("length", c.x(0)))
		out.sql = duck.If(duck.Op(c.x(1), "=", duck.Str("")), duck.Int(0),
			duck.Fn("len", duck.Fn("list_filter", places, duck.Lambda{Vars: []*duck.Var{i}, Body: at})))
	case "regex":
		if _, ok := c.regexAt(1); !ok {
			return poison
		}
		out.sql = duck.Fn("len", duck.Fn("regexp_extract_all", c.x(0), c.x(1)))
	default:
		return c.fail(2, `kind is "normal" or "regex"`)
	}
	return out
}
