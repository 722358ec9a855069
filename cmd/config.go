package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"argosy/schema/settings"
	"argosy/schema/store"
)

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Say who owns what, when findings are due and what matters first",
		Long: `The configuration of a team is one YAML file, made to be kept under version
control: owners by registry, repository, tag, label or namespace; due dates by
severity; whose word on severity counts; what matters first. It is put in force
with argosy config apply and stays so until the next one is.

  owners:
    - team: payments
      mail: payments@example.com
      repository: payments/*
      due: strict
    - team: platform
      label: org.opencontainers.image.vendor=platform*
  due:
    default: {critical: 7, high: 14, medium: 30, low: 90}
    strict: {critical: 2, high: 7, medium: 30, low: 90, grace: 1, from: fix_available, soon: 3}
  severity_source: scanner   # or vendor, nvd, highest
  priority: [known_exploited, severity, epss, fixable, running]

The first owner that matches decides; what argosy own add gave to a team by hand
comes before. The file holds all of it: what it leaves out is as without a
file, and owners: [] removes every owner rule. Without a file argument the file is
$ARGOSY_CONFIG, or argosy/argosy.yaml in the user's configuration folder.`,
	}
	c.AddCommand(a.configApplyCommand(false), a.configApplyCommand(true), a.configShowCommand())
	return c
}

// configApplyCommand makes config apply, and config validate, which does the
// same and takes it back.
func (a *app) configApplyCommand(validate bool) *cobra.Command {
	c := &cobra.Command{
		Use:     "apply [FILE]",
		Short:   "Put a configuration file in force",
		Example: "  argosy config apply argosy.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.configApply(c.Context(), args, validate) },
	}
	if validate {
		c.Use, c.Short = "validate [FILE]", "Check a configuration file and say what it would come to"
		c.Long = `Checks the file, and where there is a database, what each rule would decide.
Rules that match nothing are told. Nothing is changed.

Exit codes: 0 the file is right, 2 it is not.`
		c.Example = "  argosy config validate argosy.yaml"
	}
	return c
}

// configFile is where the configuration lies when none is named.
func configFile() string {
	if f := os.Getenv("ARGOSY_CONFIG"); f != "" {
		return f
	}
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" && runtime.GOOS == "windows" {
		dir = os.Getenv("APPDATA")
	}
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "argosy.yaml"
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "argosy", "argosy.yaml")
}

func (a *app) configApply(ctx context.Context, args []string, validate bool) error {
	file := configFile()
	if len(args) > 0 {
		file = args[0]
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return usage(fmt.Errorf("reading the configuration: %w", err), "name the file: argosy config apply argosy.yaml")
	}
	s, err := settings.Parse(file, data)
	if err != nil {
		return usage(fmt.Errorf("reading the configuration: %w", err), "see: argosy config --help")
	}
	opt, err := a.options()
	if err != nil {
		return err
	}
	if _, err := os.Stat(a.db); validate && errors.Is(err, fs.ErrNotExist) {
		a.say("%s is right: %s, %s; there is no database to try it on", file, plural(len(s.Owners), "owner rule"), plural(len(s.Due), "due policy"))
		return nil
	}
	res, err := store.ApplySettings(ctx, a.db, opt, s, validate)
	if err != nil {
		return err
	}
	return a.configApplied(file, s, res, validate)
}

func (a *app) configApplied(file string, s *settings.Settings, res store.Applied, validate bool) error {
	w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tTEAM\tDUE\tCONDITION\tLOCATIONS")
	idle := 0
	for i, r := range res.Rules {
		if r.Locations == 0 {
			idle++
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\n", r.Position, r.Team, s.Owners[i].Due, condition(&s.Owners[i]), r.Locations)
	}
	if res.Assigned > 0 {
		fmt.Fprintf(w, "\tassigned by hand\t\t\t%d\n", res.Assigned)
	}
	fmt.Fprintf(w, "\tunowned\t%s\t\t%d\n", settings.DefaultPolicy, res.Unowned)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	word, replaces := "is in force", "replaces"
	if validate {
		word, replaces = "is right; nothing was changed", "would replace"
	}
	a.say("%s %s: %s %s %d of %s", file, word, plural(len(res.Rules), "owner rule"), agree(len(res.Rules), "decides", "decide"), res.Locations-res.Unowned-res.Assigned, plural(res.Locations, "location"))
	if res.Before > 0 {
		a.say("it %s the %s that there %s", replaces, plural(res.Before, "owner rule"), agree(res.Before, "was", "were"))
	}
	if idle > 0 {
		fmt.Fprintf(a.Err, "argosy: %s nothing: mend or remove %s\n", plural(idle, "owner rule")+agree(idle, " matches", " match"), agree(idle, "it", "them"))
	}
	return nil
}

// condition words what a rule asks for.
func condition(o *settings.Owner) string {
	var parts []string
	for _, c := range [][2]string{{"registry", o.Registry}, {"repository", o.Repository}, {"tag", o.Tag}, {"namespace", o.Namespace}, {"label", o.Label}} {
		if c[1] != "" {
			parts = append(parts, c[0]+" "+c[1])
		}
	}
	return strings.Join(parts, ", ")
}

func (a *app) configShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "Show the settings that are in force",
		Example: "  argosy config show",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var s *settings.Settings
			err := a.reading(c.Context(), func(db *store.DB) (err error) { s, err = db.Settings(c.Context()); return err })
			if err != nil {
				return err
			}
			fmt.Fprintf(a.Out, "severity_source: %s\npriority: [%s]\n", s.SeveritySource, strings.Join(s.Priority, ", "))
			for _, name := range slices.Sorted(maps.Keys(s.Due)) {
				d := s.Due[name]
				fmt.Fprintf(a.Out, "due.%s: critical %s, high %s, medium %s, low %s, unknown %s; grace %d, from %s, soon %d\n", name,
					dayWord(d.Critical), dayWord(d.High), dayWord(d.Medium), dayWord(d.Low), dayWord(d.Unknown), d.Grace, d.From, *d.Soon)
			}
			for i := range s.Owners {
				o := &s.Owners[i]
				fmt.Fprintf(a.Out, "owner %d: %s <%s>, due %s, where %s\n", i+1, o.Team, o.Mail, o.Due, condition(o))
			}
			return nil
		},
	}
}

func dayWord(n *int) string {
	if n == nil {
		return "never"
	}
	return fmt.Sprint(*n)
}
