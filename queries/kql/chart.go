package kql

import (
	"strings"

	"argosy/queries/kql/syntax"
)

// Chart is what render asks for: a hint how to draw the rows. Columns are names
// of the result, filled in as Kusto chooses them where the query names none.
type Chart struct {
	// Kind is table, barchart, columnchart, piechart, linechart, timechart,
	// areachart, stackedareachart, scatterchart, card, treemap, ladderchart,
	// anomalychart, timepivot, pivotchart, plotly or 3Dchart, in Kusto's words.
	Kind string
	// Stacking is default, unstacked, stacked or stacked100; empty when not given.
	Stacking string
	Title    string
	// X is the column of the labels or times, Y the columns of numbers, Series
	// the columns that split them.
	X      string
	Y      []string
	Series []string
	// XTitle and YTitle are the titles of the axes.
	XTitle, YTitle string
	// LogX and LogY ask for logarithmic axes.
	LogX, LogY bool
	// NoLegend hides the legend.
	NoLegend bool
	// Accumulate adds each value to those before it.
	Accumulate bool
	// YMin and YMax bound the axis; empty when not given.
	YMin, YMax string
	// Options are all properties of render's with(...), as written.
	Options map[string]string
}

// chartKinds are the visualizations that Kusto documents.
func chartKinds() []string {
	return []string{"3Dchart", "anomalychart", "areachart", "barchart", "card", "columnchart", "graph", "ladderchart", "linechart",
		"piechart", "pivotchart", "plotly", "scatterchart", "stackedareachart", "table", "timechart", "timeline", "timepivot", "treemap"}
}

// render tells how to draw the rows; it changes none.
func (p *pipe) render(op *syntax.Render) {
	if op.Chart == nil {
		return
	}
	c := &Chart{Options: map[string]string{}}
	for _, k := range chartKinds() {
		if strings.EqualFold(k, op.Chart.Name) {
			c.Kind = k
		}
	}
	if c.Kind == "" {
		hint := suggest(op.Chart.Name, chartKinds())
		if hint == "" {
			hint = "there are: " + strings.Join(chartKinds(), ", ")
		}
		p.t.hintf(op.Chart.Pos, hint, "unknown kind of chart %q", op.Chart.Name)
	}
	for _, o := range op.With {
		p.chartOption(c, o)
	}
	p.chartColumns(c)
	p.t.chart = c
}

// chartOption reads one property.
func (p *pipe) chartOption(c *Chart, o *syntax.Param) {
	var words []string
	for _, v := range o.Values {
		words = append(words, p.chartWord(v))
	}
	text := strings.Join(words, ", ")
	c.Options[o.Name.Name] = text
	switch strings.ToLower(o.Name.Name) {
	case "kind":
		c.Stacking = text
		p.chartChoice(o, text, "default", "unstacked", "stacked", "stacked100", "map")
	case "title":
		c.Title = text
	case "xcolumn":
		c.X = text
		p.chartNames(o, words)
	case "ycolumns":
		c.Y = words
		p.chartNames(o, words)
	case "series":
		c.Series = words
		p.chartNames(o, words)
	case "anomalycolumns":
		p.chartNames(o, words)
	case "xtitle":
		c.XTitle = text
	case "ytitle":
		c.YTitle = text
	case "xaxis":
		c.LogX = text == "log"
		p.chartChoice(o, text, "linear", "log")
	case "yaxis":
		c.LogY = text == "log"
		p.chartChoice(o, text, "linear", "log")
	case "legend":
		c.NoLegend = text == "hidden"
		p.chartChoice(o, text, "visible", "hidden")
	case "accumulate":
		c.Accumulate = strings.EqualFold(text, "true")
	case "ymin":
		c.YMin = text
	case "ymax":
		c.YMax = text
	case "ysplit":
		p.chartChoice(o, text, "none", "axes", "panels")
	case "isquerysorted", "xaxistype", "visualization":
	default:
		names := []string{"accumulate", "kind", "legend", "series", "title", "xaxis", "xcolumn", "xtitle", "yaxis", "ycolumns", "ymax", "ymin", "ysplit", "ytitle"}
		p.t.notef(o.Pos, "render knows no property %q; %s", o.Name.Name, "there are: "+strings.Join(names, ", "))
	}
}

func (p *pipe) chartChoice(o *syntax.Param, text string, choices ...string) {
	for _, c := range choices {
		if text == c {
			return
		}
	}
	p.t.errorf(o.Pos, "%s of render is one of %s, not %q", o.Name.Name, strings.Join(choices, ", "), text)
}

// chartWord is a value as a word: a bare name, a text or a number.
func (p *pipe) chartWord(e syntax.Expr) string {
	switch x := syntax.Unparen(e).(type) {
	case *syntax.Ident:
		if b := p.env.find(x.Name); b != nil && b.val != nil {
			if s, ok := b.val.text(); ok {
				return s
			}
		}
		return x.Name
	case *syntax.StringLit:
		return x.Value
	}
	return e.Span().Text(p.t.src)
}

// chartNames checks that columns exist.
func (p *pipe) chartNames(o *syntax.Param, names []string) {
	for _, n := range names {
		if _, ok := p.column(n); !ok && !p.broken {
			p.t.hintf(o.Pos, suggest(n, p.names()), "unknown column %q", n)
		}
	}
}

// chartColumns chooses the columns that the query left open, as Kusto does: the
// first column, for times the first datetime, is X; numbers are Y; the other
// texts split them.
func (p *pipe) chartColumns(c *Chart) {
	given := map[string]bool{c.X: true}
	for _, n := range append(append([]string{}, c.Y...), c.Series...) {
		given[n] = true
	}
	kind := func(v value) Type {
		if v.scalar != nil {
			return v.scalar.typ
		}
		return v.typ
	}
	if c.X == "" {
		best := -1
		for i, col := range p.cols {
			t := kind(col.val)
			switch {
			case given[col.name]:
			case c.Kind == "timechart" || c.Kind == "anomalychart":
				if t == Datetime && best < 0 {
					best = i
				}
			case best < 0:
				best = i
			}
		}
		if best >= 0 {
			c.X = p.cols[best].name
			given[c.X] = true
		}
	}
	yOpen, seriesOpen := len(c.Y) == 0, len(c.Series) == 0 && c.Kind != "piechart"
	for _, col := range p.cols {
		t := kind(col.val)
		switch {
		case given[col.name]:
		case yOpen && (t.numeric() || t == Timespan):
			c.Y = append(c.Y, col.name)
		case seriesOpen && (t == String || t == Bool || t == Guid):
			c.Series = append(c.Series, col.name)
		}
	}
}
