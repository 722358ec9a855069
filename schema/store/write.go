package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// write runs change on an existing database in one transaction, which holds
// the file for the length of the call. When it fails the database is as it
// was before.
func write(ctx context.Context, path string, opt Options, op string, change func(ctx context.Context, conn *sql.Conn) error) error {
	exists, err := look(op, path)
	if err != nil {
		return err
	}
	if !exists {
		return missing(op, path)
	}
	if err := probe(ctx, path, opt); err != nil {
		return err
	}
	in, err := instance(opt, spillBeside(path), "use memory")
	if err != nil {
		return err
	}
	defer in.pool.Close()
	conn, err := in.pool.Conn(ctx)
	if err != nil {
		return &Error{Op: op, Path: path, Err: err}
	}
	defer conn.Close()
	return attached(ctx, conn, opt, op, path, path, func() error {
		return transact(ctx, conn, func() error { return change(ctx, conn) })
	})
}

// attached attaches file for writing, brings it up to date and does the work;
// the file is held for the length of the call. path is what the user named, and
// differs from file where nothing is to be written. A file that came into being
// here and could not be filled does not stay behind. The error is of type
// *Error, context.Canceled or errDryRun.
func attached(ctx context.Context, conn *sql.Conn, opt Options, op, path, file string, work func() error) error {
	_, statErr := os.Stat(file)
	created := errors.Is(statErr, fs.ErrNotExist)
	layout := fmt.Sprintf("row_group_size %d", cmp.Or(opt.group, rowGroup))
	if created && file != Memory {
		layout += ", " + fileFormat
	}
	if err := attachWait(ctx, conn, opt.Wait, op, path, "attach "+quote(file)+" as argosy ("+layout+")"); err != nil {
		return err
	}
	err := migrate(ctx, conn)
	if err == nil && !opt.Now.IsZero() {
		_, err = conn.ExecContext(ctx, "set variable argosy_now = "+quote(opt.moment().Format("2006-01-02 15:04:05.999999"))+"::timestamp")
	}
	if err == nil {
		err = work()
	}
	if err == nil {
		// Without a checkpoint a reader would have to replay the log.
		_, err = conn.ExecContext(ctx, "checkpoint argosy")
	}
	_, detachErr := conn.ExecContext(context.WithoutCancel(ctx), "detach argosy")
	if err != nil && created {
		_ = os.Remove(file)
		_ = os.Remove(file + ".wal")
	}
	if err == nil {
		err = detachErr
	}
	var e *Error
	if err == nil || errors.As(err, &e) || errors.Is(err, context.Canceled) || errors.Is(err, errDryRun) {
		return err
	}
	return &Error{Op: op, Path: path, Err: err}
}

// rowGroup is how many rows of a table are compressed together: half of the
// engine's default, for who writes holds so many in memory. Where many of them
// have long texts it is longRowGroup; the engine looks for repeated ones among
// the texts of a group and holds them twice for it.
const (
	rowGroup     = 61440
	longRowGroup = 10240
)

// fileFormat is the format of new files. DuckDB reads it from 1.4 on; that of its
// first version, which is what it makes unless it is asked, takes a third longer
// to write: more ways to compress a text are tried. A file keeps its format.
const fileFormat = "storage_version 'v1.4.0'"

// errDryRun ends a change that is to be taken back.
var errDryRun = errors.New("dry run")

// transact runs work between begin and commit.
func transact(ctx context.Context, conn *sql.Conn, work func() error) error {
	if _, err := conn.ExecContext(ctx, "begin"); err != nil {
		return err
	}
	if err := work(); err != nil {
		// The first error is the one to tell; a failed rollback changes nothing.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		return err
	}
	_, err := conn.ExecContext(ctx, "commit")
	return err
}
