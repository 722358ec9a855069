// Command bench prints the ratios that argosy promises, each measured against
// its yardstick in one run on this machine. It is run by "make bench".
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "argosy-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := loading(ctx, dir); err != nil {
		return fmt.Errorf("loading: %w", err)
	}
	if err := memory(ctx, dir); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	if err := querying(ctx, dir); err != nil {
		return fmt.Errorf("querying: %w", err)
	}
	return nil
}
