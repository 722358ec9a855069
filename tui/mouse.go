package tui

import (
	tea "charm.land/bubbletea/v2"
)

// mouseEvent scrolls with the wheel, puts the cursor where one clicks, and sorts
// by the column whose heading that is.
func (a *App) mouseEvent(msg tea.MouseMsg) tea.Cmd {
	if a.over != nil || !a.mouse {
		return nil
	}
	a.note = ""
	m := msg.Mouse()
	t := a.tableOf()
	if t == nil {
		return a.wheel(msg)
	}
	switch msg.(type) {
	case tea.MouseWheelMsg:
		by := int64(3)
		if m.Button == tea.MouseWheelUp {
			by = -3
		}
		t.grid.MoveTo(t.grid.Cursor() + by)
	case tea.MouseClickMsg:
		if name, ok := t.grid.Under(m.X); ok && m.Y == t.gridTop(a) {
			t.grid.SetColumn(name)
			return tea.Batch(t.sortKey(a, false), a.afterKey())
		}
		if at, ok := t.grid.At(m.X, m.Y-t.gridTop(a)); ok {
			if at == t.grid.Cursor() {
				return tea.Batch(t.open(a), a.afterKey())
			}
			t.grid.MoveTo(at)
		}
	}
	return a.afterKey()
}

// wheel scrolls what is no table, as its keys do.
func (a *App) wheel(msg tea.MouseMsg) tea.Cmd {
	w, ok := msg.(tea.MouseWheelMsg)
	if !ok {
		return nil
	}
	code := tea.KeyDown
	if w.Button == tea.MouseWheelUp {
		code = tea.KeyUp
	}
	var cmds []tea.Cmd
	for range 3 {
		cmds = append(cmds, a.key(tea.KeyPressMsg(tea.Key{Code: code})))
	}
	return tea.Batch(cmds...)
}

// gridTop is the line that the grid's heading is on.
func (t *table) gridTop(a *App) int {
	top := 2
	if t.isView() && a.w >= narrow {
		top++
	}
	if h, ok := a.top().(*home); ok {
		top = 2
		if a.h-2 >= 20 {
			top += len(h.panels(a, a.w))
		}
	}
	return top
}
