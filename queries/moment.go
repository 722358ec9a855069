package queries

import (
	"fmt"
	"strings"
	"time"

	"argosy/queries/kql"
)

// MomentHelp says what Moment reads.
const MomentHelp = "a date such as 2026-01-31, a time such as 2026-01-31T07:00:00Z, or how long ago: 12h, 30d, 2w, now"

// Moment reads a date or a time as RFC 3339 and ISO 8601 write them, without a
// zone in UTC, or how long before now it is: see kql.Ago. The result is in UTC.
func Moment(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if span, ok := kql.Ago(text); ok {
		return now.Add(-span).UTC(), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s is needed", MomentHelp)
}
