package syntax

// expr writes an expression or item that begins on the current line. Lines
// after the first are indented relative to indent.
func (w *writer) expr(n Node, indent int) {
	if !w.fits(n, 1) {
		w.broken(n, indent)
	}
}

// broken writes over several lines what does not fit on one.
func (w *writer) broken(n Node, indent int) {
	switch n := n.(type) {
	case *Named:
		o := oneLine{limit: 1 << 30}
		o.names(n)
		w.text(string(o.b) + " = ")
		w.expr(n.Value, indent)
	case *Paren:
		w.text("(")
		w.line(indent + 4)
		w.lead(n.X.Span().Start, indent+4)
		if b, ok := n.X.(*Binary); ok && !w.fits(b, 1) {
			w.chain(b, indent+4, indent+4)
		} else if !ok {
			w.expr(n.X, indent+4)
		}
		w.trail(n.X.Span().End)
		w.closeBlock(n.Pos.End-1, indent)
		w.text(")")
	case *Subquery:
		if n.Parens {
			w.block("(", n.Pipe, n.Pos.End-1, ")", indent)
			return
		}
		w.pipeline(n.Pipe, indent, false)
	case *Call:
		if n.Recv != nil {
			w.flatBase(n.Recv)
			w.text(".")
		}
		w.text(n.Func.Name)
		g := apart
		if n.Func.Name == "case" {
			g = paired
		}
		w.list("(", n.Args, n.Pos.End-1, ")", indent, g)
	case *In:
		w.expr(n.X, indent)
		w.text(" " + string(n.Op) + " ")
		w.list("(", n.List, n.Pos.End-1, ")", indent, filled)
	case *Binary:
		w.chain(n, indent, indent+4)
	case *Between:
		w.expr(n.X, indent)
		w.text(betweenWord(n) + "(")
		w.expr(n.Low, indent)
		w.text(" .. ")
		w.expr(n.High, indent)
		w.text(")")
	case *DynamicLit:
		w.json = true
		w.text("dynamic(")
		w.expr(n.Value, indent)
		w.text(")")
		w.json = false
	case *DynamicArray:
		w.list("[", n.Elems, n.Pos.End-1, "]", indent, filled)
	case *DynamicObject:
		w.object(n, indent)
	case *Lambda:
		w.lambda(n, indent)
	default:
		w.brokenItem(n, indent)
	}
}

// brokenItem writes what stands in the lists of operators.
func (w *writer) brokenItem(n Node, indent int) {
	switch n := n.(type) {
	case *SortKey:
		w.expr(n.X, indent)
		w.text(orderText(n.Order) + nullsText(n.Nulls))
	case *ExpandCol:
		w.expr(n.X, indent)
		if n.To != nil {
			w.text(" to ")
			w.flat(n.To)
		}
	case *SeriesAgg:
		w.expr(n.X, indent)
		if n.Default != nil {
			w.text(" default=")
			w.flat(n.Default)
		}
	case *DataTable:
		w.dataTable(n, indent)
	case *Print, *Union, *Search:
		w.sections(n, indent)
	default:
		w.flat(n)
	}
}

// flatBase writes what stands before a dot or bracket.
func (w *writer) flatBase(n Expr) {
	o := oneLine{limit: 1 << 30, any: true}
	o.base(n)
	w.text(string(o.b))
}

// grouping says which items of a broken list may share a line.
type grouping uint8

const (
	apart  grouping = iota // each on a line of its own
	filled                 // as many as fit, when all are plain
	paired                 // condition and value, as in case()
)

// list writes items between brackets over several lines.
func (w *writer) list(open string, items []Expr, end int, closing string, indent int, g grouping) {
	w.text(open)
	for _, e := range items {
		if g == filled && !isPlain(e) {
			g = apart
		}
	}
	ended := true // the line ends here, because of a comment
	for i, e := range items {
		at := e.Span().Start
		o := oneLine{limit: lineWidth - w.col - 3, json: w.json}
		if share := g == filled && i > 0 || g == paired && i%2 == 1; share && !ended && !w.leads(at) {
			o.node(e)
		} else {
			o.failed = true
		}
		if o.failed {
			w.line(indent + 4)
			w.lead(at, indent+4)
		} else {
			w.text(" ")
		}
		w.expr(e, indent+4)
		if i < len(items)-1 {
			w.text(",")
		}
		ended = w.trail(e.Span().End)
	}
	w.closeBlock(end, indent)
	w.text(closing)
}

// isPlain is whether the expression is short by nature.
func isPlain(e Expr) bool {
	switch e.(type) {
	case *StringLit, *IntLit, *RealLit, *BoolLit, *NullLit, *GuidLit, *DatetimeLit, *TimespanLit, *Ident:
		return true
	}
	return false
}

func (w *writer) object(n *DynamicObject, indent int) {
	w.text("{")
	for i, f := range n.Fields {
		w.line(indent + 4)
		w.lead(f.Pos.Start, indent+4)
		w.flat(f.Key)
		w.text(": ")
		w.expr(f.Value, indent+4)
		if i < len(n.Fields)-1 {
			w.text(",")
		}
		w.trail(f.Pos.End)
	}
	w.closeBlock(n.Pos.End-1, indent)
	w.text("}")
}

// chain writes a and b and c with each operator at the start of a line, which
// is indented by next. A comparison stays together, whatever its length.
func (w *writer) chain(n *Binary, indent, next int) {
	level := opLevel(n.Op)
	if level == levelEquality || level == levelRelation || level == levelString {
		w.operand(n.X, min(level+1, levelString), indent)
		if n.Op == OpColon {
			w.text(":")
		} else {
			w.text(" " + string(n.Op) + " ")
		}
		w.operand(n.Y, level+1, indent)
		return
	}
	var links []*Binary
	var first Expr = n
	for {
		b, ok := first.(*Binary)
		if !ok || opLevel(b.Op) != level {
			break
		}
		links = append(links, b)
		first = b.X
	}
	w.operand(first, level, indent)
	for i := len(links) - 1; i >= 0; i-- {
		b := links[i]
		w.trail(b.X.Span().End)
		w.line(next)
		w.lead(b.OpPos.Start, next)
		w.text(string(b.Op) + " ")
		w.operand(b.Y, level+1, next)
	}
}

// operand writes one side of an operator, in parentheses when the tree was not
// made by the parser and needs them.
func (w *writer) operand(e Expr, level, indent int) {
	if exprLevel(e) < level {
		e = &Paren{Pos: e.Span(), X: e}
	}
	w.expr(e, indent)
}

func (w *writer) lambda(n *Lambda, indent int) {
	o := oneLine{limit: 1 << 30}
	o.lambdaHead(n)
	w.text(string(o.b) + "{")
	for _, s := range n.Lets {
		w.line(indent + 4)
		w.lead(s.Span().Start, indent+4)
		w.statement(s, indent+4)
		w.text(";")
		w.trail(s.Span().End)
	}
	w.line(indent + 4)
	if sub, ok := n.Result.(*Subquery); ok && !sub.Parens {
		w.pipeline(sub.Pipe, indent+4, false)
	} else if n.Result != nil {
		w.lead(n.Result.Span().Start, indent+4)
		w.expr(n.Result, indent+4)
		w.trail(n.Result.Span().End)
	}
	w.closeBlock(n.Pos.End-1, indent)
	w.text("}")
}
