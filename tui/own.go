package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// assignForm asks for the team that is to own an image or a repository.
func (a *App) assignForm(s subject) tea.Cmd {
	if s.repository == "" {
		return a.say("this row names no repository; assign from Repositories, Images or Findings")
	}
	if a.opt.Command == nil {
		return a.say("owners cannot be assigned here")
	}
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: `select team from (select team from owner_rules union select team from owner_assignments where removed is null
	union select ` + lens.TeamExpr + ` from subassessments) where team not in ('unowned', '(none)') order by 1`}))
		return done(func(a *App) tea.Cmd {
			if err != nil {
				return a.fail(err)
			}
			if a.over == nil {
				a.over = assignBox(s, rows)
			}
			return nil
		})
	}
}

func assignBox(s subject, teams [][]any) *form {
	where := []string{"this repository", "this image"}
	if s.digest == "" {
		where = where[:1]
	}
	f := &form{title: "Who owns " + s.image(), foot: "⏎ assign · tab next · ←→ choose · esc cancel · afterwards U takes it back"}
	f.fields = []formField{
		{label: "team", doc: "now " + s.team, pick: -1},
		{label: "what", options: where, pick: -1},
		{label: "reason", doc: "why", pick: -1},
	}
	for _, r := range teams {
		f.fields[0].suggest = append(f.fields[0].suggest, cell.Text(r[0]))
	}
	f.fields[0].narrow(true)
	f.command = func(f *form) string { return "argosy " + quoted(s.ownArgs(f)...) }
	f.submit = func(a *App, f *form) tea.Cmd {
		if strings.TrimSpace(f.field("team").text) == "" {
			f.err, f.at = "a team is needed", 0
			return nil
		}
		a.over = nil
		return a.write(s.ownArgs(f), func(out string) []string { return []string{"own", "remove", strings.TrimSpace(out)} })
	}
	return f
}

// ownArgs is the command line of the form.
func (s subject) ownArgs(f *form) []string {
	args := []string{"own", "add", strings.TrimSpace(f.field("team").text), "--registry", s.registry, "--repository", s.repository}
	if f.field("what").value() == "this image" {
		args = append(args, "--digest", s.digest)
	}
	if r := strings.TrimSpace(f.field("reason").text); r != "" {
		args = append(args, "--reason", r)
	}
	return args
}
