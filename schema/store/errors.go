package store

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// Kind tells the errors of a database apart for callers that must act on them.
type Kind int

// The kinds. Other is everything that has no kind of its own.
const (
	Other Kind = iota
	// Missing: there is no file at the path.
	Missing
	// Foreign: the file is no argosy database. It is never altered.
	Foreign
	// Newer: the database was written by a newer argosy. It is never altered.
	Newer
	// Older: the database has to be brought up to date first, and could not be.
	Older
	// Busy: another process holds the file; trying again later can help.
	Busy
	// Query: the text of a query is at fault.
	Query
	// Damaged: the file is an argosy database that lost bytes or got others.
	Damaged
	// Unreachable: the file or its folder cannot be opened or made.
	Unreachable
)

// Error is an error of the database.
type Error struct {
	Kind Kind
	// Op is what was being done: "opening the database".
	Op   string
	Path string
	Msg  string
	// Hint ends the message with what to do; it may be empty.
	Hint string
	Err  error
}

// Error joins operation, path, message and cause; the hint stands apart.
func (e *Error) Error() string {
	s := e.Op
	if e.Path != "" {
		s += fmt.Sprintf(" %q", e.Path)
	}
	if e.Msg != "" {
		s += ": " + e.Msg
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of an error, Other when it has none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Other
}

var lockHolder = regexp.MustCompile(`PID (\d+)`)

// explain turns an error of the driver at opening into one of ours.
func explain(op, path string, err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "Could not set lock"), strings.Contains(text, "Conflicting lock"):
		who := "another process"
		if m := lockHolder.FindStringSubmatch(text); m != nil {
			who = "process " + m[1]
		}
		return &Error{Kind: Busy, Op: op, Path: path, Msg: "the database is in use by " + who,
			Hint: "wait until it has finished and try again"}
	case strings.Contains(text, "not a valid DuckDB database"):
		return &Error{Kind: Foreign, Op: op, Path: path, Msg: "the file is no DuckDB database", Hint: "name another file with --db"}
	case strings.Contains(text, "newer version"), strings.Contains(text, "storage version"):
		return &Error{Kind: Newer, Op: op, Path: path, Msg: "the file was written by a newer DuckDB", Hint: "use a newer argosy"}
	case strings.Contains(text, "Cannot open file"):
		why := text[strings.LastIndex(text, ": ")+2:]
		return unreachable(op, path, errors.New(strings.ToLower(why)))
	}
	return &Error{Op: op, Path: path, Err: err}
}

// unreachable is the error for a path that leads to no file; it names the path
// that was typed and not one on the way.
func unreachable(op, path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &Error{Kind: Unreachable, Op: op, Path: path, Msg: "the file cannot be opened or made", Err: err,
		Hint: "check the path and who may write there, or name another file with --db"}
}

// Sound is an error with the kind Damaged where the engine stumbled over bytes
// that it did not write, at opening or at any read after it; others stay as they
// are. path is the file where the error names none.
func Sound(err error, path string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if !strings.Contains(text, "Corrupt database file") && !strings.Contains(text, "Could not read enough bytes") {
		return err
	}
	out := &Error{Kind: Damaged, Op: "reading the database", Path: path, Msg: "the file is damaged: it was cut off, or bytes of it were changed",
		Hint: "put a copy in its place that argosy backup made"}
	var e *Error
	if errors.As(err, &e) {
		out.Op = e.Op
		if e.Path != "" {
			out.Path = e.Path
		}
	}
	return out
}

// missing is the error for a database that is not there.
func missing(op, path string) error {
	return &Error{Kind: Missing, Op: op, Path: path, Msg: "there is no database",
		Hint: "create one with: argosy ingest --db " + path + " REPORTS..."}
}

// Advice is the hint.
func (e *Error) Advice() string { return e.Hint }
