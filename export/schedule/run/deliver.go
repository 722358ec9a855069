package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"argosy/export/deliver"
	"argosy/schema"
)

const (
	// grace is how long a delivery that is under way may go on when the process
	// is being stopped.
	grace = 20 * time.Second
	// newsTime bounds one attempt to tell of a failure.
	newsTime = 5 * time.Minute
)

// pending says whether a delivery of a purpose is still to be made; an empty
// purpose is any.
func pending(run *schema.ScheduleRun, purpose string) bool {
	return slices.ContainsFunc(run.Deliveries, func(d schema.ScheduleDelivery) bool {
		return d.State == schema.DeliveryPending && (purpose == "" || d.Purpose == purpose)
	})
}

// waits says whether the run has deliveries that are tried again later.
func (j *job) waits() bool { return pending(j.run, "") }

// nextTry is when the first pending delivery is due.
func (j *job) nextTry() time.Time {
	var next time.Time
	for _, d := range j.run.Deliveries {
		if d.State == schema.DeliveryPending && (next.IsZero() || d.NextTry.Before(next)) {
			next = d.NextTry
		}
	}
	return next
}

// deliver takes the files to every target that does not have them, and ends
// the run when no target is left to try.
func (j *job) deliver(ctx context.Context) error {
	if err := j.send(ctx, schema.DeliverReport); err != nil {
		return err
	}
	settle := j.end
	if pending(j.run, schema.DeliverReport) {
		settle = j.pause
	}
	err := settle(ctx)
	if err == nil {
		j.reached("delivered")
	}
	return err
}

// pause gives the run up until its next attempt.
func (j *job) pause(ctx context.Context) error {
	j.run.Owner, j.run.Lease = "", j.nextTry()
	return j.save(ctx)
}

// end settles what became of a run that has been delivered wherever it will be.
func (j *job) end(ctx context.Context) error {
	var sent int
	var failed []string
	for _, d := range j.run.Deliveries {
		switch {
		case d.Purpose != schema.DeliverReport:
		case d.State == schema.DeliverySent:
			sent++
		case d.State == schema.DeliveryFailed:
			failed = append(failed, fmt.Sprintf("%s: %s", d.Description, d.Error))
		}
	}
	j.run.Ended, j.run.Reason = j.Clock(), ""
	j.run.Owner, j.run.Lease = "", time.Time{}
	if len(failed) == 0 {
		j.run.State = schema.RunDelivered
		where := "delivered to " + plural(sent, "target")
		if sent == 0 {
			where = "made; it has no targets"
		}
		j.Say("%s: %s%s", j.name(), where, j.condition())
		return j.save(ctx)
	}
	j.run.Reason = fmt.Sprintf("%d of %d deliveries failed: %s", len(failed), len(failed)+sent, strings.Join(failed, "; "))
	j.run.State = schema.RunPartlyDelivered
	if sent == 0 {
		j.run.State = schema.RunFailed
	}
	j.Say("%s: %s", j.name(), j.run.Reason)
	return j.bad(ctx)
}

// condition words what is to be known of a report that went out.
func (j *job) condition() string {
	words := unpack(j.run.Message)
	if words.State == deliver.Complete || words.State == "" {
		return ""
	}
	return strings.TrimSuffix(": "+words.State+": "+words.Problem, ": ")
}

// tell takes the news of a run that is over to those who want it.
func (j *job) tell(ctx context.Context) error {
	for _, purpose := range []string{schema.DeliverFailure, schema.DeliverMissed} {
		if err := j.send(ctx, purpose); err != nil {
			return err
		}
	}
	return j.pause(ctx)
}

// send makes one attempt at each delivery of a purpose that is due. Folders and
// buckets come first, so that a mail can name where the files lie. The caller
// records the last of them together with what it means for the run.
func (j *job) send(ctx context.Context, purpose string) error {
	order := make([]*schema.ScheduleDelivery, 0, len(j.run.Deliveries))
	for i := range j.run.Deliveries {
		if d := &j.run.Deliveries[i]; d.Purpose == purpose && d.State == schema.DeliveryPending {
			order = append(order, d)
		}
	}
	slices.SortStableFunc(order, func(a, b *schema.ScheduleDelivery) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
	tried := false
	for _, d := range order {
		if tried {
			if err := j.save(ctx); err != nil {
				return err
			}
			j.reached("delivered")
		}
		if tried = false; ctx.Err() != nil {
			j.run.Owner, j.run.Lease = "", time.Time{}
			return errors.Join(ctx.Err(), j.save(ctx))
		}
		if !j.run.Lease.IsZero() && j.Clock().After(j.run.Lease) {
			// The machine slept: another process may be at work on this.
			return errTaken
		}
		if d.NextTry.After(j.Clock()) && j.inTime(d) {
			continue
		}
		j.attempt(ctx, d)
		tried = true
	}
	return nil
}

// rank orders deliveries: places first.
func rank(kind string) int {
	if kind == "dir" || kind == "blob" {
		return 0
	}
	return 1
}

// inTime says whether a delivery may still be made. The deadline is that of the
// report; the news of a failure have none.
func (j *job) inTime(d *schema.ScheduleDelivery) bool {
	return d.Purpose != schema.DeliverReport || j.Clock().Before(j.until())
}

// attempt makes one attempt at a delivery and notes what came of it.
func (j *job) attempt(ctx context.Context, d *schema.ScheduleDelivery) {
	failed := func(why string) {
		d.State, d.Error, d.NextTry = schema.DeliveryFailed, why, time.Time{}
		j.Say("%s: not delivered to %s: %s", j.name(), d.Description, why)
	}
	t, ok := target(j.s, *d)
	if !ok {
		failed("the target is no longer in the file")
		return
	}
	if !j.inTime(d) {
		why := fmt.Sprintf("the deadline of %s passed", span(j.s.Deadline))
		if d.Error != "" {
			why += "; the last attempt: " + d.Error
		}
		failed(why)
		return
	}
	d.Attempts++
	sending, cancel := j.sending(ctx, d)
	receipt, err := j.Sender.Deliver(sending, t, j.message(d))
	cancel()
	if err == nil {
		j.reached("sent")
		d.State, d.Error, d.NextTry, d.Sent = schema.DeliverySent, receipt.Note, time.Time{}, j.Clock()
		d.Receipt = receipt.Reference
		return
	}
	if d.Receipt == "" {
		d.Receipt = receipt.Reference
	}
	why := strings.TrimPrefix(err.Error(), "delivering to "+d.Description+": ")
	wait := backoff(j.s.Retry, d.Attempts)
	if asked, ok := deliver.RetryAfter(err); ok {
		wait = max(wait, asked)
	}
	next := j.Clock().Add(wait)
	switch {
	case errors.Is(err, deliver.ErrPermanent):
		failed(why)
	case ctx.Err() != nil:
		// Stopped, not failed: the next process tries at once.
		d.Attempts--
		d.Error, d.NextTry = why, time.Time{}
	case d.Attempts >= j.s.Retry.Max:
		failed(fmt.Sprintf("%s (attempt %d of %d)", why, d.Attempts, j.s.Retry.Max))
	case d.Purpose == schema.DeliverReport && !next.Before(j.until()):
		failed(fmt.Sprintf("%s (the deadline of %s ends before another attempt)", why, span(j.s.Deadline)))
	default:
		d.Error, d.NextTry = why, next
		j.Say("%s: not delivered to %s yet: %s; attempt %d of %d follows at %s", j.name(), d.Description, why, d.Attempts+1, j.s.Retry.Max, j.at(next))
	}
}

// sending is the context of one attempt: it ends with the time that the run
// has, and a little after the process is told to stop.
func (j *job) sending(ctx context.Context, d *schema.ScheduleDelivery) (context.Context, context.CancelFunc) {
	limit := newsTime
	if d.Purpose == schema.DeliverReport {
		limit = j.until().Sub(j.Clock())
	}
	out, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	var timer *time.Timer
	stop := context.AfterFunc(ctx, func() { timer = time.AfterFunc(grace, cancel) })
	return out, func() {
		if !stop() && timer != nil {
			timer.Stop()
		}
		cancel()
	}
}

// message is what a delivery says.
func (j *job) message(d *schema.ScheduleDelivery) deliver.Message {
	words := unpack(j.run.Message)
	m := deliver.Message{RunID: j.run.ID, Schedule: j.run.Schedule, Report: j.run.Report, Slot: j.run.Slot, Zone: j.s.Clock.Zone(),
		State: words.State, Title: words.Title, Lines: words.Lines, Problem: words.Problem, Last: d.Attempts >= j.s.Retry.Max, Resend: j.run.Resent}
	if d.Purpose != schema.DeliverReport {
		m.Lines = append(m.Lines, j.outcomes()...)
		return m
	}
	for _, a := range j.run.Artifacts {
		m.Artifacts = append(m.Artifacts, deliver.Artifact{Path: a.Path, Name: a.Name, MediaType: a.MediaType, SHA256: a.SHA256, Bytes: a.Bytes})
	}
	for _, other := range j.run.Deliveries {
		if t, ok := target(j.s, other); ok && other.Purpose == schema.DeliverReport && other.State == schema.DeliverySent {
			m.Places = append(m.Places, j.Sender.Places(t, m)...)
		}
	}
	return m
}

// outcomes are facts about the deliveries of a run that failed.
func (j *job) outcomes() []deliver.Fact {
	var out []deliver.Fact
	for _, d := range j.run.Deliveries {
		if d.Purpose == schema.DeliverReport {
			out = append(out, deliver.Fact{Name: "delivery", Value: d.Description + ": " + d.State})
		}
	}
	return out
}
