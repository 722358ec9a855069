package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"argosy/schema"
	"argosy/schema/store"
	"argosy/tui"
	"argosy/tui/keymap"
	"argosy/tui/state"
	"argosy/tui/tuitest"
)

// pressed is one key of the key map, perhaps with keys that show what came of
// it: where it is pressed, what comes before, and what must come of it. Texts
// must stand on the screen after the key and not before it; with a minus before
// it the other way round. "clipboard:" is looked for there, "still:" stands
// before and after; "quit", "suspend" and "program" are what the terminal is
// asked for, "asked" that the database is.
type pressed struct {
	context keymap.Context
	key     string
	before  string
	want    []string
}

// TestKeys presses every key of the key map where it holds: each must do what
// the list of keys says. A key without a row here, and a row without a key, fail.
func TestKeys(t *testing.T) {
	path := demoDatabase(t)
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("EDITOR", "true")
	t.Setenv("VISUAL", "")
	scheduled(t, path)
	if err := os.MkdirAll("reports", 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenSession(context.Background(), path, store.Options{Threads: 1, Wait: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := &memo{database: database{s}, rows: map[string]*memoRows{}}
	rows := slices.Concat(everywherePresses(), tablePresses(), panelPresses(), editorPresses())
	known := map[string]bool{}
	for _, p := range rows {
		keys := splitKeys(p.key)
		known[string(p.context)+" "+keys[0]] = true
		t.Run(string(p.context)+" "+p.key, func(t *testing.T) {
			if keymap.Find(keys[0], p.context) == "" || len(p.want) == 0 {
				t.Fatalf("the key is not in the key map, or nothing is wanted of it")
			}
			mine := "-- title: Zzq of a package\n-- param: package string = zlib%\nselect severity, count(*) as n from subassessments where package_name like $package group by 1 order by 1 desc\n"
			if err := os.WriteFile("reports/zzq.sql", []byte(mine), 0o644); err != nil {
				t.Fatal(err)
			}
			a := &app{db: path, errFormat: "text", color: "never"}
			d := tuitest.New(tui.New(context.Background(), m, tui.Options{Now: screenClock, After: tuitest.After, Version: "test", SSH: true,
				ReportDirs: []string{"reports"}, HistoryFile: filepath.Join(t.TempDir(), "history.jsonl"), State: state.None(), Clock: nextSlot, Export: a.exportFile, Command: a.command}), 120, 35)
			d.Keys(splitKeys(p.before)...)
			was, asked := d.Screen(), m.kept
			d.Keys(keys...)
			if m.kept == asked && slices.Contains(p.want, "asked") {
				t.Errorf("the database was not asked")
			}
			if bad := p.failed(d, was); bad != "" {
				t.Errorf("%s\nbefore:\n%s\nafter:\n%s", bad, was, d.Screen())
			}
		})
	}
	for _, b := range keymap.Bindings() {
		for _, k := range b.Keys {
			if !known[string(b.Context)+" "+k] {
				t.Errorf("nothing holds %q in %s to: %s", k, b.Context, b.Help)
			}
		}
	}
}

// failed says what did not come of the key.
func (p pressed) failed(d *tuitest.Driver, was string) string {
	now := d.Screen()
	for _, w := range p.want {
		what, text, special := strings.Cut(w, ":")
		switch {
		case special && what == "clipboard":
			if !strings.Contains(d.Clipboard, text) {
				return fmt.Sprintf("the clipboard is %q", d.Clipboard)
			}
		case w == "quit" && !d.Quit, w == "suspend" && d.Suspended != 1, w == "program" && d.Runs != 1:
			return "the terminal was not asked to " + w
		case w == "quit", w == "suspend", w == "program", w == "asked":
		case special && what == "still":
			if !strings.Contains(was, text) || !strings.Contains(now, text) {
				return fmt.Sprintf("%q should have stayed", text)
			}
		case strings.HasPrefix(w, "-"):
			if !strings.Contains(was, w[1:]) || strings.Contains(now, w[1:]) {
				return fmt.Sprintf("%q should have gone", w[1:])
			}
		case strings.Contains(was, w) || !strings.Contains(now, w):
			return fmt.Sprintf("%q should have come", w)
		}
	}
	return ""
}

// memo remembers what the database answered: nothing writes to it here.
type memo struct {
	database
	rows map[string]*memoRows
	kept int
}

func (m *memo) Query(ctx context.Context, st schema.Statement) (schema.Rows, error) {
	key := fmt.Sprint(st.SQL, st.Args, st.Variables)
	if have, ok := m.rows[key]; ok {
		return &memoRows{columns: have.columns, rows: have.rows}, nil
	}
	rows, err := m.database.Query(ctx, st)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := &memoRows{columns: rows.Columns()}
	for rows.Next() {
		all.rows = append(all.rows, slices.Clone(rows.Values()))
	}
	m.rows[key] = all
	return &memoRows{columns: all.columns, rows: all.rows}, rows.Err()
}

func (m *memo) Keep(ctx context.Context, st schema.Statement) (tui.Kept, error) {
	m.kept++
	return m.database.Keep(ctx, st)
}

type memoRows struct {
	columns []schema.Column
	rows    [][]any
	at      int
}

func (r *memoRows) Columns() []schema.Column { return r.columns }
func (r *memoRows) Next() bool               { r.at++; return r.at <= len(r.rows) }
func (r *memoRows) Values() []any            { return r.rows[r.at-1] }
func (r *memoRows) Err() error               { return nil }
func (r *memoRows) Close() error             { return nil }

// scheduled lets a tick read schedules and run one of them.
func scheduled(t *testing.T, path string) {
	t.Helper()
	text := "schedules:\n- id: weekly\n  report: severity-summary\n  cron: \"0 7 * * mon\"\n  timezone: UTC\n  format: csv\n  deliver:\n  - dir: out\n"
	if err := os.WriteFile("schedules.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"schedule", "tick", "schedules.yaml"}, {"schedule", "run", "weekly"}} {
		var said strings.Builder
		if code := Run(context.Background(), append(args, "--db", path), Streams{In: strings.NewReader(""), Out: io.Discard, Err: &said}); code != 0 {
			t.Fatalf("%v ended with %d: %s", args, code, said.String())
		}
	}
}

func everywherePresses() []pressed {
	c := keymap.Everywhere
	return []pressed{
		{c, "enter", "", []string{"checkout › Repositories", "[team=checkout ×]"}},
		{c, "esc", "enter", []string{"Risk now"}},
		{c, "backspace", "enter", []string{"Risk now"}},
		{c, "1", "2", []string{"[1 Teams]"}},
		{c, "2", "", []string{"[2 Registries]", "6 registries"}},
		{c, "3", "", []string{"[3 Repositories]"}},
		{c, "4", "", []string{"[4 Images]"}},
		{c, "5", "", []string{"[5 Findings]", "row 1 of 1,377", "SEV▼"}},
		{c, "6", "", []string{"[6 Vulns]", "124 vulnerabilities"}},
		{c, "7", "", []string{"[7 Packages]"}},
		{c, "8", "", []string{"[8 Fix list]", "bumps clear"}},
		{c, "f", "enter", []string{"[8 Fix list]", "19 bumps clear 303 of 446 findings", "checkout › Fix list"}},
		{c, "v", "enter 5", []string{"[vulnerability=CVE-", "-[team=checkout ×]", "[3 Repositories]"}},
		{c, "r", "", []string{"Reports · type to find", "Preview"}},
		{c, "E", "", []string{"Editor › query-1", "Schema"}},
		{c, "I", "", []string{"Ingest runs", "REFUSED"}},
		{c, "C", "", []string{"Schedules", "▌  weekly", "delivered"}},
		{c, "0", "enter enter", []string{"Risk now"}},
		{c, "`", "5 2", []string{"[5 Findings]", "-[2 Registries]"}},
		{c, "[", "5 2", []string{"[5 Findings]", "-[2 Registries]"}},
		{c, "]", "5 2 [", []string{"[2 Registries]", "-[5 Findings]"}},
		{c, "R", "5 G", []string{"asked", "still:row 1,377 of 1,377"}},
		{c, "U", "", []string{"there is nothing to take back"}},
		{c, "ctrl+c", "", []string{"ctrl+c once more quits"}},
		{c, ":", "", []string{"Commands", "a number goes to the row"}},
		{c, "ctrl+k", "", []string{"Commands", "a number goes to the row"}},
		{c, "?", "", []string{"Keys: home, table and everywhere", "type to search"}},
		{c, "T", "", []string{"theme dark"}},
		{c, "M", "", []string{"mouse on"}},
		{c, "ctrl+z", "", []string{"suspend"}},
		{c, "q", "", []string{"quit"}},
		{keymap.Home, "K", "", []string{"[kev ×]", "[5 Findings]"}},
		{keymap.Home, "D", "", []string{"[due=overdue ×]", "1,161 findings"}},
		{keymap.Home, "L", "", []string{"Images not scanned", "not since"}},
	}
}
