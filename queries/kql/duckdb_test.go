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
	res, err := kql.Translate(src, cat, opt)
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(res.SQL, res.Args...)
	if err != nil {
		return res, nil, err
	}
	defer rows.Close()
	var out [][]any
	for rows.Next() {
		raw := make([]any, len(res.Columns))
		into := make([]any, len(raw))
		for i := range raw {
			into[i] = &raw[i]
		}
		if err := rows.Scan(into...); err != nil {
			return res, nil, err
		}
		for i, c := range res.Columns {
			if raw[i], err = c.Value(raw[i]); err != nil {
				return res, nil, err
			}
		}
		out = append(out, raw)
	}
	return res, out, rows.Err()
}
