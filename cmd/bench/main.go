// Command bench prints the ratios that argosy promises, each measured against
// its yardstick in one run on this machine. It is run by "make bench"; names
// of measurements as arguments run only those.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measurement is one comparison; it prints what it found.
type measurement struct {
	name string
	run  func(ctx context.Context, dir string) error
}

func measurements() []measurement {
	return []measurement{{"loading", loading}, {"memory", memory}, {"querying", querying}, {"workbook", workbook}, {"writing", writing}, {"looking", looking}, {"sorting", sortings}, {"history", history}, {"year", year}}
}

func run(ctx context.Context, only []string) error {
	dir, err := os.MkdirTemp("", "argosy-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, m := range measurements() {
		if len(only) > 0 && !slices.Contains(only, m.name) {
			continue
		}
		if err := m.run(ctx, dir); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}
