package tui

import (
	tea "charm.land/bubbletea/v2"
)

// mouseEvent scrolls with the wheel and puts the cursor where one clicks.
func (a *App) mouseEvent(msg tea.MouseMsg) tea.Cmd {
	if a.over != nil {
		return nil
	}
	m := msg.Mouse()
	t := a.tableOf()
	if t == nil {
		return nil
	}
	switch msg.(type) {
	case tea.MouseWheelMsg:
		by := int64(3)
		if m.Button == tea.MouseWheelUp {
			by = -3
		}
		t.grid.MoveTo(t.grid.Cursor() + by)
	case tea.MouseClickMsg:
		if at, ok := t.grid.At(m.X, m.Y-t.gridTop(a)); ok {
			if at == t.grid.Cursor() {
				return tea.Batch(t.open(a), a.afterKey())
			}
			t.grid.MoveTo(at)
		}
	}
	return a.afterKey()
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
