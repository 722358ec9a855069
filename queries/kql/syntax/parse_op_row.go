package syntax

// rowOperator reads the operators that choose, order, group and join rows; nil
// when name is none of them.
func (p *parser) rowOperator(start int, name string) Operator {
	switch name {
	case "where", "filter":
		p.options()
		cond := p.expr()
		return &Where{Pos: p.since(start), Cond: cond}
	case "count":
		n := &Count{}
		if p.acceptWord("as") {
			n.As = p.name("a name after as")
		}
		n.Pos = p.since(start)
		return n
	case "take", "limit":
		p.options()
		x := p.expr()
		return &Take{Pos: p.since(start), N: x}
	case "sample":
		x := p.expr()
		return &Sample{Pos: p.since(start), N: x}
	case "sample-distinct":
		n := &SampleDistinct{N: p.expr()}
		p.expectWord("of", "after the number of sample-distinct")
		n.Col = p.expr()
		n.Pos = p.since(start)
		return n
	case "sort", "order":
		return p.sort(start, name)
	case "top":
		n := &Top{Hints: p.options(), N: p.expr()}
		p.expectWord("by", "after the number of top")
		n.Key = p.sortKey()
		n.Pos = p.since(start)
		return n
	case "top-nested":
		return p.topNested(start)
	case "top-hitters":
		n := &TopHitters{N: p.expr()}
		p.expectWord("of", "after the number of top-hitters")
		n.Of = p.expr()
		if p.acceptWord("by") {
			n.By = p.expr()
		}
		n.Pos = p.since(start)
		return n
	case "summarize":
		return p.summarize(start)
	case "join":
		kind, hints := takeOption(p.options("kind"), "kind")
		n := &Join{Kind: kind, Hints: hints, Right: p.right(), On: p.on(name)}
		n.Pos = p.since(start)
		return n
	case "lookup":
		kind, hints := takeOption(p.options("kind"), "kind")
		n := &Lookup{Kind: kind, Hints: hints, Right: p.right(), On: p.on(name)}
		n.Pos = p.since(start)
		return n
	}
	return nil
}

func (p *parser) sort(start int, name string) Operator {
	n := &Sort{Hints: p.options()}
	p.expectWord("by", "after "+name)
	for {
		n.Keys = append(n.Keys, p.sortKey())
		if !p.accept(kComma) {
			break
		}
	}
	n.Pos = p.since(start)
	return n
}

func (p *parser) sortKey() *SortKey {
	start := p.start()
	k := &SortKey{X: p.named()}
	switch {
	case p.acceptWord("asc"):
		k.Order = OrderAsc
	case p.acceptWord("desc"):
		k.Order = OrderDesc
	}
	if p.acceptWord("nulls") {
		switch {
		case p.acceptWord("first"):
			k.Nulls = NullsFirst
		case p.acceptWord("last"):
			k.Nulls = NullsLast
		default:
			p.missing(`"first" or "last" after nulls`)
		}
	}
	k.Pos = p.since(start)
	return k
}

func (p *parser) topNested(start int) Operator {
	n := &TopNested{}
	for {
		at := p.start()
		if len(n.Levels) == 0 {
			at = start
		}
		l := &NestedLevel{}
		if p.word() != "of" {
			l.N = p.expr()
		}
		p.expectWord("of", "in top-nested")
		l.Of = p.named()
		if p.word() == "with" && p.wordAt(1) == "others" {
			p.pos += 2
			p.expect(kAssign, "= after with others")
			l.Others = p.expr()
		}
		p.expectWord("by", "in top-nested")
		key := p.sortKey()
		l.By, l.Order = key.X, key.Order
		l.Pos = p.since(at)
		n.Levels = append(n.Levels, l)
		if !p.accept(kComma) {
			break
		}
		if word, words := p.dashed(); word == "top-nested" {
			p.pos += words
		} else {
			p.missing("top-nested after the comma")
		}
	}
	n.Pos = p.since(start)
	return n
}

func (p *parser) summarize(start int) Operator {
	n := &Summarize{Hints: p.options()}
	if p.word() != "by" || p.ahead(1) == kAssign || p.ahead(1) == kComma {
		n.Aggs = p.list("an aggregate or by after summarize")
	}
	if p.acceptWord("by") {
		n.By = p.list("a column after by")
	}
	n.Pos = p.since(start)
	return n
}

// on reads the conditions of a join.
func (p *parser) on(name string) []Expr {
	if !p.acceptWord("on") {
		p.missingHint(`"on" and the columns of `+name, "write: "+name+" (T) on column")
		return nil
	}
	var list []Expr
	for {
		list = append(list, p.expr())
		if !p.accept(kComma) {
			return list
		}
	}
}
