package deliver

import (
	"errors"
	"fmt"
	"time"
)

// ErrPermanent is in the chain of an error after which another attempt would
// fail as well. All other errors are worth another attempt.
var ErrPermanent = errors.New("delivery failed for good")

// Error is why a delivery failed. Its text holds no secret, and it wraps no
// error that could.
type Error struct {
	// Text says what was attempted, what happened, and what to do.
	Text string
	// Permanent says that another attempt would fail as well.
	Permanent bool
	// After is how long the other side asked to be left alone; 0 when it did
	// not say.
	After time.Duration
	// Refused are the recipients of a mail that the server refused. When others
	// took it, the receipt beside the error has its Message-ID.
	Refused []Refusal

	cause error
}

// Refusal is a recipient and why a server does not take mail for it.
type Refusal struct{ Recipient, Reason string }

func (e *Error) Error() string { return e.Text }

// Is says whether the error is permanent, for errors.Is(err, ErrPermanent).
func (e *Error) Is(target error) bool { return e.Permanent && target == ErrPermanent }

// Unwrap returns the end of a context that stopped the delivery, or nil.
func (e *Error) Unwrap() error { return e.cause }

// RetryAfter is how long the other side of a failed delivery asked to be left
// alone, and whether it did.
func RetryAfter(err error) (time.Duration, bool) {
	var e *Error
	if errors.As(err, &e) && e.After > 0 {
		return e.After, true
	}
	return 0, false
}

// permanent and temporary make errors without a prefix; Deliver puts the target
// before it.
func permanent(format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...), Permanent: true}
}

func temporary(format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...)}
}
