package tui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// aside runs a command line of argosy while the screens do not hold the file,
// and gives what it printed to after. An error is worded as the command words
// it.
func (a *App) aside(args []string, after func(a *App, out, said string, err error) tea.Cmd) tea.Cmd {
	return func() tea.Msg {
		var out, said string
		err := a.db.Aside(func() (err error) {
			out, said, err = a.opt.Command(a.ctx, args...)
			return err
		})
		if err != nil && said != "" {
			err = errors.New(strings.TrimPrefix(oneLine(said), "argosy: "))
		}
		return done(func(a *App) tea.Cmd { return after(a, out, said, err) })
	}
}
