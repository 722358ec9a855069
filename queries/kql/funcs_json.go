package kql

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"

	"argosy/queries/kql/duck"
)

// treePath lists the paths inside a dynamic, each once. A member whose name
// holds what paths are written with stops the query: its path would be a guess.
func treePath(c *call) value {
	e := &duck.Var{}
	path := duck.Local{Var: e}
	all := duck.ListOf{Table: "json_tree", Args: []duck.Expr{c.x(0)}, Column: "fullkey", By: "id"}
	odd := duck.ListOf{Table: "json_tree", Args: []duck.Expr{c.x(0)}, Column: "key", By: "id"}
	bad := duck.Op(duck.Fn("len", duck.Fn("list_filter", odd, duck.Lambda{Vars: []*duck.Var{e}, Body: duck.Fn("regexp_matches", duck.Coalesce(path, duck.Str("")), duck.Str(`[.\[\]']`))})), ">", duck.Int(0))
	named := duck.Fn("regexp_replace", duck.Fn("substr", path, duck.Int(2)), duck.Str(`\.([^.\[\]]+)`), duck.Str(`['\1']`), duck.Str("g"))
	steps := duck.Fn("regexp_replace", named, duck.Str(`\[\d+\]`), duck.Str("[0]"), duck.Str("g"))
	list := duck.Fn("list_transform", duck.Fn("list_slice", all, duck.Int(2), duck.Fn("len", all)), duck.Lambda{Vars: []*duck.Var{e}, Body: steps})
	paths := once(list, firstSeen)
	return value{typ: Dynamic, maybe: true, array: true, sql: duck.Case{Whens: []duck.When{
		{If: bad, Then: duck.As(duck.Fn("error", duck.Str("treepath: a member's name has one of . [ ] ' in it, which is not supported")), "JSON")},
		{If: duck.In{X: jsonType(c.args[0]), List: []duck.Expr{duck.Str("OBJECT"), duck.Str("ARRAY")}}, Then: duck.Fn("to_json", duck.Coalesce(paths, duck.List{}))},
	}}}
}

// dynamicToJSON works on what is known while translating: DuckDB has nothing
// that sorts members at every depth.
func dynamicToJSON(c *call) value {
	raw, ok := c.args[0].lit.v.(json.RawMessage)
	if !ok {
		return textLit("")
	}
	text, ok := canonical(raw)
	if !ok {
		return c.fail(0, "the value is no JSON")
	}
	return textLit(text)
}

// canonical writes JSON with sorted members and without spaces; numbers stay
// as they are written.
func canonical(raw json.RawMessage) (string, bool) {
	var bag map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case len(raw) > 0 && raw[0] == '{':
		if json.Unmarshal(raw, &bag) != nil {
			return "", false
		}
		names := make([]string, 0, len(bag))
		for n := range bag {
			names = append(names, n)
		}
		sort.Strings(names)
		for i, n := range names {
			text, ok := canonical(bag[n])
			if !ok {
				return "", false
			}
			names[i] = jsonString(n) + ":" + text
		}
		return "{" + strings.Join(names, ",") + "}", true
	case len(raw) > 0 && raw[0] == '[':
		if json.Unmarshal(raw, &list) != nil {
			return "", false
		}
		out := make([]string, len(list))
		for i, item := range list {
			text, ok := canonical(item)
			if !ok {
				return "", false
			}
			out[i] = text
		}
		return "[" + strings.Join(out, ",") + "]", true
	}
	return strings.TrimSpace(string(raw)), json.Valid(raw)
}

// parsedLiteral is parse_json of a text known while translating.
func parsedLiteral(text string) (value, bool) {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) != nil && text != "" {
		return value{}, false
	}
	raw := json.RawMessage(compact.String())
	switch {
	case text == "" || string(raw) == "null":
		return null(Dynamic), true
	case raw[0] != '{' && raw[0] != '[':
		// Whether it is a number or a text DuckDB decides as it does for columns.
		return value{}, false
	}
	return value{typ: Dynamic, sql: duck.As(duck.Str(string(raw)), "JSON"), lit: &literal{raw}, array: raw[0] == '['}, true
}
