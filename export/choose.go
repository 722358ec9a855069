package export

import (
	"context"
	"slices"
	"strings"

	"argosy/schema"
)

// Choose is a plan whose sheets show only the columns named, in that order;
// names are taken without regard to case. A sheet that lacks one of them ends
// its writing with a ColumnsError that lists those it has. Charts that draw
// another column are left out.
func Choose(plan *Plan, names []string) *Plan {
	out := *plan
	out.Sheets = chosenSheets(plan.Sheets, names)
	return &out
}

func chosenSheets(sheets []Sheet, names []string) []Sheet {
	out := slices.Clone(sheets)
	for i := range out {
		sheet := &out[i]
		if len(sheet.Blocks) > 0 {
			sheet.Blocks = chosenSheets(sheet.Blocks, names)
			continue
		}
		if sheet.Chart != nil && !sheet.Chart.within(names) {
			sheet.Chart = nil
		}
		open := sheet.Open
		sheet.Open = func(ctx context.Context) (schema.Rows, error) {
			rows, err := open(ctx)
			if err != nil {
				return nil, err
			}
			chosen, err := newChosenRows(rows, names)
			if err != nil {
				_ = rows.Close()
				return nil, err
			}
			return chosen, nil
		}
	}
	return out
}

// within reports whether all columns that a chart names are among names.
func (c *Chart) within(names []string) bool {
	for _, column := range append([]string{c.X, c.Series}, c.Y...) {
		if column != "" && indexFold(names, column) < 0 {
			return false
		}
	}
	return true
}

func indexFold(names []string, name string) int {
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// chosenRows are rows with some of their columns.
type chosenRows struct {
	schema.Rows
	at      []int
	columns []schema.Column
	values  []any
}

func newChosenRows(rows schema.Rows, names []string) (*chosenRows, error) {
	all := rows.Columns()
	known := columnNames(all)
	r := &chosenRows{Rows: rows, values: make([]any, len(names))}
	for _, name := range names {
		at := slices.Index(known, name)
		if at < 0 {
			at = indexFold(known, name)
		}
		if at < 0 {
			return nil, columnsError("choosing columns: there is no column %q; use some of %s", name, strings.Join(known, ", "))
		}
		r.at = append(r.at, at)
		r.columns = append(r.columns, all[at])
	}
	return r, nil
}

func (r *chosenRows) Columns() []schema.Column { return r.columns }

func (r *chosenRows) Values() []any {
	all := r.Rows.Values()
	for i, at := range r.at {
		r.values[i] = all[at]
	}
	return r.values
}
