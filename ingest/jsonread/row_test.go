package jsonread

import (
	"fmt"
	"strings"
	"testing"
)

func read(t *testing.T, text string) *Row {
	t.Helper()
	var w Row
	if err := New(strings.NewReader(text)).Row(&w); err != nil {
		t.Fatal(err)
	}
	return &w
}

func TestRowIsLenient(t *testing.T) {
	w := read(t, `{"id":"CVE-1","Score":"7.5","n":3,"list":["a",1,{},""],"one":"x","yes":"True","none":null,"when":"2024-01-02","name":["a"]}`)
	got := fmt.Sprintln(w.Text("missing", "ID"), w.Number("score"), w.Text("n"), w.Texts("list"), w.Texts("one"),
		w.Bool("yes"), w.Has("none"), w.Time("when").Format("2006"), w.Text("name") == "", w.Row("id").Len())
	if want := "CVE-1 7.5 3 [a 1] [x] true false 2024 true 0\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRowNames(t *testing.T) {
	w := read(t, `{"fix_version":"1","CVSS-Score":2,"ab":"x"}`)
	if w.Text("fixVersion") != "1" || w.Text("cvssscore") != "2" || w.Has("a") || w.Has("abc") || Fold("Fix_Version-2") != "fixversion2" {
		t.Error("names are not compared without case, underscores and dashes")
	}
}

func TestRowKeepsTheRest(t *testing.T) {
	w := read(t, `{"a":1,"b":{"c":2,"d":"x"},"e":[{"f":1}],"g":"text","h":null}`)
	w.Text("a")
	w.Row("b").Text("d")
	w.Drop("e")
	var b Builder
	w.Rest(&b)
	if got, want := string(b.JSON()), `{"b":{"c":2},"g":"text"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRowNests(t *testing.T) {
	w := read(t, `{"list":[{"k":{"v":"1"}},7,{"k":{"v":"2"}}],"map":{"p":{"q":"3"},"r":4}}`)
	var got []string
	w.Each("list", func(e *Row) { got = append(got, e.Row("k").Text("v")) })
	w.Row("map").Members(func(key string, e *Row) { got = append(got, key+e.Text("q")) })
	if s := strings.Join(got, " "); s != "1 2 p3" {
		t.Errorf("got %s", s)
	}
}

func TestRowIsCutOff(t *testing.T) {
	var w Row
	if err := New(strings.NewReader(`{"a":{"b":`)).Row(&w); err == nil {
		t.Error("a row that is cut off is taken for whole")
	}
}
