package cmd

import (
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progressEvery is how often a line is printed where no bar can be.
const progressEvery = 10 * time.Second

// progress shows how far something is: a bar where standard error is a
// terminal, else a line now and then.
type progress struct {
	a    *app
	bars *mpb.Progress
	bar  *mpb.Bar
	unit string
	note string
	last time.Time
}

func (a *app) progress(unit string) *progress {
	p := &progress{a: a, unit: unit, last: time.Now()}
	p.bars, p.bar = a.bar(0, decor.CountersNoUnit("%d/%d "+unit), func() string { return p.note })
	return p
}

// bar puts a bar on standard error: counters before it, a note and the time
// left behind it. There is none where standard error is no terminal or progress
// is not wanted.
func (a *app) bar(total int64, counters decor.Decorator, note func() string) (*mpb.Progress, *mpb.Bar) {
	if a.quiet || a.noProgress || !isTerminal(a.Err) {
		return nil, nil
	}
	bars := mpb.New(mpb.WithOutput(a.Err), mpb.WithAutoRefresh())
	return bars, bars.AddBar(total, mpb.BarRemoveOnComplete(), mpb.PrependDecorators(counters),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return note() }), decor.Name(" "), decor.AverageETA(decor.ET_STYLE_GO)))
}

// show is called from one goroutine at a time.
func (p *progress) show(done, total int64, note string) {
	if p.bar != nil {
		p.note = note
		p.bar.SetTotal(total, false)
		p.bar.SetCurrent(done)
		return
	}
	if time.Since(p.last) >= progressEvery {
		p.last = time.Now()
		p.a.say("%d of %d %s, %s", done, total, p.unit, note)
	}
}

func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
