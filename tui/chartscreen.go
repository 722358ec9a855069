package tui

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/kql"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/keymap"
)

// chartHint says how to draw the rows of a result.
type chartHint struct {
	kind, title, x, series string
	y                      []string
}

// renderChart is what a KQL query's render asks for; nil for kinds that are
// drawn as the table they are.
func renderChart(c *kql.Chart, columns []schema.Column) *chartHint {
	if c == nil {
		return nil
	}
	kind := map[string]string{"barchart": "bar", "columnchart": "bar", "piechart": "bar", "linechart": "line", "timechart": "line", "areachart": "line", "stackedareachart": "line", "anomalychart": "line"}[c.Kind]
	if kind == "" {
		return nil
	}
	h := &chartHint{kind: kind, title: c.Title, x: c.X, y: c.Y}
	if len(c.Series) > 0 {
		h.series = c.Series[0]
	}
	h.fill(columns)
	return h
}

// sectionChart is what a report's header asks for.
func sectionChart(c *queries.Chart) *chartHint {
	kind := "bar"
	if c.Kind == "line" || c.Kind == "area" {
		kind = "line"
	}
	return &chartHint{kind: kind, title: c.Title, x: c.X, y: c.Y, series: c.Series}
}

// fill chooses the columns that a hint leaves open.
func (h *chartHint) fill(columns []schema.Column) {
	number := func(c schema.Column) bool {
		return c.Type == schema.TypeLong || c.Type == schema.TypeInt || c.Type == schema.TypeReal || c.Type == schema.TypeDecimal
	}
	if h.x == "" {
		for _, c := range columns {
			if !number(c) {
				h.x = c.Name
				break
			}
		}
	}
	if len(h.y) == 0 {
		for _, c := range columns {
			if number(c) && c.Name != h.x {
				h.y = append(h.y, c.Name)
			}
		}
	}
}

// bars are labels with a number, in parts where they have some.
type bar struct {
	label string
	parts []float64
}

// chartScreen draws a table's rows, or its scope over time.
type chartScreen struct {
	from    *table
	kind    int // of kinds
	kinds   []string
	bars    []bar
	legend  []string
	curves  [][]float64
	labels  []string
	loading bool
	began   time.Time
	gen     int
	top     int
	err     error
}

// openChart draws the table.
func (t *table) openChart(a *App) tea.Cmd {
	if t.kept == nil {
		return a.say(notYet)
	}
	c := &chartScreen{from: t, kinds: []string{"bars"}}
	if t.isView() {
		c.kinds = []string{"severity", "age", "trend", "burn-down"}
	} else if t.chart == nil {
		h := &chartHint{kind: "bar"}
		h.fill(t.kept.Columns())
		if h.x == "" || len(h.y) == 0 {
			return a.say("a chart needs a column of labels and one of numbers")
		}
		t.chart = h
	}
	return a.push(c)
}

func (c *chartScreen) context() keymap.Context { return keymap.Charts }
func (c *chartScreen) crumbs() []string        { return append(slices.Clone(c.from.crumbs()), "Chart") }
func (c *chartScreen) leave()                  { c.gen++ }
func (c *chartScreen) hints() []string {
	return []string{"nextchart", "scroll", "back", "help"}
}

func (c *chartScreen) busy() time.Time {
	if c.loading {
		return c.began
	}
	return time.Time{}
}

func (c *chartScreen) act(a *App, action, key string) tea.Cmd {
	switch action {
	case "nextchart":
		by := 1
		if key == "shift+tab" {
			by = len(c.kinds) - 1
		}
		c.kind = (c.kind + by) % len(c.kinds)
		return c.resume(a)
	case "scroll":
		if key == "k" || key == "up" {
			c.top--
		} else {
			c.top++
		}
		c.top = max(0, c.top) // its other bound is known when it is drawn
	case "refresh":
		return c.resume(a)
	}
	return nil
}

// chartData is what a question for a chart is answered with.
type chartData struct {
	bars   []bar
	legend []string
	curves [][]float64
	labels []string
}

func (c *chartScreen) resume(a *App) tea.Cmd {
	if !c.loading {
		c.began = a.now()
	}
	c.gen++
	c.top, c.loading, c.err = 0, true, nil
	gen, kind, now := c.gen, c.kinds[c.kind], a.now()
	t := c.from
	if t.kept == nil && (kind == "bars" || kind == "severity") {
		return c.await(a, gen)
	}
	kept, sorted, hint := t.kept, t.sorted, t.chart
	v := t.view
	return func() tea.Msg {
		var d chartData
		var err error
		switch kind {
		case "bars":
			d, err = resultChart(a, kept, hint)
		case "severity":
			d, err = severityBars(a, t, kept, sorted)
		default:
			cond, cerr := scopeConditions(v)
			if cerr != nil {
				err = cerr
				break
			}
			d, err = overTime(a, kind, cond, now)
		}
		return done(func(*App) tea.Cmd {
			if c.gen == gen {
				c.loading, c.err = false, err
				c.bars, c.legend, c.curves, c.labels = d.bars, d.legend, d.curves, d.labels
			}
			return nil
		})
	}
}

// await has the rows asked for again, which a change to the database took away.
func (c *chartScreen) await(a *App, gen int) tea.Cmd {
	if c.from.err != nil {
		c.loading, c.err = false, c.from.err
		return nil
	}
	var load tea.Cmd
	if !c.from.loading {
		load = c.from.load(a)
	}
	return tea.Batch(load, a.after(60*time.Millisecond, func() tea.Msg {
		return done(func(a *App) tea.Cmd {
			if c.gen != gen {
				return nil
			}
			return c.resume(a)
		})
	}))
}

// mostBars is how many rows are drawn; the table has the others.
const mostBars = 500

// resultChart draws the rows of a query as its hint says.
func resultChart(a *App, kept Kept, h *chartHint) (chartData, error) {
	rows, err := kept.Page(a.ctx, 0, mostBars)
	if err != nil {
		return chartData{}, err
	}
	place := map[string]int{}
	for i, c := range kept.Columns() {
		place[c.Name] = i
	}
	x, ok := place[h.x]
	if !ok {
		return chartData{}, fmt.Errorf("drawing the rows: there is no column %q", h.x)
	}
	d := chartData{legend: h.y}
	series := -1
	if i, ok := place[h.series]; ok && h.series != "" && len(h.y) == 1 {
		series, d.legend = i, nil
	}
	at := map[string]int{}
	for _, row := range rows {
		label := cell.Text(row[x])
		if t, ok := row[x].(time.Time); ok {
			label = cell.Date(t)
		}
		i, seen := at[label]
		if !seen {
			i = len(d.bars)
			at[label] = i
			d.bars = append(d.bars, bar{label: label})
		}
		for n, y := range h.y {
			if col, ok := place[y]; ok {
				part := n
				if series >= 0 {
					part = slot(&d.legend, cell.Text(row[series]))
				}
				for len(d.bars[i].parts) <= part {
					d.bars[i].parts = append(d.bars[i].parts, 0)
				}
				d.bars[i].parts[part] += number(row[col])
			}
		}
	}
	if h.kind == "line" {
		d.toLines()
	}
	return d, nil
}

// slot is the place of a name in a list, which grows by it.
func slot(list *[]string, name string) int {
	if i := slices.Index(*list, name); i >= 0 {
		return i
	}
	*list = append(*list, name)
	return len(*list) - 1
}

// toLines makes one line of each part of the bars.
func (d *chartData) toLines() {
	for n := range d.legend {
		var line []float64
		for _, b := range d.bars {
			v := 0.0
			if n < len(b.parts) {
				v = b.parts[n]
			}
			line = append(line, v)
		}
		d.curves = append(d.curves, line)
	}
	for _, b := range d.bars {
		d.labels = append(d.labels, b.label)
	}
	d.bars = nil
}

func number(v any) float64 {
	switch x := v.(type) {
	case int64:
		return float64(x)
	case float64:
		return x
	case string:
		f, err := strconv.ParseFloat(x, 64)
		if err == nil {
			return f
		}
	}
	return 0
}

// trim leaves out the weeks before anything was known, but for a few.
func (d *chartData) trim() {
	empty := func(i int) bool {
		for _, c := range d.curves {
			if c[i] != 0 {
				return false
			}
		}
		return len(d.bars) == 0 || d.bars[i].parts[0]+d.bars[i].parts[1] == 0
	}
	const least = 8
	for max(len(d.bars), len(d.labels)) > least && empty(0) && empty(1) {
		if len(d.bars) > 0 {
			d.bars = d.bars[1:]
		}
		for i := range d.curves {
			d.curves[i] = d.curves[i][1:]
		}
		if len(d.labels) > 0 {
			d.labels = d.labels[1:]
		}
	}
}

// severityBars draws the rows of a lens by severity.
func severityBars(a *App, t *table, kept Kept, sorted Sorted) (chartData, error) {
	l := t.view.Lens
	d := chartData{legend: []string{"Critical", "High", "other"}}
	if _, ok := l.Column("critical"); !ok {
		_, rows, err := read(a.db.Ask(a.ctx, schema.Statement{SQL: "select severity::varchar, count(*) from " + kept.Table() + " group by severity order by severity desc"}))
		d.legend = nil
		for _, r := range rows {
			d.bars = append(d.bars, bar{cell.Text(r[0]), []float64{number(r[1])}})
		}
		return d, err
	}
	page := kept.Page
	if sorted != nil {
		page = sorted.Page
	}
	rows, err := page(a.ctx, 0, mostBars)
	for _, r := range rows {
		crit, high, all := number(t.value(r, "critical")), number(t.value(r, "high")), number(t.value(r, "findings"))
		d.bars = append(d.bars, bar{cell.Text(r[0]), []float64{crit, high, all - crit - high}})
	}
	return d, err
}

// view draws the chart itself.
func (c *chartScreen) view(a *App, w, h int) []string {
	th := a.theme
	if c.err != nil {
		return []string{" " + th.Bad.On(cell.Cut(oneLine(c.err.Error()), w-2))}
	}
	if len(c.curves) > 0 {
		return c.drawLines(a, w, h)
	}
	label, most := 8, 0.0
	numbers := 8
	for _, b := range c.bars {
		label = max(label, min(36, cell.Width(b.label)))
		sum := 0.0
		for _, p := range b.parts {
			sum += p
			if c.sideBySide() {
				most = max(most, p)
			}
		}
		if !c.sideBySide() {
			most = max(most, sum)
		}
		numbers = max(numbers, cell.Width(cell.Number(sum)))
	}
	room := w - label - numbers*max(1, len(c.legend)) - 8
	if room < 8 {
		room = 8
	}
	c.top = max(0, min(c.top, len(c.bars)-(h-1)))
	out := []string{" " + c.legendLine(a, label, numbers)}
	for i := c.top; i < len(c.bars) && len(out) < h; i++ {
		out = append(out, " "+c.barLine(a, c.bars[i], label, numbers, room, most))
	}
	return out
}

// sideBySide says that the parts are no parts of a whole.
func (c *chartScreen) sideBySide() bool { return c.kinds[c.kind] == "burn-down" }

func (c *chartScreen) legendLine(a *App, label, numbers int) string {
	line := cell.Spaces(label + 1)
	for i, l := range c.legend {
		line += c.style(a, i).On(cell.Fit(cell.Cut(l, numbers), numbers, true)) + " "
	}
	return line
}
