package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/ingest/demo"
	"argosy/schema"
	"argosy/schema/store"
)

// changing are the columns that tell one ingest of the same files from another:
// times of the clock and the identity of the database.
const changing = "applied started finished id"

// TestSameDatabase ingests the same files twice, read side by side by two
// workers that are held up at other places each time. The two databases must
// hold the same rows in the same order: reports without an order of their own
// show them as they lie.
func TestSameDatabase(t *testing.T) {
	dir := t.TempDir()
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "reports", "*", "*", "report.*"))
	if err != nil || len(paths) < 250 {
		t.Fatalf("%d cases: %v", len(paths), err)
	}
	now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
	runs := [][]string{paths}
	for week := range 3 {
		to := filepath.Join(dir, fmt.Sprint(week))
		if _, err := demo.GenerateTrivyWeek(t.Context(), to, 100, 3000, week); err != nil {
			t.Fatal(err)
		}
		more, err := filepath.Glob(filepath.Join(to, "*"))
		if err != nil || len(more) != 100 {
			t.Fatalf("%d files: %v", len(more), err)
		}
		runs = append(runs, more)
	}
	runs[1], runs[0] = append(slices.Clone(runs[0]), runs[1]...), runs[1]
	var want map[string]string
	for n := range 2 {
		db := filepath.Join(dir, fmt.Sprintf("%d.db", n))
		for _, paths := range runs {
			l, err := store.NewLoader(t.Context(), db, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			files, err := ingest.Load(t.Context(), paths, l, ingest.Options{Now: now, Workers: 2, Read: func(int) {
				if rand.IntN(4) == 0 {
					time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = l.Commit(t.Context(), schema.Run{Started: now, Source: "test", Files: files})
			l.Close()
			if err != nil {
				t.Fatal(err)
			}
		}
		got := contents(t, db)
		if want == nil {
			want = got
			continue
		}
		for name, rows := range want {
			if rows != got[name] {
				t.Errorf("the table %s holds other rows or in another order; %s", name, firstDifference(rows, got[name]))
			}
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	slices.Sort(x)
	sorted := slices.Clone(y)
	slices.Sort(sorted)
	same := slices.Equal(x, sorted)
	x = strings.Split(a, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("the same rows: %t; the first at %d of %d:\n%s\n%s", same, i, len(x), x[i], y[min(i, len(y)-1)])
		}
	}
	return ""
}

// contents are the rows of all tables as they lie.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string]string{}
	for _, table := range strings.Fields(answer(t, db, "select table_name from duckdb_tables() where database_name = 'argosy' order by 1")) {
		if table != "database_origin" {
			out[table] = answer(t, db, "from "+table)
		}
	}
	if len(out) < 30 {
		t.Fatalf("%d tables", len(out))
	}
	return out
}

func answer(t *testing.T, db *store.DB, text string) string {
	t.Helper()
	rows, err := db.Query(context.Background(), schema.Statement{SQL: text})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out bytes.Buffer
	for rows.Next() {
		for i, c := range rows.Columns() {
			if !slices.Contains(strings.Fields(changing), c.Name) || c.Name == "id" && len(rows.Columns()) > 2 {
				fmt.Fprint(&out, rows.Values()[i], " ")
			}
		}
		out.WriteByte('\n')
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out.String()
}
