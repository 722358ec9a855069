package store

import (
	"context"
	"fmt"
	"time"
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

// moreMemory is what a statement is given, in MiB, that the session's own memory
// is too small for, one after the other; then it gets what the engine would take.
// A million findings grouped by package and image, or all their columns, do within
// the first two, and a million rows with their properties put together within the
// last: what a statement cannot do without shows at once, and given more than that
// the engine would fill it.
func moreMemory() []int { return []int{120, 170, 512, 1024} }

// setLimit sets the limit that holds now; limiting is held, or nothing runs yet.
func (s *Session) setLimit() string {
	limit := s.limit
	for level, n := range s.roomy {
		if n > 0 {
			limit = s.rooms[level]
		}
	}
	return "set memory_limit = " + quote(limit)
}

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
		_, _ = s.pool.Exec(s.setLimit())
		s.limiting.Unlock()
		select {
		case <-s.ended:
			return
		case <-time.After(trimming):
		}
	}
}

// withRoom runs a statement again with more memory when it cannot be done within
// the session's. The limit is the session's again afterwards, and what is kept
// then goes to disk.
func (s *Session) withRoom(ctx context.Context, run func() error) error {
	s.running.Add(1)
	s.free()
	defer func() {
		s.running.Add(-1)
		s.free()
	}()
	err := run()
	for level := range s.rooms {
		if ctx.Err() != nil || !outOfMemory(err) {
			return err
		}
		if s.give(level, 1) == nil {
			err = run()
		}
		_ = s.give(level, -1)
	}
	return err
}

// give counts a statement that begins or ends at a level of memory. The limit is
// that of the highest level in use: a statement must not lose what it was given
// to another that ends.
func (s *Session) give(level, n int) error {
	s.limiting.Lock()
	defer s.limiting.Unlock()
	s.roomy[level] += n
	_, err := s.pool.Exec(s.setLimit())
	return err
}
