package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
)

// TestUnorderedRows runs statements without an order of their own over so many
// rows that the engine shares them between its threads, several times: the rows
// must come in the same order, and a limit must take the same ones.
func TestUnorderedRows(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.db")
	put(t, path, sight{scanner: "trivy", at: week(0)})
	err := write(ctx, path, Options{}, "filling", func(ctx context.Context, conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, `insert into argosy.spans (finding, image_id, no, opened, run_opened) select argosy.uuid_of(n::varchar), 1, 1, timestamp '2026-01-01', 1 from range(300000) r(n);
			insert into argosy.run_skips select 1, n::varchar, 'p', 'r' from range(300000) r(n)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"select s.finding from spans s join images i using (image_id)",
		"select path, count(*) from run_skips s join runs r using (run_id) group by path limit 1000",
		"select s.finding from spans s join images i using (image_id) where s.finding::varchar like '%a' limit 1000",
		"select distinct path from run_skips",
		"with t as (select path, count(*) from run_skips s join runs r using (run_id) group by path limit 1000) select * from t order by path",
	} {
		db, err := Open(ctx, path, Options{Threads: 4})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		want := ""
		for range 4 {
			got := answer(t, db, text)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s: the rows come in another order each time", text)
				break
			}
		}
		if threads := answer(t, db, "select value from duckdb_settings() where name = 'threads' order by 1"); threads != "4\n" {
			t.Errorf("%s: the engine is left with %s threads", text, threads)
		}
	}
}
