package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/tui/state"
	"argosy/tui/theme"
)

// act does an action: the screen's, or one that holds everywhere.
func (a *App) act(s screen, action, key string) tea.Cmd {
	switch action {
	case "back":
		return a.back()
	case "home":
		return a.goHome()
	case "quit":
		return a.quit()
	case "theme":
		return a.nextTheme()
	case "mouse":
		a.mouse = !a.mouse
		if a.mouse {
			return a.say("mouse on: the wheel scrolls, a click moves the cursor; M turns it off")
		}
		return a.say("mouse off")
	case "help":
		a.over = newHelp(contextsOf(s))
		return nil
	case "reports":
		return a.push(newReports())
	case "undo":
		return a.takeBack()
	case "editor":
		return openEditor(a)
	case "ingests":
		return a.push(newIngests())
	case "schedules":
		return a.push(newSchedules(a))
	case "palette":
		return openPalette(a)
	case "last":
		if len(a.stack) == 1 && len(a.trail.views) > 0 {
			return a.visit(&a.trail.views[a.trail.at])
		}
		return a.visit(a.trail.other())
	case "previous":
		return a.visit(a.trail.step(-1))
	case "next":
		return a.visit(a.trail.step(1))
	}
	if n, ok := strings.CutPrefix(action, "lens"); ok && len(n) == 1 {
		return a.through(lens.Lenses()[n[0]-'1'].Name)
	}
	if action == "refresh" {
		// Another program may have written over the screen.
		return tea.Batch(tea.ClearScreen, s.act(a, action, key), a.recount())
	}
	return s.act(a, action, key)
}

// back closes what is open on the screen, or leaves it.
func (a *App) back() tea.Cmd {
	if c, ok := a.top().(interface{ closeOne(*App) bool }); ok && c.closeOne(a) {
		return nil
	}
	return a.pop()
}

// goHome leaves everything but home.
func (a *App) goHome() tea.Cmd {
	if len(a.stack) == 1 {
		return nil
	}
	for _, s := range a.stack[1:] {
		s.leave()
	}
	a.stack = a.stack[:1]
	return a.top().resume(a)
}

func (a *App) nextTheme() tea.Cmd {
	names := theme.Names()
	at := 0
	for i, n := range names {
		if n == a.state.Theme {
			at = i
		}
	}
	a.state.Theme = names[(at+1)%len(names)]
	a.colour()
	return a.say("theme " + a.state.Theme)
}

// scope is the view that a new lens starts from: the top table's.
func (a *App) scope() lens.View {
	for i := len(a.stack) - 1; i >= 0; i-- {
		if t, ok := a.stack[i].(*table); ok && t.view.Lens.Name != "" {
			return t.view
		}
	}
	return lens.View{}
}

// through looks at the scope through a lens.
func (a *App) through(name string) tea.Cmd {
	l, err := lens.Find(name)
	if err != nil {
		return a.fail(err)
	}
	v := a.scope()
	if t, ok := a.top().(*table); ok && t.view.Lens.Name == name {
		return nil
	}
	v.Lens, v.Order = l, nil
	shown := a.replace(newTable(a, v))
	if _, others := v.Held(); len(others) > 0 {
		a.say("taken off: " + others[0].String() + " is a filter of the rows of " + others[0].Result)
	}
	return shown
}

// viewOf reads a view that was remembered.
func viewOf(s state.View) (lens.View, error) {
	l, err := lens.Find(s.Lens)
	if err != nil {
		return lens.View{}, err
	}
	v := lens.View{Lens: l, AllStatus: s.All}
	for _, text := range s.Scope {
		c, err := lens.ParseChip(text)
		if err != nil {
			return v, err
		}
		v.Chips = append(v.Chips, c)
	}
	return v, nil
}

// trail is the views looked at, for going back and forth.
type trail struct {
	views []lens.View
	at    int
}

// add notes a view; what lay ahead is forgotten.
func (t *trail) add(v lens.View) {
	if len(t.views) > 0 && same(t.views[t.at], v) {
		return
	}
	if len(t.views) > 0 {
		t.views = t.views[:t.at+1]
	}
	t.views = append(t.views, v)
	if len(t.views) > 50 {
		t.views = t.views[1:]
	}
	t.at = len(t.views) - 1
}

func same(a, b lens.View) bool {
	if a.Lens.Name != b.Lens.Name || a.AllStatus != b.AllStatus || len(a.Chips) != len(b.Chips) {
		return false
	}
	for i := range a.Chips {
		if !a.Chips[i].Equal(b.Chips[i]) {
			return false
		}
	}
	return true
}

// step moves along the trail; nil at its ends.
func (t *trail) step(by int) *lens.View {
	to := t.at + by
	if to < 0 || to >= len(t.views) {
		return nil
	}
	t.at = to
	return &t.views[to]
}

// other is the view before this one, and this one the next time.
func (t *trail) other() *lens.View {
	if t.at == 0 {
		return t.step(1)
	}
	return t.step(-1)
}

func (a *App) visit(v *lens.View) tea.Cmd {
	if v == nil {
		return a.say("there is no other view")
	}
	return a.replace(newTable(a, *v))
}
