package export

import (
	"context"
	"errors"
	"fmt"
	"io"

	"argosy/schema"
)

// errNoSheets is a mistake of the caller, not of a user.
var errNoSheets = errors.New("exporting: the plan has no sheets; this is a defect of argosy, please report it")

// ColumnsError says that a result does not have the columns that were asked
// for: a mistake in a request, not a failure.
type ColumnsError struct{ msg string }

func (e *ColumnsError) Error() string { return e.msg }

func columnsError(format string, args ...any) error {
	return &ColumnsError{fmt.Sprintf(format, args...)}
}

// source reads the rows of one sheet: it stops at the sheet's limit and when
// the context ends, and counts on the way.
type source struct {
	ctx     context.Context
	sheet   *Sheet
	rows    schema.Rows
	columns []schema.Column
	stats   *SheetStats
	taken   int64 // rows of the blocks that were taken
}

// openSheet starts a sheet's query. The caller closes the source.
func openSheet(ctx context.Context, sheet *Sheet, stats *SheetStats) (*source, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("exporting %q: %w", stats.Name, err)
	}
	rows, err := sheet.Open(ctx)
	if err != nil {
		return nil, err // the query's own words say enough
	}
	return &source{ctx: ctx, sheet: sheet, rows: rows, columns: explained(rows.Columns(), sheet.Columns), stats: stats}, nil
}

// explained are the columns of a result with what is known of them by name.
func explained(columns, known []schema.Column) []schema.Column {
	docs := make(map[string]string, len(known))
	for _, k := range known {
		docs[k.Name] = k.Doc
	}
	out := append([]schema.Column(nil), columns...)
	for i := range out {
		if out[i].Doc == "" {
			out[i].Doc = docs[out[i].Name]
		}
	}
	return out
}

// next reports whether there is another row to write, and counts it. At the
// limit it looks whether a further row exists, so that the stats can say so.
func (s *source) next() bool {
	if s.stats.Written&255 == 0 && s.ctx.Err() != nil {
		return false
	}
	if !s.rows.Next() {
		return false
	}
	if s.sheet.Limit > 0 && s.stats.Written == s.sheet.Limit {
		s.stats.Truncated = true
		return false
	}
	s.stats.Written++
	return true
}

// values are the cells of the current row. They hold until the next call of
// next, and there are always as many as columns.
func (s *source) values() []any { return s.rows.Values() }

// finish reports what ended the rows, and completes the count of matches.
func (s *source) finish() error {
	if err := s.ctx.Err(); err != nil {
		return fmt.Errorf("exporting %q after %s: %w", s.stats.Name, plural(s.stats.Written, "row"), err)
	}
	if err := s.rows.Err(); err != nil {
		return fmt.Errorf("reading %q after %s: %w", s.stats.Name, plural(s.stats.Written, "row"), err)
	}
	switch {
	case s.sheet.Matched > s.stats.Written+s.stats.Other:
		s.stats.Matched, s.stats.Truncated = s.sheet.Matched, true
	case s.stats.Truncated:
		s.stats.Matched = -1 // an older count that the rows have overtaken
	default:
		s.stats.Matched = s.stats.Written
	}
	return nil
}

func (s *source) close() { _ = s.rows.Close() }

// newStats names the sheets of a plan and says that nothing is written yet.
func newStats(plan *Plan) Stats {
	var stats Stats
	for _, sheet := range plan.flat() {
		stats.Sheets = append(stats.Sheets, SheetStats{Name: sheet.label(), Matched: sheet.Matched})
	}
	return stats
}

// label is the name of a sheet that has one or not.
func (s *Sheet) label() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Title != "":
		return s.Title
	}
	return "Result"
}

// mainSheet is the sheet that formats with room for one write: the first with
// rows of findings or of a query, otherwise the first.
func mainSheet(plan *Plan) int {
	for i, sheet := range plan.Sheets {
		if sheet.Role == RoleResult || sheet.Role == RoleFindings {
			return i
		}
	}
	return 0
}

// writeMain writes the main sheet with body and marks the others as skipped.
func writeMain(ctx context.Context, plan *Plan, body func(*source) error) (Stats, error) {
	stats := newStats(plan)
	if len(plan.Sheets) == 0 {
		return stats, errNoSheets
	}
	main := mainSheet(plan)
	for i := range stats.Sheets {
		stats.Sheets[i].Skipped = i != main
	}
	return stats, writeSheet(ctx, &plan.Sheets[main], &stats.Sheets[main], body)
}

// writeSheet opens a sheet, hands it to body, which reads all rows, and
// closes it.
func writeSheet(ctx context.Context, sheet *Sheet, stats *SheetStats, body func(*source) error) error {
	src, err := openSheet(ctx, sheet, stats)
	if err != nil {
		return err
	}
	defer src.close()
	if err := body(src); err != nil {
		return err
	}
	return src.finish()
}

// writeNone reads every row of every sheet and writes nothing.
func writeNone(ctx context.Context, plan *Plan, _ io.Writer) (Stats, error) {
	stats := newStats(plan)
	for i := range plan.Sheets {
		err := writeSheet(ctx, &plan.Sheets[i], &stats.Sheets[i], func(src *source) error {
			for src.next() {
				_ = src.values()
			}
			return nil
		})
		if err != nil {
			return stats, err
		}
	}
	return stats, nil
}
