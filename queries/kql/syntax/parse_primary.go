package syntax

import "strings"

// postfix reads a primary expression with its path: a.b, a['b'], a[0], a.[0],
// and calls on a path: database("d").T, x.f(1).
func (p *parser) postfix() Expr {
	start := p.start()
	x := p.primary()
	for n := 0; n < maxChain; n++ {
		switch {
		case p.kind() == kDot && p.ahead(1) == kLBracket:
			p.advance()
			if p.quotedNameAhead() {
				n := p.quotedName()
				x = &Member{Pos: p.since(start), X: x, Name: n}
			} else {
				x = p.index(start, x, true)
			}
		case p.kind() == kDot && p.ahead(1) == kIdent && p.ahead(2) == kLParen:
			p.advance()
			c := p.call()
			c.Recv, c.Pos = x, p.since(start)
			x = c
		case p.kind() == kDot:
			p.advance()
			n := p.name("a name after the dot")
			x = &Member{Pos: p.since(start), X: x, Name: n}
		case p.kind() == kLBracket:
			x = p.index(start, x, false)
		default:
			return x
		}
	}
	p.fail(p.toks[p.pos].span(), "", "a path has more than %d steps", maxChain)
	return x
}

func (p *parser) index(start int, x Expr, dot bool) Expr {
	open := p.open()
	i := p.expr()
	p.close(open, kRBracket, "] after the index")
	return &Index{Pos: p.since(start), X: x, Index: i, Dot: dot}
}

func (p *parser) primary() Expr {
	t := p.toks[p.pos]
	switch p.kind() {
	case kIdent:
		return p.wordExpr()
	case kString:
		return p.stringLit()
	case kLong, kReal, kTimespan:
		return p.number(p.advance(), int(t.start), false)
	case kTyped:
		return p.typedLit()
	case kStar:
		p.advance()
		return &Star{Pos: t.span()}
	case kLParen:
		return p.paren()
	case kLBracket:
		if p.quotedNameAhead() {
			return p.quotedName()
		}
		p.missingHint("an expression", "an array is written dynamic([...]), and a name with odd characters ['...']")
		return p.bad(int(t.start))
	case kShared:
		p.advance()
		id := strings.TrimSpace(p.src[t.start+2 : t.end-2])
		return &Subquery{Pos: t.span(), Pipe: &Pipeline{Pos: t.span(), Source: &SharedQuery{Pos: t.span(), ID: id}}}
	case kAssign:
		p.missingHint("an expression", "equality is written ==")
	default:
		p.missing("an expression")
	}
	return p.bad(int(t.start))
}

// wordExpr reads what begins with a bare word: a name, a call, a constant.
func (p *parser) wordExpr() Expr {
	t := p.toks[p.pos]
	w := p.word()
	switch {
	case w == "$left" || w == "$right":
		p.advance()
		return &SideRef{Pos: t.span(), Right: w == "$right"}
	case isBool(w):
		p.advance()
		return &BoolLit{Pos: t.span(), Value: strings.EqualFold(w, "true")}
	case w == "dynamic" && p.ahead(1) == kLParen:
		return p.dynamic()
	case (w == "datatable" || w == "externaldata" || w == "external_data") && p.ahead(1) == kLParen:
		return p.dataTable()
	case w == "typeof" && p.ahead(1) == kLParen:
		return p.typeOf()
	case w == "and" || w == "or":
		p.missing("an expression")
		return p.bad(int(t.start))
	case strings.HasPrefix(w, "!"):
		p.missingHint("an expression", "negation is written not(...)")
		return p.bad(int(t.start))
	case w == "not" && p.ahead(1) != kLParen && p.startsOperand(1):
		p.fail(t.span(), "write: not(...)", "%q needs parentheses", w)
		return p.bad(int(t.start))
	case p.ahead(1) == kLParen:
		if lit := p.typedCall(); lit != nil {
			return lit
		}
		return p.call()
	}
	return p.ident()
}

// startsOperand is whether the token n places on can begin an operand and not
// continue one.
func (p *parser) startsOperand(n int) bool {
	switch p.ahead(n) {
	case kString, kLong, kTyped:
		return true
	case kIdent:
		save := p.pos
		p.pos += n
		_, level, _ := p.operator()
		p.pos = save
		return level == 0
	}
	return false
}

func isBool(w string) bool {
	switch w {
	case "true", "false", "True", "False", "TRUE", "FALSE":
		return true
	}
	return false
}

func (p *parser) call() *Call {
	start := p.start()
	c := &Call{Func: p.ident()}
	open := p.open()
	c.Args = p.args()
	p.close(open, kRParen, "a comma or ) in the arguments of "+c.Func.Name)
	c.Pos = p.since(start)
	return c
}

// args reads arguments up to the closing parenthesis.
func (p *parser) args() []Expr {
	var list []Expr
	for p.kind() != kRParen && p.kind() != kEOF {
		list = append(list, p.arg())
		if !p.accept(kComma) {
			break
		}
		if p.kind() == kRParen {
			p.missing("an argument after the comma")
		}
	}
	return list
}

func (p *parser) arg() Expr {
	start := p.start()
	names, tuple := p.namesAhead()
	x := p.value()
	if names == nil {
		return x
	}
	return &Named{Pos: p.since(start), Names: names, Tuple: tuple, Value: x}
}

// paren reads (x) and (T | where y).
func (p *parser) paren() Expr {
	start := p.start()
	if !p.enter() {
		return p.bad(start)
	}
	defer p.leave()
	open := p.open()
	outer := p.unclosed
	if p.inLeg {
		// A table in parentheses has pipes even while it is being typed.
		p.unclosed, p.inLeg = 0, false
	}
	x := p.value()
	p.unclosed = outer
	p.close(open, kRParen, "an operator or )")
	if s, ok := x.(*Subquery); ok && !s.Parens {
		s.Parens, s.Pos = true, p.since(start)
		return s
	}
	return &Paren{Pos: p.since(start), X: x}
}

func (p *parser) typeOf() Expr {
	start := p.start()
	p.advance()
	n := &TypeOf{}
	if p.ahead(2) == kColon {
		n.Schema = p.schema()
	} else {
		p.advance()
		n.Type = p.typeRef()
		p.expect(kRParen, ") after the type")
	}
	n.Pos = p.since(start)
	return n
}
