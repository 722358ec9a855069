package run

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/schema"
)

const (
	// late is how long after its slot a run counts as on time.
	late = 10 * time.Minute
	// mostMissed is how many missed slots of a schedule get a row of their own
	// at once; the oldest of them counts those before it.
	mostMissed = 500
	// leaseMargin is how long after its deadline a process counts as dead.
	leaseMargin = time.Minute
	// newsLease is the time to tell all who want to know of a failure.
	newsLease = 30 * time.Minute
)

// slotForm is a slot as people read it, in the zone of the schedule.
const slotForm = "2006-01-02 15:04"

// slots are the runs for what is due after a moment up to now: those to do,
// claimed, and those that were missed.
func (e *Engine) slots(s *schedule.Schedule, after time.Time) []schema.ScheduleRun {
	now := e.Clock()
	due := s.Clock.Between(after, now)
	if len(due) == 0 {
		return nil
	}
	do := 1
	switch s.CatchUp {
	case schedule.CatchUpAll:
		do = min(len(due), schedule.MostCaughtUp)
	case schedule.CatchUpNone:
		if now.Sub(due[len(due)-1]) > late {
			do = 0
		}
	case schedule.CatchUpLast:
	}
	missed, run := due[:len(due)-do], due[len(due)-do:]
	why := fmt.Sprintf("no tick ran between %s and %s; catch_up: %s", after.In(s.Clock.Zone()).Format(slotForm), now.In(s.Clock.Zone()).Format(slotForm), s.CatchUp)
	skipped := max(0, len(missed)-mostMissed)
	var out []schema.ScheduleRun
	for i, slot := range missed[skipped:] {
		r := e.claimed(s, slot, now)
		r.State, r.Reason, r.Ended, r.Owner, r.Lease = schema.RunMissed, why, now, "", time.Time{}
		if i == 0 && skipped > 0 {
			r.Reason += fmt.Sprintf("; so were %d slots before it, from %s on", skipped, missed[0].Format(slotForm))
		}
		out = append(out, r)
	}
	if len(missed) > 0 {
		e.newsOfMissed(s, &out[len(out)-1], missed)
	}
	for _, slot := range run {
		r := e.claimed(s, slot, now)
		if len(missed) > 0 {
			r.Message = pack(said{Missed: wordMissed(missed)})
		}
		out = append(out, r)
	}
	return out
}

// claimed is a run of a slot that this process is to do.
func (e *Engine) claimed(s *schedule.Schedule, slot, now time.Time) schema.ScheduleRun {
	return schema.ScheduleRun{ID: ID(s.ID, slot), Schedule: s.ID, Report: s.Report, Slot: slot, State: schema.RunClaimed,
		Owner: e.Owner.String(), Lease: now.Add(s.Deadline + leaseMargin), Claimed: now, Matched: -1, Written: -1, Truncated: -1}
}

// newsOfMissed has the targets of on_missed told, once for all slots.
func (e *Engine) newsOfMissed(s *schedule.Schedule, newest *schema.ScheduleRun, missed []time.Time) {
	if len(s.OnMissed) == 0 {
		return
	}
	newest.Message = pack(said{State: deliver.Missed, Title: s.Report, Problem: wordMissed(missed) + ": " + newest.Reason})
	newest.Owner, newest.Lease = e.Owner.String(), newest.Claimed.Add(newsLease)
	newest.Deliveries = news(s, schema.DeliverMissed, nil)
}

func wordMissed(missed []time.Time) string {
	first, last := missed[0].Format(slotForm), missed[len(missed)-1].Format(slotForm)
	if len(missed) == 1 {
		return "1 slot missed, " + first
	}
	return fmt.Sprintf("%d slots missed, from %s to %s", len(missed), first, last)
}

// news adds the deliveries of a purpose to those that a run has. They are
// numbered behind all that the schedule delivers to.
func news(s *schedule.Schedule, purpose string, have []schema.ScheduleDelivery) []schema.ScheduleDelivery {
	if slices.ContainsFunc(have, func(d schema.ScheduleDelivery) bool { return d.Purpose == purpose }) {
		return have
	}
	list, first := s.Deliver, 1
	switch purpose {
	case schema.DeliverFailure:
		list, first = s.OnFailure, 1+len(s.Deliver)
	case schema.DeliverMissed:
		list, first = s.OnMissed, 1+len(s.Deliver)+len(s.OnFailure)
	}
	for i, t := range list {
		have = append(have, schema.ScheduleDelivery{Target: first + i, Purpose: purpose, Kind: t.Kind(), Description: t.Describe(), State: schema.DeliveryPending})
	}
	return have
}

// target finds the target of a delivery in the schedule as it is now.
func target(s *schedule.Schedule, d schema.ScheduleDelivery) (deliver.Target, bool) {
	all := slices.Concat(s.Deliver, s.OnFailure, s.OnMissed)
	if d.Target < 1 || d.Target > len(all) {
		return deliver.Target{}, false
	}
	t := all[d.Target-1]
	return t, t.Kind() == d.Kind && t.Describe() == d.Description
}

// said is what the messages of a run say, as the ledger keeps it.
type said struct {
	State   string         `json:"state,omitempty"`
	Title   string         `json:"title,omitempty"`
	Problem string         `json:"problem,omitempty"`
	Lines   []deliver.Fact `json:"lines,omitempty"`
	// Missed counts the slots before this one that did not run.
	Missed string `json:"missed,omitempty"`
}

func pack(s said) json.RawMessage {
	text, err := json.Marshal(s)
	if err != nil { // it is made of text
		panic(err)
	}
	return text
}

func unpack(text json.RawMessage) said {
	var s said
	_ = json.Unmarshal(text, &s) // nothing, or what pack wrote
	return s
}
