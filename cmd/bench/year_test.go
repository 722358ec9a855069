package main

import (
	"context"
	"path/filepath"
	"testing"
)

// TestYear is the measurement year at a reduced size.
func TestYear(t *testing.T) {
	y := newYear(10, 8, 12)
	happened := map[string]bool{}
	for w := range y.weeks {
		changes, _ := y.week(w)
		for _, m := range []map[string]int64{changes, y.decided(w, false)} {
			for what := range m {
				happened[what] = true
			}
		}
	}
	for _, what := range []string{"new", "fixed", "reopened", "severity changed", "fix available", "image gone", "image back", "set aside", "no longer set aside"} {
		if !happened[what] {
			t.Errorf("nothing is %s in this year", what)
		}
	}
	n, wrong, err := y.check(context.Background(), filepath.Join(t.TempDir(), "year.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
	if n < 50 {
		t.Errorf("only %d numbers were compared", n)
	}
}
