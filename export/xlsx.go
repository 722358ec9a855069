package export

import (
	"context"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// A workbook is made in two halves. excelize builds a shell: styles, tables,
// conditional formats, print setup, the About sheet, and every result sheet
// with its header only. The rows are written by argosy straight into the XML
// of their sheet inside the zip archive, which is about ten times faster than
// excelize's StreamWriter and needs no memory per row.
//
// The shell is a pure function of what is known about the sheets. It is built
// before a sheet's rows (for what precedes them in the sheet's XML), after them
// (for what follows, now that their number is known), and at the end for the
// other parts of the archive.

// xlsxLimits are the limits of the file format. Tests lower them.
type xlsxLimits struct {
	rows      int64 // rows of a sheet below the header
	bytes     int64 // XML of a sheet
	text      int   // UTF-16 units in a cell
	strings   int   // entries of the shared-string table
	addressed int64 // rows of a sheet whose cells say where they are
}

// excelLimits are Excel's own, except the bytes. From 4 GiB on a part needs a
// zip64 entry whose local header says version 45; that header is long written
// when the size becomes known, and with version 45 on a small part Excel
// offers a repair. So a sheet ends just below, and its rows continue on the
// next one like those of a sheet that is full.
func excelLimits() xlsxLimits {
	return xlsxLimits{rows: 1<<20 - 1, bytes: 1<<32 - 1<<26, text: 32767, strings: 200_000, addressed: addressedRows}
}

// sheetPart is one sheet of the workbook.
type sheetPart struct {
	name string // of the tab
	// fill makes the whole sheet, which is then part of the shell; nil for the
	// sheets whose rows are streamed.
	fill func(file *excelize.File) error
	// What follows is of streamed sheets.
	table   string // name of the table over the rows
	columns []schema.Column
	headers []string // names of the columns, valid in a table
	widths  []float64
	rows    int64
}

// workbook is the state of one export to xlsx.
type workbook struct {
	plan    *Plan
	sheets  []Sheet // of the plan, with blocks in place of the sheets that have some
	limits  xlsxLimits
	stats   Stats
	archive *archive
	strings *stringTable
	names   *sheetNames
	tables  *tableNames
	parts   []*sheetPart
	first   map[int]*sheetPart // per sheet with streamed rows, where they begin
	notes   []string           // what the reader of the workbook must know beyond the plan
	begun   bool               // something is in the archive
}

// writeXLSX writes every sheet of the plan as a sheet with a table, those with
// blocks as a page of tables and charts, and About.
func writeXLSX(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return writeWorkbook(ctx, plan, w, excelLimits())
}

func writeWorkbook(ctx context.Context, plan *Plan, w io.Writer, limits xlsxLimits) (Stats, error) {
	wb := &workbook{
		plan: plan, sheets: plan.flat(), limits: limits, stats: newStats(plan), archive: newArchive(w), first: map[int]*sheetPart{},
		strings: newStringTable(limits.strings), names: newSheetNames(aboutSheet), tables: newTableNames(),
	}
	err := wb.write(ctx)
	wb.stats.Bytes = wb.archive.bytes()
	return wb.stats, err
}

func (wb *workbook) write(ctx context.Context) error {
	if len(wb.sheets) == 0 {
		return errNoSheets
	}
	index := 0
	for i := range wb.plan.Sheets {
		sheet := &wb.plan.Sheets[i]
		if len(sheet.Blocks) > 0 {
			if err := wb.dashboard(ctx, sheet, index); err != nil {
				return err
			}
			index += len(sheet.Blocks)
			continue
		}
		err := writeSheet(ctx, sheet, &wb.stats.Sheets[index], func(src *source) error { return wb.writeRows(index, src) })
		if err != nil {
			return err
		}
		index++
	}
	shell, err := wb.buildShell(true)
	if err != nil {
		return err
	}
	if err := wb.writeShell(shell); err != nil {
		return err
	}
	return wb.archive.close()
}

// writeRows writes one sheet of the plan, on as many sheets as it needs.
func (wb *workbook) writeRows(index int, src *source) error {
	if len(src.columns) == 0 {
		return fmt.Errorf("exporting %q: the result has no columns; a workbook needs at least one", src.stats.Name)
	}
	rows := newLookahead(src)
	cut, replaced := newTally(columnNames(src.columns)), newTally(columnNames(src.columns))
	defer func() { src.stats.Cut, src.stats.Replaced = cut.counts(), replaced.counts() }()

	headers := headerNames(src.columns)
	widths := columnWidths(src.columns, headers, rows.sample)
	sheet := &wb.sheets[index]
	if sheet.Chart != nil {
		data, err := newChartData(*sheet.Chart, src.columns)
		if err != nil {
			return err
		}
		rows.chart = data
		rows.feed()
	}
	for number := 1; ; number++ {
		part := &sheetPart{columns: src.columns, headers: headers, widths: widths}
		part.name = wb.names.add(sheet.label(), number)
		part.table = wb.tables.add(wb.tableBase(index), number)
		wb.parts = append(wb.parts, part)
		if number == 1 {
			wb.first[index] = part
		}
		src.stats.Parts = append(src.stats.Parts, part.name)
		if err := wb.writePart(part, rows, cut, replaced); err != nil {
			return err
		}
		if !rows.ok {
			break
		}
	}
	if rows.chart != nil {
		wb.chartSheet(sheet, rows.chart)
	}
	return nil
}

// tableBase is what a sheet's table is named after: the report when that is
// its only sheet, because a table is known by its name in the whole workbook.
func (wb *workbook) tableBase(index int) string {
	if len(wb.sheets) == 1 && wb.plan.Report != "" {
		return wb.plan.Report
	}
	return wb.sheets[index].label()
}

// writePart writes one sheet into the archive: the shell's XML around the
// rows, until they end or the sheet is full.
func (wb *workbook) writePart(part *sheetPart, rows *lookahead, cut, replaced tally) error {
	shell, err := wb.buildShell(false)
	if err != nil {
		return err
	}
	path := partPath(len(wb.parts))
	head, _, err := shell.split(path)
	if err != nil {
		return err
	}
	if !wb.begun {
		wb.begun = true
		// Programs that guess a file's kind by its first bytes know this name.
		if err := wb.archive.add("_rels/.rels", shell.parts["_rels/.rels"]); err != nil {
			return err
		}
	}
	entry, err := wb.archive.create(path)
	if err != nil {
		return err
	}
	enc := newCellEncoder(part, shell.styles, wb.strings, wb.limits, cut, replaced)
	enc.buf = append(enc.buf, head...)
	enc.header(part.headers)
	err = wb.pump(part, rows, enc, entry)
	if err == nil {
		if shell, err = wb.buildShell(false); err == nil {
			var tail []byte
			if _, tail, err = shell.split(path); err == nil {
				err = entry.send(append(enc.buf, tail...))
			}
		}
	}
	if closing := entry.close(); err == nil {
		err = closing
	}
	return err
}

// pump encodes rows and hands them to the compressor.
func (wb *workbook) pump(part *sheetPart, rows *lookahead, enc *cellEncoder, entry *entry) error {
	if !rows.ok {
		enc.note("No rows")
	}
	sent := int64(0)
	for rows.ok && part.rows < wb.limits.rows && sent+int64(len(enc.buf)) < wb.limits.bytes {
		enc.row(rows.values)
		part.rows++
		if len(enc.buf) >= entryBlock {
			sent += int64(len(enc.buf))
			if err := entry.send(enc.buf); err != nil {
				return err
			}
			enc.buf = entry.buffer()
		}
		rows.advance()
	}
	return nil
}

// sampleRows is the number of rows that decide how wide the columns are.
const sampleRows = 2000

// lookahead gives the rows of a source one by one; it has read the first ones
// already, and always holds the next, so that a sheet knows whether another
// must follow.
type lookahead struct {
	src    *source
	sample [][]any
	at     int
	values []any // the current row; ok reports whether there is one
	ok     bool
	chart  *chartData // sees every row; nil for none
}

func newLookahead(src *source) *lookahead {
	l := &lookahead{src: src}
	for len(l.sample) < sampleRows && src.next() {
		l.sample = append(l.sample, append([]any(nil), src.values()...))
	}
	l.at = -1
	l.advance()
	return l
}

func (l *lookahead) advance() {
	if l.at++; l.at < len(l.sample) {
		l.values, l.ok = l.sample[l.at], true
		l.feed()
		return
	}
	if len(l.sample) < sampleRows {
		l.ok = false // the source ended within the sample and must not be asked again
		return
	}
	if l.ok = l.src.next(); l.ok {
		l.values = l.src.values()
		l.feed()
	}
}

// feed shows the current row to the chart.
func (l *lookahead) feed() {
	if l.chart != nil && l.ok {
		l.chart.add(l.values)
	}
}
