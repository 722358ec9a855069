package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"argosy/schema/store"
)

func (a *app) mergeCommand() *cobra.Command {
	var k consent
	c := &cobra.Command{
		Use:   "merge OTHER.db",
		Short: "Bring everything of another argosy database into this one",
		Long: `Replays the runs of another database here, in their order, through the steps
that an ingest takes: the history by date is as if all of its reports had been
ingested here. Runs and syncs get new numbers; the table merged_runs says what
they were and where. Inventories, exemptions, owners given by hand, rows of
Resource Graph and feeds come along, the newer of two counts. Settings stay as
they are here, and those that differ are told. Schedules stay where they are.

What was pruned there does not come along, and the command says so first; what is
left comes with its times.

The other file is only read; one of an older argosy is brought up to date in a
copy. All of it is one transaction. Doing it again brings what is new since.`,
		Example: `  argosy merge --dry-run site-b.db
  argosy merge --yes site-b.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.merge(c.Context(), args[0], k) },
	}
	k.register(c)
	return c
}

func (a *app) merge(ctx context.Context, other string, k consent) error {
	opt, err := a.options()
	if err != nil {
		return err
	}
	plan, err := store.Combine(ctx, a.db, other, opt, true)
	if err != nil {
		return err
	}
	a.announce(k, mergePlan(&plan))
	for _, s := range plan.Conflicts {
		fmt.Fprintf(a.Err, "argosy: %s differs there; it stays as it is here\n", s)
	}
	if len(plan.Taken) > 0 {
		fmt.Fprintf(a.Err, "argosy: this database has no settings of its own; those of the other one are taken over: %s\n", strings.Join(plan.Taken, ", "))
	}
	if k.dryRun || plan.Nothing() {
		return nil
	}
	if ok, err := a.given(k, "merging"); !ok {
		return err
	}
	done, err := store.Combine(ctx, a.db, other, opt, false)
	if err != nil {
		return err
	}
	a.say("merged %s of database %s: %s new, %d fixed, %d reopened; %d open in %s", runsAndSyncs(done.Runs, done.Syncs),
		done.Origin, plural(done.New, "finding"), done.Fixed, done.Reopened, done.Open, plural(done.Images, "image"))
	return nil
}

func runsAndSyncs(runs, syncs int64) string {
	return plural(runs, "run") + " and " + plural(syncs, "sync")
}

func mergePlan(p *store.Combined) string {
	if p.Nothing() {
		return fmt.Sprintf("nothing to merge: %s of database %s are here already", runsAndSyncs(p.KnownRuns, p.KnownSyncs), p.Origin)
	}
	text := fmt.Sprintf("to merge: %s of database %s (%s are here already)\nrows: %s",
		runsAndSyncs(p.Runs, p.Syncs), p.Origin, runsAndSyncs(p.KnownRuns, p.KnownSyncs), p.Words())
	if !p.Pruned.IsZero() {
		at := p.Pruned.Format("2006-01-02 15:04:05")
		text += fmt.Sprintf("\nthat database was pruned: what was fixed in it until %s does not come along, and reports on times before that become errors here", at)
	}
	return text
}
