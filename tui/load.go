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
)

// notYet is said where all rows are needed and only the first have come.
const notYet = "the rows are not all here yet"

// ready says whether all rows are here, in the order that is shown.
func (t *table) ready() bool { return t.kept != nil && (len(t.keys) == 0 || t.sorted != nil) }

// firstPage is how many rows are brought before the rest is in order, and
// firstCells how many cells at most, as far as that fills a screen: the rows lie
// wide apart.
const (
	firstPage  = 300
	firstCells = 6000
)

func firstRows(columns int) int { return min(firstPage, max(60, firstCells/max(1, columns))) }

// load runs the table's statement. Rows of findings come twice: the first ones
// at once from a query of their own, then all of them, to be paged through.
func (t *table) load(a *App) tea.Cmd {
	t.stop()
	ctx, cancel := context.WithCancel(a.ctx)
	t.cancel, t.loading, t.started, t.err, t.stamp = cancel, true, a.now(), nil, a.db.Stamp()
	a.stamp, a.fresh = t.stamp, ""
	gen, began := t.gen, a.now()
	st, keys, err := t.source()
	if err != nil {
		t.loading, t.err = false, err
		return nil
	}
	request, limit, build := t.request, t.limit, t.build
	keep := func() tea.Msg {
		var prepared *queries.Prepared
		var kept Kept
		var rows [][]any
		err := error(nil)
		if request != nil {
			if prepared, err = queries.Prepare(ctx, a.db, *request); err == nil {
				st = prepared.Statement
			}
			if limit > 0 {
				st.SQL = fmt.Sprintf("select * from (\n%s\n) limit %d", strings.TrimRight(strings.TrimSpace(st.SQL), ";"), limit)
			}
		}
		if build != nil {
			st, err = build(ctx)
		}
		if err == nil {
			kept, err = a.db.Keep(ctx, st)
		}
		if err == nil {
			rows, err = firstOf(ctx, kept, keys)
		}
		took := a.now().Sub(began)
		return done(func(a *App) tea.Cmd {
			if build != nil && t.gen == gen {
				t.statement = st
			}
			if prepared != nil && t.gen == gen {
				t.statement, t.notes = prepared.Statement, prepared.Notes
				if limit > 0 && kept != nil && kept.Rows() == limit {
					t.notes = append(t.notes, fmt.Sprintf("cut at the limit of %s rows (ctrl+o)", cell.Group(limit)))
				}
				if hint := renderChart(prepared.Chart, prepared.Columns); hint != nil {
					t.chart = hint
				}
			}
			return t.loaded(a, gen, kept, rows, took, err)
		})
	}
	if !t.isView() || t.view.Lens.Grouped {
		return keep
	}
	ordered, err := t.view.Ordered()
	if err != nil {
		return keep
	}
	top := func() tea.Msg {
		_, rows, err := read(a.db.Query(ctx, schema.Statement{SQL: ordered + fmt.Sprintf("\nlimit %d", firstPage)}))
		took := a.now().Sub(began)
		return done(func(*App) tea.Cmd {
			if t.gen == gen && t.kept == nil && err == nil {
				t.grid.Fill(0, rows)
				t.took = took
			}
			if t.gen != gen {
				return nil
			}
			return keep // after the first rows, which need the machine for themselves
		})
	}
	return top
}

// manyRows is from where on an order of findings is made total by numbers.
const manyRows = 100_000

// source is the statement to keep and the order to show its rows in; a query's
// result stays in its own order.
func (t *table) source() (schema.Statement, []schema.Order, error) {
	if !t.isView() {
		return t.statement, t.view.Order, nil
	}
	text, err := t.view.SQL()
	return schema.Statement{SQL: text}, t.view.Sort(), err
}

func firstOf(ctx context.Context, kept Kept, keys []schema.Order) ([][]any, error) {
	if len(keys) == 0 {
		return kept.Page(ctx, 0, firstPage)
	}
	return kept.First(ctx, keys, firstRows(len(kept.Columns())))
}

// loaded takes the kept rows and has them sorted.
func (t *table) loaded(a *App, gen int, kept Kept, rows [][]any, took time.Duration, err error) tea.Cmd {
	if t.gen != gen {
		if kept != nil {
			go kept.Drop()
		}
		return nil
	}
	t.loading, t.took = false, took
	t.ran(a, kept, took, err)
	if err != nil {
		t.err = err
		if kept != nil {
			go kept.Drop()
		}
		return nil
	}
	t.drop()
	t.kept = kept
	if !t.isView() {
		t.grid.SetColumns(resultColumns(kept.Columns(), t.columns))
	}
	t.grid.Fill(0, rows)
	t.grid.SetTotal(kept.Rows())
	t.grid.MoveTo(t.place)
	_, keys, _ := t.source()
	if t.clipping {
		t.clipping = false
		return tea.Batch(t.order(a, keys), t.afterLoad(a), t.clipRows(a, nil, t.written(false)))
	}
	return tea.Batch(t.order(a, keys), t.total(a), t.afterLoad(a), t.askTrend(a))
}

// resultColumns describes the columns of a query's result to the grid, by what
// is known of them.
func resultColumns(columns []schema.Column, known []grid.Column) []grid.Column {
	var out []grid.Column
	for _, c := range columns {
		g := grid.Column{Name: c.Name, Title: cell.Clean(c.Name), Kind: cell.KindOf(c), Min: 4, Max: 48, Doc: c.Doc}
		if g.Kind == lens.Moment {
			g.Min = 19
		}
		if i := slices.IndexFunc(known, func(k grid.Column) bool { return k.Name == c.Name }); i >= 0 {
			k := known[i]
			g.Title, g.Min, g.Max, g.Drop, g.Doc = k.Title, k.Min, k.Max, k.Drop, k.Doc
			if k.Kind != "" {
				g.Kind = k.Kind
			}
		}
		out = append(out, g)
	}
	return out
}

// order sorts the kept rows: at once the first page, then the whole.
func (t *table) order(a *App, keys []schema.Order) tea.Cmd {
	t.keys, t.grid.Order = keys, keys
	if t.isView() {
		t.grid.Order = t.view.Keys()
	}
	if t.isView() && len(t.view.Order) == 0 {
		t.grid.Order = t.grid.Order[:min(1, len(t.grid.Order))] // of a lens's own keys the first tells
	}
	if t.sorted != nil {
		go t.sorted.Drop()
		t.sorted = nil
	}
	if len(keys) == 0 || t.kept == nil {
		t.resort = false
		return tea.Batch(t.want(a), t.findAgain(a))
	}
	t.resort = true
	kept, gen, ties := t.kept, t.gen, t.ties()
	if t.cancel != nil {
		t.cancel() // a sort that nobody waits for any more
	}
	ctx, cancel := context.WithCancel(a.ctx)
	t.cancel = cancel
	return func() tea.Msg {
		_ = kept.Rank(ctx, ties) // without it the sort takes longer
		sorted, err := kept.Sort(ctx, keys)
		return done(func(a *App) tea.Cmd {
			if t.gen != gen || t.kept != kept || !sameOrder(t.keys, keys) {
				if err == nil {
					go sorted.Drop()
				}
				return nil
			}
			t.resort = false
			if err != nil {
				return a.fail(err)
			}
			t.sorted = sorted
			return tea.Batch(t.want(a), t.findAgain(a))
		})
	}
}

// ties is what makes an order of many findings total.
func (t *table) ties() (out []schema.Order) {
	if !t.isView() || t.view.Lens.Grouped || t.kept.Rows() < manyRows {
		return nil
	}
	for _, name := range t.view.Lens.Ties {
		out = append(out, schema.Order{Column: name})
	}
	return out
}

func sameOrder(a, b []schema.Order) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// sortBy changes the order; the first rows come before the rest is sorted.
func (t *table) sortBy(a *App, keys []schema.Order) tea.Cmd {
	if t.kept == nil {
		return a.say(notYet)
	}
	t.view.Order = keys
	t.keepChoices(a)
	if t.loading {
		return t.load(a) // what was asked for anew comes in this order
	}
	_, keys, _ = t.source()
	t.gen++
	kept, gen, began := t.kept, t.gen, a.now()
	t.grid.MoveTo(0)
	sorting := t.order(a, keys)
	t.fetch = true
	return func() tea.Msg {
		rows, err := firstOf(a.ctx, kept, keys)
		took := a.now().Sub(began)
		return done(func(a *App) tea.Cmd {
			if t.gen != gen || t.kept != kept {
				return nil
			}
			t.fetch = false
			if err != nil {
				return tea.Batch(a.fail(err), sorting)
			}
			t.took = took
			t.grid.Fill(0, rows)
			// The whole is sorted once the first rows are on the screen: they need the
			// machine for themselves.
			return tea.Batch(t.want(a), sorting)
		})
	}
}

// want brings the rows that the grid has come to need.
func (t *table) want(a *App) tea.Cmd {
	if t.fetch || t.kept == nil {
		return t.wantPane(a)
	}
	from, n := t.grid.Need()
	if n == 0 || len(t.keys) > 0 && t.sorted == nil {
		return t.wantPane(a)
	}
	page := t.kept.Page
	if t.sorted != nil {
		page = t.sorted.Page
	}
	t.fetch = true
	kept, gen := t.kept, t.gen
	bring := func() tea.Msg {
		rows, err := page(a.ctx, from, n)
		return done(func(a *App) tea.Cmd {
			if t.gen != gen || t.kept != kept {
				return nil
			}
			t.fetch = false
			if err != nil {
				return a.fail(err)
			}
			t.grid.Fill(from, rows)
			return t.want(a)
		})
	}
	return tea.Batch(bring, t.wantPane(a))
}

// total counts what the rows stand for.
func (t *table) total(a *App) tea.Cmd {
	if !t.isView() {
		return nil
	}
	kept, gen, v, grouped := t.kept, t.gen, t.view, t.view.Lens.Grouped
	v.Lens = lens.Lens{}
	cond, err := v.Conditions()
	if err != nil {
		return nil
	}
	return func() tea.Msg {
		findings, of, distinct := kept.Rows(), int64(-1), int64(-1)
		if grouped {
			findings = -1
			if _, rows, err := read(a.db.Ask(a.ctx, schema.Statement{SQL: "select sum(findings)::bigint from " + kept.Table()})); err == nil && len(rows) == 1 {
				findings, _ = rows[0][0].(int64)
			}
		}
		// Which findings a filter of the rows leaves, only the rows tell.
		filtered := slices.ContainsFunc(v.Chips, lens.Chip.OfRows)
		if _, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: "select count(*), " + once("true") + " from " + lens.Source(cond...) + shared + whereOf(cond)})); err == nil && len(rows) == 1 {
			of = whole(rows[0][0])
			if !filtered {
				distinct = whole(rows[0][1])
			}
		}
		return done(func(*App) tea.Cmd {
			if t.gen == gen {
				t.sums = sums{findings, of, distinct}
			}
			return nil
		})
	}
}

func whereOf(cond []string) string {
	text := ""
	for i, c := range cond {
		word := " and "
		if i == 0 {
			word = " where "
		}
		text += word + c
	}
	return text
}

// afterLoad brings what stands beside the rows.
func (t *table) afterLoad(a *App) tea.Cmd {
	return tea.Batch(t.want(a), t.wantFacets(a))
}
