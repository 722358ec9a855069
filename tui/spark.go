package tui

import (
	tea "charm.land/bubbletea/v2"

	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/chart"
)

// trendKey is what tells the rows of a lens apart in their history; empty for
// lenses without a trend.
func trendKey(name string) string {
	switch name {
	case "teams":
		return teamOf
	case "registries":
		return "registry"
	case "repositories":
		return "registry || '/' || repository"
	}
	return ""
}

// mostSparks is how many rows a trend is drawn for: beyond it, nobody looks at
// each.
const mostSparks = 5000

// askTrend draws what was open at the end of each of the last weeks, row by
// row.
func (t *table) askTrend(a *App) tea.Cmd {
	key := trendKey(t.view.Lens.Name)
	if key == "" || t.kept == nil || t.kept.Rows() > mostSparks {
		return nil
	}
	cond, err := scopeConditions(t.view)
	if err != nil {
		return nil
	}
	kept, ends := t.kept, weekEnds(a.now(), trendWeeks)
	text := openSQL(cond, key, ends)
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: text}))
		weeks := map[string][]float64{}
		for _, r := range rows {
			k := cell.Text(r[1])
			if weeks[k] == nil {
				weeks[k] = make([]float64, len(ends))
			}
			weeks[k][whole(r[0])] = number(r[2])
		}
		return done(func(a *App) tea.Cmd {
			if err != nil || t.kept != kept {
				return a.fail(err)
			}
			t.grid.Sparks = map[string]string{}
			for k, v := range weeks {
				t.grid.Sparks[k] = chart.Spark(v)
			}
			return nil
		})
	}
}
