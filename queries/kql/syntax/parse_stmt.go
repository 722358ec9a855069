package syntax

import "strings"

// statements reads statements up to the given end, EOF or a closing brace.
func (p *parser) statements(end kind) []Statement {
	var list []Statement
	for {
		for p.accept(kSemicolon) {
		}
		if p.kind() == end || p.kind() == kEOF {
			return list
		}
		from := p.pos
		p.from = from
		if s := p.statement(); s != nil {
			list = append(list, s)
		}
		p.endStatement(end)
		p.recover(from, true)
		if p.fatal {
			return list
		}
		if p.pos == from {
			// A stray closing bracket: reported, and stepped over.
			p.advance()
		}
	}
}

func (p *parser) endStatement(end kind) {
	switch p.kind() {
	case kSemicolon, kEOF, end:
		return
	case kRParen, kRBracket, kRBrace:
		t := p.toks[p.pos]
		p.fail(t.span(), "", "%s closes nothing", p.describe(t))
	case kComma:
		p.missingHint("a pipe or the end of the query", "")
	default:
		t, hint := p.toks[p.pos], "statements are separated by ; and operators by |"
		if t.kind == kIdent && p.newline() {
			// Going on with the next line as a statement keeps this to one report.
			p.report(t.span(), hint, "a semicolon is missing before %s", p.describe(t))
			return
		}
		p.missingHint("a semicolon or the end of the query", hint)
	}
}

// newline is whether the current token begins a line.
func (p *parser) newline() bool {
	return strings.ContainsAny(p.src[p.prevEnd():p.start()], "\r\n")
}

func (p *parser) statement() Statement {
	start := p.start()
	switch w := p.word(); {
	case w == "let" && p.ahead(1) != kPipe:
		return p.let()
	case w == "set" && p.ahead(1) == kIdent:
		p.advance()
		s := &Set{Name: p.optionName()}
		if p.accept(kAssign) {
			s.Value = p.expr()
		}
		s.Pos = p.since(start)
		return s
	case w == "declare" && p.wordAt(1) == "query_parameters":
		p.pos += 2
		s := &Declare{Params: p.params()}
		s.Pos = p.since(start)
		return s
	case w == "declare" && p.ahead(1) == kIdent,
		w == "alias" && p.wordAt(1) == "database",
		w == "restrict" && p.wordAt(1) == "access":
		name := w + " " + p.wordAt(1)
		p.skipTo(kSemicolon)
		at := p.since(start)
		return &UnsupportedStmt{Pos: at, Name: name, Text: at.Text(p.src)}
	}
	pipe := p.pipeline(true)
	return &ExprStmt{Pos: pipe.Pos, Pipe: pipe}
}

// skipTo moves to the next token of the kind that is not inside brackets.
func (p *parser) skipTo(kinds ...kind) {
	for p.kind() != kEOF {
		k := p.kind()
		for _, want := range kinds {
			if k == want {
				return
			}
		}
		switch k {
		case kLParen, kLBracket, kLBrace:
			if m := p.toks[p.pos].match; m >= 0 {
				p.pos = int(m)
			}
		case kRParen, kRBracket, kRBrace:
			return
		}
		p.advance()
	}
}

func (p *parser) let() Statement {
	start := p.start()
	p.advance()
	s := &Let{Name: p.name("a name after let")}
	p.expect(kAssign, "= after the name of let")
	if p.lambdaAhead() {
		s.Value = p.lambda()
	} else {
		s.Value = p.value()
	}
	s.Pos = p.since(start)
	return s
}

// lambdaAhead tells (a:long) { .. }, view () { .. } and { .. } from values.
func (p *parser) lambdaAhead() bool {
	i := p.pos
	if p.word() == "view" && p.ahead(1) == kLParen {
		i++
	}
	if p.failed {
		return false
	}
	switch t := p.toks[i]; t.kind {
	case kLBrace:
		return true
	case kLParen:
		return t.match >= 0 && p.toks[t.match+1].kind == kLBrace
	}
	return false
}

func (p *parser) lambda() Expr {
	start := p.start()
	f := &Lambda{View: p.acceptWord("view")}
	if !p.enter() {
		return p.bad(start)
	}
	defer p.leave()
	if p.kind() == kLParen {
		f.HasParams = true
		f.Params = p.params()
	}
	p.expect(kLBrace, "{ before the body of the function")
	for p.kind() != kRBrace && p.kind() != kEOF {
		if w := p.word(); (w == "let" || w == "declare" || w == "set") && p.ahead(1) == kIdent {
			f.Lets = append(f.Lets, p.statement())
			p.expect(kSemicolon, "; between the statements of a function")
			continue
		}
		f.Result = p.value()
		p.accept(kSemicolon)
		break
	}
	if f.Result == nil && !p.failed {
		p.missing("an expression as the result of the function")
	}
	p.expect(kRBrace, "} after the body of the function")
	f.Pos = p.since(start)
	return f
}

// params reads (a:long, b:string = "x", T:(c:int), U:(*)).
func (p *parser) params() []*ParamDecl {
	var list []*ParamDecl
	p.expect(kLParen, "( before the parameters")
	for p.kind() != kRParen && p.kind() != kEOF {
		list = append(list, p.param())
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRParen, ") after the parameters")
	return list
}

func (p *parser) param() *ParamDecl {
	start := p.start()
	d := &ParamDecl{Name: p.name("the name of a parameter")}
	p.expect(kColon, ": and a type after the name of the parameter")
	if p.kind() == kLParen {
		d.Tabular = true
		if p.ahead(1) == kStar && p.ahead(2) == kRParen {
			p.pos += 3
		} else {
			d.Schema = p.schema()
		}
	} else {
		d.Type = p.typeRef()
	}
	if p.accept(kAssign) {
		d.Default = p.expr()
	}
	d.Pos = p.since(start)
	return d
}

// schema reads (a:string, b:long).
func (p *parser) schema() []*ColumnDecl {
	p.expect(kLParen, "( before the columns")
	return p.columnDecls()
}

// columnDecls reads the columns of a schema and the closing parenthesis.
func (p *parser) columnDecls() []*ColumnDecl {
	var list []*ColumnDecl
	for p.kind() != kRParen && p.kind() != kEOF {
		start := p.start()
		c := &ColumnDecl{Name: p.name("the name of a column")}
		p.expect(kColon, ": and a type after the name of the column")
		c.Type = p.typeRef()
		c.Pos = p.since(start)
		list = append(list, c)
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRParen, ") after the columns")
	return list
}

func (p *parser) typeRef() *TypeRef {
	t := p.toks[p.pos]
	if !p.expect(kIdent, "a type such as string, long or dynamic") {
		return nil
	}
	return &TypeRef{Pos: t.span(), Name: p.src[t.start:t.end]}
}
