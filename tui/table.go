package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/grid"
	"argosy/tui/keymap"
	"argosy/tui/state"
)

// table is the one screen for all lenses, and for the results of queries: a
// grid over the rows of a statement, with a scope above and a pane beside it.
type table struct {
	view lens.View
	grid *grid.Grid

	// Set instead of a lens for the result of a query.
	title     string
	statement schema.Statement
	request   *queries.Request // from which the statement is made
	report    *queries.Saved   // that the request belongs to, with the values given
	given     map[string]string
	chart     *chartHint
	notes     []string
	limit     int64                                           // of a query's rows; 0 is all
	into      func(*App, []any) tea.Cmd                       // opens a row; nil looks at its columns
	columns   []grid.Column                                   // of the result, where more is known of them than their names
	build     func(context.Context) (schema.Statement, error) // makes the statement each time, where it depends on the time
	empty     string                                          // said where there is no row
	extra     keymap.Context                                  // keys besides the table's
	schedule  string                                          // that the rows are about
	run       string                                          // of it
	clipping  bool                                            // the rows go onto the clipboard once they are there

	kept    Kept
	sorted  Sorted
	keys    []schema.Order // of sorted, or of what is being sorted
	resort  bool           // an order is being made
	gen     int
	cancel  context.CancelFunc
	loading bool
	started time.Time
	took    time.Duration // to the first rows; negative while unknown
	err     error
	place   int64 // of the cursor, to return to after loading
	fetch   bool  // a page is on its way
	stamp   Stamp

	sums sums
	find find
	side pane
	face facets
}

// sums are figures about the whole view.
type sums struct {
	findings, of int64 // in the rows, and in the scope; -1 while unknown
	once         int64 // those of the scope, each once; the others count one for each repository that holds the image
}

// newTable makes a table of a view.
func newTable(a *App, v lens.View) *table {
	v, _ = v.Held()
	t := &table{view: v, sums: sums{-1, -1, -1}, took: -1}
	t.grid = grid.New(columnsOf(v.Lens))
	var columns []string
	frozen := 0
	if c, ok := a.state.Tables[v.Lens.Name]; ok {
		for _, n := range c.Hidden {
			t.grid.SetHidden(n, true)
		}
		for n, w := range c.Widths {
			t.grid.SetWidth(n, w)
		}
		if len(v.Order) == 0 {
			t.view.Order = c.Order
		}
		columns, frozen = c.Columns, c.Frozen
	}
	t.side.where = a.state.Pane
	if key := trendKey(v.Lens.Name); key != "" {
		drop := 3
		if v.Lens.Name == "repositories" {
			drop = 4 // their names are long, and cut they are all the same
		}
		t.grid.Columns = append(t.grid.Columns, grid.Column{Name: "trend", Title: "TREND 12 w", Kind: lens.Spark, Min: 12, Max: 12, Drop: drop, Doc: "open findings at the end of each of twelve weeks, each row on its own scale"})
		t.grid.SetColumns(t.grid.Columns)
		t.grid.SparkKey = func(row []any) string {
			if v.Lens.Name == "repositories" && len(row) > 1 {
				return cell.Text(row[1]) + "/" + cell.Text(row[0])
			}
			return cell.Text(row[0])
		}
	}
	if len(columns) > 0 {
		t.grid.SetPlaces(columns)
	}
	t.grid.SetFrozen(frozen)
	return t
}

// newResult makes a table of a query's result.
func newResult(title string, st schema.Statement) *table {
	return &table{title: title, statement: st, grid: grid.New(nil), sums: sums{-1, -1, -1}, took: -1}
}

func columnsOf(l lens.Lens) []grid.Column {
	var out []grid.Column
	for _, c := range l.Columns {
		out = append(out, grid.Column{Name: c.Name, Title: c.Title, Kind: c.Kind, Min: c.Min, Max: c.Max, Drop: c.Drop, Doc: c.Doc})
	}
	return out
}

// isView says whether the table is a view of the findings, which has a scope.
func (t *table) isView() bool { return t.view.Lens.Name != "" }

func (t *table) context() keymap.Context {
	if t.face.open {
		return keymap.Facets
	}
	return keymap.Table
}

// more is where keys besides the table's hold.
func (t *table) more() keymap.Context { return t.extra }

// crumbs are the chips in the order they were added, and the lens.
func (t *table) crumbs() []string {
	if !t.isView() {
		return []string{t.title}
	}
	var out []string
	for _, c := range t.view.Chips {
		if c.Op == lens.Is && len(c.Values) == 1 && c.Values[0] != nil && slices.Contains([]string{"team", "registry", "repository", "image", "vulnerability", "package"}, c.Field) {
			v := cell.Clean(*c.Values[0])
			if strings.HasPrefix(v, "sha256:") && len(v) > 12 {
				v = v[:11] + "…"
			}
			out = append(out, v)
		}
	}
	return append(out, t.view.Lens.Title)
}

func (t *table) busy() time.Time {
	if t.loading {
		return t.started
	}
	return time.Time{}
}

func (t *table) hints() []string {
	if t.face.open {
		return []string{"include", "exclude", "or", "order", "nextfacet", "close", "help"}
	}
	switch t.extra {
	case keymap.Schedules:
		return []string{"open", "back", "dryrun", "runnow", "resend", "refresh", "find", "wrap", "copycell", "help"}
	}
	if !t.isView() {
		return []string{"open", "back", "find", "sort", "hide", "wrap", "copycell", "edit", "export", "chart", "palette", "help", "quit"}
	}
	return []string{"open", "back", "lens8", "find", "facets", "sort", "keep", "hide", "pane", "copycell", "palette", "help", "quit"}
}

// resume loads the rows unless they are there.
func (t *table) resume(a *App) tea.Cmd {
	if t.isView() {
		a.trail.add(t.view)
	}
	if t.kept != nil || t.loading {
		return t.afterLoad(a)
	}
	return t.load(a)
}

// leave frees what the table holds.
func (t *table) leave() {
	t.stop()
	t.drop()
}

// stop cancels what runs for the table; what comes of it is dropped.
func (t *table) stop() {
	t.gen++
	if t.cancel != nil {
		t.cancel()
	}
	t.loading, t.fetch, t.resort = false, false, false
}

// drop frees the rows; the engine does it in its own time.
func (t *table) drop() {
	kept, sorted := t.kept, t.sorted
	t.kept, t.sorted = nil, nil
	go func() {
		if sorted != nil {
			sorted.Drop()
		}
		if kept != nil {
			kept.Drop()
		}
	}()
}

// cancelled stops a running query.
func (t *table) cancelled(*App) bool {
	if !t.loading && !t.resort {
		return false
	}
	t.stop()
	if t.kept == nil {
		t.err = fmt.Errorf("cancelled; R asks again")
	}
	return true
}

// keepChoices notes what the user chose for the lens, so that its next table
// looks the same.
func (t *table) keepChoices(a *App) {
	if t.isView() {
		a.state.Tables[t.view.Lens.Name] = state.Table{Hidden: t.grid.Hidden(), Widths: t.grid.Widths(), Order: t.view.Order, Columns: t.grid.Places(), Frozen: t.grid.Frozen()}
	}
}

// rememberView notes the view as the one looked at last.
func (t *table) rememberView(a *App) {
	var scope []string
	for _, c := range t.view.Chips {
		if !c.OfRows() {
			scope = append(scope, c.String())
		}
	}
	a.state.Last[a.db.Path()] = state.View{Lens: t.view.Lens.Name, Scope: scope, All: t.view.AllStatus}
}

// value is the value of a column in a row.
func (t *table) value(row []any, column string) any {
	for i, c := range t.grid.Columns {
		if c.Name == column && i < len(row) {
			return row[i]
		}
	}
	return nil
}

// chipsOf makes the chips that single a row out.
func (t *table) chipsOf(row []any) []lens.Chip {
	var out []lens.Chip
	for _, field := range t.view.Lens.Drill {
		chip := lens.Where(field, lens.Is, "true")
		for i, c := range t.view.Lens.Columns {
			if c.Field == field && i < len(row) {
				chip.Values = []*string{typed(row[i])}
			}
		}
		out = append(out, chip)
	}
	return out
}

// typed is a value as a chip holds it; nil for null.
func typed(v any) *string {
	if v == nil {
		return nil
	}
	s, ok := v.(string)
	if !ok {
		s = cell.Text(v)
	}
	return &s
}

// with adds a chip to a scope; one of the same field and comparison gives way.
func with(chips []lens.Chip, more ...lens.Chip) []lens.Chip {
	out := slices.Clone(chips)
	for _, c := range more {
		out = slices.DeleteFunc(out, func(d lens.Chip) bool {
			return d.Field == c.Field && d.Op == c.Op && (c.Op != lens.IsNot || d.Equal(c))
		})
		out = append(out, c)
	}
	return out
}
