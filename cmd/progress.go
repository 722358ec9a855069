package cmd

import (
	"fmt"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress shows how far something is: a bar where standard error is a
// terminal, else a line every ten seconds.
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
	f, ok := a.Err.(*os.File)
	if a.quiet || a.noProgress || !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	p.bars = mpb.New(mpb.WithOutput(f), mpb.WithAutoRefresh())
	p.bar = p.bars.AddBar(0,
		mpb.PrependDecorators(decor.CountersNoUnit("%d/%d "+unit)),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.note }), decor.Name(" "), decor.AverageETA(decor.ET_STYLE_GO)))
	return p
}

// show is called from one goroutine at a time.
func (p *progress) show(done, total int64, note string) {
	if p.bar != nil {
		p.note = note
		p.bar.SetTotal(total, false)
		p.bar.SetCurrent(done)
		return
	}
	if time.Since(p.last) >= 10*time.Second {
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

// clock is the time that reports count from: the one given with --now, else
// the clock's.
func (a *app) clock() time.Time {
	if !a.now.IsZero() {
		return a.now
	}
	return time.Now().UTC()
}

// readNow reads --now.
func readNow(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("a time such as 2026-01-31 or 2026-01-31T07:00:00Z is needed")
}
