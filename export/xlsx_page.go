package export

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// A page is a sheet with several results below each other: tiles, tables and
// charts on a grid of twelve columns that prints on one page.
const (
	pageGrid    = 12
	gridWidth   = 10.5 // characters
	gridPixels  = 79
	rowPixels   = 20
	blockRows   = 40 // rows of a result that a page shows
	chartLeast  = 11 // rows that a chart needs
	tilesPerRow = 6
	// How many characters of a tile's note and of a fact a column of the grid holds.
	tileUnit   = 11
	factUnit   = 10
	shortLabel = 22 // a chart with longer labels gets the width of the page
)

// block is a result on a page, held in memory.
type block struct {
	sheet   *Sheet
	columns []schema.Column
	rows    [][]any
	chart   *chartData
}

// dashboard reads the blocks of a sheet and adds its page; index is the place
// of its first block among the workbook's sheets.
func (wb *workbook) dashboard(ctx context.Context, sheet *Sheet, index int) error {
	name := wb.names.add(sheet.label(), 1)
	var blocks []*block
	for i := range sheet.Blocks {
		stats := &wb.stats.Sheets[index+i]
		stats.Parts = []string{name}
		b, err := readBlock(ctx, &sheet.Blocks[i], stats)
		if err != nil {
			return err
		}
		if b.chart != nil && b.chart.note() != "" {
			wb.notes = append(wb.notes, stats.Name+": "+b.chart.note())
		}
		blocks = append(blocks, b)
	}
	wb.parts = append(wb.parts, &sheetPart{name: name, fill: func(file *excelize.File) error {
		return wb.fillPage(file, name, sheet, blocks)
	}})
	return nil
}

// readBlock reads a result of a page; rows beyond the page's are left out and
// counted.
func readBlock(ctx context.Context, sheet *Sheet, stats *SheetStats) (*block, error) {
	limited := *sheet
	if limited.Limit == 0 || limited.Limit > blockRows {
		limited.Limit = blockRows
	}
	b := &block{sheet: sheet}
	stats.Page = true
	err := writeSheet(ctx, &limited, stats, func(src *source) error {
		b.columns = src.columns
		if sheet.Chart != nil {
			var err error
			if b.chart, err = newChartData(*sheet.Chart, src.columns); err != nil {
				return err
			}
		}
		for src.next() {
			row := append([]any(nil), src.values()...)
			b.rows = append(b.rows, row)
			if b.chart != nil {
				b.chart.add(row)
			}
		}
		if len(src.columns) > pageGrid && sheet.Role != RoleTiles {
			for _, c := range src.columns[pageGrid:] {
				stats.Hidden = append(stats.Hidden, c.Name)
			}
		}
		return nil
	})
	return b, err
}

// column is a value of a row by the name of its column; nil if there is none.
func (b *block) column(row []any, name string) any {
	for i, c := range b.columns {
		if strings.EqualFold(c.Name, name) {
			return row[i]
		}
	}
	return nil
}

// labelWidth is the width of the widest label of a block's chart, in characters.
func (b *block) labelWidth() int {
	widest := 0
	for _, l := range b.chart.labels {
		widest = max(widest, displayWidth(l))
	}
	return widest
}

// page writes a page from top to bottom.
type page struct {
	canvas
	styles pageStyles
	words  []severityStyle
	row    int
}

func (wb *workbook) fillPage(file *excelize.File, name string, sheet *Sheet, blocks []*block) error {
	styles, err := addPageStyles(file)
	if err != nil {
		return err
	}
	words, err := addSeverityStyles(file)
	if err != nil {
		return err
	}
	p := &page{canvas: canvas{file: file, sheet: name}, styles: styles, words: words, row: 1}
	last, _ := excelize.ColumnNumberToName(pageGrid)
	p.keep(file.SetColWidth(name, "A", last, gridWidth))
	off := false
	p.keep(file.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &off}))
	p.keep(setUpPage(file, name, "portrait", 1, wb.plan))
	one := 1
	p.keep(file.SetPageLayout(name, &excelize.PageLayoutOptions{FitToHeight: &one}))

	title := planTitle(wb.plan)
	if sheet.Title != "" {
		title = sheet.Title
	}
	p.span(1, pageGrid, p.row, styles.title, title)
	p.height(p.row, 30)
	p.row++
	for _, line := range wb.pageFacts(blocks) {
		p.fact(1, line)
		p.row++
	}
	for _, b := range blocks {
		p.row++
		switch {
		case b.sheet.Role == RoleTiles:
			p.tiles(b)
		case len(b.rows) == 0:
			p.heading(b)
			p.span(1, pageGrid, p.row, styles.fact, "Nothing to show.")
			p.row++
		default:
			p.result(b)
		}
	}
	p.row++
	p.links(wb, name)
	p.keep(file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("%s!$A$1:$%s$%d", quoteSheet(name), last, p.row-1), Scope: name,
	}))
	return p.err
}

// pageFacts are the lines below the title: what the figures speak about.
func (wb *workbook) pageFacts(blocks []*block) []string {
	line := wb.plan.DataLine()
	facts := []string{strings.ToUpper(line[:1]) + line[1:]}
	var scope []string
	for _, p := range wb.plan.Parameters {
		scope = append(scope, p.Name+" = "+p.Value)
	}
	if len(scope) > 0 {
		facts = append(facts, "Scope: "+strings.Join(scope, ", "))
	}
	for _, b := range blocks {
		for _, row := range b.rows {
			if s := text(b.column(row, "compared")); b.sheet.Role == RoleTiles && s != "" {
				return append(facts, s)
			}
		}
	}
	return facts
}

// fact writes a sentence over some columns of the grid, as high as it needs.
func (p *page) fact(column int, words string) {
	p.span(column, pageGrid, p.row, p.styles.fact, words)
	p.height(p.row, 1+14*float64(linesIn(words, (pageGrid-column+1)*factUnit)))
}

func (p *page) heading(b *block) {
	p.span(1, pageGrid, p.row, p.styles.section, heading(b.sheet))
	p.row++
}

// result shows a block as a table, with its chart to the right where both
// have room, otherwise below.
func (p *page) result(b *block) {
	p.heading(b)
	top := p.row
	pivot := b.chart != nil && b.sheet.Chart.Series != ""
	columns := len(b.columns)
	if pivot {
		columns = 1 + len(b.chart.names)
	}
	width := pageGrid
	if b.chart != nil && columns <= 6 && b.labelWidth() <= shortLabel {
		width = pageGrid / 2
	}
	first := 2
	if b.chart != nil && b.labelWidth() > shortLabel {
		first = 4
	}
	places := gridPlaces(min(columns, pageGrid), width, first)
	if pivot {
		p.pivotTable(b, places)
	} else {
		p.table(b, places)
	}
	if b.chart == nil {
		return
	}
	g := drawing{header: top, rows: len(b.chart.labels), width: pageGrid * gridPixels, height: chartLeast * 1.4 * rowPixels, at: cellName(1, p.row+1)}
	if width < pageGrid {
		height := max(p.row-top, chartLeast)
		g.width, g.height, g.at, g.down = (pageGrid-pageGrid/2)*gridPixels-10, uint(height*rowPixels), cellName(pageGrid/2+1, top), 4
		p.row = max(p.row, top+chartLeast)
	} else {
		p.row += chartLeast*14/10 + 1
	}
	g.labels = places[0][0]
	for s := range b.chart.names {
		place := 1 + s
		if !pivot {
			place = b.chart.y[s]
		}
		if place < len(places) {
			g.numbers = append(g.numbers, places[place][0])
		}
	}
	if !pivot && b.chart.x < len(places) {
		g.labels = places[b.chart.x][0]
	}
	p.draw(b.chart, b.chart.title(b.sheet), g)
}

// gridPlaces gives each of n columns its first and last column of the grid:
// the names in the first column need most room, so many columns at least where
// there are that many.
func gridPlaces(n, width, first int) [][2]int {
	other := 1
	if n > 1 {
		other = max(1, min(2, (width-first)/(n-1)))
	}
	places := make([][2]int, n)
	next := 1
	for i := range places {
		wide := other
		if i == 0 {
			wide = width - other*(n-1)
		}
		places[i] = [2]int{next, next + wide - 1}
		next += wide
	}
	return places
}

func (p *page) table(b *block, places [][2]int) {
	for i, place := range places {
		style := p.styles.head
		if isNumeric(b.columns[i].Type) {
			style = p.styles.headNumber
		}
		p.span(place[0], place[1], p.row, style, spoken(b.columns[i].Name))
	}
	for r, row := range b.rows {
		for i, place := range places {
			value, style := p.cell(b.columns[i], row[i])
			if b.chart != nil && i == b.chart.x {
				value, style = chartLabel(row[i]), p.styles.text // an axis wants its labels as text
			}
			p.span(place[0], place[1], p.row+1+r, style, value)
		}
	}
	for i, place := range places {
		if isSeverityColumn(b.columns[i]) {
			cells := cellName(place[0], p.row+1) + ":" + cellName(place[1], p.row+len(b.rows))
			p.keep(colorSeverity(p.file, p.sheet, cells, p.words))
		}
	}
	p.row += 1 + len(b.rows)
}

// cell is a value of a result as a page shows it, and its style.
func (p *page) cell(c schema.Column, v any) (any, int) {
	switch t := v.(type) {
	case nil:
		return nil, p.styles.text
	case float64:
		if t != math.Trunc(t) {
			return v, p.styles.decimal
		}
		return v, p.styles.number
	case bool, int64:
		return v, p.styles.number
	case time.Time:
		return t.UTC(), p.styles.date
	}
	if c.Type == schema.TypeDecimal {
		return number(v), p.styles.number
	}
	return text(v), p.styles.text
}

func (p *page) pivotTable(b *block, places [][2]int) {
	p.span(places[0][0], places[0][1], p.row, p.styles.head, spoken(b.columns[b.chart.x].Name))
	for l, label := range b.chart.labels {
		p.span(places[0][0], places[0][1], p.row+1+l, p.styles.text, label)
	}
	for s, name := range b.chart.names {
		if s+1 >= len(places) {
			break
		}
		place := places[s+1]
		p.span(place[0], place[1], p.row, p.styles.headNumber, name)
		for l, v := range b.chart.values[s] {
			p.span(place[0], place[1], p.row+1+l, p.styles.number, v)
		}
	}
	p.row += 1 + len(b.chart.labels)
}

// links lists the other sheets, each with the number of its rows.
func (p *page) links(wb *workbook, own string) {
	p.span(1, pageGrid, p.row, p.styles.section, "Sheets")
	p.row++
	link := func(name, what string) {
		p.span(1, 3, p.row, p.styles.link, name)
		p.keep(p.file.SetCellHyperLink(p.sheet, cellName(1, p.row), quoteSheet(name)+"!A1", "Location"))
		p.fact(4, what)
		p.row++
	}
	rows := map[string]string{}
	for i, part := range wb.first {
		s := wb.stats.Sheets[i]
		rows[part.name] = plural(s.Written, "row")
		if s.Truncated {
			rows[part.name] = s.truncation()
		}
		if doc, _, _ := strings.Cut(wb.sheets[i].Doc, ". "); doc != "" {
			rows[part.name] += ". " + strings.TrimSuffix(doc, ".")
		}
	}
	for _, part := range wb.parts {
		if part.name != own {
			link(part.name, rows[part.name])
		}
	}
	link(aboutSheet, "the query, the parameters, the age and the coverage of the data")
}
