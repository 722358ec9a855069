package csvmap

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/ingest/format"
	"argosy/ingest/formattest"
)

// mapped reads the mapping that lies beside a report.
func mapped(t testing.TB) func(dir string) format.Format {
	return func(dir string) format.Format {
		doc, err := os.ReadFile(filepath.Join(dir, "mapping.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Read("mapping.yaml", doc)
		if err != nil {
			t.Fatal(err)
		}
		return m.Format()
	}
}

func TestCases(t *testing.T)     { formattest.CasesOf(t, name, mapped(t)) }
func TestTruncated(t *testing.T) { formattest.TruncatedOf(t, name, mapped(t)) }

func FuzzDecode(f *testing.F) {
	formattest.Fuzz(f, mapped(f)("../../testdata/reports/csvmap/whole"))
}

// FuzzMapping feeds the reader of mappings: it may refuse, always with a place.
func FuzzMapping(f *testing.F) {
	paths, err := filepath.Glob("../../testdata/reports/csvmap/*/mapping.yaml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no mappings: %v", err)
	}
	for _, p := range paths {
		doc, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		_, err := Read("m", doc)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Column < 1) {
			t.Errorf("an error without a place: %v", err)
		}
	})
}

// TestMistakes holds the messages for mistakes in a mapping against what they
// should say, with the line and column.
func TestMistakes(t *testing.T) {
	const good = "scanner: a\nfinding: {id: CVE, package: P}\n"
	for doc, want := range map[string]string{
		"":                                                `line 1, column 1: the file is empty`,
		good + "---\n":                                    `line 1, column 1: a second document stands here; one file holds one mapping`,
		"- a\n":                                           `line 1, column 1: a mapping must be a list of keys and values, not a list`,
		"scanner: [":                                      `the YAML is broken`,
		"scanner: Big Tool\n":                             `line 1, column 10: scanner "Big Tool" must be lower-case`,
		"finding: {id: CVE, package: P}\n":                `line 1, column 1: scanner is missing`,
		"scanner: a\nfinding: {id: CVE}\n":                `line 1, column 1: finding.package is missing`,
		good + "image:\n  nam: x\n":                       `line 4, column 3: "nam" is no key of image; the keys are architecture, config_digest`,
		good + "colour: red\n":                            `line 3, column 1: "colour" is no key of a mapping`,
		good + "scanner: b\n":                             `line 3, column 1: `,
		good + "dates: ['%Q']\n":                          `line 3, column 9: the date format "%Q" holds %Q`,
		good + "dates: [2006-01-02]\n":                    `line 3, column 9: the date format "2006-01-02" holds the digit 2`,
		good + "table: {delimiter: '::'}\n":               `line 3, column 20: delimiter "::" must be one character`,
		good + "table: {skip_lines: many}\n":              `line 3, column 21: skip_lines must be a number`,
		good + "table: {header: maybe}\n":                 `line 3, column 17: header must be true or false`,
		good + "image: {name: {column: 0}}\n":             `line 3, column 24: columns are counted from 1`,
		good + "image: {name: {}}\n":                      `line 3, column 9: name needs one of column, value and template`,
		good + "image: {name: {template: '{a'}}":          `line 3, column 26: the template "{a" has a bracket without a column`,
		good + "image: {name: {column: a, pattern: '('}}": `line 3, column 36: the pattern is broken`,
		good + "image: {name: {column: a, split: ','}}":   `line 3, column 9: image.name is no list`,
		good + "rows: [{keep: {column: a}}]":              `line 3, column 9: keep needs a column and in`,
		"scanner: a\nfinding: {id: C, package: P, severity: {value: awful}}":            `line 2, column 30: severity "awful" is none of Critical`,
		"scanner: a\nfinding: {id: C, package: P, status: {column: S, map: {x: shut}}}": `line 2, column 30: finding.status: "shut" is none of Unhealthy`,
		good + "---\nscanner: b\n": `a second document`,
	} {
		_, err := Read("m.yaml", []byte(doc))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", doc, err, want)
		}
	}
}

// TestTablesWithoutMapping: a table that nobody claims is refused with the way
// in.
func TestTablesWithoutMapping(t *testing.T) {
	m := Format.Detect(format.NewOutline([]byte("a,b\n1,2\n"), true))
	if m.Verdict != format.No || !strings.Contains(m.Reason, "--map") {
		t.Errorf("got %+v", m)
	}
}
