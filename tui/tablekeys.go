package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/schema"
)

// act does what a key stands for on a table.
func (t *table) act(a *App, action, key string) tea.Cmd {
	if t.face.open {
		if cmd, ok := t.facetKey(a, action, key); ok {
			return cmd
		}
	}
	switch action {
	case "move", "sideways", "page", "ends", "mark", "marks", "wrap":
		t.grid.Key(key)
		return nil
	case "hide", "width", "freeze", "shift":
		t.grid.Key(key)
		t.keepChoices(a)
		return nil
	case "open":
		return t.open(a)
	case "everywhere":
		return t.everywhere(a)
	case "refresh":
		t.place = t.grid.Cursor()
		t.drop()
		return t.load(a)
	case "find":
		t.find.open()
		return nil
	case "again":
		return t.nextMatch(a, key == "N")
	case "keep", "drop":
		return t.filter(a, action == "drop")
	case "chips":
		return t.chooseChips(a)
	case "sort", "sortmore":
		return t.sortKey(a, action == "sortmore")
	case "facets":
		return t.openFacets(a)
	case "columns":
		return t.chooseColumns(a)
	case "copycell", "copyrow", "copymd":
		return t.copy(a, action)
	case "pane":
		return t.nextPane(a)
	case "info":
		return t.info(a)
	case "status":
		return t.toggleStatus(a)
	case "export":
		return t.exportForm(a)
	case "save":
		return t.saveForm(a)
	case "edit":
		return t.edit(a)
	case "chart":
		return t.openChart(a)
	case "dryrun", "runnow", "resend":
		return t.scheduleKey(a, action)
	case "exempt", "assign", "url":
		return t.onRow(a, func(a *App, s subject) tea.Cmd { return a.about(action, s) })
	}
	return nil
}

// open goes into the row under the cursor.
func (t *table) open(a *App) tea.Cmd {
	row := t.grid.Current()
	if row == nil {
		return nil
	}
	if t.into != nil {
		return t.into(a, row)
	}
	if !t.isView() {
		return t.openResult(a, row)
	}
	if t.view.Lens.Into == "" {
		return a.push(newDetail(t))
	}
	into, err := lens.Find(t.view.Lens.Into)
	if err != nil {
		return a.fail(err)
	}
	return a.push(newTable(a, lens.View{Lens: into, Chips: with(t.view.Chips, t.chipsOf(row)...), AllStatus: t.view.AllStatus}))
}

// openResult goes from a row of a query's result to the findings that its
// columns single out, where they are columns that findings have.
func (t *table) openResult(a *App, row []any) tea.Cmd {
	if t.kept == nil {
		return a.say(notYet)
	}
	var chips []lens.Chip
	for i, c := range t.kept.Columns() {
		field, ok := fieldFor(c.Name)
		if !ok || i >= len(row) || row[i] == nil {
			continue
		}
		chip := lens.Chip{Field: field, Op: lens.Is, Values: []*string{typed(row[i])}}
		if _, err := chip.SQL(); err == nil {
			chips = append(chips, chip)
		}
	}
	if len(chips) == 0 {
		return a.say("no column of this result names findings: there is nothing to open")
	}
	l, err := lens.Find("findings")
	if err != nil {
		return a.fail(err)
	}
	return a.push(newTable(a, lens.View{Lens: l, Chips: chips}))
}

// fieldFor is the field that a result's column stands for, by the names that
// argosy's views and Resource Graph's queries use.
func fieldFor(column string) (string, bool) {
	names := map[string]string{
		"team": "team", "registry": "registry", "registryHost": "registry", "repository": "repository", "repositoryName": "repository",
		"digest": "image", "image_key": "image", "imageDigest": "image", "vulnerability": "vulnerability", "vulnName": "vulnerability", "cve": "vulnerability", "cveId": "vulnerability",
		"package_name": "package", "packageName": "package", "package_type": "type", "severity": "severity", "scanFindingSeverity": "severity",
		"installed_version": "installed", "installedPackageVersion": "installed", "fixed_version": "fixed", "fixedPackageVersion": "fixed", "distribution": "distribution",
	}
	f, ok := names[column]
	return f, ok
}

// everywhere shows the row's vulnerability wherever it is.
func (t *table) everywhere(a *App) tea.Cmd {
	row := t.grid.Current()
	id, _ := t.value(row, "vulnerability").(string)
	if row == nil || id == "" {
		return a.say("this row names no vulnerability; use it on Findings or Vulns")
	}
	return a.push(newTable(a, everywhereView(t.view, id)))
}

func everywhereView(v lens.View, id string) lens.View {
	l, err := lens.Find("repositories")
	if err != nil {
		return v
	}
	chips := slices.DeleteFunc(slices.Clone(v.Chips), func(c lens.Chip) bool {
		return slices.Contains([]string{"team", "registry", "repository", "image", "package", "type", "installed", "fixed"}, c.Field) || c.OfRows()
	})
	return lens.View{Lens: l, Chips: with(chips, lens.Where("vulnerability", lens.Is, id)), AllStatus: v.AllStatus}
}

// filter keeps or drops the rows that are equal to the cell.
func (t *table) filter(a *App, drop bool) tea.Cmd {
	row := t.grid.Current()
	c, i := t.grid.Column()
	if row == nil || i < 0 || i >= len(row) {
		return nil
	}
	op := lens.Is
	if drop {
		op = lens.IsNot
	}
	chip := lens.Chip{Field: c.Name, Op: op, Values: []*string{typed(row[i])}, Result: t.view.Lens.Name}
	if t.isView() {
		if lc, ok := t.view.Lens.Column(c.Name); ok && lc.Field != "" {
			chip.Field, chip.Result = lc.Field, ""
		}
		return t.rescope(a, with(t.view.Chips, chip))
	}
	return a.say("the result of a query is filtered in the query: e")
}

// rescope shows the same lens under other chips; esc goes back.
func (t *table) rescope(a *App, chips []lens.Chip) tea.Cmd {
	v := t.view
	v.Chips = chips
	if _, err := v.SQL(); err != nil {
		return a.fail(err)
	}
	next := newTable(a, v)
	next.side.where = t.side.where
	c, _ := t.grid.Column()
	next.grid.SetColumn(c.Name)
	return a.push(next)
}

func (t *table) toggleStatus(a *App) tea.Cmd {
	if !t.isView() {
		return nil
	}
	v := t.view
	v.AllStatus = !v.AllStatus
	return a.push(newTable(a, v))
}

// sortKey changes the order by the column of the cursor.
func (t *table) sortKey(a *App, more bool) tea.Cmd {
	c, i := t.grid.Column()
	if i < 0 {
		return nil
	}
	if c.Kind == lens.Spark {
		return a.say("a trend has no order; sort by FINDINGS")
	}
	keys := slices.Clone(t.view.Order)
	at := slices.IndexFunc(keys, func(o schema.Order) bool { return o.Column == c.Name })
	next := schema.Order{Column: c.Name, Desc: true}
	switch {
	case more && at < 0:
		keys = append(keys, next)
	case more && keys[at].Desc:
		keys[at].Desc = false
	case more:
		keys = slices.Delete(keys, at, at+1)
	case at < 0 || len(keys) > 1:
		keys = []schema.Order{next}
	case keys[at].Desc:
		keys = []schema.Order{{Column: c.Name}}
	default:
		keys = nil
	}
	return t.sortBy(a, keys)
}
