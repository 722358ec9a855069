package ingest

import (
	"context"
	"sync"
)

// maxAside is about how many bytes documents may hold that are decoded before
// their turn has come.
const maxAside = 8 << 20

// order has the loader see the documents of a run in the order of their paths,
// and those of an archive in the order of its members, whichever was decoded
// first: the same files make the same database, down to the order of its rows.
// A document that ends before its turn is put aside for who comes to it, so that
// its worker reads on; one that has more than it can hold waits.
type order struct {
	mu     sync.Mutex
	moved  sync.Cond // something was handed over, or the run has failed
	turn   int       // the path whose documents are handed over
	busy   bool      // with what was put aside
	paths  map[int]*aside
	bytes  int // of all that is put aside
	failed error
}

// aside is what was read of a path before its turn.
type aside struct {
	hand  []func() error
	bytes int
	over  bool // the path was read to its end
}

// newOrder begins with the first path. Who waits for a turn when ctx ends goes
// away with its cause.
func newOrder(ctx context.Context) (o *order, stop func() bool) {
	o = &order{paths: map[int]*aside{}}
	o.moved.L = &o.mu
	return o, context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.fail(context.Cause(ctx))
	})
}

// fail ends the run; mu is held.
func (o *order) fail(err error) {
	if o.failed == nil {
		o.failed = err
	}
	o.moved.Broadcast()
}

// mine says whether a path has the turn; nothing that was put aside of it is
// left then. mu is held.
func (o *order) mine(path int) bool { return o.turn == path && !o.busy }

// keep is asked by a document of a path that has gathered about so many bytes and
// is not at its end: it may gather on, or it has the turn, which lasts to the end
// of the path, and is to hand over what it has. Where neither is so it waits. held
// is how much it keeps.
func (o *order) keep(path, bytes int, held *int) (on bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.failed == nil && !o.mine(path) {
		if more := bytes - *held; o.bytes+more <= maxAside {
			o.bytes, *held = o.bytes+more, bytes
			return true, nil
		}
		o.moved.Wait()
	}
	o.bytes, *held = o.bytes-*held, 0
	return false, o.failed
}

// await waits for the turn of a path.
func (o *order) await(path int, held *int) error {
	_, err := o.keep(path, maxAside+*held+1, held)
	return err
}

// drop says that a document is not handed over that kept so much.
func (o *order) drop(held int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= held
	o.moved.Broadcast()
}

// hand calls f, which hands over a document of a path with about so many bytes,
// when its turn has come: at once, or later and from another goroutine.
func (o *order) hand(path, bytes int, f func() error) error {
	o.mu.Lock()
	for o.failed == nil && !o.mine(path) {
		if o.bytes+bytes <= maxAside {
			p := o.of(path)
			p.hand, p.bytes, o.bytes = append(p.hand, f), p.bytes+bytes, o.bytes+bytes
			o.mu.Unlock()
			return nil
		}
		o.moved.Wait()
	}
	err := o.failed
	o.mu.Unlock()
	if err != nil {
		return err
	}
	return f()
}

func (o *order) of(path int) *aside {
	p := o.paths[path]
	if p == nil {
		p = &aside{}
		o.paths[path] = p
	}
	return p
}

// end says that a path was read to its end. If it was its turn the next one's
// comes, and what was put aside is handed over.
func (o *order) end(path int) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.mine(path) {
		o.of(path).over = true
		return o.failed
	}
	o.busy = true
	for over := true; over && o.failed == nil; {
		o.turn++
		next := o.of(o.turn)
		for len(next.hand) > 0 && o.failed == nil {
			f := next.hand[0]
			next.hand = next.hand[1:]
			o.mu.Unlock()
			err := f()
			o.mu.Lock()
			if err != nil {
				o.fail(err)
			}
		}
		o.bytes -= next.bytes
		over = next.over
		delete(o.paths, o.turn)
		o.moved.Broadcast()
	}
	o.busy = false
	o.moved.Broadcast()
	return o.failed
}
