package tui

import (
	tea "charm.land/bubbletea/v2"

	"argosy/tui/keymap"
)

// newHelp lists the keys of a screen and those that hold everywhere; choosing
// one does it.
func newHelp(c keymap.Context) overlay {
	var items []item
	var list []keymap.Binding
	for _, ctx := range []keymap.Context{c, keymap.Everywhere} {
		for _, b := range keymap.Bindings() {
			if b.Context == ctx {
				items = append(items, item{text: b.Help, right: b.Show()})
				list = append(list, b)
			}
		}
	}
	p := newPicker("Keys: "+string(c)+" and everywhere", items, func(a *App, i int, _ string) tea.Cmd {
		if i < 0 {
			return nil
		}
		return a.act(a.top(), list[i].Action, list[i].Keys[0])
	})
	p.foot = "type to search · ⏎ does it · esc closes"
	return p
}
