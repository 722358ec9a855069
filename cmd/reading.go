package cmd

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"argosy/ingest"
	"argosy/schema"
)

// reading shows how much of the files is read: a bar where standard error is a
// terminal, else a line now and then. Its whole is the size of the files
// on disk, so that the bar moves as the reading does.
type reading struct {
	total, files int64
	known        bool // the whole is known: no standard input
	read, done   atomic.Int64
	storing      atomic.Bool

	bars *mpb.Progress
	bar  *mpb.Bar
	stop chan struct{}
	over chan struct{}
}

// startReading begins to show progress; nothing is shown when quiet.
func (a *app) startReading(paths []string) *reading {
	r := &reading{files: int64(len(paths)), known: true}
	for _, p := range paths {
		info, err := os.Stat(p)
		if p == ingest.Stdin || err != nil {
			r.known = r.known && p != ingest.Stdin
			continue
		}
		r.total += info.Size()
	}
	if a.quiet || a.noProgress {
		return r
	}
	total := r.total
	if !r.known {
		total = 0
	}
	if r.bars, r.bar = a.bar(total, decor.CountersKibiByte("% .1f / % .1f"), r.progress); r.bar == nil {
		r.stop, r.over = make(chan struct{}), make(chan struct{})
		go r.lines(a)
	}
	return r
}

// progress words how many files are done, or what happens after the last.
func (r *reading) progress() string {
	if r.storing.Load() {
		return "all read, storing"
	}
	return fmt.Sprintf("%d of %d files", r.done.Load(), r.files)
}

func (r *reading) lines(a *app) {
	defer close(r.over)
	t := time.NewTicker(progressEvery)
	defer t.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-t.C:
			a.say("%s; %d of %d MB", r.progress(), r.read.Load()>>20, r.total>>20)
		}
	}
}

// bytes is told of bytes read.
func (r *reading) bytes(n int) {
	r.read.Add(int64(n))
	if r.bar != nil {
		r.bar.IncrBy(n)
	}
}

// file is told of a file that ended; the members of an archive count as one.
func (r *reading) file(schema.FileResult) { r.done.Store(min(r.done.Load()+1, r.files)) }

// end takes the bar away.
func (r *reading) end() {
	if r.bar != nil {
		r.bar.Abort(true)
		r.bars.Wait()
	}
	if r.stop != nil {
		close(r.stop)
		<-r.over
	}
}
