package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the yardstick

	"argosy/ingest/demo"
)

// loading compares an ingest of 500 Trivy reports with DuckDB's own read_json
// and unnest of the same files into one table. The better of three runs of
// each counts.
func loading(ctx context.Context, dir string) error {
	reports := filepath.Join(dir, "reports")
	sum, err := demo.GenerateTrivy(ctx, reports, 500, 250_000)
	if err != nil {
		return err
	}
	fmt.Printf("loading %d findings, %d files, %.0f MB\n", sum.Trivy, sum.Files, float64(sum.Bytes)/1e6)
	var own, theirs time.Duration
	var rss int64
	for i := range 3 {
		d, r, err := ingest(filepath.Join(dir, fmt.Sprintf("load-%d.db", i)), reports)
		if err != nil {
			return err
		}
		own, rss = better(own, d), max(rss, r)
		d, err = readJSON(ctx, filepath.Join(dir, fmt.Sprintf("yardstick-%d.db", i)), reports)
		if err != nil {
			return err
		}
		theirs = better(theirs, d)
	}
	fmt.Printf("  argosy ingest %.2f s, %d MB; DuckDB read_json and unnest %.2f s\n", own.Seconds(), rss>>20, theirs.Seconds())
	fmt.Printf("  ratio %.2f (promised: at most 1.30), memory promised: at most 600 MB\n", own.Seconds()/theirs.Seconds())
	return nil
}

func better(a, b time.Duration) time.Duration {
	if a == 0 || b < a {
		return b
	}
	return a
}

// ingest runs the program as a user does and returns its time and the most
// memory that it held.
func ingest(db, reports string) (time.Duration, int64, error) {
	c := exec.Command("bin/argosy", "ingest", "--db", db, "-q", reports)
	c.Stderr = os.Stderr
	start := time.Now()
	if err := c.Run(); err != nil {
		return 0, 0, err
	}
	d := time.Since(start)
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return d, 0, nil
	}
	return d, usage.Maxrss * 1024, nil
}

// readJSON is the yardstick: the same files into a table of the same columns.
func readJSON(ctx context.Context, path, reports string) (time.Duration, error) {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	start := time.Now()
	_, err = db.ExecContext(ctx, fmt.Sprintf(`create table findings as
		with results as (select ArtifactName, Metadata.RepoDigests[1] as digest, CreatedAt, unnest(Results) as r
			from read_json('%s/*.json', maximum_object_size = 1000000000, union_by_name = true)),
		rows as (select ArtifactName, digest, CreatedAt, r.Target as target, r.Type as type, unnest(r.Vulnerabilities) as v from results)
		select ArtifactName, digest, CreatedAt, target, type, v.VulnerabilityID, v.PkgName, v.InstalledVersion, v.FixedVersion, v.Status,
			v.Severity, v.SeveritySource, v.PkgIdentifier.PURL as purl, v.PkgPath, v.Layer.Digest as layer, v.CVSS.nvd.V3Score as cvss,
			v.Title, v.Description, v.PublishedDate, v.LastModifiedDate
		from rows`, reports))
	return time.Since(start), err
}

// memory ingests one report of two sizes.
func memory(_ context.Context, dir string) error {
	fmt.Println("memory of one report")
	for _, mb := range []int64{50, 500} {
		path := filepath.Join(dir, fmt.Sprintf("one-%d.json", mb))
		if err := demo.GenerateTrivyFile(path, mb*1_000_000); err != nil {
			return err
		}
		d, rss, err := ingest(path+".db", path)
		if err != nil {
			return err
		}
		fmt.Printf("  %d MB: %.2f s, %d MB of memory\n", mb, d.Seconds(), rss>>20)
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}
