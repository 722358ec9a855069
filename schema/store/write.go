package store

import (
	"context"
	"database/sql"
	"errors"
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
	if err := attachWait(ctx, conn, opt.Wait, op, path, "attach "+quote(path)+" as argosy"); err != nil {
		return err
	}
	err = migrate(ctx, conn)
	if err == nil {
		err = within(ctx, conn, change)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "checkpoint argosy")
	}
	if _, detachErr := conn.ExecContext(context.WithoutCancel(ctx), "detach argosy"); err == nil {
		err = detachErr
	}
	var e *Error
	if err == errDryRun {
		return err
	}
	if err == nil || errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{Op: op, Path: path, Err: err}
}

// errDryRun ends a change that is to be taken back.
var errDryRun = errors.New("dry run")

// within runs change in a transaction.
func within(ctx context.Context, conn *sql.Conn, change func(ctx context.Context, conn *sql.Conn) error) error {
	if _, err := conn.ExecContext(ctx, "begin"); err != nil {
		return err
	}
	if err := change(ctx, conn); err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		return err
	}
	_, err := conn.ExecContext(ctx, "commit")
	return err
}
