package tui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/kql/duck"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// find is the search within the rows of a table.
type find struct {
	typing bool
	text   string
	gen    int
	count  int64 // rows that match, -1 while unknown
	err    string
	waits  bool // for the rows
	// seeking is set from a key of the search until the cursor is where that leads.
	seeking bool
}

func (f *find) open() { f.typing, f.text, f.count, f.err = true, "", -1, "" }

// shown is what the grid marks as a match.
func (f *find) shown() string {
	if _, text, ok := strings.Cut(f.text, ":"); ok {
		return text
	}
	if strings.ContainsAny(firstByte(f.text), "!<>=") {
		return ""
	}
	return f.text
}

func firstByte(s string) string {
	if s == "" {
		return ""
	}
	return s[:1]
}

func (f *find) say() string {
	switch {
	case f.err != "":
		return f.err
	case f.count < 0:
		return "/" + f.text
	case f.count == 0:
		return "/" + f.text + " is nowhere"
	}
	return "/" + f.text + " in " + plural(int(f.count), "row")
}

func (f *find) line(a *App, w int) string {
	right := ""
	if f.text != "" && f.count >= 0 {
		right = plural(int(f.count), "row")
	}
	left := " /" + cell.Clean(f.text) + "▏"
	return a.theme.Accent.On(cell.Fit(left, w-cell.Width(right)-1, false)) + a.theme.Dim.On(right)
}

// typed takes the keys of the search line.
func (t *table) typed(a *App, msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if t.face.finding {
		return t.facetTyped(a, msg), true
	}
	if !t.find.typing {
		return nil, false
	}
	switch msg.String() {
	case "enter":
		t.find.typing = false
		return nil, true
	case "esc":
		t.find = find{gen: t.find.gen + 1}
		return nil, true
	case "backspace":
		r := []rune(t.find.text)
		if len(r) == 0 {
			t.find = find{gen: t.find.gen + 1}
			return nil, true
		}
		t.find.text = string(r[:len(r)-1])
	case "up", "down", "pgup", "pgdown":
		t.grid.Key(msg.String())
		return nil, true
	default:
		if msg.Text == "" {
			return nil, true
		}
		t.find.text += msg.Text
	}
	return t.search(a), true
}

// search goes to the first match from the cursor on, a moment after the last
// key.
func (t *table) search(a *App) tea.Cmd {
	t.find.gen++
	t.find.count, t.find.err, t.find.seeking = -1, "", t.find.text != ""
	gen := t.find.gen
	return a.after(60*time.Millisecond, func() tea.Msg {
		return done(func(a *App) tea.Cmd {
			if t.find.gen != gen || t.find.text == "" {
				return nil
			}
			return tea.Batch(t.seek(a, t.grid.Cursor(), false), t.countMatches(a))
		})
	})
}

// findAgain does the search that had to wait until the rows were in order.
func (t *table) findAgain(a *App) tea.Cmd {
	if !t.find.waits || t.find.text == "" {
		return nil
	}
	t.find.waits, a.note = false, ""
	return tea.Batch(t.seek(a, t.grid.Cursor(), false), t.countMatches(a))
}

func (t *table) nextMatch(a *App, backwards bool) tea.Cmd {
	if t.find.text == "" {
		return a.say("nothing is searched for; / begins")
	}
	from := t.grid.Cursor() + 1
	if backwards {
		from = t.grid.Cursor() - 1
	}
	return t.seek(a, from, backwards)
}

// seek moves the cursor to the next row that matches.
func (t *table) seek(a *App, from int64, backwards bool) tea.Cmd {
	cond, err := t.condition(t.find.text)
	t.find.seeking = err == nil
	if err != nil {
		t.find.err = err.Error()
		return nil
	}
	if !t.ready() {
		t.find.waits = true
		return a.say(notYet)
	}
	place, relation := "rowid", t.kept.Table()
	if t.sorted != nil {
		place = "argosy_at"
		relation = fmt.Sprintf("(select o.rowid as argosy_at, k.* from %s o join %s k on k.rowid = o.argosy_place)", t.sorted.Index(), t.kept.Table())
	}
	pick, compare := "min", ">="
	if backwards {
		pick, compare = "max", "<="
	}
	text := fmt.Sprintf("select coalesce((select %[1]s(%[2]s) from %[3]s where %[4]s and %[2]s %[5]s %[6]d), (select %[1]s(%[2]s) from %[3]s where %[4]s))",
		pick, place, relation, cond, compare, from)
	gen, fgen := t.gen, t.find.gen
	return func() tea.Msg {
		_, rows, err := read(a.db.Ask(a.ctx, schema.Statement{SQL: text}))
		return done(func(a *App) tea.Cmd {
			if t.find.gen != fgen {
				return nil
			}
			t.find.seeking = false
			if t.gen != gen {
				return nil
			}
			if err != nil {
				return a.fail(err)
			}
			if n, ok := rows[0][0].(int64); ok {
				t.grid.MoveTo(n)
				return t.want(a)
			}
			t.find.count = 0
			return nil
		})
	}
}

func (t *table) countMatches(a *App) tea.Cmd {
	cond, err := t.condition(t.find.text)
	if err != nil || t.kept == nil {
		return nil
	}
	text := "select count(*) from " + t.kept.Table() + " where " + cond
	gen, fgen := t.gen, t.find.gen
	ctx, cancel := context.WithTimeout(a.ctx, 30*time.Second)
	return func() tea.Msg {
		defer cancel()
		_, rows, err := read(a.db.Ask(ctx, schema.Statement{SQL: text}))
		return done(func(*App) tea.Cmd {
			if t.gen == gen && t.find.gen == fgen && err == nil {
				t.find.count, _ = rows[0][0].(int64)
			}
			return nil
		})
	}
}

// condition turns what is typed into SQL over the kept rows: text in any
// column on the screen, col:text in one, !text for rows without, and < <= > >=
// = with a value in the column of the cursor.
func (t *table) condition(text string) (string, error) {
	not := false
	if rest, ok := strings.CutPrefix(text, "!"); ok && rest != "" {
		not, text = true, rest
	}
	cond, err := t.positive(text)
	if not && err == nil {
		cond = "(" + cond + ") is not true"
	}
	return cond, err
}

func (t *table) positive(text string) (string, error) {
	for _, op := range []string{">=", "<=", ">", "<", "="} {
		rest, ok := strings.CutPrefix(text, op)
		if !ok {
			continue
		}
		c, _ := t.grid.Column()
		if c.Kind == lens.Spark {
			return "", fmt.Errorf("a trend cannot be compared")
		}
		rest = strings.TrimSpace(rest)
		if f, err := strconv.ParseFloat(rest, 64); err == nil {
			return fmt.Sprintf("try_cast(%s as double) %s %s", duck.Name(c.Name), op, strconv.FormatFloat(f, 'g', -1, 64)), nil
		}
		return fmt.Sprintf("%s::varchar %s %s", duck.Name(c.Name), op, duck.Text(rest)), nil
	}
	if name, rest, ok := strings.Cut(text, ":"); ok && name != "" {
		for _, i := range t.grid.Shown() {
			c := t.grid.Columns[i]
			if c.Kind != lens.Spark && strings.EqualFold(c.Name, name) || strings.EqualFold(c.Title, name) {
				return has(c.Name, rest), nil
			}
		}
	}
	var any []string
	for _, i := range t.grid.Shown() {
		if t.grid.Columns[i].Kind != lens.Spark {
			any = append(any, has(t.grid.Columns[i].Name, text))
		}
	}
	if len(any) == 0 {
		return "", fmt.Errorf("no column is shown")
	}
	return "(" + strings.Join(any, " or ") + ")", nil
}

func has(column, text string) string {
	return "contains(lower(" + duck.Name(column) + "::varchar), " + duck.Text(strings.ToLower(text)) + ")"
}
