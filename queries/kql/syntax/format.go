package syntax

import "strings"

// lineWidth is where lines are broken when they can be.
const lineWidth = 100

// FormatSource gives a query text in its canonical layout. A text with errors
// is not touched: it returns "" and the errors.
func FormatSource(src string) (string, Errors) {
	q, errs := Parse(src)
	if len(errs) > 0 {
		return "", errs
	}
	return Format(q), nil
}

// Format writes a tree as canonical KQL: one pipe per line, lists broken when
// they do not fit, comments where they were. The text means the same (it parses
// to an Equal tree) and formatting it again changes nothing. It ends with a
// line end. The tree has to be free of errors.
func Format(q *Query) string {
	text := layout(q)
	// Without comments the layout depends on the tree alone and is final. A
	// comment that had no line end to stand at has moved outwards to one, which
	// may let a line fit that did not. It can only move so far.
	for round := 0; len(q.Comments) > 0 && round < 8; round++ {
		moved, errs := Parse(text)
		if len(errs) > 0 {
			break
		}
		next := layout(moved)
		if next == text {
			break
		}
		text = next
	}
	return text
}

// layout writes the tree once.
func layout(q *Query) string {
	w := &writer{comments: q.Comments}
	for i, s := range q.Statements {
		begin := w.b.Len()
		w.lead(s.Span().Start, 0)
		last, end := i == len(q.Statements)-1, ";"
		if _, rows := s.(*ExprStmt); rows && last {
			end = ""
		}
		w.statement(s, 0)
		w.text(end)
		w.trail(s.Span().End)
		w.line(0)
		if !last && strings.Count(w.b.String()[begin:], "\n") > 1 {
			w.line(0)
		}
	}
	w.lead(1<<31-1, 0)
	if text := strings.TrimRight(w.b.String(), " \n"); text != "" {
		return text + "\n"
	}
	return ""
}

// writer lays out a tree. What fits on the line and holds no comment is written
// by oneLine; the rest is broken up here. Every broken-up piece that ends a
// line calls trail there, so that each comment has a line end to stand at.
type writer struct {
	b        strings.Builder
	col      int
	comments []Comment // those not yet written
	tail     string    // comments for the end of the line being written
	json     bool      // inside dynamic()
}

func (w *writer) text(s string) {
	w.b.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		w.col = len(s) - i - 1
		return
	}
	w.col += len(s)
}

func (w *writer) line(indent int) {
	w.b.WriteString(w.tail)
	w.tail = ""
	w.b.WriteByte('\n')
	for range indent {
		w.b.WriteByte(' ')
	}
	w.col = indent
}

// lead writes the comments that stand before pos, each on a line of its own. It
// is called at the start of a line.
func (w *writer) lead(pos, indent int) {
	for len(w.comments) > 0 && w.comments[0].Pos.Start < pos {
		w.text(w.comments[0].Text)
		w.line(indent)
		w.comments = w.comments[1:]
	}
}

// leads is whether lead would write something.
func (w *writer) leads(pos int) bool {
	return len(w.comments) > 0 && w.comments[0].Pos.Start < pos
}

// trail takes the comments inside what ended at pos, and the one behind it, to
// the end of the line, however much the line still gets. Several become one,
// because a second line would be read as standing before what follows.
func (w *writer) trail(pos int) bool {
	wrote := false
	for len(w.comments) > 0 {
		c := w.comments[0]
		if c.Pos.Start >= pos && !(c.Trailing && c.After <= pos) {
			break
		}
		w.tail += " " + c.Text
		w.comments = w.comments[1:]
		wrote = true
	}
	return wrote
}

// commented is whether a comment stands inside the span.
func (w *writer) commented(s Span) bool {
	return s.Valid() && len(w.comments) > 0 && w.comments[0].Pos.Start < s.End
}

// fits writes the node on the current line when there is room for it and for
// the reserve that follows it.
func (w *writer) fits(n Node, reserve int) bool {
	if w.commented(n.Span()) {
		return false
	}
	o := oneLine{limit: lineWidth - w.col - reserve, json: w.json}
	o.node(n)
	if o.failed {
		return false
	}
	w.text(string(o.b))
	return true
}

// flat writes the node on the current line whatever its length.
func (w *writer) flat(n Node) {
	o := oneLine{limit: 1 << 30, any: true, json: w.json}
	o.node(n)
	w.text(string(o.b))
}

// raw writes source text as it is. It holds its comments already.
func (w *writer) raw(text string, s Span) {
	for len(w.comments) > 0 && w.comments[0].Pos.Start < s.End {
		w.comments = w.comments[1:]
	}
	w.text(text)
}

func (w *writer) statement(s Statement, indent int) {
	switch s := s.(type) {
	case *ExprStmt:
		w.pipeline(s.Pipe, indent, true)
	case *Let:
		w.let(s, indent)
	case *UnsupportedStmt:
		w.raw(s.Text, s.Pos)
	default:
		w.flat(s)
	}
}

// let puts a pipeline of several steps below the name, indented.
func (w *writer) let(s *Let, indent int) {
	w.text("let " + nameText(s.Name) + " =")
	o := oneLine{limit: lineWidth - w.col - 2}
	o.node(s.Value)
	sub, ok := s.Value.(*Subquery)
	if ok && !sub.Parens && len(sub.Pipe.Ops) > 0 && (o.failed || w.commented(sub.Pos)) {
		w.line(indent + 4)
		w.pipeline(sub.Pipe, indent+4, false)
		return
	}
	w.text(" ")
	w.expr(s.Value, indent)
}
