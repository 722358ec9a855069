package cmd

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/schema/store"
	"argosy/tui"
	"argosy/tui/state"
	"argosy/tui/tuitest"
)

// sitting starts the screens with a state in a folder, as one start of the
// program does.
func sitting(t *testing.T, path, dir string) (*tuitest.Driver, func()) {
	t.Helper()
	s, err := store.OpenSession(context.Background(), path, store.Options{Threads: 1, Wait: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{db: path, errFormat: "text", color: "never"}
	d := tuitest.New(tui.New(context.Background(), database{s}, tui.Options{Now: screenClock, After: tuitest.After, Version: "test", State: state.Load(dir), SSH: true,
		ReportDirs: []string{"reports"}, HistoryFile: filepath.Join(dir, "history.jsonl"), Clock: nextSlot, Export: a.exportFile, Command: a.command}), 120, 35)
	return d, func() {
		if err := d.App.Close(); err != nil {
			t.Error(err)
		}
		s.Close()
	}
}

func shows(t *testing.T, d *tuitest.Driver, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(d.Screen(), text) {
			t.Errorf("%q is not on the screen:\n%s", text, d.Screen())
		}
	}
}

// TestStateIsKept leaves the program and starts it again: columns, their order
// and widths, the sort, the theme, the pane, the scope and the queries that were
// run are as they were.
func TestStateIsKept(t *testing.T) {
	path, dir := demoDatabase(t), t.TempDir()
	t.Chdir(t.TempDir())
	d, end := sitting(t, path, dir)
	// On the way: a column hidden on a screen that is left before the end.
	d.Keys("4", "l", "l", "-", "5")
	d.Keys("l", "s", "l", "+", "}", "l", "-", "h", ">", ">", "p", "T", "T", "=", "A", "E", "ctrl+t")
	d.Keys(`"select 40 + 2 as answer"`, "ctrl+r", "esc", "esc")
	shows(t, d, "VULNERABILITY ▼, PACKAGE ▼", "[set aside too ×]")
	was := d.Screen()
	end()

	d, end = sitting(t, path, dir)
	defer end()
	shows(t, d, "theme light")
	d.Keys("`")
	if got := d.Screen(); heading(got) != heading(was) || !strings.Contains(got, "VULNERABILITY ▼, PACKAGE ▼") {
		t.Errorf("the view was\n%s\nand is now\n%s", was, got)
	}
	shows(t, d, "[set aside too ×]", "[installed=", "Where")
	d.Keys("4")
	if strings.Contains(heading(d.Screen()), "DIGEST") {
		t.Errorf("the column hidden earlier is back:\n%s", d.Screen())
	}
	d.Keys("E", "ctrl+p")
	shows(t, d, "select 40 + 2 as answer")
}

// heading is the line of the column titles.
func heading(screen string) string {
	for _, l := range strings.Split(screen, "\n") {
		if strings.Contains(l, "CVE") && strings.Contains(l, "SEV") || strings.Contains(l, "REPOSITORY") {
			return strings.TrimRight(strings.Split(l, "│")[0], " ")
		}
	}
	return ""
}

// TestRunNow runs a schedule from its screen: the file is there, the list says
// how it went, the runs can be sent again, and the report knows when it ran.
func TestRunNow(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	scheduled(t, path)
	before, err := filepath.Glob("out/*.csv")
	if err != nil || len(before) != 1 {
		t.Fatalf("the schedule wrote %v before: %v", before, err)
	}
	d, end := sitting(t, path, t.TempDir())
	defer end()
	d.Keys("C", "t", `"no"`, "enter")
	shows(t, d, "nothing was sent")
	d.Keys("t", `"yes"`, "enter")
	shows(t, d, "weekly", "delivered")
	if after, err := filepath.Glob("out/*.csv"); err != nil || len(after) != 2 {
		t.Errorf("run now left %v: %v\n%s", after, err, d.Screen())
	}
	d.Keys("enter")
	shows(t, d, "row 1 of 2")
	d.Keys("c", `"yes"`, "enter")
	if bad := "argosy: "; strings.Contains(d.Screen(), bad) {
		t.Errorf("sending again failed:\n%s", d.Screen())
	}
	d.Keys("0", "r", `"severity-summary"`)
	shows(t, d, "Schedule  weekly  0 7 * * mon UTC", "next 2026-11-23 07:00 UTC", "Last run  ", "delivered", "1 scheduled")
	d.Keys("ctrl+u", "esc", `"top-packages"`, "enter", "enter", "esc")
	shows(t, d, "Last run  just now, ", ", ok")
}

// TestExportChoices puts marked and visible rows on the clipboard, and visible
// ones into a file.
func TestExportChoices(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	d, end := sitting(t, path, t.TempDir())
	defer end()
	// Clipboard is the last format, one to the left of the first.
	d.Keys("5", "space", "space", "x", "left", "tab", "right", "enter")
	shows(t, d, "copied 2 rows")
	if lines := strings.Split(strings.TrimSpace(d.Clipboard), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "severity\tvulnerability\tpackage\t") || !strings.HasPrefix(lines[1], "Critical\tCVE-") {
		t.Errorf("the clipboard is %q", d.Clipboard)
	}
	d.Keys("u", "right", "-", "left", "x", "left", "tab", "right", "tab", "right", "enter")
	shows(t, d, "copied 29 rows")
	if !strings.HasPrefix(d.Clipboard, "severity\tpackage\tinstalled\tfixed\t") {
		t.Errorf("the columns as shown are %q", d.Clipboard)
	}
	d.Keys("x", "right", "tab", "right", "tab", "tab", "ctrl+u", `"seen.csv"`, "enter")
	shows(t, d, "wrote 29 rows to seen.csv")
	d.Keys("x", "left", "enter")
	shows(t, d, "copied 1,377 rows")
	d.Keys("E", "ctrl+t", `"select i from range(20000) t(i)"`, "ctrl+r", "esc", "x", "left", "enter")
	shows(t, d, "the clipboard takes 10,000 rows at most")
	d.Keys("right", "tab", "right", "enter")
	shows(t, d, "a file takes a query's whole result")
	if _, err := os.Stat("seen.csv"); err != nil {
		t.Error(err)
	}
}

// TestExportWhileAsked opens the dialog before the rows have come: it says so,
// copies nothing meanwhile, and knows them once they are there.
func TestExportWhileAsked(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	d, end := sitting(t, path, t.TempDir())
	defer end()
	rows := d.Press("8")
	d.Keys("x", "left") // the last format is the clipboard
	shows(t, d, "all (being asked for)", "( ) as shown", "(•) clipboard")
	d.Keys("enter")
	shows(t, d, "the rows are not all here yet")
	if d.Clipboard != "" {
		t.Errorf("copied %q before there was a row", d.Clipboard)
	}
	d.Finish(rows)
	shows(t, d, "(•) all 74", "( ) visible 29", "(•) clipboard")
	d.Keys("enter")
	shows(t, d, "copied")
	if n := strings.Count(d.Clipboard, "\n"); n < 3 {
		t.Errorf("copied %q", d.Clipboard)
	}
}

// TestKeysAhead presses the keys to a team's fix list before a row has come: they
// mean what they mean on the rows.
func TestKeysAhead(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	d, end := sitting(t, path, t.TempDir())
	defer end()
	rows := d.Press("1")
	d.Keys("/", `"paym"`, "enter", "enter", "f")
	shows(t, d, "argosy › Teams", "waits for the rows: 2 keys")
	d.Finish(rows)
	shows(t, d, "argosy › payments › Fix list", "[team=payments ×]", "bumps clear")

	d.Keys("0")
	rows = d.Press("1")
	d.Keys("enter", "esc", "f")
	d.Finish(rows)
	shows(t, d, "argosy › Fix list", "all findings") // esc has dropped the first key

	d.Keys("0")
	rows = d.Press("1")
	d.Keys("/", `"nobody"`, "enter", "enter", "f")
	d.Finish(rows)
	shows(t, d, "argosy › Teams", "/nobody is nowhere") // and what was meant for it does nothing
}

// TestPalette goes to a report, a team, a repository and a vulnerability by name.
func TestPalette(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	d, end := sitting(t, path, t.TempDir())
	defer end()
	d.Keys(":", `"CVE-2021-44228"`, "enter")
	shows(t, d, "[vulnerability=CVE-2021-44228 ×]", "[3 Repositories]")
	d.Keys("0", ":", `"team payments"`, "enter")
	shows(t, d, "[team=payments ×]", "[3 Repositories]")
	d.Keys("0", ":", `"checkout-batch"`, "enter")
	shows(t, d, "[repository=checkout/checkout-batch ×]", "[4 Images]")
	d.Keys("0", ":", `"severity-summary"`, "enter")
	shows(t, d, "CRITICAL", "4 rows")
	d.Keys("5", ":", `"1,000"`, "enter")
	shows(t, d, "row 1,000 of 1,377")
}

// TestReportToFile runs a report from its form into a file.
func TestReportToFile(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("reports", 0o755); err != nil {
		t.Fatal(err)
	}
	mine := "-- title: Zzq of a package\n-- param: package string = zlib%\nselect severity, count(*) as n from subassessments where package_name like $package group by 1 order by 1 desc\n"
	if err := os.WriteFile("reports/zzq.sql", []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	d, end := sitting(t, path, t.TempDir())
	defer end()
	d.Keys("r", `"zzq"`, "enter", "tab", "right", "right")
	shows(t, d, "= argosy report run zzq --export zzq-2026-11-21.csv")
	d.Keys("enter")
	shows(t, d, "wrote ", "zzq-2026-11-21.csv")
	d.Keys("enter", "tab", "right", "right", "enter")
	shows(t, d, "zzq-2026-11-21.csv exists; ⏎ once more overwrites it")
	// Onto the clipboard; what is typed takes the place of the value that stood there.
	d.Keys("right", "right", "tab", `"libc6"`, "enter")
	shows(t, d, "copied 3 rows", "3 rows · ")
	if d.Clipboard != "severity\tn\nCritical\t5\nHigh\t48\nMedium\t5\n" {
		t.Errorf("the clipboard is %q", d.Clipboard)
	}
	d.Keys("esc", "enter", `"nothing"`, "enter")
	shows(t, d, "no rows for package=nothing")
}

// TestChartAfterChange takes a change back while a chart stands on rows that are
// dropped by it: it is drawn anew.
func TestChartAfterChange(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	d, end := sitting(t, path, t.TempDir())
	defer end()
	d.Keys("5", "m", `"not reachable"`, "enter", "b")
	shows(t, d, "[severity]", "Critical      488")
	d.Keys("U")
	shows(t, d, "[severity]", "Critical      489")
}

// TestNothingMatches moves about in a list in which nothing matches, and then
// chooses.
func TestNothingMatches(t *testing.T) {
	d := screens(t, demoDatabase(t), 120, 35)
	d.Keys("5", "ctrl+o", `"zzzz"`, "down", "up", "pgdown", "down", "space")
	shows(t, d, "0 of ")
	d.Keys("enter", "x", "ctrl+k", `"zzzz qqqq"`, "down", "down", "enter", "esc")
}

// TestMouse clicks and turns the wheel, once the mouse is on: on a row, on it
// again, on a heading, and where there is no table.
func TestMouse(t *testing.T) {
	d := screens(t, demoDatabase(t), 120, 35)
	d.Keys("5")
	click := func(x, y int) { d.Mouse(tea.MouseClickMsg(tea.Mouse{X: x, Y: y, Button: tea.MouseLeft})) }
	wheel := func(b tea.MouseButton) { d.Mouse(tea.MouseWheelMsg(tea.Mouse{X: 10, Y: 10, Button: b})) }
	click(10, 8)
	shows(t, d, " row 1 of ")
	d.Keys("M")
	click(10, 8)
	shows(t, d, " row 5 of ")
	wheel(tea.MouseWheelDown)
	shows(t, d, " row 8 of ")
	wheel(tea.MouseWheelUp)
	wheel(tea.MouseWheelUp)
	shows(t, d, " row 2 of ")
	heading := strings.Split(d.Screen(), "\n")[3]
	click(len([]rune(heading[:strings.Index(heading, "PACKAGE")])), 3)
	shows(t, d, " row 1 of ", "PACKAGE ▼")
	click(10, 4)
	shows(t, d, "CVSS", "Package ")
	was := d.Screen()
	d.Size(120, 12)
	wheel(tea.MouseWheelDown)
	if d.Screen() == was {
		t.Error("the wheel does not scroll what is known of a finding")
	}
}
