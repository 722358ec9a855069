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
	sampled := t.liner()
	for _, row := range sample {
		t.out.buf = sampled.append(t.out.buf, row)
		if err := t.out.roll(); err != nil {
			return err
		}
	}
	sampled.done()
	if len(sample) < tableSample {
		return t.out.err // the rows ended within the sample
	}
	return src.writeLines(t.out, t.liner)
}

// measure reads the first rows as text and settles the width of the columns.
func (t *table) measure(src *source) [][]any {
	t.columns = make([]tableColumn, len(src.columns))
	for i, c := range src.columns {
		t.columns[i] = tableColumn{Column: c, header: printable(c.Name), severity: isSeverityColumn(c)}
	}
	var sample [][]any
	for len(sample) < tableSample && src.next() {
		row := make([]any, len(t.columns))
		for i, v := range src.values() {
			cell := printable(text(v))
			row[i] = cell
			t.columns[i].data = max(t.columns[i].data, displayWidth(cell))
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
	names, rules := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i, c := range t.columns {
		names[i], _ = fit(c.header, c.width)
		rules[i] = strings.Repeat("─", c.width)
	}
	plain := tableLines{table: &table{columns: t.columns}, cut: newTally(make([]string, len(t.columns)))}
	t.out.buf = plain.cells(t.out.buf, names)
	if t.color {
		t.out.buf = append(t.out.buf, colorReset...)
	}
	t.out.buf = plain.row(append(t.out.buf, '\n'), rules)
}

// liner makes lines for one goroutine.
func (t *table) liner() liner {
	l := &tableLines{table: t, cut: newTally(t.cut.names)}
	return liner{l.row, func() { t.cut.add(l.cut) }}
}

// tableLines makes the lines of rows.
type tableLines struct {
	*table
	cut tally
}

func (l *tableLines) row(dst []byte, cells []any) []byte {
	return append(l.cells(dst, cells), '\n')
}

// cells appends the shown cells of a line, each padded to its column, and no blanks
// at the end of the line.
func (l *tableLines) cells(dst []byte, cells []any) []byte {
	pending := 0 // blanks that are due before the next text
	first := true
	for i := range l.columns {
		c := &l.columns[i]
		if c.hidden {
			continue
		}
		if !first {
			pending += gap
		}
		first = false
		before := len(dst)
		dst = appendBlanks(dst, pending)
		start := len(dst)
		var width int
		dst, width = l.cell(dst, i, cells[i])
		padding := max(0, c.width-width)
		switch {
		case len(dst) == start:
			dst = dst[:before]
			pending += padding
		case isNumeric(c.Type):
			dst = appendBlanks(dst, padding)
			copy(dst[start+padding:], dst[start:])
			appendBlanks(dst[:start], padding)
			pending = 0
		default:
			pending = padding
		}
	}
	return dst
}

// cell appends what is shown of a cell, and says how many columns of the terminal
// that takes.
func (l *tableLines) cell(dst []byte, i int, value any) ([]byte, int) {
	start := len(dst)
	dst = appendText(dst, value)
	width, color := len(dst)-start, ""
	if !plainText(dst[start:]) {
		s := printable(string(dst[start:]))
		dst, width = append(dst[:start], s...), displayWidth(s)
	}
	if l.color && l.columns[i].severity {
		color = severityColor(string(dst[start:]))
	}
	if l.width > 0 && width > l.columns[i].width {
		s, _ := fit(string(dst[start:]), l.columns[i].width)
		l.cut.cells[i]++
		dst, width = append(dst[:start], s...), displayWidth(s)
	}
	if color != "" && len(dst) > start {
		s := string(dst[start:])
		dst = append(append(append(dst[:start], color...), s...), colorReset...)
	}
	return dst, width
}

func appendBlanks(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, ' ')
	}
	return dst
}
