package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"argosy/tui/cell"
	"argosy/tui/theme"
)

// boxed draws a frame around lines, w wide in all.
func boxed(t theme.Theme, title string, lines []string, w int, right string) []string {
	inner := w - 2
	head := "─"
	if title != "" {
		head = " " + cell.Cut(title, inner-2) + " "
	}
	tail := ""
	if right != "" && cell.Width(head)+cell.Width(right)+4 < inner {
		tail = " " + right + " ─"
	}
	fill := strings.Repeat("─", max(0, inner-cell.Width(head)-cell.Width(tail)))
	out := make([]string, 0, len(lines)+2)
	out = append(out, t.Border.On("┌")+t.Title.On(head)+t.Border.On(fill+tail+"┐"))
	for _, l := range lines {
		n := ansi.StringWidth(l)
		if n > inner {
			l = ansi.Truncate(l, inner, "…")
			n = ansi.StringWidth(l)
		}
		out = append(out, t.Border.On("│")+l+cell.Spaces(inner-n)+t.Border.On("│"))
	}
	return append(out, t.Border.On("└"+strings.Repeat("─", inner)+"┘"))
}

// beside joins two blocks side by side; the left one has a width.
func beside(left []string, w int, right []string) []string {
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		out[i] = l + cell.Spaces(w-ansi.StringWidth(l)) + r
	}
	return out
}
