package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"argosy/schema"
)

// tell stores the statements of one VEX document.
func tell(t *testing.T, path string, statements ...schema.StagedStatement) schema.RunResult {
	t.Helper()
	ctx := context.Background()
	l, err := NewLoader(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for i := range statements {
		statements[i].File = 1
	}
	if err := l.Statements(ctx, statements); err != nil {
		t.Fatal(err)
	}
	if err := l.Accept(ctx, 1, nil, false); err != nil {
		t.Fatal(err)
	}
	res, err := l.Commit(ctx, schema.Run{Started: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Version: "test", Source: "v.json",
		Files: []schema.FileResult{{No: 1, Path: "v.json", State: schema.FileStored}}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func statement(document, id string, status schema.VEXStatus, day int, targets ...schema.Target) schema.StagedStatement {
	return schema.StagedStatement{Canonical: id, Targets: targets, VEXStatement: schema.VEXStatement{Document: document, Author: "vendor", Place: "statements[0]",
		VulnerabilityID: id, Status: status, Justification: "component_not_present", At: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)}}
}

// issue is one issue of the document d.
func issue(day int, statements ...schema.StagedStatement) []schema.StagedStatement {
	for i := range statements {
		statements[i].Issued = time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)
	}
	return statements
}

func TestStatements(t *testing.T) {
	const open = `select vulnerability, status, status_cause, status_reason from subassessments order by all`
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	image := schema.Target{Product: "app", Digest: "sha256:abc"}
	zlib := schema.Target{Product: "zlib", Digest: "sha256:abc", PURL: "pkg:deb/debian/zlib1g", PackageType: "deb", PackageName: "zlib1g"}
	other := schema.Target{Product: "other", Digest: "sha256:def"}
	const unhealthy, exempt = " Unhealthy <nil> <nil>\n", " NotApplicable Exempt VEX not_affected (component_not_present)\n"
	for name, c := range map[string]struct {
		told      [][]schema.StagedStatement
		want      string
		unmatched int64
	}{
		"the image":                   {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 2, image)}}, "CVE-1" + exempt + "CVE-2" + unhealthy, 0},
		"a package in it":             {[][]schema.StagedStatement{{statement("d", "CVE-2", schema.VEXNotAffected, 2, zlib)}}, "CVE-1" + unhealthy + "CVE-2" + exempt, 0},
		"another image":               {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 2, other)}}, "CVE-1" + unhealthy + "CVE-2" + unhealthy, 1},
		"nothing that can be found":   {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 2, schema.Target{Product: "x"})}}, "CVE-1" + unhealthy + "CVE-2" + unhealthy, 1},
		"affected":                    {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXAffected, 2, image)}}, "CVE-1" + unhealthy + "CVE-2" + unhealthy, 0},
		"the newest speaks":           {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 2, image)}, {statement("e", "CVE-1", schema.VEXAffected, 3, image)}}, "CVE-1" + unhealthy + "CVE-2" + unhealthy, 0},
		"an older one says nothing":   {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 4, image)}, {statement("e", "CVE-1", schema.VEXAffected, 3, image)}}, "CVE-1" + exempt + "CVE-2" + unhealthy, 0},
		"the same twice":              {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 2, image)}, {statement("d", "CVE-1", schema.VEXNotAffected, 2, image)}}, "CVE-1" + exempt + "CVE-2" + unhealthy, 0},
		"a newer issue takes it back": {[][]schema.StagedStatement{{statement("d", "CVE-1", schema.VEXNotAffected, 2, image)}, {statement("d", "CVE-2", schema.VEXNotAffected, 3, image)}}, "CVE-1" + unhealthy + "CVE-2" + exempt, 0},
		// A statement may be younger than all that the newer issue says.
		"a newer issue takes back what is young": {[][]schema.StagedStatement{
			issue(21, statement("d", "CVE-1", schema.VEXNotAffected, 20, image), statement("d", "CVE-2", schema.VEXNotAffected, 2, image)),
			issue(25, statement("d", "CVE-2", schema.VEXNotAffected, 2, image))}, "CVE-1" + unhealthy + "CVE-2" + exempt, 0},
		"an older issue comes late": {[][]schema.StagedStatement{
			issue(25, statement("d", "CVE-2", schema.VEXNotAffected, 2, image)),
			issue(21, statement("d", "CVE-1", schema.VEXNotAffected, 20, image))}, "CVE-1" + unhealthy + "CVE-2" + exempt, 0},
		"a third issue takes back what the second kept": {[][]schema.StagedStatement{
			issue(21, statement("d", "CVE-1", schema.VEXNotAffected, 20, image)),
			issue(22, statement("d", "CVE-1", schema.VEXNotAffected, 20, image)),
			issue(23, statement("d", "CVE-2", schema.VEXNotAffected, 2, image))}, "CVE-1" + unhealthy + "CVE-2" + exempt, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			load(t, path, at, "trivy", "CVE-1", "CVE-2")
			var res schema.RunResult
			for _, doc := range c.told {
				res = tell(t, path, doc...)
			}
			if got := table(t, path, open); got != c.want {
				t.Errorf("findings are\n%swant\n%s", got, c.want)
			}
			if res.Statements+res.Superseded != 1 || res.Unmatched != c.unmatched || (res.Superseded > 0) != (name == "an older issue comes late") {
				t.Errorf("%d statements, %d unmatched, %d superseded, want one and %d", res.Statements, res.Unmatched, res.Superseded, c.unmatched)
			}
			if got := table(t, path, "select count(*) from exemptions where removed is null"); len(c.told) == 1 && got != "1\n" {
				t.Errorf("%s exemptions are stored, want 1", got)
			}
		})
	}
}

// TestExemptionsFollowTheScan holds that findings that come after the exemption
// are exempt too, and that an expired one stops by itself.
func TestExemptionsFollowTheScan(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.db")
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	load(t, path, at, "trivy", "CVE-1")
	res, err := Exempt(ctx, path, Options{}, []schema.Exemption{{Vulnerability: "CVE-2", Repository: "team/*", Reason: "accepted", Who: "me",
		Source: schema.ExemptCommand, Origin: "test", Expires: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}})
	if err != nil || res[0].Matched != 0 {
		t.Fatalf("got %+v, %v, want no match", res, err)
	}
	load(t, path, at.AddDate(0, 0, 7), "trivy", "CVE-1", "CVE-2")
	for day, want := range map[string]string{"2026-02-28 23:59:59": "CVE-1 Unhealthy\nCVE-2 NotApplicable\n", "2026-03-01 00:00:00": "CVE-1 Unhealthy\nCVE-2 Unhealthy\n"} {
		db, err := Open(ctx, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.Query(ctx, schema.Statement{SQL: "select vulnerability || ' ' || status from subassessments order by all", Variables: map[string]string{"argosy_now": day}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for rows.Next() {
			got += rows.Values()[0].(string) + "\n"
		}
		rows.Close()
		db.Close()
		if got != want {
			t.Errorf("on %s:\n%swant\n%s", day, got, want)
		}
	}
}
