package store

import (
	"context"
	"database/sql"
	"sync"
)

// batchRows and batchBytes are how many rows, and bytes of long texts, are
// moved to a staging table at once.
const (
	batchRows  = 4 << 10
	batchBytes = 2 << 20
)

// stager gathers rows of many documents and moves them into a staging table
// in large batches: a batch costs the same for one row as for thousands. While
// one is moved the next is gathered; who fills that, too, waits.
type stager[T any] struct {
	thread *thread
	feed   feed[T]
	conn   *sql.Conn

	mu      sync.Mutex
	pending []T
	bytes   int   // of the pending rows' long texts
	spare   [][]T // batches that were moved, for the next rows
	failed  error // the first error, which ends the load

	// moving holds a token while a batch is moved.
	moving chan struct{}
}

// spares is how many batches are kept for reuse.
const spares = 2

func (s *stager[T]) open(ctx context.Context, on *thread, pool *sql.DB, table string, fields []field[T]) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	s.thread, s.conn, s.feed, s.moving = on, conn, feed[T]{table: table, fields: fields}, make(chan struct{}, 1)
	return s.feed.register(conn)
}

// put takes rows; add appends them to the rows gathered.
func (s *stager[T]) put(ctx context.Context, add func([]T) []T) error {
	return s.putLong(ctx, func(rows []T) ([]T, int) { return add(rows), 0 })
}

// putLong takes rows with long texts; add returns how many bytes they have. The
// error may be that of earlier rows.
func (s *stager[T]) putLong(ctx context.Context, add func([]T) ([]T, int)) error {
	s.mu.Lock()
	rows, bytes := add(s.pending)
	s.pending, s.bytes = rows, s.bytes+bytes
	err := s.failed
	if err != nil || len(s.pending) < batchRows && s.bytes < batchBytes {
		s.mu.Unlock()
		return err
	}
	batch := s.take()
	s.mu.Unlock()
	s.moving <- struct{}{}
	ctx = context.WithoutCancel(ctx) // the caller may be done before the rows have moved
	go func() {
		s.move(ctx, batch)
		<-s.moving
	}()
	return nil
}

// take returns what was gathered and begins anew; mu is held.
func (s *stager[T]) take() []T {
	batch := s.pending
	s.pending, s.bytes = nil, 0
	if n := len(s.spare); n > 0 {
		s.pending, s.spare = s.spare[n-1], s.spare[:n-1]
	}
	return batch
}

// move brings a batch into the staging table; the caller holds the token.
func (s *stager[T]) move(ctx context.Context, batch []T) {
	err := s.thread.do(func() error { return s.feed.flush(ctx, s.conn, batch) })
	clear(batch) // the texts may go
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = err
	}
	if len(s.spare) < spares {
		s.spare = append(s.spare, batch[:0])
	}
}

// wait waits until what is on its way has arrived.
func (s *stager[T]) wait() {
	if s.moving != nil {
		s.moving <- struct{}{}
		<-s.moving
	}
}

// rest moves what is still gathered and waits until all is moved.
func (s *stager[T]) rest(ctx context.Context) error {
	s.moving <- struct{}{}
	defer func() { <-s.moving }()
	s.mu.Lock()
	batch := s.take()
	s.mu.Unlock()
	s.move(ctx, batch)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// drop gives up the batches that are kept for reuse; no more rows come.
func (s *stager[T]) drop() { s.pending, s.spare = nil, nil }
