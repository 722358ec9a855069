package cmd

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"argosy/queries"
)

// mayBeEmpty names the wanted results that rightly hold no row.
func mayBeEmpty() []string {
	return nil
}

// clockColumns are the columns that hold the machine's clock or its folders;
// their values are left out.
func clockColumns() []string {
	return []string{"started", "finished", "loaded", "as_of", "origin"}
}

// unordered names the reports without an order: their rows are compared sorted.
func unordered() []string { return []string{"arg-custom-vulnerability-assessment"} }

// settled is a result without what changes from run to run.
func settled(t *testing.T, name, text string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("the result is no csv: %v", err)
	}
	masked := false
	for i, column := range rows[0] {
		if slices.Contains(clockColumns(), column) {
			masked = true
			for _, r := range rows[1:] {
				if r[i] != "" {
					r[i] = "..."
				}
			}
		}
	}
	if slices.Contains(unordered(), name) {
		masked = true
		slices.SortFunc(rows[1:], slices.Compare[[]string])
	}
	if !masked {
		return text
	}
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fleetClock is when the reports of the fleet are asked for.
const fleetClock = "2026-10-20T12:00:00Z"

// TestLibrary runs every report that comes with argosy on the fleet of
// testdata/queries/fleet, which is small enough to be counted by hand. A case is
// a wanted file NAME.csv or NAME.md in testdata/queries/FOLDER/REPORT; a file
// NAME.args beside it has the arguments, one a line. Each report has at least
// one.
func TestLibrary(t *testing.T) {
	root, err := filepath.Abs("../testdata/queries")
	if err != nil {
		t.Fatal(err)
	}
	lib, err := queries.LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	path := fleetDatabase(t, filepath.Join(root, "fleet"))
	seen := map[string]bool{"fleet": true}
	for _, r := range lib.Reports() {
		dir := filepath.Join(root, filepath.FromSlash(r.Folder), r.Name)
		seen[r.Folder], seen[r.Folder+"/"+r.Name] = true, true
		cases := wantedFiles(t, dir, r)
		for _, want := range cases {
			t.Run(r.Name+"/"+filepath.Base(want), func(t *testing.T) { reportCase(t, path, r, want) })
		}
	}
	for _, pattern := range []string{"*", "*/*"} {
		dirs, _ := filepath.Glob(filepath.Join(root, pattern))
		for _, d := range dirs {
			name, _ := filepath.Rel(root, d)
			if name = filepath.ToSlash(name); !seen[name] && !strings.HasPrefix(name, "fleet/") {
				t.Errorf("testdata/queries/%s belongs to no report", name)
			}
		}
	}
}

// TestPages compares the first rows of reports that look for those alone, where
// no more are asked for, with all of their rows.
func TestPages(t *testing.T) {
	lib, err := queries.LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	fleet, err := filepath.Abs("../testdata/queries/fleet")
	if err != nil {
		t.Fatal(err)
	}
	databases := []string{fleetDatabase(t, fleet), truthDatabase(t, truthStories())}
	paged := 0
	for _, r := range lib.Reports() {
		if !strings.Contains(r.Text, "/*+ page: ") {
			continue
		}
		for _, path := range databases {
			run := func(args ...string) map[string][]json.RawMessage {
				out, _ := runArgosy(t, append([]string{"report", "run", r.Name, "--db", path, "--now", fleetClock, "-q", "-o", "json"}, args...)...)
				var sheets map[string][]json.RawMessage
				if err := json.Unmarshal([]byte(out), &sheets); err != nil {
					t.Fatal(err)
				}
				return sheets
			}
			whole := run()
			for _, limit := range []int{1, 2, 3, 5, 8, 13, 100} {
				for name, rows := range run("--limit", fmt.Sprint(limit)) {
					want := whole[name]
					if len(rows) < len(want) {
						paged++
						want = want[:limit]
					}
					if g, w := fmt.Sprintf("%s", rows), fmt.Sprintf("%s", want); g != w {
						t.Errorf("the first %d rows of %q in %q:\n%s\nOf all rows these are the first:\n%s", limit, name, r.Name, g, w)
					}
				}
			}
		}
	}
	if paged == 0 {
		t.Error("no report was cut")
	}
}

// wantedFiles lists the cases of a report; with -update one that has none gets
// its first.
func wantedFiles(t *testing.T, dir string, r *queries.Saved) []string {
	t.Helper()
	var cases []string
	for _, ext := range []string{".csv", ".md"} {
		found, err := filepath.Glob(filepath.Join(dir, "*"+ext))
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, found...)
	}
	args, _ := filepath.Glob(filepath.Join(dir, "*.args"))
	ext := ".csv"
	if len(r.Sections) > 1 {
		ext = ".md"
	}
	if *update {
		for _, a := range append(args, filepath.Join(dir, "want.args")) {
			if want := strings.TrimSuffix(a, ".args") + ext; !slices.Contains(cases, want) {
				cases = append(cases, want)
			}
		}
	}
	for _, a := range args {
		if base := strings.TrimSuffix(a, ".args"); !slices.Contains(cases, base+".csv") && !slices.Contains(cases, base+".md") {
			t.Errorf("%s has no wanted result", a)
		}
	}
	if len(cases) == 0 {
		t.Errorf("report %q has no wanted result in %s", r.Name, dir)
	}
	return cases
}

// reportCase runs a report and compares what it prints.
func reportCase(t *testing.T, path string, r *queries.Saved, file string) {
	ext := filepath.Ext(file)
	args := []string{"report", "run", r.Name, "--db", path, "--now", fleetClock, "-q", "-o", ext[1:]}
	more, err := os.ReadFile(strings.TrimSuffix(file, ext) + ".args")
	if err == nil {
		args = append(args, strings.Split(strings.TrimSpace(string(more)), "\n")...)
	} else if !os.IsNotExist(err) {
		t.Fatal(err)
	}
	got, said := runArgosy(t, args...)
	if ext == ".csv" {
		got = settled(t, r.Name, got)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("argosy %s differs from %s:\n%s\n%s", strings.Join(args, " "), file, firstDifference(string(want), got), said)
	}
	name := r.Name + "/" + filepath.Base(file)
	if empty := ext == ".csv" && strings.Count(got, "\n") < 2; empty != slices.Contains(mayBeEmpty(), name) {
		t.Errorf("%s: empty is %v; the list of those that may be empty says otherwise", name, empty)
	}
}

// fleetDatabase does what the fleet's file of commands says, each at its time.
func fleetDatabase(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "commands"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	path := filepath.Join(t.TempDir(), "fleet.db")
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		words := strings.Fields(line)
		if strings.HasPrefix(line, "#") || len(words) < 2 {
			continue
		}
		runArgosy(t, append(words[1:], "--db", path, "--now", words[0], "-q")...)
	}
	return path
}

// runArgosy runs a command that has to succeed.
func runArgosy(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, err strings.Builder
	if code := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &err}); code != 0 {
		t.Fatalf("argosy %s ended with %d: %s", strings.Join(args, " "), code, err.String())
	}
	return out.String(), err.String()
}
