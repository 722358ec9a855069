package kql_test

import (
	"os"
	"path/filepath"
	"testing"

	"argosy/queries/kql"
)

// BenchmarkTranslate measures the longest query of the cases, or of the real
// queries where ARGOSY_CORPUS names them. Five milliseconds is what a user who
// types does not notice.
func BenchmarkTranslate(b *testing.B) {
	src := longestQuery(b)
	cat := argCatalog()
	b.Logf("%d bytes of KQL", len(src))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := kql.Translate(src, cat, kql.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func longestQuery(tb testing.TB) string {
	var all []string
	files, _ := filepath.Glob(filepath.Join(casesDir, "*", "query.kql"))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, string(text))
	}
	if corpus := os.Getenv("ARGOSY_CORPUS"); corpus != "" {
		if f := filepath.Join(corpus, "kql", "arg-queries.jsonl"); exists(f) {
			for _, c := range readRecorded(tb, f) {
				all = append(all, c.Query)
			}
		}
	}
	best := ""
	for _, src := range all {
		if len(src) > len(best) {
			if _, err := kql.Translate(src, argCatalog(), kql.Options{}); err == nil {
				best = src
			}
		}
	}
	return best
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
