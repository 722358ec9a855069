package cmd

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"argosy/export/schedule"
	"argosy/queries"
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
