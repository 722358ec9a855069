package syntax

import "fmt"

// Levels of binary operators, loosest first. That string operators bind more
// tightly than arithmetic is so in Kusto: a contains b + c is (a contains b) + c.
const (
	levelOr = iota + 1
	levelAnd
	levelEquality
	levelRelation
	levelAdd
	levelMul
	levelString
	levelUnary
)

// bad stands for an expression that was not understood.
func (p *parser) bad(start int) Expr { return &BadExpr{Pos: p.since(start)} }

// expr reads a scalar expression.
func (p *parser) expr() Expr {
	if !p.enter() {
		return p.bad(p.start())
	}
	defer p.leave()
	return p.binary(levelOr)
}

// binary reads operators of the level and tighter ones.
func (p *parser) binary(level int) Expr {
	start := p.start()
	x := p.unary()
	lastLevel := levelUnary
	for n := 0; ; n++ {
		op, l, words := p.operator()
		if l < level || l == 0 || l > lastLevel {
			// A tighter operator can only be left over behind the parenthesis of
			// in or between, where Kusto does not take it either.
			return x
		}
		if n > maxChain {
			p.fail(p.toks[p.pos].span(), "", "more than %d operators in one expression", maxChain)
			return x
		}
		opPos := Span{p.start(), int(p.toks[p.pos+words-1].end)}
		if l == lastLevel && (l == levelEquality || l == levelRelation) {
			p.fail(opPos, fmt.Sprintf("write: a %s b and b %s c", op, op), "%q cannot follow another comparison", op)
			return x
		}
		p.pos += words
		x = p.rightSide(start, x, op, opPos, l)
		lastLevel = l
	}
}

// rightSide reads what stands behind an operator.
func (p *parser) rightSide(start int, x Expr, op Op, opPos Span, level int) Expr {
	switch op {
	case OpIn, OpNotIn, OpInI, OpNotInI, OpHasAny, OpHasAll:
		n := &In{Op: op, OpPos: opPos, X: x, List: p.inList(op)}
		n.Pos = p.since(start)
		return n
	case opBetween, opNotBetween:
		n := &Between{Not: op == opNotBetween, X: x}
		p.expect(kLParen, fmt.Sprintf("( after %s", op))
		n.Low = p.bound()
		if !p.accept(kDotDot) {
			p.missingHint(fmt.Sprintf("two dots between the bounds of %s", op), fmt.Sprintf("write: x %s (1 .. 5)", op))
		}
		n.High = p.bound()
		p.expect(kRParen, fmt.Sprintf(") after the bounds of %s", op))
		n.Pos = p.since(start)
		return n
	}
	if !p.enter() {
		return x
	}
	defer p.leave()
	y := p.binary(level + 1)
	return &Binary{Pos: p.since(start), Op: op, OpPos: opPos, X: x, Y: y}
}

func (p *parser) bound() Expr {
	if !p.enter() {
		return p.bad(p.start())
	}
	defer p.leave()
	return p.binary(levelAdd)
}

// inList reads (a, b, ...), a table in parentheses, or, as has_any allows, a
// value without parentheses.
func (p *parser) inList(op Op) []Expr {
	if p.kind() != kLParen {
		if p.kind() == kEOF || p.kind() == kPipe {
			p.missing(fmt.Sprintf("a list in parentheses after %s", op))
			return nil
		}
		return []Expr{p.binary(levelRelation)}
	}
	open := p.open()
	list := p.args()
	if len(list) == 0 {
		p.missing(fmt.Sprintf("a value in the list after %s", op))
	}
	p.close(open, kRParen, fmt.Sprintf("a comma or ) in the list of %s", op))
	return list
}

// operator tells which binary operator stands here, its level (0 for none) and
// the number of its tokens.
func (p *parser) operator() (Op, int, int) {
	switch p.kind() {
	case kIdent:
		return p.wordOperator()
	case kEq:
		return OpEq, levelEquality, 1
	case kNe:
		return OpNe, levelEquality, 1
	case kLt:
		return OpLt, levelRelation, 1
	case kLe:
		return OpLe, levelRelation, 1
	case kGt:
		return OpGt, levelRelation, 1
	case kGe:
		return OpGe, levelRelation, 1
	case kPlus:
		return OpAdd, levelAdd, 1
	case kMinus:
		return OpSub, levelAdd, 1
	case kStar:
		return OpMul, levelMul, 1
	case kSlash:
		return OpDiv, levelMul, 1
	case kPercent:
		return OpMod, levelMul, 1
	case kEqI:
		return OpEqI, levelString, 1
	case kNeI:
		return OpNeI, levelString, 1
	case kColon:
		if p.inSearch {
			return OpColon, levelString, 1
		}
	}
	return "", 0, 0
}

// between is a node of its own, so its words are no part of the exported list.
const (
	opBetween    Op = "between"
	opNotBetween Op = "!between"
)

func (p *parser) wordOperator() (Op, int, int) {
	op := Op(p.word())
	switch op {
	case OpAnd:
		return op, levelAnd, 1
	case OpOr:
		return op, levelOr, 1
	case OpIn, OpNotIn, OpInI, OpNotInI, OpHasAny, OpHasAll, opBetween, opNotBetween:
		return op, levelEquality, 1
	case "notcontains":
		return OpNotContains, levelString, 1
	case "containscs":
		return OpContainsCS, levelString, 1
	case "notcontainscs":
		return OpNotContainsCS, levelString, 1
	case "matches":
		if p.wordAt(1) == "regex" {
			return OpMatchesRegex, levelString, 2
		}
	}
	if isStringOp(op) {
		return op, levelString, 1
	}
	return "", 0, 0
}

// isStringOp is whether a single word is an operator on strings.
func isStringOp(op Op) bool {
	switch op {
	case OpContains, OpNotContains, OpContainsCS, OpNotContainsCS,
		OpHas, OpNotHas, OpHasCS, OpNotHasCS,
		OpHasPrefix, OpNotHasPrefix, OpHasPrefixCS, OpNotHasPrefixCS,
		OpHasSuffix, OpNotHasSuffix, OpHasSuffixCS, OpNotHasSuffixCS,
		OpStartsWith, OpNotStartsWith, OpStartsWithCS, OpNotStartsWithCS,
		OpEndsWith, OpNotEndsWith, OpEndsWithCS, OpNotEndsWithCS,
		OpLike, OpNotLike, OpLikeCS, OpNotLikeCS:
		return true
	}
	return false
}

// unary reads -x, +x and what binds more tightly. A minus before a number is
// part of the number, so that -9223372036854775808 has a value.
func (p *parser) unary() Expr {
	op := OpSub
	switch p.kind() {
	case kPlus:
		op = OpAdd
	case kMinus:
	default:
		return p.postfix()
	}
	start := p.start()
	if !p.enter() {
		return p.bad(start)
	}
	defer p.leave()
	p.advance()
	if k := p.kind(); op == OpSub && (k == kLong || k == kReal || k == kTimespan) && !p.pathAt(1) {
		return p.number(p.advance(), start, true)
	}
	x := p.unary()
	if op == OpSub {
		// The minus of -0 is not kept, so there is nothing to tell --0 from it.
		switch zero := x.(type) {
		case *IntLit:
			if zero.Value == 0 {
				zero.Pos = p.since(start)
				return zero
			}
		case *TimespanLit:
			if zero.Ticks == 0 {
				zero.Pos = p.since(start)
				return zero
			}
		}
	}
	return &Unary{Pos: p.since(start), Op: op, X: x}
}

// pathAt is whether the token n places on continues a path.
func (p *parser) pathAt(n int) bool { return p.ahead(n) == kDot || p.ahead(n) == kLBracket }

// named reads an expression that may have a name before it: a = x, (a, b) = x.
func (p *parser) named() Expr {
	start := p.start()
	names, tuple := p.namesAhead()
	if names == nil {
		return p.expr()
	}
	x := p.expr()
	return &Named{Pos: p.since(start), Names: names, Tuple: tuple, Value: x}
}

// namesAhead consumes the names before a single =, nil when there are none.
func (p *parser) namesAhead() ([]*Ident, bool) {
	switch {
	case p.kind() == kIdent && p.ahead(1) == kAssign:
		n := p.ident()
		p.advance()
		return []*Ident{n}, false
	case p.quotedNameAhead() && p.ahead(3) == kAssign:
		n := p.quotedName()
		p.advance()
		return []*Ident{n}, false
	case p.kind() != kLParen:
		return nil, false
	}
	m := p.toks[p.pos].match
	if m < 0 || p.toks[m+1].kind != kAssign {
		return nil, false
	}
	p.advance()
	var names []*Ident
	for {
		n := p.name("a name")
		if n == nil {
			break
		}
		names = append(names, n)
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRParen, ") after the names")
	p.expect(kAssign, "= after the names")
	if names == nil {
		names = []*Ident{}
	}
	return names, true
}

// list reads expressions, each possibly named, separated by commas.
func (p *parser) list(what string) []Expr {
	if p.endOfOperator() {
		p.missing(what)
		return nil
	}
	var list []Expr
	for {
		list = append(list, p.named())
		if !p.accept(kComma) {
			return list
		}
	}
}

// endOfOperator is whether nothing of the current operator is left.
func (p *parser) endOfOperator() bool {
	switch p.kind() {
	case kEOF, kPipe, kSemicolon, kRParen, kRBracket, kRBrace:
		return true
	}
	return false
}
