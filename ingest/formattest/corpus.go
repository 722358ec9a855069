package formattest

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"argosy/ingest/format"
)

// Corpus holds a format against a folder of counted reports: the environment
// variable ARGOSY_CORPUS names it, reports/expected.tsv in it has the columns
// file, detected_format, vuln_rows and distinct_vuln_pkg_ver. Without the
// variable nothing is tested. The format must claim the files that claims
// says are its own, and no other.
func Corpus(t *testing.T, f format.Format, claims func(file, detected string) bool) {
	root := os.Getenv("ARGOSY_CORPUS")
	if root == "" {
		t.Skip("ARGOSY_CORPUS is not set")
	}
	list, err := os.Open(filepath.Join(root, "reports", "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	r := csv.NewReader(list)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, h := range header {
		column[h] = i
	}
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		file, detected := rec[column["file"]], rec[column["detected_format"]]
		doc, err := os.ReadFile(filepath.Join(root, "reports", file))
		if err != nil {
			t.Error(err)
			continue
		}
		corpusFile(t, f, file, doc, claims(file, detected), rec[column["vuln_rows"]], rec[column["distinct_vuln_pkg_ver"]])
	}
}

func corpusFile(t *testing.T, f format.Format, file string, doc []byte, mine bool, rows, distinct string) {
	if z, err := gzip.NewReader(bytes.NewReader(doc)); err == nil {
		if plain, err := io.ReadAll(z); err == nil {
			doc = plain
		}
	}
	d := decode(f, doc, NewRecorder())
	if !mine {
		if d.match.Verdict == format.Yes {
			t.Errorf("%s: claimed as %s, which it is not", file, f.Name)
		}
		return
	}
	wantRows, err := strconv.Atoi(rows)
	if err != nil {
		return
	}
	wantDistinct, err := strconv.Atoi(distinct)
	if err != nil {
		return
	}
	switch {
	case d.err != nil && wantRows > 0:
		t.Errorf("%s: %v", file, d.err)
	case d.rec.Rows != wantRows || len(d.rec.Distinct) != wantDistinct:
		t.Errorf("%s: %d rows, %d distinct; wanted %d, %d", file, d.rec.Rows, len(d.rec.Distinct), wantRows, wantDistinct)
	default:
		t.Logf("%s: equal, %d rows, %d distinct, %d scans, %d skipped %s", file, d.rec.Rows, len(d.rec.Distinct), d.rec.Scans, d.rec.Skips, d.text())
		if d.err == nil {
			reorder(t, f, doc, d.rec)
		}
	}
}
