package tui

import (
	"sort"
	"strings"

	tea "charm.land/bubbletea/v2"

	"argosy/queries"
	"argosy/queries/kql"
	"argosy/schema"
	"argosy/tui/editor"
)

// offer is the list of completions at the cursor.
type offer struct {
	open bool
	from int // where the word begins, in bytes
	list []candidate
	at   int
}

type candidate struct {
	text, kind string
}

func (o *offer) close() { o.open, o.list = false, nil }

// words is what the database has to offer: its tables with their columns, and
// the engine's functions.
type words struct {
	known   bool
	tables  []string
	columns map[string][]candidate // of a table
	sql     []candidate            // functions
	kql     []candidate
}

// learn reads the catalogue once.
func (e *editScreen) learn(a *App) tea.Cmd {
	if e.words.known {
		return nil
	}
	e.words.known = true
	return func() tea.Msg {
		w := words{known: true, columns: map[string][]candidate{}}
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: `select table_name, column_name, lower(data_type) from duckdb_columns() where database_name = 'argosy' and not internal order by table_name, column_index`}))
		for _, r := range rows {
			t, _ := r[0].(string)
			c, _ := r[1].(string)
			d, _ := r[2].(string)
			if w.columns[t] == nil {
				w.tables = append(w.tables, t)
			}
			w.columns[t] = append(w.columns[t], candidate{c, "column " + d})
		}
		_, rows, ferr := read(a.db.Query(a.ctx, schema.Statement{SQL: `select function_name, any_value(array_to_string(parameters, ', ')), any_value(return_type) from duckdb_functions()
where function_type in ('scalar', 'aggregate') and function_name ~ '^[a-z_0-9]+$' group by 1 order by 1`}))
		for _, r := range rows {
			f, _ := r[0].(string)
			p, _ := r[1].(string)
			t, _ := r[2].(string)
			w.sql = append(w.sql, candidate{f + "(", "(" + p + ") " + strings.ToLower(t)})
		}
		for _, f := range kql.Functions() {
			w.kql = append(w.kql, candidate{f.Name + "(", signature(f)})
		}
		return done(func(a *App) tea.Cmd {
			e.words = w
			if err == nil {
				err = ferr
			}
			return a.fail(err)
		})
	}
}

// signature writes the parameters of a function.
func signature(f kql.Func) string {
	var list []string
	for _, p := range f.Params {
		s := p.Name
		if p.Optional {
			s = "[" + s + "]"
		}
		if p.Repeat {
			s += ", ..."
		}
		list = append(list, s)
	}
	kind := ""
	if f.Kind != kql.ScalarFunc {
		kind = " " + string(f.Kind)
	}
	return "(" + strings.Join(list, ", ") + ") " + f.Returns + kind
}

// suggest opens the completions for the word before the cursor; asked opens
// them for an empty word too.
func (e *editScreen) suggest(asked bool) {
	q := e.cur()
	prefix, from := q.buf.Prefix()
	if len(prefix) < 2 && !asked {
		e.offer.close()
		return
	}
	list := match(e.all(q, from), prefix)
	if len(list) == 1 && list[0].text == prefix {
		list = nil
	}
	e.offer = offer{open: len(list) > 0, from: from, list: list}
}

// all lists what can stand at a place.
func (e *editScreen) all(q *query, at int) []candidate {
	text := q.buf.Text()
	var out []candidate
	for _, p := range q.params {
		out = append(out, candidate{p.Name, "parameter " + string(p.Type)})
	}
	if q.lang == queries.KQL {
		return append(out, e.kqlWords(text, at)...)
	}
	lower := strings.ToLower(text)
	for _, t := range e.words.tables {
		if names(lower, t) {
			out = append(out, e.words.columns[t]...)
		}
	}
	for _, t := range e.words.tables {
		out = append(out, candidate{t, "table"})
	}
	for _, k := range editor.Keywords() {
		out = append(out, candidate{k, "keyword"})
	}
	return append(out, e.words.sql...)
}

// kqlWords are KQL's: behind a pipe its operators, elsewhere columns, known
// paths, functions and tables.
func (e *editScreen) kqlWords(text string, at int) []candidate {
	before := strings.TrimRight(text[:at], " \n")
	var out []candidate
	if before == "" || strings.HasSuffix(before, ";") || strings.HasSuffix(before, "(") || strings.HasSuffix(before, "union") || strings.HasSuffix(before, "join") {
		for _, t := range queries.Catalog().Tables {
			out = append(out, candidate{t.Name, "table"})
		}
	}
	if strings.HasSuffix(before, "|") {
		for _, o := range strings.Fields("where project extend summarize order sort take limit top count distinct join union parse mv-expand project-away project-keep project-rename project-reorder render let make-series search as evaluate sample top-nested serialize") {
			out = append(out, candidate{o, "operator"})
		}
		return out
	}
	lower := strings.ToLower(text)
	seen := map[string]bool{}
	add := func(c candidate) {
		if !seen[c.text] {
			seen[c.text] = true
			out = append(out, c)
		}
	}
	for _, t := range queries.Catalog().Tables {
		if names(lower, t.Name) {
			for _, c := range t.Columns {
				add(candidate{c.Name, "column " + string(c.Type)})
			}
			for _, v := range t.Variants {
				for _, p := range v.Paths {
					add(candidate{p.Path, "path " + string(p.Type)})
				}
			}
		}
	}
	for _, name := range assigned(text) {
		add(candidate{name, "named here"})
	}
	for _, k := range strings.Fields("and or not by asc desc has contains startswith endswith has_any has_all in between matches regex on kind nulls first last true false") {
		add(candidate{k, "keyword"})
	}
	for _, f := range e.words.kql {
		add(f)
	}
	return out
}

// names says whether a text in small letters holds a name as a word.
func names(lower, name string) bool {
	name = strings.ToLower(name)
	for from := 0; ; {
		i := strings.Index(lower[from:], name)
		if i < 0 {
			return false
		}
		from += i + len(name)
		if (from == len(lower) || !letter(lower[from])) && (from == len(name) || !letter(lower[from-len(name)-1])) {
			return true
		}
	}
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// assigned are the names that a text gives: x = ..., let x = ....
func assigned(text string) []string {
	var out []string
	tokens := editor.KQLTokens(text)
	for i := 1; i < len(tokens); i++ {
		if text[tokens[i].From:tokens[i].To] == "=" && tokens[i-1].Kind == editor.Plain {
			out = append(out, text[tokens[i-1].From:tokens[i-1].To])
		}
	}
	return out
}

// mostOffered is how many completions are offered.
const mostOffered = 60

// match finds what begins with a prefix, then what contains it.
func match(all []candidate, prefix string) []candidate {
	low := strings.ToLower(prefix)
	var begins, holds []candidate
	for _, c := range all {
		l := strings.ToLower(c.text)
		switch {
		case strings.HasPrefix(l, low):
			begins = append(begins, c)
		case len(low) > 2 && strings.Contains(l, low):
			holds = append(holds, c)
		}
	}
	sort.SliceStable(holds, func(i, j int) bool { return len(holds[i].text) < len(holds[j].text) })
	out := append(begins, holds...)
	return out[:min(len(out), mostOffered)]
}

// offerKey takes the keys of the list of completions.
func (e *editScreen) offerKey(_ *App, name string) (tea.Cmd, bool) {
	o := &e.offer
	if !o.open {
		return nil, false
	}
	switch name {
	case "down":
		o.at = min(o.at+1, len(o.list)-1)
	case "up":
		o.at = max(o.at-1, 0)
	case "tab":
		b := e.cur().buf
		b.Replace(o.from, b.Offset(), o.list[o.at].text)
		o.close()
	case "esc":
		o.close()
	case "backspace":
		e.cur().buf.Backspace()
		e.suggest(false)
	default:
		return nil, false
	}
	return nil, true
}
