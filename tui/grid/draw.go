package grid

import (
	"fmt"
	"strings"

	"argosy/queries/lens"
	"argosy/tui/cell"
	"argosy/tui/theme"
)

// text is what stands in a cell.
func (g *Grid) text(i int, row []any) string {
	if g.Columns[i].Kind == lens.Spark {
		if g.SparkKey == nil {
			return ""
		}
		return g.Sparks[g.SparkKey(row)]
	}
	eco := ""
	if g.Ecosystem >= 0 && g.Ecosystem < len(row) {
		eco, _ = row[g.Ecosystem].(string)
	}
	return cell.Format(g.Columns[i].Kind, row[i], g.Now, eco)
}

// Text is what stands in a cell of a row, whole.
func (g *Grid) Text(i int, row []any) string { return g.text(i, row) }

// View draws the grid: the heading and its rows, exactly as many lines as it
// has.
func (g *Grid) View() []string {
	lines := make([]string, 0, g.h)
	places := g.lay()
	lines = append(lines, g.heading(places))
	at := g.top
	g.drawn = 0
	for len(lines) < g.h && (g.Total < 0 || at < g.Total) {
		row := g.Row(at)
		if row == nil && g.Total < 0 {
			break
		}
		lines = append(lines, g.row(at, row, places))
		if g.Wrap && at == g.cursor && row != nil {
			for _, more := range g.wrapped(row, places) {
				if len(lines) < g.h {
					lines = append(lines, more)
				}
			}
		}
		at++
		g.drawn++
	}
	for len(lines) < g.h {
		lines = append(lines, "")
	}
	g.bar(lines)
	return lines
}

func (g *Grid) heading(places []place) string {
	var b strings.Builder
	b.WriteString(cell.Spaces(prefix))
	for n, p := range places {
		c := g.Columns[p.column]
		title := c.Title + g.sortMark(c.Name)
		style := g.theme.Head
		if p.column == g.col {
			style = g.theme.HeadOn
		}
		w := p.width
		if cell.Width(title) > w {
			title = cell.Cut(c.Title, max(1, w-1)) + g.sortMark(c.Name)
		}
		right := cell.Right(c.Kind)
		pad := cell.Spaces(w - cell.Width(title))
		if right {
			b.WriteString(pad)
		}
		b.WriteString(style.On(title))
		if !right && n < len(places)-1 {
			b.WriteString(pad)
		}
		if n < len(places)-1 {
			b.WriteString(cell.Spaces(gap))
		}
	}
	return b.String()
}

func (g *Grid) sortMark(column string) string {
	for i, o := range g.Order {
		if o.Column != column {
			continue
		}
		mark := "▲"
		if o.Desc {
			mark = "▼"
		}
		if i > 0 {
			mark += fmt.Sprint(i + 1)
		}
		return mark
	}
	return ""
}

func (g *Grid) row(at int64, row []any, places []place) string {
	var b strings.Builder
	b.Grow(g.w * 3)
	base := theme.Style{}
	here := at == g.cursor
	if here {
		base = g.theme.Row
		b.WriteString(g.theme.Accent.Over(base).On("▌"))
	} else {
		b.WriteByte(' ')
	}
	if g.marks[at] {
		b.WriteString(g.theme.Mark.Over(base).On("◆"))
	} else {
		b.WriteString(base.On(" "))
	}
	b.WriteString(base.On(" "))
	used := prefix
	for n, p := range places {
		if n > 0 {
			b.WriteString(base.On(cell.Spaces(gap)))
			used += gap
		}
		if row == nil {
			b.WriteString(g.theme.Dim.Over(base).On(cell.Fit("·", p.width, cell.Right(g.Columns[p.column].Kind))))
		} else {
			g.cell(&b, row, p, base, here)
		}
		used += p.width
	}
	if rest := g.w - 1 - used; here && rest > 0 {
		b.WriteString(base.On(cell.Spaces(rest)))
	}
	return b.String()
}

func (g *Grid) cell(b *strings.Builder, row []any, p place, base theme.Style, here bool) {
	c := g.Columns[p.column]
	full := g.text(p.column, row)
	text := cell.Fit(full, p.width, cell.Right(c.Kind))
	if c.Kind == lens.Path {
		text = cell.Fit(cell.Tail(full, p.width), p.width, false)
	}
	style := g.theme.Accent
	if p.column < len(row) && c.Kind != lens.Spark {
		style = g.style(c, row[p.column])
	}
	if here && p.column == g.col {
		style = g.theme.Cell.Over(theme.Style{Attr: base.Attr})
	}
	if base != (theme.Style{}) && !(here && p.column == g.col) {
		style = style.Over(base)
	}
	if g.Find != "" {
		if i := strings.Index(strings.ToLower(text), strings.ToLower(g.Find)); i >= 0 && len(strings.ToLower(text)) == len(text) {
			end := i + len(g.Find)
			match := g.theme.Match
			match.FG = style.FG
			b.WriteString(style.On(text[:i]) + match.On(text[i:end]) + style.On(text[end:]))
			return
		}
	}
	b.WriteString(style.On(text))
}

// style is the colour of a value.
func (g *Grid) style(c Column, v any) theme.Style {
	switch {
	case v == nil:
		return g.theme.Dim
	case c.Kind == lens.Severity:
		if s, ok := v.(string); ok {
			return g.theme.Severity(s)
		}
	case c.Kind == lens.Flag:
		return g.theme.Bad
	case c.Name == "critical":
		if n, ok := v.(int64); ok && n > 0 {
			return g.theme.Critical
		}
		return g.theme.Dim
	case c.Kind == lens.Number:
		if n, ok := v.(int64); ok && n == 0 {
			return g.theme.Dim
		}
	}
	return theme.Style{}
}

// wrapped is the rest of the cells of the cursor's row that are cut.
func (g *Grid) wrapped(row []any, places []place) []string {
	const most = 5
	cells := make([][]string, len(places))
	deep := 0
	for n, p := range places {
		full := g.text(p.column, row)
		if cell.Width(full) <= p.width {
			continue
		}
		cells[n] = cell.Wrap(full, p.width, most+1)
		deep = max(deep, len(cells[n]))
	}
	var lines []string
	for i := range deep {
		var b strings.Builder
		b.WriteString(cell.Spaces(prefix))
		for n, p := range places {
			part := ""
			if i < len(cells[n]) {
				part = cells[n][i]
			}
			b.WriteString(g.theme.Dim.On(cell.Fit(part, p.width, false)) + cell.Spaces(gap))
		}
		lines = append(lines, b.String())
	}
	return lines
}

// bar draws the place of the screen within all rows at the right edge.
func (g *Grid) bar(lines []string) {
	page := g.page()
	if g.Total <= page || len(lines) < 3 {
		return
	}
	track := len(lines) - 1
	size := max(1, int(int64(track)*page/g.Total))
	at := 0
	if span := g.Total - page; span > 0 {
		at = int(int64(track-size) * g.top / span)
	}
	for i := range size {
		n := 1 + at + i
		if n >= len(lines) {
			break
		}
		w := cell.Width(strip(lines[n]))
		if w <= g.w-1 {
			lines[n] += cell.Spaces(g.w-1-w) + g.theme.Border.On("▐")
		}
	}
}

// Under is the name of the column at a place on the grid.
func (g *Grid) Under(x int) (name string, ok bool) {
	from := prefix
	for _, p := range g.lay() {
		if x >= from && x < from+p.width {
			return g.Columns[p.column].Name, true
		}
		from += p.width + gap
	}
	return "", false
}

// At is the row at a place on the grid, counted from its heading.
func (g *Grid) At(_, y int) (int64, bool) {
	if y < 1 || y > g.drawn {
		return 0, false
	}
	return g.top + int64(y-1), true
}
