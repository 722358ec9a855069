// Package run does what schedules say: it finds out which slots are due, claims
// each once, brings the data up to date, makes the files, delivers them, and
// writes down what became of it.
//
// A tick may be cut off at any moment and be called again, also by another
// process. What is done is written down after each step, and what is written
// down is not done again. A delivery that was cut off before its record is
// repeated: a folder and object storage then find the same bytes in place, a
// mail has the same Message-ID.
package run

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"argosy/export"
	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/schema"
)

// Ledger keeps what becomes of schedules; each method is one transaction.
type Ledger interface {
	// Plan writes down the schedules of a file, claims what is due, and returns
	// the runs that are now the owner's, the earliest first.
	Plan(ctx context.Context, list []schema.Schedule, ask schema.Due) ([]schema.ScheduleRun, error)
	// Claim claims a run by hand; it reports false when its slot has a run.
	Claim(ctx context.Context, run schema.ScheduleRun) (schema.ScheduleRun, bool, error)
	// Take gives the owner a run that nobody works on, as it was read; it reports
	// false when it has changed since.
	Take(ctx context.Context, run schema.ScheduleRun, owner string, lease time.Time) (bool, error)
	// Save records a run; it reports false when another process has it now.
	Save(ctx context.Context, owner string, run schema.ScheduleRun) (bool, error)
	// OldRuns lists the runs whose files are there beyond the newest of each
	// schedule that keep says, and Removed records that files are gone.
	OldRuns(ctx context.Context, keep map[string]int) ([]schema.ScheduleRun, error)
	Removed(ctx context.Context, runs []string, at time.Time) error
}

// Sender delivers; see deliver.Sender.
type Sender interface {
	Deliver(ctx context.Context, t deliver.Target, m deliver.Message) (deliver.Receipt, error)
	Preview(w io.Writer, t deliver.Target, m deliver.Message) error
	Places(t deliver.Target, m deliver.Message) []deliver.Place
}

// Engine runs the schedules of one file. Its functions are called one at a
// time, and none while the ledger is at work.
type Engine struct {
	Ledger Ledger
	Sender Sender
	// Plan prepares a schedule's report as of a time; done gives up what the
	// plan reads from.
	Plan func(ctx context.Context, s *schedule.Schedule, now time.Time) (plan *export.Plan, done func() error, err error)
	// Argosy runs an argosy command line; out gets what it prints. The exit
	// code is argosy's.
	Argosy func(ctx context.Context, step schedule.Step, out io.Writer) int
	// Retryable says whether an error of Plan may be over later.
	Retryable func(error) bool
	// File is the absolute path of the file of schedules; relative paths in it
	// start at its folder. Folder is where files are kept.
	File, Folder string
	Owner        Owner
	Clock        func() time.Time
	// Say tells a person.
	Say func(format string, args ...any)
	// Reached is told of the points at which a run can be cut off; may be nil.
	Reached func(point string)
}

// Points are the points at which Engine.Reached is called, in order: the slot
// is claimed, the run has begun, its files lie in their place, the record names
// them, a target has them, the record says so.
func Points() []string {
	return []string{"claimed", "started", "built", "recorded", "sent", "delivered"}
}

func (e *Engine) reached(point string) {
	if e.Reached != nil {
		e.Reached(point)
	}
}

// Outcome counts the runs of a tick by what became of them.
type Outcome struct {
	Delivered, Partly, Failed, Skipped, Missed int
	// Waiting runs have deliveries that are tried again later.
	Waiting int
	// Elsewhere: another process took the run over.
	Elsewhere int
}

// Bad says whether a run of the tick failed, whole or in part.
func (o Outcome) Bad() bool { return o.Failed+o.Partly > 0 }

func (o *Outcome) count(run *schema.ScheduleRun) {
	switch run.State {
	case schema.RunDelivered:
		o.Delivered++
	case schema.RunPartlyDelivered:
		o.Partly++
	case schema.RunFailed:
		o.Failed++
	case schema.RunSkipped:
		o.Skipped++
	case schema.RunMissed, schema.RunClaimed, schema.RunRunning, schema.RunDelivering:
	}
}

// ID is the id of a run: the same for a schedule and a slot wherever it is
// computed.
func ID(id string, slot time.Time) string {
	sum := sha256.Sum256([]byte(id + "\x00" + slot.UTC().Format(time.RFC3339)))
	return hex.EncodeToString(sum[:5])
}

// errTaken stops the work on a run that another process has taken over.
var errTaken = errors.New("another process has taken the run over")

// Tick works out what is due and does it, and goes on with what earlier ticks
// left. The error is that of planning, or of a ledger that could not be
// written; a run that failed is no error.
func (e *Engine) Tick(ctx context.Context, f *schedule.File) (Outcome, error) {
	var out Outcome
	runs, err := e.Ledger.Plan(ctx, rows(f), schema.Due{
		File: e.File, Owner: e.Owner.String(), Now: e.Clock(), Dead: e.Owner.Dead,
		Lease: func(id string) time.Time {
			if s, ok := f.Find(id); ok {
				return e.Clock().Add(s.Deadline + leaseMargin)
			}
			return e.Clock().Add(leaseMargin)
		},
		Slots: func(id string, after time.Time) []schema.ScheduleRun {
			s, _ := f.Find(id)
			claimed := e.slots(s, after)
			for _, r := range claimed {
				if r.State == schema.RunMissed {
					out.Missed++
				}
			}
			return claimed
		},
	})
	if err != nil {
		return Outcome{}, err
	}
	e.reached("claimed")
	if out.Missed > 0 {
		e.Say("%s missed; see: argosy schedule history --failed", plural(out.Missed, "slot"))
	}
	inOrder(f, runs)
	made := map[string]int{}
	for i := range runs {
		if ctx.Err() != nil {
			return out, errors.Join(ctx.Err(), e.release(ctx, runs[i:]))
		}
		j := &job{Engine: e, run: &runs[i]}
		j.s, _ = f.Find(runs[i].Schedule)
		before := runs[i].State
		err := j.work(ctx)
		if j.made {
			made[j.s.ID] = j.s.Keep
		}
		switch {
		case errors.Is(err, errTaken):
			out.Elsewhere++
			continue
		case err != nil:
			return out, errors.Join(err, e.release(ctx, runs[i+1:]))
		}
		if !before.Over() {
			out.count(j.run)
		}
		if j.waits() {
			out.Waiting++
		}
	}
	return out, e.tidy(ctx, made)
}

// inOrder sorts runs by their slots, and those of the same slot as the file has
// them: the first may bring the data up to date for the others.
func inOrder(f *schedule.File, runs []schema.ScheduleRun) {
	place := map[string]int{}
	for i, s := range f.Schedules {
		place[s.ID] = i
	}
	slices.SortStableFunc(runs, func(a, b schema.ScheduleRun) int {
		return cmp.Or(a.Slot.Compare(b.Slot), cmp.Compare(place[a.Schedule], place[b.Schedule]))
	})
}

// release gives runs up, so that the next tick takes them at once.
func (e *Engine) release(ctx context.Context, runs []schema.ScheduleRun) error {
	var errs []error
	for _, r := range runs {
		owner := r.Owner
		r.Owner, r.Lease = "", time.Time{}
		_, err := e.Ledger.Save(context.WithoutCancel(ctx), owner, r)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// rows are the schedules of a file as the ledger has them.
func rows(f *schedule.File) []schema.Schedule {
	var out []schema.Schedule
	for _, s := range f.Schedules {
		out = append(out, schema.Schedule{ID: s.ID, Report: s.Report, Format: s.Format, Cron: s.Clock.Cron().String(),
			Timezone: s.Clock.Zone().String(), Params: s.Params, Enabled: s.Enabled})
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// span words a length of time for people.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%d days", d/day)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return d.Round(time.Second).String()
}
