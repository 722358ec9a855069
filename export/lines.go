package export

import (
	"runtime"
	"sync"

	"argosy/schema"
)

// liner makes the text of rows. Each goroutine that writes rows has one of its own.
type liner struct {
	// append appends the lines of a row.
	append func(dst []byte, cells []any) []byte
	// done is called after the last row; it may be nil. Liners are done one after
	// another.
	done func()
}

// writeLines writes all rows that are left: where they come in blocks, on all
// processors, in the order of the rows.
func (s *source) writeLines(out *output, make func() liner) error {
	rows, ok := s.rows.(schema.Blocks)
	if !ok {
		l := make()
		for s.next() {
			out.buf = l.append(out.buf, s.values())
			if err := out.roll(); err != nil {
				return err
			}
		}
		if l.done != nil {
			l.done()
		}
		return out.err
	}
	if err := out.flush(); err != nil {
		return err
	}
	return s.writeBlocks(out, rows, make)
}

// lined is a block on its way through writeBlocks.
type lined struct {
	block schema.Block
	n     int // of its rows are wanted
	text  []byte
	err   error
	ready chan struct{}
}

// writeBlocks has one goroutine take the blocks, some make their lines, and writes
// these itself. No more than a few blocks are on their way at a time.
func (s *source) writeBlocks(out *output, rows schema.Blocks, newLiner func() liner) error {
	workers := runtime.GOMAXPROCS(0)
	s.taken = s.stats.Written
	// Blocks of long rows have tens of megabytes: no more wait than keep all busy.
	work, inOrder := make(chan *lined), make(chan *lined, workers)
	stop := make(chan struct{})
	var texts sync.Pool
	var liners []liner
	var running sync.WaitGroup
	for range workers {
		l := newLiner()
		liners = append(liners, l)
		running.Go(func() {
			for b := range work {
				if kept, ok := texts.Get().(*[]byte); ok {
					b.text = (*kept)[:0]
				}
				b.err = b.block.Each(b.n, func(cells []any) { b.text = l.append(b.text, cells) })
				b.block.Release()
				close(b.ready)
			}
		})
	}
	go func() {
		defer close(inOrder)
		defer close(work)
		for {
			select {
			case <-stop:
				return
			default:
			}
			b := s.take(rows)
			if b == nil {
				return
			}
			inOrder <- b // the writer empties it to the end, whatever happens
			work <- b
		}
	}()
	var err error
	for b := range inOrder {
		<-b.ready
		if err == nil {
			if err = b.err; err == nil {
				s.stats.Written += int64(b.n)
				err = out.write(b.text)
			}
			if err != nil {
				close(stop)
			}
		}
		text := b.text
		texts.Put(&text)
	}
	running.Wait()
	for _, l := range liners {
		if l.done != nil {
			l.done()
		}
	}
	return err
}

// take is the next block with as many rows as the limit leaves.
func (s *source) take(rows schema.Blocks) *lined {
	if s.ctx.Err() != nil || s.stats.Truncated {
		return nil
	}
	b := rows.NextBlock()
	if b == nil {
		return nil
	}
	n := b.Len()
	if left := s.sheet.Limit - s.taken; s.sheet.Limit > 0 && int64(n) > left {
		s.stats.Truncated = true
		n = int(left)
	}
	s.taken += int64(n)
	return &lined{block: b, n: n, ready: make(chan struct{})}
}
