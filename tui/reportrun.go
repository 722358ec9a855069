package tui

import (
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// output is the field of a report's form that says where the rows go.
const (
	output   = "output"
	openHere = "open here"
)

// runReport asks for the parameters, if there are any, and runs the report.
func runReport(a *App, s *queries.Saved) tea.Cmd {
	if len(s.Params) == 0 {
		return showReport(a, s, nil, false)
	}
	f := &form{title: "Run: " + titleOf(s), foot: "⏎ run · tab next · ←→ choose · esc cancel"}
	for _, p := range s.Params {
		x := formField{label: p.Name, text: p.Default, preset: p.Default != "", doc: p.Doc, pick: -1}
		if !p.HasDefault {
			x.doc = "required · " + p.Doc
		}
		switch {
		case p.Type == schema.TypeDatetime:
			x.doc += " · a date, or 30d, 2w, now"
		case p.Type == schema.TypeBool:
			x.options = []string{"true", "false"}
		case p.Values != nil:
			x.options = p.Values
		case p.Range != nil:
			x.doc += " · " + p.Choice()
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
	if a.opt.Export != nil {
		f.fields = append(f.fields, formField{label: output, options: []string{openHere, "xlsx", "csv", "html", clipboard}, pick: -1})
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
	path := func() string {
		o := f.field(output)
		if len(o.options) == 0 || o.choice == 0 || o.value() == clipboard {
			return ""
		}
		return s.Name + "-" + a.now().Format("2006-01-02") + "." + o.value()
	}
	f.command = func(*form) string {
		if p := path(); p != "" {
			return reportCommand(s, given()) + " --export " + quoted(p)
		}
		if f.field(output).value() == clipboard {
			return reportCommand(s, given()) + " -o tsv"
		}
		return reportCommand(s, given())
	}
	f.submit = func(a *App, f *form) tea.Cmd {
		for i, p := range s.Params {
			v := f.fields[i].value()
			if v == "" && !p.HasDefault {
				f.err, f.at = p.Name+" needs a value", i
				return nil
			}
			if _, err := p.Value(v, a.now()); err != nil {
				f.err, f.at = err.Error(), i
				return nil
			}
		}
		p := path()
		if _, err := os.Stat(p); p != "" && err == nil && f.err == "" {
			f.err = p + " exists; ⏎ once more overwrites it"
			return nil
		}
		a.over = nil
		if p != "" {
			return runExport(a, Export{Title: titleOf(s), Report: s, Request: queries.Request{Given: given()}, Path: p}, false)
		}
		return showReport(a, s, given(), f.field(output).value() == clipboard)
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
		expr := field.Expr
		if field.Name == "team" {
			expr = "team" // reports know owners, not the folders that stand in for them on the screens
		}
		f.fields[i].beside = map[string]string{}
		cmds = append(cmds, func() tea.Msg {
			_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: "select " + expr + ", count(*) from subassessments where status = 'Unhealthy' group by 1 order by 2 desc limit 500"}))
			return done(func(*App) tea.Cmd {
				for _, r := range rows {
					if s, ok := r[0].(string); ok && err == nil {
						f.fields[i].suggest = append(f.fields[i].suggest, s)
						f.fields[i].beside[s] = cell.Number(r[1]) + " open"
					}
				}
				return nil
			})
		})
	}
	return tea.Batch(cmds...)
}

// showReport opens the result of a report; of one with several sheets, the
// sheet that is chosen. Its rows can go onto the clipboard besides.
func showReport(a *App, s *queries.Saved, given map[string]string, onto bool) tea.Cmd {
	flat := flatSections(s.Sections)
	open := func(sec queries.Section) tea.Cmd {
		title := titleOf(s)
		if len(flat) > 1 {
			title += " › " + sec.Name
		}
		t := newAnswer(title, queries.Request{Text: sec.Text, Language: s.Language, Params: s.Params, Given: given, Now: a.now().UTC()})
		t.report, t.given, t.clipping = s, given, onto
		if set := strings.Fields(reportCommand(s, given)); len(set) > 4 {
			t.empty = "no rows for " + strings.ReplaceAll(strings.Join(set[4:], " "), "-p ", "")
		}
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
