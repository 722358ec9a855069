package cmd

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// clock is the time that reports count from: the one given with --now, else
// the clock's.
func (a *app) clock() time.Time {
	if !a.now.IsZero() {
		return a.now
	}
	return time.Now().UTC()
}

// moment reads a date or a time as RFC 3339 and ISO 8601 write them; without a
// zone it is UTC.
func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("a time such as 2026-01-31 or 2026-01-31T07:00:00Z is needed")
}

// ago reads a moment in the past: days or weeks before now, or a date.
func (a *app) ago(text string) (time.Time, error) {
	now := a.clock()
	for unit, days := range map[string]int{"d": 1, "w": 7} {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, unit)); err == nil && strings.HasSuffix(text, unit) {
			if n < 0 || n > 36500 {
				return time.Time{}, fmt.Errorf("%q is no age", text)
			}
			return now.AddDate(0, 0, -n*days), nil
		}
	}
	at, err := moment(text)
	if err != nil {
		return at, fmt.Errorf("%q is neither days nor weeks nor a date", text)
	}
	if at.After(now) {
		return at, fmt.Errorf("%q is in the future", text)
	}
	return at, nil
}
