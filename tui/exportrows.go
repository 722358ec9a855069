package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/kql/duck"
	"argosy/queries/lens"
	"argosy/tui/cell"
)

// exportSQL is the view with the rows and columns that are wanted.
func (t *table) exportSQL(f *form) (string, error) {
	filed := t.view.Filed()
	text, err := filed.Ordered()
	if err != nil {
		return "", err
	}
	var names []string
	for _, i := range t.written(f.shown()) {
		names = append(names, duck.Name(t.grid.Columns[i].Name))
	}
	if !f.shown() {
		for _, c := range filed.Lens.Extra {
			names = append(names, duck.Name(c.Name))
		}
	}
	where := ""
	if places, some := t.chosenRows(f); some {
		if where, err = t.rowsAt(places); err != nil {
			return "", err
		}
	}
	if where == "" && len(names) == len(filed.Lens.Columns) {
		return text, nil
	}
	return "select " + strings.Join(names, ", ") + "\nfrom (\n" + text + "\n)" + where, nil
}

// written are the columns that a file can have: all, or those that the screen
// shows.
func (t *table) written(shown bool) (out []int) {
	if shown {
		for _, i := range t.grid.Shown() {
			if t.grid.Columns[i].Kind != lens.Spark {
				out = append(out, i)
			}
		}
		return out
	}
	for i, c := range t.grid.Columns {
		if c.Kind != lens.Hidden && c.Kind != lens.Spark {
			out = append(out, i)
		}
	}
	return out
}

// shown says whether the form asks for the columns as the screen shows them.
func (f *form) shown() bool { return strings.HasPrefix(f.field("columns").value(), shownColumns) }

// sheets are the view and the findings behind it.
func (t *table) sheets(f *form) ([]queries.Section, error) {
	if name := f.field("format").value(); name != "xlsx" && name != "html" {
		return nil, fmt.Errorf("a %s file holds one table; choose xlsx or html", name)
	}
	if f.field("rows").choice > 0 || f.field("columns").choice > 0 {
		return nil, fmt.Errorf("the findings come with all rows and columns of the view")
	}
	if i := slices.IndexFunc(t.view.Chips, lens.Chip.OfRows); i >= 0 {
		return nil, fmt.Errorf("the findings would be those of all %s: %s is a filter of the rows; take it off with X", t.view.Lens.Nouns, t.view.Chips[i].String())
	}
	text, err := t.view.Filed().Ordered()
	if err != nil {
		return nil, err
	}
	l, err := lens.Find("findings")
	if err != nil {
		return nil, err
	}
	behind, err := t.view.Through(l).Filed().Ordered()
	return []queries.Section{{Name: t.view.Lens.Name, Title: t.view.Lens.Title, Text: text}, {Name: l.Name, Title: l.Title, Text: behind}}, err
}

// onScreen are the places of the rows that the screen shows.
func (t *table) onScreen() []int64 {
	from, n := t.grid.Page()
	var out []int64
	for at := from; at < min(from+n, t.grid.Total); at++ {
		out = append(out, at)
	}
	return out
}

// chosenRows are the places of the rows that the form asks for, unless that is
// all of them.
func (t *table) chosenRows(f *form) (places []int64, some bool) {
	switch value := f.field("rows").value(); {
	case strings.HasPrefix(value, markedRows):
		return t.grid.Marked(), true
	case strings.HasPrefix(value, visibleRows):
		return t.onScreen(), true
	}
	return nil, false
}

// exportClip puts the rows that the form asks for onto the clipboard.
func (t *table) exportClip(a *App, f *form) tea.Cmd {
	if t.kept == nil {
		f.err = notYet + "; ⏎ once they are"
		return nil
	}
	places, some := t.chosenRows(f)
	if !some {
		places = nil
	}
	if n := t.clipped(places); n > mostCopied {
		f.err = fmt.Sprintf("the clipboard takes %s rows at most; choose a file", cell.Group(mostCopied))
		return nil
	}
	a.over = nil
	return t.clipRows(a, places, t.written(f.shown()))
}

// clipped is how many rows are meant by places: nil is all.
func (t *table) clipped(places []int64) int64 {
	if places == nil {
		return t.grid.Total
	}
	return int64(len(places))
}

// clipRows puts columns of the rows at places, nil for all, onto the clipboard
// with their names above them.
func (t *table) clipRows(a *App, places []int64, columns []int) tea.Cmd {
	if n := t.clipped(places); n > mostCopied {
		return a.fail(fmt.Errorf("copying %s rows: the clipboard takes %s at most; x writes them into a file", cell.Group(n), cell.Group(mostCopied)))
	}
	if places == nil {
		for at := range t.grid.Total {
			places = append(places, at)
		}
	}
	return t.withRows(a, places, func(a *App, rows [][]any) tea.Cmd {
		var b strings.Builder
		for n, i := range columns {
			if n > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(t.grid.Columns[i].Name)
		}
		b.WriteByte('\n')
		separated(&b, t.grid, columns, rows)
		return tea.Batch(tea.SetClipboard(b.String()), a.say("copied "+plural(len(rows), "row")))
	})
}

// rowsAt is the condition that holds for the rows at places.
func (t *table) rowsAt(marks []int64) (string, error) {
	if len(marks) > mostMarkedRows {
		return "", fmt.Errorf("%s rows are marked; at most %s can be exported by marks, a filter takes any number", cell.Group(int64(len(marks))), cell.Group(mostMarkedRows))
	}
	var any []string
	for _, at := range marks {
		row := t.grid.Row(at)
		if row == nil {
			return "", fmt.Errorf("row %s is marked but not at hand; mark fewer rows, or filter", cell.Group(at+1))
		}
		var all []string
		for _, tie := range t.view.Lens.Ties {
			v := t.value(row, tie)
			value := "null"
			if v != nil {
				value = duck.Text(cell.Text(v))
			}
			all = append(all, duck.Name(tie)+"::varchar is not distinct from "+value)
		}
		any = append(any, "("+strings.Join(all, " and ")+")")
	}
	return "\nwhere " + strings.Join(any, "\n   or "), nil
}
