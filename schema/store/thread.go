package store

import "runtime"

// thread is one thread of the operating system on which a load calls the
// engine. The engine's allocator keeps what is freed for the thread that asked
// for it; called from whichever thread Go has at hand, it keeps the same
// memory several times over.
type thread struct{ errands chan func() }

func newThread() *thread {
	t := &thread{errands: make(chan func())}
	go func() {
		// Never unlocked: the thread ends with the goroutine.
		runtime.LockOSThread()
		for f := range t.errands {
			f()
		}
	}()
	return t
}

// do runs f on the thread and returns its error.
func (t *thread) do(f func() error) error {
	done := make(chan error, 1)
	t.errands <- func() { done <- f() }
	return <-done
}

// end lets the thread go; do must not be called any more.
func (t *thread) end() { close(t.errands) }
