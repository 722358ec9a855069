package cmd

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) changesCommand() *cobra.Command {
	var f runFlags
	var since, until string
	c := &cobra.Command{
		Use:   "changes",
		Short: "Stream what changed since a run or a date",
		Long: `Prints one line for each change of a finding: new, reopened, fixed, severity
changed, fix available, image gone, and came and went for one that was there
only in between. --since and --until take the number of a run (0 is the empty
database, -1 the run before the newest) or a date; without them it is what the
newest run changed. For machines: -o jsonl, or --export changes.parquet.`,
		Example: `  argosy changes
  argosy changes --since 2026-10-01 --until 2026-10-08 -o jsonl
  argosy changes --since 1 --export changes.parquet`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.changes(c.Context(), since, until, f) },
	}
	f.register(c)
	c.Flags().StringVar(&since, "since", "", "number of a run or a date: changes after it")
	c.Flags().StringVar(&until, "until", "", "number of a run or a date: changes until it")
	return c
}

func (a *app) changes(ctx context.Context, since, until string, f runFlags) error {
	byRun := true
	for _, text := range []string{since, until} {
		if text == "" {
			continue
		}
		_, err := strconv.Atoi(text)
		if text == until && since != "" && (err == nil) != byRun {
			return usage(fmt.Errorf("--since %q and --until %q are a run and a date", since, until), "give two runs or two dates")
		}
		byRun = err == nil
	}
	report := "changes-between-runs"
	if !byRun {
		report = "changes"
		for _, text := range []string{since, until} {
			if _, err := moment(text); text != "" && err != nil {
				return usage(fmt.Errorf("%q is neither the number of a run nor a date", text), "for instance --since 2026-10-01, or --since 3 for a run")
			}
		}
	}
	for name, text := range map[string]string{"since": since, "until": until} {
		if text != "" {
			f.params = append(f.params, name+"="+text)
		}
	}
	return a.runReport(ctx, report, f)
}
