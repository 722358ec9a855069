package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"argosy/schema/scratch"
)

// Rewritten says how large a database was and how large its copy is, in bytes.
type Rewritten struct{ Before, After int64 }

// Compact writes the database anew without the room that removed rows left, and
// puts the new file in the place of the old one. Queries that run meanwhile end
// on the old file. When it fails the database is as it was before.
func Compact(ctx context.Context, path string, opt Options) (Rewritten, error) {
	const op = "compacting"
	// The link stays, what it leads to is replaced.
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path
	}
	// An older schema is brought up to date, and a log of a crash worked in.
	if err := write(ctx, real, opt, op, func(context.Context, *sql.Conn) error { return nil }); err != nil {
		return Rewritten{}, err
	}
	return rewrite(ctx, op, real, real, opt)
}

// Backup writes a consistent copy of the database to a file, which appears
// whole or not at all. A file that exists is replaced only with force.
func Backup(ctx context.Context, path, to string, opt Options, force bool) (Rewritten, error) {
	const op = "backing up"
	if err := BackupTarget(path, to, force); err != nil {
		return Rewritten{}, err
	}
	exists, err := look(op, path)
	if err != nil {
		return Rewritten{}, err
	}
	if !exists {
		return Rewritten{}, missing(op, path)
	}
	return rewrite(ctx, op, path, to, opt)
}

// BackupTarget says why a backup cannot go to a file, if it cannot.
func BackupTarget(path, to string, force bool) error {
	const op = "backing up to"
	have, err := os.Stat(to)
	if errors.Is(err, fs.ErrNotExist) {
		if in, err := os.Stat(filepath.Dir(to)); err != nil || !in.IsDir() {
			return &Error{Kind: Unreachable, Op: op, Path: to, Msg: fmt.Sprintf("there is no folder %q", filepath.Dir(to)), Hint: "make the folder, or name a file in another"}
		}
		return nil
	}
	if err != nil {
		return noPlace(op, to, err)
	}
	if have.IsDir() {
		return &Error{Kind: Foreign, Op: op, Path: to, Msg: "that is a directory", Hint: "name a file in it"}
	}
	if db, err := os.Stat(path); err == nil && os.SameFile(db, have) {
		return &Error{Kind: Foreign, Op: op, Path: to, Msg: "that is the database itself", Hint: "name another file"}
	}
	if !force {
		return &Error{Kind: Foreign, Op: op, Path: to, Msg: "the file exists", Hint: "name another file, or replace it with --force"}
	}
	return nil
}

// noPlace is the error for a copy that cannot be put where it was asked for.
func noPlace(op, to string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &Error{Kind: Unreachable, Op: op, Path: to, Msg: "the copy cannot be written there", Err: err, Hint: "check who may write to the folder, or name a file in another"}
}

// rewrite copies every row of a database into a fresh file beside to, which
// then takes the place of to. The old file stays locked against writers until
// that is done, so that nothing is written to a file that is to go.
func rewrite(ctx context.Context, op, from, to string, opt Options) (Rewritten, error) {
	var out Rewritten
	fail := func(err error) (Rewritten, error) {
		var e *Error
		if errors.As(err, &e) || errors.Is(err, context.Canceled) {
			return out, err
		}
		return out, &Error{Op: op, Path: from, Err: err}
	}
	scratch.SweepBeside(to)
	dir, err := scratch.Beside(to)
	if err != nil {
		return fail(noPlace(op, to, err))
	}
	defer dir.Close()
	fresh := filepath.Join(dir.Path, "fresh.db")
	in, err := instance(opt, filepath.Join(dir.Path, "spill"), "use memory")
	if err != nil {
		return fail(err)
	}
	defer in.pool.Close()
	conn, err := in.pool.Conn(ctx)
	if err != nil {
		return fail(err)
	}
	defer conn.Close()
	if err := current(ctx, from, opt, func() error { return seen(ctx, conn, op, from, opt) }); err != nil {
		return fail(err)
	}
	if err := attachWait(ctx, conn, opt.Wait, op, from, "attach "+quote(from)+" as old (read_only)"); err != nil {
		return fail(err)
	}
	was, err := os.Stat(from)
	if err != nil {
		return fail(err)
	}
	if _, err := conn.ExecContext(ctx, "attach "+quote(fresh)+" as argosy ("+fileFormat+")"); err != nil {
		return fail(err)
	}
	if err := migrate(ctx, conn); err != nil {
		return fail(err)
	}
	if err := copyTables(ctx, conn); err != nil {
		return fail(err)
	}
	for _, s := range []string{"checkpoint argosy", "detach argosy"} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return fail(err)
		}
	}
	if err := os.Chmod(fresh, was.Mode().Perm()); err != nil {
		return fail(err)
	}
	if err := inPlace(ctx, conn, from, fresh, to); err != nil {
		return fail(err)
	}
	now, err := os.Stat(to)
	if err != nil {
		return fail(err)
	}
	out.Before, out.After = was.Size(), now.Size()
	return out, nil
}

// seen looks at the version of a file, under the name that it always has then.
func seen(ctx context.Context, conn *sql.Conn, op, path string, opt Options) error {
	if err := attachWait(ctx, conn, opt.Wait, op, path, "attach "+quote(path)+" as argosy (read_only)"); err != nil {
		return err
	}
	err := checkVersion(ctx, conn, op, path)
	if _, detachErr := conn.ExecContext(context.WithoutCancel(ctx), "detach argosy"); err == nil {
		err = detachErr
	}
	return err
}

// inPlace gives the fresh file its name.
func inPlace(ctx context.Context, conn *sql.Conn, from, fresh, to string) error {
	if log, err := os.Stat(from + ".wal"); from == to && err == nil && log.Size() > 0 {
		return &Error{Kind: Busy, Op: "compacting", Path: from, Msg: "another process wrote to it meanwhile", Hint: "try again"}
	}
	// Windows renames no file over one that is open.
	if runtime.GOOS == "windows" {
		if _, err := conn.ExecContext(ctx, "detach old"); err != nil {
			return err
		}
	}
	return os.Rename(fresh, to)
}

// copyTables fills the tables of a fresh database from those of the old one and
// makes sure that every row arrived. Views and macros are there already.
func copyTables(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, "select table_name from duckdb_tables() where database_name = 'old' and schema_name = 'main' order by 1")
	if err != nil {
		return err
	}
	var tables []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			rows.Close()
			return err
		}
		tables = append(tables, t)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	for _, t := range tables {
		// A fresh database has rows of its own: of the migrations, and defaults.
		if _, err := conn.ExecContext(ctx, "delete from argosy."+name(t)+"; insert into argosy."+name(t)+" by name select * from old."+name(t)); err != nil {
			return fmt.Errorf("copying the table %s: %w", t, err)
		}
		var had, has int64
		if err := conn.QueryRowContext(ctx, "select (select count(*) from old."+name(t)+"), (select count(*) from argosy."+name(t)+")").Scan(&had, &has); err != nil {
			return err
		}
		if had != has {
			return fmt.Errorf("copying the table %s: %d of %d rows arrived", t, has, had)
		}
	}
	return nil
}
