package export

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"argosy/schema"
)

// Part is what a plan says about one value of a column.
type Part struct {
	Value string
	Plan  *Plan
}

// mostParts keeps a mistaken column, a digest for instance, from filling a
// folder.
const mostParts = 1000

// noValue is what rows without a value are called.
const noValue = "(none)"

// Split divides a plan by the values of a column: one plan a value, in the
// order of the values, each with the sheets that have the column and only the
// rows of its value. Sheets without the column, pages of figures among them,
// speak about all rows and are left out; a note in each part says so.
func Split(ctx context.Context, plan *Plan, column string) ([]Part, error) {
	kept, left, err := sheetsWith(ctx, plan, column)
	if err != nil {
		return nil, err
	}
	values, err := distinct(ctx, kept)
	if err != nil {
		return nil, err
	}
	var parts []Part
	for _, value := range values {
		part := *plan
		part.Title = planTitle(plan) + ": " + value
		part.Notes = append(append([]string{}, plan.Notes...), fmt.Sprintf("only the rows with %s = %s", column, value))
		if len(left) > 0 {
			part.Notes = append(part.Notes, fmt.Sprintf("left out, because they have no column %s: %s", column, strings.Join(left, ", ")))
		}
		part.Sheets = nil
		for _, k := range kept {
			part.Sheets = append(part.Sheets, k.only(value))
		}
		parts = append(parts, Part{value, &part})
	}
	return parts, nil
}

// SplitSheets is a plan with one sheet for each value of a column in place of
// each sheet that has the column; the others stay.
func SplitSheets(ctx context.Context, plan *Plan, column string) (*Plan, error) {
	kept, _, err := sheetsWith(ctx, plan, column)
	if err != nil {
		return nil, err
	}
	values, err := distinct(ctx, kept)
	if err != nil {
		return nil, err
	}
	out := *plan
	out.Sheets = nil
	for i := range plan.Sheets {
		at := slices.IndexFunc(kept, func(k splitSheet) bool { return k.sheet == &plan.Sheets[i] })
		if at < 0 {
			out.Sheets = append(out.Sheets, plan.Sheets[i])
			continue
		}
		for _, value := range values {
			sheet := kept[at].only(value)
			sheet.Title = heading(&plan.Sheets[i]) + ": " + value
			if sheet.Name = value; len(kept) > 1 {
				sheet.Name = value + " " + plan.Sheets[i].label()
			}
			out.Sheets = append(out.Sheets, sheet)
		}
	}
	return &out, nil
}

// PartPath is the file of a part: the value comes before the suffix, in
// characters that every file system takes. taken holds the names in use
// without regard to case, and gets this one.
func PartPath(path, value string, taken map[string]bool) string {
	suffix := filepath.Ext(path)
	clean := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, value)
	clean = strings.Trim(clip(clean, 80), "-.")
	if clean == "" {
		clean = "none"
	}
	base := strings.TrimSuffix(path, suffix) + "-" + clean
	out := base + suffix
	for n := 2; taken[strings.ToLower(out)]; n++ {
		out = fmt.Sprintf("%s_%d%s", base, n, suffix)
	}
	taken[strings.ToLower(out)] = true
	return out
}

// splitSheet is a sheet that has the column, and where.
type splitSheet struct {
	sheet *Sheet
	at    int
}

// sheetsWith finds the sheets of a plan that have a column.
func sheetsWith(ctx context.Context, plan *Plan, column string) (kept []splitSheet, left []string, err error) {
	var known []string
	for i := range plan.Sheets {
		sheet := &plan.Sheets[i]
		if len(sheet.Blocks) > 0 {
			left = append(left, sheet.label())
			continue
		}
		rows, err := sheet.Open(ctx)
		if err != nil {
			return nil, nil, err
		}
		names := columnNames(rows.Columns())
		if err := rows.Close(); err != nil {
			return nil, nil, err
		}
		at := indexFold(names, column)
		if at < 0 {
			left = append(left, sheet.label())
			for _, n := range names {
				if !slices.Contains(known, n) {
					known = append(known, n)
				}
			}
			continue
		}
		kept = append(kept, splitSheet{sheet, at})
	}
	if len(kept) == 0 {
		return nil, nil, columnsError("splitting by %q: there is no such column; use one of %s", column, strings.Join(known, ", "))
	}
	return kept, left, nil
}

// distinct are the values of the column in all sheets, sorted.
func distinct(ctx context.Context, kept []splitSheet) ([]string, error) {
	seen := map[string]bool{}
	for _, k := range kept {
		stats := SheetStats{Name: k.sheet.label()}
		err := writeSheet(ctx, k.sheet, &stats, func(src *source) error {
			for src.next() {
				if seen[splitValue(src.values()[k.at])] = true; len(seen) > mostParts {
					return columnsError("splitting by %q: it has more than %d values; choose a column with fewer", src.columns[k.at].Name, mostParts)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	values := make([]string, 0, len(seen))
	for v := range seen {
		values = append(values, v)
	}
	slices.Sort(values)
	return values, nil
}

func splitValue(v any) string {
	if s := strings.TrimSpace(text(v)); s != "" {
		return s
	}
	return noValue
}

// only is the sheet with the rows of one value.
func (k splitSheet) only(value string) Sheet {
	out := *k.sheet
	out.Matched = -1
	out.Open = func(ctx context.Context) (schema.Rows, error) {
		rows, err := k.sheet.Open(ctx)
		if err != nil {
			return nil, err
		}
		return &valueRows{rows, k.at, value}, nil
	}
	return out
}

// valueRows are the rows of one value.
type valueRows struct {
	schema.Rows
	at    int
	value string
}

func (r *valueRows) Next() bool {
	for r.Rows.Next() {
		if splitValue(r.Values()[r.at]) == r.value {
			return true
		}
	}
	return false
}
