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
	corpus(t, f, claims, claims, func(r *Recorder) (int, int) { return r.Rows, len(r.Distinct) })
}

// CorpusCounted is Corpus for formats some of whose files are counted by
// another measure than argosy's: the counts of the files that counted names
// must be equal, rows that a rule or a VEX document has set aside and
// statements of VEX documents included.
func CorpusCounted(t *testing.T, f format.Format, claims, counted func(file, detected string) bool) {
	corpus(t, f, claims, counted, func(r *Recorder) (int, int) { return r.All, len(r.AllDistinct) })
}

func corpus(t *testing.T, f format.Format, claims, counted func(file, detected string) bool, count func(*Recorder) (rows, distinct int)) {
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
		rows, distinct := rec[column["vuln_rows"]], rec[column["distinct_vuln_pkg_ver"]]
		if !counted(file, detected) {
			rows = ""
		}
		corpusFile(t, f, file, detected, doc, claims(file, detected), rows, distinct, count)
	}
}

func corpusFile(t *testing.T, f format.Format, file, detected string, doc []byte, mine bool, rows, distinct string, count func(*Recorder) (rows, distinct int)) {
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
	if d.match.Verdict == format.No && len(bytes.TrimSpace(doc)) > 4 {
		t.Errorf("%s: not recognised: %s", file, d.match.Reason)
	}
	wantRows, err := strconv.Atoi(rows)
	if err != nil {
		return
	}
	wantDistinct, err := strconv.Atoi(distinct)
	if err != nil {
		return
	}
	gotRows, gotDistinct := count(d.rec)
	switch {
	case detected == "csv":
		// Lines were counted, whatever they are about and however broken.
		t.Logf("%s: %d of %d lines are findings, %d skipped %s", file, d.rec.Rows, wantRows, d.rec.Skips, d.text())
	case d.err != nil && wantRows > 0:
		t.Errorf("%s: %v", file, d.err)
	case gotRows != wantRows || gotDistinct != wantDistinct:
		t.Errorf("%s: %d rows, %d distinct; wanted %d, %d", file, gotRows, gotDistinct, wantRows, wantDistinct)
	default:
		t.Logf("%s: equal, %d rows, %d distinct, %d scans, %d skipped %s", file, gotRows, gotDistinct, d.rec.Scans, d.rec.Skips, d.text())
		if d.err == nil {
			reorder(t, f, doc, d.rec)
		}
	}
}
