package syntax

// shapeOperator reads the operators that take values apart and the ones about
// presentation; nil when name is none of them.
func (p *parser) shapeOperator(start int, name string) Operator {
	switch name {
	case "mv-expand", "mvexpand":
		return p.mvExpand(start)
	case "mv-apply", "mvapply":
		return p.mvApply(start)
	case "partition":
		return p.partition(start)
	case "scan":
		return p.scan(start)
	case "parse", "parse-where":
		return p.parseOp(start, name)
	case "parse-kv":
		return p.parseKV(start)
	case "make-series":
		return p.makeSeries(start)
	case "as":
		n := &As{Hints: p.options(), Name: p.name("a name after as")}
		n.Pos = p.since(start)
		return n
	case "invoke":
		n := &Invoke{Call: p.callOnly(name)}
		n.Pos = p.since(start)
		return n
	case "getschema":
		return &GetSchema{Pos: p.since(start)}
	case "consume":
		hints := p.options("decodeblocks")
		return &Consume{Pos: p.since(start), Hints: hints}
	case "render":
		return p.render(start)
	case "evaluate":
		return p.evaluate(start)
	}
	return nil
}

func (p *parser) callOnly(name string) *Call {
	at := p.toks[p.pos].span()
	if p.kind() == kIdent {
		if c, ok := p.postfix().(*Call); ok {
			return c
		}
	}
	p.fail(at, "", "expected a function with its arguments after %s", name)
	return nil
}

func (p *parser) mvExpand(start int) Operator {
	n := &MvExpand{}
	n.Hints = p.options("kind", "bagexpansion", "with_itemindex")
	n.Bag, n.Hints = takeOption(n.Hints, "kind", "bagexpansion")
	n.ItemIndex, n.Hints = takeOption(n.Hints, "with_itemindex")
	n.Cols = p.expandCols()
	if p.acceptWord("limit") {
		n.Limit = p.expr()
	}
	n.Pos = p.since(start)
	return n
}

func (p *parser) expandCols() []*ExpandCol {
	var list []*ExpandCol
	for {
		start := p.start()
		c := &ExpandCol{X: p.named()}
		if p.acceptWord("to") {
			if p.word() == "typeof" && p.ahead(1) == kLParen {
				c.To, _ = p.typeOf().(*TypeOf)
			} else {
				p.missingHint("typeof(...) after to", "write: to typeof(string)")
			}
		}
		c.Pos = p.since(start)
		list = append(list, c)
		if !p.accept(kComma) {
			return list
		}
	}
}

func (p *parser) mvApply(start int) Operator {
	n := &MvApply{}
	n.ItemIndex, n.Hints = takeOption(p.options("with_itemindex"), "with_itemindex")
	n.Cols = p.expandCols()
	if p.acceptWord("limit") {
		n.Limit = p.expr()
	}
	p.expectWord("on", "and a subquery in parentheses after the columns of mv-apply")
	n.On = p.subquery("mv-apply")
	n.Pos = p.since(start)
	return n
}

// subquery reads (steps), a pipeline whose rows are given.
func (p *parser) subquery(of string) *Pipeline {
	p.expect(kLParen, "( before the subquery of "+of)
	at := p.start()
	n := &Pipeline{}
	if p.enter() && !p.failed {
		p.operators(n, p.kind() != kPipe, false)
	}
	p.leave()
	n.Pos = p.since(at)
	p.expect(kRParen, ") after the subquery of "+of)
	return n
}

func (p *parser) scan(start int) Operator {
	n := &Scan{Hints: p.options()}
	if p.acceptWord("declare") {
		n.Declare = p.params()
	}
	p.expectWord("with", "and the steps of scan")
	p.expect(kLParen, "( before the steps of scan")
	for p.word() == "step" && !p.failed {
		at := p.start()
		p.advance()
		s := &ScanStep{Name: p.name("a name after step")}
		s.Output, _ = takeOption(p.options("output"), "output")
		p.expect(kColon, "a colon before the condition of the step")
		s.Cond = p.expr()
		for more := p.accept(kArrow); more; more = p.accept(kComma) {
			from := p.start()
			x := p.named()
			a, ok := x.(*Named)
			if !ok {
				p.fail(p.since(from), "write: => column = value", "a step assigns columns")
				break
			}
			s.Assign = append(s.Assign, a)
		}
		s.Pos = p.since(at)
		n.Steps = append(n.Steps, s)
		if !p.accept(kSemicolon) {
			break
		}
	}
	if len(n.Steps) == 0 {
		p.missing("a step in scan")
	}
	p.expect(kRParen, ") after the steps of scan")
	n.Pos = p.since(start)
	return n
}

func (p *parser) partition(start int) Operator {
	n := &Partition{Hints: p.options()}
	p.expectWord("by", "after partition")
	n.By = p.name("a column after partition by")
	n.Sub = p.subquery("partition")
	n.Pos = p.since(start)
	return n
}

func (p *parser) parseOp(start int, name string) Operator {
	n := &ParseOp{Where: name == "parse-where"}
	opts := p.options("kind", "flags")
	n.Kind, opts = takeOption(opts, "kind")
	for _, o := range opts {
		n.Flags = o.Value()
	}
	n.X = p.expr()
	p.expectWord("with", "and a pattern in "+name)
	for !p.endOfOperator() && !p.pipeHere() {
		part := p.parsePart()
		if part == nil {
			break
		}
		n.Pattern = append(n.Pattern, part)
	}
	if len(n.Pattern) == 0 {
		p.missing("a pattern after with")
	}
	n.Pos = p.since(start)
	return n
}

// pipeHere is whether a new line begins with an operator, so that a forgotten
// pipe is not read as the name of a column in a pattern.
func (p *parser) pipeHere() bool {
	name, n := p.dashed()
	return n > 0 && isOperator(name) && p.newline() && p.ahead(n) != kString && p.ahead(n) != kColon
}

func (p *parser) parsePart() *ParsePart {
	start := p.start()
	part := &ParsePart{}
	switch {
	case p.accept(kStar):
		part.Star = true
	case p.kind() == kString:
		part.Text = p.stringLit().(*StringLit)
	default:
		part.Name = p.name("a string, a column or * in the pattern")
		if part.Name == nil {
			return nil
		}
		if p.accept(kColon) {
			part.Type = p.typeRef()
		}
	}
	part.Pos = p.since(start)
	return part
}

func (p *parser) parseKV(start int) Operator {
	n := &ParseKV{X: p.expr()}
	p.expectWord("as", "and the columns in parse-kv")
	n.Cols = p.schema()
	if p.acceptWord("with") {
		n.Opts = p.optionList()
	}
	n.Pos = p.since(start)
	return n
}

func (p *parser) makeSeries(start int) Operator {
	n := &MakeSeries{}
	n.Kind, n.Hints = takeOption(p.options("kind"), "kind")
	for {
		at := p.start()
		a := &SeriesAgg{X: p.named()}
		if p.word() == "default" && p.ahead(1) == kAssign {
			p.pos += 2
			a.Default = p.expr()
		}
		a.Pos = p.since(at)
		n.Aggs = append(n.Aggs, a)
		if !p.accept(kComma) {
			break
		}
	}
	p.expectWord("on", "and the axis in make-series")
	n.On = p.axis()
	if p.word() == "in" && p.wordAt(1) == "range" {
		n.InRange = true
		p.pos += 2
		p.expect(kLParen, "( after range")
		n.From = p.expr()
		p.expect(kComma, "a comma after the start of the range")
		n.To = p.expr()
		p.expect(kComma, "a comma after the end of the range")
		n.Step = p.expr()
		p.expect(kRParen, ") after the range")
	} else {
		if p.acceptWord("from") {
			n.From = p.expr()
		}
		if p.acceptWord("to") {
			n.To = p.expr()
		}
		p.expectWord("step", "and a width in make-series")
		n.Step = p.expr()
	}
	if p.acceptWord("by") {
		n.By = p.list("a column after by")
	}
	n.Pos = p.since(start)
	return n
}

// axis reads an expression that ends before in, which is no operator here.
func (p *parser) axis() Expr {
	start := p.start()
	names, tuple := p.namesAhead()
	x := p.bound()
	if names == nil {
		return x
	}
	return &Named{Pos: p.since(start), Names: names, Tuple: tuple, Value: x}
}

func (p *parser) render(start int) Operator {
	n := &Render{}
	if p.kind() == kIdent {
		n.Chart = p.ident()
	} else {
		p.missing("the kind of chart after render")
	}
	switch {
	case p.word() == "with" && p.ahead(1) == kLParen:
		p.advance()
		n.With = p.optionList()
	default:
		for p.kind() == kIdent && p.ahead(1) == kAssign {
			n.With = append(n.With, p.option(false))
		}
	}
	n.Pos = p.since(start)
	return n
}

func (p *parser) evaluate(start int) Operator {
	n := &Evaluate{Hints: p.options(), Call: p.callOnly("evaluate")}
	if p.accept(kColon) {
		if p.kind() == kLParen && p.ahead(1) == kStar {
			n.OpenSchema = true
			p.pos += 2
			p.accept(kComma)
			n.Schema = p.columnDecls()
		} else {
			n.Schema = p.schema()
		}
	}
	n.Pos = p.since(start)
	return n
}
