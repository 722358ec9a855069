package tui

import (
	"fmt"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"argosy/queries"
	"argosy/tui/cell"
	"argosy/tui/keymap"
)

// reports is the list of saved reports, narrowed as one types, with a preview.
type reports struct {
	all   []*queries.Saved
	shown []int
	text  string
	at    int
	err   error
	runs  map[string]reportRun    // the newest by a schedule, by report
	due   map[string][]reportSlot // the schedules that make a report
}

func newReports() *reports { return &reports{} }

func (r *reports) context() keymap.Context { return keymap.Reports }
func (r *reports) crumbs() []string        { return []string{"Reports"} }
func (r *reports) busy() time.Time         { return time.Time{} }
func (r *reports) leave()                  {}

func (r *reports) hints() []string {
	return []string{"run", "edit", "duplicate", "schedule", "copycommand", "rename", "delete", "back"}
}

// resume reads the reports anew: files may have come.
func (r *reports) resume(a *App) tea.Cmd {
	lib, err := queries.LoadLibrary(a.opt.ReportDirs...)
	r.err = err
	if err == nil {
		r.all = lib.Reports()
	}
	r.narrow()
	return r.askRuns(a)
}

func (r *reports) narrow() {
	r.shown = r.shown[:0]
	if r.text == "" {
		for i := range r.all {
			r.shown = append(r.shown, i)
		}
	} else {
		var names []string
		for _, s := range r.all {
			names = append(names, s.Title+" "+s.Name+" "+s.Folder+" "+strings.Join(s.Tags, " "))
		}
		for _, m := range fuzzy.Find(r.text, names) {
			r.shown = append(r.shown, m.Index)
		}
	}
	r.at = max(0, min(r.at, len(r.shown)-1))
}

func (r *reports) current() *queries.Saved {
	if r.at < len(r.shown) {
		return r.all[r.shown[r.at]]
	}
	return nil
}

// typed takes letters; keys with names act.
func (r *reports) typed(a *App, msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch msg.String() {
	case "up", "down", "pgup", "pgdown":
		by := map[string]int{"up": -1, "down": 1, "pgup": -10, "pgdown": 10}[msg.String()]
		r.at = max(0, min(r.at+by, len(r.shown)-1))
		return nil, true
	case "backspace":
		if r.text == "" {
			return nil, false
		}
		t := []rune(r.text)
		r.text = string(t[:len(t)-1])
		r.narrow()
		return nil, true
	case "esc":
		if r.text == "" {
			return nil, false
		}
		r.text = ""
		r.narrow()
		return nil, true
	}
	if msg.Text == "" || msg.Mod&^tea.ModShift != 0 || msg.Text == "?" && r.text == "" {
		return nil, false
	}
	r.text += msg.Text
	r.at = 0
	r.narrow()
	return nil, true
}

func (r *reports) act(a *App, action, _ string) tea.Cmd {
	s := r.current()
	if s == nil {
		return nil
	}
	switch action {
	case "run":
		return runReport(a, s)
	case "edit":
		return a.push(newEditor(a, s.Name, s.Text, s.Language, s.Params))
	case "schedule":
		text := scheduleText(s)
		a.over = &textBox{title: "A schedule of " + cell.Clean(titleOf(s)), lines: strings.Split(text+"\n\n# Put it into a file, mend it, then: argosy schedule validate FILE", "\n"), copy: text + "\n"}
		return nil
	case "copycommand":
		c := "argosy report run " + quoted(s.Name)
		return tea.Batch(tea.SetClipboard(c), a.say("copied: "+c))
	case "duplicate":
		return r.duplicate(a, s)
	case "rename":
		return r.rename(a, s)
	case "delete":
		return r.delete(a, s)
	}
	return nil
}

func (r *reports) duplicate(a *App, s *queries.Saved) tea.Cmd {
	a.over = newPrompt("Duplicate "+s.Name, s.Name+"-copy", "name of the new report", func(a *App, name string) tea.Cmd {
		path, err := saveReport(a, name, s.Language, s.Text, false)
		if err != nil {
			return a.fail(err)
		}
		return tea.Batch(r.resume(a), a.say("wrote "+path))
	})
	return nil
}

func (r *reports) rename(a *App, s *queries.Saved) tea.Cmd {
	old := fileOf(a, s)
	if old == "" {
		return a.say(s.Name + " comes with argosy; ctrl+d makes a copy that is yours")
	}
	a.over = newPrompt("Rename "+s.Name, s.Name, "new name", func(a *App, name string) tea.Cmd {
		if name == s.Name {
			return nil
		}
		path, err := newFile(a, name, old, s.Language)
		if err != nil {
			return a.fail(err)
		}
		if err := os.Rename(old, path); err != nil {
			return a.fail(fmt.Errorf("renaming report %q: %w", s.Name, err))
		}
		return r.resume(a)
	})
	return nil
}

func (r *reports) delete(a *App, s *queries.Saved) tea.Cmd {
	old := fileOf(a, s)
	if old == "" {
		return a.say(s.Name + " comes with argosy and cannot be deleted")
	}
	a.over = newPrompt("Delete "+s.Name, "", "type the name of the report to delete "+old, func(a *App, name string) tea.Cmd {
		if name != s.Name {
			return a.say("nothing was deleted")
		}
		if err := os.Remove(old); err != nil {
			return a.fail(fmt.Errorf("removing %q: %w", old, err))
		}
		return tea.Batch(r.resume(a), a.say("deleted "+old))
	})
	return nil
}
