package editor

import (
	"strings"
	"testing"
)

func TestBuffer(t *testing.T) {
	b := NewBuffer("select 1\nfrom é")
	b.Insert("x")
	b.Newline()
	b.Insert("where a")
	if got := b.Text(); got != "select 1\nfrom éx\nwhere a" {
		t.Errorf("inserted: %q", got)
	}
	b.Backspace()
	b.Top()
	b.Delete()
	if got := b.Text(); got != "elect 1\nfrom éx\nwhere " {
		t.Errorf("deleted: %q", got)
	}
	for range 20 {
		b.Undo()
	}
	if got := b.Text(); got != "select 1\nfrom é" {
		t.Errorf("undone: %q", got)
	}
	for range 20 {
		b.Redo()
	}
	if got := b.Text(); got != "elect 1\nfrom éx\nwhere " {
		t.Errorf("made again: %q", got)
	}
	b.Bottom()
	b.Insert("properties.additional")
	if text, from := b.Prefix(); text != "properties.additional" || b.Text()[from:] != text {
		t.Errorf("prefix: %q at %d", text, from)
	}
	b.DeleteWord()
	if got := b.Text(); !strings.HasSuffix(got, "properties.") {
		t.Errorf("a word deleted: %q", got)
	}
	b.Comment("--")
	if got := b.Text(); !strings.HasSuffix(got, "\n-- where properties.") {
		t.Errorf("commented: %q", got)
	}
	row, col := b.Place(len("elect 1\nfrom é"))
	if row != 1 || col != 6 {
		t.Errorf("place: %d, %d", row, col)
	}
}

func TestStatement(t *testing.T) {
	for _, c := range []struct {
		text string
		kql  bool
		want string
	}{
		{"select 1;\nselect '^;' ;\nselect 3", false, "select ';' ;"},
		{"select 1; select 2^", false, "select 2"},
		{"sel^ect 1 -- a;b\n", false, "select 1 -- a;b"},
		{"a\n| count\n\nb\n| wh^ere x", true, "b\n| where x"},
		{"let x = 1;\n\na | where^ y == x\n\nb", true, "let x = 1;\n\na | where y == x"},
		{"a^\n\n| count\n\nb", true, "a\n\n| count"},
		{"select 1;^", false, "select 1;"},
	} {
		at := strings.IndexByte(c.text, '^')
		text := strings.Replace(c.text, "^", "", 1)
		from, to := Statement(text, at, c.kql)
		if got := strings.TrimSpace(text[from:to]); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSQLTokens(t *testing.T) {
	text := `select count(*), 'it''s' /* c */ from "t" where x >= 1.5 -- end`
	var got []string
	names := []string{"plain", "keyword", "function", "string", "number", "comment", "operator", "punctuation", "wrong"}
	for _, tok := range SQLTokens(text) {
		got = append(got, names[tok.Kind]+" "+text[tok.From:tok.To])
	}
	want := "keyword select|function count|punctuation (|operator *|punctuation )|punctuation ,|string 'it''s'|comment /* c */|keyword from|plain \"t\"|keyword where|plain x|operator >|operator =|number 1.5|comment -- end"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}
