package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"argosy/queries/lens"
	"argosy/tui/cell"
)

func (t *table) shortTabs(a *App) (string, string) { return a.shortTabs(t.view.Lens.Name) }

// lines draws tabs, scope, rows, pane and status.
func (t *table) lines(a *App, w, h int) []string {
	var out []string
	if t.isView() {
		if w >= narrow {
			out = append(out, a.tabs(t.view.Lens.Name))
		}
		out = append(out, t.scopeLine(a, w))
	} else {
		out = append(out, " "+a.theme.Dim.On(cell.Cut(t.summary(), w-2)))
	}
	body := t.body(a, w, h-len(out)-1)
	out = append(out, body...)
	left, right := t.statusParts(a)
	if t.find.typing {
		return append(out, t.find.line(a, w))
	}
	return append(out, a.status(left, right))
}

// scopeLine shows the chips, and what the rows come to.
func (t *table) scopeLine(a *App, w int) string {
	right := t.summary()
	if w < narrow {
		_, right = a.shortTabs(t.view.Lens.Name)
		if s := t.summary(); ansi.StringWidth(right)+cell.Width(s)+20 < w {
			right = a.theme.Dim.On(s) + "   " + right
		}
	} else {
		right = a.theme.Dim.On(right) + " "
	}
	room := w - ansi.StringWidth(right) - 1
	return fitStyled(t.chipLine(a, room, t.view.Chips), room) + " " + right
}

// fitStyled makes a styled line exactly w wide.
func fitStyled(s string, w int) string {
	if n := ansi.StringWidth(s); n <= w {
		return s + cell.Spaces(w-n)
	}
	return ansi.Truncate(s, w-1, "…") + " "
}

// findingsOnly are the filters of findings, without those of the rows: what is
// counted over the findings themselves is counted without these.
func (t *table) findingsOnly() []lens.Chip {
	return slices.DeleteFunc(slices.Clone(t.view.Chips), lens.Chip.OfRows)
}

// chipLine draws filters as the scope.
func (t *table) chipLine(a *App, room int, chips []lens.Chip) string {
	var b strings.Builder
	b.WriteByte(' ')
	if room > 60 {
		b.WriteString(a.theme.Dim.On("scope ▸ "))
	}
	if len(chips) == 0 && !t.view.AllStatus {
		b.WriteString(a.theme.Dim.On("all findings"))
	}
	if t.view.AllStatus {
		b.WriteString(a.theme.Chip.On("[set aside too ×]") + " ")
	}
	for _, c := range chips {
		b.WriteString(a.theme.Chip.On("["+cell.Clean(cell.Cut(c.Label(), 40))+" ×]") + " ")
	}
	return b.String()
}

// summary says what the rows come to.
func (t *table) summary() string {
	n := t.grid.Total
	if n < 0 || t.err != nil {
		return ""
	}
	if !t.isView() {
		return plural(int(n), "row") + " · " + took(t.took)
	}
	l := t.view.Lens
	noun := l.Nouns
	if n == 1 {
		noun = l.Noun
	}
	text := cell.Group(n) + " " + noun
	switch {
	case t.sums.findings < 0:
	case l.Name == "fixes":
		text += fmt.Sprintf(" clear %s of %s findings", cell.Group(t.sums.findings), cell.Group(t.sums.of))
	case t.sums.findings != n:
		text += fmt.Sprintf(" · %s findings", cell.Group(t.sums.findings))
	}
	if l.Name != "fixes" && t.sums.once >= 0 && t.sums.once != t.sums.findings {
		text += fmt.Sprintf(" (%s without copies)", cell.Group(t.sums.once))
	}
	return text
}

// body draws the rows, with the pane or the facets beside or below.
func (t *table) body(a *App, w, h int) []string {
	if h < 1 {
		return nil
	}
	t.grid.SetTheme(a.theme)
	t.grid.Now = a.now()
	t.grid.Find = t.find.shown()
	if t.err != nil {
		return t.errorBody(a, w, h)
	}
	pw, ph := t.sideSize(a, w, h)
	t.grid.SetSize(w-pw, h-ph)
	rows := t.grid.View()
	if t.grid.Total == 0 && len(rows) > 2 {
		text := t.empty
		switch {
		case text != "":
		case t.isView():
			text = "nothing matches; X takes filters off, esc goes back"
		default:
			text = "no rows"
		}
		rows[2] = "   " + a.theme.Dim.On(cell.Cut(text, w-pw-4))
	}
	switch {
	case pw > 0:
		side := t.sideLines(a, pw-2, h)
		for i := range rows {
			line := ""
			if i < len(side) {
				line = side[i]
			}
			rows[i] = fitTo(rows[i], w-pw) + a.theme.Border.On("│") + " " + line
		}
	case ph > 0:
		rows = append(rows, t.sideBox(a, w, ph)...)
	}
	return rows
}

// fitTo pads a styled line to a width; it is never too long by construction,
// but a wide character may stick out.
func fitTo(s string, w int) string {
	n := ansi.StringWidth(s)
	if n > w {
		return ansi.Truncate(s, w, "")
	}
	return s + cell.Spaces(w-n)
}

func (t *table) errorBody(a *App, w, h int) []string {
	out := []string{""}
	for _, line := range strings.Split(t.err.Error(), "\n") {
		for _, l := range cell.Wrap(cell.Clean(line), w-4, 12) {
			out = append(out, "  "+a.theme.Bad.On(l))
		}
	}
	if hint := hintOf(t.err); hint != "" {
		out = append(out, "", "  "+a.theme.Warn.On(cell.Cut(cell.Clean(hint), w-4)))
	}
	out = append(out, "", "  "+a.theme.Dim.On("R asks again · esc goes back"))
	for len(out) < h {
		out = append(out, "")
	}
	return out[:h]
}

// hintOf is what an error advises, where it does.
func hintOf(err error) string {
	if h, ok := err.(interface{ Advice() string }); ok {
		return h.Advice()
	}
	return ""
}

func took(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// statusParts says where the cursor is and how the rows came about.
func (t *table) statusParts(a *App) (left, right string) {
	if t.face.open {
		text := t.face.status()
		if slices.ContainsFunc(t.view.Chips, lens.Chip.OfRows) {
			text += " · over all rows"
		}
		return text, "esc closes"
	}
	var parts []string
	switch {
	case t.grid.Total > 0:
		parts = append(parts, fmt.Sprintf("row %s of %s", cell.Group(t.grid.Cursor()+1), cell.Group(t.grid.Total)))
	case t.grid.Total < 0 && t.grid.Current() != nil:
		parts = append(parts, fmt.Sprintf("row %s of …", cell.Group(t.grid.Cursor()+1)))
	}
	if t.took >= 0 && t.err == nil {
		parts = append(parts, took(t.took))
	}
	if len(t.grid.Order) > 0 {
		var keys []string
		for _, o := range t.grid.Order {
			mark := " ▲"
			if o.Desc {
				mark = " ▼"
			}
			keys = append(keys, strings.ToUpper(cell.Clean(o.Column))+mark)
		}
		parts = append(parts, strings.Join(keys, ", "))
	}
	if t.find.text != "" {
		parts = append(parts, t.find.say())
	}
	if n := t.grid.Dropped() + len(t.grid.Hidden()); n > 0 {
		parts = append(parts, fmt.Sprintf("%d hidden", n))
	}
	if n := len(t.grid.Marked()); n > 0 {
		right = cell.Group(int64(n)) + " marked"
	}
	if a.w >= narrow && right == "" {
		right = "space mark · 0 marked"
	}
	return strings.Join(parts, " · "), right
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", cell.Group(int64(n)), noun)
}
