package queries

import (
	"strings"
	"testing"
	"time"
)

func header(t *testing.T, declaration string) Param {
	t.Helper()
	s, err := ParseSaved("a.sql", "-- param: "+declaration+"\nselect 1")
	if err != nil {
		t.Fatal(err)
	}
	return s.Params[0]
}

func TestParamHeaders(t *testing.T) {
	for declaration, want := range map[string]string{
		"severity string {Critical, High, Unknown} = High -- the least": "severity|string|High|true|Critical, High or Unknown|the least",
		"severity string{Critical,High}=high":                           "severity|string|high|true|Critical or High|",
		"verdict string {never scanned, a=b, %} = %":                    "verdict|string|%|true|never scanned, a=b or % for all|",
		"only string {one} -- must be given":                            "only|string||false|one|must be given",
		"weeks long {1..520} = 12 -- how many":                          "weeks|long|12|true|from 1 to 520|how many",
		"gb real { 0 .. 1.5 }":                                          "gb|real||false|from 0 to 1.5|",
		"n int {-3..3}=0":                                               "n|int|0|true|from -3 to 3|",
		"text string = {a, b} -- a default":                             "text|string|{a, b}|true||a default",
		"text string = % -- write {a} or a..b":                          "text|string|%|true||write {a} or a..b",
	} {
		p := header(t, declaration)
		given := "false"
		if p.HasDefault {
			given = "true"
		}
		if got := strings.Join([]string{p.Name, string(p.Type), p.Default, given, p.Choice(), p.Doc}, "|"); got != want {
			t.Errorf("%s is read as %s, want %s", declaration, got, want)
		}
	}
	k, err := ParseSaved("a.kql", "// param: list dynamic = {\"a\": [1]}\nprint 1")
	if err != nil || k.Params[0].Default != `{"a": [1]}` || k.Params[0].Choice() != "" {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestParamHeaderMistakes(t *testing.T) {
	for declaration, want := range map[string]string{
		"a string {x, y} = z":      `reading parameter a="z": give one of x or y`,
		"a string {x, X}":          "{x, X} has a value twice or an empty one",
		"a string {x, }":           "a value twice or an empty one",
		"a string {}":              "an empty one",
		"a string {x = x":          "{x = x is no choice; write {a, b, c}",
		"a string {x} y = x":       "is no choice",
		"a long {1, 2} = 1":        "{1, 2} is no range",
		"a long {5..1} = 1":        "{5..1} is no range",
		"a long {1..}":             "{1..} is no range",
		"a long {1..NaN}":          "is no range",
		"a long {1..5} = 6":        `reading parameter a="6": give a number that is from 1 to 5`,
		"a bool {true} = true":     "the type bool has no choice",
		"a datetime {now} = now":   "the type datetime has no choice",
		"a word {x}":               `has type "word": use string`,
		"a string extra {x} = x":   "write it as name type {values} = default",
		"a string extra = x -- ok": "write it as name type {values} = default",
	} {
		if _, err := ParseSaved("a.sql", "-- param: "+declaration+"\nselect 1"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", declaration, err, want)
		}
	}
}

func TestParamChoice(t *testing.T) {
	severity, weeks := header(t, "severity string {Critical, High, %} = %"), header(t, "weeks long {1..520} = 12")
	gb := header(t, "gb real {0..10} = 0")
	for _, c := range []struct {
		p    Param
		text string
		want any
	}{
		{severity, "high", "High"}, {severity, " CRITICAL ", "Critical"}, {severity, "%", "%"}, {severity, "H%", nil}, {severity, "", nil},
		{weeks, "1", int64(1)}, {weeks, " 520", int64(520)}, {weeks, "0", nil}, {weeks, "521", nil}, {weeks, "-1", nil},
		{weeks, "9223372036854775807", nil}, {weeks, "-9223372036854775808", nil}, {weeks, "9223372036854775808", nil},
		{gb, "0.5", 0.5}, {gb, "NaN", nil}, {gb, "Inf", nil}, {gb, "-0.1", nil},
	} {
		got, err := c.p.Value(c.text, time.Time{})
		if got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%s=%q is %v, %v; want %v", c.p.Name, c.text, got, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), "reading parameter "+c.p.Name+"=") {
			t.Errorf("%s=%q: error %v does not name them", c.p.Name, c.text, err)
		}
	}
}
