package syntax

import "time"

// LiteralTicks reads what may stand in datetime(...) or timespan(...), without
// the parentheses: ticks of 100 ns, of a datetime since 0001-01-01. kind is
// "datetime" or "timespan"; ok is false for a text that is no such literal.
func LiteralTicks(kind, text string) (ticks int64, ok bool) {
	switch kind {
	case "timespan":
		return timespanTicks(text)
	case "datetime":
		t, ok := datetimeValue(text)
		if !ok || t.Year() < 1 || t.Year() > 9999 {
			return 0, false
		}
		first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
		return (t.Unix()-first.Unix())*int64(time.Second/100) + int64(t.Nanosecond()/100), true
	}
	return 0, false
}
