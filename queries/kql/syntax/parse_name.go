package syntax

import "strings"

// name reads a name, bare or quoted as ['x'].
func (p *parser) name(what string) *Ident {
	switch {
	case p.kind() == kIdent && !strings.HasPrefix(p.word(), "!"):
		return p.ident()
	case p.quotedNameAhead():
		return p.quotedName()
	}
	p.missing(what)
	return nil
}

func (p *parser) ident() *Ident {
	t := p.advance()
	return &Ident{Pos: t.span(), Name: p.src[t.start:t.end]}
}

func (p *parser) quotedNameAhead() bool {
	return p.kind() == kLBracket && p.ahead(1) == kString && p.ahead(2) == kRBracket
}

func (p *parser) quotedName() *Ident {
	start := p.start()
	p.advance()
	t := p.advance()
	p.advance()
	value, _, _ := p.decode(t)
	return &Ident{Pos: p.since(start), Name: value, Quoted: true}
}

// dashed is the word at the current token together with what is joined to it
// by dashes without space (project-away), and the number of its tokens.
func (p *parser) dashed() (string, int) {
	if p.kind() != kIdent {
		return "", 0
	}
	n := 1
	for p.ahead(n) == kMinus && p.ahead(n+1) == kIdent &&
		p.toks[p.pos+n].start == p.toks[p.pos+n-1].end &&
		p.toks[p.pos+n+1].start == p.toks[p.pos+n].end {
		n += 2
	}
	return p.src[p.toks[p.pos].start:p.toks[p.pos+n-1].end], n
}

// optionName reads the name of an option, which may hold dots and dashes.
func (p *parser) optionName() *Ident {
	start := p.start()
	if p.kind() != kIdent {
		p.missing("the name of an option")
		return nil
	}
	name := p.word()
	p.advance()
	for (p.kind() == kDot || p.kind() == kMinus) && p.ahead(1) == kIdent {
		name += p.toks[p.pos].span().Text(p.src) + p.wordAt(1)
		p.pos += 2
	}
	return &Ident{Pos: p.since(start), Name: name}
}

// optionAhead reports whether an option begins here: name = value, where name
// is one of known, or anything that begins with hint.
func (p *parser) optionAhead(known ...string) bool {
	w := p.word()
	if w == "" {
		return false
	}
	if w == "hint" && p.ahead(1) == kDot && p.ahead(2) == kIdent {
		return true
	}
	if p.ahead(1) != kAssign {
		return false
	}
	for _, k := range known {
		if w == k {
			return true
		}
	}
	return false
}

// options reads the options of an operator that stand before its operands.
func (p *parser) options(known ...string) []*Param {
	var list []*Param
	for p.optionAhead(known...) {
		list = append(list, p.option(false))
	}
	return list
}

func (p *parser) option(calls bool) *Param {
	start := p.start()
	o := &Param{Name: p.optionName()}
	p.expect(kAssign, "= after the name of the option")
	o.Values = append(o.Values, p.optionValue(calls))
	o.Pos = p.since(start)
	return o
}

// optionValue reads a word, which is not looked up anywhere, or a literal. A
// parenthesis after a word makes a call only where the option stands in a list:
// in join kind=inner (T) it begins the table.
func (p *parser) optionValue(calls bool) Expr {
	if p.kind() == kIdent && !(calls && p.ahead(1) == kLParen) && !isBool(p.word()) {
		return p.ident()
	}
	return p.unary()
}

// take removes the named option from the list and gives its value as a name.
func takeOption(list []*Param, names ...string) (*Ident, []*Param) {
	for i, o := range list {
		for _, n := range names {
			if o.Name == nil || o.Name.Name != n {
				continue
			}
			var rest []*Param
			rest = append(append(rest, list[:i]...), list[i+1:]...)
			switch v := o.Value().(type) {
			case *Ident:
				return v, rest
			case *StringLit:
				return &Ident{Pos: v.Pos, Name: v.Value, Quoted: true}, rest
			}
		}
	}
	return nil, list
}

// columnRef reads what project-away and its kin name: a column or a pattern.
func (p *parser) columnRef() Expr {
	if p.patternAhead() {
		return p.pattern()
	}
	if n := p.name("the name of a column"); n != nil {
		return n
	}
	return p.bad(p.start())
}

// patternAhead is whether a star stands here or is glued to the word here.
func (p *parser) patternAhead() bool {
	switch p.kind() {
	case kStar:
		return true
	case kIdent:
		return p.ahead(1) == kStar && p.toks[p.pos].end == p.toks[p.pos+1].start
	}
	return false
}

// pattern reads words, numbers and stars without space between them.
func (p *parser) pattern() Expr {
	start := p.start()
	for {
		p.advance()
		if k := p.kind(); (k != kIdent && k != kStar && k != kLong) || p.start() != p.prevEnd() {
			break
		}
	}
	s := p.since(start)
	if text := s.Text(p.src); text != "*" {
		return &Pattern{Pos: s, Text: text}
	}
	return &Star{Pos: s}
}
