package export

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"argosy/schema"
	"argosy/schema/scratch"
)

// Engine writes what this package cannot write itself.
type Engine interface {
	// WriteParquet writes rows to a new Parquet file, with about as its
	// key-value metadata. The names of the columns differ without regard to
	// case.
	WriteParquet(ctx context.Context, rows schema.Rows, path string, about map[string]string) error
}

// writeParquet writes the main sheet through the database engine, which wants
// a file of its own; it is copied from there.
func writeParquet(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	if plan.Engine == nil {
		return newStats(plan), fmt.Errorf("exporting to parquet: there is no engine to write it; this is a defect of argosy, please report it")
	}
	dir, err := scratch.New("parquet")
	if err != nil {
		return newStats(plan), fmt.Errorf("exporting to parquet: %w; check that there is room for temporary files", err)
	}
	defer dir.Close()
	path := filepath.Join(dir.Path, "rows.parquet")
	about := map[string]string{"title": planTitle(plan), "query": plan.Query, "language": plan.Language,
		"generated": plan.Generated.UTC().Format(time.RFC3339), "argosy": plan.Version, "data": plan.DataLine()}
	var copied int64
	stats, err := writeMain(ctx, plan, func(src *source) error {
		if err := plan.Engine.WriteParquet(ctx, newUniqueRows(src), path, about); err != nil {
			return fmt.Errorf("exporting to parquet: %w", err)
		}
		file, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("exporting to parquet: %w", err)
		}
		defer file.Close()
		if copied, err = io.Copy(w, file); err != nil {
			return fmt.Errorf("writing the output: %w", err)
		}
		return nil
	})
	stats.Bytes = copied
	return stats, err
}

// uniqueRows are the rows of a source with names that are their own, and with
// timespans as text, for which Parquet has no type.
type uniqueRows struct {
	src     *source
	columns []schema.Column
	spans   []int // columns of timespans
	values  []any
}

func newUniqueRows(src *source) *uniqueRows {
	u := &uniqueRows{src: src, columns: append([]schema.Column(nil), src.columns...)}
	for i, name := range uniqueNames(src.columns, strings.ToLower) {
		u.columns[i].Name = name
		if u.columns[i].Type == schema.TypeTimespan {
			u.columns[i].Type = schema.TypeString
			u.spans = append(u.spans, i)
		}
	}
	return u
}

func (u *uniqueRows) Columns() []schema.Column { return u.columns }
func (u *uniqueRows) Next() bool               { return u.src.next() }
func (u *uniqueRows) Err() error               { return nil } // finish tells it
func (u *uniqueRows) Close() error             { return nil }

func (u *uniqueRows) Values() []any {
	if len(u.spans) == 0 {
		return u.src.values()
	}
	u.values = append(u.values[:0], u.src.values()...)
	for _, i := range u.spans {
		if u.values[i] != nil {
			u.values[i] = text(u.values[i])
		}
	}
	return u.values
}
