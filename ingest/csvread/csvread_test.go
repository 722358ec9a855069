package csvread

import (
	"errors"
	"io"
	"strings"
	"testing"

	"argosy/ingest/jsonread"
)

// rows reads a table and writes it down as lines of fields joined with bars.
func rows(text string, opt Options) (string, error) {
	r, err := New(strings.NewReader(text), opt)
	if err != nil {
		return "", err
	}
	out := strings.Join(r.Header(), "|")
	var w Row
	for {
		err := r.Next(&w)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out += "\n" + w.Where() + ": " + strings.Join(w.cells, "|")
	}
}

func TestTables(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		opt  Options
		want string
	}{
		"commas":         {"a,b\n1,2\n", Options{}, "a|b\nline 2: 1|2"},
		"not UTF-8":      {"a,b\ncaf\xe9,2\n", Options{}, "a|b\nline 2: caf\uFFFD|2"},
		"semicolons":     {"a;b\r\n1;\"x;\r\ny\"\r\n3;4", Options{}, "a|b\nline 2: 1|x;\ny\nline 4: 3|4"},
		"tabs":           {"a\tb, c\n1\t2\n", Options{}, "a|b, c\nline 2: 1|2"},
		"bars":           {"a|b|c\n1|2|3\n", Options{}, "a|b|c\nline 2: 1|2|3"},
		"sep line":       {"sep=;\na,x;b\n1;2\n", Options{}, "a,x|b\nline 3: 1|2"},
		"lines before":   {"Report\n2024\na,b\n1,2\n", Options{Skip: 2}, "a|b\nline 4: 1|2"},
		"no header":      {"1,2\n3,4\n", Options{Headless: true}, "1|2\nline 1: 1|2\nline 2: 3|4"},
		"header only":    {"a,b\n", Options{}, "a|b"},
		"nothing":        {"", Options{}, ""},
		"empty too many": {"a,b\n1,2,,\n", Options{}, "a|b\nline 2: 1|2"},
		"blank lines":    {"a,b\n\n1,2\n\n", Options{}, "a|b\nline 3: 1|2"},
	} {
		got, err := rows(c.text, c.opt)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestBrokenTables(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"half a header":   {"a,b,c", "ends within its first line"},
		"too few fields":  {"a,b,c\n1,2,3\n4,5", "line 3 has 2 fields where the header has 3"},
		"too many fields": {"a,b\n1,2,3\n", "line 2 has 3 fields where the header has 2"},
		"open quote":      {"a,b\n1,2\n3,\"x\n\n", "the row that begins on line 3 has a quote that is not closed"},
		"lone quote":      {"a,b\n1,x\"y\n", "line 2, column 4"},
		"endless quote":   {"a,b\n\"" + strings.Repeat("x", maxRow+headSize) + "\",2\n", "longer than 16 MB"},
	} {
		if _, err := rows(c.text, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestRow(t *testing.T) {
	r, err := New(strings.NewReader("CVE ID,Fix-Version,Score,When [UTC],List,Other,KEV\nCVE-1, 1.2 ,7.5,2024-05-06,\"a, b\",x,Yes\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var w Row
	if err := r.Next(&w); err != nil {
		t.Fatal(err)
	}
	if w.Text("missing", "cve_id") != "CVE-1" || w.Text("FixVersion") != "1.2" || w.Number("score") != 7.5 || w.Time("when").Year() != 2024 ||
		strings.Join(w.Texts(",", "list"), "|") != "a|b" || !w.Bool("kev") || w.Float("other") != nil {
		t.Errorf("the row reads as %q", w.cells)
	}
	w.used[5] = false
	var b jsonread.Builder
	w.Rest(&b)
	if got := string(b.JSON()); got != `{"Other":"x"}` {
		t.Errorf("the rest is %s", got)
	}
}
