package ingest_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/schema"
	"argosy/schema/store"
)

// load reads files into a new database and returns what became of each.
func load(t *testing.T, paths ...string) []schema.FileResult {
	t.Helper()
	l, err := store.NewLoader(context.Background(), filepath.Join(t.TempDir(), "t.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	files, err := ingest.Load(t.Context(), paths, l, ingest.Options{Now: time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil || len(files) != len(paths) {
		t.Fatalf("%d results of %d files: %v", len(files), len(paths), err)
	}
	return files
}

// TestArraysOfReports puts the report of every case twice into an array, as jq
// gathers the pages of an API: it must give every row twice.
func TestArraysOfReports(t *testing.T) {
	cases, err := filepath.Glob("../testdata/reports/*/*/report.json")
	if err != nil || len(cases) < 150 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	dir := t.TempDir()
	var alone, arrays []string
	for _, path := range cases {
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if doc = bytes.TrimSpace(doc); len(doc) < 3 || doc[0] != '{' || doc[len(doc)-1] != '}' {
			continue
		}
		name := filepath.Join(dir, strings.ReplaceAll(strings.TrimPrefix(filepath.Dir(path), "../testdata/reports/"), "/", "-")+".json")
		if err := os.WriteFile(name, []byte("[ "+string(doc)+"\n , "+string(doc)+" ]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		alone, arrays = append(alone, path), append(arrays, name)
	}
	want, got := load(t, alone...), load(t, arrays...)
	held := map[string]bool{}
	for i, w := range want {
		g := got[i]
		// Lines of JSON, and documents of several formats, are no one value, and
		// a feed is one document.
		if w.State != schema.FileStored || w.Rows == 0 || w.Format == "kev" || g.State == schema.FileRejected && strings.Contains(g.Error, "expecting ',' or ']'") {
			continue
		}
		if g.State != w.State || g.Rows != 2*w.Rows {
			t.Errorf("%s: %s, %d rows (%s), want %d", alone[i], g.State, g.Rows, g.Error, 2*w.Rows)
		}
		held[w.Format] = true
	}
	if len(held) < 22 {
		t.Errorf("only %d formats were held: %v", len(held), held)
	}
}

// TestArraysThatAreNone holds arrays that are cut off, and those of nothing that
// is known, and reports within the answer of an API.
func TestArraysThatAreNone(t *testing.T) {
	doc, err := os.ReadFile("../testdata/reports/harbor/addition/report.json")
	if err != nil {
		t.Fatal(err)
	}
	one := strings.TrimSpace(string(doc))
	dir := t.TempDir()
	var paths []string
	texts := []struct {
		text  string
		state schema.FileState
		says  string
	}{
		{"[" + one + "]", schema.FileStored, ""},
		{"[" + one + "," + one + "]", schema.FileStored, ""},
		{"[" + one, schema.FileRejected, "cut off"},
		{"[" + one + ",", schema.FileRejected, "cut off"},
		{"[" + one + "," + one[:len(one)/2], schema.FileRejected, ""},
		{`[{"a":1},{"b":2}]`, schema.FileUnrecognised, "its elements have the keys a, b"},
		{"[[" + one + "]]", schema.FileUnrecognised, ""},
		{"{ \"answer\" :" + one + "}", schema.FileStored, ""},
		{"{\"answer\":" + one + "}\n{\"answer\":" + one + "}\n", schema.FileStored, ""},
		{"{\"answer\":" + one + ",\"more\":{}}", schema.FileUnrecognised, "its top-level keys are answer, more"},
		{"{\"answer\":" + one + ",\"more\":[]}", schema.FileUnrecognised, "its top-level keys are answer, more"},
		{"{\"answer\":" + one + strings.Repeat(" ", 5<<20) + ",\"more\":[1]}", schema.FileRejected, "has other members"},
		{"{\"status\":\"{done}\", \"page\":1,\"answer\":" + one + ",\"next\":null , \"more\":\"}]\"}\n", schema.FileStored, ""},
		{"{\"status\":\"done\",\"answer\":" + one + "}{\"answer\":" + one + ",\"ok\":true}", schema.FileStored, ""},
		{"{\"status\":,\"answer\":" + one + "}", schema.FileUnrecognised, ""},
		{"{\"answer\":" + one + ",\"ok\":}", schema.FileRejected, "no JSON"},
		{"{\"answer\":" + one + ",\"ok\":tru", schema.FileRejected, "cut off"},
		{"{\"answer\":" + one + ",\"ok\":\"" + strings.Repeat("x", 5<<20) + "\"}", schema.FileRejected, "has other members"},
		{"{\"answer\":" + one, schema.FileRejected, "cut off"},
		{"{\"answer\":" + one[:len(one)/2], schema.FileRejected, ""},
		{`{"answer":{"a":1}}`, schema.FileUnrecognised, "its top-level keys are answer"},
	}
	for i, c := range texts {
		paths = append(paths, filepath.Join(dir, string(rune('a'+i))+".json"))
		if err := os.WriteFile(paths[i], []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, f := range load(t, paths...) {
		if c := texts[i]; f.State != c.state || !strings.Contains(f.Error, c.says) {
			t.Errorf("%.40q...: %s (%s), want %s (%s)", c.text, f.State, f.Error, c.state, c.says)
		}
	}
}
