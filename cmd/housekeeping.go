package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"argosy/schema/store"
)

// consent is how a command that removes something is allowed to.
type consent struct{ dryRun, yes bool }

func (k *consent) register(c *cobra.Command) {
	c.Flags().BoolVar(&k.dryRun, "dry-run", false, "say what would be done and do nothing")
	c.Flags().BoolVarP(&k.yes, "yes", "y", false, "do it without asking")
}

// given says whether to go on: --yes, or a person at the terminal agrees.
func (a *app) given(k consent, doing string) (bool, error) {
	if k.yes {
		return true, nil
	}
	if !isTerminal(a.In) {
		return false, usage(fmt.Errorf("%s: nobody agreed to it", doing), "do it with --yes, or only look with --dry-run")
	}
	fmt.Fprint(a.Err, "go on? [y/N] ")
	answer, err := bufio.NewReader(a.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true, nil
	}
	a.say("nothing was done")
	return false, nil
}

func (a *app) pruneCommand() *cobra.Command {
	var k consent
	var older string
	var keep int
	c := &cobra.Command{
		Use:   "prune",
		Short: "Remove old history; never an open finding",
		Long: `Removes findings that were closed before a time, with their history, and scans,
runs and files of runs from before it. Open findings stay with all of their
history; so do the first and the last scan of every image by each scanner, and
what the newest run changed. With --older-than and --keep, both must allow it.

A report on a time whose history was removed is an error from then on. The file
becomes smaller with: argosy compact.`,
		Example: `  argosy prune --older-than 365d --dry-run
  argosy prune --older-than 365d --yes
  argosy prune --keep 52`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.prune(c.Context(), older, keep, c.Flags().Changed("keep"), k)
		},
	}
	k.register(c)
	c.Flags().StringVar(&older, "older-than", "", "days, weeks, or a date: 365d, 52w, 2026-01-31")
	c.Flags().IntVar(&keep, "keep", 0, "keep what the newest so many runs tell of")
	return c
}

func (a *app) prune(ctx context.Context, older string, keep int, kept bool, k consent) error {
	var rule store.PruneRule
	if older == "" && !kept {
		return usage(errors.New("pruning: nothing says what is old"), "for instance --older-than 365d, or --keep 52")
	}
	if kept && keep < 1 {
		return usage(fmt.Errorf("reading --keep %d: at least one run is kept", keep), "for instance --keep 52")
	}
	rule.Keep = keep
	if older != "" {
		var err error
		if rule.Before, err = a.ago(older); err != nil {
			return usage(fmt.Errorf("reading --older-than: %w", err), "for instance --older-than 365d")
		}
	}
	opt, err := a.options()
	if err != nil {
		return err
	}
	plan, err := store.Prune(ctx, a.db, opt, rule, true)
	if err != nil {
		return err
	}
	a.announce(k, prunePlan(&plan))
	if k.dryRun || plan.Nothing() {
		return nil
	}
	if ok, err := a.given(k, "pruning"); !ok {
		return err
	}
	done, err := store.Prune(ctx, a.db, opt, rule, false)
	if err != nil {
		return err
	}
	a.say("removed %d findings, %d scans, %d runs", done.Findings, done.Scans, done.Runs)
	return nil
}

func prunePlan(p *store.Pruned) string {
	if p.Nothing() {
		return "nothing to remove"
	}
	text := fmt.Sprintf("to remove: %d closed findings (%d sightings, %d spans), %d scans, %d runs (%d files, %d skipped rows)\nto stay: %d open and %d closed findings",
		p.Findings, p.Sightings, p.Spans, p.Scans, p.Runs, p.Files, p.Skips, p.Open, p.Closed)
	if !p.Horizon.IsZero() {
		text += fmt.Sprintf("\nreports on times before %s become errors", p.Horizon.Format("2006-01-02 15:04:05"))
	}
	return text
}

// announce says what will be done: as the answer where nothing else is wanted.
func (a *app) announce(k consent, text string) {
	if k.dryRun {
		fmt.Fprintln(a.Out, text)
		return
	}
	a.say("%s", text)
}

func (a *app) compactCommand() *cobra.Command {
	var k consent
	c := &cobra.Command{
		Use:   "compact",
		Short: "Make the database file as small as its content",
		Long: `Writes the database anew beside itself and puts the new file in its place at the
end; until then, and when anything fails, the old one stands. It needs room for
a second file. Ingests wait meanwhile, queries do not.`,
		Example: "  argosy compact --yes",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			info, err := os.Stat(a.db)
			if err != nil {
				return usage(fmt.Errorf("compacting: %w", err), "name the database with --db")
			}
			a.announce(k, fmt.Sprintf("to write anew: %q, %d bytes", a.db, info.Size()))
			if k.dryRun {
				return nil
			}
			if ok, err := a.given(k, "compacting"); !ok {
				return err
			}
			opt, err := a.options()
			if err != nil {
				return err
			}
			r, err := store.Compact(c.Context(), a.db, opt)
			if err != nil {
				return err
			}
			a.say("%d bytes before, %d bytes after", info.Size(), r.After)
			return nil
		},
	}
	k.register(c)
	return c
}

func (a *app) backupCommand() *cobra.Command {
	var dryRun, force bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database as it is at this moment",
		Long: `Writes a consistent copy, which appears whole or not at all; it is a database
that every command opens with --db. Ingests wait meanwhile, queries do not.`,
		Example: `  argosy backup argosy-2026-11-21.db
  argosy backup --force /backup/argosy.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := store.BackupTarget(a.db, args[0], force); err != nil {
				return err
			}
			a.announce(consent{dryRun: dryRun}, fmt.Sprintf("to copy: %q to %q", a.db, args[0]))
			if dryRun {
				return nil
			}
			opt, err := a.options()
			if err != nil {
				return err
			}
			r, err := store.Backup(c.Context(), a.db, args[0], opt, force)
			if err != nil {
				return err
			}
			a.say("%d bytes written", r.After)
			return nil
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be done and do nothing")
	c.Flags().BoolVar(&force, "force", false, "replace the file if it exists")
	return c
}
