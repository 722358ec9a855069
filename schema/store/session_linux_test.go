package store

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"argosy/schema"
)

// cancelling is a context that is cancelled when it has been asked a number of
// times whether it is, so that a test can cancel at every step of a statement.
type cancelling struct {
	context.Context
	left atomic.Int32
	done chan struct{}
}

func cancelAt(n int32) *cancelling {
	c := &cancelling{Context: context.Background(), done: make(chan struct{})}
	c.left.Store(n)
	return c
}

func (c *cancelling) Err() error {
	n := c.left.Add(-1)
	if n == 0 {
		close(c.done)
	}
	if n <= 0 {
		return context.Canceled
	}
	return nil
}

func (c *cancelling) Done() <-chan struct{} { return c.done }

// opened counts how often this process has a file open.
func opened(t *testing.T, path string) (n int) {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if to, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && to == path {
			n++
		}
	}
	return n
}

// TestCancelledLetsGo cancels what a session does with the file at each step that
// looks whether it is cancelled: the file is let go each time, whichever
// connection lets it go.
func TestCancelledLetsGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	load(t, path, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "trivy", "CVE-2021-1")
	s, err := OpenSession(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	st := schema.Statement{SQL: "select vulnerability_id from findings"}
	for name, do := range map[string]func(context.Context) error{
		"keep": func(ctx context.Context) error {
			k, err := s.Keep(ctx, st)
			if err == nil {
				k.Drop()
			}
			return err
		},
		"query": func(ctx context.Context) error {
			rows, err := s.Query(ctx, st)
			if err == nil {
				rows.Close()
			}
			return err
		},
		"freshness": func(ctx context.Context) error {
			_, err := s.Freshness(ctx)
			return err
		},
		"diagnose": func(ctx context.Context) error { return s.Diagnose(ctx, st) },
	} {
		t.Run(name, func(t *testing.T) {
			for n := int32(1); ; n++ {
				ctx := cancelAt(n)
				err := do(ctx)
				// The connection that was used last is the one that is given out next.
				last, connErr := s.pool.Conn(context.Background())
				if connErr != nil {
					t.Fatal(connErr)
				}
				held := 0
				_ = s.Aside(func() error { held = opened(t, path); return nil })
				last.Close()
				if held > 0 {
					t.Fatalf("cancelled at step %d (%v): the file is held", n, err)
				}
				if ctx.left.Load() > 0 {
					if n < 5 || err != nil {
						t.Fatalf("%d steps, %v: the test cancels nothing", n, err)
					}
					return
				}
			}
		})
	}
}
