package formattest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
)

var update = flag.Bool("update", false, "rewrite the wanted files of the cases")

// reports is the folder of the cases as seen from a package below ingest.
const reports = "../../testdata/reports"

// decoded is what became of a document.
type decoded struct {
	match format.Match
	rec   *Recorder
	err   error
}

// Decode recognises and decodes a document as ingest does.
func decode(f format.Format, doc []byte, rec *Recorder) decoded {
	d := decoded{rec: rec}
	const opening = 64 << 10
	d.match = f.Detect(format.NewOutline(doc[:min(len(doc), opening)], len(doc) <= opening))
	if d.match.Verdict == format.No && len(doc) > opening {
		// Ingest takes a longer look, too.
		d.match = f.Detect(format.NewOutline(doc, true))
	}
	switch d.match.Verdict {
	case format.No:
		d.err = errors.New("not recognised: " + d.match.Reason)
	case format.NotApplicable:
		d.err = &format.Error{Kind: format.KindNotApplicable, Msg: d.match.Reason}
	case format.Unsupported:
		d.err = &format.Error{Kind: format.KindUnsupported, Msg: d.match.Reason}
	case format.Yes:
		in := &format.Input{Reader: bytes.NewReader(doc), Name: "report", Version: d.match.Version, Syntax: format.NewOutline(doc[:min(len(doc), opening)], false).Syntax}
		d.err = f.Decode(context.Background(), in, rec)
		if d.err == nil && rec.Open() > 0 {
			d.err = fmt.Errorf("%d scans were begun and never ended", rec.Open())
		}
	}
	return d
}

// text is the error of a document as error.txt holds it.
func (d decoded) text() string {
	if d.err == nil {
		return ""
	}
	kind := "rejected"
	var fe *format.Error
	switch {
	case d.match.Verdict == format.No:
		kind = "unrecognised"
	case errors.As(d.err, &fe) && fe.Kind == format.KindUnsupported:
		kind = "unsupported"
	case errors.As(d.err, &fe) && fe.Kind == format.KindNotApplicable:
		kind = "not applicable"
	}
	return kind + ": " + d.err.Error() + "\n"
}

// Cases runs every case of a format: testdata/reports/FORMAT/CASE/report.*
// against want.jsonl, or against error.txt where the report is no good. With
// -update the wanted file is rewritten.
func Cases(t *testing.T, f format.Format) {
	CasesOf(t, f.Name, func(string) format.Format { return f })
}

// CasesOf is Cases for a format that depends on the case: of makes it from
// the case's folder.
func CasesOf(t *testing.T, name string, of func(dir string) format.Format) {
	for _, path := range caseFiles(t, name) {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			f := of(filepath.Dir(path))
			doc := read(t, path)
			d := decode(f, doc, NewRecorder())
			wantLines, wantError := filepath.Join(filepath.Dir(path), "want.jsonl"), filepath.Join(filepath.Dir(path), "error.txt")
			hold(t, wantError, d.text())
			lines := ""
			if d.err == nil {
				lines = d.rec.Lines.String()
			}
			hold(t, wantLines, lines)
			if d.err == nil {
				reorder(t, f, doc, d.rec)
				mutate(t, f, doc)
			}
		})
	}
}

// hold compares a text with a wanted file; empty text wants no file.
func hold(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		var err error
		if got == "" {
			if err = os.Remove(path); errors.Is(err, os.ErrNotExist) {
				err = nil
			}
		} else {
			err = os.WriteFile(path, []byte(got), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to rewrite it): %s", filepath.Base(path), firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a, b)
		}
	}
	return "nothing"
}

// Truncated cuts every case at every tenth of its length. What is left of a
// report must be refused with a clear text and never taken for a whole one.
func Truncated(t *testing.T, f format.Format) {
	TruncatedOf(t, f.Name, func(string) format.Format { return f })
}

// TruncatedOf is Truncated for a format that depends on the case.
func TruncatedOf(t *testing.T, name string, of func(dir string) format.Format) {
	for _, path := range caseFiles(t, name) {
		f, doc := of(filepath.Dir(path)), read(t, path)
		for i := 1; i < 10; i++ {
			cut := doc[:len(doc)*i/10]
			d := decode(f, cut, NewRecorder())
			if d.match.Verdict != format.Yes || whole(cut) {
				continue
			}
			if d.err == nil {
				t.Errorf("%s cut at %d of %d bytes is taken for whole", path, len(cut), len(doc))
			} else if len(d.err.Error()) < 10 {
				t.Errorf("%s cut at %d bytes: the error %q says too little", path, len(cut), d.err)
			}
		}
	}
}

// whole reports whether a document is one or more complete JSON values, as the
// head of a file of JSON lines is, or a table of complete rows.
func whole(doc []byte) bool {
	if o := format.NewOutline(doc, true); o.Syntax == format.CSV {
		return wholeTable(doc)
	}
	dec := jsontext.NewDecoder(bytes.NewReader(doc), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for n := 0; ; n++ {
		if err := dec.SkipValue(); err != nil {
			return n > 0 && errors.Is(err, io.EOF)
		}
	}
}

func wholeTable(doc []byte) bool {
	r, err := csvread.New(bytes.NewReader(doc), csvread.Options{})
	var row csvread.Row
	for err == nil {
		err = r.Next(&row)
	}
	return errors.Is(err, io.EOF)
}

// Fuzz feeds a format the cases and what the fuzzer makes of them: decoding
// may refuse, and must not panic, hang or deliver what the sink refuses.
func Fuzz(f *testing.F, of format.Format) {
	paths, err := filepath.Glob(filepath.Join(reports, of.Name, "*", "report.*"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no cases of %s: %v", of.Name, err)
	}
	for _, path := range paths {
		doc, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		// A format is handed UTF-8, whatever stands in the file.
		doc = bytes.ToValidUTF8(doc, []byte("\uFFFD"))
		rec := NewRecorder()
		outline := format.NewOutline(doc, true)
		match := of.Detect(outline)
		err := of.Decode(t.Context(), &format.Input{Reader: bytes.NewReader(doc), Name: "fuzz", Version: match.Version, Syntax: outline.Syntax}, rec)
		if err == nil && rec.Open() > 0 {
			t.Errorf("%d scans were begun and never ended", rec.Open())
		}
		if rec.Fault != nil {
			t.Error(rec.Fault)
		}
	})
}

func caseFiles(t *testing.T, name string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(reports, name, "*", "report.*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases of %s in %s: %v", name, reports, err)
	}
	return paths
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
