package ingest_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"argosy/ingest"
	"argosy/schema"
)

// TestHeadersAlone takes the header of every table among the cases and hands
// it over as exports without rows are: with and without a line end, a
// byte-order mark, quotes, and with another delimiter or encoding. All are what the
// header with a line end is. A header that is cut off is none.
func TestHeadersAlone(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "reports", "*", "*", "report.csv"))
	if err != nil || len(paths) < 15 {
		t.Fatalf("%d tables: %v", len(paths), err)
	}
	for _, path := range paths {
		switch filepath.Base(filepath.Dir(filepath.Dir(path))) {
		case "csvmap", "epss": // a table that needs its mapping, and a feed, which is never empty
			continue
		}
		names := header(t, path)
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(path)))+"/"+filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			want := loadText(t, tabulate(t, names, ',', false)+"\n")
			if want.Format == "" || want.Error != "" && want.State != schema.FileNotApplicable {
				t.Fatalf("the header is %s %s: %s", want.Format, want.State, want.Error)
			}
			wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(tabulate(t, names, ',', false))
			if err != nil {
				t.Fatal(err)
			}
			for how, text := range map[string]string{
				"without a line end": tabulate(t, names, ',', false),
				"with Windows's":     tabulate(t, names, ',', false) + "\r\n",
				"byte-order mark":    "\uFEFF" + tabulate(t, names, ',', false),
				"in quotes":          tabulate(t, names, ',', true),
				"semicolons":         tabulate(t, names, ';', false),
				"tabs":               tabulate(t, names, '\t', false),
				"UTF-16":             wide,
			} {
				if got := loadText(t, text); got.Format != want.Format || got.State != want.State || got.Rows != 0 || got.Skipped != 0 {
					t.Errorf("%s: %s %s, %d rows, %d skipped: %s; wanted %s %s", how, got.Format, got.State, got.Rows, got.Skipped, got.Error, want.Format, want.State)
				}
			}
			whole := tabulate(t, names, ',', false)
			if got := loadText(t, whole[:len(whole)-2]); got.State != schema.FileRejected {
				t.Errorf("a header that is cut off is %s %s: %s", got.Format, got.State, got.Error)
			}
		})
	}
}

func header(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
	var best []string
	for _, comma := range ",;" {
		r := csv.NewReader(strings.NewReader(line))
		r.Comma = comma
		if rec, err := r.Read(); err == nil && len(rec) > len(best) {
			best = rec
		}
	}
	if len(best) < 2 {
		t.Fatalf("%s has no header", path)
	}
	return best
}

// tabulate writes a header without a line end.
func tabulate(t *testing.T, names []string, comma rune, quoted bool) string {
	t.Helper()
	if quoted {
		return `"` + strings.Join(names, `"`+string(comma)+`"`) + `"`
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	if err := w.Write(names); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// loadText is what ingest makes of a file with this text.
func loadText(t *testing.T, text string) schema.FileResult {
	t.Helper()
	files, err := ingest.Load(t.Context(), []string{ingest.Stdin}, nowhere{}, ingest.Options{Name: "it", Stdin: strings.NewReader(text), Now: time.Unix(0, 0)})
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return files[0]
}
