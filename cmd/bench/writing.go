package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"argosy/export"
	"argosy/ingest/demo"
	"argosy/schema"
	"argosy/schema/store"
)

// writtenQuery makes the rows of the files that are compared inside the
// engine, so that both writers wait for the same work.
var writtenQuery = fmt.Sprintf(`select 'team/service-' || (i // 500) %% 200 as repositoryName, 'contoso.azurecr.io' as registryName,
	'sha256:' || sha256((i // 500)::varchar) as imageDigest, 'CVE-20' || 10 + hash(i) %% 16 || '-' || 10000 + hash(i) %% 40000 as vulnName,
	['Critical', 'High', 'Medium', 'Low', 'Unknown'][(1 + hash(i) %% 5)::int] as scanFindingSeverity,
	timestamp '2020-09-13 12:00:00' + to_hours((hash(i) %% 40000)::int) as publishedTime, (hash(i) %% 101 / 10)::double as cvssV30Score,
	'lib' || hash(i + 1) %% 5000 || '-dev' as packageName, hash(i) %% 9 || '.' || hash(i) %% 37 || '.0-r' || i %% 3 as installedPackageVersion,
	hash(i) %% 9 || '.' || hash(i) %% 37 || '.1' as fixedPackageVersion, '72f988bf-86f1-41af-91ab-2d7cd011db47' as tenantId,
	'rg-' || (i // 500) %% 20 as resourceGroup, '00000000-0000-0000-0000-0000000000' || 10 + (i // 500) %% 20 as subscriptionId
from range(%d) t(i)`, workbookRows)

// writing compares argosy's csv and parquet with those that DuckDB's COPY
// writes from the same query.
func writing(ctx context.Context, dir string) error {
	path, reports := filepath.Join(dir, "writing.db"), filepath.Join(dir, "writing")
	if _, err := demo.GenerateTrivy(ctx, reports, 1, 10); err != nil {
		return err
	}
	if _, _, err := ingest(path, reports); err != nil {
		return err
	}
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Printf("files of %d rows and %d columns from one query\n", workbookRows, len(fleetColumns()))
	for _, name := range []string{"csv", "parquet"} {
		own, err := writeOwn(ctx, db, name, filepath.Join(dir, "own."+name))
		if err != nil {
			return err
		}
		theirs, err := copyFile(ctx, filepath.Join(dir, "duckdb."+name), name)
		if err != nil {
			return err
		}
		fmt.Printf("  %s: argosy %s; DuckDB's COPY %s; ratio %.2f\n", name, own, theirs, own.took.Seconds()/theirs.took.Seconds())
	}
	return nil
}

func writeOwn(ctx context.Context, db *store.DB, name, path string) (written, error) {
	format, err := export.ByName(name)
	if err != nil {
		return written{}, err
	}
	plan := &export.Plan{Title: "Fleet", Query: writtenQuery, Language: "sql", Generated: time.Unix(1_790_000_000, 0), Sheets: []export.Sheet{{
		Name: "Findings", Matched: -1, Open: func(ctx context.Context) (schema.Rows, error) {
			return db.Query(ctx, schema.Statement{SQL: writtenQuery})
		}}}, Engine: db}
	return writeMeasured(path, func(w io.Writer) error {
		_, err := format.Write(ctx, plan, w)
		return err
	})
}

// copyFile has DuckDB write the file; only its time and size are known.
func copyFile(ctx context.Context, path, form string) (written, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return written{}, err
	}
	defer db.Close()
	start := time.Now()
	if _, err := db.ExecContext(ctx, fmt.Sprintf("copy (%s) to '%s' (format %s)", writtenQuery, path, form)); err != nil {
		return written{}, err
	}
	took := time.Since(start)
	info, err := os.Stat(path)
	if err != nil {
		return written{}, err
	}
	return written{took: took, bytes: info.Size()}, nil
}
