package export

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"
)

// canvas writes single cells of a sheet that excelize makes as a whole. The
// first error sticks.
type canvas struct {
	file  *excelize.File
	sheet string
	err   error
}

func (c *canvas) keep(err error) {
	if c.err == nil {
		c.err = err
	}
}

// put writes a value and gives its cell a style.
func (c *canvas) put(column, row, style int, value any) {
	cell := cellName(column, row)
	switch v := value.(type) {
	case nil:
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			c.keep(c.file.SetCellValue(c.sheet, cell, v))
		}
	case string:
		c.keep(c.file.SetCellStr(c.sheet, cell, strings.Join(strings.Fields(v), " ")))
	default:
		c.keep(c.file.SetCellValue(c.sheet, cell, v))
	}
	c.keep(c.file.SetCellStyle(c.sheet, cell, cell, style))
}

// span writes a value into cells that become one.
func (c *canvas) span(column, last, row, style int, value any) {
	c.put(column, row, style, value)
	if last > column {
		c.keep(c.file.MergeCell(c.sheet, cellName(column, row), cellName(last, row)))
		c.keep(c.file.SetCellStyle(c.sheet, cellName(column, row), cellName(last, row), style))
	}
}

func (c *canvas) height(row int, points float64) {
	c.keep(c.file.SetRowHeight(c.sheet, row, points))
}

// area is a range of a sheet as charts refer to it.
func area(sheet string, column, first, last int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", quoteSheet(sheet), name, first, name, last)
}

// drawing is where a chart finds its data on a sheet and where it goes.
type drawing struct {
	labels        int   // column of the labels
	numbers       []int // columns of the numbers, one a series
	header        int   // row of the names; the data are below
	rows          int
	at            string // cell of the upper left corner
	width, height uint   // in pixels
	down          int    // pixels below the corner
}

// draw adds a chart over cells.
func (c *canvas) draw(d *chartData, title string, g drawing) {
	chart := &excelize.Chart{
		Type: chartType(d.chart), Dimension: excelize.ChartDimension{Width: g.width, Height: g.height},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clip(title, 200), Font: font(fontFamily, 12, navy, true)}}},
		Legend: excelize.ChartLegend{Position: "bottom", Font: font(fontFamily, 9, grey, false)},
		XAxis:  excelize.ChartAxis{Font: *font(fontFamily, 9, grey, false)},
		YAxis: excelize.ChartAxis{MajorGridLines: true, Font: *font(fontFamily, 9, grey, false),
			NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0.##"}},
		ShowBlanksAs: "gap",
		Format:       excelize.GraphicOptions{AltText: title, Positioning: "oneCell", OffsetY: g.down},
		Border:       excelize.LineOptions{Type: excelize.LineNone},
	}
	for i, column := range g.numbers {
		color := seriesColor(d.names[i], i)
		series := excelize.ChartSeries{
			Name:       fmt.Sprintf("%s!%s", quoteSheet(c.sheet), absolute(column, g.header)),
			Categories: area(c.sheet, g.labels, g.header+1, g.header+g.rows),
			Values:     area(c.sheet, column, g.header+1, g.header+g.rows),
			Fill:       solid(color),
		}
		switch d.chart.Kind {
		case ChartLine, ChartScatter:
			series.Line = excelize.LineOptions{Width: 2.25, Fill: solid(color)}
			series.Marker = excelize.ChartMarker{Symbol: "circle", Size: 5, Fill: solid(color)}
		case ChartPie, ChartDonut:
			for l, label := range d.labels {
				series.DataPoint = append(series.DataPoint, excelize.ChartDataPoint{Index: l, Fill: solid(seriesColor(label, l))})
			}
		}
		chart.Series = append(chart.Series, series)
	}
	if len(g.numbers) == 1 && !d.round() {
		chart.Legend.Position = "none"
	}
	chart.HoleSize = 60
	if d.round() {
		// A plate below each number: a slice may be as dark as the digits.
		chart.Series[0].DataLabel = excelize.ChartDataLabel{Font: *font(fontFamily, 9, "212529", true), Fill: solid(white)}
		chart.PlotArea = excelize.ChartPlotArea{ShowVal: true}
	}
	if d.chart.Kind == ChartBar {
		chart.XAxis.ReverseOrder = true // the first row at the top, as in the table
	}
	if len(d.labels) > 24 && d.chart.Kind != ChartBar {
		chart.XAxis.TickLabelSkip = len(d.labels)/12 + 1
	}
	if len(d.labels) > 6 && d.chart.Kind != ChartBar {
		chart.XAxis.Alignment = excelize.Alignment{TextRotation: -45}
	}
	c.keep(c.file.AddChart(c.sheet, g.at, chart))
}

func absolute(column, row int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return fmt.Sprintf("$%s$%d", name, row)
}

func chartType(chart Chart) excelize.ChartType {
	switch chart.Kind {
	case ChartBar:
		if chart.Stacked {
			return excelize.BarStacked
		}
		return excelize.Bar
	case ChartLine:
		return excelize.Line
	case ChartArea:
		if chart.Stacked {
			return excelize.AreaStacked
		}
		return excelize.Area
	case ChartPie:
		return excelize.Pie
	case ChartDonut:
		return excelize.Doughnut
	case ChartScatter:
		return excelize.Scatter
	case ChartColumn:
	}
	if chart.Stacked {
		return excelize.ColStacked
	}
	return excelize.Col
}

// chartSheet adds a sheet with the chart of a streamed sheet, and below it the
// numbers that it draws.
func (wb *workbook) chartSheet(sheet *Sheet, d *chartData) {
	if len(d.labels) == 0 {
		return
	}
	name := wb.names.add(sheet.label()+" chart", 1)
	if note := d.note(); note != "" {
		wb.notes = append(wb.notes, name+": "+note)
	}
	wb.parts = append(wb.parts, &sheetPart{name: name, fill: func(file *excelize.File) error {
		c := &canvas{file: file, sheet: name}
		styles, err := addPageStyles(file)
		if err != nil {
			return err
		}
		off := false
		c.keep(file.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &off}))
		c.keep(setUpPage(file, name, "landscape", 1, wb.plan))
		widest := 30
		for _, l := range d.labels {
			widest = max(widest, min(displayWidth(l)+2, 72))
		}
		c.keep(file.SetColWidth(name, "A", "A", float64(widest)))
		c.keep(file.SetColWidth(name, "B", "M", 12))
		c.span(1, 10, 1, styles.title, d.title(sheet))
		c.height(1, 26)
		height := 500
		if d.chart.Kind == ChartBar {
			height = max(height, 140+18*len(d.labels)) // each bar has its label beside it
		}
		below := 4 + height/rowPixels
		columns := c.chartTable(d, styles, 1, below)
		c.draw(d, d.title(sheet), drawing{labels: 1, numbers: columns, header: below, rows: len(d.labels), at: "A3", width: 960, height: uint(height)})
		return c.err
	}})
}

// chartTable writes the numbers of a chart, and returns their columns.
func (c *canvas) chartTable(d *chartData, styles pageStyles, column, row int) []int {
	c.put(column, row, styles.head, d.types[d.x].Name)
	var columns []int
	for s, name := range d.names {
		at := column + 1 + s
		columns = append(columns, at)
		c.put(at, row, styles.headNumber, name)
		for l, v := range d.values[s] {
			c.put(at, row+1+l, styles.number, v)
		}
	}
	for l, label := range d.labels {
		c.put(column, row+1+l, styles.text, label)
	}
	return columns
}
