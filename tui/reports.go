package tui

import (
	"fmt"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"argosy/queries"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/keymap"
)

// reports is the list of saved reports, narrowed as one types, with a preview.
type reports struct {
	all   []*queries.Saved
	shown []int
	text  string
	at    int
	err   error
}

func newReports() *reports { return &reports{} }

func (r *reports) context() keymap.Context { return keymap.Reports }
func (r *reports) crumbs() []string        { return []string{"Reports"} }
func (r *reports) busy() time.Time         { return time.Time{} }
func (r *reports) leave()                  {}

func (r *reports) hints() []string {
	return []string{"run", "edit", "duplicate", "rename", "delete", "copycommand", "back"}
}

// resume reads the reports anew: files may have come.
func (r *reports) resume(a *App) tea.Cmd {
	lib, err := queries.LoadLibrary(a.opt.ReportDirs...)
	r.err = err
	if err == nil {
		r.all = lib.Reports()
	}
	r.narrow()
	return nil
}

func (r *reports) narrow() {
	r.shown = r.shown[:0]
	if r.text == "" {
		for i := range r.all {
			r.shown = append(r.shown, i)
		}
	} else {
		var names []string
		for _, s := range r.all {
			names = append(names, s.Title+" "+s.Name+" "+s.Folder+" "+strings.Join(s.Tags, " "))
		}
		for _, m := range fuzzy.Find(r.text, names) {
			r.shown = append(r.shown, m.Index)
		}
	}
	r.at = max(0, min(r.at, len(r.shown)-1))
}

func (r *reports) current() *queries.Saved {
	if r.at < len(r.shown) {
		return r.all[r.shown[r.at]]
	}
	return nil
}

// typed takes letters; keys with names act.
func (r *reports) typed(a *App, msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch msg.String() {
	case "up", "down", "pgup", "pgdown":
		by := map[string]int{"up": -1, "down": 1, "pgup": -10, "pgdown": 10}[msg.String()]
		r.at = max(0, min(r.at+by, len(r.shown)-1))
		return nil, true
	case "backspace":
		if r.text == "" {
			return nil, false
		}
		t := []rune(r.text)
		r.text = string(t[:len(t)-1])
		r.narrow()
		return nil, true
	case "esc":
		if r.text == "" {
			return nil, false
		}
		r.text = ""
		r.narrow()
		return nil, true
	}
	if msg.Text == "" || msg.Mod&^tea.ModShift != 0 || msg.Text == "?" && r.text == "" {
		return nil, false
	}
	r.text += msg.Text
	r.at = 0
	r.narrow()
	return nil, true
}

func (r *reports) act(a *App, action, _ string) tea.Cmd {
	s := r.current()
	if s == nil {
		return nil
	}
	switch action {
	case "run":
		return runReport(a, s)
	case "edit":
		return a.push(newEditor(a, s.Name, s.Text, s.Language, s.Params))
	case "schedule":
		text := scheduleText(s)
		a.over = &textBox{title: "A schedule of " + cell.Clean(titleOf(s)), lines: strings.Split(text+"\n\n# Put it into a file, mend it, then: argosy schedule validate FILE", "\n"), copy: text + "\n"}
		return nil
	case "copycommand":
		c := "argosy report run " + quoted(s.Name)
		return tea.Batch(tea.SetClipboard(c), a.say("copied: "+c))
	case "duplicate":
		return r.duplicate(a, s)
	case "rename":
		return r.rename(a, s)
	case "delete":
		return r.delete(a, s)
	}
	return nil
}

func (r *reports) duplicate(a *App, s *queries.Saved) tea.Cmd {
	a.over = newPrompt("Duplicate "+s.Name, s.Name+"-copy", "name of the new report", func(a *App, name string) tea.Cmd {
		path, err := saveReport(a, name, s.Language, s.Text, false)
		if err != nil {
			return a.fail(err)
		}
		return tea.Batch(r.resume(a), a.say("wrote "+path))
	})
	return nil
}

func (r *reports) rename(a *App, s *queries.Saved) tea.Cmd {
	old := fileOf(a, s)
	if old == "" {
		return a.say(s.Name + " comes with argosy; ctrl+d makes a copy that is yours")
	}
	a.over = newPrompt("Rename "+s.Name, s.Name, "new name", func(a *App, name string) tea.Cmd {
		if name == s.Name {
			return nil
		}
		path, err := newFile(a, name, old, s.Language)
		if err != nil {
			return a.fail(err)
		}
		if err := os.Rename(old, path); err != nil {
			return a.fail(fmt.Errorf("renaming report %q: %w", s.Name, err))
		}
		return r.resume(a)
	})
	return nil
}

func (r *reports) delete(a *App, s *queries.Saved) tea.Cmd {
	old := fileOf(a, s)
	if old == "" {
		return a.say(s.Name + " comes with argosy and cannot be deleted")
	}
	a.over = newPrompt("Delete "+s.Name, "", "type the name of the report to delete "+old, func(a *App, name string) tea.Cmd {
		if name != s.Name {
			return a.say("nothing was deleted")
		}
		if err := os.Remove(old); err != nil {
			return a.fail(fmt.Errorf("removing %q: %w", old, err))
		}
		return tea.Batch(r.resume(a), a.say("deleted "+old))
	})
	return nil
}

// runReport asks for the parameters, if there are any, and runs the report.
func runReport(a *App, s *queries.Saved) tea.Cmd {
	if len(s.Params) == 0 {
		return showReport(a, s, nil)
	}
	f := &form{title: "Run: " + titleOf(s), foot: "⏎ run · tab next · ←→ choose · esc cancel"}
	for _, p := range s.Params {
		x := formField{label: p.Name, text: p.Default, doc: p.Doc, pick: -1}
		if !p.HasDefault {
			x.doc = "required · " + p.Doc
		}
		switch {
		case p.Type == schema.TypeBool:
			x.options = []string{"true", "false"}
		case p.Name == "severity" || p.Name == "min_severity":
			for _, s := range schema.Severities() {
				x.options = append(x.options, s.String())
			}
		}
		for i, o := range x.options {
			if strings.EqualFold(o, p.Default) {
				x.choice = i
			}
		}
		f.fields = append(f.fields, x)
	}
	given := func() map[string]string {
		out := map[string]string{}
		for i, p := range s.Params {
			if v := f.fields[i].value(); v != "" || p.HasDefault {
				out[p.Name] = v
			}
		}
		return out
	}
	f.command = func(*form) string { return reportCommand(s, given()) }
	f.submit = func(a *App, f *form) tea.Cmd {
		for i, p := range s.Params {
			v := f.fields[i].value()
			if v == "" && !p.HasDefault {
				f.err, f.at = p.Name+" needs a value", i
				return nil
			}
			if _, err := p.Value(v); err != nil {
				f.err, f.at = err.Error(), i
				return nil
			}
		}
		a.over = nil
		return showReport(a, s, given())
	}
	a.over = f
	return suggestValues(a, f)
}

// reportCommand is the command line that runs a report.
func reportCommand(s *queries.Saved, given map[string]string) string {
	words := []string{"argosy", "report", "run", s.Name}
	for _, p := range s.Params {
		if v, ok := given[p.Name]; ok && (v != p.Default || !p.HasDefault) {
			words = append(words, "-p", p.Name+"="+v)
		}
	}
	return quoted(words...)
}

func titleOf(s *queries.Saved) string {
	if s.Title != "" {
		return s.Title
	}
	return s.Name
}

// suggestValues brings the values that a field named like one of a finding's
// has.
func suggestValues(a *App, f *form) tea.Cmd {
	var cmds []tea.Cmd
	for i := range f.fields {
		field, err := lens.FieldOf(f.fields[i].label)
		if err != nil || field.List || len(f.fields[i].options) > 0 || field.Type != schema.TypeString {
			continue
		}
		cmds = append(cmds, func() tea.Msg {
			_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: "select " + field.Expr + ", count(*) from subassessments where status = 'Unhealthy' group by 1 order by 2 desc limit 500"}))
			return done(func(*App) tea.Cmd {
				for _, r := range rows {
					if s, ok := r[0].(string); ok && err == nil {
						f.fields[i].suggest = append(f.fields[i].suggest, s)
					}
				}
				return nil
			})
		})
	}
	return tea.Batch(cmds...)
}

// showReport opens the result of a report; of one with several sheets, the
// sheet that is chosen.
func showReport(a *App, s *queries.Saved, given map[string]string) tea.Cmd {
	flat := flatSections(s.Sections)
	open := func(sec queries.Section) tea.Cmd {
		title := titleOf(s)
		if len(flat) > 1 {
			title += " › " + sec.Name
		}
		t := newAnswer(title, queries.Request{Text: sec.Text, Language: s.Language, Params: s.Params, Given: given, Now: a.now().UTC()})
		t.report, t.given = s, given
		if sec.Chart != nil {
			t.chart = sectionChart(sec.Chart)
		}
		return a.push(t)
	}
	if len(flat) == 1 {
		return open(flat[0])
	}
	var items []item
	for _, sec := range flat {
		items = append(items, item{text: sec.Name, right: sec.Title})
	}
	a.over = newPicker(titleOf(s), items, func(a *App, i int, _ string) tea.Cmd {
		if i < 0 {
			return nil
		}
		return open(flat[i])
	})
	return nil
}

// flatSections lists the queries of a report.
func flatSections(list []queries.Section) []queries.Section {
	var out []queries.Section
	for _, s := range list {
		if len(s.Blocks) > 0 {
			out = append(out, flatSections(s.Blocks)...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// newAnswer makes a table of what a question is answered with.
func newAnswer(title string, r queries.Request) *table {
	t := newResult(title, schema.Statement{SQL: r.Text})
	t.request = &r
	return t
}

// lines draws list and preview.
func (r *reports) lines(a *App, w, h int) []string {
	th := a.theme
	if r.err != nil {
		return append(boxed(th, "Reports", []string{" " + th.Bad.On(oneLine(r.err.Error()))}, w, ""), "")
	}
	body := h - 3
	lw := w
	if w >= narrow {
		lw = w * 66 / 120
	}
	list := []string{" " + th.Accent.On("> "+cell.Clean(r.text)+"▏") + cell.Spaces(max(1, lw-22-cell.Width(r.text))) + th.Dim.On(fmt.Sprintf("%d of %d", len(r.shown), len(r.all)))}
	room := body - 1
	if w < narrow {
		room = body/2 - 1
	}
	from := max(0, min(r.at-room/2, len(r.shown)-room))
	for i := from; i < min(from+room, len(r.shown)); i++ {
		list = append(list, r.line(a, r.all[r.shown[i]], lw-2, i == r.at))
	}
	preview := r.preview(a, w-lw-4)
	if w < narrow {
		for len(list) < room+1 {
			list = append(list, "")
		}
		out := boxed(th, "Reports · type to find", list, w, "")
		low := r.preview(a, w-4)
		for len(low) < h-len(out)-3 {
			low = append(low, "")
		}
		out = append(out, boxed(th, "Preview", low[:max(0, h-len(out)-3)], w, "")...)
		return append(out, a.status(fmt.Sprintf("%d reports", len(r.all)), ""))
	}
	for len(list) < body {
		list = append(list, "")
	}
	for len(preview) < body {
		preview = append(preview, "")
	}
	out := beside(boxed(th, "Reports · type to find", list[:body], lw, ""), lw+1, boxed(th, "Preview", preview[:body], w-lw-1, ""))
	return append(out, a.status(fmt.Sprintf("%d reports", len(r.all)), ""))
}

func (r *reports) line(a *App, s *queries.Saved, w int, here bool) string {
	place := s.Folder + "/"
	if s.Folder == "" && len(s.Tags) > 0 {
		place = "#" + strings.Join(s.Tags, " #")
	}
	right := strings.ToUpper(string(s.Language)) + "  " + cell.Fit(place, 18, false)
	own := "·"
	if fileOf(a, s) != "" {
		own = "★"
	}
	left := cell.Fit(own+" "+cell.Clean(titleOf(s)), w-cell.Width(right)-4, false)
	if here {
		return a.theme.Accent.On(" ▌") + a.theme.Row.On(left+" "+right+" ")
	}
	return "  " + left + " " + a.theme.Dim.On(right)
}

func (r *reports) preview(a *App, w int) []string {
	s := r.current()
	if s == nil {
		return []string{" " + a.theme.Dim.On("nothing fits")}
	}
	th := a.theme
	out := []string{" " + th.Bold.On(cell.Cut(cell.Clean(titleOf(s)), w-2)), ""}
	for _, l := range cell.Wrap(cell.Clean(s.Description), w-2, 6) {
		out = append(out, " "+l)
	}
	if len(s.Params) > 0 {
		out = append(out, "", " "+th.Head.On("Parameters"))
		for _, p := range s.Params {
			def := "required"
			if p.HasDefault {
				def = p.Default
			}
			out = append(out, cell.Cut("   "+cell.Fit(p.Name, 14, false)+cell.Fit(string(p.Type), 9, false)+cell.Clean(def), w))
		}
	}
	if flat := flatSections(s.Sections); len(flat) > 1 {
		out = append(out, "", " "+th.Head.On(fmt.Sprintf("Sheets (%d)", len(flat))))
		for _, sec := range flat {
			out = append(out, "   "+cell.Cut(sec.Name, w-4))
		}
	}
	file := fileOf(a, s)
	if file == "" {
		file = "comes with argosy"
	}
	out = append(out, "", " "+th.Dim.On(cell.Cut(s.Name+" · "+file, w-2)), "")
	for _, l := range strings.Split(strings.TrimSpace(s.Text), "\n") {
		out = append(out, " "+th.Dim.On(cell.Cut(cell.Clean(l), w-2)))
	}
	return out
}
