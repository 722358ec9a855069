package cmd

import (
	"fmt"
	"time"

	"argosy/queries"
)

// clock is the time that reports count from: the one given with --now, else
// the clock's.
func (a *app) clock() time.Time {
	if !a.now.IsZero() {
		return a.now
	}
	return time.Now().UTC()
}

// moment reads a date or a time, or how long ago it is: see queries.Moment.
func (a *app) moment(text string) (time.Time, error) {
	return queries.Moment(text, a.clock())
}

// ago reads a moment in the past.
func (a *app) ago(text string) (time.Time, error) {
	at, err := a.moment(text)
	if err != nil {
		return at, fmt.Errorf("%q: %w", text, err)
	}
	if at.After(a.clock()) {
		return at, fmt.Errorf("%q is in the future", text)
	}
	return at, nil
}
