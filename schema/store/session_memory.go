package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// trimming is how often freed memory is given back while statements run and
// follow one another.
const trimming = 20 * time.Millisecond

// limitOf is the limit of a session's memory as the engine writes it.
func limitOf(opt Options) string {
	if opt.MemoryLimit > 0 {
		return fmt.Sprintf("%dMiB", leastMemory(opt))
	}
	return fmt.Sprintf("%dMiB", sessionMemory)
}

func (s *Session) setLimit() string { return "set memory_limit = " + quote(s.limit) }

// free has memory that is not needed any more given back.
func (s *Session) free() {
	select {
	case s.freed <- struct{}{}:
	default: // it was said
	}
}

// trim gives memory back to the system for as long as the session lives. The
// engine's allocator holds on to what a statement freed for seconds, and the
// next statement runs on another thread, which asks for more: thirty sorts in
// a row took twice the memory of one. Setting the limit is what makes the
// allocator let go of all of it; it changes nothing else.
func (s *Session) trim() {
	for {
		if s.running.Load() == 0 {
			select {
			case <-s.ended:
				return
			case <-s.freed:
			}
		}
		s.limiting.Lock()
		if s.roomy == 0 {
			_, _ = s.pool.Exec(s.setLimit())
		}
		s.limiting.Unlock()
		select {
		case <-s.ended:
			return
		case <-time.After(trimming):
		}
	}
}

// withRoom runs a statement again with the engine's own limit of memory when
// it cannot be done within the session's. The limit is the session's again
// afterwards, and what is kept then goes to disk.
func (s *Session) withRoom(ctx context.Context, run func() error) error {
	s.running.Add(1)
	s.free()
	defer func() {
		s.running.Add(-1)
		s.free()
	}()
	err := run()
	var d *duckdb.Error
	if s.room == "" || ctx.Err() != nil || !errors.As(err, &d) || d.Type != duckdb.ErrorTypeOutOfMemory {
		return err
	}
	s.limiting.Lock()
	s.roomy++
	_, rerr := s.pool.ExecContext(ctx, "set memory_limit = "+quote(s.room))
	s.limiting.Unlock()
	if rerr == nil {
		err = run()
	}
	s.limiting.Lock()
	defer s.limiting.Unlock()
	if s.roomy--; s.roomy == 0 {
		_, _ = s.pool.Exec(s.setLimit())
	}
	return err
}
