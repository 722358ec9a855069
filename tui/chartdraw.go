package tui

import (
	"fmt"

	"argosy/tui/cell"
	"argosy/tui/chart"
	"argosy/tui/theme"
)

// style is the colour of a part, or of a bar that is a severity.
func (c *chartScreen) style(a *App, i int) theme.Style {
	if i < len(c.legend) {
		switch c.legend[i] {
		case "Critical", "High":
			return a.theme.Severity(c.legend[i])
		case "fixed":
			return a.theme.Good
		case "new":
			return a.theme.Bad
		}
	}
	list := []theme.Style{a.theme.Accent, a.theme.Good, a.theme.Warn, a.theme.Function, a.theme.Low, a.theme.Dim}
	return list[i%len(list)]
}

func (c *chartScreen) barLine(a *App, b bar, label, numbers, room int, most float64) string {
	line := cell.Fit(cell.Clean(b.label), label, false) + " "
	for i := range max(1, len(c.legend)) {
		v := 0.0
		if i < len(b.parts) {
			v = b.parts[i]
		}
		line += cell.Fit(cell.Number(v), numbers, true) + " "
	}
	line += " "
	sum := 0.0
	drawn := 0
	for i, p := range b.parts {
		style := c.style(a, i)
		if len(c.legend) == 0 {
			style = a.theme.Severity(b.label)
		}
		if c.sideBySide() {
			half := room/2 - 1
			line += style.On(cell.Fit(chart.Bar(p, most, half), half, false)) + " "
			continue
		}
		// Each part ends where the sum to it does, so that the whole is as long as
		// its number says.
		sum += p
		end := 0
		if most > 0 {
			end = int(sum/most*float64(room) + 0.5)
		}
		if n := max(end-drawn, b2i(p > 0 && end == drawn && drawn < room)); n > 0 {
			line += style.On(repeat("█", n))
			drawn += n
		}
	}
	return line
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func repeat(s string, n int) string {
	out := ""
	for range n {
		out += s
	}
	return out
}

// drawLines draws each line in a field of its own, below each other, with the
// last values beside them: lines on top of each other hide in Braille.
func (c *chartScreen) drawLines(a *App, w, h int) []string {
	n := min(len(c.curves), max(1, h/5))
	each := h / n
	var out []string
	c.top = max(0, min(c.top, len(c.curves)-n))
	for i, values := range c.curves {
		if i < c.top || i >= c.top+n {
			continue
		}
		name := ""
		if i < len(c.legend) {
			name = c.legend[i]
		}
		last := ""
		if len(values) > 0 {
			last = "now " + cell.Number(values[len(values)-1]) + ", most " + cell.Number(greatest(values)) + ", least " + cell.Number(least(values))
		}
		style := c.style(a, i)
		out = append(out, " "+style.On(name)+"  "+a.theme.Dim.On(last))
		for _, l := range chart.Line(values, c.labels, w-2, max(3, each-2)) {
			out = append(out, " "+style.On(l))
		}
		out = append(out, "")
	}
	if n < len(c.curves) {
		out = append(out, " "+a.theme.Dim.On(fmt.Sprintf("%d more: j k", len(c.curves)-n)))
	}
	return out
}

func greatest(list []float64) float64 {
	m := list[0]
	for _, v := range list {
		m = max(m, v)
	}
	return m
}

func least(list []float64) float64 {
	m := list[0]
	for _, v := range list {
		m = min(m, v)
	}
	return m
}

// lines draws the names of the charts, the chart and the status.
func (c *chartScreen) lines(a *App, w, h int) []string {
	tabs := " "
	for i, k := range c.kinds {
		if i == c.kind {
			tabs += a.theme.TabOn.On("["+k+"]") + " "
		} else {
			tabs += a.theme.Tab.On(" "+k+" ") + " "
		}
	}
	if h := c.from.chart; h != nil && h.title != "" && !c.from.isView() {
		tabs = " " + a.theme.Title.On(cell.Clean(h.title))
	}
	scope := c.from.findingsOnly()
	if c.kinds[c.kind] == "severity" { // drawn from the rows
		scope = c.from.view.Chips
	}
	out := []string{tabs, fitStyled(c.from.chipLine(a, w, scope), w-1)}
	if !c.from.isView() {
		out[1] = ""
	}
	body := c.view(a, w, h-4)
	for len(body) < h-3 {
		body = append(body, "")
	}
	out = append(out, body[:h-3]...)
	return append(out, a.status(plural(len(c.bars)+len(c.curves), "row")+" drawn", "esc back to the rows"))
}
