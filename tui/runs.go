package tui

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
)

// runs is the history of queries that were run, kept over sessions in a file of
// one JSON object a line.
type runs struct {
	path string
	list []ran
}

type ran struct {
	At       time.Time `json:"at"`
	Language string    `json:"language"`
	Text     string    `json:"text"`
}

// mostRuns is how many are remembered.
const mostRuns = 1000

func loadRuns(path string) *runs {
	r := &runs{path: path}
	if path == "" {
		return r
	}
	file, err := os.Open(path)
	if err != nil {
		return r
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var one ran
		if json.Unmarshal(lines.Bytes(), &one) == nil && one.Text != "" {
			r.list = append(r.list, one)
		}
	}
	if len(r.list) > mostRuns {
		r.list = r.list[len(r.list)-mostRuns:]
	}
	return r
}

// add notes a query, unless it is the one before. A history that cannot be
// written is no reason not to run it.
func (r *runs) add(lang, text string, at time.Time) {
	if n := len(r.list); n > 0 && r.list[n-1].Text == text {
		return
	}
	one := ran{at.UTC(), lang, text}
	r.list = append(r.list, one)
	if r.path == "" || os.MkdirAll(filepath.Dir(r.path), 0o700) != nil {
		return
	}
	line, err := json.Marshal(one)
	if err != nil {
		return
	}
	file, err := os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer file.Close()
	_, _ = file.Write(append(line, '\n'))
}

// recall puts an older or newer query in the place of the text.
func (e *editScreen) recall(older bool) {
	q := e.cur()
	if e.backs == 0 {
		e.draft = q.buf.Text()
	}
	if older {
		e.backs = min(e.backs+1, len(e.history.list))
	} else {
		e.backs = max(e.backs-1, 0)
	}
	if e.backs == 0 {
		q.buf.SetText(e.draft)
	} else {
		one := e.history.list[len(e.history.list)-e.backs]
		q.lang = queries.Language(one.Language)
		q.buf.SetText(one.Text)
	}
	q.buf.Bottom()
}

func (e *editScreen) pickHistory(a *App) tea.Cmd {
	var items []item
	n := len(e.history.list)
	for i := n - 1; i >= 0; i-- {
		one := e.history.list[i]
		items = append(items, item{text: oneLine(one.Text), right: strings.ToUpper(one.Language) + " " + one.At.Format("2006-01-02 15:04")})
	}
	if len(items) == 0 {
		return a.say("nothing was run yet")
	}
	a.over = newPicker("History", items, func(a *App, i int, _ string) tea.Cmd {
		if i < 0 {
			return nil
		}
		one := e.history.list[n-1-i]
		e.cur().lang = queries.Language(one.Language)
		e.cur().buf.SetText(one.Text)
		return e.check(a)
	})
	return nil
}
