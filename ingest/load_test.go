package ingest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/ingest/csvmap"
	"argosy/ingest/format"
	"argosy/schema"
	"argosy/schema/store"
)

// TestLoadCases puts the report of every case folder through Load into a real
// database, as a user does, and holds what the run records of each file against
// the case's wanted file.
func TestLoadCases(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "reports", "*", "*", "report.*"))
	if err != nil || len(paths) < 250 {
		t.Fatalf("%d cases: %v", len(paths), err)
	}
	byMapping := map[string][]string{}
	for _, p := range paths {
		m, _ := filepath.Glob(filepath.Join(filepath.Dir(p), "mapping.y*ml"))
		byMapping[strings.Join(m, "")] = append(byMapping[strings.Join(m, "")], p)
	}
	for mapping, group := range byMapping {
		var formats []format.Format
		if mapping != "" {
			doc, err := os.ReadFile(mapping)
			if err != nil {
				t.Fatal(err)
			}
			m, err := csvmap.Read(mapping, doc)
			if err != nil {
				if _, told := os.Stat(filepath.Join(filepath.Dir(mapping), "error.txt")); told != nil {
					t.Errorf("%s: %v", mapping, err)
				}
				continue
			}
			formats = ingest.WithMapping(m)
		}
		loadCases(t, group, formats)
	}
}

func loadCases(t *testing.T, paths []string, formats []format.Format) {
	db := filepath.Join(t.TempDir(), "t.db")
	l, err := store.NewLoader(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
	files, err := ingest.Load(t.Context(), paths, l, ingest.Options{Now: now, Formats: formats})
	if err != nil || len(files) != len(paths) {
		t.Fatalf("%d results of %d files: %v", len(files), len(paths), err)
	}
	var stored, rows int64
	for i, f := range files {
		hold(t, paths[i], f)
		if f.State == schema.FileStored {
			stored, rows = stored+1, rows+f.Rows
		}
	}
	if stored == 0 {
		return
	}
	res, err := l.Commit(t.Context(), schema.Run{Started: now, Source: "test", Files: files})
	if err != nil {
		t.Fatal(err)
	}
	got := readRun(t, db, res.RunID)
	if got != (recorded{stored: stored, rows: rows, files: int64(len(files))}) {
		t.Errorf("the database records %+v; wanted %d stored of %d files with %d rows", got, stored, len(files), rows)
	}
	t.Logf("%d files, %d stored, %d rows, %d open findings", len(files), stored, rows, res.Open)
}

// TestSameFindings loads one image as Trivy's JSON and as Trivy's SARIF: a
// package of either is the same finding.
func TestSameFindings(t *testing.T) {
	count := func(cases ...string) int64 {
		db := filepath.Join(t.TempDir(), "t.db")
		l, err := store.NewLoader(t.Context(), db, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		var paths []string
		for _, c := range cases {
			paths = append(paths, filepath.Join("..", "testdata", "reports", c, "report.json"))
		}
		now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
		files, err := ingest.Load(t.Context(), paths, l, ingest.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Commit(t.Context(), schema.Run{Started: now, Source: "test", Files: files}); err != nil {
			t.Fatal(err)
		}
		return one(t, db, "select count(*) from findings where package_name <> 'serde9'")
	}
	asJSON, asSARIF := count("trivy/image-of-the-sarif"), count("sarif/trivy-package-types")
	if both := count("trivy/image-of-the-sarif", "sarif/trivy-package-types"); asJSON != 10 || asSARIF != 10 || both != 10 {
		t.Errorf("%d findings from JSON, %d from SARIF, %d from both; want 10 each", asJSON, asSARIF, both)
	}
}

// hold compares the result of a file with the wanted file of its case.
func hold(t *testing.T, path string, f schema.FileResult) {
	t.Helper()
	wantError, err := os.ReadFile(filepath.Join(filepath.Dir(path), "error.txt"))
	if err == nil {
		kind, _, _ := strings.Cut(string(wantError), ":")
		if got := strings.ReplaceAll(string(f.State), "-", " "); got != kind && !(kind == "unrecognised" && f.Format != "") {
			t.Errorf("%s: %s (%s), want %s", path, f.State, f.Error, wantError)
		}
		return
	}
	lines, err := os.ReadFile(filepath.Join(filepath.Dir(path), "want.jsonl"))
	if err != nil {
		if f.State != schema.FileStored && f.State != schema.FileEmpty {
			t.Errorf("%s: %s (%s), and the case wants an empty report", path, f.State, f.Error)
		}
		return
	}
	rows, skips := int64(0), int64(0)
	for line := range bytes.Lines(lines) {
		var w struct {
			Row       *json.RawMessage
			Skip      *string
			Feed      *json.RawMessage
			Statement *struct{ Products []json.RawMessage }
		}
		if err := json.Unmarshal(line, &w); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		switch {
		case w.Row != nil, w.Feed != nil:
			rows++
		case w.Skip != nil:
			skips++
		case w.Statement != nil:
			rows += int64(max(1, len(w.Statement.Products)))
		}
	}
	if f.State != schema.FileStored || f.Rows != rows || f.Skipped != skips {
		t.Errorf("%s: %s %s, %d rows and %d skipped, want %d and %d (%s)", path, f.Format, f.State, f.Rows, f.Skipped, rows, skips, f.Error)
	}
}

type recorded struct{ stored, rows, files int64 }

// readRun reads back what the database records of a run.
func readRun(t *testing.T, path string, run int64) recorded {
	t.Helper()
	where := " from run_files where run_id = " + strconv.FormatInt(run, 10)
	return recorded{
		stored: one(t, path, "select count(*)"+where+" and state = 'stored'"),
		rows:   one(t, path, "select coalesce(sum(rows_read), 0)::bigint"+where),
		files:  one(t, path, "select count(*)"+where),
	}
}

// one is the number that a query of a database answers.
func one(t *testing.T, path, sql string) int64 {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(t.Context(), schema.Statement{SQL: sql})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Fatalf("%s: no row: %v", sql, rows.Err())
	}
	n, _ := rows.Values()[0].(int64)
	return n
}
