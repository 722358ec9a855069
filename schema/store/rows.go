package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"argosy/schema"
)

// Rows is the stream of a query's rows; it implements schema.Rows.
type Rows struct {
	rows    *sql.Rows
	conn    *sql.Conn
	leave   func() // may be nil
	columns []schema.Column
	convert func(int, any) (any, error)
	raw     []any
	ptrs    []any
	vals    []any
	err     error
}

// Columns describes the rows.
func (r *Rows) Columns() []schema.Column { return r.columns }

// Next reads the next row.
func (r *Rows) Next() bool {
	if r.err != nil || !r.rows.Next() {
		return false
	}
	if r.err = r.rows.Scan(r.ptrs...); r.err != nil {
		return false
	}
	for i, v := range r.raw {
		if r.vals[i], r.err = r.convert(i, v); r.err != nil {
			r.err = fmt.Errorf("column %q: %w", r.columns[i].Name, r.err)
			return false
		}
	}
	return true
}

// Values returns the row that Next read.
func (r *Rows) Values() []any { return r.vals }

// Err returns what ended the rows early.
func (r *Rows) Err() error {
	if r.err != nil {
		return r.err
	}
	if err := r.rows.Err(); err != nil {
		return queryError("running the query", "", err)
	}
	return nil
}

// Close ends the query and gives its connection back.
func (r *Rows) Close() error {
	err := r.rows.Close()
	if r.leave != nil {
		r.leave()
	}
	if cerr := r.conn.Close(); err == nil {
		err = cerr
	}
	return err
}

// convert turns a value of the driver into the Go value of its column type.
func convert(v any, t schema.Type) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case bool, float64:
		return x, nil
	case string:
		if t == schema.TypeDynamic {
			return json.RawMessage(x), nil
		}
		return x, nil
	case int64:
		return x, nil
	case int8:
		return int64(x), nil
	case int16:
		return int64(x), nil
	case int32:
		return int64(x), nil
	case uint8:
		return int64(x), nil
	case uint16:
		return int64(x), nil
	case uint32:
		return int64(x), nil
	case uint64:
		return fmt.Sprint(x), nil
	case float32:
		return float64(x), nil
	case *big.Int:
		return x.String(), nil
	case duckdb.Decimal:
		return x.String(), nil
	case duckdb.Interval:
		return fmt.Sprintf("%d months %d days %s", x.Months, x.Days, time.Duration(x.Micros)*time.Microsecond), nil
	case time.Time:
		if t == schema.TypeString {
			return x.UTC().Format("15:04:05.999999"), nil
		}
		return x.UTC(), nil
	case []byte:
		if t == schema.TypeGUID && len(x) == 16 {
			return uuid.UUID(x).String(), nil
		}
		return string(x), nil
	case duckdb.UUID:
		return x.String(), nil
	}
	return fmt.Sprint(v), nil
}
