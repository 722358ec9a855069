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

func timedFile(ctx context.Context, path, text string) (time.Duration, error) {
	db, err := sql.Open("duckdb", path+"?access_mode=read_only")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	start := time.Now()
	var n int64
	var h any
	err = db.QueryRowContext(ctx, "select count(*), sum(hash(q)) from ("+text+") q").Scan(&n, &h)
	if err == nil && n < 900_000 {
		err = fmt.Errorf("the query over JSON returned %d rows", n)
	}
	return time.Since(start), err
}
