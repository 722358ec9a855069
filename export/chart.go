package export

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"argosy/schema"
)

// ChartKind is the form of a chart.
type ChartKind string

// The kinds of charts. A bar lies, a column stands; a donut is a pie with room
// in the middle.
const (
	ChartBar     ChartKind = "bar"
	ChartColumn  ChartKind = "column"
	ChartLine    ChartKind = "line"
	ChartArea    ChartKind = "area"
	ChartPie     ChartKind = "pie"
	ChartDonut   ChartKind = "donut"
	ChartScatter ChartKind = "scatter"
)

// ChartKinds lists every kind.
func ChartKinds() []ChartKind {
	return []ChartKind{ChartBar, ChartColumn, ChartLine, ChartArea, ChartPie, ChartDonut, ChartScatter}
}

// Chart is a hint how to draw the rows of a sheet.
type Chart struct {
	Kind ChartKind
	// Title of the drawing; empty takes the sheet's.
	Title string
	// X is the column of the labels; empty is the first column that holds no
	// numbers, or else the first.
	X string
	// Y are the columns of numbers, one line or set of bars each; empty is every
	// column of numbers but X.
	Y []string
	// Series is the column whose values tell lines or bars apart, where each row
	// holds one number; Y has one column then. Empty for none.
	Series string
	// Stacked puts bars, columns or areas on top of each other.
	Stacked bool
}

// The most labels and series that a chart shows; more than that nobody can
// tell apart.
const (
	chartLabels = 400
	chartSeries = 20
)

// chartData is what a chart draws: numbers by series and label.
type chartData struct {
	chart  Chart
	x      int
	y      []int
	series int // -1 for none
	types  []schema.Column

	labels []string
	names  []string    // of the series
	values [][]float64 // per series and label; NaN where there is none
	at     map[string]int
	left   int64 // rows that did not fit
}

// newChartData finds a chart's columns in a result.
func newChartData(chart Chart, columns []schema.Column) (*chartData, error) {
	d := &chartData{chart: chart, x: -1, series: -1, types: columns, at: map[string]int{}}
	find := func(name string) (int, error) {
		i := slices.IndexFunc(columns, func(c schema.Column) bool { return c.Name == name })
		if i < 0 {
			i = slices.IndexFunc(columns, func(c schema.Column) bool { return strings.EqualFold(c.Name, name) })
		}
		if i < 0 {
			return 0, columnsError("drawing the chart: the result has no column %q; it has %s", name, strings.Join(columnNames(columns), ", "))
		}
		return i, nil
	}
	var err error
	if chart.Series != "" {
		if d.series, err = find(chart.Series); err != nil {
			return nil, err
		}
	}
	if chart.X != "" {
		if d.x, err = find(chart.X); err != nil {
			return nil, err
		}
	}
	for _, name := range chart.Y {
		i, err := find(name)
		if err != nil {
			return nil, err
		}
		d.y = append(d.y, i)
	}
	return d, d.complete()
}

// complete chooses the columns that the hint leaves open.
func (d *chartData) complete() error {
	if d.x < 0 {
		d.x = slices.IndexFunc(d.types, func(c schema.Column) bool { return !isNumeric(c.Type) && c.Name != d.chart.Series })
		d.x = max(d.x, 0)
	}
	if len(d.y) == 0 {
		for i, c := range d.types {
			if isNumeric(c.Type) && i != d.x && i != d.series {
				d.y = append(d.y, i)
			}
		}
	}
	if len(d.y) == 0 {
		return columnsError("drawing the chart: the result has no column of numbers; it has %s", strings.Join(columnNames(d.types), ", "))
	}
	if d.series >= 0 || d.round() {
		d.y = d.y[:1]
	}
	if len(d.y) > chartSeries {
		d.y = d.y[:chartSeries]
	}
	if d.series < 0 {
		for _, i := range d.y {
			d.names = append(d.names, spoken(d.types[i].Name))
			d.values = append(d.values, nil)
		}
	}
	return nil
}

// round reports the kinds that show the parts of one whole.
func (d *chartData) round() bool { return d.chart.Kind == ChartPie || d.chart.Kind == ChartDonut }

// add takes a row.
func (d *chartData) add(row []any) {
	label := chartLabel(row[d.x])
	if d.series < 0 {
		if len(d.labels) == chartLabels {
			d.left++
			return
		}
		d.labels = append(d.labels, label)
		for s, i := range d.y {
			d.values[s] = append(d.values[s], number(row[i]))
		}
		return
	}
	name := text(row[d.series])
	s := slices.Index(d.names, name)
	l, known := d.at[label]
	if s < 0 && len(d.names) == chartSeries || !known && len(d.labels) == chartLabels {
		d.left++
		return
	}
	if !known {
		l = len(d.labels)
		d.at[label] = l
		d.labels = append(d.labels, label)
		for i := range d.values {
			d.values[i] = append(d.values[i], math.NaN())
		}
	}
	if s < 0 {
		s = len(d.names)
		d.names = append(d.names, name)
		d.values = append(d.values, slices.Repeat([]float64{math.NaN()}, len(d.labels)))
	}
	if n := number(row[d.y[0]]); math.IsNaN(d.values[s][l]) {
		d.values[s][l] = n
	} else if !math.IsNaN(n) {
		d.values[s][l] += n
	}
}

// note says what the chart leaves out; empty for nothing.
func (d *chartData) note() string {
	if d.left == 0 {
		return ""
	}
	return fmt.Sprintf("the chart shows the first %d labels and %d series; %s not in it", chartLabels, chartSeries, plural(d.left, "row"))
}

// title of the drawing.
func (d *chartData) title(sheet *Sheet) string {
	if d.chart.Title != "" {
		return d.chart.Title
	}
	return heading(sheet)
}

// chartLabel is a value as the label of an axis: days without their midnight.
func chartLabel(v any) string {
	switch t := v.(type) {
	case nil:
		return "(none)"
	case time.Time:
		t = t.UTC()
		if t.Equal(t.Truncate(24 * time.Hour)) {
			return t.Format("2006-01-02")
		}
		return t.Format("2006-01-02 15:04")
	}
	if s := strings.Join(strings.Fields(text(v)), " "); s != "" {
		return s
	}
	return "(none)"
}

// spoken is the name of a column as people read it in a legend or on a page.
func spoken(name string) string { return strings.ReplaceAll(name, "_", " ") }

// number is a value as a number, NaN if it is none.
func number(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	case schema.Timespan:
		return float64(n) / ticksPerDay
	case string:
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			return f
		}
	case json.RawMessage:
		if f, err := strconv.ParseFloat(string(n), 64); err == nil {
			return f
		}
	}
	return math.NaN()
}

// palette are the colours of series that are no severities.
func palette() []string {
	return []string{"1F6FEB", "E8590C", "2B8A3E", "9C36B5", "0B7285", "C2255C", "5C940D", "495057", "F08C00", "364FC7"}
}

// seriesColor is the colour of a series or slice: a severity has its own.
func seriesColor(name string, i int) string {
	for _, look := range severityLooks() {
		for _, word := range look.words {
			if strings.EqualFold(word, name) {
				return look.fill
			}
		}
	}
	colors := palette()
	return colors[i%len(colors)]
}
