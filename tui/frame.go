package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"argosy/queries/lens"
	"argosy/tui/cell"
	"argosy/tui/keymap"
)

// narrow is the width below which the header is written short.
const narrow = 100

// View draws the terminal.
func (a *App) View() tea.View {
	var v tea.View
	v.AltScreen = true
	v.WindowTitle = "argosy"
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.SetContent(strings.Join(a.Screen(), "\n"))
	return v
}

// Frame is the first screen at a size, before anything was read.
func (a *App) Frame(w, h int) []string {
	a.w, a.h = w, h
	return a.Screen()
}

// Screen is what the terminal shows, line by line.
func (a *App) Screen() []string {
	if a.w < 40 || a.h < 10 {
		return []string{cell.Cut(fmt.Sprintf("argosy needs 40x10, this is %dx%d", a.w, a.h), max(1, a.w))}
	}
	lines := make([]string, 0, a.h)
	lines = append(lines, a.header())
	lines = append(lines, a.top().lines(a, a.w, a.h-2)...)
	for len(lines) < a.h-1 {
		lines = append(lines, "")
	}
	lines = append(lines[:a.h-1], a.hintLine())
	if a.over != nil {
		box, x, y := a.over.box(a, a.w, a.h)
		lay(lines, box, x, y)
	}
	for i, l := range lines {
		// What is too wide would wrap and push everything down.
		if len(l) > a.w && ansi.StringWidth(l) > a.w {
			lines[i] = ansi.Truncate(l, a.w, "")
		}
	}
	return lines
}

// lay draws a box over lines.
func lay(lines, box []string, x, y int) {
	for i, b := range box {
		if y+i < 0 || y+i >= len(lines) {
			continue
		}
		under := lines[y+i]
		w := ansi.StringWidth(b)
		left := ansi.Truncate(under, x, "")
		left += cell.Spaces(x - ansi.StringWidth(left))
		right := ""
		if ansi.StringWidth(under) > x+w {
			right = ansi.TruncateLeft(under, x+w, "")
		}
		lines[y+i] = left + "\x1b[m" + b + right
	}
}

// header says where one is, and of which database.
func (a *App) header() string {
	t := a.theme
	left := " argosy"
	if c := a.top().crumbs(); len(c) > 0 {
		left += " › " + strings.Join(c, " › ")
	}
	right := base(a.db.Path())
	if a.findings >= 0 {
		right += " · " + cell.Group(a.findings) + " findings"
	}
	if h, ok := a.top().(*home); ok && h.ago != "" && a.w >= narrow {
		right += " · ingested " + h.ago
		if h.next != "" && cell.Width(right)+cell.Width(h.next)+20 < a.w {
			right += "   " + h.next
		}
	}
	right += " "
	if a.w < narrow {
		right = ""
		if tab, ok := a.top().(interface{ shortTabs(*App) (string, string) }); ok {
			right, _ = tab.shortTabs(a)
			room := a.w - ansi.StringWidth(right)
			return t.Header.On(cell.Fit(left, room, false)) + right
		}
	}
	room := a.w - cell.Width(right)
	if room < 20 {
		right, room = "", a.w
	}
	return t.Header.On(cell.Fit(left, room, false) + right)
}

func base(path string) string {
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		path = path[i+1:]
	}
	return cell.Clean(path)
}

// hintLine names the keys that matter here.
func (a *App) hintLine() string {
	s := a.top()
	names := s.hints()
	var parts []string
	used := 1
	// The key for help is there whatever else does not fit.
	help := 0
	if b, ok := keymap.Of(keymap.Everywhere, "help"); ok && slices.Contains(names, "help") {
		help = cell.Width(b.Keys[0]) + 1 + cell.Width(b.Short) + 2
	}
	for _, n := range names {
		if n == "help" {
			help = 0
		}
		var b keymap.Binding
		found := false
		for _, c := range contextsOf(s) {
			if b, found = keymap.Of(c, n); found {
				break
			}
		}
		if !found {
			continue
		}
		key := keymap.Name(b.Keys[0])
		if b.Action == "lens8" {
			key = "f"
		}
		w := cell.Width(key) + 1 + cell.Width(b.Short) + 2
		if used+w+help > a.w+2 {
			continue
		}
		used += w
		parts = append(parts, a.theme.Key.On(key)+" "+a.theme.Hint.On(b.Short))
	}
	return " " + strings.Join(parts, "  ")
}

// status is the line above the hints: a note, an error, or what the screen
// says of itself.
func (a *App) status(left, right string) string {
	t := a.theme
	if a.note != "" {
		style := t.Accent
		if a.noteBad {
			style = t.Bad
		}
		return " " + style.On(cell.Cut(a.note, a.w-2))
	}
	if since := a.top().busy(); !since.IsZero() {
		if d := a.now().Sub(since); d > 150*time.Millisecond {
			frames := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
			spin := string(frames[int(d/(100*time.Millisecond))%len(frames)])
			text := spin + " asking"
			if d > time.Second {
				text += fmt.Sprintf(" for %d s · ctrl+c cancels", int(d.Seconds()))
			}
			left = strings.TrimSuffix(text+" · "+left, " · ")
		}
	}
	if a.fresh != "" {
		right = a.fresh
		gap := a.w - 2 - cell.Width(left) - cell.Width(right)
		if gap > 0 {
			return " " + t.Status.On(left+cell.Spaces(gap)) + t.Warn.On(right)
		}
	}
	gap := a.w - 2 - cell.Width(left) - cell.Width(right)
	if gap < 1 {
		return " " + t.Status.On(cell.Cut(left, a.w-2))
	}
	return " " + t.Status.On(left+cell.Spaces(gap)+right)
}

// tabs is the row of lenses.
func (a *App) tabs(on string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for i, l := range lens.Lenses() {
		text := fmt.Sprintf("%d %s", i+1, l.Title)
		switch {
		case l.Name == on:
			b.WriteString(a.theme.TabOn.On("["+text+"]") + " ")
		case i > 0 && lens.Lenses()[i-1].Name == on:
			b.WriteString(a.theme.Tab.On(text) + "  ")
		default:
			b.WriteString(a.theme.Tab.On(text) + "  ")
		}
	}
	return b.String()
}

// shortTabs is the same in two parts for narrow terminals.
func (a *App) shortTabs(on string) (first, second string) {
	for i, l := range lens.Lenses() {
		text := fmt.Sprintf("%d%s", i+1, l.Short)
		if l.Name == on {
			text = a.theme.TabOn.On("[" + text + "]")
		} else {
			text = a.theme.Tab.On(text)
		}
		if i < 5 {
			first += text + " "
		} else {
			second += text + " "
		}
	}
	return first, second
}
