// Package schedule says when something is due: cron expressions on the wall
// clock of a time zone, and the YAML file in which people write schedules down.
// It reads no clock and runs nothing.
package schedule

import (
	"fmt"
	"time"
	_ "time/tzdata" // zones on machines that have no database of them
)

// horizonYears is how far Next looks: 29 February falls on each day of the week
// within 40 years, also across 2100.
const horizonYears = 45

// Clock is a cron expression in a time zone. Its slots are the moments at
// which it is due:
//
//   - A wall-clock time that the zone skips (clocks go forward) is due at the
//     first moment after the gap, together with all others of that gap.
//   - A wall-clock time that the zone has twice (clocks go back) is due the
//     first time.
//   - An expression that names every hour follows the hours instead: a repeated
//     hour is due twice, and an hour that is skipped whole is not made up for.
type Clock struct {
	cron Cron
	zone *time.Location
}

// NewClock reads a cron expression and the name of a time zone in the IANA
// database, such as Europe/Berlin or UTC.
func NewClock(cron, zone string) (Clock, error) {
	c, err := ParseCron(cron)
	if err != nil {
		return Clock{}, err
	}
	loc, err := ParseZone(zone)
	return Clock{c, loc}, err
}

// ParseZone reads the name of a time zone. The zone of the machine ("Local")
// is none: a file would mean something else on every machine.
func ParseZone(name string) (*time.Location, error) {
	if name != "" && name != "Local" {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc, nil
		}
	}
	return nil, fmt.Errorf("reading time zone %q: it must be a name of the IANA database, for instance Europe/Berlin or UTC", name)
}

// Cron is the clock's expression.
func (c Clock) Cron() Cron { return c.cron }

// Zone is the clock's time zone.
func (c Clock) Zone() *time.Location { return c.zone }

// Next returns the first slot after t, in the clock's zone. It reports false
// when there is none within 45 years, which no expression that ParseCron
// accepts comes to in a zone that keeps its calendar.
func (c Clock) Next(t time.Time) (time.Time, bool) {
	limit := t.AddDate(horizonYears, 0, 0)
	for s := c.spanAt(t); s.start.Before(limit); s = c.spanAt(s.end) {
		end := s.end
		if end.IsZero() || end.After(limit) {
			end = limit
		}
		if c.gapDue(s) && s.start.After(t) {
			return s.start, true
		}
		from := s.wall(s.start)
		if s.reached.After(from) && !c.cron.hourly() {
			from = s.reached
		}
		if now := s.wall(t).Add(time.Nanosecond); now.After(from) {
			from = now
		}
		if w, ok := c.cron.wall(from, s.wall(end)); ok {
			return w.Add(-s.offset).In(c.zone), true
		}
		if s.end.IsZero() {
			break
		}
	}
	return time.Time{}, false
}

// Between returns the slots after a, up to and including b, in order.
func (c Clock) Between(a, b time.Time) []time.Time {
	var out []time.Time
	for t, ok := c.Next(a); ok && !t.After(b); t, ok = c.Next(t) {
		out = append(out, t)
	}
	return out
}

// span is a time without a change of the zone's offset.
type span struct {
	// start and end are moments; end is not part of it and zero when the zone
	// never changes again.
	start, end time.Time
	offset     time.Duration
	// reached is the latest reading of the wall clock before start. It is after
	// the reading at start where clocks went back, and before it where they
	// went forward.
	reached time.Time
}

// wall is the reading of the wall clock at a moment, written as if it were UTC.
func (s span) wall(t time.Time) time.Time { return t.UTC().Add(s.offset) }

// spanAt returns the span that a moment is in. No two offsets are more than two
// days apart, so that spans which ended longer ago have no part in reached.
func (c Clock) spanAt(t time.Time) span {
	const overlap = 48 * time.Hour
	s := c.bare(t)
	if s.start.IsZero() {
		s.start, s.reached = t, s.wall(t)
		return s
	}
	for b := c.bare(s.start.Add(-time.Nanosecond)); ; b = c.bare(b.start.Add(-time.Nanosecond)) {
		if w := b.wall(b.end); w.After(s.reached) {
			s.reached = w
		}
		if b.start.IsZero() || s.start.Sub(b.start) > overlap {
			return s
		}
	}
}

// bare is spanAt without reached.
func (c Clock) bare(t time.Time) span {
	local := t.In(c.zone)
	start, end := local.ZoneBounds()
	_, seconds := local.Zone()
	return span{start: start, end: end, offset: time.Duration(seconds) * time.Second}
}

// gapDue says whether the gap before a span swallowed something that is due at
// its start.
func (c Clock) gapDue(s span) bool {
	open := s.wall(s.start)
	for from := s.reached; from.Before(open); {
		w, ok := c.cron.wall(from, open)
		if !ok {
			return false
		}
		hour := w.Truncate(time.Hour)
		whole := !hour.Before(s.reached) && !hour.Add(time.Hour).After(open)
		if !c.cron.hourly() || !whole {
			return true
		}
		from = hour.Add(time.Hour)
	}
	return false
}
