package syntax

// pipeline writes the source and each operator on a line of its own. A missing
// source at the top of a statement is shown by a pipe at the very beginning.
func (w *writer) pipeline(p *Pipeline, indent int, top bool) {
	pipe := p.Source != nil || top
	if p.Source != nil {
		w.lead(p.Source.Span().Start, indent)
		w.source(p.Source, indent)
		w.trail(p.Source.Span().End)
	}
	for i, op := range p.Ops {
		if i > 0 || p.Source != nil {
			w.line(indent)
		}
		w.lead(op.Span().Start, indent)
		if i > 0 || pipe {
			w.text("| ")
		}
		w.operator(op, indent)
		w.trail(op.Span().End)
	}
}

func (w *writer) source(s Source, indent int) {
	if w.fits(s, 0) {
		return
	}
	switch s := s.(type) {
	case *Subquery:
		w.block("(", s.Pipe, s.Pos.End-1, ")", indent)
	case *DataTable:
		w.dataTable(s, indent)
	case *Print, *Union, *Search:
		w.sections(s, indent)
	case Expr:
		w.broken(s, indent)
	default:
		w.flat(s)
	}
}

// block writes a pipeline between brackets, indented.
func (w *writer) block(open string, p *Pipeline, end int, closing string, indent int) {
	w.text(open)
	w.line(indent + 4)
	w.pipeline(p, indent+4, false)
	w.closeBlock(end, indent)
	w.text(closing)
}

// closeBlock ends the line and writes the comments before a closing bracket.
func (w *writer) closeBlock(end, indent int) {
	if w.leads(end) {
		w.line(indent + 4)
		for w.leads(end) {
			w.text(w.comments[0].Text)
			w.comments = w.comments[1:]
			if w.leads(end) {
				w.line(indent + 4)
			}
		}
	}
	w.line(indent)
}

func (w *writer) dataTable(d *DataTable, indent int) {
	var o oneLine
	o.limit = 1 << 30
	o.schema(d.Cols, false)
	w.text("datatable" + string(o.b) + " [")
	width := max(1, len(d.Cols))
	for i := 0; i < len(d.Values); i += width {
		row := d.Values[i:min(i+width, len(d.Values))]
		w.line(indent + 4)
		w.lead(row[0].Span().Start, indent+4)
		for j, v := range row {
			if j > 0 {
				w.text(" ")
			}
			w.flat(v)
			if i+j < len(d.Values)-1 {
				w.text(",")
			}
		}
		w.trail(row[len(row)-1].Span().End)
	}
	w.closeBlock(d.Pos.End-1, indent)
	w.text("]")
}

func (w *writer) operator(op Operator, indent int) {
	if u, ok := op.(*Unsupported); ok {
		w.raw(u.Text, u.Pos)
		return
	}
	if w.fits(op, 0) {
		return
	}
	switch n := op.(type) {
	case *Join:
		w.join("join", n.Kind, n.Hints, n.Right, n.On, indent)
	case *Lookup:
		w.join("lookup", n.Kind, n.Hints, n.Right, n.On, indent)
	case *MvApply:
		w.sections(n, indent)
		w.text(" on ")
		w.block("(", n.On, n.Pos.End-1, ")", indent)
	case *Partition:
		w.sections(n, indent)
		w.text(" ")
		w.block("(", n.Sub, n.Pos.End-1, ")", indent)
	default:
		w.sections(n, indent)
	}
}

func (w *writer) join(name string, kind *Ident, hints []*Param, right *Pipeline, on []Expr, indent int) {
	o := oneLine{limit: 1 << 30, any: true}
	o.word(name)
	o.option("kind", kind)
	o.options(hints)
	w.text(string(o.b) + " ")
	end := right.Pos.End
	if len(on) > 0 {
		end = on[0].Span().Start
	}
	w.block("(", right, end, ")", indent)
	w.text(" on ")
	for i, e := range on {
		if i > 0 {
			w.text(", ")
		}
		w.expr(e, indent)
	}
}

// section is a list of nodes in an operator, after a word such as by.
type section struct {
	word  string
	items []Node
}

// sections writes an operator over several lines: one item stays behind the
// operator's name, several get a line each.
func (w *writer) sections(n Node, indent int) {
	head, list := parts(n)
	w.text(head)
	if p, ok := n.(*ParseOp); ok {
		w.parsePattern(p, indent)
		return
	}
	for i, s := range list {
		if s.word != "" && i > 0 {
			w.line(indent + 4)
			if len(s.items) > 0 {
				w.lead(s.items[0].Span().Start, indent+4)
			}
			w.text(s.word)
		}
		switch {
		case len(s.items) == 0:
		case s.word != "" && w.together(s.items):
		case len(s.items) == 1 && !w.leads(s.items[0].Span().Start):
			if head != "" || i > 0 {
				w.text(" ")
			}
			w.expr(s.items[0], indent)
		default:
			w.lines(s.items, indent+4*min(i, 1)+4)
		}
	}
}

// together writes the items on the current line if they fit there.
func (w *writer) together(items []Node) bool {
	if w.commented(Span{0, items[len(items)-1].Span().End}) {
		return false
	}
	o := oneLine{limit: lineWidth - w.col - 1}
	o.list(items)
	if o.failed {
		return false
	}
	w.text(" " + string(o.b))
	return true
}

// lines writes each item on a line of its own.
func (w *writer) lines(items []Node, indent int) {
	for i, item := range items {
		w.line(indent)
		w.lead(item.Span().Start, indent)
		w.expr(item, indent)
		if i < len(items)-1 {
			w.text(",")
		}
		w.trail(item.Span().End)
	}
}

// parsePattern breaks lines only before strings: a name that is also an
// operator must not begin a line.
func (w *writer) parsePattern(p *ParseOp, indent int) {
	for i, part := range p.Pattern {
		o := oneLine{limit: 1 << 30}
		o.node(part)
		if part.Text != nil && i > 0 && w.col+len(o.b) > lineWidth {
			w.line(indent + 4)
		} else {
			w.text(" ")
		}
		w.text(string(o.b))
	}
}
