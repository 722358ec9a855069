package main

import (
	"context"
	"path/filepath"
	"testing"
)

// TestYear is the measurement year at a reduced size.
func TestYear(t *testing.T) {
	n, wrong, err := newYear(10, 8, 12).check(context.Background(), filepath.Join(t.TempDir(), "year.db"))
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
