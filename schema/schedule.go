package schema

import (
	"encoding/json"
	"time"
)

// RunState is how far a run of a schedule is.
type RunState string

// The states of a run. The first three are under way.
const (
	RunClaimed         RunState = "claimed"          // its slot is taken, nothing is done
	RunRunning         RunState = "running"          // steps before it and the report itself
	RunDelivering      RunState = "delivering"       // the files exist
	RunDelivered       RunState = "delivered"        // every target has it
	RunPartlyDelivered RunState = "partly_delivered" // some targets have it, others will not get it
	RunSkipped         RunState = "skipped"          // no rows, and the schedule wants none then
	RunMissed          RunState = "missed"           // the slot passed while nothing ran
	RunFailed          RunState = "failed"
)

// Over says whether nothing more happens to the report of a run.
func (s RunState) Over() bool {
	return s != RunClaimed && s != RunRunning && s != RunDelivering
}

// Schedule is a schedule as its file has it; times are in UTC.
type Schedule struct {
	ID, File, Report, Format, Cron, Timezone string
	Params                                   map[string]string
	Enabled                                  bool
	// WorkedOut: every slot up to this moment has a run.
	WorkedOut time.Time
}

// ScheduleRun is what became of one slot.
type ScheduleRun struct {
	ID, Schedule, Report string
	Slot                 time.Time
	State                RunState
	// Reason says why it is skipped, missed, failed or waits for another attempt.
	Reason string
	// Attempt counts how often a process took the run up.
	Attempt int
	// Owner is the process that works on it, empty for nobody. With an owner,
	// Lease is when the owner counts as dead; without, the run is not to be
	// taken up before it.
	Owner string
	Lease time.Time

	Claimed, Started, Ended time.Time

	DataAsOf time.Time
	// Matched, Written and Truncated count rows; -1 where nobody counted.
	Matched, Written, Truncated int64
	Coverage                    string
	ByHand                      bool
	Resent                      int
	Message                     json.RawMessage

	Steps      []ScheduleStep
	Artifacts  []ScheduleArtifact
	Deliveries []ScheduleDelivery
}

// ScheduleStep is what a run did before its report.
type ScheduleStep struct {
	Command        string
	State          string // done, failed
	ExitCode       int
	Optional       bool
	Output         string
	Started, Ended time.Time
}

// ScheduleArtifact is a file of a run.
type ScheduleArtifact struct {
	Name, Path, MediaType, SHA256 string
	Bytes                         int64
	Removed                       time.Time
}

// The states of a delivery.
const (
	DeliveryPending = "pending"
	DeliverySent    = "sent"
	DeliveryFailed  = "failed"
	DeliverySkipped = "skipped"
)

// The purposes of a delivery: the report itself, or news that there is none.
const (
	DeliverReport  = "deliver"
	DeliverFailure = "failure"
	DeliverMissed  = "missed"
)

// ScheduleDelivery is one target of a run.
type ScheduleDelivery struct {
	Target                     int
	Purpose, Kind, Description string
	State                      string
	Attempts                   int
	Error                      string
	NextTry, Sent              time.Time
	Receipt                    string
}

// Due is what the planning of runs asks while it holds the file.
type Due struct {
	// File is the absolute path of the file of schedules, Owner the process that
	// asks, Now its clock.
	File, Owner string
	Now         time.Time
	// Slots returns the runs of a schedule for the slots after a moment up to
	// Now; a slot that has a run already keeps it.
	Slots func(id string, after time.Time) []ScheduleRun
	// Lease is until when the owner holds a run of a schedule that it takes up.
	Lease func(id string) time.Time
	// Dead says whether the owner of a run is known not to live any more.
	Dead func(owner string) bool
}
