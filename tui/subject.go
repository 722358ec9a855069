package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/kql/duck"
	"argosy/schema"
	"argosy/tui/cell"
)

// subject is what a row is about, as far as it says: what can be exempt, given
// to a team, or read up on.
type subject struct {
	vulnerability, pkg, kind string
	registry, repository     string
	digest                   string
	team                     string
	links                    []string
}

// image is the reference of the image, or the repository.
func (s subject) image() string {
	text := strings.TrimPrefix(s.registry+"/"+s.repository, "/")
	if s.digest != "" {
		text += "@" + s.digest
	}
	return text
}

func (d *detail) subject() subject {
	return subject{vulnerability: d.text("vulnerability"), pkg: d.text("package_name"), kind: d.text("package_type"), registry: d.text("registry"),
		repository: d.text("repository"), digest: d.text("digest"), team: d.text("owner_team"), links: texts2(d.fields["links"])}
}

// onRow does something with what the row under the cursor is about; of a
// finding the rest is asked for first.
func (t *table) onRow(a *App, act func(*App, subject) tea.Cmd) tea.Cmd {
	row := t.grid.Current()
	if row == nil {
		return nil
	}
	text := func(name string) string { s, _ := t.value(row, name).(string); return s }
	s := subject{vulnerability: text("vulnerability")}
	var query string
	switch t.view.Lens.Name {
	case "findings":
		query = fmt.Sprintf(`select s.package_name, s.package_type, s.registry, s.repository, s.digest, %s, v."references"
from subassessments s join vulnerabilities v using (vulnerability_id) where s.finding = '%s'::uuid and s.location_id = %d`, teamOf, text("finding"), whole(t.value(row, "location_id")))
	case "vulnerabilities":
		query = `select null, null, null, null, null, null, "references" from vulnerabilities where id = ` + duck.Text(s.vulnerability)
	case "images", "repositories":
		s.registry, s.repository, s.team = text("registry"), text("repository"), text("team")
		if d := text("image"); strings.HasPrefix(d, "sha256:") {
			s.digest = d
		}
		return act(a, s)
	case "packages", "fixes":
		s.pkg, s.kind = text("package"), text("type")
		return act(a, s)
	default:
		return act(a, s)
	}
	gen := t.gen
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: query}))
		return done(func(a *App) tea.Cmd {
			switch {
			case err != nil:
				return a.fail(err)
			case t.gen != gen || a.over != nil || a.top() != screen(t) && !a.topIs(t):
				return nil
			case len(rows) == 0:
				return a.say("the finding is no longer open; R asks again")
			}
			r := rows[0]
			s.pkg, s.kind, s.registry, s.repository, s.digest, s.team = cell.Text(r[0]), cell.Text(r[1]), cell.Text(r[2]), cell.Text(r[3]), cell.Text(r[4]), cell.Text(r[5])
			s.links = texts2(r[6])
			return act(a, s)
		})
	}
}

// topIs says whether home shows the table.
func (a *App) topIs(t *table) bool {
	h, ok := a.top().(*home)
	return ok && h.teams == t
}
