package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"argosy/schema"
)

// listRows are rows held in memory.
type listRows struct {
	columns []schema.Column
	rows    [][]any
	at      int
	err     error
}

func (r *listRows) Columns() []schema.Column { return r.columns }
func (r *listRows) Next() bool               { r.at++; return r.at <= len(r.rows) }
func (r *listRows) Values() []any            { return r.rows[r.at-1] }
func (r *listRows) Err() error               { return r.err }
func (r *listRows) Close() error             { return nil }

func parquetRows(n int) *listRows {
	r := &listRows{columns: []schema.Column{{Name: "text", Type: schema.TypeString}, {Name: `odd "name"`, Type: schema.TypeLong}, {Name: "real", Type: schema.TypeReal},
		{Name: "at", Type: schema.TypeDatetime}, {Name: "yes", Type: schema.TypeBool}, {Name: "json", Type: schema.TypeDynamic}, {Name: "sum", Type: schema.TypeDecimal}}}
	for i := range n {
		r.rows = append(r.rows, []any{fmt.Sprintf("row %d", i), int64(math.MaxInt64) - int64(i), 0.1, time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC), i%2 == 0,
			json.RawMessage(`{"a":[1,null]}`), "12345678901234567890.5"})
	}
	r.rows = append(r.rows, make([]any, len(r.columns)))
	return r
}

func TestParquetReadBack(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "it's.parquet")
	const n = 5000 // more than one chunk
	if err := db.WriteParquet(ctx, parquetRows(n), path, map[string]string{"title": "it's"}); err != nil {
		t.Fatal(err)
	}
	in, err := instance(Options{}, "", "use memory")
	if err != nil {
		t.Fatal(err)
	}
	defer in.pool.Close()
	var got string
	err = in.pool.QueryRow(fmt.Sprintf(`select concat_ws(' ', count(*), count(text), max("odd ""name"""), min("odd ""name"""), sum(real)::decimal(9, 1), max("at"), count(*) filter (where yes),
		min(json->>'$.a'), min(sum), any_value(typeof(json)), any_value(typeof(sum))) from read_parquet(%s)`, quote(path))).Scan(&got)
	want := fmt.Sprintf(`5001 5000 9223372036854775807 %d 500.0 2026-01-31 12:00:00.123456 2500 [1,null] 12345678901234567890.500000000 JSON DECIMAL(38,9)`, int64(math.MaxInt64)-n+1)
	if err != nil || got != want {
		t.Errorf("read back\n%s, %v, want\n%s", got, err, want)
	}
	// The order stays, and the same rows give the same bytes.
	var sorted bool
	err = in.pool.QueryRow(fmt.Sprintf(`select bool_and(coalesce(text = 'row ' || file_row_number, file_row_number = %d)) from read_parquet(%s, file_row_number = true)`, n, quote(path))).Scan(&sorted)
	if err != nil || !sorted {
		t.Errorf("the rows are not in order: %v", err)
	}
	again := filepath.Join(dir, "again.parquet")
	if err := db.WriteParquet(ctx, parquetRows(n), again, map[string]string{"title": "it's"}); err != nil {
		t.Fatal(err)
	}
	a, _ := os.ReadFile(path)
	b, _ := os.ReadFile(again)
	if len(a) == 0 || string(a) != string(b) {
		t.Errorf("%d and %d bytes differ", len(a), len(b))
	}
}

func TestParquetTellsWhatFailed(t *testing.T) {
	ctx := context.Background()
	db := inMemory(t)
	lost := errors.New("the rows are lost")
	rows := parquetRows(3)
	rows.err = lost
	if err := db.WriteParquet(ctx, rows, filepath.Join(t.TempDir(), "a.parquet"), nil); !errors.Is(err, lost) {
		t.Errorf("error %v, want that of the rows", err)
	}
	if err := db.WriteParquet(ctx, parquetRows(3), filepath.Join(t.TempDir(), "none", "a.parquet"), nil); err == nil {
		t.Error("no error where the folder is missing")
	}
}
