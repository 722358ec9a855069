package syntax

import "fmt"

// maxDepth bounds nesting (parentheses, subqueries, calls), so that no text can
// exhaust the stack here or in who walks the tree.
const maxDepth = 200

// maxChain bounds a chain of operators or path steps: it makes a tree as deep
// as it is long.
const maxChain = 10_000

// Parse reads a KQL text. It always returns a query, which after errors holds
// all that could be understood; the errors come in the order of the text, at
// most MaxErrors of them. It does not panic, and refuses absurd nesting.
func Parse(src string) (*Query, Errors) {
	l := lex(src)
	p := &parser{src: src, toks: l.toks, lexErrs: l.errs}
	q := &Query{Pos: Span{0, len(src)}, Comments: l.comments}
	q.Statements = p.statements(kEOF)
	errs := append(p.errs, l.errs...)
	errs.Sort()
	if len(errs) == 0 && len(q.Statements) == 0 {
		errs = append(errs, Error{Msg: "the query is empty"})
	}
	if len(errs) > MaxErrors {
		errs = errs[:MaxErrors]
	}
	return q, errs
}

// parser walks the tokens by recursive descent. After an error it is failed:
// it then sees the end of the text everywhere, so that all callers unwind
// without further reports, until recover finds the next pipe.
type parser struct {
	src     string
	toks    []token
	pos     int
	errs    Errors
	lexErrs Errors
	failed  bool
	// fatal is set by an error from which there is no going on.
	fatal bool
	// from is where the operator or statement being parsed begins.
	from  int
	depth int
	// unclosed counts the open parentheses without partner around here. A pipe
	// then more likely belongs outside of them.
	unclosed int
	// inLeg is set where a parenthesis begins a table.
	inLeg bool
	// inSearch lets col:term stand in expressions.
	inSearch bool
}

// kind is the kind of the current token.
func (p *parser) kind() kind {
	if p.failed {
		return kEOF
	}
	return p.toks[p.pos].kind
}

// ahead is the kind of the token n places on.
func (p *parser) ahead(n int) kind {
	if p.failed || p.pos+n >= len(p.toks) {
		return kEOF
	}
	return p.toks[p.pos+n].kind
}

// word is the current token's text when it is a bare word, else "".
func (p *parser) word() string { return p.wordAt(0) }

func (p *parser) wordAt(n int) string {
	if p.ahead(n) != kIdent {
		return ""
	}
	t := p.toks[p.pos+n]
	return p.src[t.start:t.end]
}

func (p *parser) start() int { return int(p.toks[p.pos].start) }

// prevEnd is where the last consumed token ends.
func (p *parser) prevEnd() int {
	if p.pos == 0 {
		return 0
	}
	return int(p.toks[p.pos-1].end)
}

// since is the span from start to the last consumed token.
func (p *parser) since(start int) Span { return Span{start, max(start, p.prevEnd())} }

func (p *parser) advance() token {
	t := p.toks[p.pos]
	if !p.failed && t.kind != kEOF {
		p.pos++
	}
	return t
}

func (p *parser) accept(k kind) bool {
	if p.failed || p.toks[p.pos].kind != k {
		return false
	}
	p.pos++
	return true
}

func (p *parser) acceptWord(w string) bool {
	if p.word() != w {
		return false
	}
	p.pos++
	return true
}

// expect consumes a token of the kind or reports that what is missing.
func (p *parser) expect(k kind, what string) bool {
	if p.accept(k) {
		return true
	}
	p.missing(what)
	return false
}

// open consumes a bracket and notes when it has no partner.
func (p *parser) open() token {
	t := p.advance()
	if t.match < 0 {
		p.unclosed++
	}
	return t
}

// close consumes the partner of a bracket, or reports what is missing before it.
func (p *parser) close(open token, k kind, what string) {
	if open.match < 0 {
		p.unclosed--
	}
	if p.accept(k) {
		return
	}
	if open.match < 0 {
		p.fail(open.span(), "", "%s is never closed", p.describe(open))
		return
	}
	p.missing(what)
}

func (p *parser) expectWord(w, after string) bool {
	if p.acceptWord(w) {
		return true
	}
	p.missing(fmt.Sprintf("%q %s", w, after))
	return false
}

// missing reports that something else was expected at the current token.
func (p *parser) missing(what string) { p.missingHint(what, "") }

func (p *parser) missingHint(what, hint string) {
	if p.failed {
		return
	}
	t := p.toks[p.pos]
	if t.kind == kEOF {
		// The place to look at is behind the last word, not the end of the file.
		p.fail(Span{p.prevEnd(), p.prevEnd()}, hint, "expected %s, but the query ends here", what)
		return
	}
	s := t.span()
	if t.kind == kPipe && p.newline() {
		s = Span{p.prevEnd(), p.prevEnd()}
	}
	p.fail(s, hint, "expected %s, found %s", what, p.describe(t))
}

func (p *parser) describe(t token) string {
	text := p.src[t.start:t.end]
	if t.kind == kPipe {
		return "the next pipe"
	}
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return fmt.Sprintf("%q", text)
}

// fail reports an error and gives up the current operator. Where the lexer
// already complained about the same operator, one report is enough.
func (p *parser) fail(s Span, hint, format string, args ...any) {
	if p.failed {
		return
	}
	p.failed = true
	from := int(p.toks[p.from].start)
	for _, e := range p.lexErrs {
		if e.Span.Start >= from && e.Span.Start <= s.End {
			return
		}
	}
	p.report(s, hint, format, args...)
}

// report records an error without giving anything up.
func (p *parser) report(s Span, hint, format string, args ...any) {
	if len(p.errs) > MaxErrors {
		p.fatal, p.failed = true, true
		return
	}
	p.errs = append(p.errs, Error{Span: s, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// enter counts a level of nesting; every call is paired with leave.
func (p *parser) enter() bool {
	p.depth++
	if p.depth <= maxDepth {
		return true
	}
	p.fail(p.toks[p.pos].span(), "", "the query is nested more than %d levels deep", maxDepth)
	p.fatal = true
	return false
}

func (p *parser) leave() { p.depth-- }

// recover moves to the next pipe (or, with statement, semicolon) behind the
// error that belongs to what began at token from. Pairs of brackets are
// stepped over; a bracket without partner is what the error is about.
func (p *parser) recover(from int, statement bool) {
	if !p.failed || p.fatal {
		return
	}
	i := from
	for ; i < len(p.toks)-1; i++ {
		t := p.toks[i]
		switch t.kind {
		case kLParen, kLBracket, kLBrace:
			if t.match > int32(i) {
				i = int(t.match)
			}
			continue
		case kRParen, kRBracket, kRBrace:
			if t.match < 0 || int(t.match) > from {
				continue
			}
		case kPipe:
			if statement {
				continue
			}
		case kSemicolon:
		default:
			continue
		}
		if i >= p.pos {
			break
		}
	}
	p.pos = max(p.pos, min(i, len(p.toks)-1))
	p.failed = false
}
