package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// WriteParquet writes rows to a new Parquet file at path, compressed with
// zstd, in their order, with about as its key-value metadata. The rows stream
// through an engine of their own: the database is not touched, and memory does
// not grow with their number. Columns keep their types; a decimal becomes
// DECIMAL(38,9), dynamic JSON; timespans are the caller's to turn into text.
func (db *DB) WriteParquet(ctx context.Context, rows schema.Rows, path string, about map[string]string) error {
	// One thread keeps the order of the rows, and so the bytes.
	connector, err := duckdb.NewConnector("?threads=1", nil)
	if err != nil {
		return &Error{Op: "starting the database engine", Err: err}
	}
	pool := sql.OpenDB(connector)
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return &Error{Op: "starting the database engine", Err: err}
	}
	defer conn.Close()
	feed := &rowFeed{rows: rows, columns: rows.Columns()}
	err = duckdb.RegisterTableUDF(conn, "rows_feed", duckdb.ChunkTableFunction{
		BindArguments: func(map[string]any, ...any) (duckdb.ChunkTableSource, error) { return feed, nil },
	})
	if err == nil {
		_, err = conn.ExecContext(ctx, parquetStatement(feed.columns, path, about))
	}
	if feed.err != nil {
		return feed.err
	}
	if err != nil {
		return &Error{Op: "writing parquet", Err: err}
	}
	return nil
}

func parquetStatement(columns []schema.Column, path string, about map[string]string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		value := fmt.Sprintf("c%d", i)
		switch c.Type {
		case schema.TypeDecimal:
			value += "::decimal(38, 9)"
		case schema.TypeDynamic:
			value += "::json"
		}
		list[i] = value + " as " + `"` + strings.ReplaceAll(c.Name, `"`, `""`) + `"`
	}
	var facts []string
	for k, v := range about {
		facts = append(facts, k+": "+quote(v))
	}
	sort.Strings(facts)
	metadata := ""
	if len(facts) > 0 {
		metadata = ", kv_metadata {" + strings.Join(facts, ", ") + "}"
	}
	return fmt.Sprintf("copy (select %s from rows_feed()) to %s (format parquet, compression zstd%s)", strings.Join(list, ", "), quote(path), metadata)
}

// rowFeed lets the engine pull rows.
type rowFeed struct {
	rows    schema.Rows
	columns []schema.Column
	err     error
}

// parquetType is the engine's type that a column's values are handed over as.
func parquetType(t schema.Type) duckdb.Type {
	switch t {
	case schema.TypeBool:
		return duckdb.TYPE_BOOLEAN
	case schema.TypeInt, schema.TypeLong:
		return duckdb.TYPE_BIGINT
	case schema.TypeReal:
		return duckdb.TYPE_DOUBLE
	case schema.TypeDatetime:
		return duckdb.TYPE_TIMESTAMP
	case schema.TypeDecimal, schema.TypeString, schema.TypeTimespan, schema.TypeGUID, schema.TypeDynamic:
	}
	return duckdb.TYPE_VARCHAR
}

func (f *rowFeed) ColumnInfos() []duckdb.ColumnInfo {
	out := make([]duckdb.ColumnInfo, len(f.columns))
	for i, c := range f.columns {
		t, err := duckdb.NewTypeInfo(parquetType(c.Type))
		if err != nil {
			panic(err) // the types are constants of this package
		}
		out[i] = duckdb.ColumnInfo{Name: fmt.Sprintf("c%d", i), T: t}
	}
	return out
}

func (f *rowFeed) Cardinality() *duckdb.CardinalityInfo { return nil }

func (f *rowFeed) Init() {}

func (f *rowFeed) FillChunk(chunk duckdb.DataChunk) error {
	n := 0
	for n < duckdb.GetDataChunkCapacity() && f.err == nil && f.rows.Next() {
		for i, v := range f.rows.Values() {
			if err := chunk.SetValue(i, n, parquetValue(f.columns[i].Type, v)); err != nil {
				f.err = fmt.Errorf("column %q: %w", f.columns[i].Name, err)
				return f.err
			}
		}
		n++
	}
	if f.err == nil {
		f.err = f.rows.Err()
	}
	if f.err != nil {
		return f.err
	}
	return chunk.SetSize(n)
}

// parquetValue is a value as the type that its column is handed over as.
func parquetValue(t schema.Type, v any) any {
	switch x := v.(type) {
	case nil:
		return nil
	case json.RawMessage:
		if len(x) == 0 {
			return nil
		}
		return string(x)
	case time.Time:
		return x.UTC()
	case string, bool, int64, float64:
		return x
	}
	return fmt.Sprint(v)
}
