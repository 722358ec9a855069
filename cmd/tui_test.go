package cmd

import (
	"context"
	"database/sql"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"argosy/ingest/demo"
	"argosy/schema/store"
	"argosy/tui"
	"argosy/tui/keymap"
	"argosy/tui/tuitest"
)

var update = flag.Bool("update", false, "write want.txt of the screen cases anew")

// TestScreens plays the keys of each case on a small demo fleet and compares
// the frames, without colours. The clock stands still, so that what takes time
// takes none; sizes are the machine's and are left out.
func TestScreens(t *testing.T) {
	cases, err := filepath.Glob("../testdata/tui/*/keys.txt")
	for i := range cases {
		// The program writes into its folder, which is not the sources'.
		if cases[i], err = filepath.Abs(cases[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil || len(cases) < 6 {
		t.Fatalf("only %d cases were found: %v", len(cases), err)
	}
	path := demoDatabase(t)
	for _, c := range cases {
		t.Run(filepath.Base(filepath.Dir(c)), func(t *testing.T) {
			keys, err := os.ReadFile(c)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			mine := "-- title: Zzq of a package\n-- description: What is known of a package.\n-- param: package string = zlib%\n-- param: fixed bool = true\n-- tags: mine\n" +
				"select severity, count(*) as n from subassessments where package_name like $package and fixable = $fixed group by 1 order by 1 desc\n"
			if err := os.MkdirAll("reports", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile("reports/zzq.sql", []byte(mine), 0o644); err != nil {
				t.Fatal(err)
			}
			// Each case may write to a database of its own.
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			own := filepath.Join(t.TempDir(), "demo.db")
			if err := os.WriteFile(own, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			got := play(t, own, string(keys))
			file := filepath.Join(filepath.Dir(c), "want.txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the frames differ from %s:\n%s", file, firstDifference(string(want), got))
			}
		})
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return "want " + a + "\ngot  " + b
		}
	}
	return ""
}

// demoDatabase ingests a small demo fleet.
func demoDatabase(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := demo.Generate(context.Background(), demo.Options{Dir: filepath.Join(dir, "reports"), Findings: 900, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "demo.db")
	// Of two scanners that describe an image at the same time the first one read
	// is believed: read one after the other.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var out strings.Builder
	t.Chdir(dir)
	if code := Run(context.Background(), []string{"ingest", "--threads", "1", "--db", path, "-q", "reports"}, Streams{In: strings.NewReader(""), Out: io.Discard, Err: &out}); code != 0 {
		t.Fatalf("ingest ended with %d: %s", code, out.String())
	}
	return path
}

// screenClock is a moment after the demo's last scan.
func screenClock() time.Time { return time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC) }

func screens(t *testing.T, path string, w, h int) *tuitest.Driver {
	t.Helper()
	s, err := store.OpenSession(context.Background(), path, store.Options{Threads: 1, Wait: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a := &app{db: path, errFormat: "text", color: "never"}
	return tuitest.New(tui.New(context.Background(), database{s}, tui.Options{Now: screenClock, After: tuitest.After, Version: "test",
		ReportDirs: []string{"reports"}, HistoryFile: "history.jsonl", Clock: nextSlot, Export: a.exportFile, Command: a.command}), w, h)
}

var (
	// How many reports there are is the library's business.
	counts = regexp.MustCompile(`\d+ of \d+ +│|\d+ of \d+ ─┐|\d+ reports`)
	// The demo is ingested when the test runs.
	ingested = regexp.MustCompile(`ingested (just now|\d+ \w+ ago)`)
	sizes    = regexp.MustCompile(`database \d+ [kMG]B`)
)

// play runs a script: "size WxH", "keys ...", "frame NAME", and before the first
// size "sql ...", which changes the database.
func play(t *testing.T, path, script string) string {
	t.Helper()
	var d *tuitest.Driver
	var out strings.Builder
	for _, line := range strings.Split(script, "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "size":
			w, h, ok := size(rest)
			if !ok {
				t.Fatalf("size %q", rest)
			}
			if d == nil {
				d = screens(t, path, w, h)
			} else {
				d.Size(w, h)
			}
		case "sql":
			alter(t, path, rest)
		case "keys":
			d.Keys(splitKeys(rest)...)
		case "frame":
			out.WriteString("-- " + rest + " --\n")
			for _, l := range strings.Split(d.Screen(), "\n") {
				l = counts.ReplaceAllString(l, "N reports")
				l = ingested.ReplaceAllString(l, "ingested lately")
				out.WriteString(sizes.ReplaceAllString(l, "database N MB") + "\n")
			}
		case "", "#":
		default:
			t.Fatalf("the script has a line %q", line)
		}
	}
	return out.String()
}

// alter runs SQL on the file.
func alter(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

func size(s string) (w, h int, ok bool) {
	a, b, ok := strings.Cut(s, "x")
	for _, p := range []struct {
		text string
		to   *int
	}{{a, &w}, {b, &h}} {
		for _, r := range p.text {
			*p.to = *p.to*10 + int(r-'0')
		}
	}
	return w, h, ok && w > 0 && h > 0
}

// splitKeys cuts at spaces, but not within quotes.
func splitKeys(s string) []string {
	var out []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		end := strings.IndexByte(s, ' ')
		if s[0] == '"' {
			if end = strings.IndexByte(s[1:], '"') + 2; end < 2 {
				end = len(s)
			}
		}
		if end < 0 {
			end = len(s)
		}
		out, s = append(out, s[:end]), s[end:]
	}
	return out
}

// TestKeyMap keeps docs/tui.md in step with the list of keys.
func TestKeyMap(t *testing.T) {
	const file = "../docs/tui.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), "\"make golden\" -->\n")
	if !ok {
		t.Fatalf("%s has no place for the keys", file)
	}
	_, tail, ok := strings.Cut(rest, "<!-- end of keys -->")
	if !ok {
		t.Fatalf("%s has no end of the keys", file)
	}
	want := head + "\"make golden\" -->\n\n" + keymap.Markdown() + "<!-- end of keys -->" + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Errorf("%s is not in step with tui/keymap; run: make golden", file)
	}
}
