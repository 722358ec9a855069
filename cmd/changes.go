package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) changesCommand() *cobra.Command {
	var f runFlags
	var since, until string
	var snapshot bool
	c := &cobra.Command{
		Use:   "changes",
		Short: "Stream what changed since a run or a date",
		Long: `Prints one line for each change of a finding: new, reopened, fixed, severity
changed, fix available, set aside and no longer set aside (exemptions, VEX),
image gone, image back, and came and went for one that was there only in
between. --since and --until take the number of a run (0 is the empty
database, -1 the run before the newest), a date, or how long ago it is (7d, 2w);
without them it is what the newest run, and what was decided since, changed. A
run that never was is an error, and so is --until before --since. For machines:
-o jsonl, or --export changes.parquet.

--shape continuous-export prints messages as Microsoft Defender for Cloud
streams them to an Event Hub, --shape nested-recommendation the rows that it
writes to the table SecurityNestedRecommendation: each finding that changed, as
it is now. With --snapshot every finding there is, as Defender does once a week.`,
		Example: `  argosy changes
  argosy changes --since 7d
  argosy changes --since 2026-10-01 --until 2026-10-08 -o jsonl
  argosy changes --since 1 --export changes.parquet
  argosy changes --since 2026-10-01 --shape continuous-export
  argosy changes --snapshot --shape nested-recommendation --export snapshot.parquet`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.changes(c.Context(), since, until, snapshot, f) },
	}
	f.register(c)
	c.Flags().Lookup("shape").Usage = "form of the rows: " + strings.Join(slices.Sorted(maps.Keys(changeShapes())), " or ")
	c.Flags().BoolVar(&snapshot, "snapshot", false, "with --shape: every finding there is, not only those that changed")
	c.Flags().StringVar(&since, "since", "", "number of a run, a date, or how long ago (7d): changes after it")
	c.Flags().StringVar(&until, "until", "", "number of a run (0 is the newest), a date, or how long ago (7d): changes until it")
	return c
}

// changeShapes are the reports that print changes as Defender exports them.
func changeShapes() map[string]string {
	return map[string]string{"continuous-export": "continuous-export", "nested-recommendation": "nested-recommendations"}
}

func (a *app) changes(ctx context.Context, since, until string, snapshot bool, f runFlags) error {
	byRun := true
	var ends []time.Time
	for _, text := range []string{since, until} {
		if text == "" {
			continue
		}
		_, err := strconv.Atoi(text)
		if text == until && since != "" && (err == nil) != byRun {
			return usage(fmt.Errorf("--since %q and --until %q are a run and a date", since, until), "give two runs or two dates")
		}
		if byRun = err == nil; byRun {
			continue
		}
		at, err := a.moment(text)
		if err != nil {
			return usage(fmt.Errorf("%q is neither the number of a run nor a date", text), "for instance --since 2026-10-01 or --since 7d, or --since 3 for a run")
		}
		ends = append(ends, at)
	}
	if len(ends) == 2 && ends[1].Before(ends[0]) {
		return usage(fmt.Errorf("--since %q comes after --until %q", since, until), "give the earlier one to --since")
	}
	if f.shape != "" {
		return a.shapedChanges(ctx, since, until, byRun, snapshot, f)
	}
	if snapshot {
		return usage(errors.New("--snapshot is for a shape"), "add --shape continuous-export or --shape nested-recommendation")
	}
	report := "changes-between-runs"
	if !byRun {
		report = "changes"
	}
	for name, text := range map[string]string{"since": since, "until": until} {
		if text != "" {
			f.params = append(f.params, name+"="+text)
		}
	}
	return a.runReport(ctx, report, f)
}

// shapedChanges prints changes as Defender's continuous export has them, as
// JSON lines unless told otherwise.
func (a *app) shapedChanges(ctx context.Context, since, until string, byRun, snapshot bool, f runFlags) error {
	report, ok := changeShapes()[f.shape]
	switch {
	case !ok:
		return usage(fmt.Errorf("--shape %q is not known here", f.shape), "use "+strings.Join(slices.Sorted(maps.Keys(changeShapes())), " or "))
	case until != "":
		return usage(errors.New("--shape prints findings as they are now; --until does not go with it"), "leave --until out; the next call begins after the run that is the newest now")
	case snapshot && since != "":
		return usage(errors.New("--snapshot prints every finding; --since does not go with it"), "leave one of them out")
	}
	f.shape = ""
	if f.output == "" && len(f.exports) == 0 {
		f.output = "jsonl"
	}
	switch {
	case snapshot:
		f.params = append(f.params, "snapshot=true")
	case since != "" && byRun:
		f.params = append(f.params, "run="+since)
	case since != "":
		f.params = append(f.params, "since="+since)
	}
	return a.runReport(ctx, report, f)
}
