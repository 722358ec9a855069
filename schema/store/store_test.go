package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// run stores scans of a file with their rows as one run.
func run(t *testing.T, path string, at time.Time, file string, scans []schema.StagedScan, rows []schema.StagedFinding) schema.RunResult {
	t.Helper()
	ctx := context.Background()
	l, err := NewLoader(ctx, path, Options{Wait: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Findings(ctx, rows); err != nil {
		t.Fatal(err)
	}
	counted(scans, rows)
	if err := l.Accept(ctx, 1, scans, false); err != nil {
		t.Fatal(err)
	}
	res, err := l.Commit(ctx, schema.Run{Started: at, Version: "test", Source: file, Files: []schema.FileResult{{No: 1, Path: file, State: schema.FileStored}}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func load(t *testing.T, path string, at time.Time, scanner string, ids ...string) schema.RunResult {
	t.Helper()
	scan := schema.Scan{Scanner: scanner, At: at, TimeSource: schema.TimeReport,
		Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: "team/app", Tag: "1", Digest: "sha256:abc"}}
	var rows []schema.StagedFinding
	for _, id := range ids {
		rows = append(rows, schema.StagedFinding{Scan: 1, Canonical: id, Finding: schema.Finding{VulnerabilityID: id, PackageType: "deb", PackageName: "zlib1g",
			InstalledVersion: "1", FixedVersion: "2", FixStatus: schema.FixAvailable, Severity: schema.High, SeverityRaw: "HIGH", Status: schema.Unhealthy, CVSS: 7.5}})
	}
	return run(t, path, at, "a.json", []schema.StagedScan{{No: 1, Path: "a.json", Key: "sha256:abc", Scan: scan}}, rows)
}

// table runs a query and returns its rows as text.
func table(t *testing.T, path, text string) string {
	t.Helper()
	ctx := context.Background()
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Check(ctx, text); err != nil {
		t.Fatal(err)
	}
	return answer(t, db, text)
}

// answer is what a query says, one line for each row.
func answer(t *testing.T, db *DB, text string) string {
	t.Helper()
	rows, err := db.Query(context.Background(), schema.Statement{SQL: text})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		fmt.Fprintln(&out, rows.Values()...)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out.String()
}

func week(n int) time.Time { return time.Date(2026, 9, 7+7*n, 0, 0, 0, 0, time.UTC) }

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	const state = `select vulnerability_id, first_seen::date::varchar, fixed_at::date::varchar, reopened_at::date::varchar, last_seen::date::varchar, array_to_string(scanners, '+') from findings order by all`
	load(t, path, week(0), "trivy", "CVE-2021-0001", "CVE-2021-0002")
	if got, want := table(t, path, state), "1 2026-09-07 <nil> <nil> 2026-09-07 trivy\n2 2026-09-07 <nil> <nil> 2026-09-07 trivy\n"; got != want {
		t.Fatalf("after the first scan:\n%s", got)
	}
	load(t, path, week(0), "trivy", "CVE-2021-0001", "CVE-2021-0002")
	load(t, path, week(1), "trivy", "CVE-2021-0001")
	res := load(t, path, week(2), "trivy", "CVE-2021-0001", "CVE-2021-0002")
	load(t, path, week(1), "trivy", "CVE-2021-0009")
	load(t, path, week(2), "grype", "CVE-2021-0001")
	if got, want := table(t, path, state), "1 2026-09-07 <nil> <nil> 2026-09-21 grype+trivy\n2 2026-09-07 <nil> 2026-09-21 2026-09-21 trivy\n"+
		"3 2026-09-14 2026-09-21 <nil> 2026-09-14 trivy\n"; got != want {
		t.Fatalf("after all:\n%s%+v", got, res)
	}
	t.Log(table(t, path, "select id, properties->>'$.displayName', properties->>'$.additionalData.packageInformation[0].name' from securityresources where type='microsoft.security/assessments/subassessments'"))
	t.Log(table(t, path, "select type, count(*) from securityresources group by 1 order by 1"))
	t.Log(table(t, path, "select id from resources"))
}

// counted tells scans how many rows and findings they have, as ingest does; no
// two of the rows are the same finding.
func counted(scans []schema.StagedScan, rows []schema.StagedFinding) {
	for i := range scans {
		for k := range rows {
			if rows[k].Scan == scans[i].No {
				scans[i].Rows, scans[i].Findings = scans[i].Rows+1, scans[i].Findings+1
			}
		}
	}
}
