package main

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"os"
	"time"

	"argosy/schema"
	"argosy/schema/settings"
	"argosy/schema/store"
)

//go:embed history.sql
var historySQL string

// historyDB makes a database of a million open findings and a year of runs.
// What follows from the rows (owners, exemptions, the order of fixed versions)
// is left to argosy itself.
func historyDB(ctx context.Context, path string) error {
	started := time.Now()
	if err := commit(ctx, path, false); err != nil {
		return err
	}
	err := connected(ctx, "", func(conn *sql.Conn) error {
		for _, s := range []string{"attach '" + path + "' as argosy", "use argosy", "delete from runs", historySQL, "checkpoint argosy", "use memory", "detach argosy"} {
			if _, err := conn.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		os.Remove(path)
		return err
	}
	text := "owners:\n"
	for t := range 18 {
		text += fmt.Sprintf("  - {team: team%d, mail: team%d@example.com, repository: 'team%d/*'}\n", t, t, t)
	}
	s, err := settings.Parse("argosy.yaml", []byte(text))
	if err != nil {
		return err
	}
	if _, err := store.ApplySettings(ctx, path, store.Options{}, s, false); err != nil {
		return err
	}
	var rules []schema.Exemption
	for r := range 100 {
		rules = append(rules, schema.Exemption{Vulnerability: fmt.Sprintf("CVE-%d-%d", 2019+(r*37)%7, 10000+r*37), Repository: fmt.Sprintf("team%d/*", r%20), Reason: "not reachable", Who: "bench",
			Source: schema.ExemptCommand, Expires: historyNow.AddDate(0, 0, 10+r)})
	}
	if _, err := store.Exempt(ctx, path, store.Options{}, rules); err != nil {
		return err
	}
	if err := commit(ctx, path, true); err != nil {
		return err
	}
	fmt.Printf("made %s in %.0f s\n", path, time.Since(started).Seconds())
	return nil
}

// connected does work on one connection to an engine of its own.
func connected(ctx context.Context, dsn string, work func(*sql.Conn) error) error {
	db, err := sql.Open("duckdb", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return work(conn)
}

// commit stores a run, with the scan of one small image or with nothing.
func commit(ctx context.Context, path string, small bool) error {
	l, err := store.NewLoader(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	if small {
		at := historyNow.Add(-time.Hour)
		if err := l.Findings(ctx, []schema.StagedFinding{{Scan: 1, Canonical: "CVE-2019-10000", Finding: schema.Finding{VulnerabilityID: "CVE-2019-10000", PackageName: "p", InstalledVersion: "1",
			FixStatus: schema.FixUnknown, Severity: schema.High, Status: schema.Unhealthy}}}); err != nil {
			return err
		}
		if err := l.Accept(ctx, 1, []schema.StagedScan{{No: 1, Path: "a.json", Key: "sha256:small", Scan: schema.Scan{Scanner: "trivy", At: at, TimeSource: schema.TimeReport,
			Image: schema.Image{Kind: schema.KindImage, Registry: "registry0.example.com", Repository: "team1/small", Digest: "sha256:small"}}}}, false); err != nil {
			return err
		}
	}
	began := time.Now()
	before := processor()
	_, err = l.Commit(ctx, schema.Run{Started: historyNow, Version: "bench", Source: "a.json", Files: []schema.FileResult{{No: 1, Path: "a.json", State: schema.FileStored}}})
	if small {
		fmt.Printf("a run of one image into it: %.2f s, %.2f s of processor time\n", time.Since(began).Seconds(), (processor() - before).Seconds())
	}
	return err
}
