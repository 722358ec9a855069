package deliver

import (
	"fmt"
	"time"
)

// The states of a run that a message tells.
const (
	Complete = "complete" // all of the report, from all of the data
	Partial  = "partial"  // rows were left out, or images have no data
	Stale    = "stale"    // the data is older than the schedule allows
	Empty    = "empty"    // the report has no rows
	Failed   = "failed"   // the report could not be made or delivered
	Missed   = "missed"   // the time passed without a run
)

// States are the states of a run that a message tells.
func States() []string { return []string{Complete, Partial, Stale, Empty, Failed, Missed} }

// Message is what a delivery says.
type Message struct {
	RunID, Schedule, Report string
	// Slot is when the report was due, Zone where; UTC when nil.
	Slot time.Time
	Zone *time.Location
	// State is one of States.
	State string
	// Title is the report's title.
	Title string
	// Lines are facts about the run: data as of, coverage, rows, figures.
	Lines []Fact
	// Problem says why a run failed or was missed, or what is missing.
	Problem   string
	Artifacts []Artifact
	// Places are where other targets of the run put the artifacts; see
	// Sender.Places. A mail names them for what it cannot attach.
	Places []Place
	// Last says that no further attempt follows. A mail then goes to those
	// recipients that the server takes, also when it put off others.
	Last bool
	// Resend counts deliberate repetitions by a person. A mail with the same
	// Message-ID would be dropped as a duplicate by some servers.
	Resend int
}

// Fact is one line of a message. A tile is a figure that is shown large.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Tile  bool   `json:"tile,omitempty"`
}

// Artifact is a finished file.
type Artifact struct {
	// Path is where the run keeps it, Name what it is called where it goes; see
	// FileName.
	Path, Name, MediaType string
	// SHA256 is its digest in hexadecimal, Bytes its size.
	SHA256 string
	Bytes  int64
}

// Place is where an artifact lies.
type Place struct {
	Artifact string // its Name
	At       string // a path or a URL
}

// Receipt says what became of a delivery.
type Receipt struct {
	// Reference is a path, a Message-ID, the URL of an object, or a status.
	Reference string
	// Note says what a person should know although the delivery succeeded.
	Note string
	// Bytes is how much was sent; 0 when nothing had to be.
	Bytes int64
}

// due is the slot on the clock of its zone.
func (m Message) due() time.Time {
	if m.Zone == nil {
		return m.Slot.UTC()
	}
	return m.Slot.In(m.Zone)
}

// dueText is the slot as people write it.
func (m Message) dueText() string {
	t := m.due()
	if zone := t.Format("MST"); zone == "UTC" {
		return t.Format("2006-01-02 15:04 UTC")
	}
	return t.Format("2006-01-02 15:04 ") + t.Location().String() + t.Format(" (-0700)")
}

// heading is the title, or what stands in for it.
func (m Message) heading() string {
	for _, s := range []string{m.Title, m.Report, m.Schedule} {
		if s != "" {
			return s
		}
	}
	return "argosy"
}

// banner says a state in words; empty when there is nothing to say.
func (m Message) banner() string {
	switch m.State {
	case Partial:
		return "Partial: this report does not cover everything."
	case Stale:
		return "Stale: the data is older than this schedule allows."
	case Empty:
		return "Empty: the report has no rows."
	case Failed:
		return "Failed: the report was not made, or did not reach everybody."
	case Missed:
		return "Missed: the report was due and did not run."
	}
	return ""
}

// size is the size of a file as people write it.
func size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
