package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"argosy/schema"
)

// application marks a database as argosy's.
const application = "argosy"

// migration is one step of the schema.
type migration struct {
	version int
	name    string
	text    string
}

// migrations reads the append-only steps in order.
func migrations() ([]migration, error) {
	names, err := fs.Glob(schema.Migrations(), "*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, n := range names {
		text, err := fs.ReadFile(schema.Migrations(), n)
		if err != nil {
			return nil, err
		}
		v, err := strconv.Atoi(n[:4])
		if err != nil || v != len(out)+1 {
			return nil, fmt.Errorf("migration %q is out of order: its number must be %04d", n, len(out)+1)
		}
		out = append(out, migration{v, strings.TrimSuffix(n, ".sql"), string(text)})
	}
	return out, nil
}

type queryRower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// versionOf reads the schema version of the attached database: 0 for a
// database without tables, -1 for a foreign one.
func versionOf(ctx context.Context, q queryRower) (int, error) {
	var tables, marked int
	err := q.QueryRowContext(ctx, `select count(*), count(*) filter (where table_name = 'argosy_schema')
		from duckdb_tables() where database_name = 'argosy'`).Scan(&tables, &marked)
	if err != nil {
		return 0, err
	}
	if tables == 0 {
		return 0, nil
	}
	if marked == 0 {
		return -1, nil
	}
	var app string
	var version int
	err = q.QueryRowContext(ctx, `select any_value(application), max(version) from argosy.argosy_schema`).Scan(&app, &version)
	if err != nil || app != application {
		return -1, nil
	}
	return version, nil
}

// checkVersion refuses a database that this argosy cannot read.
func checkVersion(ctx context.Context, q queryRower, op, path string) error {
	have, err := versionOf(ctx, q)
	if err != nil {
		return &Error{Op: op, Path: path, Err: err}
	}
	steps, err := migrations()
	if err != nil {
		return &Error{Op: op, Path: path, Err: err}
	}
	return judge(op, path, have, len(steps), false)
}

// judge compares the version of a file with ours; empty allows version 0.
func judge(op, path string, have, ours int, empty bool) error {
	switch {
	case have < 0, have == 0 && !empty:
		return &Error{Kind: Foreign, Op: op, Path: path, Msg: "the file is a DuckDB database, but not argosy's",
			Hint: "name another file with --db; this one was not changed"}
	case have > ours:
		return &Error{Kind: Newer, Op: op, Path: path,
			Msg:  fmt.Sprintf("its schema version is %d, this argosy knows versions up to %d", have, ours),
			Hint: "use a newer argosy; the file was not changed"}
	case have < ours && !empty:
		return &Error{Kind: Newer, Op: op, Path: path,
			Msg:  fmt.Sprintf("its schema version is %d, this argosy needs %d", have, ours),
			Hint: "bring it up to date with: argosy ingest --db " + path + " REPORTS..."}
	}
	return nil
}

// migrate brings the database attached as argosy up to date, each step in a
// transaction of its own that looks at the version again, so that two
// processes opening at once migrate once.
func migrate(ctx context.Context, conn *sql.Conn) error {
	const op = "bringing the schema up to date"
	steps, err := migrations()
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	have, err := versionOf(ctx, conn)
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	if err := judge(op, "", have, len(steps), true); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "use argosy"); err != nil {
		return &Error{Op: op, Err: err}
	}
	for _, m := range steps[have:] {
		text := m.text
		if m.version == 1 {
			text = "create table argosy_schema (application varchar, version integer, name varchar, applied timestamp);" + text
		}
		text += fmt.Sprintf("\ninsert into argosy_schema values (%s, %d, %s, current_timestamp::timestamp);", quote(application), m.version, quote(m.name))
		if err := inTransaction(ctx, conn, text); err != nil {
			return &Error{Op: op, Msg: m.name, Err: err}
		}
	}
	// Views are made anew: they may have changed without a migration.
	names, err := fs.Glob(schema.Views(), "*.sql")
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	var all strings.Builder
	for _, n := range names {
		text, err := fs.ReadFile(schema.Views(), n)
		if err != nil {
			return &Error{Op: op, Err: err}
		}
		all.Write(text)
	}
	if err := inTransaction(ctx, conn, all.String()); err != nil {
		return &Error{Op: op, Msg: "views", Err: err}
	}
	_, err = conn.ExecContext(ctx, "use memory")
	return err
}

func inTransaction(ctx context.Context, conn *sql.Conn, text string) error {
	return transact(ctx, conn, func() error {
		_, err := conn.ExecContext(ctx, text)
		return err
	})
}
