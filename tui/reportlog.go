package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/state"
)

// reportRun is how a report went the last time.
type reportRun struct {
	at    time.Time
	rows  int64 // -1 where it is not known
	took  time.Duration
	state string
}

// reportSlot is a schedule that makes a report.
type reportSlot struct {
	schedule, cron, zone string
	on                   bool
}

// askRuns reads which schedules make which report, and how that went last.
func (r *reports) askRuns(a *App) tea.Cmd {
	return func() tea.Msg {
		runs, due := map[string]reportRun{}, map[string][]reportSlot{}
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: `select report, ended_at, coalesce(rows_written, -1), coalesce(date_diff('millisecond', started_at, ended_at), 0), state
from schedule_runs where ended_at is not null qualify row_number() over (partition by report order by ended_at desc) = 1`}))
		for _, x := range rows {
			at, _ := x[1].(time.Time)
			runs[cell.Text(x[0])] = reportRun{at, whole(x[2]), time.Duration(whole(x[3])) * time.Millisecond, cell.Text(x[4])}
		}
		if err == nil {
			_, rows, err = read(a.db.Query(a.ctx, schema.Statement{SQL: "select report, schedule_id, cron, timezone, enabled from schedules order by schedule_id"}))
		}
		for _, x := range rows {
			on, _ := x[4].(bool)
			name := cell.Text(x[0])
			due[name] = append(due[name], reportSlot{cell.Text(x[1]), cell.Text(x[2]), cell.Text(x[3]), on})
		}
		return done(func(a *App) tea.Cmd {
			if err != nil {
				return a.fail(err)
			}
			r.runs, r.due = runs, due
			return nil
		})
	}
}

// last is the newest run of a report, here or by a schedule.
func (r *reports) last(a *App, s *queries.Saved) (reportRun, bool) {
	run, ok := r.runs[s.Name]
	if mine, here := a.state.Runs[a.db.Path()][s.Name]; here && mine.At.After(run.at) {
		run, ok = reportRun{mine.At, mine.Rows, time.Duration(mine.Took) * time.Millisecond, "ok"}, true
		if mine.Error != "" {
			run.state = mine.Error
		}
	}
	return run, ok
}

// facts are the lines of the preview about schedules and the last run.
func (r *reports) facts(a *App, s *queries.Saved) []string {
	var out []string
	for _, d := range r.due[s.Name] {
		out = append(out, "Schedule  "+d.schedule+"  "+d.cron+" "+d.zone)
		if !d.on {
			out = append(out, "          switched off")
		} else if a.opt.Clock != nil {
			if next, ok := a.opt.Clock(d.cron, d.zone, a.now()); ok {
				out = append(out, "          next "+next.UTC().Format(minute)+" UTC")
			}
		}
	}
	if run, ok := r.last(a, s); ok {
		text := fmt.Sprintf("Last run  %s, %s", cell.Ago(a.now().Sub(run.at)), run.state)
		if run.rows >= 0 {
			text += ", " + plural(int(run.rows), "row")
		}
		out = append(out, text+", "+took(run.took))
	}
	return out
}

// counts says how many reports there are, and of what kind.
func (r *reports) counts(a *App) string {
	mine, due := 0, 0
	for _, s := range r.all {
		if fileOf(a, s) != "" {
			mine++
		}
		if len(r.due[s.Name]) > 0 {
			due++
		}
	}
	return fmt.Sprintf("%d reports · %d of yours · %d scheduled", len(r.all), mine, due)
}

// ran notes how the report of a table went.
func (t *table) ran(a *App, kept Kept, took time.Duration, err error) {
	if t.report == nil {
		return
	}
	run := state.Run{At: a.now().UTC(), Rows: -1, Took: took.Milliseconds()}
	if err != nil {
		run.Error = cell.Cut(oneLine(err.Error()), 80)
	} else if kept != nil {
		run.Rows = kept.Rows()
	}
	a.state.Ran(a.db.Path(), t.report.Name, run)
}
