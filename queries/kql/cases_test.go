package kql_test

import (
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/queries/kql"
)

var update = flag.Bool("update", false, "write what came out into the case folders")

const casesDir = "../../testdata/kql"

// goldenNow is when now() is in the cases.
var goldenNow = time.Date(2024, 5, 31, 13, 45, 0, 0, time.UTC)

// TestCases runs every folder of testdata/kql that has a query.kql: it runs against the tables of
// argCatalog, filled by data.sql where there is one. The result must be
// want.csv, or the errors error.txt. want.sql, where there is one, is the SQL
// for review.
func TestCases(t *testing.T) {
	dirs, err := os.ReadDir(casesDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if _, err := os.Stat(filepath.Join(casesDir, d.Name(), "query.kql")); err != nil {
			continue // the formatter's cases
		}
		t.Run(d.Name(), func(t *testing.T) { runCase(t, filepath.Join(casesDir, d.Name())) })
	}
}

func runCase(t *testing.T, dir string) {
	db := openDB(t)
	cat := argCatalog()
	createStubs(t, db, cat)
	if data, err := os.ReadFile(filepath.Join(dir, "data.sql")); err == nil {
		if _, err := db.Exec(string(data)); err != nil {
			t.Fatal(err)
		}
	}
	src := readText(t, dir, "query.kql")
	opt := kql.Options{Now: goldenNow}
	res, rows, err := runKQL(db, cat, src, opt)
	if res == nil && err != nil {
		compare(t, dir, "error.txt", explain(src, err)+"\n")
		return
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, res.SQL)
	}
	if _, err := os.Stat(filepath.Join(dir, "error.txt")); err == nil {
		t.Fatal("an error was expected")
	}
	compare(t, dir, "want.csv", csvText(res, rows))
	if _, err := os.Stat(filepath.Join(dir, "want.sql")); err == nil {
		compare(t, dir, "want.sql", res.SQL+"\n")
	}
}

// csvText writes a result with null as the word null, to tell it from "".
func csvText(res *kql.Result, rows [][]any) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	var head []string
	for _, c := range res.Columns {
		head = append(head, c.Name+":"+string(c.Type))
	}
	w.Write(head)
	for _, r := range rows {
		var line []string
		for _, v := range r {
			s := cellText(v)
			if v == nil {
				s = "null"
			}
			line = append(line, s)
		}
		w.Write(line)
	}
	w.Flush()
	return b.String()
}

func readText(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func compare(t *testing.T, dir, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := readText(t, dir, name); got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
	}
}
