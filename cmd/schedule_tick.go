package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"argosy/export/schedule"
	"argosy/export/schedule/run"
	"argosy/schema"
	"argosy/schema/store"
)

func (a *app) scheduleTick() *cobra.Command {
	var f engineFlags
	c := &cobra.Command{
		Use:   "tick FILE",
		Short: "Do what is due now, and go on with what was left",
		Long: `Works out which slots passed since the last tick, claims each once, brings the
data up to date, makes the files and delivers them. Let a timer call it every
minute; see: argosy schedule install. It may be called at any time, by several
at once and again after it was cut off: what is recorded is not done twice.

A schedule that is seen for the first time begins now. Deliveries that failed
are tried again by later ticks.

Exit codes: 0 all is well, also when nothing is due; 1 a run failed, whole or in
part; 2 the file is wrong; 3 the database is in use, the next tick does it.`,
		Example: `  argosy schedule tick schedules.yaml
  argosy schedule tick schedules.yaml --now 2026-11-27T06:00:00Z`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			file, err := readSchedules(args[0])
			if err != nil {
				return err
			}
			out, err := a.tick(c.Context(), file, f)
			return a.ticked(c.Context(), out, err)
		},
	}
	f.register(c)
	return c
}

// tick does what is due.
func (a *app) tick(ctx context.Context, file *schedule.File, f engineFlags) (run.Outcome, error) {
	e, err := a.engine(ctx, file, f)
	if err != nil {
		return run.Outcome{}, err
	}
	defer e.ledger.Close()
	a.sayNew()
	return e.Tick(ctx, file)
}

// ticked chooses the exit code of a tick.
func (a *app) ticked(ctx context.Context, out run.Outcome, err error) error {
	switch {
	case ctx.Err() != nil && err != nil:
		fmt.Fprintln(a.Err, "argosy: stopped; the next tick goes on with what is left")
		return silent{exitInterrupted}
	case err != nil:
		return err
	case out.Bad():
		return silent{exitFailed}
	}
	return nil
}

type handFlags struct {
	engineFlags
	file, slot string
	dry        bool
	target     int
}

func (f *handFlags) register(c *cobra.Command) {
	f.engineFlags.register(c)
	c.Flags().StringVarP(&f.file, "file", "f", "", "the file of schedules (default: the one that the last tick read)")
}

func (a *app) scheduleRun() *cobra.Command {
	var f handFlags
	c := &cobra.Command{
		Use:   "run ID",
		Short: "Run one schedule now, or show what it would send",
		Long: `Runs a schedule whatever its clock says. With --slot it is the run of that time,
for instance of one that was missed or failed; targets that have it already do
not get it again.

With --dry-run the files are made and removed again, and what each target would
get is printed: the mail with its headers, the body of the request, the path.
Nothing is sent, nothing is recorded, and the steps before it are only named.`,
		Example: `  argosy schedule run weekly-risk --dry-run --file schedules.yaml
  argosy schedule run weekly-risk
  argosy schedule run weekly-risk --slot 2026-11-20T07:00:00+01:00`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.scheduleByHand(c.Context(), args[0], f) },
	}
	f.register(c)
	c.Flags().StringVar(&f.slot, "slot", "", "the time that it was due at (default: now)")
	c.Flags().BoolVar(&f.dry, "dry-run", false, "show what would be sent; send and record nothing")
	return c
}

func (a *app) scheduleByHand(ctx context.Context, id string, f handFlags) error {
	var slot time.Time
	if f.slot != "" {
		var err error
		if slot, err = a.moment(f.slot); err != nil {
			return usage(fmt.Errorf("reading --slot %q: %w", f.slot, err), "see the slots with: argosy schedule history "+id)
		}
	}
	e, s, err := a.engineFor(ctx, id, f)
	if err != nil {
		return err
	}
	defer e.ledger.Close()
	if f.dry {
		return handError(e.Dry(ctx, s, slot, a.Out))
	}
	a.sayNew()
	r, err := e.Once(ctx, s, slot)
	return a.ran(ctx, r, err)
}

// ran tells how a run by hand ended.
func (a *app) ran(ctx context.Context, r schema.ScheduleRun, err error) error {
	if err != nil {
		return a.ticked(ctx, run.Outcome{}, handError(err))
	}
	if r.State == schema.RunFailed || r.State == schema.RunPartlyDelivered {
		return silent{exitFailed}
	}
	return nil
}

func (a *app) scheduleResend() *cobra.Command {
	var f handFlags
	c := &cobra.Command{
		Use:   "resend RUN",
		Short: "Deliver the files of a run once more",
		Long: `Delivers the files that a run made once more, to all targets or to one. The run
is one of: argosy schedule history. Nothing is made anew.`,
		Example: `  argosy schedule resend 3f0a9c21d7
  argosy schedule resend 3f0a9c21d7 --target 2`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.resend(c.Context(), args[0], f) },
	}
	f.register(c)
	c.Flags().IntVar(&f.target, "target", 0, "number of the target in the list deliver, 1 is the first; 0 is all")
	return c
}

func (a *app) resend(ctx context.Context, id string, f handFlags) error {
	var r schema.ScheduleRun
	err := a.reading(ctx, func(db *store.DB) (err error) { r, err = db.ScheduleRun(ctx, id); return err })
	if err != nil {
		return err
	}
	e, s, err := a.engineFor(ctx, r.Schedule, f)
	if err != nil {
		return err
	}
	defer e.ledger.Close()
	r, err = e.Resend(ctx, s, r, f.target)
	return a.ran(ctx, r, err)
}

// engineFor finds a schedule, and makes what runs it by hand.
func (a *app) engineFor(ctx context.Context, id string, f handFlags) (*scheduler, *schedule.Schedule, error) {
	file, s, err := a.findSchedule(ctx, id, f.file)
	if err != nil {
		return nil, nil, err
	}
	e, err := a.engine(ctx, file, f.engineFlags)
	return e, s, err
}

// findSchedule finds a schedule by its id: in the file given, else in the one
// that a tick read last.
func (a *app) findSchedule(ctx context.Context, id, path string) (*schedule.File, *schedule.Schedule, error) {
	if path == "" {
		err := a.reading(ctx, func(db *store.DB) (err error) { path, err = db.ScheduleFile(ctx, id); return err })
		if err != nil && store.KindOf(err) != store.Missing {
			return nil, nil, err
		}
	}
	if path == "" {
		return nil, nil, usage(fmt.Errorf("finding the schedule %q: no tick has read it yet", id), "name its file with --file schedules.yaml")
	}
	file, err := readSchedules(path)
	if err != nil {
		return nil, nil, err
	}
	s, ok := file.Find(id)
	if !ok {
		var known []string
		for _, s := range file.Schedules {
			known = append(known, s.ID)
		}
		return nil, nil, usage(fmt.Errorf("finding the schedule %q: it is not in %s", id, path), "it has "+strings.Join(known, ", "))
	}
	return file, s, nil
}

func (a *app) scheduleServe() *cobra.Command {
	var f engineFlags
	var every time.Duration
	c := &cobra.Command{
		Use:   "serve FILE",
		Short: "Go on ticking, in one process",
		Long: `Does what argosy schedule tick does, at each slot and every --every in between,
until it is told to stop. The file is read anew when it changes; one with
mistakes is told, and the schedules stay as they were. On SIGTERM or Ctrl-C a
report that is being made is left to the next process, and a delivery under way
gets 20 seconds to end.`,
		Example: "  argosy schedule serve schedules.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if every <= 0 {
				return usage(fmt.Errorf("--every %s is no interval", every), "for instance --every 30s")
			}
			return a.serve(c.Context(), args[0], f, every)
		},
	}
	f.register(c)
	c.Flags().DurationVar(&every, "every", 30*time.Second, "longest time between two ticks")
	return c
}

// serve ticks until it is stopped.
func (a *app) serve(ctx context.Context, path string, f engineFlags, every time.Duration) error {
	file, err := readSchedules(path)
	if err != nil {
		return err
	}
	last := stampOf(path)
	a.say("serving %s of %s; stop with Ctrl-C", plural(len(file.Schedules), "schedule"), path)
	a.sayNext(file)
	for ctx.Err() == nil {
		if now := stampOf(path); now != last {
			last = now
			file = a.reread(path, file)
		}
		out, err := a.tick(ctx, file, f)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			// What the user has to mend ends it; the rest may be over later.
			if code, _ := judge(err); code == exitUsage {
				return err
			}
			fmt.Fprintf(a.Err, "argosy: %s; trying again in %s\n", err, every)
		case out != run.Outcome{}:
			a.sayNext(file)
		}
		select {
		case <-ctx.Done():
		case <-time.After(a.pause(file, every)):
		}
	}
	a.say("stopped; the next process goes on with what is left")
	return nil
}

// stampOf tells one state of a file from another; a file that is not there has
// the zero stamp.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

// reread reads a file that has changed and keeps the old one when it is broken.
func (a *app) reread(path string, old *schedule.File) *schedule.File {
	file, err := readSchedules(path)
	if err != nil {
		fmt.Fprintf(a.Err, "argosy: %s\nargosy: the schedules stay as they were until %s is mended\n", err, path)
		return old
	}
	a.say("%s has changed: %s", path, plural(len(file.Schedules), "schedule"))
	a.sayNext(file)
	return file
}

// pause is how long to wait for the next slot, at most every.
func (a *app) pause(file *schedule.File, every time.Duration) time.Duration {
	wait := every
	now := a.clock()
	for _, s := range file.Schedules {
		if next, ok := s.Clock.Next(now); ok && s.Enabled {
			wait = min(wait, next.Sub(now))
		}
	}
	return max(wait, time.Millisecond)
}

// sayNext tells what is due next.
func (a *app) sayNext(file *schedule.File) {
	lines, err := slots(file, a.clock(), 1)
	if err != nil || len(lines) == 0 {
		a.say("no schedule is switched on")
		return
	}
	a.say("next: %s at %s", lines[0].ID, lines[0].Due)
}
