package kql

import (
	"regexp"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// kvOptions are the properties of parse-kv.
type kvOptions struct {
	pair, kv, escape string
	open, close      string
	greedy           bool
	regex            string
}

// parseKV reads values by their keys out of a text. Where a key stands more
// than once, the first counts.
func (p *pipe) parseKV(op *syntax.ParseKV) {
	types := p.t.columnDecls(op.Cols)
	opt, ok := p.kvOptions(op)
	x := p.scope().expr(op.X)
	if !x.bad() {
		x, ok = p.scopeText(op.X.Span(), x, ok)
	}
	if !ok || x.bad() {
		for _, c := range op.Cols {
			p.set(c.Name.Name, poison)
		}
		return
	}
	in := p.define("", value{typ: String, sql: str(x)})
	var keys, vals duck.Expr
	if opt.regex != "" {
		keys = p.compute("", value{typ: "list", sql: duck.Fn("regexp_extract_all", in.sql, duck.Str(opt.regex), duck.Int(1))}).sql
		vals = p.compute("", value{typ: "list", sql: duck.Fn("regexp_extract_all", in.sql, duck.Str(opt.regex), duck.Int(2))}).sql
	}
	for i, c := range op.Cols {
		if types[i] == "" {
			p.set(c.Name.Name, poison)
			continue
		}
		found := sure(String, duck.Expr(nil))
		if opt.regex != "" {
			found.sql = duck.Coalesce(duck.At{X: vals, Index: duck.Fn("list_position", keys, duck.Str(c.Name.Name))}, duck.Str(""))
		} else {
			found.sql = opt.find(in.sql, c.Name.Name, op.Cols)
		}
		v := p.compute("", found)
		switch types[i] {
		case String:
		case Dynamic:
			v = parseJSON(v)
		default:
			v = p.t.convert(v, types[i])
		}
		p.set(c.Name.Name, p.define(c.Name.Name, v))
	}
	p.label("parse-kv")
}

func (p *pipe) scopeText(at syntax.Span, x value, ok bool) (value, bool) {
	v, fine := p.scope().textOperand("parse-kv", at, x)
	return v, ok && fine
}

func (p *pipe) kvOptions(op *syntax.ParseKV) (kvOptions, bool) {
	opt, good := kvOptions{}, true
	for _, o := range op.Opts {
		v := poison
		if x := o.Value(); x != nil {
			v = p.scope().expr(x)
		}
		text, isText := v.text()
		flag, isFlag := v.litBool()
		switch name := o.Name.Name; {
		case v.bad():
			good = false
		case name == "greedy" && isFlag:
			opt.greedy = flag
		case name == "pair_delimiter" && isText:
			opt.pair = text
		case name == "kv_delimiter" && isText:
			opt.kv = text
		case name == "escape" && isText:
			opt.escape = text
		case name == "quote" && isText && (len([]rune(text)) == 1 || len([]rune(text)) == 2):
			r := []rune(text)
			opt.open, opt.close = string(r[0]), string(r[len(r)-1])
		case name == "regex" && isText:
			opt.regex = unicodeRegex(text)
			if re, err := regexp.Compile(text); err != nil || re.NumSubexp() != 2 {
				p.t.errorf(o.Value().Span(), "regex needs two groups: the key and the value")
				good = false
			}
		default:
			p.t.hintf(o.Pos, "there are: pair_delimiter, kv_delimiter, quote, escape, greedy, regex", "the option %q is not understood", name)
			good = false
		}
	}
	return opt, good
}

// find is the value of a key, ” where the key is missing. Without delimiters
// anything that is neither letter nor digit delimits.
func (o kvOptions) find(in duck.Expr, key string, cols []*syntax.ColumnDecl) duck.Expr {
	pair, kv := quoteRegex(o.pair), quoteRegex(o.kv)
	begin := "(?:^|" + pair + `\s*)`
	if o.pair == "" {
		begin, pair = `(?:^|[^\p{L}\p{N}_])`, `[^\p{L}\p{N}_]`
	}
	if o.kv == "" {
		kv = `[^\p{L}\p{N}_` + quoteRegex(o.open) + `]+`
	}
	name := quoteRegex(key)
	if o.open != "" {
		name = "(?:" + quoteRegex(o.open) + name + quoteRegex(o.close) + "|" + name + ")"
	}
	end := "(?:" + pair + "|$)"
	plain := `(.*?)\s*` + end
	if o.greedy {
		var names []string
		for _, c := range cols {
			names = append(names, quoteRegex(c.Name.Name))
		}
		plain = `(.*?)\s*(?:` + pair + `\s*(?:` + strings.Join(names, "|") + `)\s*` + kv + `|$)`
	}
	groups := duck.List{duck.Str("p")}
	re := plain
	if o.open != "" {
		inside := "[^" + quoteRegex(o.close) + "]*?"
		if o.escape != "" {
			inside = "(?:" + quoteRegex(o.escape) + ".|[^" + quoteRegex(o.close) + quoteRegex(o.escape) + "])*?"
		}
		re = "(?:" + quoteRegex(o.open) + "(" + inside + ")" + quoteRegex(o.close) + "|" + plain + ")"
		groups = duck.List{duck.Str("q"), duck.Str("p")}
	}
	found := duck.Fn("regexp_extract", in, duck.Str("(?s)"+begin+name+`\s*`+kv+`\s*`+re), groups)
	value := duck.Expr(duck.Get{X: found, Field: "p"})
	if o.open != "" {
		quoted := duck.Expr(duck.Get{X: found, Field: "q"})
		if o.escape != "" {
			quoted = duck.Fn("regexp_replace", quoted, duck.Str(quoteRegex(o.escape)+"(.)"), duck.Str(`\1`), duck.Str("g"))
		}
		value = duck.Fn("concat", quoted, value)
	}
	return value
}
