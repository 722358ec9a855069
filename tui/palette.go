package tui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/tui/keymap"
)

// openPalette lists every action that can be done here, the lenses, the filters
// that can be typed, and, once they are read, reports, teams, repositories and
// vulnerabilities. A number goes to that row, and what ParseChip reads becomes a
// filter.
func openPalette(a *App) tea.Cmd {
	var items []item
	var acts []func(*App) tea.Cmd
	add := func(text, right string, act func(*App) tea.Cmd) {
		items = append(items, item{text: text, right: right})
		acts = append(acts, act)
	}
	s := a.top()
	for _, c := range contextsOf(s) {
		for _, b := range keymap.Bindings() {
			if b.Context != c || b.Action == "palette" || b.Action == "open" && c == keymap.Everywhere {
				continue
			}
			key := b.Keys[0]
			if len(b.Keys) > 1 && (b.Action == "move" || b.Action == "sideways" || b.Action == "page" || b.Action == "ends" || b.Action == "marks" || b.Action == "width" || b.Action == "shift" || b.Action == "again") {
				continue // several actions of one kind are keys, not commands
			}
			add(b.Help, keymap.Name(key), func(a *App) tea.Cmd { return a.act(a.top(), b.Action, key) })
		}
	}
	for _, f := range lens.Fields() {
		add("filter "+f.Name+"=", f.Doc, func(a *App) tea.Cmd {
			a.over = newPrompt("Filter", f.Name+"=", "for instance severity>=High, package~ssl, team=a,b, !kev", func(a *App, text string) tea.Cmd { return a.addChip(text) })
			return nil
		})
	}
	p := newPicker("Commands", items, func(a *App, i int, text string) tea.Cmd {
		if n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64); err == nil {
			if g := a.gridOf(); g != nil {
				g.MoveTo(n - 1)
			}
			return nil
		}
		if c, err := lens.ParseChip(text); err == nil && text != "" && strings.ContainsAny(text, "=~<>!") {
			return a.addChip(c.String())
		}
		if i < 0 {
			return a.say("there is no such command: " + text)
		}
		return acts[i](a)
	})
	p.foot = "type to narrow · a number goes to the row · team=payments filters · esc"
	a.over = p
	return a.askPlaces(func(places []place) {
		for _, x := range places {
			add(x.text, x.right, x.open)
			items[len(items)-1].also = x.also
		}
		p.items = items
		at := p.at
		p.narrow()
		p.at = min(at, max(0, len(p.shown)-1))
	})
}

// addChip adds a filter that was typed to the scope.
func (a *App) addChip(text string) tea.Cmd {
	c, err := lens.ParseChip(text)
	if err != nil {
		return a.fail(err)
	}
	if t := a.tableOf(); t != nil && t.isView() {
		return t.rescope(a, with(t.view.Chips, c))
	}
	return a.say("there is no scope here")
}

// tableOf is the table on the screen, if there is one.
func (a *App) tableOf() *table {
	switch s := a.top().(type) {
	case *table:
		return s
	case *home:
		return s.teams
	}
	return nil
}

func (a *App) gridOf() interface{ MoveTo(int64) } {
	if t := a.tableOf(); t != nil {
		return t.grid
	}
	return nil
}
