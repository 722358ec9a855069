package syntax

// columnOperator reads the operators that choose and compute columns; nil when
// name is none of them.
func (p *parser) columnOperator(start int, name string) Operator {
	switch name {
	case "extend":
		cols := p.list("a column after extend")
		return &Extend{Pos: p.since(start), Cols: cols}
	case "project":
		cols := p.list("a column after project")
		return &Project{Pos: p.since(start), Cols: cols}
	case "project-away":
		cols := p.columnRefs()
		return &ProjectAway{Pos: p.since(start), Cols: cols}
	case "project-keep":
		cols := p.columnRefs()
		return &ProjectKeep{Pos: p.since(start), Cols: cols}
	case "project-rename":
		return p.projectRename(start)
	case "project-reorder":
		return p.projectReorder(start)
	case "distinct":
		hints := p.options()
		cols := p.list("a column or * after distinct")
		return &Distinct{Pos: p.since(start), Hints: hints, Cols: cols}
	case "serialize":
		n := &Serialize{Hints: p.options()}
		if !p.endOfOperator() {
			n.Cols = p.list("a column after serialize")
		}
		n.Pos = p.since(start)
		return n
	}
	return nil
}

func (p *parser) columnRefs() []Expr {
	var list []Expr
	for {
		list = append(list, p.columnRef())
		if !p.accept(kComma) {
			return list
		}
	}
}

func (p *parser) projectRename(start int) Operator {
	n := &ProjectRename{}
	for {
		at := p.start()
		names, tuple := p.namesAhead()
		if names == nil {
			p.missingHint("new = old", "write: project-rename new = old")
			break
		}
		old := p.columnRef()
		n.Cols = append(n.Cols, &Named{Pos: p.since(at), Names: names, Tuple: tuple, Value: old})
		if !p.accept(kComma) {
			break
		}
	}
	n.Pos = p.since(start)
	return n
}

func (p *parser) projectReorder(start int) Operator {
	n := &ProjectReorder{}
	for {
		at := p.start()
		c := &ReorderCol{Col: p.columnRef()}
		word, words := p.dashed()
		switch word {
		case "asc":
			c.Order = OrderAsc
		case "desc":
			c.Order = OrderDesc
		case "granny-asc":
			c.Order = OrderGrannyAsc
		case "granny-desc":
			c.Order = OrderGrannyDesc
		default:
			words = 0
		}
		p.pos += words
		c.Pos = p.since(at)
		n.Cols = append(n.Cols, c)
		if !p.accept(kComma) {
			break
		}
	}
	n.Pos = p.since(start)
	return n
}
