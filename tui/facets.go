package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/kql/duck"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// facets is the panel with the values of fields and how many findings have
// each.
type facets struct {
	open    bool
	finding bool   // a value is being searched for
	filter  string // what values must contain
	byName  bool
	list    []facet
	at      int // facet
	row     int // value in it
	or      map[string]bool
	gen     int
	began   time.Time
	took    time.Duration // to the last value; 0 while some are counted
}

// facet is one field's values.
type facet struct {
	field  string
	title  string
	values []facetValue
	total  int64 // distinct values
	err    error
}

type facetValue struct {
	value any
	count int64
	share float64 // of all that was counted
}

// facetFields are the fields that the panel shows.
func facetFields() []string {
	return []string{"severity", "fixable", "package", "vulnerability", "team", "registry", "type", "distribution", "kev", "fix_status"}
}

const facetTop = 8

// openFacets opens the panel; when it is open, the column of the cursor is
// shown whole as a table of its own.
func (t *table) openFacets(a *App) tea.Cmd {
	if !t.isView() {
		return t.frequency(a)
	}
	t.face = facets{open: true, or: map[string]bool{}, gen: t.face.gen + 1}
	return t.wantFacets(a)
}

// wantFacets counts each field's values, one query each.
func (t *table) wantFacets(a *App) tea.Cmd {
	if !t.face.open || len(t.face.list) > 0 {
		return nil
	}
	fields := facetFields()
	if c, ok := t.view.Lens.Column(first(t.grid.Column()).Name); ok && c.Field != "" {
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == c.Field })
		fields = append([]string{c.Field}, fields...)
	}
	cond, err := t.view.Conditions()
	if err != nil {
		return a.fail(err)
	}
	t.face.began, t.face.took = a.now(), 0
	t.face.list = make([]facet, len(fields))
	for i, name := range fields {
		t.face.list[i] = facet{field: name, title: strings.ToUpper(strings.ReplaceAll(name, "_", " "))}
	}
	return t.countFacet(a, t.face.gen, 0, cond)
}

func first[A, B any](x A, _ B) A { return x }

// countFacet counts one field, then the next: the first facets are seen first,
// and the engine is left to the keys' own queries.
func (t *table) countFacet(a *App, gen, i int, cond []string) tea.Cmd {
	if i >= len(t.face.list) {
		t.face.took = max(a.now().Sub(t.face.began), 1)
		return nil
	}
	f, err := lens.FieldOf(t.face.list[i].field)
	if err != nil {
		return a.fail(err)
	}
	value := f.Expr
	if f.List {
		value = "unnest(" + f.Expr + ")"
	}
	order := "n desc, value"
	if t.face.byName {
		order = "value"
	}
	if f.Name == "severity" {
		order = "value desc"
	}
	outer := ""
	if t.face.filter != "" {
		outer = " where " + has("value", t.face.filter)
	}
	where := whereOf(cond)
	text := fmt.Sprintf("select value, n, count(*) over (), n / total from (select %s as value, count(*) as n, sum(count(*)) over () as total from %s%s group by 1)%s order by %s limit %d",
		value, lens.Source(value, where), where, outer, order, facetTop)
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: text}))
		return done(func(a *App) tea.Cmd {
			if t.face.gen != gen || i >= len(t.face.list) {
				return nil
			}
			out := &t.face.list[i]
			out.err, out.values, out.total = err, nil, 0
			for _, r := range rows {
				n, _ := r[1].(int64)
				out.total, _ = r[2].(int64)
				share, _ := r[3].(float64)
				out.values = append(out.values, facetValue{r[0], n, share})
			}
			if f := &t.face; f.filter != "" && len(out.values) > 0 && len(f.list[f.at].values) == 0 {
				f.at, f.row = i, 0 // the cursor goes to what was found
			}
			return t.countFacet(a, gen, i+1, cond)
		})
	}
}

// status says what the panel shows and what that took.
func (f *facets) status() string {
	text := fmt.Sprintf("facets %d × top %d", len(f.list), facetTop)
	if f.took == 0 {
		return text + " · counting"
	}
	return text + " · " + took(f.took) + " · exact"
}

// facetKey does what a key stands for in the panel.
func (t *table) facetKey(a *App, action, key string) (tea.Cmd, bool) {
	f := &t.face
	switch action {
	case "close":
		if key == "F" {
			cmd := t.frequency(a)
			f.open = false
			return cmd, true
		}
		f.open = false
		return nil, true
	case "nextfacet", "prevfacet":
		by := 1
		if action == "prevfacet" {
			by = -1
		}
		if n := len(f.list); n > 0 {
			f.at, f.row = (f.at+by+n)%n, 0
		}
		clear(f.or)
		return nil, true
	case "include", "exclude":
		return t.useFacet(a, action == "exclude"), true
	case "or":
		if v, ok := f.value(); ok {
			key := cell.Text(v)
			f.or[key] = !f.or[key]
			f.move(1)
		}
		return nil, true
	case "order":
		f.byName = !f.byName
		return t.recount(a), true
	case "find":
		f.finding, f.filter = true, ""
		return nil, true
	case "move":
		by := 1
		if key == "k" || key == "up" {
			by = -1
		}
		f.move(by)
		return nil, true
	}
	switch key {
	case "j", "down":
		f.move(1)
		return nil, true
	case "k", "up":
		f.move(-1)
		return nil, true
	}
	return nil, false
}

// move goes to the next value, over the border of facets.
func (f *facets) move(by int) {
	if len(f.list) == 0 {
		return
	}
	f.row += by
	for f.row < 0 && f.at > 0 {
		f.at--
		f.row += max(1, len(f.list[f.at].values))
	}
	for f.row >= max(1, len(f.list[f.at].values)) && f.at < len(f.list)-1 {
		f.row -= max(1, len(f.list[f.at].values))
		f.at++
	}
	f.row = max(0, min(f.row, len(f.list[f.at].values)-1))
}

func (f *facets) value() (any, bool) {
	if f.at >= len(f.list) || f.row >= len(f.list[f.at].values) {
		return nil, false
	}
	return f.list[f.at].values[f.row].value, true
}

func (t *table) recount(a *App) tea.Cmd {
	t.face.list, t.face.gen = nil, t.face.gen+1
	t.face.at, t.face.row = 0, 0
	return t.wantFacets(a)
}

// facetTyped takes the keys of the search for a value.
func (t *table) facetTyped(a *App, msg tea.KeyPressMsg) tea.Cmd {
	f := &t.face
	switch msg.String() {
	case "enter":
		f.finding = false
		return nil
	case "esc":
		f.finding, f.filter = false, ""
	case "backspace":
		if r := []rune(f.filter); len(r) > 0 {
			f.filter = string(r[:len(r)-1])
		}
	default:
		f.filter += msg.Text
	}
	return t.recount(a)
}

// useFacet makes a chip of the value, or of those marked.
func (t *table) useFacet(a *App, not bool) tea.Cmd {
	f := &t.face
	if _, ok := f.value(); !ok {
		return nil
	}
	chip := lens.Chip{Field: f.list[f.at].field, Op: lens.Is}
	if not {
		chip.Op = lens.IsNot
	}
	for i, v := range f.list[f.at].values {
		if f.or[cell.Text(v.value)] || len(marked(f.or)) == 0 && i == f.row {
			chip.Values = append(chip.Values, typed(v.value))
		}
	}
	f.open = false
	return t.rescope(a, with(t.view.Chips, chip))
}

func marked(or map[string]bool) []string {
	var out []string
	for k, on := range or {
		if on {
			out = append(out, k)
		}
	}
	return out
}

// frequency shows every value of the cursor's column with its count, as a
// table of its own.
func (t *table) frequency(a *App) tea.Cmd {
	c, i := t.grid.Column()
	if t.kept == nil || i < 0 || c.Kind == lens.Spark {
		return a.say("there is nothing to count here")
	}
	name := duck.Name(c.Name)
	var text string
	if t.isView() {
		inner, err := t.view.SQL()
		if err != nil {
			return a.fail(err)
		}
		text = "select " + name + ", count(*) as rows, round(100.0 * count(*) / sum(count(*)) over (), 2) as percent\nfrom (\n" + inner + "\n)\ngroup by 1\norder by rows desc, 1"
		return a.push(newResult("every "+strings.ToLower(c.Title)+" of "+strings.Join(t.crumbs(), " › "), schema.Statement{SQL: text}))
	}
	st := t.statement
	st.SQL = "select " + name + ", count(*) as rows, round(100.0 * count(*) / sum(count(*)) over (), 2) as percent\nfrom (\n" + strings.TrimRight(strings.TrimSpace(st.SQL), ";") + "\n)\ngroup by 1\norder by rows desc, 1"
	if st.Convert != nil {
		return a.say("frequencies of a KQL result: summarize count() by " + c.Name)
	}
	return a.push(newResult("every "+c.Name+" of "+t.title, st))
}

// facetLines draws the panel.
func (t *table) facetLines(a *App, w, h int) []string {
	f, th := &t.face, a.theme
	head := "Facets"
	if f.finding || f.filter != "" {
		head += "  /" + cell.Clean(f.filter)
		if f.finding {
			head += "▏"
		}
	}
	out := []string{th.Title.On(head)}
	cursor := 0
	for i, fc := range f.list {
		style := th.Head
		if i == f.at {
			style = th.HeadOn
		}
		right := ""
		if fc.total > facetTop {
			right = cell.Group(fc.total)
		}
		out = append(out, style.On(fc.title)+cell.Spaces(max(1, w-cell.Width(fc.title)-len(right)-1))+th.Dim.On(right))
		if fc.err != nil {
			out = append(out, th.Bad.On(cell.Cut(oneLine(fc.err.Error()), w)))
		}
		var most int64 = 1
		var sum int64
		for _, v := range fc.values {
			most, sum = max(most, v.count), sum+v.count
		}
		for j, v := range fc.values {
			here := i == f.at && j == f.row
			if here {
				cursor = len(out)
			}
			out = append(out, t.facetLine(a, fc, v, w, most, here))
		}
	}
	out = append(out, "", th.Dim.On("⏎ include   - exclude"), th.Dim.On("space or    / find value"))
	if len(out) > h {
		from := max(0, min(cursor-h/2, len(out)-h))
		out = out[from : from+h]
	}
	return out
}

func (t *table) facetLine(a *App, fc facet, v facetValue, w int, most int64, here bool) string {
	th := a.theme
	name := cell.Text(v.value)
	style := th.Text
	switch {
	case v.value == nil:
		name, style = "(none)", th.Dim
	case fc.field == "severity":
		style = th.Severity(name)
		name = cell.Shape(name) + " " + strings.ToUpper(name)
	case strings.HasPrefix(name, "sha256:"):
		name = name[7:]
	}
	mark := " "
	if t.face.or[cell.Text(v.value)] {
		mark = "◆"
	}
	count := cell.Group(v.count)
	const bar = 3
	room := w - 2 - len(count) - 1 - bar - 1 - 5
	line := mark + cell.Fit(name, max(4, room), false) + " " + count + " "
	full := cell.Fit(strings.Repeat("█", int((v.count*bar+most-1)/most)), bar, false)
	share := fmt.Sprintf(" %3.0f%%", 100*v.share)
	if here {
		return th.Accent.On("▌") + th.Row.On(line) + th.Accent.On(full) + th.Text.On(share)
	}
	return " " + style.On(line) + th.Border.On(full) + th.Dim.On(share)
}
