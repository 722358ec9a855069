package cmd

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"argosy/export"
	"argosy/export/schedule"
	"argosy/queries"
	"argosy/schema/store"
)

// snippet is an indented block of a document.
var snippet = regexp.MustCompile(`(?m)(?:^ {4}.*\n|^\n)+`)

// TestDeliveryDocs reads every target that docs/delivery.md shows.
func TestDeliveryDocs(t *testing.T) {
	data, err := os.ReadFile("../docs/delivery.md")
	if err != nil {
		t.Fatal(err)
	}
	lib, err := queries.LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	const around = "smtp:\n  ops: {host: mail.example.com, from: a@example.com}\nschedules:\n- id: a\n  report: severity-summary\n" +
		"  cron: \"0 7 * * fri\"\n  timezone: UTC\n  deliver:\n"
	kinds := map[string]bool{}
	read := func(text string) *schedule.File {
		f, err := schedule.Read("docs/delivery.md", []byte(text), lib)
		if err != nil {
			t.Errorf("%v\n%s", err, text)
			return &schedule.File{}
		}
		return f
	}
	files := 0
	for _, block := range snippet.FindAllString(string(data), -1) {
		block = strings.TrimLeft(block, "\n")
		var f *schedule.File
		switch text := regexp.MustCompile(`(?m)^ {4}`).ReplaceAllString(block, ""); {
		case strings.HasPrefix(text, "smtp:"):
			f = read(text)
		case strings.HasPrefix(text, "- "):
			f = read(around + "  - {dir: out}\n  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n")
		default:
			continue
		}
		files++
		for _, target := range targets(f) {
			kinds[target.Kind()] = true
		}
	}
	if files < 6 || len(kinds) != 5 {
		t.Errorf("%d examples with the kinds %v", files, kinds)
	}
}

// TestLinkNeedsAPlace writes over: link where nothing can be linked to.
func TestLinkNeedsAPlace(t *testing.T) {
	lib, err := queries.LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	const file = "smtp:\n  ops: {host: mail.example.com, from: a@example.com}\nschedules:\n- id: a\n  report: severity-summary\n" +
		"  cron: \"0 7 * * fri\"\n  timezone: UTC\n  deliver:\n  - {smtp: ops, to: [b@example.com], over: link}\n"
	_, err = schedule.Read("s.yaml", []byte(file), lib)
	if err == nil || !strings.Contains(err.Error(), "s.yaml:9:") || !strings.Contains(err.Error(), "over: link names where another target put the file") {
		t.Errorf("%v", err)
	}
	if _, err := schedule.Read("s.yaml", []byte(file+"  - {dir: out}\n"), lib); err != nil {
		t.Error(err)
	}
}

// TestScheduleDocs makes every report of the file that docs/schedules.md shows, of
// an empty database.
func TestScheduleDocs(t *testing.T) {
	data, err := os.ReadFile("../docs/schedules.md")
	if err != nil {
		t.Fatal(err)
	}
	lib, err := queries.LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{Streams: Streams{Out: io.Discard, Err: io.Discard}, db: store.Memory, color: "never"}
	made := 0
	for _, block := range snippet.FindAllString(string(data), -1) {
		text := regexp.MustCompile(`(?m)^ {4}`).ReplaceAllString(strings.TrimLeft(block, "\n"), "")
		if !strings.Contains(text, "schedules:\n") {
			continue
		}
		f, err := schedule.Read("docs/schedules.md", []byte(text), lib)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if err := a.checkSplits(t.Context(), f); err != nil {
			t.Error(err)
		}
		for i := range f.Schedules {
			made++
			makeOnce(t, a, &f.Schedules[i])
		}
	}
	if made < 2 {
		t.Errorf("%d schedules are shown", made)
	}
}

// makeOnce makes the report of a schedule and forgets it.
func makeOnce(t *testing.T, a *app, s *schedule.Schedule) {
	t.Helper()
	plan, done, err := a.planSchedule(t.Context(), filepath.Join(t.TempDir(), "schedules.yaml"), s, time.Now())
	if err != nil {
		t.Errorf("%s: %v", s.ID, err)
		return
	}
	defer done()
	format, err := export.ByName(s.Format)
	if err == nil {
		_, err = format.Write(t.Context(), plan, io.Discard)
	}
	if err != nil {
		t.Errorf("%s: %v", s.ID, err)
	}
}
