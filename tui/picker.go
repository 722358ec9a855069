package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"argosy/tui/cell"
)

// picker is a list in a box that narrows as one types.
type picker struct {
	title string
	items []item
	text  string
	at    int
	shown []int
	// check marks items with space; the action is called when it closes.
	check bool
	// pick does what the chosen item stands for; text is what was typed.
	pick func(a *App, i int, text string) tea.Cmd
	foot string
}

// item is one line of a picker.
type item struct {
	text, right string
	also        string // is found too
	on          bool
}

func newPicker(title string, items []item, pick func(*App, int, string) tea.Cmd) *picker {
	p := &picker{title: title, items: items, pick: pick, foot: "type to narrow · ⏎ choose · esc close"}
	p.narrow()
	return p
}

// texts lets the matcher read the items.
type texts []item

func (t texts) String(i int) string { return t[i].text + t[i].also }
func (t texts) Len() int            { return len(t) }

func (p *picker) narrow() {
	p.at, p.shown = 0, p.shown[:0]
	if p.text == "" {
		for i := range p.items {
			p.shown = append(p.shown, i)
		}
		return
	}
	for _, m := range fuzzy.FindFrom(p.text, texts(p.items)) {
		p.shown = append(p.shown, m.Index)
	}
}

// move goes n items on; where nothing matches, the cursor stays where the first
// would be.
func (p *picker) move(n int) { p.at = max(0, min(p.at+n, len(p.shown)-1)) }

func (p *picker) key(a *App, msg tea.KeyPressMsg) tea.Cmd {
	switch name := msg.String(); name {
	case "esc":
		a.over = nil
	case "down", "ctrl+n", "tab":
		p.move(1)
	case "up", "ctrl+p", "shift+tab":
		p.move(-1)
	case "pgdown":
		p.move(10)
	case "pgup":
		p.move(-10)
	case "backspace":
		if r := []rune(p.text); len(r) > 0 {
			p.text = string(r[:len(r)-1])
			p.narrow()
		}
	case "enter":
		a.over = nil
		i := -1
		if p.at < len(p.shown) && p.at >= 0 {
			i = p.shown[p.at]
		}
		return p.pick(a, i, p.text)
	case "space":
		if p.check && p.at < len(p.shown) {
			it := &p.items[p.shown[p.at]]
			it.on = !it.on
			p.move(1)
			return nil
		}
		p.text += " "
		p.narrow()
	default:
		if msg.Text != "" {
			p.text += msg.Text
			p.narrow()
		}
	}
	return nil
}

// cut says whether an item's text is too long for a box of a width.
func (p *picker) cut(it item, bw int) bool {
	return cell.Width(it.text)+2 > bw-5-cell.Width(cell.Cut(it.right, bw/2))
}

func (p *picker) box(a *App, w, h int) ([]string, int, int) {
	bw := min(w-4, 76)
	room := max(4, min(len(p.items), h-11))
	th := a.theme
	lines := []string{" " + th.Accent.On("> "+cell.Clean(p.text)+"▏")}
	from := max(0, min(p.at-room/2, len(p.shown)-room))
	foot := []string{p.foot}
	for _, it := range p.items {
		if p.cut(it, bw) {
			foot = []string{p.foot, ""} // room for the text of such an item
			break
		}
	}
	for i := from; i < min(from+room, len(p.shown)); i++ {
		it := p.items[p.shown[i]]
		mark := " "
		if p.check {
			mark = "[ ]"
			if it.on {
				mark = "[x]"
			}
		}
		if i == p.at && p.cut(it, bw) {
			foot = append(cell.Wrap(cell.Clean(it.text), bw-4, 2), "")[:2]
		}
		right := cell.Cut(it.right, bw/2)
		left := cell.Fit(mark+" "+cell.Clean(it.text), bw-5-cell.Width(right), false)
		if i == p.at {
			lines = append(lines, th.Accent.On("▌")+th.Row.On(left+" "+right+" "))
		} else {
			lines = append(lines, " "+left+" "+th.Dim.On(right))
		}
	}
	for len(lines) < room+1 {
		lines = append(lines, "")
	}
	for _, l := range foot {
		lines = append(lines, " "+th.Dim.On(l))
	}
	right := ""
	if len(p.shown) != len(p.items) {
		right = cell.Group(int64(len(p.shown))) + " of " + cell.Group(int64(len(p.items)))
	}
	return boxed(th, p.title, lines, bw, right), (w - bw) / 2, 3
}

// chooseChips takes filters off the scope.
func (t *table) chooseChips(a *App) tea.Cmd {
	if !t.isView() || len(t.view.Chips) == 0 && !t.view.AllStatus {
		return a.say("there are no filters")
	}
	var items []item
	for _, c := range t.view.Chips {
		items = append(items, item{text: c.String()})
	}
	if t.view.AllStatus {
		items = append(items, item{text: "set aside too", right: "open findings only, again"})
	}
	items = append(items, item{text: "all of them"})
	a.over = newPicker("Take off", items, func(a *App, i int, _ string) tea.Cmd {
		v := t.view
		switch {
		case i < 0:
			return nil
		case i == len(items)-1:
			v.Chips, v.AllStatus = nil, false
		case i < len(v.Chips):
			v.Chips = append(append(v.Chips[:0:0], v.Chips[:i]...), v.Chips[i+1:]...)
		default:
			v.AllStatus = false
		}
		return a.replace(newTable(a, v))
	})
	return nil
}

// chooseColumns shows and hides columns.
func (t *table) chooseColumns(a *App) tea.Cmd {
	var items []item
	var names []string
	hidden := " " + strings.Join(t.grid.Hidden(), " ") + " "
	for _, c := range t.grid.Columns {
		if c.Kind == "hidden" {
			continue
		}
		items = append(items, item{text: c.Title, right: c.Doc, on: !strings.Contains(hidden, " "+c.Name+" ")})
		names = append(names, c.Name)
	}
	p := newPicker("Columns", items, nil)
	p.check, p.foot = true, "space shows or hides · ⏎ done · esc leaves as it was"
	p.pick = func(a *App, _ int, _ string) tea.Cmd {
		for i, n := range names {
			t.grid.SetHidden(n, !items[i].on)
		}
		t.keepChoices(a)
		return nil
	}
	a.over = p
	return nil
}
