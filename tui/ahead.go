package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// mostAhead is how many keys may wait.
const mostAhead = 100

// settling is a screen whose cursor may stand on another row in a moment.
type settling interface {
	// unsettled says whether rows or a match are being waited for, and whether what
	// was waited for did not come.
	unsettled() (waits, failed bool)
}

// ofRow are the actions that are about the row under the cursor: pressed before
// it is there, they would mean another row, or none.
func ofRow(action string) bool {
	return slices.Contains([]string{"open", "everywhere", "keep", "drop", "mark", "copycell", "copyrow", "copymd", "exempt", "assign", "url"}, action)
}

// mustWait says whether an action has to wait for its row; keys after it wait
// with it.
func (a *App) mustWait(s screen, action string) bool {
	if u, ok := s.(settling); ok && ofRow(action) {
		waits, _ := u.unsettled()
		return waits
	}
	return false
}

// later takes a key that was pressed while others wait.
func (a *App) later(msg tea.KeyPressMsg) tea.Cmd {
	if msg.String() == "esc" {
		a.ahead = nil
		return a.say("the keys that waited for the rows are dropped")
	}
	if len(a.ahead) < mostAhead {
		a.ahead = append(a.ahead, msg)
	}
	return a.say("waits for the rows: " + plural(len(a.ahead), "key") + " · esc drops them")
}

// catchUp does the keys that waited, once their row is there. Where it did not
// come they mean nothing.
func (a *App) catchUp() tea.Cmd {
	if len(a.ahead) == 0 {
		return nil
	}
	if u, ok := a.top().(settling); ok {
		waits, failed := u.unsettled()
		if waits {
			return nil
		}
		if failed {
			a.ahead = nil
			return nil
		}
	}
	keys := a.ahead
	a.ahead, a.note = nil, ""
	var cmds []tea.Cmd
	for _, k := range keys {
		cmds = append(cmds, a.key(k)) // one that waits anew has the rest wait behind it
	}
	return tea.Batch(cmds...)
}

func (t *table) unsettled() (waits, failed bool) {
	if t.loading && t.grid.Current() == nil || t.find.seeking {
		return true, false
	}
	return false, t.err != nil || t.find.text != "" && t.find.count == 0
}

func (h *home) unsettled() (waits, failed bool) { return h.teams.unsettled() }
