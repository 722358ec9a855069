package export

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// Limits of a worksheet (ECMA-376, and Microsoft's "Excel specifications and
// limits").
const (
	maxSheetRows = 1_048_576
	maxCellText  = 32_767
	maxSheetName = 31
)

// sampleRows is how many rows are looked at to choose the widths of columns,
// which stand before the rows in a sheet.
const sampleRows = 300

// writeXLSX writes a workbook: a sheet for each sheet of the plan, continued
// on further sheets where the rows are too many for one, and a last sheet
// About that says where the rows come from.
func writeXLSX(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return writeWorkbook(ctx, plan, w, maxSheetRows)
}

// workbook is a workbook under construction.
type workbook struct {
	file    *excelize.File
	styles  bookStyles
	names   map[string]bool
	tables  int
	maxRows int
}

func writeWorkbook(ctx context.Context, plan *Plan, w io.Writer, maxRows int) (Stats, error) {
	if len(plan.Sheets) == 0 {
		return Stats{}, errNoSheets
	}
	stats := newStats(plan)
	b := &workbook{file: excelize.NewFile(), names: map[string]bool{"about": true, "history": true}, maxRows: maxRows}
	defer b.file.Close()
	err := b.begin(plan)
	for i := range plan.Sheets {
		if err == nil {
			err = writeSheet(ctx, &plan.Sheets[i], &stats.Sheets[i], func(src *source) error { return b.sheet(src) })
		}
	}
	if err == nil {
		err = b.about(plan, stats)
	}
	if err == nil {
		err = b.file.DeleteSheet("Sheet1")
	}
	if err != nil {
		return stats, err
	}
	b.file.SetActiveSheet(0)
	stats.Bytes, err = b.file.WriteTo(w)
	if err != nil {
		return stats, fmt.Errorf("writing the workbook: %w", err)
	}
	return stats, nil
}

func (b *workbook) begin(plan *Plan) error {
	at := plan.Generated.UTC().Format("2006-01-02T15:04:05Z")
	err := b.file.SetDocProps(&excelize.DocProperties{Creator: "argosy " + plan.Version, LastModifiedBy: "argosy", Title: plan.Title, Created: at, Modified: at})
	if err != nil {
		return fmt.Errorf("preparing the workbook: %w", err)
	}
	b.styles, err = newBookStyles(b.file)
	return err
}

// sheetName makes a name that Excel takes and that no other sheet has.
func (b *workbook) sheetName(want string) string {
	want = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return '-'
		}
		return r
	}, strings.Trim(want, "'"))
	if want == "" {
		want = "Result"
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" %d", n)
		}
		name := []rune(want)
		name = name[:min(len(name), maxSheetName-len(suffix))]
		s := string(name) + suffix
		if key := strings.ToLower(s); !b.names[key] {
			b.names[key] = true
			return s
		}
	}
}

// sheet writes the rows of one sheet, on as many worksheets as they need.
func (b *workbook) sheet(src *source) error {
	cells := newCellWriter(src.columns, b.styles)
	defer func() { src.stats.Cut, src.stats.Replaced = cells.cut.counts(), cells.replaced.counts() }()
	sample, more := takeSample(src)
	widths := columnWidths(src.columns, cells.names, sample)
	// take returns the next row, of the sample first, and nil after the last.
	take := func() []any {
		if len(sample) > 0 {
			row := sample[0]
			sample = sample[1:]
			return row
		}
		if more {
			more = src.next()
		}
		if !more {
			return nil
		}
		return src.values()
	}
	row := take()
	for first := true; first || row != nil; first = false {
		part, err := b.part(src.stats.Name, src.columns, cells, widths)
		if err != nil {
			return err
		}
		src.stats.Parts = append(src.stats.Parts, part.name)
		for ; row != nil && part.next <= b.maxRows; row = take() {
			if err := part.row(cells, row); err != nil {
				return err
			}
		}
		if err := part.end(b, cells); err != nil {
			return err
		}
	}
	return nil
}

// takeSample reads the first rows; more says that there may be others.
func takeSample(src *source) (rows [][]any, more bool) {
	for len(rows) < sampleRows {
		if !src.next() {
			return rows, false
		}
		rows = append(rows, append([]any(nil), src.values()...))
	}
	return rows, true
}

// columnWidths fits columns to their header and the first rows, within bounds:
// a long text must not push the others off the screen.
func columnWidths(columns []schema.Column, names []string, sample [][]any) []float64 {
	out := make([]float64, len(columns))
	for i := range columns {
		width := displayWidth(names[i]) + 4 // room for the filter's button
		for _, row := range sample {
			width = max(width, displayWidth(text(row[i]))+2)
		}
		out[i] = float64(min(max(width, 8), 60))
	}
	return out
}
