package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// writeJSON copies the rows of the table as Resource Graph has them, with
// properties as text, into a database of their own.
func writeJSON(ctx context.Context, from, to string) error {
	db, err := sql.Open("duckdb", to)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, s := range []string{
		fmt.Sprintf("attach '%s' as argosy (read_only)", from),
		`create table bench_json as select id, "tenantId" as tenant_id, "resourceGroup" as resource_group, "subscriptionId" as subscription_id,
			properties::varchar as properties from argosy.arg_subassessments`,
		"detach argosy",
	} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// timedFile runs a query over a file, its rows going to a table in memory.
func timedFile(ctx context.Context, path, text string, args ...any) (time.Duration, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("attach '%s' as argosy (read_only); use argosy", path)); err != nil {
		return 0, err
	}
	start := time.Now()
	if _, err := conn.ExecContext(ctx, "create temp table answer as "+text, args...); err != nil {
		return 0, err
	}
	took := time.Since(start)
	var n int64
	err = conn.QueryRowContext(ctx, "select count(*) from answer").Scan(&n)
	if err == nil && n < 900_000 {
		err = fmt.Errorf("the query answered with %d rows", n)
	}
	return took, err
}
