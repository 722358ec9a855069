package syntax

import (
	"os"
	"testing"
)

// FuzzParse looks for panics, hangs, spans out of bounds, and texts whose
// meaning or layout formatting changes. ARGOSY_CORPUS adds its queries to the seeds.
func FuzzParse(f *testing.F) {
	for _, src := range seeds() {
		f.Add(src)
	}
	if dir := os.Getenv("ARGOSY_CORPUS"); dir != "" {
		for _, text := range corpusTexts(dir) {
			if len(text) < 1500 {
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, errs := Parse(src)
		checkSpans(t, src, tree, errs)
		for _, e := range errs {
			if !e.Span.Valid() || e.Span.End > len(src) {
				t.Fatalf("error %q lies at %v, outside of %d bytes", e.Msg, e.Span, len(src))
			}
			e.Format(src)
		}
		checkTokens(t, src)
		if len(errs) == 0 {
			checkFormat(t, src, tree)
		}
	})
}

// seeds are the texts of the table tests.
func seeds() []string {
	var list []string
	for _, c := range parseCases() {
		list = append(list, c.src)
	}
	for _, c := range errorCases() {
		list = append(list, c.src)
	}
	return append(list, formatCases()...)
}
