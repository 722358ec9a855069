package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"argosy/export/schedule"
)

func (a *app) scheduleCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "schedule",
		Short: "Make reports when they are due and deliver them",
		Long: `A file of schedules says which report is due when, what brings the data up to
date before it, and who gets it: folders, mail, webhooks, object storage,
commands. A timer calls argosy schedule tick, or argosy schedule serve goes on
ticking; both keep what became of each slot in the database. The keys of the
file are in docs/schedules.md.`,
		Example: `  argosy schedule validate schedules.yaml
  argosy schedule next schedules.yaml --count 3
  argosy schedule run weekly-risk --file schedules.yaml --dry-run
  argosy schedule tick schedules.yaml
  argosy schedule history --failed`,
	}
	c.AddCommand(a.scheduleValidate(), a.scheduleNext(), a.scheduleList(), a.scheduleTick(), a.scheduleServe(), a.scheduleRun(), a.scheduleHistory(), a.scheduleResend())
	c.AddCommand(a.scheduleInstall())
	return c
}

// readSchedules reads a file and holds it against the reports that there are.
func readSchedules(path string) (*schedule.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage(fmt.Errorf("reading schedules: %w", err), "name a YAML file, for instance schedules.yaml")
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	lib, err := libraryOf(full)
	if err != nil {
		return nil, err
	}
	f, err := schedule.Read(path, data, lib)
	if err != nil {
		return nil, usage(err, "mend the file and check it with: argosy schedule validate "+path)
	}
	return f, nil
}

func (a *app) scheduleValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE",
		Short: "Check a file of schedules against the reports and their parameters",
		Long: `Checks a file of schedules: its keys, the cron expressions, the time zones, that
every report exists, that its parameters fit and that it has the column it is split
by, the steps and the targets. Names every mistake with its line and column. Needs
no database; secrets are not read.`,
		Example: "  argosy schedule validate schedules.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := readSchedules(args[0])
			if err != nil {
				return err
			}
			if err := a.checkSplits(c.Context(), f); err != nil {
				return err
			}
			a.say("%s: %s, no mistakes", args[0], plural(len(f.Schedules), "schedule"))
			return nil
		},
	}
}

// slotLine is one time at which a report is due.
type slotLine struct {
	Due    string `json:"due"`
	UTC    string `json:"utc"`
	Zone   string `json:"timezone"`
	ID     string `json:"id"`
	Report string `json:"report"`
	moment time.Time
}

func (a *app) scheduleNext() *cobra.Command {
	var count int
	var output string
	c := &cobra.Command{
		Use:   "next FILE",
		Short: "Show when the reports of a file are due next",
		Long: `Shows the next times at which each schedule of a file is due, in its own time
zone and in UTC, the earliest first. They are counted from the clock, or from
--now.`,
		Example: `  argosy schedule next schedules.yaml
  argosy schedule next schedules.yaml --count 3 --now 2026-10-24
  argosy schedule next schedules.yaml -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if count < 1 || count > maxSlots {
				return usage(fmt.Errorf("--count %d is not between 1 and %d", count, maxSlots), "for instance: --count 5")
			}
			if !slices.Contains([]string{"table", "json"}, output) {
				return usage(fmt.Errorf("output format %q is not known here", output), "use table or json")
			}
			f, err := readSchedules(args[0])
			if err != nil {
				return err
			}
			lines, err := slots(f, a.clock(), count)
			if err != nil {
				return err
			}
			return a.printSlots(lines, output)
		},
	}
	c.Flags().IntVar(&count, "count", 1, "how many times of each schedule")
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the output: table or json")
	return c
}

// maxSlots bounds what next prints of one schedule.
const maxSlots = 10000

// slots computes the next times of every schedule, the earliest first.
func slots(f *schedule.File, from time.Time, count int) ([]slotLine, error) {
	var out []slotLine
	for _, s := range f.Schedules {
		if !s.Enabled {
			continue
		}
		at := from
		for range count {
			next, ok := s.Clock.Next(at)
			if !ok {
				return nil, errors.New("computing the times of " + s.ID + ": there is none in the years to come")
			}
			at = next
			out = append(out, slotLine{next.Format(time.RFC3339), next.UTC().Format(time.RFC3339), s.Clock.Zone().String(), s.ID, s.Report, next})
		}
	}
	slices.SortStableFunc(out, func(a, b slotLine) int { return a.moment.Compare(b.moment) })
	return out, nil
}

func (a *app) printSlots(lines []slotLine, output string) error {
	if output == "json" {
		return a.printJSON(lines)
	}
	w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "DUE\tUTC\tTIMEZONE\tID\tREPORT")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Due, l.UTC, l.Zone, l.ID, l.Report)
	}
	return w.Flush()
}
