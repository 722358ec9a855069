package kql

import (
	"fmt"
	"time"
)

// ticksOfTime counts 100 ns ticks since 0001-01-01.
func ticksOfTime(t time.Time) int64 {
	t = t.UTC()
	return unixEpoch + t.Unix()*ticksSecond + int64(t.Nanosecond()/100)
}

// timeOfTicks is the inverse of ticksOfTime.
func timeOfTicks(n int64) time.Time {
	n -= unixEpoch
	sec := n / ticksSecond
	rest := n % ticksSecond
	return time.Unix(sec, rest*100).UTC()
}

// Ticks is a timespan: a number of 100 ns ticks.
type Ticks int64

// String writes the timespan as KQL does: [-][d.]hh:mm:ss[.fffffff].
func (s Ticks) String() string {
	n := uint64(s)
	sign := ""
	if s < 0 {
		sign, n = "-", -n
	}
	days := ""
	if d := n / uint64(ticksDay); d > 0 {
		days = fmt.Sprintf("%d.", d)
	}
	out := fmt.Sprintf("%s%s%02d:%02d:%02d", sign, days,
		n/uint64(ticksHour)%24, n/uint64(ticksMinute)%60, n/uint64(ticksSecond)%60)
	if f := n % uint64(ticksSecond); f > 0 {
		out += fmt.Sprintf(".%07d", f)
	}
	return out
}

// FormatDatetime writes a time as KQL's tostring does, with seven digits of a
// second.
func FormatDatetime(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d.%07dZ",
		t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/100)
}
