// Package cmd is the command line of argosy: one file per command, flags and
// words only. What a command does lives in the packages below.
//
// Rules for output: data goes to standard output and nothing else does;
// everything said to a person goes to standard error. Exit codes are in
// errors.go.
package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"argosy/schema/scratch"
	"argosy/schema/store"
)

// Streams are the three streams of a process.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Reached is told of the points at which the run of a schedule can be cut
	// off; nil but for those who cut it off there.
	Reached func(point string)
}

// isTerminal says whether one of the streams is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// app is what the commands share: the streams and the global flags.
type app struct {
	Streams
	db         string
	memory     string
	threads    int
	wait       time.Duration
	color      string
	errFormat  string
	quiet      bool
	nowText    string
	now        time.Time
	noProgress bool
}

// Run runs a command line and returns the exit code.
func Run(ctx context.Context, args []string, s Streams) int {
	a := &app{Streams: s}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	strict(root)
	err := root.ExecuteContext(ctx)
	var told silent
	if ctx.Err() != nil && err != nil && !errors.As(err, &told) {
		fmt.Fprintln(s.Err, "argosy: interrupted; the database is as it was")
		return exitInterrupted
	}
	return a.report(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "argosy",
		Short: "Reports on the vulnerabilities of container images, from any scanner, in SQL and KQL",
		Long: `argosy keeps the findings of any scanner in one file and answers questions about
them in SQL and in the KQL of Azure Resource Graph, as tables and as Excel
workbooks.`,
		Example: `  argosy ingest reports/
  argosy report run severity-summary
  argosy query "select vulnerability, count(*) from subassessments where status = 'Unhealthy' group by 1 order by 2 desc limit 10"
  argosy report run arg-custom-vulnerability-assessment --export report.xlsx`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if err := a.environment(c); err != nil {
				return err
			}
			scratch.Sweep()
			scratch.SweepBeside(a.db)
			return nil
		},
	}
	root.RunE = func(c *cobra.Command, _ []string) error {
		if _, err := os.Stat(a.db); err == nil && a.interactive() && os.Getenv("TERM") != "dumb" {
			return a.tui(c.Context())
		}
		return c.Help()
	}
	f := root.PersistentFlags()
	f.StringVar(&a.db, "db", defaultDB(), "database file; :memory: for none")
	f.StringVar(&a.memory, "memory", "", "limit of the engine's memory, for instance 2GB (default: by the engine)")
	f.IntVar(&a.threads, "threads", 0, "threads of the engine (default: one for each processor)")
	f.DurationVar(&a.wait, "wait", 10*time.Second, "how long to wait for a database that is in use")
	f.StringVar(&a.color, "color", "auto", "colour in tables: auto, always or never")
	f.StringVar(&a.errFormat, "error-format", "text", "form of errors: text or json")
	f.StringVar(&a.nowText, "now", "", "time that reports count ages and due dates from (default: the clock)")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but errors on standard error")
	f.BoolVar(&a.noProgress, "no-progress", false, "show no progress on standard error")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(err, "see: "+c.CommandPath()+" --help")
	})
	root.AddCommand(
		a.ingestCommand(),
		a.registryCommand(),
		a.kubernetesCommand(),
		a.policyCommand(),
		a.checkCommand(),
		a.denyListCommand(),
		a.queryCommand(),
		a.reportCommand(),
		a.exportCommand(),
		a.scheduleCommand(),
		a.exemptCommand(),
		a.configCommand(),
		a.ownCommand(),
		a.changesCommand(),
		a.feedsCommand(),
		a.formatsCommand(),
		a.kqlCommand(),
		a.tuiCommand(),
		a.viewCommand(),
		a.pruneCommand(),
		a.compactCommand(),
		a.backupCommand(),
		a.mergeCommand(),
		a.demoCommand(),
		a.versionCommand(),
	)
	return root
}

// environment gives every flag that was not typed the value of its variable
// ARGOSY_<FLAG>.
func (a *app) environment(c *cobra.Command) error {
	var bad error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := "ARGOSY_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v, ok := os.LookupEnv(name); ok && !f.Changed && bad == nil {
			if err := c.Flags().Set(f.Name, v); err != nil {
				bad = usage(fmt.Errorf("reading %s=%q: %w", name, v, err), "mend or unset the variable")
			}
		}
	})
	if bad != nil {
		return bad
	}
	for flag, v := range map[string][2]string{"color": {a.color, "auto always never"}, "error-format": {a.errFormat, "text json"}} {
		if !strings.Contains(" "+v[1]+" ", " "+v[0]+" ") {
			return usage(fmt.Errorf("--%s %q is not known", flag, v[0]), "use one of: "+strings.ReplaceAll(v[1], " ", ", "))
		}
	}
	if a.nowText != "" {
		var err error
		if a.now, err = a.moment(a.nowText); err != nil {
			return usage(fmt.Errorf("reading --now %q: %w", a.nowText, err), "for instance: --now 2026-01-31")
		}
	}
	return nil
}

// defaultDB is argosy.db in the user's data directory (XDG Base Directory
// Specification; %LOCALAPPDATA% on Windows).
func defaultDB() string {
	dir := os.Getenv("XDG_DATA_HOME")
	if dir == "" && runtime.GOOS == "windows" {
		dir = os.Getenv("LOCALAPPDATA")
	}
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "argosy.db"
		}
		dir = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(dir, "argosy", "argosy.db")
}

// options reads the engine's flags.
func (a *app) options() (store.Options, error) {
	o := store.Options{Threads: a.threads, Wait: a.wait, Now: a.now, Tell: func(s string) { a.say("%s", s) }}
	if isTerminal(a.Err) {
		o.Begin = func(s string) { a.say("%s ...", s) } // somebody waits
	}
	if a.memory != "" {
		n, err := parseSize(a.memory)
		if err != nil {
			return o, usage(fmt.Errorf("reading --memory %q: %w", a.memory, err), "write it like 512MB or 2GB")
		}
		o.MemoryLimit = n
	}
	return o, nil
}

func parseSize(s string) (int64, error) {
	units := []struct {
		suffix string
		factor float64
	}{{"GIB", 1 << 30}, {"MIB", 1 << 20}, {"GB", 1e9}, {"MB", 1e6}, {"G", 1 << 30}, {"M", 1 << 20}}
	for _, u := range units {
		if num, ok := strings.CutSuffix(strings.ToUpper(strings.TrimSpace(s)), u.suffix); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(num), 64)
			if err != nil || !(f > 0) || math.IsInf(f, 0) {
				return 0, fmt.Errorf("that is no size")
			}
			return int64(f * u.factor), nil
		}
	}
	return 0, fmt.Errorf("the unit is missing")
}

// say tells a person something, on standard error.
func (a *app) say(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.Err, format+"\n", args...)
	}
}

// printJSON writes a value for people and programs to read: standard output is
// no web page, so signs stay as they are.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.Out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
