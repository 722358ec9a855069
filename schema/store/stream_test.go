package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// everyType has two rows with a value, several times over, and one of nulls of each
// type that a stream reads.
const everyType = `select * from (select i::tinyint as a, i::smallint as b, i::integer as c, i::bigint as d, i::utinyint as e, i::usmallint as f, i::uinteger as g, i::ubigint as h,
	i::float / 3 as i, i::double / 7 as j, i % 2 = 0 as k, 'short ' || i as l, repeat('a longer text ', 3) || i as m, repeat('x', 200) || i as n,
	timestamp '2026-01-02 03:04:05.678901' + to_microseconds(i) as o, timestamp_s '2026-01-02 03:04:05' as p, timestamp_ms '1969-01-02 03:04:05.5' as q,
	timestamp_ns '2026-01-02 03:04:05.123456789' as r, (date '1969-12-31' + i::integer) as s, ('00000000-0000-4000-8000-00000000000' || i)::uuid as t,
	-i::hugeint * 170141183460469231731687303715884105 as u, -i::decimal(4, 2) / 8 as v, i::decimal(30, 3) * 123456789012345678901 as w,
	(['Low', 'High'])[i]::severity as x, '' as y, '日本語 é' as z, timestamptz '2026-01-02 03:04:05+02' as aa, i::decimal(16, 5) as ab
	from range(1, 3) r(i)) union all by name select null as a`

func inMemory(t *testing.T) *DB {
	t.Helper()
	db, err := Open(context.Background(), Memory, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func cellsOf(t *testing.T, rows schema.Rows) string {
	t.Helper()
	var b strings.Builder
	for rows.Next() {
		for _, v := range rows.Values() {
			fmt.Fprintf(&b, "%T %v|", v, v)
		}
		b.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A stream has the same cells as the driver's own rows.
func TestStreamReadsWhatTheDriverReads(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	st := schema.Statement{SQL: "select * from (" + everyType + "), range(3) order by all"}
	streamed, err := db.Query(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := streamed.(*stream); !ok {
		t.Fatalf("the rows are %T: has the driver changed?", streamed)
	}
	got := cellsOf(t, streamed)
	streamed.Close()
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	driven, err := start(ctx, conn, st)
	if err != nil {
		t.Fatal(err)
	}
	defer driven.Close()
	if want := cellsOf(t, driven); got != want || strings.Count(got, "\n") != 9 {
		t.Errorf("the stream reads\n%s\nthe driver\n%s", got, want)
	}
	if got, want := fmt.Sprint(streamed.Columns()), fmt.Sprint(driven.Columns()); got != want {
		t.Errorf("the plan has the columns\n%s\nthe engine describes\n%s", got, want)
	}
}

// What is bound may decide the types of columns, or change those of the plan.
func TestStreamOfBoundTypes(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	for _, text := range []string{"select $x as a", "select $x + 1 as a", "select coalesce($x, 1) as a", "select 'b' as b, [$x] as a", "select $x as a limit 5", "from (select $x as a)"} {
		for _, x := range []any{int64(7), 1.5, "8", true, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), nil} {
			st := schema.Statement{SQL: text, Named: map[string]any{"x": x}, Most: 2}
			conn, err := db.sql.Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			driven, err := start(ctx, conn, st)
			if err == nil {
				want = fmt.Sprint(driven.Columns(), cellsOf(t, driven))
				driven.Close()
			} else {
				conn.Close()
			}
			rows, failed := db.Query(ctx, st)
			if (failed == nil) != (err == nil) {
				t.Errorf("%s of %v: %v, the driver: %v", text, x, failed, err)
			}
			if failed != nil {
				continue
			}
			if got := fmt.Sprint(rows.Columns(), cellsOf(t, rows)); got != want {
				t.Errorf("%s of %v: %s, the driver: %s", text, x, got, want)
			}
			rows.Close()
		}
	}
}

// What a stream does not read itself comes through the driver.
func TestStreamLeavesOtherTypesToTheDriver(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	rows, err := db.Query(ctx, schema.Statement{SQL: "select interval 2 days as a, [1, 2] as b, time '10:00:00' as c, $x::varchar as d", Named: map[string]any{"x": "text"}})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, ok := rows.(*Rows); !ok {
		t.Fatalf("the rows are %T", rows)
	}
	if got, want := cellsOf(t, rows), "string 0 months 2 days 0s|json.RawMessage [91 49 44 50 93]|string 10:00:00|string text|\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Rows that were read one by one are not in the blocks that follow, and each of the
// others is in one of them.
func TestStreamInBlocks(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	for _, read := range []int{0, 1, 2047, 2048, 2049, 9999, 10000, 10001} {
		rows, err := db.Query(ctx, schema.Statement{SQL: "select i from range(10000) r(i) order by i"})
		if err != nil {
			t.Fatal(err)
		}
		next := int64(0)
		for range read {
			if rows.Next() {
				if rows.Values()[0] != next {
					t.Fatalf("row %d is %v", next, rows.Values()[0])
				}
				next++
			}
		}
		for {
			b := rows.(schema.Blocks).NextBlock()
			if b == nil {
				break
			}
			if err := b.Each(b.Len(), func(cells []any) {
				if cells[0] != next {
					t.Fatalf("after %d read one by one, row %d is %v", read, next, cells[0])
				}
				next++
			}); err != nil {
				t.Fatal(err)
			}
			b.Release()
		}
		if err := rows.Err(); err != nil || next != 10000 {
			t.Errorf("after %d read one by one: %d rows, %v", read, next, err)
		}
		rows.Close()
	}
}

// An error after a million rows is no end of them, nor is one in a sort.
func TestStreamEndsWithItsError(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	for _, text := range []string{
		"select case when i = 1500000 then error('it broke') else i end as x from range(2000000) r(i)",
		"select case when i = 1500000 then error('it broke') else i end as x from range(2000000) r(i) order by x desc",
	} {
		rows, err := db.Query(ctx, schema.Statement{SQL: text})
		n := 0
		if err == nil {
			for rows.Next() {
				n++
			}
			err = rows.Err()
			rows.Close()
		}
		if KindOf(err) != Query || !strings.Contains(err.Error(), "it broke") {
			t.Errorf("%s: %d rows and then %v", text, n, err)
		}
	}
	rows, err := db.Query(ctx, schema.Statement{SQL: "select i from range(10) r(i)"})
	if err != nil {
		t.Fatalf("after an error: %v", err)
	}
	rows.Close()
}

// The end of a context ends a stream that is being read, one that is not, and one
// that has no first row yet.
func TestStreamIsCancelled(t *testing.T) {
	db := inMemory(t)
	ctx, cancel := context.WithCancel(context.Background())
	rows, err := db.Query(ctx, schema.Statement{SQL: "select i from range(1000000000) r(i)"})
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		rows.Next()
	}
	cancel()
	for rows.Next() {
	}
	if err := rows.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("a stream that is read ends with %v", err)
	}
	rows.Close()

	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := db.Query(ctx, schema.Statement{SQL: "select sum(sqrt(a.range * b.range)) from range(1000000) a, range(1000000) b"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a statement that takes too long ends with %v", err)
	}
}
