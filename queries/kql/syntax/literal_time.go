package syntax

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Lengths in ticks of 100 ns, the unit of Kusto's timespan.
const (
	tick        int64 = 1
	microsecond       = 10 * tick
	millisecond       = 1000 * microsecond
	second            = 1000 * millisecond
	minute            = 60 * second
	hour              = 60 * minute
	day               = 24 * hour
)

// unitTicks is the length of a timespan suffix; nanoseconds are below one tick
// and given as 0.
func unitTicks(unit string) (int64, bool) {
	switch unit {
	case "d", "day", "days":
		return day, true
	case "h", "hr", "hrs", "hour", "hours":
		return hour, true
	case "m", "min", "minute", "minutes":
		return minute, true
	case "s", "sec", "second", "seconds":
		return second, true
	case "ms", "milli", "millis", "millisecond", "milliseconds":
		return millisecond, true
	case "micro", "micros", "microsecond", "microseconds":
		return microsecond, true
	case "nano", "nanos", "nanosecond", "nanoseconds":
		return 0, true
	case "tick", "ticks":
		return tick, true
	}
	return 0, false
}

// suffixTicks reads 1.5h.
func suffixTicks(text string) (int64, bool) {
	i := strings.IndexFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' || r == '_' })
	if i <= 0 {
		return 0, false
	}
	// 1e3s would otherwise be cut at the e.
	if text[i] == 'e' && i+1 < len(text) && (isDigit(text[i+1]) || text[i+1] == '-' || text[i+1] == '+') {
		j := strings.IndexFunc(text[i+1:], func(r rune) bool { return r >= 'a' && r <= 'z' })
		if j < 0 {
			return 0, false
		}
		i += 1 + j
	}
	unit, ok := unitTicks(strings.TrimSpace(text[i:]))
	if !ok {
		return 0, false
	}
	number := strings.TrimSpace(text[:i])
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		if unit == 0 {
			return n / 100, true
		}
		if n > math.MaxInt64/unit || n < math.MinInt64/unit {
			return 0, false
		}
		return n * unit, true
	}
	f, err := strconv.ParseFloat(number, 64)
	scale := float64(unit)
	if unit == 0 {
		scale = 0.01
	}
	if f = math.Round(f * scale); err != nil || math.Abs(f) >= math.MaxInt64 {
		return 0, false
	}
	return int64(f), true
}

// timespanTicks reads what stands in time(...): 2 (days), 1.5h, 15 seconds,
// 1.02:03:04.5, 02:03, -1:00.
func timespanTicks(text string) (int64, bool) {
	if text = unquote(text); text == "" {
		return 0, false
	}
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		n, ok := timespanTicks(rest)
		return -n, ok && !strings.HasPrefix(rest, "-")
	}
	if !strings.Contains(text, ":") {
		if n, ok := suffixTicks(text); ok {
			return n, true
		}
		return suffixTicks(text + "d")
	}
	var total int64
	parts := strings.Split(text, ":")
	if days, clock, ok := strings.Cut(parts[0], "."); ok {
		n, err := strconv.ParseUint(days, 10, 24)
		if err != nil {
			return 0, false
		}
		total, parts[0] = int64(n)*day, clock
	}
	if len(parts) > 3 {
		return 0, false
	}
	units := [...]int64{hour, minute, second}
	for i, p := range parts {
		whole, fraction, _ := strings.Cut(p, ".")
		n, err := strconv.ParseUint(whole, 10, 24)
		if err != nil || (fraction != "" && i != 2) || len(fraction) > 7 {
			return 0, false
		}
		total += int64(n) * units[i]
		if fraction != "" {
			f, err := strconv.ParseUint(fraction+"0000000"[len(fraction):], 10, 32)
			if err != nil {
				return 0, false
			}
			total += int64(f)
		}
	}
	return total, true
}

// datetimeValue reads what stands in datetime(...). The result is in UTC and a
// whole number of ticks.
func datetimeValue(text string) (time.Time, bool) {
	text = strings.TrimSuffix(unquote(text), " UTC")
	text = strings.ReplaceAll(text, " - ", "-")
	for _, layout := range [...]string{
		"2006-1-2", "2006-1-2T15:4:5", "2006-1-2 15:4:5", "2006-1-2T15:4", "2006-1-2 15:4",
		"2006-1-2T15:4:5Z07:00", "2006-1-2 15:4:5Z07:00", "2006-1-2T15:4Z07:00", "2006-1-2 15:4Z07:00",
		"2006-1-2 15:4:5 Z07:00", "2006-1-2 3:4:5 PM", "2006-1-2 3:4 PM",
		"2006-1", "2006", "1-2-2006", "1/2/2006", "1/2/2006 15:4:5", "1/2/2006 3:4:5 PM", "20060102",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(100 * time.Nanosecond), true
		}
	}
	return time.Time{}, false
}
