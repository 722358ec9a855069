package syntax

// oneLine writes a tree on a single line. It gives up (failed) when the text is
// longer than limit or holds what is never put on one line: a pipeline of
// several steps, a table of several rows. With any it writes even those.
type oneLine struct {
	b      []byte
	limit  int
	any    bool
	failed bool
	// json is set inside dynamic(), where null needs no type.
	json bool
}

func (o *oneLine) str(s string) {
	o.b = append(o.b, s...)
	if len(o.b) > o.limit {
		o.failed = true
	}
}

// word writes a word with a space before it, unless it is the first.
func (o *oneLine) word(s string) {
	if len(o.b) > 0 {
		o.str(" ")
	}
	o.str(s)
}

// item writes a node with a space before it, unless it is the first.
func (o *oneLine) item(n Node) {
	if len(o.b) > 0 {
		o.str(" ")
	}
	o.node(n)
}

func (o *oneLine) list(items []Node) {
	for i, n := range items {
		if i > 0 {
			o.str(", ")
		}
		o.node(n)
	}
}

// option writes name=value when there is a value.
func (o *oneLine) option(name string, value *Ident) {
	if value == nil {
		return
	}
	o.word(name + "=")
	o.str(optionText(value))
}

func (o *oneLine) options(list []*Param) {
	for _, p := range list {
		o.word(p.Name.Name + "=")
		for i, v := range p.Values {
			if i > 0 {
				o.str(", ")
			}
			o.optionValue(v)
		}
	}
}

func (o *oneLine) optionValue(v Expr) {
	if id, ok := v.(*Ident); ok {
		o.str(nameText(id))
		return
	}
	o.node(v)
}

// node writes anything.
func (o *oneLine) node(n Node) {
	if o.failed || n == nil {
		return
	}
	switch n := n.(type) {
	case Expr:
		o.expr(n)
	case Statement:
		o.statement(n)
	case *Pipeline:
		o.pipeline(n)
	case *ParamDecl:
		o.param(n)
	case *DataTable:
		if !o.any && len(n.Values) > max(1, len(n.Cols)) {
			o.failed = true
			return
		}
		o.str("datatable")
		o.schema(n.Cols, false)
		o.str(" [")
		o.list(toNodes(n.Values))
		o.str("]")
	case *ExternalData:
		o.str("externaldata")
		o.schema(n.Cols, false)
		o.str(" [")
		o.list(toNodes(n.Values))
		o.str("]")
		o.with(n.Opts)
	case *SharedQuery:
		o.str("{{" + n.ID + "}}")
	case *Range:
		o.str("range " + nameText(n.Col) + " from ")
		o.node(n.From)
		o.str(" to ")
		o.node(n.To)
		o.str(" step ")
		o.node(n.Step)
	default:
		o.part(n)
	}
}

// part writes operators and what stands in their lists.
func (o *oneLine) part(n Node) {
	switch n := n.(type) {
	case *SortKey:
		o.node(n.X)
		o.str(orderText(n.Order) + nullsText(n.Nulls))
	case *ReorderCol:
		o.node(n.Col)
		o.str(orderText(n.Order))
	case *ExpandCol:
		o.node(n.X)
		if n.To != nil {
			o.str(" to ")
			o.node(n.To)
		}
	case *SeriesAgg:
		o.node(n.X)
		if n.Default != nil {
			o.str(" default=")
			o.node(n.Default)
		}
	case *NestedLevel:
		o.level(n)
	case *ParsePart:
		o.parsePart(n)
	case *Unsupported:
		o.str(n.Text)
	default:
		o.operator(n)
	}
}

func (o *oneLine) level(n *NestedLevel) {
	o.str("top-nested ")
	if n.N != nil {
		o.node(n.N)
		o.str(" ")
	}
	o.str("of ")
	o.node(n.Of)
	if n.Others != nil {
		o.str(" with others = ")
		o.node(n.Others)
	}
	o.str(" by ")
	o.node(n.By)
	o.str(orderText(n.Order))
}

func (o *oneLine) parsePart(n *ParsePart) {
	switch {
	case n.Star:
		o.str("*")
	case n.Text != nil:
		o.node(n.Text)
	default:
		o.str(nameText(n.Name))
		if n.Type != nil {
			o.str(":" + n.Type.Name)
		}
	}
}

// operator writes an operator from its parts.
func (o *oneLine) operator(n Node) {
	head, list := parts(n)
	o.str(head)
	sep := ", "
	if _, ok := n.(*ParseOp); ok {
		sep = " "
	}
	for i, s := range list {
		if s.word != "" {
			o.str(" " + s.word)
		}
		for j, item := range s.items {
			switch {
			case j > 0:
				o.str(sep)
			case head != "" || i > 0:
				o.str(" ")
			}
			o.node(item)
		}
	}
	if m, ok := n.(*MvApply); ok {
		o.str(" on (")
		o.node(m.On)
		o.str(")")
	}
	if m, ok := n.(*Partition); ok {
		o.str(" (")
		o.node(m.Sub)
		o.str(")")
	}
}

func (o *oneLine) pipeline(p *Pipeline) {
	if !o.any && len(p.Ops) > 1 {
		o.failed = true
		return
	}
	o.node(p.Source)
	for i, op := range p.Ops {
		if i > 0 || p.Source != nil {
			o.str(" | ")
		}
		o.node(op)
	}
}
