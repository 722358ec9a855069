// Package grid is a table of any number of rows, of which it holds a window.
// It knows rows, columns, a cursor and marks, and draws them; where rows come
// from is its owner's business: after each key the owner asks Need and brings
// what is missing with Fill.
package grid

import (
	"slices"
	"time"

	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/theme"
)

// Column is one column of a grid.
type Column struct {
	Name, Title    string
	Kind           lens.Kind
	Min, Max, Drop int
	Doc            string
}

// Grid is the table. The zero value has no columns; use New.
type Grid struct {
	Columns []Column
	// Order is what the rows are sorted by, for the marks in the heading.
	Order []schema.Order
	// Total is the number of rows, -1 while it is not known.
	Total int64
	// Now is what ages are counted to.
	Now time.Time
	// Sparks are what columns of kind Spark show, by SparkKey of the row.
	Sparks   map[string]string
	SparkKey func(row []any) string
	// Find is a text that is shown as a match.
	Find string
	// Ecosystem is the index of the column with the type of the package, by which
	// versions are compared; -1 for none.
	Ecosystem int

	from int64
	rows [][]any

	cursor, top int64
	col         int
	order       []int // places of columns, left to right
	hidden      map[string]bool
	width       map[string]int // chosen by the user
	seen        []int          // widest text seen in a column
	usual       []int          // what nine of ten texts seen in it need
	frozen      int
	marks       map[int64]bool
	anchor      int64
	Wrap        bool

	w, h   int
	theme  theme.Theme
	layout []place
	drawn  int // rows drawn last
}

// New makes a grid of columns.
func New(columns []Column) *Grid {
	g := &Grid{Total: -1, Ecosystem: -1, anchor: -1}
	g.SetColumns(columns)
	return g
}

// SetColumns replaces the columns and forgets what was seen of them; hidden and
// resized columns stay so by name.
func (g *Grid) SetColumns(columns []Column) {
	g.Columns, g.layout = columns, nil
	g.order = g.order[:0]
	g.seen, g.usual = make([]int, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		g.order = append(g.order, i)
		if c.Name == "type" || c.Name == "package_type" {
			g.Ecosystem = i
		}
	}
	if g.hidden == nil {
		g.hidden, g.width, g.marks = map[string]bool{}, map[string]int{}, map[int64]bool{}
	}
	g.col = 0
	for i, c := range columns {
		if c.Kind != lens.Hidden {
			g.col = i
			break
		}
	}
}

// SetSize gives the grid its place: h lines, the heading among them.
func (g *Grid) SetSize(w, h int) {
	if g.w != w {
		g.layout = nil
	}
	g.w, g.h = w, h
	g.scroll()
}

// SetTheme sets the colours.
func (g *Grid) SetTheme(t theme.Theme) { g.theme = t }

// Reset forgets rows, marks and the cursor's place.
func (g *Grid) Reset() {
	g.rows, g.from, g.Total, g.cursor, g.top, g.anchor = nil, 0, -1, 0, 0, -1
	clear(g.marks)
	g.seen, g.usual = make([]int, len(g.Columns)), make([]int, len(g.Columns))
	g.layout = nil
}

// Fill brings rows, the first of them at place from.
func (g *Grid) Fill(from int64, rows [][]any) {
	g.from, g.rows = from, rows
	g.layout = nil
}

// Forget drops the rows held, but neither cursor nor marks: their order is no
// longer theirs.
func (g *Grid) Forget() { g.rows, g.from = nil, 0 }

// SetTotal says how many rows there are.
func (g *Grid) SetTotal(n int64) {
	g.Total = n
	g.cursor = max(0, min(g.cursor, n-1))
	g.scroll()
}

// Margin is how many rows beyond the screen are wanted at hand.
const margin = 240

// Need says which rows are missing, or soon will be; n is 0 when none are.
func (g *Grid) Need() (from, n int64) {
	if g.Total == 0 || g.h <= 1 {
		return 0, 0
	}
	end := g.top + int64(g.h)
	last := g.from + int64(len(g.rows))
	if g.Total > 0 {
		end = min(end, g.Total)
	}
	near := int64(margin / 3)
	low, high := max(0, g.top-near), end+near
	if g.Total > 0 {
		high = min(high, g.Total)
	}
	if g.from <= low && last >= high && len(g.rows) > 0 {
		return 0, 0
	}
	from = max(0, g.top-margin)
	to := end + margin
	if g.Total > 0 {
		to = min(to, g.Total)
	}
	return from, to - from
}

// Row returns the row at a place, nil when it is not at hand.
func (g *Grid) Row(at int64) []any {
	if i := at - g.from; i >= 0 && i < int64(len(g.rows)) {
		return g.rows[i]
	}
	return nil
}

// Current is the row under the cursor, nil when it is not at hand.
func (g *Grid) Current() []any { return g.Row(g.cursor) }

// Cursor is the place of the cursor, Column the column it is in.
func (g *Grid) Cursor() int64 { return g.cursor }

// Column is the column of the cursor.
func (g *Grid) Column() (Column, int) {
	if g.col < len(g.Columns) {
		return g.Columns[g.col], g.col
	}
	return Column{}, -1
}

// MoveTo puts the cursor on a row.
func (g *Grid) MoveTo(at int64) {
	if g.Total >= 0 {
		at = min(at, g.Total-1)
	} else if n := g.from + int64(len(g.rows)); n > 0 {
		at = min(at, n-1)
	}
	g.cursor = max(0, at)
	g.scroll()
}

// SetColumn puts the cursor in the column of a name.
func (g *Grid) SetColumn(name string) {
	for i, c := range g.Columns {
		if c.Name == name && c.Kind != lens.Hidden {
			g.col = i
			g.layout = nil
		}
	}
}

// scroll keeps the cursor on the screen.
func (g *Grid) scroll() {
	page := g.page()
	switch {
	case g.cursor < g.top:
		g.top = g.cursor
	case g.cursor >= g.top+page:
		g.top = g.cursor - page + 1
	}
	if g.Total >= 0 {
		g.top = max(0, min(g.top, g.Total-page))
	}
}

// page is how many rows fit.
func (g *Grid) page() int64 { return int64(max(1, g.h-1)) }

// Marked lists the places of the marked rows in order.
func (g *Grid) Marked() []int64 {
	var out []int64
	for at := range g.marks {
		out = append(out, at)
	}
	slices.Sort(out)
	return out
}

// Key moves the cursor, marks rows or changes columns. It reports false for a
// key that it does not know.
func (g *Grid) Key(key string) bool {
	if len(g.Columns) == 0 {
		return false // the rows are not there yet
	}
	page := g.page()
	switch key {
	case "j", "down":
		g.MoveTo(g.cursor + 1)
	case "k", "up":
		g.MoveTo(g.cursor - 1)
	case "ctrl+d":
		g.MoveTo(g.cursor + page/2)
	case "ctrl+u":
		g.MoveTo(g.cursor - page/2)
	case "pgdown":
		g.MoveTo(g.cursor + page)
	case "pgup":
		g.MoveTo(g.cursor - page)
	case "g", "home":
		g.MoveTo(0)
	case "G", "end":
		g.MoveTo(1 << 62)
	case "h", "left":
		g.sideways(-1)
	case "l", "right":
		g.sideways(1)
	case "space":
		g.mark(g.cursor)
		g.anchor = g.cursor
		g.MoveTo(g.cursor + 1)
	case "V":
		g.markRange()
	case "a":
		g.markAll()
	case "u":
		clear(g.marks)
	case "-":
		g.Hide()
	case "<", ">":
		g.resize(key == ">")
	case "_":
		delete(g.width, g.Columns[g.col].Name)
		g.width[g.Columns[g.col].Name] = max(1, g.natural(g.col, 1<<20))
		g.layout = nil
	case "z":
		g.freeze()
	case "w":
		g.Wrap = !g.Wrap
	case "{", "}":
		g.shift(key == "}")
	default:
		return false
	}
	return true
}

func (g *Grid) mark(at int64) {
	if g.marks[at] {
		delete(g.marks, at)
	} else {
		g.marks[at] = true
	}
}

// mostMarks bounds marks: what is more is all, and all is what an export takes
// without marks.
const mostMarks = 100_000

func (g *Grid) markRange() {
	if g.anchor < 0 {
		g.anchor = g.cursor
	}
	low, high := min(g.anchor, g.cursor), max(g.anchor, g.cursor)
	for at := low; at <= high && len(g.marks) < mostMarks; at++ {
		g.marks[at] = true
	}
}

func (g *Grid) markAll() {
	for at := int64(0); at < g.Total && len(g.marks) < mostMarks; at++ {
		g.marks[at] = true
	}
}

// sideways moves the column cursor through the columns on the screen, then
// through those that did not fit.
func (g *Grid) sideways(by int) {
	list := g.walk()
	i := slices.Index(list, g.col)
	i = max(0, min(len(list)-1, i+by))
	if len(list) > 0 {
		g.col = list[i]
		g.layout = nil
	}
}

// Hide hides the column of the cursor, but never the last.
func (g *Grid) Hide() {
	list := g.shown()
	if len(list) < 2 {
		return
	}
	i := slices.Index(list, g.col)
	g.hidden[g.Columns[g.col].Name] = true
	g.col = list[max(0, i-1)]
	if i == 0 {
		g.col = list[1]
	}
	g.layout = nil
}

// SetHidden shows or hides a column by name.
func (g *Grid) SetHidden(name string, hide bool) {
	if hide && len(g.shown()) > 1 {
		g.hidden[name] = true
	} else if !hide {
		delete(g.hidden, name)
	}
	if list := g.shown(); !slices.Contains(list, g.col) && len(list) > 0 {
		g.col = list[0]
	}
	g.layout = nil
}

// Hidden lists the columns that the user hid.
func (g *Grid) Hidden() []string {
	var out []string
	for n := range g.hidden {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func (g *Grid) resize(wider bool) {
	name := g.Columns[g.col].Name
	w := g.current(g.col)
	if wider {
		w += 2
	} else {
		w = max(3, w-2)
	}
	g.width[name] = w
	g.layout = nil
}

// Page is the rows on the screen: the place of the first, and how many fit.
func (g *Grid) Page() (from, n int64) { return g.top, g.page() }

func (g *Grid) freeze() {
	at := slices.Index(g.shown(), g.col) + 1
	if g.frozen == at {
		at = 0
	}
	g.frozen = at
	g.layout = nil
}

// shift moves the column of the cursor to the left or right.
func (g *Grid) shift(right bool) {
	list := g.shown()
	i := slices.Index(list, g.col)
	j := i - 1
	if right {
		j = i + 1
	}
	if i < 0 || j < 0 || j >= len(list) {
		return
	}
	a, b := slices.Index(g.order, list[i]), slices.Index(g.order, list[j])
	g.order[a], g.order[b] = g.order[b], g.order[a]
	g.layout = nil
}

// shown lists the columns that are not hidden, left to right.
func (g *Grid) shown() []int {
	var out []int
	for _, i := range g.order {
		if c := g.Columns[i]; c.Kind != lens.Hidden && !g.hidden[c.Name] {
			out = append(out, i)
		}
	}
	return out
}

// Shown lists the columns that are not hidden, in their order on the screen.
func (g *Grid) Shown() []int { return g.shown() }
