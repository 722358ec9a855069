package syntax

import (
	"fmt"
	"sort"
)

// MaxErrors is how many errors one parse reports; more would be noise.
const MaxErrors = 25

// Error is one mistake in a query text: where, what, and what to do about it.
type Error struct {
	Span Span
	Msg  string
	Hint string // "" when there is no advice
}

// Error is the message alone; Format adds the place.
func (e Error) Error() string { return e.Msg }

// Errors are the mistakes of one query text, in the order of the text.
type Errors []Error

// Error is the first message and the number of further ones.
func (e Errors) Error() string {
	switch len(e) {
	case 0:
		return "no errors"
	case 1:
		return e[0].Msg
	}
	return fmt.Sprintf("%s (and %d more)", e[0].Msg, len(e)-1)
}

// Err is nil when there are no errors, else the list itself. Returning a list
// as an error directly would make an empty list a non-nil error.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Sort puts the errors in the order of the text, keeping the order of equals.
func (e Errors) Sort() {
	sort.SliceStable(e, func(i, j int) bool { return e[i].Span.Start < e[j].Span.Start })
}
