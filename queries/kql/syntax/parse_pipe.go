package syntax

import (
	"fmt"
	"strings"
)

// value reads what may be a table or a scalar.
func (p *parser) value() Expr {
	start := p.start()
	if p.sourceAhead() {
		pipe := p.pipeline(false)
		return &Subquery{Pos: pipe.Pos, Pipe: pipe}
	}
	x := p.expr()
	if p.kind() != kPipe || p.unclosed > 0 {
		return x
	}
	src := p.asSource(x)
	if src == nil {
		p.fail(p.toks[p.pos].span(), "", "a pipe can only follow a table, not %q", x.Span().Text(p.src))
		return x
	}
	pipe := &Pipeline{Source: src}
	p.operators(pipe, false, false)
	pipe.Pos = p.since(start)
	return &Subquery{Pos: pipe.Pos, Pipe: pipe}
}

// asSource reads an expression as a source, nil when it is none.
func (p *parser) asSource(x Expr) Source {
	switch x := x.(type) {
	case *Ident:
		return x
	case *Call:
		return x
	case *Member:
		return x
	case *Pattern:
		return x
	case *Subquery:
		if !x.Parens && len(x.Pipe.Ops) == 0 {
			return x.Pipe.Source
		}
		return x
	case *Paren:
		if inner := p.asSource(x.X); inner != nil {
			pipe := &Pipeline{Pos: x.X.Span(), Source: inner}
			return &Subquery{Pos: x.Pos, Pipe: pipe, Parens: true}
		}
	}
	return nil
}

// pipeline reads a source and its operators. At the top of a statement the
// source may be missing.
func (p *parser) pipeline(top bool) *Pipeline {
	start, from := p.start(), p.pos
	pipe := &Pipeline{}
	if !p.enter() {
		pipe.Pos = p.since(start)
		return pipe
	}
	defer p.leave()
	bare := top && p.operatorAhead()
	if !bare && !(top && p.kind() == kPipe) {
		pipe.Source = p.source()
		if pipe.Source != nil && !p.failed && top {
			p.endOfStep("the table", true)
		}
		p.recover(from, false)
	}
	p.operators(pipe, bare, top)
	pipe.Pos = p.since(start)
	return pipe
}

// operators reads the operators of a pipeline. With bare the first stands
// without a pipe. An error in one of them does not touch the next.
func (p *parser) operators(pipe *Pipeline, bare, top bool) {
	outer := p.from
	defer func() { p.from = outer }()
	for bare || p.kind() == kPipe || p.pipeMissing() {
		double := false
		if !bare {
			p.accept(kPipe)
			double = p.kind() == kPipe && p.start() == p.prevEnd()
		}
		bare = false
		from := p.pos
		p.from = from
		start := p.start()
		if double {
			p.advance()
			p.fail(Span{start - 1, start + 1}, "write: a or b", "%q is no operator", "||")
		}
		op := p.operatorNode()
		p.endOfStep(op.name, top)
		p.recover(from, false)
		if u, ok := op.node.(*Unsupported); ok {
			u.Pos = p.since(start)
			u.Text = u.Pos.Text(p.src)
		}
		if op.node != nil {
			pipe.Ops = append(pipe.Ops, op.node)
		}
		if p.fatal {
			return
		}
	}
}

// pipeMissing is whether a line begins with an operator where a pipe belongs.
// It reports that and lets the caller go on as if the pipe were there.
func (p *parser) pipeMissing() bool {
	name, n := p.dashed()
	if n == 0 || !isOperator(name) || !p.newline() || p.ahead(n) == kAssign {
		return false
	}
	t := p.toks[p.pos]
	p.report(Span{int(t.start), int(p.toks[p.pos+n-1].end)}, "", "a pipe is missing before %q", name)
	return true
}

// endOfStep complains about what is left over after an operator. Inside a list
// of arguments a comma ends a pipeline.
func (p *parser) endOfStep(name string, top bool) {
	if p.failed || !top && (p.endOfOperator() || p.kind() == kComma) {
		return
	}
	t := p.toks[p.pos]
	word, n := p.dashed()
	switch {
	case t.match < 0 && (t.kind == kRParen || t.kind == kRBracket || t.kind == kRBrace):
		p.report(t.span(), "", "%s closes nothing", p.describe(t))
		p.advance()
	case p.endOfOperator():
	case t.kind == kIdent && isOperator(word) && p.newline() && p.ahead(n) != kAssign:
		return
	case t.kind == kAssign:
		p.fail(t.span(), "equality is written ==", "unexpected %q in %s", "=", name)
	case word == "not" || word == "is" || word == "as":
		p.fail(t.span(), wordHint(word), "unexpected %q in %s", word, name)
	case t.kind == kIdent && isOperator(word):
		p.fail(t.span(), fmt.Sprintf("put a pipe before it: | %s", word), "unexpected %q in %s", word, name)
	default:
		p.fail(t.span(), "", "unexpected %s in %s", p.describe(t), name)
	}
}

// wordHint is advice on words of other languages.
func wordHint(word string) string {
	switch word {
	case "not":
		return "write: a !in (1, 2), a !contains b, or not(...)"
	case "is":
		return "write: isnull(a), isnotnull(a), isempty(a) or isnotempty(a)"
	}
	return "a name comes first: new = old"
}

// endOfStepAt is whether the token n places on ends a step.
func (p *parser) endOfStepAt(n int) bool {
	k := p.ahead(n)
	return k == kPipe || k == kSemicolon || k == kEOF
}

// sourceAhead is whether a word that begins a source stands here, as opposed to
// a column or function of that name.
func (p *parser) sourceAhead() bool {
	switch p.word() {
	case "print", "union", "search":
		if p.word() == "search" && p.wordAt(1) == "in" && p.ahead(2) == kLParen {
			return true
		}
		switch p.ahead(1) {
		case kIdent, kString, kLong, kReal, kTimespan, kTyped, kLBracket, kMinus:
			_, level, _ := p.operatorAt(1)
			return level == 0 || p.ahead(1) == kMinus
		case kLParen, kStar:
			return true
		}
	case "range":
		return p.ahead(1) == kIdent && p.wordAt(2) == "from" || p.ahead(1) == kLBracket && p.wordAt(4) == "from"
	}
	return false
}

func (p *parser) operatorAt(n int) (Op, int, int) {
	save := p.pos
	defer func() { p.pos = save }()
	p.pos += n
	return p.operator()
}

// operatorAhead is whether the text begins with an operator and so leaves out
// its table.
func (p *parser) operatorAhead() bool {
	name, n := p.dashed()
	if n == 0 || !isOperator(name) || p.sourceAhead() || name == "union" || name == "search" {
		return false
	}
	switch p.ahead(n) {
	case kPipe, kSemicolon, kEOF:
		return name == "count" || name == "getschema"
	case kDot, kAssign:
		return false
	}
	return true
}

// source reads what stands before the first pipe.
func (p *parser) source() Source {
	if p.sourceAhead() {
		switch p.word() {
		case "print":
			return p.print()
		case "range":
			return p.rangeOf()
		case "union":
			return p.union()
		case "search":
			return p.search()
		}
	}
	if p.endOfOperator() {
		p.missing("a table")
		return nil
	}
	if w := p.word(); strings.EqualFold(w, "select") && !p.endOfStepAt(1) {
		p.fail(p.toks[p.pos].span(), "KQL begins with the table: T | where a == 1 | project b", "%q is SQL, not KQL", w)
		return nil
	}
	start := p.pos
	p.inLeg = p.kind() == kLParen
	x := p.postfix()
	p.inLeg = false
	if src := p.asSource(x); src != nil || p.failed {
		return src
	}
	p.pos = start
	p.fail(x.Span(), "a query begins with a table, or with print", "expected a table, found %q", x.Span().Text(p.src))
	return nil
}

// leg reads a source that stands among options and other words: of a union, or
// the right side of a join.
func (p *parser) leg() Source {
	if p.patternAhead() && p.kind() == kIdent {
		return p.pattern().(*Pattern)
	}
	if p.endOfOperator() || p.word() == "on" {
		p.missing("a table")
		return nil
	}
	p.inLeg = p.kind() == kLParen
	x := p.postfix()
	p.inLeg = false
	src := p.asSource(x)
	if src == nil {
		p.fail(x.Span(), "", "expected a table, found %q", x.Span().Text(p.src))
	}
	return src
}

// right reads the right side of a join as a pipeline.
func (p *parser) right() *Pipeline {
	start := p.start()
	src := p.leg()
	if sub, ok := src.(*Subquery); ok {
		return sub.Pipe
	}
	return &Pipeline{Pos: p.since(start), Source: src}
}
