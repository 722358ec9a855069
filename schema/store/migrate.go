package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
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

// viewsText is what makes the views and macros, and a digest of it, by which a
// file says which views it holds.
func viewsText() (text, digest string, err error) {
	names, err := fs.Glob(schema.Views(), "*.sql")
	if err != nil {
		return "", "", err
	}
	var all strings.Builder
	for _, n := range names {
		text, err := fs.ReadFile(schema.Views(), n)
		if err != nil {
			return "", "", err
		}
		all.Write(text)
	}
	sum := sha256.Sum256([]byte(all.String()))
	return all.String(), "views " + hex.EncodeToString(sum[:]), nil
}

// versionOf reads the schema version of the attached database, 0 for a
// database without tables, -1 for a foreign one, and the digest of its views.
func versionOf(ctx context.Context, q queryRower) (version int, views string, err error) {
	var tables, marked int
	var digest sql.NullString
	err = q.QueryRowContext(ctx, `select count(*), count(*) filter (where table_name = 'argosy_schema'),
		any_value(comment) filter (where table_name = 'argosy_schema') from duckdb_tables() where database_name = 'argosy'`).Scan(&tables, &marked, &digest)
	if err != nil {
		return 0, "", err
	}
	if tables == 0 {
		return 0, "", nil
	}
	if marked == 0 {
		return -1, "", nil
	}
	var app string
	err = q.QueryRowContext(ctx, `select any_value(application), max(version) from argosy.argosy_schema`).Scan(&app, &version)
	if err != nil || app != application {
		return -1, "", nil
	}
	return version, digest.String, nil
}

// checkVersion refuses a database that this argosy cannot read as it is.
func checkVersion(ctx context.Context, q queryRower, op, path string) error {
	have, views, err := versionOf(ctx, q)
	if err != nil {
		return &Error{Op: op, Path: path, Err: err}
	}
	steps, err := migrations()
	if err != nil {
		return &Error{Op: op, Path: path, Err: err}
	}
	if err := judge(op, path, have, len(steps), false); err != nil {
		return err
	}
	_, ours, err := viewsText()
	if err == nil && views != ours {
		return older(op, path, "its views are those of another version of argosy")
	}
	return err
}

// older is the error for a database that has to be brought up to date first.
func older(op, path, what string) error {
	return &Error{Kind: Older, Op: op, Path: path, Msg: what,
		Hint: "bring it up to date with any query, by somebody who may write to it: argosy query --db " + path + " 'select 1'"}
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
		return older(op, path, fmt.Sprintf("its schema version is %d, this argosy needs %d", have, ours))
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
	have, views, err := versionOf(ctx, conn)
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
	// Views may have changed without a migration. Made anew each time they would
	// make the file grow with every change of it.
	text, digest, err := viewsText()
	if err != nil {
		return &Error{Op: op, Err: err}
	}
	if have < len(steps) || views != digest {
		if err := inTransaction(ctx, conn, text+"\ncomment on table argosy_schema is "+quote(digest)+";"); err != nil {
			return &Error{Op: op, Msg: "views", Err: err}
		}
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
