package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/schema"
)

// mostCrashes is how often a run is taken up whose process ended without a
// word. What kills the process would kill it for ever.
const mostCrashes = 5

// job is the work on one run.
type job struct {
	*Engine
	s   *schedule.Schedule
	run *schema.ScheduleRun
	// made is set when the job made files.
	made bool
	// problems are optional steps that failed.
	problems []string
}

// save records the run. What was done must be recorded also when the process is
// being stopped.
func (j *job) save(ctx context.Context) error {
	held, err := j.Ledger.Save(context.WithoutCancel(ctx), j.Owner.String(), *j.run)
	if err == nil && !held {
		err = errTaken
	}
	return err
}

// name is how a run is called on standard error.
func (j *job) name() string {
	slot := j.run.Slot
	if j.s != nil {
		slot = slot.In(j.s.Clock.Zone())
	}
	return fmt.Sprintf("%s of %s (run %s)", j.run.Schedule, slot.Format(slotForm), j.run.ID)
}

// work does what is left of a run. The error is errTaken, that of the ledger or
// that of ctx.
func (j *job) work(ctx context.Context) error {
	switch {
	case j.s == nil:
		return j.orphan(ctx)
	case j.run.State.Over():
		return j.tell(ctx)
	case j.run.State == schema.RunDelivering && j.filesThere():
		return j.deliver(ctx)
	}
	if err := j.start(ctx); err != nil || j.run.State.Over() {
		return err
	}
	attempt, cancel := context.WithTimeout(ctx, j.until().Sub(j.Clock()))
	defer cancel()
	if err := j.make(attempt); err != nil {
		return j.unmade(ctx, err)
	}
	if j.run.State.Over() {
		return nil
	}
	return j.deliver(ctx)
}

// until is when the attempt must be over.
func (j *job) until() time.Time { return j.run.Started.Add(j.s.Deadline) }

// orphan ends a run whose schedule is no longer there to say what to do.
func (j *job) orphan(ctx context.Context) error {
	const why = "the schedule is no longer in the file"
	for i := range j.run.Deliveries {
		if d := &j.run.Deliveries[i]; d.State == schema.DeliveryPending {
			d.State, d.Error, d.NextTry = schema.DeliveryFailed, why, time.Time{}
		}
	}
	if !j.run.State.Over() {
		j.run.State, j.run.Reason, j.run.Ended = schema.RunFailed, why, j.Clock()
		j.Say("%s: failed: %s", j.name(), why)
	}
	j.run.Owner, j.run.Lease = "", time.Time{}
	return j.save(ctx)
}

// start begins an attempt.
func (j *job) start(ctx context.Context) error {
	j.run.Attempt++
	if limit := max(mostCrashes, j.s.Retry.Max); j.run.Attempt > limit {
		return j.fail(ctx, fmt.Sprintf("%d attempts ended without a result: the process was killed or the machine went down each time", limit))
	}
	now := j.Clock()
	j.run.State, j.run.Started, j.run.Reason = schema.RunRunning, now, ""
	j.run.Owner, j.run.Lease = j.Owner.String(), now.Add(j.s.Deadline+leaseMargin)
	if err := j.save(ctx); err != nil {
		return err
	}
	j.reached("started")
	return nil
}

// stepError is a step that failed and is not optional.
type stepError struct {
	text  string
	retry bool
}

func (e *stepError) Error() string { return e.text }

// unmade handles the error of make: the process is stopped, time is up, it may
// work later, or the run has failed.
func (j *job) unmade(ctx context.Context, err error) error {
	var step *stepError
	switch {
	case errors.Is(err, errTaken):
		return err
	case ctx.Err() != nil:
		j.run.State, j.run.Attempt = schema.RunClaimed, j.run.Attempt-1
		j.run.Owner, j.run.Lease = "", time.Time{}
		return errors.Join(ctx.Err(), j.save(ctx))
	case errors.Is(err, context.DeadlineExceeded) || !j.Clock().Before(j.until()):
		return j.fail(ctx, fmt.Sprintf("the deadline of %s passed before the report was made", span(j.s.Deadline)))
	case (errors.As(err, &step) && step.retry || j.Retryable(err)) && j.run.Attempt < j.s.Retry.Max:
		j.run.State, j.run.Reason = schema.RunClaimed, err.Error()
		j.run.Owner, j.run.Lease = "", j.Clock().Add(backoff(j.s.Retry, j.run.Attempt))
		j.Say("%s: %s; attempt %d follows at %s", j.name(), err, j.run.Attempt+1, j.at(j.run.Lease))
		return j.save(ctx)
	}
	return j.fail(ctx, err.Error())
}

// at is a moment as people read it.
func (j *job) at(t time.Time) string { return t.In(j.s.Clock.Zone()).Format("15:04:05") }

// backoff is the wait after an attempt: 1 is the first.
func backoff(r schedule.Retry, attempt int) time.Duration {
	d := r.Backoff
	for range min(attempt-1, 20) {
		d *= 2
	}
	return d
}

// fail ends the run and has on_failure told.
func (j *job) fail(ctx context.Context, why string) error {
	j.run.State, j.run.Reason, j.run.Ended = schema.RunFailed, why, j.Clock()
	j.Say("%s: failed: %s", j.name(), why)
	return j.bad(ctx)
}

// bad has on_failure told of a run that is over.
func (j *job) bad(ctx context.Context) error {
	words := unpack(j.run.Message)
	words.State, words.Problem = deliver.Failed, j.run.Reason
	if words.Title == "" {
		words.Title = j.s.Report
	}
	j.run.Message = pack(words)
	j.run.Deliveries = news(j.s, schema.DeliverFailure, j.run.Deliveries)
	j.run.Owner, j.run.Lease = j.Owner.String(), j.Clock().Add(newsLease)
	if err := j.save(ctx); err != nil {
		return err
	}
	return j.tell(ctx)
}

// filesThere says whether the files of a run are as they were recorded. Without
// any, the run delivers a note.
func (j *job) filesThere() bool {
	for _, a := range j.run.Artifacts {
		if sum, _, err := digest(a.Path); err != nil || sum != a.SHA256 {
			return false
		}
	}
	return true
}

// tidy removes the files of old runs of the schedules that made new ones; keep
// says how many runs of each keep theirs.
func (e *Engine) tidy(ctx context.Context, keep map[string]int) error {
	if len(keep) == 0 {
		return nil
	}
	old, err := e.Ledger.OldRuns(ctx, keep)
	if err != nil || len(old) == 0 {
		return err
	}
	var gone []string
	for _, r := range old {
		for _, a := range r.Artifacts {
			if err := os.Remove(a.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("removing an old file of %s: %w", r.Schedule, err)
			}
		}
		gone = append(gone, r.ID)
	}
	return e.Ledger.Removed(ctx, gone, e.Clock())
}
