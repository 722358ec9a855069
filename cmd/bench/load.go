package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	fmt.Printf("  ratio %.2f (promised: at most 1.00)\n", own.Seconds()/theirs.Seconds())
	return again(ctx, dir, filepath.Join(dir, "load-0.db"), own)
}

// again ingests the fleet into its database as it is scanned a week later,
// when nothing has changed, and two weeks later, and compares with the first
// ingest of all.
func again(ctx context.Context, dir, db string, first time.Duration) error {
	for i, what := range []string{"the same fleet a week later, nothing changed", "two weeks later, 2 % of the findings gone and as many new"} {
		week := i + 1
		reports := filepath.Join(dir, fmt.Sprintf("week-%d", week))
		if _, err := demo.GenerateTrivyWeek(ctx, reports, 500, 250_000, week); err != nil {
			return err
		}
		d, rss, err := ingest(db, reports)
		if err != nil {
			return err
		}
		fmt.Printf("  %s: %.2f s, %d MB, %.2f of the first ingest\n", what, d.Seconds(), rss>>20, d.Seconds()/first.Seconds())
		if err := os.RemoveAll(reports); err != nil {
			return err
		}
	}
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
	if err := c.Start(); err != nil {
		return 0, 0, err
	}
	most := make(chan int64)
	go func() { most <- highest(c.Process.Pid) }()
	err := c.Wait()
	return time.Since(start), <-most, err
}

// highest follows the most memory that a process has held, in bytes, until it
// ends. What the kernel tells of a process that is over counts that of the one
// that started it, too (getrusage(2), ru_maxrss).
func highest(pid int) int64 {
	var most int64
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, peak, ok := strings.Cut(string(status), "VmHWM:")
		if err != nil || !ok {
			return most
		}
		var kb int64
		if _, err := fmt.Sscan(peak, &kb); err == nil {
			most = max(most, kb*1024)
		}
		time.Sleep(10 * time.Millisecond)
	}
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

// promised is how much memory an ingest may take, in bytes.
const promised = 400 << 20

// memory ingests a large report, many small ones, a large fleet, and the fleet
// again a week later, each in a process of its own, and prints the most that it held: the
// shapes in which memory could grow with what is read.
func memory(ctx context.Context, dir string) error {
	fmt.Printf("memory of an ingest (promised: at most %d MB)\n", promised>>20)
	say := func(what string, d time.Duration, rss int64) {
		word := ""
		if rss > promised {
			word = ", ABOVE what is promised"
		}
		fmt.Printf("  %s: %.2f s, %d MB%s\n", what, d.Seconds(), rss>>20, word)
	}
	for _, mb := range []int64{50, 500, 1000} {
		path := filepath.Join(dir, fmt.Sprintf("one-%d.json", mb))
		if err := demo.GenerateTrivyFile(path, mb*1_000_000); err != nil {
			return err
		}
		d, rss, err := ingest(path+".db", path)
		if err != nil {
			return err
		}
		say(fmt.Sprintf("one report of %d MB", mb), d, rss)
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for _, files := range []int{10_000, 100_000} {
		reports, db := filepath.Join(dir, "small"), filepath.Join(dir, "small.db")
		if _, err := demo.GenerateTrivy(ctx, reports, files, 5*files); err != nil {
			return err
		}
		d, rss, err := ingest(db, reports)
		if err != nil {
			return err
		}
		say(fmt.Sprintf("%d reports of 5 findings", files), d, rss)
		for _, path := range []string{reports, db} {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	for _, shape := range []struct {
		name string
		demo.Mixed
	}{
		{"Trivy, 1,000,000 findings in 2,000 reports", demo.Mixed{Images: 2000, Findings: 1_000_000}},
		{"Trivy and Defender, 150,000 findings and 150,000 rows", demo.Mixed{Images: 500, Findings: 150_000, Rows: 150_000}},
	} {
		db := filepath.Join(dir, "memory.db")
		for week, when := range []string{"", ", the same fleet a week later"} {
			reports := filepath.Join(dir, "fleet")
			shape.Week = week
			if _, err := demo.GenerateMixed(ctx, reports, shape.Mixed); err != nil {
				return err
			}
			d, rss, err := ingest(db, reports)
			if err != nil {
				return err
			}
			say(shape.name+when, d, rss)
			if err := os.RemoveAll(reports); err != nil {
				return err
			}
		}
		if err := os.Remove(db); err != nil {
			return err
		}
	}
	return nil
}
