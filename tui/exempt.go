package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// exemptForm asks for how much of what a row says is to be exempt, why and
// until when.
func (a *App) exemptForm(s subject) tea.Cmd {
	if a.opt.Command == nil {
		return a.say("exemptions are not possible here")
	}
	if s.vulnerability == "" && s.pkg == "" {
		return a.say("this row names neither vulnerability nor package; exempt from Findings, Vulns or Packages")
	}
	var where []string
	if s.digest != "" {
		where = append(where, "this image")
	}
	if s.repository != "" {
		where = append(where, "this repository")
	}
	what := s.vulnerability
	switch {
	case what == "":
		what = s.pkg
	case s.pkg != "":
		what += " in " + s.pkg
	}
	f := &form{title: "Exempt " + what, foot: "⏎ exempt · tab next · ←→ choose · esc cancel · afterwards U takes it back"}
	f.fields = []formField{
		{label: "where", options: append(where, "everywhere"), pick: -1},
		{label: "reason", doc: "why it does not count (required)", pick: -1},
		{label: "expires", text: "90d", doc: "days, weeks, a date; empty is never", pick: -1},
	}
	f.at = 1
	f.command = func(f *form) string { return "argosy " + quoted(s.exemptArgs(f)...) }
	f.submit = func(a *App, f *form) tea.Cmd {
		if strings.TrimSpace(f.field("reason").text) == "" {
			f.err, f.at = "a reason is needed", 1
			return nil
		}
		a.over = nil
		return a.write(s.exemptArgs(f), func(out string) []string { return []string{"exempt", "remove", strings.TrimSpace(out)} })
	}
	a.over = f
	return nil
}

// exemptArgs is the command line of the form.
func (s subject) exemptArgs(f *form) []string {
	args := []string{"exempt", "add"}
	if s.vulnerability != "" {
		args = append(args, "--vulnerability", s.vulnerability)
	}
	if s.pkg != "" {
		args = append(args, "--package", s.pkg)
		if s.vulnerability == "" && s.kind != "" {
			args = append(args, "--package-type", s.kind)
		}
	}
	switch f.field("where").value() {
	case "this image":
		args = append(args, "--image", s.image())
	case "this repository":
		args = append(args, "--registry", s.registry, "--repository", s.repository)
	}
	args = append(args, "--reason", f.field("reason").text)
	if e := strings.TrimSpace(f.field("expires").text); e != "" {
		args = append(args, "--expires", e)
	}
	return args
}

// write runs a command that changes the database, as the command line does; the
// file is free of the screens' own reading meanwhile. undo makes the command
// that takes it back from what this one printed.
func (a *App) write(args []string, undo func(string) []string) tea.Cmd {
	_ = a.say("writing …")
	return a.aside(args, func(a *App, out, said string, err error) tea.Cmd {
		if err != nil {
			return a.fail(err)
		}
		a.undo = nil
		hint := ""
		if undo != nil {
			a.undo, hint = undo(out), " · U takes it back"
		}
		return tea.Batch(a.say(oneLine(said)+hint), a.reload())
	})
}

// takeBack undoes the last change.
func (a *App) takeBack() tea.Cmd {
	if a.undo == nil {
		return a.say("there is nothing to take back")
	}
	args := a.undo
	a.undo = nil
	return a.write(args, nil)
}

// reload reads anew what is on the screen; what lies below is read anew when
// one comes back to it.
func (a *App) reload() tea.Cmd {
	for _, s := range a.stack {
		switch s := s.(type) {
		case *table:
			s.place = s.grid.Cursor()
			s.drop()
		case *home:
			s.teams.place = s.teams.grid.Cursor()
			s.teams.drop()
		}
	}
	a.stamp, a.fresh = a.db.Stamp(), ""
	if _, ok := a.top().(*detail); ok {
		// The finding may have left the table that it was opened from.
		note, bad := a.note, a.noteBad
		cmd := a.pop()
		a.note, a.noteBad = note, bad
		return tea.Batch(cmd, a.recount())
	}
	return tea.Batch(a.top().resume(a), a.recount())
}
