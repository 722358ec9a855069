package cmd

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/schema"
)

// TestTruncated cuts reports at every tenth of their length, as they are and
// compressed, and ingests what is left: each is refused with a text that says
// why, nothing is stored, and the database keeps its bytes. The reports are
// those of the cases and, with ARGOSY_CORPUS, every file of its folder reports.
func TestTruncated(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../testdata/reports/*/*/report.*"} {
		some, err := filepath.Glob(pattern)
		if err != nil || len(some) == 0 {
			t.Fatalf("no reports in %s: %v", pattern, err)
		}
		paths = append(paths, some...)
	}
	if corpus := os.Getenv("ARGOSY_CORPUS"); corpus != "" {
		err := filepath.WalkDir(filepath.Join(corpus, "reports"), func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Base(path) != "expected.tsv" {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	cuts := cutAll(t, paths, dir)
	db := filepath.Join(t.TempDir(), "t.db")
	ingestHere(t, 0, db, "../testdata/reports/trivy/image/report.json")
	before := bytesOf(t, db)
	out, told := ingestHere(t, exitFailed, db, dir, "-o", "jsonl")
	if !bytes.Equal(before, bytesOf(t, db)) {
		t.Error("the database has changed")
	}
	states, seen := map[schema.FileState]int{}, 0
	for line := range bytes.Lines(out) {
		var f schema.FileResult
		if err := json.Unmarshal(line, &f); err != nil {
			t.Fatal(err)
		}
		name, inside, _ := strings.Cut(strings.TrimPrefix(f.Path, dir+string(filepath.Separator)), string(filepath.Separator))
		of, ok := cuts[name]
		if !ok {
			t.Fatalf("%s is none of the cuts", f.Path)
		}
		seen++
		states[f.State]++
		switch f.State {
		case schema.FileStored:
			if inside != "" {
				continue // a whole member before the cut
			}
			t.Errorf("%s: stored, %d rows", of, f.Rows)
		case schema.FileEmpty, schema.FileNotApplicable:
			t.Errorf("%s: %s (%s)", of, f.State, f.Error)
		default:
			if len(f.Error) < 15 {
				t.Errorf("%s: %s: %q says too little", of, f.State, f.Error)
			}
		}
	}
	if seen < len(cuts) {
		t.Errorf("%d results of %d cuts", seen, len(cuts))
	}
	if strings.Contains(told, "goroutine ") {
		t.Errorf("a panic: %s", told)
	}
	t.Logf("%d reports, %d cuts: %v", len(paths), len(cuts), states)
}

// magic is how many bytes tell a compressed file; less of it could be anything.
const magic = 4

// cutAll writes what is left of every report into dir, whatever is a whole
// report again left out, and returns what each file is.
func cutAll(t *testing.T, paths []string, dir string) map[string]string {
	cuts := map[string]string{}
	write := func(what string, left []byte) {
		name := fmt.Sprintf("%05d", len(cuts))
		cuts[name] = what
		if err := os.WriteFile(filepath.Join(dir, name), left, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range paths {
		doc := bytesOf(t, path)
		packed := map[string][]byte{"gzip": gzipped(t, doc), "zstd": zstandard(t, doc)}
		for i := 1; i < 10; i++ {
			if left := doc[:len(doc)*i/10]; len(left) > 0 && !wholeAgain(left) && !wholeHeader(doc, len(left)) {
				write(fmt.Sprintf("%s cut at %d/10", path, i), left)
			}
			for how, z := range packed {
				if left := z[:len(z)*i/10]; len(left) >= magic {
					write(fmt.Sprintf("%s, %s, cut at %d/10", path, how, i), left)
				}
			}
		}
	}
	return cuts
}

// wholeHeader reports whether a file is cut just where its first line ends:
// what a tool that found nothing writes may be that.
func wholeHeader(doc []byte, cut int) bool {
	line, _, _ := bytes.Cut(doc, []byte("\n"))
	return len(bytes.TrimRight(doc[:cut], "\r")) == len(bytes.TrimRight(line, "\r")) && format.NewOutline(doc, true).Syntax == format.CSV
}

// wholeAgain reports whether what is left of a file is sound by itself: one or
// more complete values of JSON, a table of complete rows, or plain text.
func wholeAgain(left []byte) bool {
	left = bytes.TrimPrefix(left, []byte("\ufeff"))
	o := format.NewOutline(left, true)
	if o.Blank || o.Syntax == format.Text && o.Binary == "" {
		return true
	}
	if o.Syntax == format.CSV {
		r, err := csvread.New(bytes.NewReader(left), csvread.Options{})
		var row csvread.Row
		for err == nil {
			err = r.Next(&row)
		}
		return errors.Is(err, io.EOF)
	}
	dec := jsontext.NewDecoder(bytes.NewReader(left), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for n := 0; ; n++ {
		if err := dec.SkipValue(); err != nil {
			return n > 0 && errors.Is(err, io.EOF)
		}
	}
}

func ingestHere(t *testing.T, want int, db string, args ...string) ([]byte, string) {
	t.Helper()
	var out, told bytes.Buffer
	code := Run(t.Context(), append([]string{"ingest", "--db", db}, args...), Streams{In: strings.NewReader(""), Out: &out, Err: &told})
	if code != want {
		t.Fatalf("exit code %d, want %d: %s", code, want, told.String())
	}
	return out.Bytes(), told.String()
}

func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func gzipped(t *testing.T, doc []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(doc); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t *testing.T, doc []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(doc, nil)
}
