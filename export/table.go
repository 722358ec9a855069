package export

import (
	"context"
	"io"
	"strings"
)

// tableSample is the number of rows that decide how wide the columns of a
// table are; they are held in memory, all later ones are streamed. Wider cells
// that come later push the rest of their row to the right (wide) or are
// shortened (table, where the terminal's width is known).
const tableSample = 4096

// writeTable writes aligned columns, fitted to the width of the terminal if
// that is known.
func writeTable(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return writeAligned(ctx, plan, w, plan.Options.Width)
}

// writeWide writes aligned columns as wide as they are.
func writeWide(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return writeAligned(ctx, plan, w, 0)
}

func writeAligned(ctx context.Context, plan *Plan, w io.Writer, width int) (Stats, error) {
	stats := newStats(plan)
	if len(plan.Sheets) == 0 {
		return stats, errNoSheets
	}
	out := newOutput(w)
	var err error
	for i := range plan.Sheets {
		sheet := &plan.Sheets[i]
		if len(plan.Sheets) > 1 && !plan.Options.NoHeader {
			if i > 0 {
				out.buf = append(out.buf, '\n')
			}
			out.buf = append(append(out.buf, printable(heading(sheet))...), '\n')
		}
		err = writeSheet(ctx, sheet, &stats.Sheets[i], func(src *source) error {
			t := &table{out: out, width: width, color: plan.Options.Color, header: !plan.Options.NoHeader}
			return t.write(src)
		})
		if err != nil {
			break
		}
	}
	if flushing := out.flush(); err == nil {
		err = flushing
	}
	stats.Bytes = out.bytes
	return stats, err
}

// table writes one sheet as aligned columns.
type table struct {
	out           *output
	width         int
	color, header bool
	columns       []tableColumn
	cut           tally
}

func (t *table) write(src *source) error {
	sample := t.measure(src)
	t.cut = newTally(columnNames(src.columns))
	for _, c := range t.columns {
		if c.hidden {
			src.stats.Hidden = append(src.stats.Hidden, c.Name)
		}
	}
	defer func() { src.stats.Cut = t.cut.counts() }()
	if t.header {
		t.writeHeader()
	}
	for _, row := range sample {
		t.writeRow(row)
		if err := t.out.roll(); err != nil {
			return err
		}
	}
	if len(sample) < tableSample {
		return t.out.err // the rows ended within the sample
	}
	row := make([]string, len(t.columns))
	for src.next() {
		for i, v := range src.values() {
			row[i] = printable(text(v))
		}
		t.writeRow(row)
		if err := t.out.roll(); err != nil {
			return err
		}
	}
	return t.out.err
}

// measure reads the first rows and settles the width of the columns.
func (t *table) measure(src *source) [][]string {
	t.columns = make([]tableColumn, len(src.columns))
	for i, c := range src.columns {
		t.columns[i] = tableColumn{Column: c, header: printable(c.Name), severity: isSeverityColumn(c)}
	}
	var sample [][]string
	for len(sample) < tableSample && src.next() {
		row := make([]string, len(t.columns))
		for i, v := range src.values() {
			row[i] = printable(text(v))
			t.columns[i].data = max(t.columns[i].data, displayWidth(row[i]))
		}
		sample = append(sample, row)
	}
	fitColumns(t.columns, t.width)
	return sample
}

// writeHeader writes the names and a rule below them.
func (t *table) writeHeader() {
	if t.color {
		t.out.buf = append(t.out.buf, colorBold...)
	}
	t.writeCells(func(i int) (string, string) {
		name, _ := fit(t.columns[i].header, t.columns[i].width)
		return name, ""
	})
	if t.color {
		t.out.buf = append(t.out.buf, colorReset...)
	}
	t.out.buf = append(t.out.buf, '\n')
	t.writeCells(func(i int) (string, string) { return strings.Repeat("─", t.columns[i].width), "" })
	t.out.buf = append(t.out.buf, '\n')
}

func (t *table) writeRow(row []string) {
	t.writeCells(func(i int) (string, string) {
		cell, color := row[i], ""
		if t.color && t.columns[i].severity {
			color = severityColor(cell)
		}
		if t.width > 0 {
			var cut bool
			if cell, cut = fit(cell, t.columns[i].width); cut {
				t.cut.cells[i]++
			}
		}
		return cell, color
	})
	t.out.buf = append(t.out.buf, '\n')
}

// writeCells writes the shown cells of a line, each padded to its column, and
// no blanks at the end of the line.
func (t *table) writeCells(cell func(i int) (text, color string)) {
	pending := 0 // blanks that are due before the next text
	first := true
	for i := range t.columns {
		c := &t.columns[i]
		if c.hidden {
			continue
		}
		if !first {
			pending += gap
		}
		first = false
		s, color := cell(i)
		padding := max(0, c.width-displayWidth(s))
		if isNumeric(c.Type) {
			pending += padding
			padding = 0
		}
		if s != "" {
			t.out.buf = appendBlanks(t.out.buf, pending)
			pending = 0
			t.out.buf = append(append(t.out.buf, color...), s...)
			if color != "" {
				t.out.buf = append(t.out.buf, colorReset...)
			}
		}
		pending += padding
	}
}

func appendBlanks(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, ' ')
	}
	return dst
}
