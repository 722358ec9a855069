package tui

import (
	"fmt"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/chart"
)

// askRisk counts the open findings by severity, now and a week ago.
func (h *home) askRisk(a *App) tea.Cmd {
	h.gen++
	gen := h.gen
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: "select severity, " + once("true") + ", " + once("fixable") + " from subassessments" + shared + " where status = 'Unhealthy' group by 1"}))
		return done(func(a *App) tea.Cmd {
			if h.gen != gen {
				return nil
			}
			if err != nil {
				return a.fail(err)
			}
			risk := map[string]riskLine{}
			var all, fixable int64
			for _, r := range rows {
				risk[cell.Text(r[0])] = riskLine{open: whole(r[1]), before: h.risk[cell.Text(r[0])].before}
				all, fixable = all+whole(r[1]), fixable+whole(r[2])
			}
			h.risk, a.findings = risk, all
			if all > 0 {
				h.share = 100 * float64(fixable) / float64(all)
			}
			return nil
		})
	}
}

// recount counts the open findings anew, for the header, which all screens have.
func (a *App) recount() tea.Cmd {
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: "select " + once("true") + " from subassessments" + shared + " where status = 'Unhealthy'"}))
		return done(func(a *App) tea.Cmd {
			if err == nil && len(rows) == 1 {
				a.findings = whole(rows[0][0])
			}
			return nil // what went wrong is said by the screen that asks for its rows
		})
	}
}

// trendWeeks is how far back the trend goes.
const trendWeeks = 12

// askTrend counts what was open at the end of each week: what had been found
// and not yet fixed.
func (h *home) askTrend(a *App) tea.Cmd {
	gen, ends := h.gen, weekEnds(a.now(), trendWeeks)
	text := openSQL([]string{"status = 'Unhealthy'"}, "severity", ends)
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: text}))
		return done(func(a *App) tea.Cmd {
			if h.gen != gen {
				return nil
			}
			if err != nil {
				return a.fail(err)
			}
			h.takeTrend(ends, rows)
			return nil
		})
	}
}

func (h *home) takeTrend(ends []time.Time, rows [][]any) {
	h.trend = make([]trendPoint, len(ends))
	for i, e := range ends {
		h.trend[i].at = e
	}
	if h.risk == nil {
		h.risk = map[string]riskLine{}
	}
	for _, r := range rows {
		i := whole(r[0])
		h.trend[i].open += whole(r[2])
		if int(i) == len(ends)-2 {
			line := h.risk[cell.Text(r[1])]
			line.before = whole(r[2])
			h.risk[cell.Text(r[1])] = line
		}
	}
}

func (h *home) trendLines(a *App, w, height int) []string {
	if len(h.trend) == 0 {
		return make([]string, height)
	}
	var values []float64
	var labels []string
	for _, p := range h.trend {
		values = append(values, float64(p.open))
		labels = append(labels, p.at.Format("02 Jan"))
	}
	return chart.Line(values, labels, w, height)
}

// askNeeds looks for what somebody should do something about.
func (h *home) askNeeds(a *App) tea.Cmd {
	gen, now := h.gen, a.now().UTC()
	stale := now.AddDate(0, 0, -staleDays).Format("2006-01-02 15:04:05")
	path := a.db.Path()
	return func() tea.Msg {
		var needs []need
		var kev int64
		var newest time.Time
		ask := func(text string) []any {
			_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: text}))
			if err != nil || len(rows) == 0 {
				return nil
			}
			return rows[0]
		}
		if r := ask(`select count(distinct vulnerability), count(distinct registry || '/' || repository) from subassessments where kev and status = 'Unhealthy'`); r != nil {
			if kev = whole(r[0]); kev > 0 {
				needs = append(needs, need{fmt.Sprintf("%s KEV CVEs, %s repos", cell.Group(kev), cell.Group(whole(r[1]))), "K", true})
			}
		}
		if r := ask("select " + once("due_state = 'overdue'") + ", " + once("due_state = 'due soon'") + " from subassessments" + shared + " where status = 'Unhealthy'"); r != nil && whole(r[0])+whole(r[1]) > 0 {
			needs = append(needs, need{fmt.Sprintf("%s overdue, %s due soon", cell.Group(whole(r[0])), cell.Group(whole(r[1]))), "D", whole(r[0]) > 0})
		}
		if r := ask(`select count(*) filter (where last_scanned is null), count(*) filter (where last_scanned < timestamp '` + stale + `'), max(last_scanned) from images where kind = 'image' and deleted is null`); r != nil {
			if n := whole(r[1]); n > 0 {
				needs = append(needs, need{plural(int(n), "image") + " not scanned 14 d", "L", true})
			}
			if n := whole(r[0]); n > 0 {
				needs = append(needs, need{plural(int(n), "image") + " never scanned", "L", true})
			}
			newest, _ = r[2].(time.Time)
		}
		if r := ask(`select count(*) filter (where state in ('rejected', 'unsupported', 'unrecognised')), max(run_id) from run_files where run_id = (select max(run_id) from runs)`); r != nil && whole(r[0]) > 0 {
			needs = append(needs, need{plural(int(whole(r[0])), "file") + " of the last ingest refused", "I", false})
		}
		if r := ask(`select count(*), any_value(schedule_id) from (select schedule_id, max_by(state, slot) as state from schedule_runs group by 1) where state in ('failed', 'partly_delivered', 'missed')`); r != nil && whole(r[0]) > 0 {
			text := "schedule " + cell.Text(r[1]) + " failed"
			if n := whole(r[0]); n > 1 {
				text = plural(int(n), "schedule") + " failed"
			}
			needs = append(needs, need{text, "C", true})
		}
		ago := ""
		if r := ask(`select max(finished) from runs`); r != nil {
			if t, ok := r[0].(time.Time); ok {
				ago = cell.Ago(now.Sub(t))
			}
		}
		slots, _ := nextSlots(a.ctx, a) // without schedules nothing is due
		if !newest.IsZero() {
			needs = append(needs, need{"newest scan " + cell.Ago(now.Sub(newest)), "", false})
		}
		if info, err := os.Stat(path); err == nil {
			needs = append(needs, need{"database " + size(info.Size()), "", false})
		}
		return done(func(*App) tea.Cmd {
			if h.gen == gen {
				h.needs, h.kev, h.next, h.ago = needs, kev, nextLine(slots), ago
			}
			return nil
		})
	}
}

func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%d kB", n/1000)
}

func absolute(f float64) float64 { return max(f, -f) }

func upper(s string) string { return strings.ToUpper(s) }

func lineWidth(s string) int { return ansi.StringWidth(s) }

func stripped(s string) string { return ansi.Strip(s) }
