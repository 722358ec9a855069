package kql_test

import (
	"os"
	"regexp"
	"testing"

	"argosy/queries/kql"
)

// TestDocExamples runs the examples of the page about operators.
func TestDocExamples(t *testing.T) {
	text, err := os.ReadFile("../../docs/kql-operators.md")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile("(?s)```kusto\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(list) < 3 {
		t.Errorf("there are %d examples", len(list))
	}
	db := openDB(t)
	for _, m := range list {
		if _, rows, err := runKQL(db, &kql.Catalog{}, m[1], kql.Options{}); err != nil || len(rows) == 0 {
			t.Errorf("%s\n%d rows, %v", m[1], len(rows), err)
		}
	}
}
