package export

import (
	"fmt"
	"strings"
)

// Stats says what became of a plan's rows.
type Stats struct {
	// Sheets in the order of the plan.
	Sheets []SheetStats
	// Bytes written.
	Bytes int64
}

// SheetStats says what became of one sheet.
type SheetStats struct {
	// Name of the sheet as the plan has it.
	Name string
	// Matched is the number of rows without a limit, -1 when it is not known;
	// Written those in the output.
	Matched, Written int64
	// Truncated is set when rows were left out because of a limit.
	Truncated bool
	// Skipped is set when the format holds one sheet only and this is another.
	Skipped bool
	// Parts are the names of the sheets in a workbook that hold the rows:
	// more than one when the rows did not fit.
	Parts []string
	// Cut are the cells that were shortened, per column; Replaced the cells
	// in which characters that the format cannot hold became U+FFFD; Guarded
	// those that csv and tsv prefixed with ' because a spreadsheet would take
	// them for a formula.
	Cut, Replaced, Guarded []ColumnCount
	// Other is the number of rows that are of another type than the shape asked
	// for; they are not among Written.
	Other int64
	// Page is set when the rows are a block of a page, which shows the first
	// ones only.
	Page bool
	// Hidden are columns that a table left out because the terminal is too
	// narrow.
	Hidden []string
}

// ColumnCount is a number of cells in one column.
type ColumnCount struct {
	Column string
	Cells  int64
}

// Cells is the total of counts.
func Cells(counts []ColumnCount) int64 {
	var n int64
	for _, c := range counts {
		n += c.Cells
	}
	return n
}

// Rows is the number of rows written in all sheets.
func (s Stats) Rows() int64 {
	var n int64
	for _, sheet := range s.Sheets {
		n += sheet.Written
	}
	return n
}

// Summary says how much was written and whether that is all: "6033 rows",
// "6033 rows in 4 sheets" or "100 of 6033 rows".
func (s Stats) Summary() string {
	var rows, matched int64
	sheets, known := 0, true
	for _, sheet := range s.Sheets {
		if sheet.Skipped {
			continue
		}
		sheets++
		rows += sheet.Written
		matched += sheet.Matched
		known = known && sheet.Matched >= 0
	}
	out := plural(rows, "row")
	switch {
	case !known:
		out = fmt.Sprintf("%d of more rows", rows)
	case matched > rows:
		out = fmt.Sprintf("%d of %s", rows, plural(matched, "row"))
	}
	if sheets > 1 {
		out += fmt.Sprintf(" in %d results", sheets)
	}
	return out
}

// Empty lists the sheets that have no rows, as the end of a sentence: nothing
// where the plan has one sheet, and ` in "NAME"` where it has several.
func (s Stats) Empty() []string {
	var out []string
	for _, sheet := range s.Sheets {
		switch {
		case sheet.Skipped || sheet.Written > 0 || sheet.Truncated || sheet.Other > 0:
		case len(s.Sheets) > 1:
			out = append(out, fmt.Sprintf(" in %q", sheet.Name))
		default:
			out = append(out, "")
		}
	}
	return out
}

// Warnings says in one sentence each what is not in the output as it was in
// the rows; for standard error. Nothing to say gives nil.
func (s Stats) Warnings() []string {
	var out []string
	for _, sheet := range s.Sheets {
		prefix := ""
		if len(s.Sheets) > 1 {
			prefix = fmt.Sprintf("sheet %q: ", sheet.Name)
		}
		for _, line := range sheet.warnings() {
			out = append(out, prefix+line)
		}
	}
	return out
}

func (s SheetStats) warnings() []string {
	var out []string
	if s.Skipped {
		return []string{"left out, this format holds one sheet; use xlsx, json, md or table for all"}
	}
	if s.Truncated {
		out = append(out, s.truncation())
	}
	if len(s.Hidden) > 0 {
		why := "to fit the terminal: %s; -o wide shows all"
		if s.Page {
			why = "to fit the page: %s"
		}
		out = append(out, plural(int64(len(s.Hidden)), "column")+" hidden "+fmt.Sprintf(why, strings.Join(s.Hidden, ", ")))
	}
	if n := Cells(s.Cut); n > 0 {
		hint := ""
		if len(s.Parts) == 0 {
			hint = "; -o wide shows all of it"
		}
		out = append(out, plural(n, "cell")+" shortened"+inColumns(s.Cut)+hint)
	}
	if n := Cells(s.Replaced); n > 0 {
		out = append(out, plural(n, "cell")+" with characters that this format cannot hold, replaced by \uFFFD"+inColumns(s.Replaced))
	}
	if n := Cells(s.Guarded); n > 0 {
		out = append(out, plural(n, "cell")+" prefixed with ' so that a spreadsheet does not take text for a formula"+inColumns(s.Guarded))
	}
	if s.Other > 0 {
		out = append(out, plural(s.Other, "row")+" of another type left out")
	}
	if len(s.Parts) > 1 {
		out = append(out, "rows continue on further sheets: "+strings.Join(s.Parts, ", "))
	}
	return out
}

// truncation says how many of how many rows are there.
func (s SheetStats) truncation() string {
	if s.Page {
		return fmt.Sprintf("the first %s on the page, there are more; make it a sheet of its own to have all", plural(s.Written, "row"))
	}
	if s.Matched < 0 {
		return fmt.Sprintf("%s written, there are more; raise --limit to see them", plural(s.Written, "row"))
	}
	return fmt.Sprintf("%d of %s written; raise --limit to see the others", s.Written, plural(s.Matched, "row"))
}

func inColumns(counts []ColumnCount) string {
	names := make([]string, len(counts))
	for i, c := range counts {
		names[i] = c.Column
	}
	return " (" + strings.Join(names, ", ") + ")"
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// tally counts cells per column while rows are written.
type tally struct {
	names []string
	cells []int64
}

func newTally(names []string) tally { return tally{names, make([]int64, len(names))} }

// add adds what another tally of the same columns counted.
func (t tally) add(other tally) {
	for i, n := range other.cells {
		t.cells[i] += n
	}
}

// counts lists the columns that have any.
func (t tally) counts() []ColumnCount {
	var out []ColumnCount
	for i, n := range t.cells {
		if n > 0 {
			out = append(out, ColumnCount{t.names[i], n})
		}
	}
	return out
}
