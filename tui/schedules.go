package tui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/grid"
	"argosy/tui/keymap"
)

// Clock works out when a schedule is due next; not ok where it never is again.
type Clock func(cron, zone string, after time.Time) (time.Time, bool)

// scheduleLine is a schedule as a tick read it last, with its next time.
type scheduleLine struct {
	id   string
	next time.Time
	zone string
}

// nextSlots works out when each schedule is due next, those that are switched
// off left out.
func nextSlots(ctx context.Context, a *App) ([]scheduleLine, error) {
	_, rows, err := read(a.db.Query(ctx, schema.Statement{SQL: "select schedule_id, cron, timezone from schedules where enabled order by schedule_id"}))
	if err != nil || a.opt.Clock == nil {
		return nil, err
	}
	var out []scheduleLine
	for _, r := range rows {
		if next, ok := a.opt.Clock(cell.Text(r[1]), cell.Text(r[2]), a.now()); ok {
			out = append(out, scheduleLine{cell.Text(r[0]), next, cell.Text(r[2])})
		}
	}
	return out, nil
}

// minute is how the times of schedules are written; all of them are UTC.
const minute = "2006-01-02 15:04"

// newSchedules lists the schedules; a schedule opens its runs, a run what it
// did.
func newSchedules(a *App) *table {
	t := newResult("Schedules", schema.Statement{})
	t.extra, t.empty = keymap.Schedules, "no tick has read a schedule yet; see: argosy schedule --help"
	t.build = func(ctx context.Context) (schema.Statement, error) {
		list, err := nextSlots(ctx, a)
		next := "null::varchar"
		if len(list) > 0 {
			next = "case s.schedule_id"
			for _, l := range list {
				next += " when " + sqlText(l.id) + " then '" + l.next.UTC().Format(minute) + "'"
			}
			next += " end"
		}
		return schema.Statement{SQL: `select s.schedule_id as schedule, case when not s.enabled then 'off' else coalesce(r.state, 'not yet') end as state, ` + next + ` as next_utc,
	strftime(r.slot, '%Y-%m-%d %H:%M') as last_utc, coalesce(r.reason, (select string_agg(distinct d.last_error, '; ') from schedule_deliveries d where d.run_id = r.run_id and d.state <> 'sent')) as reason,
	s.report, s.format, s.cron, s.timezone, (select count(*) from schedule_runs n where n.schedule_id = s.schedule_id) as runs,
	(select count(*) from schedule_runs n where n.schedule_id = s.schedule_id and n.state in ('failed', 'partly_delivered', 'missed')) as bad, s.file
from schedules s left join schedule_runs r on r.run_id = (select max_by(run_id, slot) from schedule_runs n where n.schedule_id = s.schedule_id)
order by s.enabled desc, next_utc, s.schedule_id`}, err
	}
	t.columns = []grid.Column{
		wide("schedule", "SCHEDULE", 14, 32, 0, "its id in the file"), wide("state", "LAST RUN", 9, 16, 0, "how its newest slot ended"),
		wide("next_utc", "NEXT (UTC)", 16, 16, 0, "when it is due next"), wide("last_utc", "LAST (UTC)", 16, 16, 1, "its newest slot, by hand or in time"),
		wide("reason", "REASON", 16, 40, 4, "why it failed, was skipped or missed"), wide("report", "REPORT", 12, 28, 5, ""), wide("format", "FORMAT", 6, 8, 8, ""),
		wide("cron", "CRON", 9, 16, 6, "when it is due"), wide("timezone", "ZONE", 8, 20, 7, "in which the times are meant"),
		wide("runs", "RUNS", 4, 7, 3, "slots that are recorded"), wide("bad", "BAD", 3, 6, 2, "failed, missed or delivered in part"), wide("file", "FILE", 10, 40, 9, "where it stands"),
	}
	t.into = func(a *App, row []any) tea.Cmd { return a.push(newScheduleRuns(cell.Text(row[0]))) }
	return t
}

// newScheduleRuns is the history of a schedule.
func newScheduleRuns(id string) *table {
	t := newResult(id, schema.Statement{SQL: `select strftime(r.slot, '%Y-%m-%d %H:%M') as slot_utc, r.state, r.reason, (select string_agg(d.description || ': ' || d.state, '; ' order by d.target) from schedule_deliveries d where d.run_id = r.run_id) as deliveries,
	r.rows_written as rows, r.rows_truncated as truncated, r.coverage, strftime(r.data_as_of, '%Y-%m-%d %H:%M') as data_as_of,
	(select count(*) from schedule_artifacts f where f.run_id = r.run_id and f.removed_at is null) as files,
	r.attempt, r.by_hand, strftime(r.started_at, '%Y-%m-%d %H:%M') as started_utc, date_diff('millisecond', r.started_at, r.ended_at) / 1000.0 as seconds, r.report, r.run_id as run
from schedule_runs r where r.schedule_id = ` + sqlText(id) + ` order by r.slot desc`})
	t.schedule, t.extra, t.empty = id, keymap.Schedules, "this schedule has not run yet"
	t.columns = []grid.Column{
		wide("slot_utc", "SLOT (UTC)", 16, 16, 0, "when it was due"), wide("state", "STATE", 9, 16, 0, "how it ended"), wide("reason", "REASON", 12, 40, 3, "why it failed, was skipped or missed"),
		wide("deliveries", "DELIVERIES", 20, 60, 1, "where it went"), wide("rows", "ROWS", 5, 9, 2, "rows written"), wide("truncated", "CUT", 3, 7, 8, "rows that a limit left out"),
		wide("coverage", "COVERAGE", 12, 28, 7, "how much of the fleet was scanned"), wide("data_as_of", "DATA AS OF", 16, 16, 6, "the newest scan in it"), wide("files", "FILES", 5, 5, 4, "files that are kept"),
		wide("attempt", "TRIES", 5, 5, 5, "how often it was taken up"), wide("by_hand", "BY HAND", 7, 7, 9, "argosy schedule run"), wide("started_utc", "STARTED (UTC)", 16, 16, 10, ""),
		wide("seconds", "SECONDS", 7, 9, 11, ""), wide("report", "REPORT", 12, 28, 12, ""), wide("run", "RUN", 10, 24, 13, "for argosy schedule resend"),
	}
	t.into = func(a *App, row []any) tea.Cmd {
		return a.push(newScheduleRun(id, cell.Text(t.value(row, "run")), cell.Text(row[0])))
	}
	return t
}

// newScheduleRun is what one run did: its steps, files and deliveries.
func newScheduleRun(id, run, slot string) *table {
	where := " where run_id = " + sqlText(run)
	t := newResult(id+" of "+slot, schema.Statement{SQL: `select part, number, state, what, detail, strftime(moment, '%Y-%m-%d %H:%M') as at_utc, tries, kind from (
	select 1 as nth, 'run' as part, null as number, state, 'report ' || report as what, reason as detail, coalesce(ended_at, started_at, claimed_at) as moment, attempt as tries, case when by_hand then 'by hand' end as kind from schedule_runs` + where + `
	union all select 2, 'step', step, state, command, output, ended_at, null, case when optional then 'optional' end from schedule_steps` + where + `
	union all select 3, 'file', null, case when removed_at is null then 'kept' else 'removed' end, name, path || ' · ' || bytes || ' bytes · ' || sha256, removed_at, null, media_type from schedule_artifacts` + where + `
	union all select 4, 'delivery', target, state, description, coalesce(case when state <> 'sent' then last_error end, receipt), coalesce(sent_at, next_try), attempts, kind from schedule_deliveries` + where + `)
order by nth, number, what`})
	t.schedule, t.run, t.extra = id, run, keymap.Schedules
	t.columns = []grid.Column{
		wide("part", "PART", 8, 8, 0, ""), wide("number", "N", 2, 4, 3, ""), wide("state", "STATE", 9, 16, 0, ""), wide("what", "WHAT", 20, 44, 0, ""),
		wide("detail", "DETAIL", 20, 60, 1, "the error, the receipt, what was printed"), wide("at_utc", "AT (UTC)", 16, 16, 2, ""), wide("tries", "TRIES", 5, 5, 4, ""), wide("kind", "KIND", 8, 24, 5, ""),
	}
	t.into = func(a *App, row []any) tea.Cmd {
		if t.kept == nil {
			return a.say(notYet)
		}
		var lines []string
		for i, c := range t.kept.Columns() {
			if i < len(row) && row[i] != nil {
				for n, l := range cell.Wrap(cell.Text(row[i]), min(a.w-4, 100)-16, 400) {
					name := ""
					if n == 0 {
						name = c.Name
					}
					lines = append(lines, a.theme.Dim.On(cell.Fit(name, 10, false))+l)
				}
			}
		}
		a.over = &textBox{title: cell.Text(row[0]), lines: lines, copy: cell.Text(t.value(row, "detail"))}
		return nil
	}
	return t
}

// wide describes a column by its title, its width and when it gives way.
func wide(name, title string, low, high, drop int, doc string) grid.Column {
	return grid.Column{Name: name, Title: title, Min: low, Max: high, Drop: drop, Doc: doc}
}

// scheduleKey does what can be done with a schedule or one of its runs.
func (t *table) scheduleKey(a *App, action string) tea.Cmd {
	row := t.grid.Current()
	id, run := t.schedule, t.run
	if id == "" {
		id = cell.Text(t.value(row, "schedule"))
	}
	if run == "" {
		run = cell.Text(t.value(row, "run"))
	}
	switch {
	case a.opt.Command == nil:
		return a.say("schedules cannot be run here")
	case id == "":
		return a.say("there is no schedule here")
	case action == "dryrun":
		return a.dryRun(id)
	case action == "resend" && run == "":
		return a.say("open the runs of the schedule first: ⏎")
	}
	args, question := []string{"schedule", "run", id}, "run "+id+" now and send it to its targets"
	if action == "resend" {
		args, question = []string{"schedule", "resend", run}, "send the files of this run to its targets once more"
	}
	a.over = newPrompt("argosy "+quoted(args...), "", question+"; type yes", func(a *App, text string) tea.Cmd {
		if strings.TrimSpace(text) != "yes" {
			return a.say("nothing was sent")
		}
		return a.write(args, nil)
	})
	return nil
}

// dryRun shows what a run would send.
func (a *App) dryRun(id string) tea.Cmd {
	args := []string{"schedule", "run", id, "--dry-run"}
	_ = a.say("making it, to be thrown away …")
	return a.aside(args, func(a *App, out, said string, err error) tea.Cmd {
		if err != nil && out == "" {
			return a.fail(err)
		}
		a.note = ""
		var lines []string
		for _, l := range strings.Split(strings.TrimRight(out+said, "\n"), "\n") {
			lines = append(lines, cell.Clean(strings.ReplaceAll(l, "\t", "    ")))
		}
		a.over = &textBox{title: "argosy " + quoted(args...), lines: lines, copy: out}
		return nil
	})
}

// nextLine words the schedule that is due next, in its own zone.
func nextLine(list []scheduleLine) string {
	var first *scheduleLine
	for i := range list {
		if first == nil || list[i].next.Before(first.next) {
			first = &list[i]
		}
	}
	if first == nil {
		return ""
	}
	at := first.next
	if zone, err := time.LoadLocation(first.zone); err == nil {
		at = at.In(zone)
	}
	return fmt.Sprintf("next: %s %s", first.id, at.Format("Mon 02 Jan 15:04 MST"))
}

// scheduleText is an entry for a file of schedules that makes a report every
// Monday.
func scheduleText(s *queries.Saved) string {
	lines := []string{"schedules:", "- id: " + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(s.Name)), "  report: " + strconv.Quote(s.Name), `  cron: "0 7 * * mon"`, "  timezone: UTC", "  format: xlsx"}
	if len(s.Params) > 0 {
		lines = append(lines, "  params:")
		for _, p := range s.Params {
			lines = append(lines, "    "+p.Name+": "+strconv.Quote(p.Default))
		}
	}
	return strings.Join(append(lines, "  deliver:", "  - dir: reports"), "\n")
}
