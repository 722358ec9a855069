package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/kql/duck"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/grid"
)

// mostCopied is how many rows fit a terminal's clipboard for sure.
const mostCopied = 10_000

// copy puts the cell, the row or a Markdown table on the clipboard, of the
// marked rows if there are any.
func (t *table) copy(a *App, action string) tea.Cmd {
	marks := t.grid.Marked()
	if len(marks) == 0 {
		row := t.grid.Current()
		if row == nil {
			return nil
		}
		return t.clip(a, action, [][]any{row})
	}
	if len(marks) > mostCopied {
		return a.say(fmt.Sprintf("%s rows are marked; at most %s can be copied", cell.Group(int64(len(marks))), cell.Group(mostCopied)))
	}
	return t.withRows(a, marks, func(a *App, rows [][]any) tea.Cmd { return t.clip(a, action, rows) })
}

// withRows brings the rows at places, in order, and does something with them.
func (t *table) withRows(a *App, marks []int64, then func(*App, [][]any) tea.Cmd) tea.Cmd {
	var rows [][]any
	for _, at := range marks {
		if row := t.grid.Row(at); row != nil {
			rows = append(rows, row)
		}
	}
	if len(rows) == len(marks) {
		return then(a, rows)
	}
	if !t.ready() {
		return a.say(notYet)
	}
	page, gen := t.kept.Page, t.gen
	if t.sorted != nil {
		page = t.sorted.Page
	}
	return func() tea.Msg {
		var rows [][]any
		var err error
		for i := 0; i < len(marks) && err == nil; {
			// Neighbours are read together.
			j := i
			for j+1 < len(marks) && marks[j+1]-marks[i] < 1000 {
				j++
			}
			var part [][]any
			part, err = page(a.ctx, marks[i], marks[j]-marks[i]+1)
			for _, at := range marks[i : j+1] {
				if k := at - marks[i]; k < int64(len(part)) {
					rows = append(rows, part[k])
				}
			}
			i = j + 1
		}
		return done(func(a *App) tea.Cmd {
			switch {
			case t.gen != gen:
				return nil // other rows are on the screen
			case err != nil:
				return a.fail(err)
			}
			return then(a, rows)
		})
	}
}

// separated writes rows as lines of cells with tabs between them.
func separated(b *strings.Builder, g *grid.Grid, columns []int, rows [][]any) {
	tidy := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	for _, row := range rows {
		for n, i := range columns {
			if n > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(tidy.Replace(whole1(g, i, row)))
		}
		b.WriteByte('\n')
	}
}

// clip writes rows to the terminal's clipboard (OSC 52).
func (t *table) clip(a *App, action string, rows [][]any) tea.Cmd {
	var b strings.Builder
	what := "the cell"
	switch action {
	case "copycell":
		_, i := t.grid.Column()
		for n, row := range rows {
			if n > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(whole1(t.grid, i, row))
		}
	case "copyrow":
		what = "the row"
		separated(&b, t.grid, t.grid.Shown(), rows)
	case "copymd":
		what = "a Markdown table"
		markdown(&b, t.grid, rows)
	}
	if len(rows) > 1 {
		what = fmt.Sprintf("%d rows", len(rows))
	}
	return tea.Batch(tea.SetClipboard(b.String()), a.say("copied "+what))
}

// whole1 is a cell's text as it is copied: the value, not its short form.
func whole1(g *grid.Grid, i int, row []any) string {
	switch g.Columns[i].Kind {
	case lens.Versions, lens.Newest, lens.Age, lens.Spark:
		return g.Text(i, row)
	}
	return cell.Text(row[i])
}

func markdown(b *strings.Builder, g *grid.Grid, rows [][]any) {
	tidy := strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ")
	for _, i := range g.Shown() {
		b.WriteString("| " + g.Columns[i].Title + " ")
	}
	b.WriteString("|\n")
	for _, i := range g.Shown() {
		if cell.Right(g.Columns[i].Kind) {
			b.WriteString("|---:")
		} else {
			b.WriteString("|---")
		}
	}
	b.WriteString("|\n")
	for _, row := range rows {
		for _, i := range g.Shown() {
			b.WriteString("| " + tidy.Replace(whole1(g, i, row)) + " ")
		}
		b.WriteString("|\n")
	}
}

// info says what the view is, and what is in the column of the cursor.
func (t *table) info(a *App) tea.Cmd {
	if t.kept == nil {
		return a.say(notYet)
	}
	c, i := t.grid.Column()
	if i < 0 || c.Kind == lens.Spark {
		a.over = t.infoBox(a, c, nil)
		return nil
	}
	name := duck.Name(c.Name)
	text := "select count(*), count(" + name + "), count(distinct " + name + "), min(" + name + ")::varchar, max(" + name + ")::varchar, avg(try_cast(" + name + "::varchar as double)), median(try_cast(" + name +
		"::varchar as double)), sum(try_cast(" + name + "::varchar as double)) from " + t.kept.Table()
	gen := t.gen
	return func() tea.Msg {
		_, rows, err := read(a.db.Ask(a.ctx, schema.Statement{SQL: text}))
		return done(func(a *App) tea.Cmd {
			if err != nil || t.gen != gen {
				return a.fail(err)
			}
			a.over = t.infoBox(a, c, rows[0])
			return nil
		})
	}
}

// infoBox tells of the table and of a column, whose figures are in r.
func (t *table) infoBox(a *App, c grid.Column, r []any) overlay {
	th := a.theme
	fact := func(k string, v any) string { return th.Dim.On(cell.Fit(k, 14, false)) + cell.Number(v) }
	lines := []string{th.Head.On("Column " + c.Title), c.Doc}
	if r == nil {
		lines = append(lines, "drawn from the history of the rows; b draws it large")
	} else {
		lines = append(lines, fact("rows", r[0]), fact("with a value", r[1]), fact("distinct", r[2]), fact("least", r[3]), fact("greatest", r[4]))
	}
	if c.Kind == "number" || c.Kind == "score" || c.Kind == "probability" || c.Kind == "percent" {
		lines = append(lines, fact("mean", r[5]), fact("median", r[6]), fact("sum", r[7]))
	}
	lines = append(lines, "", th.Head.On("View"), fact("taken", took(t.took)), fact("read", cell.Ago(a.now().Sub(t.started))))
	lines = append(lines, "", th.Head.On("SQL"))
	sql := t.text()
	lines = append(lines, strings.Split(sql, "\n")...)
	return &textBox{title: strings.Join(t.crumbs(), " › "), lines: lines, copy: sql}
}

// text is the query of the table, as a person would run it.
func (t *table) text() string {
	if !t.isView() {
		return t.statement.SQL
	}
	text, err := t.view.Ordered()
	if err != nil {
		return err.Error()
	}
	return text
}

// closeOne closes what is open on the table: facets, then the find.
func (t *table) closeOne(*App) bool {
	switch {
	case t.face.open:
		t.face.open = false
	case t.find.text != "":
		t.find = find{gen: t.find.gen + 1}
	default:
		return false
	}
	return true
}
