package tui

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/tui/keymap"
)

// typed takes every key while the text has them: those with a meaning first,
// the rest is text.
func (e *editScreen) typed(a *App, msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if e.below && e.result != nil {
		if cmd, taken := e.result.typed(a, msg); taken {
			return cmd, true
		}
		if msg.String() == "e" {
			e.below = false
			return nil, true
		}
		return nil, false
	}
	name := msg.String()
	if cmd, taken := e.offerKey(a, name); taken {
		return tea.Batch(cmd, e.check(a)), true
	}
	if action := keymap.Find(name, keymap.Editor); action != "" {
		return tea.Batch(e.do(a, action, name), e.check(a)), true
	}
	if e.move(name) {
		e.offer.close()
		return e.check(a), true
	}
	if msg.Text == "" {
		return nil, true
	}
	e.cur().buf.Insert(msg.Text)
	e.suggest(false)
	return e.check(a), true
}

// move does the keys that every editor has.
func (e *editScreen) move(name string) bool {
	b := e.cur().buf
	switch name {
	case "left":
		b.Left()
	case "right":
		b.Right()
	case "up":
		b.Vertical(-1)
	case "down":
		b.Vertical(1)
	case "pgup":
		b.Vertical(-10)
	case "pgdown":
		b.Vertical(10)
	case "home", "ctrl+a":
		b.Home()
	case "end":
		b.End()
	case "ctrl+home":
		b.Top()
	case "ctrl+end":
		b.Bottom()
	case "ctrl+left", "alt+b", "alt+left":
		b.Word(false)
	case "ctrl+right", "alt+f", "alt+right":
		b.Word(true)
	case "enter":
		b.Newline()
	case "backspace":
		b.Backspace()
	case "delete", "ctrl+d":
		b.Delete()
	case "alt+backspace", "ctrl+backspace":
		b.DeleteWord()
	default:
		return false
	}
	return true
}

// do does an action of the editor.
func (e *editScreen) do(a *App, action, key string) tea.Cmd {
	q := e.cur()
	switch action {
	case "run":
		return e.run(a, false)
	case "runall":
		return e.run(a, true)
	case "complete":
		e.suggest(true)
	case "accept":
		q.buf.Insert("    ")
	case "fix":
		return e.fix(a)
	case "older", "newer":
		e.recall(action == "older")
	case "history":
		return e.pickHistory(a)
	case "external":
		return e.external(a)
	case "savetext":
		return e.save(a)
	case "translate":
		return e.translate(a)
	case "explain":
		return e.explain(a)
	case "schema":
		e.schema = !e.schema
	case "limit":
		return e.nextLimit(a)
	case "language":
		if q.lang == queries.SQL {
			q.lang = queries.KQL
		} else {
			q.lang = queries.SQL
		}
		q.checked = -1
		return a.say("this text is " + strings.ToUpper(string(q.lang)))
	case "new":
		e.add(fmt.Sprintf("query-%d", len(e.texts)+1), "", q.lang, nil)
	case "closetext":
		return e.closeText(a)
	case "buffer":
		if n := int(key[len(key)-1] - '1'); n < len(e.texts) {
			e.at, e.top = n, 0
		}
	case "comment":
		mark := "--"
		if q.lang == queries.KQL {
			mark = "//"
		}
		q.buf.Comment(mark)
	case "undo":
		q.buf.Undo()
	case "redo":
		q.buf.Redo()
	case "deleteline":
		q.buf.DeleteLine()
	case "leave":
		if e.result != nil {
			e.below = true
			return nil
		}
		return a.pop()
	case "palette":
		return openPalette(a)
	}
	return nil
}

// fix puts the suggested name in the place of the mistake nearest to the
// cursor.
func (e *editScreen) fix(a *App) tea.Cmd {
	q := e.cur()
	best, far := -1, 0
	for i, p := range q.problems {
		d := max(p.from-q.buf.Offset(), q.buf.Offset()-p.to)
		if p.fix != "" && (best < 0 || d < far) {
			best, far = i, d
		}
	}
	if best < 0 || q.checked != q.buf.Version() {
		return a.say("there is nothing that is known to be meant instead")
	}
	p := q.problems[best]
	q.buf.Replace(p.from, p.to, p.fix)
	return a.say("put " + p.fix)
}

// closeText closes a text; one that is not saved asks first.
func (e *editScreen) closeText(a *App) tea.Cmd {
	gone := func(a *App) tea.Cmd {
		e.texts = append(e.texts[:e.at:e.at], e.texts[e.at+1:]...)
		e.at = max(0, min(e.at, len(e.texts)-1))
		if len(e.texts) == 0 {
			e.add("query-1", "", queries.KQL, nil)
			return a.pop()
		}
		return nil
	}
	if e.cur().buf.Dirty() && strings.TrimSpace(e.cur().buf.Text()) != "" {
		a.over = newPrompt("Close "+e.cur().name, "", "it is not saved; type yes to close it", func(a *App, text string) tea.Cmd {
			if text != "yes" {
				return nil
			}
			return gone(a)
		})
		return nil
	}
	return gone(a)
}

// save writes the text as a report.
func (e *editScreen) save(a *App) tea.Cmd {
	q := e.cur()
	a.over = newPrompt("Save as a report", q.name, "name; it is run with: argosy report run NAME", func(a *App, name string) tea.Cmd {
		path, err := saveReport(a, strings.TrimSpace(name), q.lang, q.buf.Text(), name == q.name)
		if err != nil {
			return a.fail(err)
		}
		q.name = strings.TrimSpace(name)
		q.buf.Clean()
		return a.say("saved " + path)
	})
	return nil
}

// external gives the text to the user's own editor.
func (e *editScreen) external(a *App) tea.Cmd {
	q := e.cur()
	words := strings.Fields(os.Getenv("VISUAL"))
	if len(words) == 0 {
		words = strings.Fields(os.Getenv("EDITOR"))
	}
	if len(words) == 0 {
		words = []string{"vi"}
	}
	file, err := os.CreateTemp("", "argosy-*."+string(q.lang))
	if err != nil {
		return a.fail(fmt.Errorf("making a file for the editor: %w", err))
	}
	path := file.Name()
	_, err = file.WriteString(q.buf.Text())
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return a.fail(fmt.Errorf("making a file for the editor: %w", err))
	}
	return tea.ExecProcess(exec.Command(words[0], append(words[1:], path)...), func(err error) tea.Msg {
		return done(func(a *App) tea.Cmd {
			defer os.Remove(path)
			if err != nil {
				return a.fail(fmt.Errorf("running %q: %w; set EDITOR", words[0], err))
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return a.fail(err)
			}
			q.buf.SetText(strings.TrimSuffix(string(text), "\n"))
			return e.check(a)
		})
	})
}
