package syntax

import (
	"strings"
	"testing"
	"time"
)

// TestHostile parses texts of the greatest length made of one piece each. None
// of them may take more than a moment, which a quadratic step would.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("large texts")
	}
	for _, piece := range []string{
		"#", "{{", "((", "))", "([{", "'", "\"a\n", "| # ", "| x ", "T | wher x; ", "let x = ; ", "T | where a = (; ",
		"| where (", "a.", "a[", "f(", "1 + ", "not ", "-", "| union (", "| join ", "datetime(", "dynamic([", "{ let a = ",
		"`", "//\n", "// x\n| where a\n", "a, ", "\\", "x in (", "x between (", ". ", "=> ", "| parse a with 'x' b ",
		"| extend a = 1, b = 2 ", "| count\n", "case(a, b, ", "!", "@'", "h'", "0x", "1e", "漢 ", "\xff", "T | where a &&",
	} {
		src := "T " + strings.Repeat(piece, (maxSource-2)/len(piece))
		begin := time.Now()
		tree, errs := Parse(src)
		Tokenize(src)
		if len(errs) == 0 {
			Format(tree)
		}
		// Generous, because the race detector and busy machines are slow.
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("a megabyte of %q takes %v", piece, d)
		}
	}
}
