package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/export"
	"argosy/queries"
	"argosy/queries/lens"
	"argosy/tui/cell"
)

// Export is a question whose whole answer goes into a file.
type Export struct {
	Title   string
	Report  *queries.Saved // nil for what is no saved report
	Request queries.Request
	// Lens is what Request looks through; nil for what is no view.
	Lens *lens.Lens
	// Sections are the sheets where there is more than the rows of Request.
	Sections []queries.Section
	Path     string
}

// What the dialog offers besides the formats of files.
const (
	clipboard   = "clipboard"
	allRows     = "all"
	markedRows  = "marked"
	visibleRows = "visible"
	// Of the columns those that the view has, or those that the screen shows.
	allColumns   = "all"
	shownColumns = "as shown"
	viewAlone    = "this view"
	viewAndRows  = "this view and its findings"
)

// mostMarkedRows is how many marked rows an export singles out.
const mostMarkedRows = 1000

// exportForm asks where the rows of a table go.
func (t *table) exportForm(a *App) tea.Cmd {
	if a.opt.Export == nil {
		return a.say("exports are not possible here")
	}
	// What people want most stands first.
	formats := []string{"xlsx", "csv", "html", "md"}
	for _, f := range export.Formats() {
		if len(f.Suffixes) > 0 && !slices.Contains(formats, f.Name) {
			formats = append(formats, f.Name)
		}
	}
	formats = append(formats, clipboard)
	f := &form{title: "Export " + strings.Join(t.crumbs(), " › "), foot: "⏎ save · ctrl+o save and open · tab next · ←→ choose · esc cancel"}
	f.fields = []formField{
		{label: "format", options: formats, pick: -1},
		{label: "rows", pick: -1},
		{label: "columns", pick: -1},
		{label: "file", text: t.fileName(a), pick: -1},
	}
	f.fresh = t.offerRows
	f.fresh(f)
	if t.isView() && t.view.Lens.Grouped {
		f.fields = slices.Insert(f.fields, 3, formField{label: "sheets", options: []string{viewAlone, viewAndRows}, pick: -1})
	}
	f.changed = func(f *form) {
		// A suffix that is typed chooses the format, as it does on the command line.
		if known, err := export.BySuffix(f.field("file").text); err == nil {
			if i := slices.Index(formats, known.Name); i >= 0 {
				f.field("format").choice = i
			}
		}
	}
	name := t.fileName(a)
	f.chosen = func(f *form) {
		t.offerRows(f)
		// The suffix goes with the format that is chosen.
		file := f.field("file")
		switch onto := f.field("format").value() == clipboard; {
		case onto && file.doc == "":
			name, file.text, file.doc = file.text, "", "none: onto the clipboard, tab-separated, "+cell.Group(mostCopied)+" rows at most"
		case !onto && file.doc != "":
			file.text, file.doc = name, ""
		}
		if _, err := export.BySuffix(file.text); err == nil {
			if format, err := export.ByName(f.field("format").value()); err == nil {
				file.text = strings.TrimSuffix(file.text, filepath.Ext(file.text)) + format.Suffixes[0]
			}
		}
	}
	request := func() (Export, error) { return t.exportRequest(a, f) }
	f.command = func(f *form) string { return t.exportCommand(a, f) }
	save := func(a *App, f *form, open bool) tea.Cmd {
		if f.field("format").value() == clipboard {
			return t.exportClip(a, f)
		}
		e, err := request()
		if err != nil {
			f.err = err.Error()
			return nil
		}
		if _, err := os.Stat(e.Path); err == nil && f.err == "" {
			f.err = e.Path + " exists; ⏎ once more overwrites it"
			return nil
		}
		a.over = nil
		return runExport(a, e, open)
	}
	f.submit = func(a *App, f *form) tea.Cmd { return save(a, f, false) }
	f.open = func(a *App, f *form) tea.Cmd { return save(a, f, true) }
	a.over = f
	return nil
}

// offerRows writes into the form which rows and columns there are to choose from,
// as far as they are known by now; what was chosen stays chosen.
func (t *table) offerRows(f *form) {
	rows := []string{allRows}
	switch {
	case t.loading:
		rows[0] += " (being asked for)"
	case t.kept != nil:
		if strings.HasPrefix(f.err, notYet) {
			f.err = ""
		}
		rows[0] = allRows + " " + cell.Group(t.grid.Total)
		if n := len(t.grid.Marked()); n > 0 {
			rows = append(rows, markedRows+" "+cell.Group(int64(n)))
		}
		if n := len(t.onScreen()); n > 0 {
			rows = append(rows, visibleRows+" "+cell.Group(int64(n)))
		}
	}
	columns := []string{allColumns}
	if n, shown := len(t.written(false)), len(t.written(true)); n > 0 {
		if f.field("format").value() != clipboard {
			n += len(t.view.Lens.Extra)
		}
		columns = []string{fmt.Sprintf("%s %d", allColumns, n), fmt.Sprintf("%s %d", shownColumns, shown)}
	}
	f.field("rows").offer(rows)
	f.field("columns").offer(columns)
}

// fileName is a name that says what is in the file.
func (t *table) fileName(a *App) string {
	name := "argosy-" + strings.Join(t.crumbs(), "-") + "-" + a.now().Format("2006-01-02")
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
	}
	clean := b.String()
	for strings.Contains(clean, "--") {
		clean = strings.ReplaceAll(clean, "--", "-")
	}
	return clean
}

// exportPath is the file of the form, with the suffix of its format.
func exportPath(f *form) (string, error) {
	format, err := export.ByName(f.field("format").value())
	if err != nil {
		return "", err
	}
	path := strings.TrimSpace(f.field("file").value())
	if path == "" {
		return "", fmt.Errorf("a file name is needed")
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	if _, err := export.BySuffix(path); err != nil {
		path += format.Suffixes[0]
	}
	return path, nil
}

func (t *table) exportRequest(a *App, f *form) (Export, error) {
	path, err := exportPath(f)
	if err != nil {
		return Export{}, err
	}
	e := Export{Title: strings.Join(t.crumbs(), " › "), Report: t.report, Path: path}
	if !t.isView() {
		if f.field("rows").choice > 0 || f.field("columns").choice > 0 {
			return e, fmt.Errorf("a file takes a query's whole result; choose all rows and columns, or the clipboard")
		}
		e.Request = t.asked()
		return e, nil
	}
	if f.field("sheets").value() == viewAndRows {
		if e.Sections, err = t.sheets(f); err != nil {
			return e, err
		}
	}
	text, err := t.exportSQL(f)
	e.Request, e.Lens = queries.Request{Text: text, Language: queries.SQL, Now: a.now().UTC()}, &t.view.Lens
	return e, err
}

// asked is the question whose result the table is.
func (t *table) asked() queries.Request {
	if t.request != nil {
		return *t.request
	}
	return queries.Request{Text: t.statement.SQL, Language: queries.SQL}
}

// exportCommand is the command line that does the same.
func (t *table) exportCommand(a *App, f *form) string {
	onto := f.field("format").value() == clipboard
	to := []string{"-o", "tsv"}
	if !onto {
		path, err := exportPath(f)
		if err != nil {
			return ""
		}
		to = []string{"--export", path}
	}
	switch {
	case t.report != nil:
		return reportCommand(t.report, t.given) + " " + quoted(to...)
	case !t.isView():
		r := t.asked()
		if strings.Contains(r.Text, "--") || strings.Contains(r.Text, "//") {
			return "argosy query -f QUERY." + string(r.Language) + " " + quoted(to...) // a comment would swallow what follows it
		}
		flag := ""
		if r.Language == queries.KQL {
			flag = "--kql "
		}
		return "argosy query " + flag + quoted(oneLine(r.Text)) + " " + quoted(to...)
	case f.field("columns").choice == 0 && f.field("rows").choice == 0 && !slices.ContainsFunc(t.view.Chips, lens.Chip.OfRows):
		words := []string{"argosy", "view", t.view.Lens.Name}
		for _, c := range t.view.Chips {
			words = append(words, "--scope", c.String())
		}
		if t.view.AllStatus {
			words = append(words, "--all-status")
		}
		if f.field("sheets").value() == viewAndRows {
			words = append(words, "--with", "findings")
		}
		return quoted(append(words, to...)...)
	}
	text, err := t.exportSQL(f)
	if err != nil {
		return ""
	}
	return "argosy query " + quoted(oneLine(text)) + " " + quoted(to...)
}

// runExport writes the file while the screens go on.
func runExport(a *App, e Export, open bool) tea.Cmd {
	ctx, cancel := context.WithCancel(a.ctx)
	a.exporting, a.exportBegan = cancel, a.now()
	began := a.now()
	return func() tea.Msg {
		said, err := a.opt.Export(ctx, e)
		return done(func(a *App) tea.Cmd {
			a.exporting = nil
			cancel()
			if err != nil {
				return a.fail(err)
			}
			said = fmt.Sprintf("%s (%s)", said, took(a.now().Sub(began)))
			if open {
				return a.openFile(e.Path, said)
			}
			return a.say(said)
		})
	}
}
