package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"argosy/schema"
)

// yearOf is what happened to a fleet that two scanners look at every week.
type yearOf struct {
	images, weeks, slots int
	lives                []life
	waivers              []waiver
	away                 [][]bool      // by image and week: the registry does not hold it, nobody scans it
	loaded               time.Duration // what the runs took
}

// life is what happened to one finding: by week whether it was open, what the
// scanners said, and whether a fix was known. While the image is away all of it
// is as it was.
type life struct {
	image, slot int
	open        []bool
	severity    []schema.Severity
	fix         []bool
}

// waiver is an exemption of one vulnerability in the images of one team, from the
// Tuesday of one week to the Tuesday of another. Half of them expire, half are
// taken back.
type waiver struct {
	slot, team, from, until int
	expires                 bool
	id                      int64
}

// holds says whether a waiver holds for the finding at the scans of a week.
func (y *yearOf) holds(l *life, w int) bool {
	return slices.ContainsFunc(y.waivers, func(v waiver) bool {
		return v.slot == l.slot && v.team == l.image%5 && v.from < w && w <= v.until
	})
}

// tuesday is when people decide.
func tuesday(w int) time.Time { return monday(w).Add(30 * time.Hour) }

// here says whether the finding counts in a week.
func (y *yearOf) here(l *life, w int) bool { return w >= 0 && l.open[w] && !y.away[l.image][w] }

// monday is the moment of a week's scans.
func monday(w int) time.Time { return time.Date(2025, 11, 17, 4, 0, 0, 0, time.UTC).AddDate(0, 0, 7*w) }

func newYear(images, weeks, slots int) *yearOf {
	rnd := rand.New(rand.NewPCG(52, 300))
	y := &yearOf{images: images, weeks: weeks, slots: slots}
	for i := range images {
		away := make([]bool, weeks)
		for w := 1; w < weeks; w++ {
			away[w] = away[w-1] && rnd.IntN(4) > 0 || !away[w-1] && rnd.IntN(30) == 0
		}
		y.away = append(y.away, away)
		for s := range slots {
			y.lives = append(y.lives, newLife(rnd, i, s, away))
		}
	}
	for w := range max(weeks-4, 0) {
		y.waivers = append(y.waivers, waiver{slot: rnd.IntN(slots), team: rnd.IntN(5), from: w, until: w + 1 + rnd.IntN(2), expires: w%2 == 0})
	}
	return y
}

func newLife(rnd *rand.Rand, image, slot int, away []bool) life {
	l := life{image: image, slot: slot}
	fixed := rnd.IntN(2 * len(away))
	open, severity := rnd.IntN(3) > 0, schema.Severity(1+rnd.IntN(4))
	for w := range away {
		if away[w] {
			l.open, l.severity, l.fix = append(l.open, l.open[w-1]), append(l.severity, l.severity[w-1]), append(l.fix, l.fix[w-1])
		} else {
			l.open, l.severity, l.fix = append(l.open, open), append(l.severity, severity), append(l.fix, w >= fixed)
		}
		if rnd.IntN(12) == 0 {
			open = !open
		}
		if rnd.IntN(25) == 0 {
			severity = schema.Severity(1 + rnd.IntN(4))
		}
	}
	return l
}

// team owns an image.
func team(image int) string { return fmt.Sprintf("team%d", image%5) }

// week counts what happened between the looks of the week before and its own,
// and what is open then.
func (y *yearOf) week(w int) (changes map[string]int64, open int64) {
	changes = map[string]int64{}
	for i := range y.lives {
		f := &y.lives[i]
		before := w > 0 && f.open[w-1]
		ever := slices.Contains(f.open[:w], true)
		switch {
		case f.open[w] && !before && ever:
			changes["reopened"]++
		case f.open[w] && !before:
			changes["new"]++
		case before && !f.open[w]:
			changes["fixed"]++
		case before && f.severity[w] != f.severity[w-1]:
			changes["severity changed"]++
		}
		if before && f.open[w] && f.fix[w] && !f.fix[w-1] {
			changes["fix available"]++
		}
		if before && f.open[w] && y.away[f.image][w] && !y.away[f.image][w-1] {
			changes["image gone"]++
		}
		if before && f.open[w] && !y.away[f.image][w] && y.away[f.image][w-1] {
			changes["image back"]++
		}
		if y.here(f, w) {
			open++
		}
	}
	return changes, open
}

// decided counts what was set aside and what is no longer, between the scans of
// two weeks, or, by the days around a week's scans, what came under a waiver.
func (y *yearOf) decided(w int, days bool) map[string]int64 {
	out := map[string]int64{}
	for i := range y.lives {
		f := &y.lives[i]
		before := w > 0 && f.open[w-1]
		was, is := before && y.holds(f, w-1), y.holds(f, w)
		if days {
			was = before && is
		}
		if !y.here(f, w) || was == is {
			continue
		}
		if is {
			out["set aside"]++
		} else {
			out["no longer set aside"]++
		}
	}
	return out
}

// counted is what is open and not set aside.
func (y *yearOf) counted(w int) (n int64) {
	for i := range y.lives {
		if f := &y.lives[i]; y.here(f, w) && !y.holds(f, w) {
			n++
		}
	}
	return n
}

// waived says whether a waiver holds for the finding at the end of a week, after
// its Tuesday.
func (y *yearOf) waived(l *life, w int) bool {
	return w >= 0 && slices.ContainsFunc(y.waivers, func(v waiver) bool {
		return v.slot == l.slot && v.team == l.image%5 && v.from <= w && w < v.until
	})
}

// flow is how many findings counted at the end of a week, and why that is another
// number than the week before: the registry is looked at before the scans, people
// decide after them.
func (y *yearOf) flow(w int) map[string]int64 {
	out := map[string]int64{}
	for i := range y.lives {
		f := &y.lives[i]
		before := w > 0 && f.open[w-1]
		counted := before && !y.away[f.image][w-1] && !y.waived(f, w-1)
		for _, step := range []struct {
			counted    bool
			came, went string
		}{
			{before && !y.away[f.image][w] && !y.waived(f, w-1), "back", "set_aside"},
			{y.here(f, w) && !y.waived(f, w-1), "new", "fixed"},
			{y.here(f, w) && !y.waived(f, w), "back", "set_aside"},
		} {
			if step.counted && !counted {
				out[step.came]++
			}
			if counted && !step.counted {
				out[step.went]++
			}
			counted = step.counted
		}
		if counted {
			out["findings"]++
		}
	}
	return out
}

// spans are the weeks in which a finding was open: from, until (weeks where it
// still is).
func (l *life) spans() (out [][2]int) {
	for w, open := range l.open {
		switch {
		case open && (w == 0 || !l.open[w-1]):
			out = append(out, [2]int{w, len(l.open)})
		case !open && w > 0 && l.open[w-1]:
			out[len(out)-1][1] = w
		}
	}
	return out
}

// dueDays are the days of the default policy.
func dueDays(s schema.Severity) int {
	return map[schema.Severity]int{schema.Critical: 7, schema.High: 14, schema.Medium: 30, schema.Low: 90}[s]
}

// standing is the truth of the reports at the end of the year.
type standing struct {
	reopened int64
	open     map[string]int64 // by team
	overdue  map[string]int64 // by team
	fixed    map[string]int64 // by team and severity
	inTime   map[string]int64
	days     map[string]float64 // sums
}

func (y *yearOf) standing() standing {
	out := standing{0, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]float64{}}
	now := y.now()
	for i := range y.lives {
		f := &y.lives[i]
		spans := f.spans()
		if len(spans) == 0 {
			continue
		}
		last := spans[len(spans)-1]
		severity := f.severity[last[1]-1]
		for _, s := range spans {
			if s[1] == y.weeks {
				continue
			}
			key := team(f.image) + " " + severity.String()
			out.fixed[key]++
			out.days[key] += float64(7 * (s[1] - s[0]))
			if 7*(s[1]-s[0]) <= dueDays(severity) {
				out.inTime[key]++
			}
		}
		if last[1] == y.weeks && y.here(f, y.weeks-1) {
			out.open[team(f.image)]++
			if len(spans) > 1 {
				out.reopened++
			}
			if !monday(last[0]).AddDate(0, 0, dueDays(severity)).After(now) {
				out.overdue[team(f.image)]++
			}
		}
	}
	return out
}

func (y *yearOf) now() time.Time { return monday(y.weeks-1).AddDate(0, 0, 3) }
