package kql_test

import (
	"database/sql"
	"testing"

	"argosy/queries/kql"

	_ "github.com/duckdb/duckdb-go/v2"
)

// openDB opens an empty database in memory.
func openDB(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		tb.Fatal(err)
	}
	// Views and settings belong to the one database behind the connection.
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { db.Close() })
	return db
}

// runKQL translates and runs a query; rows are Go values as ResultColumn.Value gives.
func runKQL(db *sql.DB, cat *kql.Catalog, src string, opt kql.Options) (*kql.Result, [][]any, error) {
	opt.Probe = func(sql string, args []any) ([][]any, error) { return readAll(db, sql, args) }
	res, err := kql.Translate(src, cat, opt)
	if err != nil {
		return nil, nil, err
	}
	out, err := readAll(db, res.SQL, res.Args)
	if err != nil {
		return res, nil, err
	}
	for _, raw := range out {
		for i, c := range res.Columns {
			if raw[i], err = c.Value(raw[i]); err != nil {
				return res, nil, err
			}
		}
	}
	return res, out, nil
}

// readAll runs SQL and gives the driver's values.
func readAll(db *sql.DB, text string, args []any) ([][]any, error) {
	rows, err := db.Query(text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]any
	for rows.Next() {
		raw := make([]any, len(names))
		into := make([]any, len(raw))
		for i := range raw {
			into[i] = &raw[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	return out, rows.Err()
}
