package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"argosy/export/schedule"
	"argosy/schema"
	"argosy/schema/store"
	"argosy/tui"
	"argosy/tui/state"
)

func (a *app) tuiCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "tui",
		Short: "Look at the findings on the terminal",
		Long: `Opens the terminal screens: what is at risk, and the findings as teams,
registries, repositories, images, vulnerabilities, packages or a list of fixes.
Enter goes into a row, esc comes back, ? lists the keys. The file is held only
while a query runs, so an ingest can run beside it.`,
		Example: `  argosy tui
  argosy tui --db team.db`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.tui(c.Context()) },
	}
}

// interactive says whether there is a person at a terminal that can draw.
func (a *app) interactive() bool {
	return isTerminal(a.In) && isTerminal(a.Out)
}

func (a *app) tui(ctx context.Context) error {
	const instead = "use commands instead, for instance: argosy report run severity-summary"
	if !a.interactive() {
		return usage(errors.New("opening the screens: standard input and output must be a terminal"), instead)
	}
	if t := os.Getenv("TERM"); t == "dumb" || t == "" {
		return usage(fmt.Errorf("opening the screens: the terminal %q cannot place a cursor", t), instead+"; or set TERM, for instance to xterm-256color")
	}
	opt, err := a.options()
	if err != nil {
		return err
	}
	said := &heldNotes{say: opt.Tell}
	opt.Tell, opt.Begin = said.tell, said.begin(opt.Begin)
	s, err := store.OpenSession(ctx, a.db, opt)
	if err != nil {
		return err
	}
	defer s.Close()
	o := tui.Options{State: state.None(), SSH: os.Getenv("SSH_CONNECTION") != "", Version: version()}
	if dir, err := state.Dir(); err == nil {
		o.State = state.Load(dir)
		o.HistoryFile = filepath.Join(dir, "history.jsonl")
	}
	o.ReportDirs, o.Clock = reportDirs(), nextSlot
	o.Export, o.Command = a.exportFile, a.command
	screens := tui.New(ctx, database{s}, o)
	said.hold()
	err = a.show(ctx, screens)
	said.release()
	if cerr := screens.Close(); err == nil {
		err = cerr
	}
	return err
}

// show runs screens until they end; whatever ends them, the terminal is as it
// was.
func (a *app) show(ctx context.Context, screens tea.Model) error {
	// The renderer draws at most so often; a key waits for half a frame. A signal
	// ends the context: a handler of the program's own would wait for the loop that
	// has ended by then, for ever.
	p := tea.NewProgram(screens, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(120), tea.WithInput(a.In), tea.WithOutput(repainting(a.Out)))
	_, err := p.Run()
	if errors.Is(err, tea.ErrProgramPanic) {
		return fmt.Errorf("running the screens: %w; the terminal was restored, please report the lines above", err)
	}
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// nextSlot is when a schedule is due next.
func nextSlot(cron, zone string, after time.Time) (time.Time, bool) {
	c, err := schedule.NewClock(cron, zone)
	if err != nil {
		return time.Time{}, false
	}
	return c.Next(after)
}

// exportFile writes the answer to a question that was put on a screen, as the
// command line writes it.
func (a *app) exportFile(ctx context.Context, e tui.Export) (string, error) {
	var said bytes.Buffer
	quiet := *a
	quiet.Out, quiet.Err, quiet.quiet = io.Discard, &said, false
	f := runFlags{exports: []string{e.Path}}
	for name, v := range e.Request.Given {
		f.params = append(f.params, name+"="+v)
	}
	q := question{request: e.Request, title: e.Title, sections: e.Sections}
	if e.Lens != nil {
		q.lenses = lensesOf(e.Sections)
		q.lenses[""] = *e.Lens
	}
	if e.Report != nil {
		q = savedQuestion(e.Report)
	}
	err := quiet.run(ctx, q, f)
	return strings.Join(strings.Fields(strings.ReplaceAll(said.String(), "\n", " · ")), " "), err
}

// command runs a command line on the same database.
func (a *app) command(ctx context.Context, args ...string) (out, said string, err error) {
	var stdout, stderr bytes.Buffer
	code := Run(ctx, append(args, "--db", a.db), Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	if code != 0 {
		err = fmt.Errorf("argosy %s ended with %d", strings.Join(args, " "), code)
	}
	return stdout.String(), stderr.String(), err
}

// database lets the screens read a session of the store.
type database struct{ *store.Session }

func (d database) Keep(ctx context.Context, st schema.Statement) (tui.Kept, error) {
	k, err := d.Session.Keep(ctx, st)
	if err != nil {
		return nil, err
	}
	return kept{k}, nil
}

func (d database) Stamp() tui.Stamp {
	s := d.Session.Stamp()
	return tui.Stamp{Size: s.Size, Modified: s.Modified}
}

type kept struct{ *store.Kept }

func (k kept) Sort(ctx context.Context, by []schema.Order) (tui.Sorted, error) {
	return k.Kept.Sort(ctx, by)
}
