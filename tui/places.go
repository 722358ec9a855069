package tui

import (
	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// place is something that the palette goes to.
type place struct {
	text, right, also string
	open              func(*App) tea.Cmd
}

// mostPlaces is how many of a kind the palette knows.
const mostPlaces = 20_000

// askPlaces reads reports, teams, repositories and vulnerabilities.
func (a *App) askPlaces(take func([]place)) tea.Cmd {
	dirs := a.opt.ReportDirs
	return func() tea.Msg {
		var list []place
		if lib, err := queries.LoadLibrary(dirs...); err == nil {
			for _, s := range lib.Reports() {
				list = append(list, place{"report " + titleOf(s), s.Name, " " + s.Name, func(a *App) tea.Cmd { return runReport(a, s) }})
			}
		}
		ask := func(what string, make func(r []any) place) error {
			_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: "select " + what + ", count(*) as n from subassessments where status = 'Unhealthy' group by all order by n desc, 1 limit " + cell.Text(int64(mostPlaces))}))
			for _, r := range rows {
				list = append(list, make(r))
			}
			return err
		}
		err := ask(lens.TeamExpr, func(r []any) place {
			return goesTo("team "+cell.Text(r[0]), cell.Number(r[1])+" findings", "repositories", lens.Chip{Field: "team", Op: lens.Is, Values: []*string{typed(r[0])}})
		})
		if err == nil {
			err = ask("registry, repository", func(r []any) place {
				return goesTo(cell.Text(r[1]), cell.Text(r[0]), "images", lens.Chip{Field: "registry", Op: lens.Is, Values: []*string{typed(r[0])}}, lens.Chip{Field: "repository", Op: lens.Is, Values: []*string{typed(r[1])}})
			})
		}
		if err == nil {
			err = ask("vulnerability", func(r []any) place {
				return goesTo(cell.Text(r[0]), cell.Number(r[1])+" findings", "repositories", lens.Chip{Field: "vulnerability", Op: lens.Is, Values: []*string{typed(r[0])}})
			})
		}
		return done(func(a *App) tea.Cmd {
			take(list)
			return a.fail(err)
		})
	}
}

// goesTo is a place that a lens shows, whatever the scope was.
func goesTo(text, right, name string, chips ...lens.Chip) place {
	return place{text, right, "", func(a *App) tea.Cmd {
		l, err := lens.Find(name)
		if err != nil {
			return a.fail(err)
		}
		return a.push(newTable(a, lens.View{Lens: l, Chips: chips}))
	}}
}
