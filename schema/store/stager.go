package store

import (
	"context"
	"database/sql"
	"sync"
)

// batchRows and batchBytes are how many rows, and bytes of long texts, are
// moved to a staging table at once.
const (
	batchRows  = 8 << 10
	batchBytes = 4 << 20
)

// stager gathers rows of many documents and moves them into a staging table
// in large batches: a batch costs the same for one row as for thousands.
type stager[T any] struct {
	thread *thread

	mu      sync.Mutex
	pending []T
	bytes   int // of the pending rows' long texts
	spare   []T // a batch that was moved, for the next rows

	// flushing guards the feed and its connection.
	flushing sync.Mutex
	feed     feed[T]
	conn     *sql.Conn
}

func (s *stager[T]) open(ctx context.Context, on *thread, pool *sql.DB, table string, fields []field[T]) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	s.thread, s.conn, s.feed = on, conn, feed[T]{table: table, fields: fields}
	return s.feed.register(conn)
}

// put takes rows; add appends them to the rows gathered.
func (s *stager[T]) put(ctx context.Context, add func([]T) []T) error {
	return s.putLong(ctx, func(rows []T) ([]T, int) { return add(rows), 0 })
}

// putLong takes rows with long texts; add returns how many bytes they have.
func (s *stager[T]) putLong(ctx context.Context, add func([]T) ([]T, int)) error {
	s.mu.Lock()
	rows, bytes := add(s.pending)
	s.pending, s.bytes = rows, s.bytes+bytes
	if len(s.pending) < batchRows && s.bytes < batchBytes {
		s.mu.Unlock()
		return nil
	}
	batch := s.take()
	s.mu.Unlock()
	return s.flush(ctx, batch)
}

// take returns what was gathered and begins anew; mu is held.
func (s *stager[T]) take() []T {
	batch := s.pending
	s.pending, s.spare, s.bytes = s.spare, nil, 0
	return batch
}

func (s *stager[T]) flush(ctx context.Context, batch []T) error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	err := s.thread.do(func() error { return s.feed.flush(ctx, s.conn, batch) })
	clear(batch) // the texts may go
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.pending == nil:
		s.pending = batch[:0]
	case s.spare == nil:
		s.spare = batch[:0]
	}
	return err
}

// rest moves what is still gathered.
func (s *stager[T]) rest(ctx context.Context) error {
	s.mu.Lock()
	batch := s.take()
	s.mu.Unlock()
	return s.flush(ctx, batch)
}
