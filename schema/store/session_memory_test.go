package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// many are rows of which many are equal in each column but the last, some of
// them null.
const many = `select 'package ' || hash(i) %% 9 as package, nullif(hash(i + 1) %% 5, 0)::integer as score, repeat(md5(i::varchar), 3) as id from range(%d) t(i)`

// keepMany keeps n rows in a session of a database of its own.
func keepMany(t *testing.T, n int) (*Session, *Kept) {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.db")
	load(t, path, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "trivy", "CVE-2021-1")
	s, err := OpenSession(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	k, err := s.Keep(ctx, schema.Statement{SQL: fmt.Sprintf(many, n)})
	if err != nil {
		t.Fatal(err)
	}
	return s, k
}

// pages reads the rows of an order a page at a time.
func pages(t *testing.T, o *Sorted, n int64) (out []string) {
	t.Helper()
	for from := int64(0); from < n; from += 4000 {
		rows, err := o.Page(context.Background(), from, 4000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, fmt.Sprint(r))
		}
	}
	return out
}

// Rows come in the same order whether their ties were ranked or not.
func TestRankedOrder(t *testing.T) {
	ctx := context.Background()
	const n = 20_000
	_, k := keepMany(t, n)
	ties := []schema.Order{{Column: "package"}, {Column: "score"}, {Column: "id"}}
	orders := [][]schema.Order{
		{{Column: "score", Desc: true}, {Column: "package"}, {Column: "id"}},
		{{Column: "score"}, {Column: "package"}, {Column: "id"}},
		{{Column: "id", Desc: true}, {Column: "package"}, {Column: "score"}},
		{{Column: "package", Desc: true}, {Column: "score", Desc: true}, {Column: "id"}},
		{{Column: "package"}, {Column: "score"}, {Column: "id"}},
		{{Column: "score", Desc: true}}, // ends otherwise
		{{Column: "score"}, {Column: "id", Desc: true}, {Column: "package"}},
	}
	ranked := []bool{true, true, true, true, true, false, true}
	for i, by := range orders {
		if _, ok := untied(by, ties); ok != ranked[i] {
			t.Errorf("order %v: uses the ranks: %v, want %v", by, ok, ranked[i])
		}
	}
	read := func() (out [][]string) {
		for _, by := range orders {
			o, err := k.Sort(ctx, by)
			if err != nil {
				t.Fatal(err)
			}
			rows := pages(t, o, n)
			o.Drop()
			first, err := k.First(ctx, by, 300)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range first {
				if fmt.Sprint(r) != rows[i] {
					t.Fatalf("order %v: row %d of the first rows is %v, of the whole %v", by, i, r, rows[i])
				}
			}
			out = append(out, rows)
		}
		return out
	}
	want := read()
	if err := k.Rank(ctx, ties); err != nil {
		t.Fatal(err)
	}
	for i, got := range read() {
		if !slices.Equal(got, want[i]) {
			t.Errorf("order %v is another with ranks", orders[i])
		}
	}
}

// A sort that the session's memory is too small for is done with more, is
// right, and leaves the limit as it was.
func TestSortWithoutMemory(t *testing.T) {
	ctx := context.Background()
	const n = 40_000
	s, k := keepMany(t, n)
	by := []schema.Order{{Column: "id", Desc: true}}
	var d *duckdb.Error
	var err error
	for _, s.limit = range []string{"2MiB", "1MiB", "512KiB", "256KiB"} { // what the threads hold just then decides which is too little
		if _, err = s.pool.Exec(s.setLimit()); err != nil {
			t.Fatal(err)
		}
		if _, err = s.pool.Exec("create or replace table memory.main.direct as " + k.places(by)); err != nil {
			break
		}
	}
	if !errors.As(err, &d) || d.Type != duckdb.ErrorTypeOutOfMemory {
		t.Fatalf("the test needs a sort that fails for want of memory; it ended with: %v", err)
	}
	little := setting(t, s, "memory_limit")
	o, err := k.Sort(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := setting(t, s, "memory_limit"), little; got != want {
		t.Errorf("the limit after the sort is %s, want %s", got, want)
	}
	s.limit = s.rooms[len(s.rooms)-1]
	if _, err := s.pool.Exec(s.setLimit()); err != nil {
		t.Fatal(err)
	}
	got := pages(t, o, n)
	want := []string{}
	for from := int64(0); from < n; from += 4000 {
		rows, err := k.Page(ctx, from, 4000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			want = append(want, fmt.Sprint(r))
		}
	}
	id := func(row string) string { return row[len(row)-97:] }
	slices.SortFunc(want, func(a, b string) int { return strings.Compare(id(b), id(a)) })
	if !slices.Equal(got, want) {
		t.Errorf("%d rows sorted with little memory are not the %d rows sorted here", len(got), len(want))
	}
}

// A sort that was given more memory keeps it, however often the limit is set back
// for statements that end meanwhile.
func TestMemoryIsNotTakenBack(t *testing.T) {
	ctx := context.Background()
	const n = 40_000
	s, k := keepMany(t, n)
	s.limiting.Lock()
	s.limit = "2MiB"
	s.limiting.Unlock()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				s.free() // as statements that end do
				_ = s.withRoom(ctx, func() error { return nil })
			}
		}
	}()
	for range 60 {
		o, err := k.Sort(ctx, []schema.Order{{Column: "id", Desc: true}})
		if err != nil {
			t.Error(err)
			break
		}
		o.Drop()
	}
	close(stop)
	<-done
}

func setting(t *testing.T, s *Session, name string) (v string) {
	t.Helper()
	if err := s.pool.QueryRow("select current_setting(?)", name).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
