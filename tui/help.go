package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/tui/keymap"
)

// newHelp lists the keys of a screen and those that hold everywhere; choosing
// one does it.
func newHelp(contexts []keymap.Context) overlay {
	var items []item
	var list []keymap.Binding
	var names []string
	for _, c := range contexts {
		names = append(names, string(c))
	}
	title := strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	for _, ctx := range contexts {
		for _, b := range keymap.Bindings() {
			if b.Context == ctx {
				items = append(items, item{text: b.Help, right: b.Show()})
				list = append(list, b)
			}
		}
	}
	p := newPicker("Keys: "+title, items, func(a *App, i int, _ string) tea.Cmd {
		if i < 0 {
			return nil
		}
		return a.act(a.top(), list[i].Action, list[i].Keys[0])
	})
	p.foot = "type to search · ⏎ does it · esc closes"
	return p
}
