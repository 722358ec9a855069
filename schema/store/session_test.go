package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"argosy/schema"
)

// TestSession keeps a result, pages it in two orders, lets the file go, sees
// another process write, and reads the new state.
func TestSession(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.db")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	load(t, path, at, "trivy", "CVE-2021-1", "CVE-2021-2", "CVE-2021-3")
	s, err := OpenSession(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	k, err := s.Keep(ctx, schema.Statement{SQL: "select vulnerability, severity, scanners from subassessments order by 1;"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := k.Page(ctx, 1, 5)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%d %s", k.Rows(), rows), `3 [[CVE-2021-2 High ["trivy"]] [CVE-2021-3 High ["trivy"]]]`; got != want {
		t.Errorf("page: got %s, want %s", got, want)
	}
	o, err := k.Sort(ctx, []schema.Order{{Column: "vulnerability", Desc: true}})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = o.Page(ctx, 0, 1); err != nil || fmt.Sprint(rows[0][0]) != "CVE-2021-3" {
		t.Errorf("sorted page: got %v, %v", rows, err)
	}
	if rows, err = k.First(ctx, []schema.Order{{Column: "severity", Desc: true}, {Column: "vulnerability", Desc: true}}, 1); err != nil || fmt.Sprint(rows[0][0]) != "CVE-2021-3" {
		t.Errorf("first: got %v, %v", rows, err)
	}
	if _, err := s.Query(ctx, schema.Statement{SQL: "select * from read_csv('/etc/passwd')"}); err == nil {
		t.Error("a query of a session can read files")
	}
	if _, err := s.Query(ctx, schema.Statement{SQL: "attach '/tmp/other.db'"}); err == nil {
		t.Error("a query of a session can attach files")
	}
	before := s.Stamp()
	// The ingest waits for the file as a user's would; the session must not hold it.
	load(t, path, at.AddDate(0, 0, 1), "grype", "CVE-2021-9")
	if s.Stamp() == before {
		t.Error("the stamp is the same after an ingest")
	}
	if rows, err = k.Page(ctx, 0, 9); err != nil || len(rows) != 3 {
		t.Errorf("the kept rows after an ingest: got %v, %v", rows, err)
	}
	k2, err := s.Keep(ctx, schema.Statement{SQL: "select vulnerability from subassessments"})
	if err != nil || k2.Rows() != 4 {
		t.Errorf("after an ingest: got %v rows, %v", k2, err)
	}
}
