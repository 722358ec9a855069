package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/schema"
	"argosy/schema/scratch"
)

// A HandError is a mistake of the person who asked, with what to do instead.
type HandError struct{ Text, Hint string }

func (e *HandError) Error() string { return e.Text }

// slotOf is the slot that a person means: now, or one that the schedule has.
func (e *Engine) slotOf(s *schedule.Schedule, slot time.Time) (time.Time, error) {
	if slot.IsZero() {
		return e.Clock().Truncate(time.Second), nil
	}
	if next, ok := s.Clock.Next(slot.Add(-time.Nanosecond)); !ok || !next.Equal(slot) {
		return slot, &HandError{fmt.Sprintf("running %q: %s is no slot of it", s.ID, slot.In(s.Clock.Zone()).Format(time.RFC3339)),
			"the next slot after it is " + next.Format(time.RFC3339)}
	}
	return slot, nil
}

// Once runs a schedule now, whatever its clock says. With a slot it is that
// slot's run, which must not have been delivered yet.
func (e *Engine) Once(ctx context.Context, s *schedule.Schedule, slot time.Time) (schema.ScheduleRun, error) {
	at, err := e.slotOf(s, slot)
	if err != nil {
		return schema.ScheduleRun{}, err
	}
	run, mine, err := e.claimByHand(ctx, s, at)
	for slot.IsZero() && err == nil && !mine {
		// Somebody asked within the same second already: this is a run of its own.
		at = at.Add(-time.Second)
		run, mine, err = e.claimByHand(ctx, s, at)
	}
	if err != nil {
		return run, err
	}
	if !mine {
		if err := e.again(ctx, &run, s); err != nil {
			return run, err
		}
	}
	e.reached("claimed")
	return run, e.finish(ctx, s, &run)
}

// claimByHand claims the run of a slot for the person who asked.
func (e *Engine) claimByHand(ctx context.Context, s *schedule.Schedule, at time.Time) (schema.ScheduleRun, bool, error) {
	run := e.claimed(s, at, e.Clock())
	run.ByHand = true
	return e.Ledger.Claim(ctx, run)
}

// again makes a run that is over begin anew; what was sent stays sent.
func (e *Engine) again(ctx context.Context, run *schema.ScheduleRun, s *schedule.Schedule) error {
	switch run.State {
	case schema.RunDelivered:
		return &HandError{fmt.Sprintf("running %q: its run %s was delivered already", s.ID, run.ID), "send its files once more with: argosy schedule resend " + run.ID}
	case schema.RunClaimed, schema.RunRunning, schema.RunDelivering:
		return &HandError{fmt.Sprintf("running %q: its run %s is under way (%s)", s.ID, run.ID, run.State), "the next tick goes on with it; see: argosy schedule history " + s.ID}
	case schema.RunPartlyDelivered, schema.RunSkipped, schema.RunMissed, schema.RunFailed:
	}
	if err := e.take(ctx, run, s); err != nil {
		return err
	}
	run.State, run.Attempt, run.Ended = schema.RunClaimed, 0, time.Time{}
	e.reset(run, func(d schema.ScheduleDelivery) bool {
		return d.Purpose == schema.DeliverReport && d.State != schema.DeliverySent
	})
	return nil
}

// take makes a run that is over this process's.
func (e *Engine) take(ctx context.Context, run *schema.ScheduleRun, s *schedule.Schedule) error {
	lease := e.Clock().Add(s.Deadline + leaseMargin)
	taken, err := e.Ledger.Take(ctx, *run, e.Owner.String(), lease)
	if err == nil && !taken {
		return &HandError{fmt.Sprintf("running %q: another process works on its run %s", s.ID, run.ID), "see: argosy schedule history " + s.ID}
	}
	run.Owner, run.Lease = e.Owner.String(), lease
	return err
}

// reset makes deliveries pending again and the others, news, settled.
func (e *Engine) reset(run *schema.ScheduleRun, again func(schema.ScheduleDelivery) bool) {
	for i := range run.Deliveries {
		d := &run.Deliveries[i]
		switch {
		case again(*d):
			d.State, d.Attempts, d.Error, d.NextTry, d.Sent = schema.DeliveryPending, 0, "", time.Time{}, time.Time{}
		case d.State == schema.DeliveryPending:
			d.State, d.NextTry = schema.DeliverySkipped, time.Time{}
		}
	}
}

// finish works on a run that a person asked for.
func (e *Engine) finish(ctx context.Context, s *schedule.Schedule, run *schema.ScheduleRun) error {
	j := &job{Engine: e, s: s, run: run}
	err := j.work(ctx)
	if err == nil && j.made {
		err = e.tidy(ctx, map[string]int{s.ID: s.Keep})
	}
	if errors.Is(err, errTaken) {
		return &HandError{fmt.Sprintf("running %q: another process works on the run %s", s.ID, run.ID), "see: argosy schedule history " + s.ID}
	}
	return err
}

// Resend delivers the files of a run once more: to one target by its number, or
// to all when target is 0.
func (e *Engine) Resend(ctx context.Context, s *schedule.Schedule, run schema.ScheduleRun, target int) (schema.ScheduleRun, error) {
	op := fmt.Sprintf("sending the run %q again", run.ID)
	j := &job{Engine: e, s: s, run: &run}
	switch {
	case !run.State.Over():
		return run, &HandError{fmt.Sprintf("%s: it is under way (%s)", op, run.State), "the next tick goes on with it"}
	case len(run.Artifacts) == 0 || !j.filesThere():
		return run, &HandError{fmt.Sprintf("%s: its files are not there (it is %s)", op, run.State),
			"make it anew with: argosy schedule run " + s.ID + " --slot " + run.Slot.UTC().Format(time.RFC3339)}
	}
	if s.SplitBy == "" && len(s.Deliver) == 0 {
		return run, &HandError{op + ": the schedule delivers to nobody", "write targets below deliver"}
	}
	// The file may name other targets by now: the deliveries are those of today.
	fresh := news(s, schema.DeliverReport, nil)
	if target < 0 || target > len(fresh) {
		return run, &HandError{fmt.Sprintf("%s: there is no target %d", op, target), fmt.Sprintf("the schedule has targets 1 to %d; see: argosy schedule history %s -o json", len(fresh), s.ID)}
	}
	for i, d := range fresh {
		if target != 0 && d.Target != target {
			fresh[i] = earlier(run, d)
		}
	}
	for _, d := range run.Deliveries {
		if d.Purpose != schema.DeliverReport && d.Target > len(fresh) {
			fresh = append(fresh, settled(d))
		}
	}
	if err := e.take(ctx, &run, s); err != nil {
		return run, err
	}
	run.Deliveries = fresh
	run.Resent++
	run.State, run.Started, run.Ended, run.Reason = schema.RunDelivering, e.Clock(), time.Time{}, ""
	if err := j.save(ctx); err != nil {
		return run, err
	}
	return run, e.finish(ctx, s, &run)
}

// earlier is what a run knows of a delivery that is not to be repeated.
func earlier(run schema.ScheduleRun, d schema.ScheduleDelivery) schema.ScheduleDelivery {
	for _, had := range run.Deliveries {
		if had.Target == d.Target && had.Purpose == d.Purpose && had.Description == d.Description {
			return settled(had)
		}
	}
	d.State = schema.DeliverySkipped
	return d
}

func settled(d schema.ScheduleDelivery) schema.ScheduleDelivery {
	if d.State == schema.DeliveryPending {
		d.State, d.NextTry = schema.DeliverySkipped, time.Time{}
	}
	return d
}

// Dry makes the files of a schedule in a folder that is removed afterwards and
// writes what each target would get. It records nothing, sends nothing and does
// no steps; it names them.
func (e *Engine) Dry(ctx context.Context, s *schedule.Schedule, slot time.Time, w io.Writer) error {
	at, err := e.slotOf(s, slot)
	if err != nil {
		return err
	}
	folder, err := scratch.New("dry")
	if err != nil {
		return fmt.Errorf("making a folder for the files of the dry run: %w", err)
	}
	defer folder.Close()
	run := e.claimed(s, at, e.Clock())
	run.Started = e.Clock()
	j := &job{Engine: e, s: s, run: &run}
	for _, step := range s.Before {
		e.Say("before it, not done now: %s", commandLine(step.Words()))
	}
	b, err := j.build(ctx, folder.Path)
	if err != nil {
		return err
	}
	run.Artifacts = b.files
	b.Lines = append(b.Lines, j.remarks("")...)
	run.Message = pack(b.said)
	for _, a := range b.files {
		e.Say("%s: %d bytes", a.Name, a.Bytes)
	}
	switch {
	case b.empty && s.OnEmpty == schedule.EmptySkip:
		e.Say("the report has no rows; on_empty: skip, so that nothing would be sent")
		return nil
	case b.empty && s.OnEmpty == schedule.EmptyNote:
		run.Artifacts = nil
	}
	run.Deliveries = news(s, schema.DeliverReport, nil)
	if len(run.Deliveries) == 0 {
		e.Say("the schedule delivers to nobody; the files would stay in %s", e.Folder)
	}
	for i, d := range run.Deliveries {
		if _, err := fmt.Fprintf(w, "--- target %d: %s\n", d.Target, d.Description); err != nil {
			return err
		}
		if err := e.Sender.Preview(w, s.Deliver[i], j.message(&run.Deliveries[i])); err != nil {
			return err
		}
	}
	return nil
}

var _ Sender = (*deliver.Sender)(nil)
