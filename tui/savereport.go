package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
)

// saveForm asks for the name under which a view becomes a report.
func (t *table) saveForm(a *App) tea.Cmd {
	text, lang := t.text(), queries.SQL
	if t.request != nil {
		lang = t.request.Language
	}
	name := strings.TrimPrefix(t.fileName(a), "argosy-")
	name = strings.TrimSuffix(name, "-"+a.now().Format("2006-01-02"))
	title := strings.Join(t.crumbs(), " › ")
	a.over = newPrompt("Save as a report", name, "name; it is run with: argosy report run NAME", func(a *App, name string) tea.Cmd {
		mark := "-- "
		if lang == queries.KQL {
			mark = "// "
		}
		if !strings.Contains(text, mark+"title:") {
			text = mark + "title: " + oneLine(title) + "\n" + text + "\n"
		}
		path, err := saveReport(a, strings.TrimSpace(name), lang, text, false)
		if err != nil {
			return a.fail(err)
		}
		return a.say("saved " + path)
	})
	return nil
}
