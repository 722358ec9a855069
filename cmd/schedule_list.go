package cmd

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"argosy/export/schedule"
	"argosy/queries"
	"argosy/schema"
	"argosy/schema/store"
)

// listLine is a schedule with its next slot and its last run.
type listLine struct {
	ID       string   `json:"id"`
	Report   string   `json:"report"`
	Format   string   `json:"format"`
	Enabled  bool     `json:"enabled"`
	Next     string   `json:"next,omitempty"`
	Last     string   `json:"last,omitempty"`
	State    string   `json:"state,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Run      string   `json:"run,omitempty"`
	Targets  []string `json:"targets"`
	Timezone string   `json:"timezone"`
}

func (a *app) scheduleList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list FILE",
		Short: "Show each schedule's next time and how its last run ended",
		Example: `  argosy schedule list schedules.yaml
  argosy schedule list schedules.yaml -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if output != "table" && output != "json" {
				return usage(fmt.Errorf("output format %q is not known here", output), "use table or json")
			}
			file, err := readSchedules(args[0])
			if err != nil {
				return err
			}
			ctx := c.Context()
			last := map[string]schema.ScheduleRun{}
			err = a.reading(ctx, func(db *store.DB) (err error) { last, err = db.LastRuns(ctx); return err })
			if err != nil && store.KindOf(err) != store.Missing {
				return err
			}
			return a.printSchedules(listLines(file, last, a.clock()), output)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the output: table or json")
	return c
}

func listLines(file *schedule.File, last map[string]schema.ScheduleRun, now time.Time) []listLine {
	lines := []listLine{}
	for _, s := range file.Schedules {
		l := listLine{ID: s.ID, Report: s.Report, Format: s.Format, Enabled: s.Enabled, Timezone: s.Clock.Zone().String(), Targets: []string{}}
		for _, t := range s.Deliver {
			l.Targets = append(l.Targets, t.Describe())
		}
		if next, ok := s.Clock.Next(now); ok && s.Enabled {
			l.Next = next.Format(time.RFC3339)
		}
		if r, ok := last[s.ID]; ok {
			l.Last, l.State, l.Reason, l.Run = r.Slot.In(s.Clock.Zone()).Format(time.RFC3339), string(r.State), r.Reason, r.ID
		}
		lines = append(lines, l)
	}
	return lines
}

func (a *app) printSchedules(lines []listLine, output string) error {
	if output == "json" {
		return a.printJSON(lines)
	}
	w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tREPORT\tNEXT\tLAST\tSTATE\tTARGETS")
	for _, l := range lines {
		next, last, state := l.Next, l.Last, l.State
		if !l.Enabled {
			next = "switched off"
		}
		if last == "" {
			last, state = "-", "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\n", l.ID, l.Report, next, last, state, len(l.Targets))
	}
	return w.Flush()
}

// historySQL lists runs, the newest first. The parameters leave out what is not
// asked for.
const historySQL = `select r.run_id as run, r.schedule_id as schedule, r.slot, r.state, r.report, r.attempt, r.by_hand, r.started_at as started, r.ended_at as ended,
    r.data_as_of, r.rows_written as rows, r.coverage,
    (select count(*) from schedule_artifacts a where a.run_id = r.run_id and a.removed_at is null) as files,
    (select string_agg(d.target || ' ' || d.description || ': ' || d.state || case when d.attempts > 1 then ' (attempt ' || d.attempts || ')' else '' end
        || coalesce(': ' || d.last_error, ''), '; ' order by d.target) from schedule_deliveries d where d.run_id = r.run_id) as deliveries,
    (select string_agg(s.command || ': ' || s.state, '; ' order by s.step) from schedule_steps s where s.run_id = r.run_id) as steps,
    r.reason
from schedule_runs r
where ($schedule = '' or r.schedule_id = $schedule)
    and ($failed = 'false' or r.state in ('failed', 'partly_delivered', 'missed'))
order by r.slot desc, r.schedule_id`

func (a *app) scheduleHistory() *cobra.Command {
	f := runFlags{}
	var failed bool
	c := &cobra.Command{
		Use:   "history [ID]",
		Short: "Show what became of each slot",
		Long: `Shows the runs that ticks recorded, the newest first: those that were delivered,
skipped, missed and failed, with their reasons and deliveries. Times are in UTC.
More is in the tables schedule_runs, schedule_steps, schedule_artifacts and
schedule_deliveries.`,
		Example: `  argosy schedule history
  argosy schedule history weekly-risk --limit 10
  argosy schedule history --failed -o json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			f.params = []string{"schedule=" + id, fmt.Sprintf("failed=%t", failed)}
			return a.run(c.Context(), question{request: queries.Request{Text: historySQL, Language: queries.SQL}, title: "Runs of schedules"}, f)
		},
	}
	c.Flags().StringVarP(&f.output, "output", "o", "table", "form of the output: "+formatNames())
	c.Flags().Int64Var(&f.limit, "limit", 0, "print at most so many rows and say how many there are; 0 is all")
	c.Flags().BoolVar(&failed, "failed", false, "only what failed, was delivered in part, or was missed")
	return c
}
