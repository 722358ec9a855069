package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unsafe"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// field is one column of a staging table and how a staged T fills it.
type field[T any] struct {
	name string
	typ  duckdb.Type
	put  func(c duckdb.DataChunk, col, row int, v *T) error
	// words are all values that an enum can have.
	words []string
}

// info is the engine's type of the column.
func (f *field[T]) info() (duckdb.TypeInfo, error) {
	if f.typ == duckdb.TYPE_ENUM {
		return duckdb.NewEnumInfo(f.words[0], f.words[1:]...)
	}
	return duckdb.NewTypeInfo(f.typ)
}

// feed moves batches of staged rows into a staging table through a table
// function, the fastest way that the driver has: the engine pulls chunks and
// the columns are written in place.
type feed[T any] struct {
	table  string
	fields []field[T]
	batch  []T
	next   int
}

func (f *feed[T]) ColumnInfos() []duckdb.ColumnInfo {
	out := make([]duckdb.ColumnInfo, len(f.fields))
	for i := range f.fields {
		t, err := f.fields[i].info()
		if err != nil {
			panic(err) // the types are constants of this package
		}
		out[i] = duckdb.ColumnInfo{Name: f.fields[i].name, T: t}
	}
	return out
}

func (f *feed[T]) Cardinality() *duckdb.CardinalityInfo {
	return &duckdb.CardinalityInfo{Cardinality: uint(len(f.batch)), Exact: true}
}

func (f *feed[T]) Init() { f.next = 0 }

func (f *feed[T]) FillChunk(c duckdb.DataChunk) error {
	n := min(len(f.batch)-f.next, duckdb.GetDataChunkCapacity())
	for col := range f.fields {
		put := f.fields[col].put
		for row := range n {
			if err := put(c, col, row, &f.batch[f.next+row]); err != nil {
				return err
			}
		}
	}
	f.next += n
	return c.SetSize(n)
}

// register makes the feed readable as <table>_feed() on conn's instance.
func (f *feed[T]) register(conn *sql.Conn) error {
	return duckdb.RegisterTableUDF(conn, f.table+"_feed", duckdb.ChunkTableFunction{
		BindArguments: func(map[string]any, ...any) (duckdb.ChunkTableSource, error) { return f, nil },
	})
}

// flush moves one batch into the staging table.
func (f *feed[T]) flush(ctx context.Context, conn *sql.Conn, batch []T) error {
	if len(batch) == 0 {
		return nil
	}
	f.batch = batch
	defer func() { f.batch = nil }()
	names := make([]string, len(f.fields))
	for i, c := range f.fields {
		names[i] = c.name
	}
	list := strings.Join(names, ", ")
	_, err := conn.ExecContext(ctx, fmt.Sprintf("insert into %s (%s) select %s from %s_feed()", f.table, list, list, f.table))
	return err
}

// The helpers below declare fields. Empty texts and zero times are stored as
// null: a scanner that says nothing must not look like one that says "".

func textField[T any](name string, get func(*T) string) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_VARCHAR, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		s := get(v)
		if s == "" {
			return c.SetValue(col, row, nil)
		}
		return duckdb.SetChunkValue(c, col, row, clean(s))
	}}
}

// wordField stores one of a few words: a byte, where a text takes a call of the
// engine and its length. Any other word is an error.
func wordField[T any, W ~string](name string, words []W, get func(*T) W) field[T] {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return field[T]{name: name, typ: duckdb.TYPE_ENUM, words: list, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		if w := get(v); w != "" {
			return duckdb.SetChunkValue(c, col, row, string(w))
		}
		return c.SetValue(col, row, nil)
	}}
}

func boolField[T any](name string, get func(*T) bool) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_BOOLEAN, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		return duckdb.SetChunkValue(c, col, row, get(v))
	}}
}

func longField[T any](name string, get func(*T) int64) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_BIGINT, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		return duckdb.SetChunkValue(c, col, row, get(v))
	}}
}

func hashField[T any](name string, get func(*T) uint64) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_UBIGINT, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		return duckdb.SetChunkValue(c, col, row, get(v))
	}}
}

// idField stores a zero id as null.
func idField[T any](name string, get func(*T) [16]byte) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_UUID, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		id := get(v)
		if id == [16]byte{} {
			return c.SetValue(col, row, nil)
		}
		return duckdb.SetChunkValue(c, col, row, duckdb.UUID(id))
	}}
}

// realField stores nil for a value that is absent.
func realField[T any](name string, get func(*T) *float64) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_DOUBLE, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		p := get(v)
		if p == nil {
			return c.SetValue(col, row, nil)
		}
		return duckdb.SetChunkValue(c, col, row, *p)
	}}
}

// earliest and latest bound the times that a report may state; beyond them the
// text was no time.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func timeField[T any](name string, get func(*T) time.Time) field[T] {
	return field[T]{name: name, typ: duckdb.TYPE_TIMESTAMP, put: func(c duckdb.DataChunk, col, row int, v *T) error {
		t := get(v)
		if t.Before(earliest) || t.After(latest) {
			return c.SetValue(col, row, nil)
		}
		return duckdb.SetChunkValue(c, col, row, t.UTC())
	}}
}

// clean returns the bytes of a text as the engine takes them.
func clean(s string) []byte {
	s = schema.Text(s)
	// The engine copies the bytes at once and never writes to them.
	return unsafe.Slice(unsafe.StringData(s), len(s))
}
