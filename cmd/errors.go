package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"argosy/export"
	"argosy/ingest"
	"argosy/queries/kql/syntax"
	"argosy/schema/store"
)

// The exit codes; they are part of the interface.
const (
	exitOK          = 0
	exitFailed      = 1   // the run failed
	exitUsage       = 2   // the command line, a query or the configuration is wrong
	exitRetry       = 3   // try again later: the database is in use
	exitMatched     = 10  // a policy is broken
	exitInterrupted = 130 // stopped by a signal
)

// usageError is a mistake in what the user typed.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// retryError is a failure that may be over later.
type retryError struct {
	err  error
	hint string
}

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }

func usage(err error, hint string) error { return &usageError{err, hint} }

// kqlError keeps the text that the mistakes are in.
type kqlError struct {
	text string
	errs syntax.Errors
}

func (e *kqlError) Error() string { return e.errs.Error() }

// silent is an error that was told already.
type silent struct{ code int }

func (e silent) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// report writes an error to standard error and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	var s silent
	if errors.As(err, &s) {
		return s.code
	}
	err = store.Sound(err, a.db)
	code, hint := judge(err)
	if a.errFormat == "json" {
		a.reportJSON(err, code, hint)
		return code
	}
	var k *kqlError
	if errors.As(err, &k) {
		for _, e := range k.errs {
			fmt.Fprintln(a.Err, strings.TrimRight("argosy: "+e.Format(k.text), "\n"))
		}
		return code
	}
	fmt.Fprintf(a.Err, "argosy: %s\n", err)
	if hint != "" {
		fmt.Fprintf(a.Err, "hint: %s\n", hint)
	}
	return code
}

func judge(err error) (code int, hint string) {
	var u *usageError
	var st *store.Error
	var p *ingest.PathError
	var k *kqlError
	var r *retryError
	var c *export.ColumnsError
	var place *export.PlaceError
	switch {
	case errors.As(err, &c), errors.As(err, &place):
		return exitUsage, ""
	case errors.As(err, &r):
		return exitRetry, r.hint
	case errors.As(err, &u):
		return exitUsage, u.hint
	case errors.As(err, &k):
		return exitUsage, ""
	case errors.As(err, &p):
		return exitUsage, p.Hint
	case errors.As(err, &st):
		switch st.Kind {
		case store.Busy:
			return exitRetry, st.Hint
		case store.Missing, store.Foreign, store.Newer, store.Older, store.Query, store.Damaged, store.Unreachable:
			return exitUsage, st.Hint
		case store.Other:
		}
		return exitFailed, st.Hint
	}
	return exitFailed, ""
}

// jsonError is the form of an error for programs.
type jsonError struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Hint    string `json:"hint,omitempty"`
	Places  any    `json:"places,omitempty"`
}

func (a *app) reportJSON(err error, code int, hint string) {
	e := jsonError{Message: err.Error(), Code: code, Hint: hint}
	var k *kqlError
	if errors.As(err, &k) {
		e.Places = k.errs.Diagnostics(k.text)
	}
	enc := json.NewEncoder(a.Err)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(e) // there is nowhere to tell that standard error fails
}
