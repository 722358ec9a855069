package store

import (
	"context"
	"database/sql"
	"errors"
)

// current opens a file, and once more when it had to be brought up to date
// first: the tables of an older schema, or the views of another version of
// argosy. That is a short write of its own; what is opened is read-only.
func current(ctx context.Context, path string, opt Options, open func() error) error {
	err := open()
	if KindOf(err) != Older {
		return err
	}
	if err := upgrade(ctx, path, opt, err); err != nil {
		return err
	}
	return open()
}

// upgrade brings a file up to date and says of a failure what is in the way;
// why is the error that made it necessary.
func upgrade(ctx context.Context, path string, opt Options, why error) error {
	var need *Error
	if !errors.As(why, &need) {
		return why
	}
	if opt.Begin != nil {
		opt.Begin("bringing the database up to date: " + need.Msg)
	}
	bounded := opt
	if opt.MemoryLimit == 0 {
		bounded.MemoryLimit = upgradeMemory
	}
	err := bring(ctx, path, bounded, need.Op)
	if opt.MemoryLimit == 0 && outOfMemory(err) {
		err = bring(ctx, path, opt, need.Op) // each step is done or not
	}
	if err != nil {
		return hindered(need, path, err)
	}
	if opt.Tell != nil {
		opt.Tell("brought the database up to date: " + need.Msg)
	}
	return nil
}

// upgradeMemory bounds the engine while it brings a file up to date, where the
// user does not: left to itself it took a gigabyte for a million findings.
const upgradeMemory = 400 << 20

// bring brings a file up to date.
func bring(ctx context.Context, path string, opt Options, op string) error {
	return write(ctx, path, opt, op, func(ctx context.Context, conn *sql.Conn) error {
		// What an ingest derives from the findings, for tables that are new.
		if err := findOwners(ctx, conn); err != nil {
			return err
		}
		if err := inOrder(ctx, conn, mergeStep{"77_bases", true}); err != nil {
			return err
		}
		return rankFixes(ctx, conn)
	})
}

// hindered says what was needed, what is in the way, and what to do.
func hindered(need *Error, path string, err error) error {
	var e *Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Kind == Busy:
		return &Error{Kind: Busy, Op: need.Op, Path: path, Msg: need.Msg + "; it cannot be brought up to date now: " + e.Msg, Hint: e.Hint}
	case e.Kind == Other, e.Kind == Unreachable:
		return &Error{Kind: Older, Op: need.Op, Path: path, Msg: need.Msg + ", and it cannot be brought up to date", Err: e.Err,
			Hint: "have somebody run a query who may write to it, or copy it: cp " + path + " copy.db && argosy query --db copy.db 'select 1'"}
	}
	return err
}
