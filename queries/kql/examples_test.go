package kql_test

import (
	"testing"

	"argosy/queries/kql"
)

// TestExamples runs the example of every scalar function: what the help shows
// must work. Aggregates are run over a few rows.
func TestExamples(t *testing.T) {
	db := openDB(t)
	const rows = `datatable(size:long, score:real, severity:string, cve:string, digest:string, patchable:bool, published:datetime, id:string, n:long, repository:string, tag:string, properties:dynamic, text:string)
[1, 7.5, "High", "CVE-1", "d1", true, datetime(2024-01-02), "a", 1, "r", "t", dynamic({"cvss": 1}), "CVE-2024-1"] | sort by size asc `
	for _, f := range kql.Functions() {
		src := rows + "| extend result = " + f.Example
		switch f.Kind {
		case kql.AggregateFunc:
			src = rows + "| summarize " + f.Example
		case kql.ScalarFunc, kql.WindowFunc:
		}
		if f.Example == "" || f.Doc == "" {
			t.Errorf("%s has no example or no doc", f.Name)
			continue
		}
		if _, _, err := runKQL(db, &kql.Catalog{}, src, kql.Options{}); err != nil {
			t.Errorf("%s: %s: %v", f.Name, f.Example, explain(src, err))
		}
	}
}
