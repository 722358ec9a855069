package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/editor"
	"argosy/tui/theme"
)

// lines draws the texts' names, the text with what is offered and what is wrong,
// and the result.
func (e *editScreen) lines(a *App, w, h int) []string {
	th := a.theme
	out := []string{e.tabs(a, w)}
	upper := h - 2
	if e.result != nil {
		upper = max(5, (h-3)*48/100)
		if e.below {
			upper = max(4, (h-3)*30/100)
		}
	}
	side := 0
	if e.schema && w >= narrow {
		side = 42
	}
	text := e.textLines(a, w-side, upper)
	if side > 0 {
		text = beside(text, w-side, e.schemaLines(a, side, upper))
	}
	out = append(out, text...)
	if e.result != nil {
		out = append(out, th.Border.On(strings.Repeat("─", w)))
		out = append(out, e.resultLines(a, w, h-len(out)-1)...)
	}
	for len(out) < h-1 {
		out = append(out, "")
	}
	return append(out[:h-1], e.statusLine(a))
}

func (e *editScreen) tabs(a *App, w int) string {
	left := " "
	for i, q := range e.texts {
		name := cell.Cut(cell.Clean(q.name), 24) + "." + string(q.lang)
		if q.buf.Dirty() {
			name += " ●"
		}
		name = fmt.Sprintf("%d %s", i+1, name)
		if i == e.at {
			left += a.theme.TabOn.On("["+name+"]") + " "
		} else {
			left += a.theme.Tab.On(" "+name+" ") + " "
		}
	}
	right := fmt.Sprintf("limit %s (ctrl+o) ", limitText(e.limit))
	if w >= narrow && e.cur().lang == queries.KQL {
		right = "SQL of it (ctrl+l)  " + right
	}
	return fitStyled(left, w-cell.Width(right)) + a.theme.Dim.On(right)
}

// textLines draws the text with line numbers; under a line with a mistake, what
// is wrong; at the cursor, what is offered.
func (e *editScreen) textLines(a *App, w, h int) []string {
	q := e.cur()
	lines := q.buf.Lines()
	row, col := q.buf.Cursor()
	const gutter = 6
	shift := max(0, col-(w-gutter-2))
	notes := e.notes(a, q, w-gutter, row, shift)
	room := func(from int) int {
		n := 0
		for r := from; r <= row && r < len(lines); r++ {
			n += 1 + len(notes[r])
		}
		return n
	}
	if row < e.top {
		e.top = row
	}
	for room(e.top) > h && e.top < row {
		e.top++
	}
	colours := e.colours(a, q)
	var out []string
	cursorLine := -1
	begin := 0
	for r := range e.top {
		begin += len(string(lines[r])) + 1
	}
	for r := e.top; r < len(lines) && len(out) < h; r++ {
		num := cell.Fit(fmt.Sprint(r+1), 3, true) + " │ "
		style := a.theme.Dim
		if r == row && !e.below {
			style, cursorLine = a.theme.Accent, len(out)
		}
		by := 0
		if r == row {
			by = shift
		}
		at := -1
		if r == row && !e.below {
			at = col
		}
		out = append(out, style.On(num)+paint(a.theme, lines[r], begin, colours, by, w-gutter-1, at))
		for _, n := range notes[r] {
			if len(out) < h {
				out = append(out, a.theme.Dim.On("    │ ")+n)
			}
		}
		begin += len(string(lines[r])) + 1
	}
	for len(out) < h {
		out = append(out, a.theme.Dim.On("    │"))
	}
	if e.offer.open && cursorLine >= 0 && !e.below {
		_, from := q.buf.Place(e.offer.from)
		e.drawOffer(a, out, gutter+from, cursorLine, w)
	}
	return out
}

// colours gives each byte of the text its style.
func (e *editScreen) colours(a *App, q *query) []theme.Style {
	text := q.buf.Text()
	out := make([]theme.Style, len(text)+1)
	th := a.theme
	styles := map[editor.Kind]theme.Style{editor.Keyword: th.Keyword, editor.Function: th.Function, editor.String: th.String, editor.Number: th.Number,
		editor.Comment: th.Comment, editor.Operator: th.Operator, editor.Punctuation: th.Dim, editor.Wrong: th.Wrong}
	tokens := editor.SQLTokens(text)
	if q.lang == queries.KQL {
		tokens = editor.KQLTokens(text)
	}
	for _, t := range tokens {
		for i := t.From; i < t.To && i < len(out); i++ {
			out[i] = styles[t.Kind]
		}
	}
	if q.checked == q.buf.Version() {
		for _, p := range q.problems {
			for i := p.from; i < p.to && i < len(out); i++ {
				out[i] = th.Wrong
			}
		}
	}
	return out
}

// paint draws one line, from a character on, in the colours of its bytes, with
// the cursor at a character, -1 for none.
func paint(th theme.Theme, line []rune, begin int, colours []theme.Style, shift, w, cursor int) string {
	var b strings.Builder
	at, used := begin, 0
	var run strings.Builder
	var style theme.Style
	flush := func() {
		b.WriteString(style.On(run.String()))
		run.Reset()
	}
	for i, r := range line {
		size := len(string(r))
		if i >= shift && used < w {
			s := theme.Style{}
			if at < len(colours) {
				s = colours[at]
			}
			if i == cursor {
				s = theme.Style{Attr: "7"}
			}
			if s != style {
				flush()
				style = s
			}
			text := cell.Clean(string(r))
			run.WriteString(text)
			used += cell.Width(text)
		}
		at += size
	}
	flush()
	if cursor == len(line) {
		b.WriteString(theme.Style{Attr: "7"}.On(" "))
	}
	return b.String()
}

// notes are the lines under mistakes, by line of the text.
func (e *editScreen) notes(a *App, q *query, w, cursorRow, shift int) map[int][]string {
	out := map[int][]string{}
	if q.checked != q.buf.Version() {
		return out
	}
	for i, p := range q.problems {
		if i >= 3 {
			break
		}
		row, col := q.buf.Place(p.from)
		_, end := q.buf.Place(p.to)
		marks := strings.Repeat("~", max(1, min(end-col, 40)))
		if end <= col {
			marks = "~"
		}
		text := "✗ " + p.text
		if p.fix != "" {
			text += "; did you mean " + p.fix + "?  ctrl+f"
		}
		if row == cursorRow {
			col = max(0, col-shift)
		}
		text = cell.Clean(text)
		if col+len(marks)+1+cell.Width(text) < w {
			out[row] = append(out[row], cell.Spaces(col)+a.theme.Bad.On(marks+" "+text))
			continue
		}
		col = min(col, w-len(marks)-1)
		out[row] = append(out[row], cell.Spaces(col)+a.theme.Bad.On(marks), cell.Spaces(max(0, min(col, w-cell.Width(text)-1)))+a.theme.Bad.On(cell.Cut(text, w-1)))
	}
	return out
}

// drawOffer lays the list of completions under the cursor, or above it.
func (e *editScreen) drawOffer(a *App, lines []string, x, y, w int) {
	o := &e.offer
	const most = 7
	from := max(0, min(o.at-most/2, len(o.list)-most))
	list := o.list[from:min(from+most, len(o.list))]
	wide, kinds := 8, 6
	for _, c := range list {
		wide, kinds = max(wide, cell.Width(c.text)), max(kinds, min(44, cell.Width(c.kind)))
	}
	wide = min(wide, 44)
	var rows []string
	for i, c := range list {
		text := cell.Fit(c.text, wide, false) + " "
		kind := cell.Fit(c.kind, kinds, false)
		if from+i == o.at {
			rows = append(rows, a.theme.Accent.On("▌")+a.theme.Row.On(text+kind))
		} else {
			rows = append(rows, " "+text+a.theme.Dim.On(kind))
		}
	}
	box := boxed(a.theme, "", rows, wide+kinds+4, "")
	x = max(0, min(x-2, w-wide-kinds-5))
	top := y + 1
	if top+len(box) > len(lines) && y >= len(box) {
		top = y - len(box)
	}
	lay(lines, box, x, top)
}

// schemaLines lists the tables, and the columns of those that the text names.
func (e *editScreen) schemaLines(a *App, w, h int) []string {
	th := a.theme
	q := e.cur()
	lower := strings.ToLower(q.buf.Text())
	out := []string{th.Border.On("│ ") + th.Head.On("Schema") + cell.Spaces(w-16) + th.Dim.On("ctrl+b")}
	add := func(name string, columns []candidate) {
		open := names(lower, name)
		mark := "▸ "
		if open {
			mark = "▾ "
		}
		out = append(out, th.Border.On("│ ")+mark+th.Bold.On(cell.Cut(name, w-5)))
		if open {
			for _, c := range columns {
				out = append(out, th.Border.On("│ ")+"  "+cell.Fit(c.text, w-20, false)+" "+th.Dim.On(cell.Cut(strings.TrimPrefix(c.kind, "column "), 13)))
			}
		}
	}
	if q.lang == queries.KQL {
		for _, t := range queries.Catalog().Tables {
			var cols []candidate
			for _, c := range t.Columns {
				cols = append(cols, candidate{c.Name, string(c.Type)})
			}
			add(t.Name, cols)
		}
	} else {
		for _, t := range e.words.tables {
			add(t, e.words.columns[t])
		}
	}
	for len(out) < h {
		out = append(out, th.Border.On("│"))
	}
	return out[:h]
}

func (e *editScreen) resultLines(a *App, w, h int) []string {
	t := e.result
	head := " Results"
	if n := t.grid.Total; n >= 0 {
		head += "  " + t.summary()
	}
	right := "esc results "
	if e.below {
		right = "e text "
		if t.find.text != "" || t.find.typing {
			right = "/" + t.find.text + "  " + right
		}
	}
	for _, n := range t.notes {
		head += " · " + n
	}
	out := []string{a.theme.Head.On(cell.Fit(cell.Clean(cell.Cut(head, w-cell.Width(right)-1)), w-cell.Width(right), false)) + a.theme.Dim.On(right)}
	if t.grid.Columns == nil && t.err == nil {
		return append(out, "")
	}
	return append(out, t.body(a, w, h-1)...)
}

func (e *editScreen) statusLine(a *App) string {
	q := e.cur()
	if e.below && e.result != nil {
		if e.result.find.typing {
			return e.result.find.line(a, a.w)
		}
		left, right := e.result.statusParts(a)
		return a.status(left, right)
	}
	row, col := q.buf.Cursor()
	left := ""
	if q.checked == q.buf.Version() && len(q.problems) > 0 {
		p := q.problems[0]
		r, c := q.buf.Place(p.from)
		left = fmt.Sprintf("✗ line %d, col %d: %s", r+1, c+1, cell.Clean(p.text))
		if p.fix != "" {
			left += "; did you mean " + cell.Clean(p.fix) + "?"
		}
		left = cell.Cut(left, max(10, a.w-36))
	}
	return a.status(left, fmt.Sprintf("ln %d col %d   history %d", row+1, col+1, len(e.history.list)))
}

// translate shows the SQL behind a KQL text as a text of its own.
func (e *editScreen) translate(a *App) tea.Cmd {
	q := e.cur()
	if q.lang != queries.KQL {
		return a.say("this text is SQL; ctrl+t makes it KQL")
	}
	part := e.part()
	now, params := a.now().UTC(), q.params
	return func() tea.Msg {
		p, err := queries.Prepare(a.ctx, a.db, queries.Request{Text: part, Language: queries.KQL, Params: params, Now: now})
		return done(func(a *App) tea.Cmd {
			if err != nil {
				return a.fail(err)
			}
			if len(p.Args) > 0 {
				lines := strings.Split(p.SQL, "\n")
				for i, v := range p.Args {
					lines = append(lines, fmt.Sprintf("-- $%d = %v", i+1, v))
				}
				a.over = &textBox{title: "SQL", lines: lines, copy: strings.Join(lines, "\n")}
				return nil
			}
			e.add(q.name, p.SQL, queries.SQL, nil)
			return e.check(a)
		})
	}
}

// part is the statement under the cursor.
func (e *editScreen) part() string {
	q := e.cur()
	text := q.buf.Text()
	from, to := editor.Statement(text, q.buf.Offset(), q.lang == queries.KQL)
	return strings.TrimRight(strings.TrimSpace(text[from:to]), "; \n")
}

// explain shows how the engine goes about the statement.
func (e *editScreen) explain(a *App) tea.Cmd {
	q := e.cur()
	part := e.part()
	now, params, lang := a.now().UTC(), q.params, q.lang
	return func() tea.Msg {
		p, err := queries.Prepare(a.ctx, a.db, queries.Request{Text: part, Language: lang, Params: params, Now: now})
		var lines []string
		if err == nil {
			if lang == queries.KQL {
				lines = append(append(lines, strings.Split(p.SQL, "\n")...), "")
			}
			st := p.Statement
			st.SQL, st.Columns, st.Convert = "explain "+st.SQL, []schema.Column{{Name: "key", Type: schema.TypeString}, {Name: "plan", Type: schema.TypeString}}, nil
			var rows [][]any
			_, rows, err = read(a.db.Query(a.ctx, st))
			for _, r := range rows {
				for _, l := range strings.Split(fmt.Sprint(r[1]), "\n") {
					lines = append(lines, strings.TrimRight(l, " "))
				}
			}
		}
		return done(func(a *App) tea.Cmd {
			if err != nil {
				return a.fail(err)
			}
			a.over = &textBox{title: "Plan", lines: lines, copy: strings.Join(lines, "\n")}
			return nil
		})
	}
}
