package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"argosy/schema"
)

// numberedRows are numbered rows that come in blocks, too.
type numberedRows struct {
	at, end, taken int
	released       atomic.Int64
}

func (r *numberedRows) Columns() []schema.Column {
	return []schema.Column{{Name: "no", Type: schema.TypeLong}, {Name: "text", Type: schema.TypeString}, {Name: "severity", Type: schema.TypeString}}
}
func blockCells(no int) []any {
	words := []string{"plain", "=1+1", "with, comma and \"quotes\"", "zwei\nZeilen", "日本", ""}
	return []any{int64(no), fmt.Sprint(words[no%len(words)], no), "High"}
}
func (r *numberedRows) Next() bool    { r.at++; return r.at <= r.end }
func (r *numberedRows) Values() []any { return blockCells(r.at) }
func (r *numberedRows) Err() error    { return nil }
func (r *numberedRows) Close() error  { return nil }
func (r *numberedRows) NextBlock() schema.Block {
	if r.at >= r.end {
		return nil
	}
	b := &testBlock{rows: r, from: r.at + 1, n: min(1+r.at%700, r.end-r.at)}
	r.at += b.n
	r.taken++
	return b
}

type testBlock struct {
	rows    *numberedRows
	from, n int
}

func (b *testBlock) Len() int { return b.n }
func (b *testBlock) Each(n int, visit func([]any)) error {
	for i := range n {
		visit(blockCells(b.from + i))
	}
	return nil
}
func (b *testBlock) Release() { b.rows.released.Add(1) }

// single hides that rows come in blocks.
type single struct{ schema.Rows }

// What is written of blocks is what is written of the same rows one by one, with
// and without a limit.
func TestBlocksAreWrittenAsRowsAre(t *testing.T) {
	for _, name := range []string{"table", "wide", "csv", "tsv", "json", "jsonl", "none"} {
		format, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range []int64{0, 1, 4095, 4096, 4097, 9000, 9999, 10000, 10001} {
			write := func(rows schema.Rows) (string, Stats) {
				var out bytes.Buffer
				plan := &Plan{Options: Options{Width: 20, Color: true}, Sheets: []Sheet{{Name: "x", Matched: -1, Limit: limit,
					Open: func(context.Context) (schema.Rows, error) { return rows, nil }}}}
				stats, err := format.Write(context.Background(), plan, &out)
				if err != nil {
					t.Fatal(err)
				}
				return out.String(), stats
			}
			blocks := &numberedRows{end: 10000}
			got, gotStats := write(blocks)
			want, wantStats := write(single{&numberedRows{end: 10000}})
			if got != want {
				t.Errorf("%s with limit %d: %d bytes of blocks, %d of rows", name, limit, len(got), len(want))
			}
			if fmt.Sprint(gotStats) != fmt.Sprint(wantStats) {
				t.Errorf("%s with limit %d: of blocks %v, of rows %v", name, limit, gotStats, wantStats)
			}
			if int64(blocks.taken) != blocks.released.Load() {
				t.Errorf("%s with limit %d: %d blocks taken, %d given back", name, limit, blocks.taken, blocks.released.Load())
			}
		}
	}
}

type fullDisk struct{ left int }

var errFull = errors.New("no space left")

func (w *fullDisk) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// An error of the writer ends the blocks.
func TestBlocksEndWithTheWriter(t *testing.T) {
	rows := &numberedRows{end: 10_000_000}
	format, err := ByName("csv")
	if err != nil {
		t.Fatal(err)
	}
	_, err = format.Write(context.Background(), &Plan{Sheets: []Sheet{{Open: func(context.Context) (schema.Rows, error) { return rows, nil }}}}, &fullDisk{100_000})
	if !errors.Is(err, errFull) || rows.at > 1_000_000 || int64(rows.taken) != rows.released.Load() {
		t.Errorf("after %d rows of %d, %d blocks taken and %d given back: %v", rows.at, rows.end, rows.taken, rows.released.Load(), err)
	}
}
