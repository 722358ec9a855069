package kql_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/queries/kql"
)

// TestExpressionCases runs the lines of testdata/kql/expressions: an
// expression, => and what it gives, or the first error. Lines that begin with #
// are headings.
func TestExpressionCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(casesDir, "expressions", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of expressions: %v", err)
	}
	db := openDB(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		for i, line := range lines {
			expr, want, _ := strings.Cut(line, " => ")
			if expr = strings.TrimSpace(expr); expr == "" || expr[0] == '#' {
				continue
			}
			src := "print result = " + expr
			got := ""
			res, rows, err := runKQL(db, &kql.Catalog{}, src, kql.Options{Now: kql.SampleNow()})
			if err != nil {
				got, _, _ = strings.Cut(explain(src, err), "\n")
				got = "error " + got
			} else {
				got = (&kql.Func{Kind: kql.ScalarFunc}).ExampleText(res.Columns, rows)
			}
			if got != want && !*update {
				t.Errorf("%s:%d: %s gives %s, want %s", filepath.Base(file), i+1, expr, got, want)
			}
			lines[i] = expr + " => " + got
		}
		if *update {
			if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
