package csvmap

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"argosy/ingest/format"
	"argosy/ingest/formattest"
)

// block returns the first fenced block of a language in a document.
func block(t *testing.T, doc, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(doc, "```"+language+"\n")
	text, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatalf("the documentation has no %s block", language)
	}
	return text
}

// TestDocumentation runs the example of the documentation and holds its list
// of keys against the program's.
func TestDocumentation(t *testing.T) {
	raw, err := os.ReadFile("../../docs/csv-mapping.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(raw)
	m, err := Read("mapping.yaml", []byte(block(t, doc, "yaml")))
	if err != nil {
		t.Fatal(err)
	}
	table := block(t, doc, "csv")
	f := m.Format()
	if v := f.Detect(format.NewOutline([]byte(table), true)).Verdict; v != format.Yes {
		t.Fatalf("the example is not recognised: %v", v)
	}
	rec := formattest.NewRecorder()
	if err := f.Decode(t.Context(), &format.Input{Reader: bytes.NewBufferString(table)}, rec); err != nil {
		t.Fatal(err)
	}
	if rec.Rows+rec.Skips != 1 || rec.Scans != 1 || !strings.Contains(rec.Lines.String(), "behind a proxy") {
		t.Errorf("the example gives\n%s", rec.Lines.String())
	}
	for name := range fields() {
		section, key, _ := strings.Cut(string(name), ".")
		_, rest, _ := strings.Cut(doc, "| `"+section+"` |")
		line, _, _ := strings.Cut(rest, "\n")
		if !strings.Contains(line, "`"+key+"`") {
			t.Errorf("the documentation of %s does not list %s", section, key)
		}
	}
}
