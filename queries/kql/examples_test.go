package kql_test

import (
	"os"
	"strings"
	"testing"

	"argosy/queries/kql"
)

// TestExamples runs the example of every function and holds what it gives
// against examples.tsv, which the help shows.
func TestExamples(t *testing.T) {
	db := openDB(t)
	seen := map[string]bool{}
	var lines []string
	for _, f := range kql.Functions() {
		if f.Example == "" || f.Doc == "" || f.Returns == "" || f.Family == "" {
			t.Errorf("%s has no example, doc, result or family", f.Name)
			continue
		}
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			if seen[n] {
				t.Errorf("%s is declared twice", n)
			}
			seen[n] = true
		}
		if !strings.Contains(f.Example, f.Name) {
			t.Errorf("%s: its example %q does not call it", f.Name, f.Example)
		}
		src := f.ExampleQuery()
		res, rows, err := runKQL(db, &kql.Catalog{}, src, kql.Options{Now: kql.SampleNow()})
		if err != nil {
			t.Errorf("%s: %s: %v", f.Name, f.Example, explain(src, err))
			continue
		}
		got := f.ExampleText(res.Columns, rows)
		lines = append(lines, f.Name+"\t"+got)
		if want := f.ExampleResult(); got != want && !*update {
			t.Errorf("%s: %s is %s, want %s", f.Name, f.Example, got, want)
		}
	}
	if *update {
		if err := os.WriteFile("examples.tsv", []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
