package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/kql/syntax"
	"argosy/tui/editor"
	"argosy/tui/keymap"
)

// query is a text in the editor.
type query struct {
	name     string
	lang     queries.Language
	params   []queries.Param
	buf      *editor.Buffer
	problems []problem
	checked  int // version that the problems are of
}

// problem is a mistake in a text, from and to in bytes, and what to put in its
// place where that is known.
type problem struct {
	from, to  int
	text, fix string
}

// editScreen is the editor: texts, and the result of the last that ran.
type editScreen struct {
	texts   []*query
	at      int
	top     int
	offer   offer
	schema  bool
	limit   int
	result  *table
	below   bool // keys go to the result
	words   words
	history *runs
	backs   int // how far back in the history; 0 is not
	draft   string
}

// newEditor adds a text to the editor, of which there is one.
func newEditor(a *App, name, text string, lang queries.Language, params []queries.Param) screen {
	if a.editor == nil {
		a.editor = &editScreen{history: loadRuns(a.opt.HistoryFile), schema: true}
	}
	e := a.editor
	for i, q := range e.texts {
		if q.name == name && q.buf.Text() == text {
			e.at = i
			e.below = false
			return e
		}
	}
	e.add(name, text, lang, params)
	return e
}

func (e *editScreen) add(name, text string, lang queries.Language, params []queries.Param) {
	q := &query{name: name, lang: lang, params: params, buf: editor.NewBuffer(text)}
	q.buf.Clean()
	q.buf.Top()
	e.texts = append(e.texts, q)
	e.at, e.below, e.top = len(e.texts)-1, false, 0
}

// openEditor goes to the editor, with an empty text if there is none.
func openEditor(a *App) tea.Cmd {
	if a.editor == nil || len(a.editor.texts) == 0 {
		newEditor(a, "query-1", "", queries.KQL, nil)
	}
	return a.show(a.editor)
}

// edit opens the query of a table in the editor.
func (t *table) edit(a *App) tea.Cmd {
	lang, name, params := queries.SQL, strings.TrimPrefix(t.fileName(a), "argosy-"), []queries.Param(nil)
	name = strings.TrimSuffix(name, "-"+a.now().Format("2006-01-02"))
	if t.request != nil {
		lang, params = t.request.Language, t.request.Params
	}
	return a.show(newEditor(a, name, t.text(), lang, params))
}

// show brings a screen to the top, where it may be in the stack already.
func (a *App) show(s screen) tea.Cmd {
	for i, have := range a.stack {
		if have == s {
			for _, gone := range a.stack[i+1:] {
				gone.leave()
			}
			a.stack = a.stack[:i+1]
			return s.resume(a)
		}
	}
	return a.push(s)
}

func (e *editScreen) cur() *query { return e.texts[e.at] }

func (e *editScreen) context() keymap.Context {
	if e.below && e.result != nil {
		return e.result.context()
	}
	return keymap.Editor
}

func (e *editScreen) crumbs() []string {
	name := e.cur().name
	if e.cur().buf.Dirty() {
		name += " ●"
	}
	return []string{"Editor", name}
}

func (e *editScreen) busy() time.Time {
	if e.result != nil {
		return e.result.busy()
	}
	return time.Time{}
}

func (e *editScreen) hints() []string {
	if e.below {
		return append([]string{"open", "back"}, e.result.hints()[3:]...)
	}
	return []string{"run", "leave", "accept", "fix", "savetext", "cancel", "older", "external"}
}

func (e *editScreen) resume(a *App) tea.Cmd {
	if e.below && e.result != nil {
		return e.result.resume(a)
	}
	return tea.Batch(e.learn(a), e.check(a))
}

func (e *editScreen) leave() {}

func (e *editScreen) want(a *App) tea.Cmd {
	if e.result != nil {
		return e.result.want(a)
	}
	return nil
}

func (e *editScreen) cancelled(a *App) bool {
	return e.result != nil && e.result.cancelled(a)
}

// closeOne goes from an open facet or find of the result to the result.
func (e *editScreen) closeOne(a *App) bool {
	return e.below && e.result != nil && e.result.closeOne(a)
}

// act does what a key stands for while the result has the keys.
func (e *editScreen) act(a *App, action, key string) tea.Cmd {
	if !e.below || e.result == nil {
		return nil
	}
	if action == "edit" {
		e.below = false
		return nil
	}
	return e.result.act(a, action, key)
}

// run runs the statement under the cursor, or the whole text.
func (e *editScreen) run(a *App, whole bool) tea.Cmd {
	q := e.cur()
	text := q.buf.Text()
	from, to := 0, len(text)
	if !whole {
		from, to = editor.Statement(text, q.buf.Offset(), q.lang == queries.KQL)
	}
	text = strings.TrimSpace(text[from:to])
	if text == "" {
		return a.say("there is no statement here")
	}
	e.offer.close()
	text = strings.TrimRight(text, "; \n")
	e.history.add(string(q.lang), text, a.now())
	e.backs = 0
	if len(q.params) > 0 && usesParams(text, q.params) {
		return runReport(a, &queries.Saved{Name: q.name, Title: q.name, Text: text, Language: q.lang, Params: q.params, Sections: []queries.Section{{Name: q.name, Text: text}}})
	}
	t := newAnswer("Results", queries.Request{Text: text, Language: q.lang, Now: a.now().UTC()})
	t.limit = int64(e.limit)
	if e.result != nil {
		e.result.leave()
	}
	e.result = t
	return t.resume(a)
}

// usesParams says whether a text names a parameter.
func usesParams(text string, params []queries.Param) bool {
	for _, p := range params {
		if strings.Contains(text, p.Name) {
			return true
		}
	}
	return false
}

// check looks for mistakes a moment after the last key.
func (e *editScreen) check(a *App) tea.Cmd {
	q := e.cur()
	version := q.buf.Version()
	if q.checked == version {
		return nil
	}
	return a.after(90*time.Millisecond, func() tea.Msg {
		return done(func(a *App) tea.Cmd {
			if q.buf.Version() != version {
				return nil
			}
			text := q.buf.Text()
			from, to := editor.Statement(text, q.buf.Offset(), q.lang == queries.KQL)
			part, lang, params, now := text[from:to], q.lang, q.params, a.now().UTC()
			return func() tea.Msg {
				list := diagnose(a.ctx, a.db, part, lang, params, now)
				return done(func(*App) tea.Cmd {
					if q.buf.Version() == version {
						for i := range list {
							list[i].from += from
							list[i].to += from
						}
						q.problems, q.checked = list, version
					}
					return nil
				})
			}
		})
	})
}

// diagnose lists the mistakes of a text.
func diagnose(ctx context.Context, db Database, text string, lang queries.Language, params []queries.Param, now time.Time) []problem {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	given := map[string]string{}
	for _, p := range params {
		if !p.HasDefault {
			given[p.Name] = sample(p)
		}
	}
	prepared, err := queries.Prepare(ctx, db, queries.Request{Text: text, Language: lang, Params: params, Given: given, Now: now})
	var errs syntax.Errors
	switch {
	case errors.As(err, &errs):
		var out []problem
		for _, e := range errs {
			out = append(out, problem{e.Span.Start, max(e.Span.End, e.Span.Start+1), e.Msg, suggested(e.Msg + " " + e.Hint)})
		}
		return out
	case err == nil && lang == queries.SQL:
		err = db.Diagnose(ctx, prepared.Statement)
	}
	if err == nil || ctx.Err() != nil {
		return nil
	}
	return []problem{sqlProblem(text, err.Error())}
}

// sample is a value of a parameter's type, for checking only.
func sample(p queries.Param) string {
	choice := slices.Clone(p.Values)
	if p.Range != nil {
		choice = append(choice, fmt.Sprint(p.Range.Least))
	}
	for _, v := range append(choice, "x", "1", "true", "2026-01-01", "00000000-0000-0000-0000-000000000000", "1h", "{}") {
		if _, err := p.Value(v, time.Time{}); err == nil {
			return v
		}
	}
	return ""
}

// limits are how many rows a run brings at most; 0 is all.
func limits() []int { return []int{0, 1000, 10_000, 100_000} }

func (e *editScreen) nextLimit(a *App) tea.Cmd {
	list := limits()
	for i, n := range list {
		if n == e.limit {
			e.limit = list[(i+1)%len(list)]
			break
		}
	}
	return a.say("limit " + limitText(e.limit))
}

func limitText(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
