package tui

import (
	tea "charm.land/bubbletea/v2"

	"argosy/tui/cell"
)

// prompt asks for one line.
type prompt struct {
	title, text, hint string
	done              func(*App, string) tea.Cmd
}

func newPrompt(title, text, hint string, done func(*App, string) tea.Cmd) *prompt {
	return &prompt{title, text, hint, done}
}

func (p *prompt) key(a *App, msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "esc":
		a.over = nil
	case "enter":
		a.over = nil
		return p.done(a, p.text)
	case "backspace":
		if r := []rune(p.text); len(r) > 0 {
			p.text = string(r[:len(r)-1])
		}
	case "ctrl+u":
		p.text = ""
	default:
		p.text += msg.Text
	}
	return nil
}

func (p *prompt) box(a *App, w, h int) ([]string, int, int) {
	bw := min(w-4, 76)
	return boxed(a.theme, p.title, []string{" " + a.theme.Accent.On(cell.Clean(p.text)+"▏"), " " + a.theme.Dim.On(cell.Cut(p.hint, bw-4)), " " + a.theme.Dim.On("⏎ do · esc leave")}, bw, ""), (w - bw) / 2, h/2 - 3
}

// textBox shows lines, to be scrolled.
type textBox struct {
	title string
	lines []string
	top   int
	copy  string // what y copies; empty for nothing
}

func (b *textBox) key(a *App, msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "esc", "enter", "q", "i", "?", "backspace":
		a.over = nil
	case "down", "j":
		b.top++
	case "up", "k":
		b.top--
	case "pgdown", "space", "ctrl+d":
		b.top += 10
	case "pgup", "ctrl+u":
		b.top -= 10
	case "home", "g":
		b.top = 0
	case "end", "G":
		b.top = len(b.lines)
	case "y":
		if b.copy != "" {
			a.over = nil
			return tea.Batch(tea.SetClipboard(b.copy), a.say("copied"))
		}
	}
	return nil
}

func (b *textBox) box(a *App, w, h int) ([]string, int, int) {
	bw := min(w-4, 100)
	room := min(len(b.lines), h-6)
	b.top = max(0, min(b.top, len(b.lines)-room))
	right := "esc closes"
	if len(b.lines) > room {
		right = "j k scroll · " + right
	}
	if b.copy != "" {
		right = "y copies · " + right
	}
	var lines []string
	for _, l := range b.lines[b.top : b.top+room] {
		lines = append(lines, " "+l)
	}
	return boxed(a.theme, b.title, lines, bw, right), (w - bw) / 2, max(1, (h-room-2)/2)
}
