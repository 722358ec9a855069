package syntax

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write want.kql of the format cases anew")

// formatDir holds a folder per case with query.kql and want.kql.
const formatDir = "../../../testdata/kql/format"

func TestFormat(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(formatDir, "*", "query.kql"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases in %s: %v", formatDir, err)
	}
	for _, file := range cases {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			src := readFile(t, file)
			tree, errs := Parse(src)
			if len(errs) > 0 {
				t.Fatal(errs.Format(src))
			}
			got := Format(tree)
			checkSpans(t, src, tree, nil)
			checkFormat(t, src, tree)
			wantFile := filepath.Join(filepath.Dir(file), "want.kql")
			if *update {
				if err := os.WriteFile(wantFile, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := readFile(t, wantFile); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// formatCases are the texts of the format cases, as seeds for fuzzing.
func formatCases() []string {
	var list []string
	files, _ := filepath.Glob(filepath.Join(formatDir, "*", "query.kql"))
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			list = append(list, string(data))
		}
	}
	return list
}

// TestFormatByHand checks that a tree not made by the parser gets the
// parentheses it needs.
func TestFormatByHand(t *testing.T) {
	a, b, c := &Ident{Name: "a"}, &Ident{Name: "b"}, &Ident{Name: "c d", Quoted: true}
	or := &Binary{Op: OpOr, X: a, Y: b}
	cond := &Binary{Op: OpAnd, X: or, Y: &Member{X: &Unary{Op: OpSub, X: c}, Name: b}}
	pipe := &Pipeline{Source: &Ident{Name: "T"}, Ops: []Operator{&Where{Cond: cond}, &Take{N: &IntLit{Value: 5}}}}
	got := Format(&Query{Statements: []Statement{&ExprStmt{Pipe: pipe}}})
	if want := "T\n| where (a or b) and (-['c d']).b\n| take 5\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFormatSourceErrors(t *testing.T) {
	if got, errs := FormatSource("T | wher a"); got != "" || len(errs) != 1 {
		t.Errorf("got %q and %d errors", got, len(errs))
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"T|where a=='x'", "T\n| filter a == \"x\" // same", true},
		{"T | limit 0x10", "T | take 16", true},
		{"T | order by a", "T | sort by ['a']", true},
		{"T | sort by a", "T | sort by a desc", false},
		{"T | where a == 1", "T | where a == 1.0", false},
		{"T | where a == 'x'", "T | where a == 'X'", false},
		{"print datetime(2024-01-01)", "print datetime(2024-01-01 00:00)", true},
		{"T", "T | count", false},
	} {
		x, _ := Parse(c.a)
		y, _ := Parse(c.b)
		if got := Equal(x, y); got != c.want {
			t.Errorf("Equal(%q, %q) = %v", c.a, c.b, got)
		}
	}
	if !Equal(nil, nil) || Equal(&Star{}, nil) || Equal(&Star{}, &Ident{}) {
		t.Error("Equal of nil or of different kinds")
	}
}
