package syntax

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	for _, c := range errorCases() {
		tree, errs := Parse(c.src)
		var lines []string
		for _, e := range errs {
			p := PositionAt(c.src, e.Span.Start)
			lines = append(lines, fmt.Sprintf("%d:%d: %s", p.Line, p.Column, e.Msg))
			if e.Hint != "" {
				lines = append(lines, "hint: "+e.Hint)
			}
		}
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", c.src, got, c.want)
		}
		if got := dump(tree); got != c.tree {
			t.Errorf("Parse(%q)\n got tree %s\nwant tree %s", c.src, got, c.tree)
		}
		checkSpans(t, c.src, tree, errs)
	}
}

func TestErrorFormat(t *testing.T) {
	long := strings.Repeat("a", 90)
	for _, c := range []struct{ src, want string }{
		{"T\n\t| where\ta = 1", "2:12: unexpected \"=\" in where\n | where a = 1\n           ^\nhint: equality is written =="},
		{"T | where 漢字 == 'é' bad", "1:21: unexpected \"bad\" in where\nT | where 漢字 == 'é' bad\n                      ^~~"},
		{"T | where " + long + long + " oops " + long,
			"1:192: unexpected \"oops\" in where\n" +
				"..." + long[:33-1] + " oops " + long[:62] + "...\n" + strings.Repeat(" ", 36) + "^~~~"},
		{"T | where a ==\r\n| foo", "1:15: expected an expression, found the next pipe"},
	} {
		_, errs := Parse(c.src)
		if len(errs) == 0 {
			t.Errorf("%q: no errors", c.src)
			continue
		}
		if got := errs[0].Format(c.src); !strings.HasPrefix(got, c.want) {
			t.Errorf("%q\n got\n%s\nwant\n%s", c.src, got, c.want)
		}
	}
}

func TestErrorsCapped(t *testing.T) {
	_, errs := Parse(strings.Repeat("T | nonsense x;\n", 1000))
	if len(errs) != MaxErrors {
		t.Errorf("got %d errors, want %d", len(errs), MaxErrors)
	}
}

func TestDiagnosticsJSON(t *testing.T) {
	src := "T\n| where a = 1"
	_, errs := Parse(src)
	got, err := json.Marshal(errs.Diagnostics(src))
	want := `[{"line":2,"column":11,"endLine":2,"endColumn":12,"start":12,"end":13,` +
		`"message":"unexpected \"=\" in where","hint":"equality is written =="}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s (%v)\nwant %s", got, err, want)
	}
}

func TestNilSafe(t *testing.T) {
	var id *Ident
	var pipe *Pipeline
	if id.Span() != NoSpan || pipe.Span() != NoSpan || (*Param)(nil).Value() != nil {
		t.Error("a nil node has a place")
	}
	if (Errors)(nil).Err() != nil || (Errors{{Msg: "x"}}).Err() == nil {
		t.Error("Err does not tell whether there are errors")
	}
}
