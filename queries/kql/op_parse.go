package kql

import (
	"fmt"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// parse takes a string apart along literals.
func (p *pipe) parse(op *syntax.ParseOp) {
	kind := "simple"
	if op.Kind != nil {
		kind = op.Kind.Name
	}
	switch kind {
	case "simple", "relaxed", "regex":
	default:
		p.t.hintf(op.Kind.Pos, "there are: simple, relaxed, regex", "unknown kind of parse %q", kind)
		kind = "simple"
	}
	x := p.scope().expr(op.X)
	pat := p.pattern(op, kind)
	if x.bad() || pat == nil {
		for _, part := range op.Pattern {
			if part.Name != nil {
				p.set(part.Name.Name, poison)
			}
		}
		return
	}
	x, ok := p.scope().textOperand("parse", op.X.Span(), x)
	if !ok {
		return
	}
	pat.apply(p, x)
	word := "parse"
	if op.Where {
		word = "parse-where"
	}
	p.label(word)
}

// parsePattern is a checked pattern: literals alternate with captures.
type parsePattern struct {
	kind  string
	where bool
	flags string
	// steps are captures, each preceded by a literal, which is empty for the
	// first one when the pattern begins with a capture.
	steps []parseStep
	// tail is the literal behind the last capture.
	tail string
}

type parseStep struct {
	lit string
	// name is empty for *.
	name string
	typ  Type
	// regex is what a typed capture matches in kind=regex.
	star bool
}

// pattern checks the pattern of parse.
func (p *pipe) pattern(op *syntax.ParseOp, kind string) *parsePattern {
	pat := &parsePattern{kind: kind, where: op.Where}
	good := true
	lit, open := "", false
	seen := map[string]bool{}
	for _, part := range op.Pattern {
		if part.Text != nil {
			lit, open = lit+part.Text.Value, false
			p.t.noteKeys(part.Text.Value)
			continue
		}
		step := parseStep{lit: lit, star: part.Star, typ: String}
		if part.Name != nil {
			step.name = part.Name.Name
			p.t.newName(part.Name)
			step.typ = p.t.typeRef(part.Type)
			good = good && step.typ != ""
			if seen[step.name] {
				p.t.errorf(part.Name.Pos, "the column %q is given twice", step.name)
				good = false
			}
			seen[step.name] = true
		}
		if open && pat.steps[len(pat.steps)-1].typ == String {
			p.t.hintf(part.Pos, "put the text that separates them between the two", "a string capture must be followed by a text")
			good = false
		}
		pat.steps = append(pat.steps, step)
		lit, open = "", true
	}
	pat.tail = lit
	if op.Flags != nil {
		id, ok := op.Flags.(*syntax.Ident)
		flags := ""
		if ok {
			flags = id.Name
		} else if s, ok := op.Flags.(*syntax.StringLit); ok {
			flags = s.Value
		}
		if flags == "" || strings.Trim(flags, "ismU") != "" || kind != "regex" {
			p.t.hintf(op.Flags.Span(), "the flags are i, s, m and U, with kind=regex", "these flags are not supported")
			good = false
		}
		pat.flags = flags
	}
	if !good {
		return nil
	}
	return pat
}

// apply adds the captures as columns.
func (pat *parsePattern) apply(p *pipe, x value) {
	if pat.kind != "regex" && pat.textOnly() {
		if out, ok := pat.known(x); ok {
			pat.set(p, out)
			return
		}
		if pat.simple() {
			pat.positions(p, x)
			return
		}
	}
	pat.regex(p, x)
}

func (pat *parsePattern) textOnly() bool {
	for _, s := range pat.steps {
		if s.typ != String {
			return false
		}
	}
	return true
}

// known parses a concatenation whose literals can be found while translating.
func (pat *parsePattern) known(x value) ([]value, bool) {
	if len(x.parts) == 0 {
		return nil, false
	}
	var out []value
	at := place{}
	end := place{index: len(x.parts)}
	for i, s := range pat.steps {
		if s.lit != "" {
			if i == 0 {
				// The pattern begins with a literal: the text must, too.
				if beginsWith(x.parts, s.lit) != yes || x.parts[0].x != nil || len(x.parts[0].lit) < len(s.lit) {
					return nil, false
				}
			}
			at = at.skip(s.lit)
		}
		next := pat.tail
		last := i == len(pat.steps)-1
		if !last {
			next = pat.steps[i+1].lit
		}
		if next == "" {
			if !last {
				return nil, false
			}
			out = append(out, cut(x.parts, at, end))
			break
		}
		found, sure := locate(x.parts, at, next)
		if !sure || !found.found {
			return nil, false
		}
		out = append(out, cut(x.parts, at, found))
		at = found
	}
	return out, true
}

// set makes columns of captures.
func (pat *parsePattern) set(p *pipe, out []value) {
	for i, s := range pat.steps {
		if s.name != "" {
			p.set(s.name, p.define(s.name, out[i]))
		}
	}
}

// simple tells whether at most two searches are needed; then positions are
// cheaper than a regular expression.
func (pat *parsePattern) simple() bool {
	n := 0
	for i, s := range pat.steps {
		if i > 0 {
			if s.lit == "" {
				return false
			}
			n++
		}
	}
	if pat.tail != "" {
		n++
	}
	return n <= 2 && len(pat.steps) > 0
}

// positions parses with substring functions: each literal is searched in what
// is left behind the one before.
func (pat *parsePattern) positions(p *pipe, x value) {
	in := p.define("", value{typ: String, sql: str(x)})
	rest := in.sql
	var ok []duck.Expr
	if lit := pat.steps[0].lit; lit != "" {
		ok = append(ok, duck.Fn("starts_with", rest, duck.Str(lit)))
		rest = duck.Fn("substr", rest, duck.Int(runes(lit)+1))
	}
	out := make([]duck.Expr, len(pat.steps))
	for i := range pat.steps {
		next := pat.tail
		if i+1 < len(pat.steps) {
			next = pat.steps[i+1].lit
		}
		if next == "" {
			out[i] = rest
			break
		}
		at := p.compute("", value{typ: Long, sql: duck.Fn("strpos", rest, duck.Str(next))}).sql
		ok = append(ok, duck.Op(at, ">", duck.Int(0)))
		out[i] = duck.Fn("substr", rest, duck.Int(1), duck.Op(at, "-", duck.Int(1)))
		rest = duck.Fn("substr", rest, duck.Op(at, "+", duck.Int(runes(next))))
	}
	all := flat[duck.And](ok)
	if len(ok) == 0 {
		all = duck.Bool(true)
	}
	if pat.where {
		p.filter(sure(Bool, all))
	}
	var vals []value
	for _, o := range out {
		if len(ok) > 0 {
			o = duck.If(all, o, duck.Str(""))
		}
		vals = append(vals, sure(String, o))
	}
	pat.set(p, vals)
}

func runes(s string) int64 { return int64(len([]rune(s))) }

// regex parses with one regular expression. A capture whose conversion fails
// voids all of them, except in kind=relaxed.
func (pat *parsePattern) regex(p *pipe, x value) {
	var b strings.Builder
	flags := pat.flags
	if pat.kind != "regex" {
		flags = "s"
	}
	if flags != "" {
		b.WriteString("(?" + flags + ")")
	}
	if pat.kind != "regex" {
		b.WriteString("^")
	}
	var names duck.List
	for i, s := range pat.steps {
		b.WriteString(pat.literal(s.lit))
		b.WriteString(pat.capture(s, i == len(pat.steps)-1 && pat.tail == ""))
		names = append(names, duck.Str(fmt.Sprintf("g%d", i)))
	}
	b.WriteString(pat.literal(pat.tail))
	last := len(pat.steps) - 1
	if pat.kind != "regex" && last >= 0 && pat.tail == "" {
		b.WriteString("$")
	}
	re := b.String()
	if !p.t.checkRegex(syntax.NoSpan, re) {
		return
	}
	in := p.define("", value{typ: String, sql: str(x)})
	hit := duck.Fn("regexp_matches", in.sql, duck.Str(re))
	groups := p.compute("", value{typ: "struct", sql: duck.Fn("regexp_extract", in.sql, duck.Str(re), names)})
	ok := []duck.Expr{hit}
	var vals []value
	for i, s := range pat.steps {
		v := sure(String, duck.Get{X: groups.sql, Field: fmt.Sprintf("g%d", i)})
		if s.name != "" && s.typ != String {
			v = p.t.convert(v, s.typ)
			if v.typ == Dynamic {
				v = parseJSON(sure(String, duck.Get{X: groups.sql, Field: fmt.Sprintf("g%d", i)}))
			}
			v = p.compute(s.name, v)
			if pat.kind != "relaxed" {
				ok = append(ok, duck.IsNull{X: v.sql, Not: true})
			}
		}
		vals = append(vals, v)
	}
	all := p.compute("", value{typ: Bool, sql: flat[duck.And](ok)})
	if pat.where {
		p.filter(all)
	}
	for i, s := range pat.steps {
		if s.name == "" {
			continue
		}
		v := vals[i]
		if v.typ == String {
			vals[i] = sure(String, duck.If(all.sql, v.sql, duck.Str("")))
		} else {
			vals[i] = of(v.typ, duck.Case{Whens: []duck.When{{If: all.sql, Then: v.sql}}})
		}
	}
	pat.set(p, vals)
}

// literal is a literal piece as regex: kind=regex writes regexes already.
func (pat *parsePattern) literal(s string) string {
	if pat.kind == "regex" {
		return unicodeRegex(s)
	}
	return quoteRegex(s)
}

// capture is the group of one capture. The simple kinds are lazy, kind=regex
// is greedy.
func (pat *parsePattern) capture(s parseStep, last bool) string {
	switch {
	case pat.kind != "regex" && last:
		return "(.*)"
	case pat.kind != "regex" && (s.typ == String || s.typ == Dynamic || s.typ == Datetime):
		return "(.*?)"
	}
	switch s.typ {
	case Int, Long:
		return `(-?\+?\d+)`
	case Real, Decimal:
		return `([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)`
	case Bool:
		return `(true|false|True|False|[01])`
	}
	if pat.kind == "regex" {
		return "(.*)"
	}
	return "(.*?)"
}
