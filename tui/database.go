package tui

import (
	"context"
	"time"

	"argosy/schema"
)

// Database is what the screens read from; schema/store's Session is one. No
// method holds the file longer than it runs, but for the rows of Query.
type Database interface {
	Path() string
	// Check says whether a text is one statement that only reads.
	Check(ctx context.Context, text string) error
	Query(ctx context.Context, st schema.Statement) (schema.Rows, error)
	// Keep runs a statement and keeps its rows for paging.
	Keep(ctx context.Context, st schema.Statement) (Kept, error)
	// Ask runs a statement over kept tables alone.
	Ask(ctx context.Context, st schema.Statement) (schema.Rows, error)
	// Diagnose says what is wrong with a statement, without running it.
	Diagnose(ctx context.Context, st schema.Statement) error
	// Aside runs something that writes to the file, which the database does not
	// hold meanwhile.
	Aside(f func() error) error
	// Stamp changes when the file does; it is zero when there is none.
	Stamp() Stamp
}

// Stamp tells one state of the file from another.
type Stamp struct {
	Size     int64
	Modified time.Time
}

// Kept is a result held for paging.
type Kept interface {
	Columns() []schema.Column
	Rows() int64
	// Table is what Ask reads from.
	Table() string
	Page(ctx context.Context, from, n int64) ([][]any, error)
	First(ctx context.Context, by []schema.Order, n int) ([][]any, error)
	Sort(ctx context.Context, by []schema.Order) (Sorted, error)
	// Rank makes sorts that end in an order cheap; it is never needed.
	Rank(ctx context.Context, ties []schema.Order) error
	Drop()
}

// Sorted is a Kept in another order.
type Sorted interface {
	Page(ctx context.Context, from, n int64) ([][]any, error)
	// Index is a table with the places of the rows in order, column
	// argosy_place.
	Index() string
	Drop()
}

// read collects the rows of a query: for questions with few rows.
func read(rows schema.Rows, err error) ([]schema.Column, [][]any, error) {
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var out [][]any
	for rows.Next() {
		out = append(out, append([]any(nil), rows.Values()...))
	}
	return rows.Columns(), out, rows.Err()
}
