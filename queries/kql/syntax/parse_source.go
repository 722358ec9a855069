package syntax

func (p *parser) print() *Print {
	start := p.start()
	p.advance()
	n := &Print{Cols: p.list("an expression after print")}
	n.Pos = p.since(start)
	return n
}

func (p *parser) rangeOf() *Range {
	start := p.start()
	p.advance()
	n := &Range{Col: p.name("the name of a column after range")}
	p.expectWord("from", "after the column of range")
	n.From = p.expr()
	p.expectWord("to", "after the start of range")
	n.To = p.expr()
	p.expectWord("step", "after the end of range")
	n.Step = p.expr()
	n.Pos = p.since(start)
	return n
}

// dataTable reads datatable(a:string)[...] and externaldata(...)[...] as an
// expression, because both may stand where a table name does.
func (p *parser) dataTable() Expr {
	start := p.start()
	external := p.word() != "datatable"
	p.advance()
	cols := p.schema()
	values := p.values()
	var src Source
	if external {
		n := &ExternalData{Cols: cols, Values: values}
		if p.word() == "with" && p.ahead(1) == kLParen {
			p.advance()
			n.Opts = p.optionList()
		}
		n.Pos = p.since(start)
		src = n
	} else {
		src = &DataTable{Pos: p.since(start), Cols: cols, Values: values}
	}
	return &Subquery{Pos: src.Span(), Pipe: &Pipeline{Pos: src.Span(), Source: src}}
}

// values reads [a, b, ...]; a comma may stand before the bracket.
func (p *parser) values() []Expr {
	var list []Expr
	p.expect(kLBracket, "[ before the values")
	for p.kind() != kRBracket && p.kind() != kEOF {
		list = append(list, p.expr())
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRBracket, "a comma or ] in the values")
	return list
}

func (p *parser) union() *Union {
	start := p.start()
	p.advance()
	n := &Union{}
	hints := p.options("kind", "withsource", "with_source", "isfuzzy")
	n.Kind, hints = takeOption(hints, "kind")
	n.WithSource, hints = takeOption(hints, "withsource", "with_source")
	n.Hints = hints
	for i, h := range hints {
		if h.Name != nil && h.Name.Name == "isfuzzy" {
			n.IsFuzzy = h.Value()
			n.Hints = append(append([]*Param(nil), hints[:i]...), hints[i+1:]...)
			break
		}
	}
	n.Legs = p.legs()
	n.Pos = p.since(start)
	return n
}

func (p *parser) legs() []Source {
	var list []Source
	for {
		if src := p.leg(); src != nil {
			list = append(list, src)
		}
		if !p.accept(kComma) {
			return list
		}
	}
}

func (p *parser) search() *Search {
	start := p.start()
	p.advance()
	n := &Search{}
	n.Kind, n.Hints = takeOption(p.options("kind"), "kind")
	if p.word() == "in" && p.ahead(1) == kLParen {
		p.pos += 2
		n.Tables = p.legs()
		p.expect(kRParen, ") after the tables of search")
	}
	outer := p.inSearch
	p.inSearch = true
	n.Cond = p.expr()
	p.inSearch = outer
	n.Pos = p.since(start)
	return n
}

// optionList reads (a=1, b=x, y): a value without a name belongs to the option
// before it.
func (p *parser) optionList() []*Param {
	var list []*Param
	p.expect(kLParen, "( before the options")
	for p.kind() != kRParen && p.kind() != kEOF {
		if n := len(list); n > 0 && p.ahead(1) != kAssign {
			last := list[n-1]
			last.Values = append(last.Values, p.optionValue(true))
			last.Pos = p.since(last.Pos.Start)
		} else {
			list = append(list, p.option(true))
		}
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRParen, "a comma or ) in the options")
	return list
}
