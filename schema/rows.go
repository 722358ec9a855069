package schema

import (
	"regexp"
	"time"
)

// Type is the type of a result column, in Kusto's words.
type Type string

// The column types and the Go values that Rows.Values holds for them; any of
// them may be nil.
const (
	TypeBool     Type = "bool"     // bool
	TypeInt      Type = "int"      // int64
	TypeLong     Type = "long"     // int64
	TypeReal     Type = "real"     // float64, NaN and infinities included
	TypeDecimal  Type = "decimal"  // string of digits
	TypeString   Type = "string"   // string
	TypeDatetime Type = "datetime" // time.Time in UTC
	TypeTimespan Type = "timespan" // Timespan
	TypeGUID     Type = "guid"     // string
	TypeDynamic  Type = "dynamic"  // json.RawMessage
)

// Timespan is a span of time in ticks of 100 nanoseconds, as Kusto counts.
type Timespan int64

// Duration converts a timespan; it saturates at about 292 years.
func (t Timespan) Duration() time.Duration {
	const most = Timespan(1<<63-1) / 100
	switch {
	case t > most:
		return 1<<63 - 1
	case t < -most:
		return -1 << 63
	}
	return time.Duration(t) * 100
}

// Column is one column of a result.
type Column struct {
	Name string
	Type Type
	// Doc says in one line what the column holds; it goes into the glossary of
	// a workbook. It may be empty.
	Doc string
}

// Rows is a stream of rows. Next must be called before the first Values; the
// slice that Values returns is the stream's own and holds until the next call
// of Next. Err is asked when Next returns false. Close may be called early.
type Rows interface {
	Columns() []Column
	Next() bool
	Values() []any
	Err() error
	Close() error
}

// Blocks is implemented by rows that can be taken several at a time, so that more
// than one goroutine can make something of them. After NextBlock, Next is not called
// any more.
type Blocks interface {
	// NextBlock takes the rows after those that were read; nil where there are no
	// more, or an error ended them, which Rows.Err tells.
	NextBlock() Block
}

// Block is consecutive rows of a result. It may be read on any goroutine, also while
// the next one is taken, and must be released before the rows are closed.
type Block interface {
	// Len is how many rows there are, at least one.
	Len() int
	// Each calls visit with the cells of the first n rows in their order. Both the
	// slice and the cells hold until visit returns.
	Each(n int, visit func(cells []any)) error
	// Release gives the memory back; once.
	Release()
}

// Statement is one query for the database engine.
type Statement struct {
	SQL string
	// Args are bound by position ($1, ?), Named by name ($name). A statement has
	// one or the other.
	Args  []any
	Named map[string]any
	// Variables are set for the statement's session before it runs.
	Variables map[string]string
	// Shared are parts of SQL that other statements of a report have too, each
	// after those that it names: the engine may make their rows once for all.
	Shared []Shared
	// Columns labels the result and says how its values are to be read; nil
	// takes names and types from the engine.
	Columns []Column
	// Convert turns a driver's value of a column, by its position, into the Go
	// value of its type; nil is right for the engine's own types.
	Convert func(column int, v any) (any, error)
	// Most is how many rows are wanted at most, 0 for all: the engine then need
	// not sort those that nobody reads. See First.
	Most int64
}

// parameter is one that a statement names.
var parameter = regexp.MustCompile(`\$[A-Za-z_][A-Za-z0-9_]*`)

// Bindable are the values that a text names as parameters: the engine refuses
// others.
func Bindable(text string, values map[string]any) map[string]any {
	out := map[string]any{}
	for _, p := range parameter.FindAllString(text, -1) {
		if v, ok := values[p[1:]]; ok {
			out[p[1:]] = v
		}
	}
	return out
}

// Shared is a common table expression whose rows several statements read.
type Shared struct {
	// Name and Clause are as they stand in the statement: "name as (query)".
	Name, Clause string
	// Query is the one in Clause, with those before it that it names.
	Query string
}

// Order is one key that rows are sorted by. Nulls come last in both
// directions.
type Order struct {
	Column string
	Desc   bool
}
