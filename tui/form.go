package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"argosy/tui/cell"
)

// form is a box with fields to fill in, and the command line that does the
// same.
type form struct {
	title  string
	fields []formField
	at     int
	foot   string
	err    string
	// command writes the equivalent command line; empty for none.
	command func(*form) string
	submit  func(*App, *form) tea.Cmd
	// open submits and opens what came of it; nil where that is no file.
	open func(*App, *form) tea.Cmd
	// changed is called when a text changed.
	changed func(*form)
	// chosen is called when a choice changed.
	chosen func(*form)
	// fresh is called when something has come that the fields may tell.
	fresh func(*form)
}

// formField is a choice, where it has options, or a text.
type formField struct {
	label, doc string
	options    []string
	choice     int
	text       string
	// preset is set while the text is one that was put there: what is typed takes
	// its place.
	preset bool
	// suggest are values to choose from while typing, with what stands beside them;
	// shown are those that fit.
	suggest []string
	beside  map[string]string
	shown   []string
	pick    int // of shown, -1 for none
}

// offer replaces what there is to choose from; the choice stays where it was, or
// goes to the first when it is gone.
func (f *formField) offer(options []string) {
	word, _, _ := strings.Cut(f.value(), " ")
	f.options = options
	f.choice = max(0, slices.IndexFunc(options, func(o string) bool {
		first, _, _ := strings.Cut(o, " ")
		return word != "" && first == word
	}))
}

// value is what the field holds.
func (f *formField) value() string {
	if len(f.options) > 0 {
		return f.options[f.choice]
	}
	return f.text
}

// field finds a field by its label.
func (f *form) field(label string) *formField {
	for i := range f.fields {
		if f.fields[i].label == label {
			return &f.fields[i]
		}
	}
	return &formField{}
}

func (f *form) key(a *App, msg tea.KeyPressMsg) tea.Cmd {
	cur := &f.fields[f.at]
	switch msg.String() {
	case "esc":
		a.over = nil
	case "enter":
		if cur.pick >= 0 && cur.pick < len(cur.shown) && cur.shown[cur.pick] != cur.text {
			cur.text, cur.preset = cur.shown[cur.pick], false
			cur.narrow(false)
			f.at = min(f.at+1, len(f.fields)-1)
			return nil
		}
		return f.submit(a, f)
	case "ctrl+o":
		if f.open != nil {
			return f.open(a, f)
		}
	case "tab":
		f.at = (f.at + 1) % len(f.fields)
	case "shift+tab":
		f.at = (f.at + len(f.fields) - 1) % len(f.fields)
	case "down", "up":
		by := 1
		if msg.String() == "up" {
			by = -1
		}
		if len(cur.shown) > 0 {
			cur.pick = max(-1, min(cur.pick+by, len(cur.shown)-1))
			return nil
		}
		f.at = max(0, min(f.at+by, len(f.fields)-1))
	case "left", "right", "space":
		if len(cur.options) > 0 {
			by := 1
			if msg.String() == "left" {
				by = -1
			}
			cur.choice = (cur.choice + by + len(cur.options)) % len(cur.options)
			if f.chosen != nil {
				f.chosen(f)
			}
			return nil
		}
		if msg.String() == "space" {
			cur.typed(" ")
		}
	case "backspace":
		cur.preset = false
		if r := []rune(cur.text); len(r) > 0 && len(cur.options) == 0 {
			cur.text = string(r[:len(r)-1])
			cur.narrow(true)
		}
	case "ctrl+u":
		cur.text, cur.preset = "", false
		cur.narrow(true)
	default:
		if len(cur.options) == 0 && msg.Text != "" {
			cur.typed(msg.Text)
		}
	}
	f.err = ""
	if f.changed != nil && len(cur.options) == 0 {
		f.changed(f)
	}
	return nil
}

// typed adds what is typed to the text.
func (f *formField) typed(text string) {
	if f.preset {
		f.text, f.preset = "", false
	}
	f.text += text
	f.narrow(true)
}

// narrow finds the suggestions that fit what was typed.
func (f *formField) narrow(open bool) {
	f.shown, f.pick = nil, -1
	if !open || len(f.suggest) == 0 {
		return
	}
	if f.text == "" {
		f.shown = f.suggest[:min(5, len(f.suggest))]
		return
	}
	for _, m := range fuzzy.Find(f.text, f.suggest) {
		if len(f.shown) < 5 {
			f.shown = append(f.shown, m.Str)
		}
	}
	if len(f.shown) > 0 {
		f.pick = 0
	}
}

func (f *form) box(a *App, w, h int) ([]string, int, int) {
	th := a.theme
	bw := min(w-4, 78)
	wide := 6
	for _, x := range f.fields {
		wide = max(wide, cell.Width(x.label))
	}
	var lines []string
	for i := range f.fields {
		lines = append(lines, f.fieldLines(a, i, wide, bw)...)
	}
	lines = append(lines, "")
	if at := f.fields[f.at]; at.doc != "" && (at.text != "" || len(at.options) > 0) {
		lines = append(lines, " "+th.Dim.On(cell.Cut(at.label+": "+cell.Clean(at.doc), bw-4)))
	}
	if f.err != "" {
		for _, l := range cell.Wrap(cell.Clean(f.err), bw-4, 3) {
			lines = append(lines, " "+th.Bad.On(l))
		}
	}
	if f.command != nil {
		for i, l := range cell.Wrap(cell.Clean(f.command(f)), bw-6, 6) {
			mark := "= "
			if i > 0 {
				mark = "  "
			}
			lines = append(lines, " "+th.Dim.On(mark+l))
		}
	}
	lines = append(lines, " "+th.Dim.On(f.foot))
	y := max(1, (h-len(lines)-2)/2)
	return boxed(th, f.title, lines, bw, ""), (w - bw) / 2, y
}

func (f *form) fieldLines(a *App, i, wide, bw int) []string {
	th, x := a.theme, &f.fields[i]
	mark := "  "
	style := th.Dim
	if i == f.at {
		mark, style = th.Accent.On("▌")+" ", th.Bold
	}
	head := mark + style.On(cell.Fit(x.label, wide, false)) + "  "
	room := bw - wide - 8
	if len(x.options) == 0 {
		text := cell.Clean(x.text)
		for cell.Width(text) > room-1 {
			_, n := firstRune(text)
			text = text[n:]
		}
		switch {
		case i == f.at && x.preset:
			text = th.Row.On(text) + th.Accent.On("▏")
		case i == f.at:
			text = th.Accent.On(text + "▏")
		}
		out := []string{head + text}
		if x.text == "" && x.doc != "" {
			out[0] += " " + th.Dim.On(cell.Cut(x.doc, room-4))
		}
		for n, s := range x.shown {
			if i != f.at {
				break
			}
			line := cell.Fit(s, min(room, 44)-14, false) + cell.Fit(x.beside[s], 14, true)
			if n == x.pick {
				line = th.Accent.On("▌") + th.Row.On(line)
			} else {
				line = " " + line
			}
			out = append(out, cell.Spaces(wide+3)+line)
		}
		return out
	}
	var out []string
	line := ""
	for n, o := range x.options {
		part := "( ) " + o
		if n == x.choice {
			part = "(•) " + o
		}
		if cell.Width(line)+cell.Width(part)+2 > room && line != "" {
			out = append(out, line)
			line = ""
		}
		line += part + "  "
	}
	out = append(out, line)
	for n := range out {
		if n == 0 {
			out[n] = head + out[n]
		} else {
			out[n] = cell.Spaces(wide+4) + out[n]
		}
	}
	return out
}

func firstRune(s string) (rune, int) {
	for i, r := range s {
		if i > 0 {
			return 0, i
		}
		_ = r
	}
	return 0, len(s)
}

// quoted writes a word of a command line as a shell takes it.
func quoted(words ...string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = shellWord(w)
	}
	return strings.Join(out, " ")
}
