// Package chart draws figures in text: lines in Braille, bars in blocks, with
// the numbers beside them.
package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"argosy/tui/cell"
)

// Line draws a line through values, one to a label, in exactly h lines: the
// last two are the axis and its labels.
func Line(values []float64, labels []string, w, h int) []string {
	rows := h - 2
	low, high := span(values)
	axis := 0
	marks := make([]string, rows)
	for digits := 1; digits <= 3; digits++ {
		for r := range rows {
			v := high - (high-low)*float64(r)/math.Max(1, float64(rows-1))
			if counts(values) && high-low >= float64(rows) {
				v = math.Round(v)
			}
			marks[r] = Short(v, digits)
		}
		// An axis that says 1.1M three times says nothing.
		if low == high || len(slices.Compact(slices.Clone(marks))) == rows {
			break
		}
	}
	for _, m := range marks {
		axis = max(axis, cell.Width(m))
	}
	room := w - axis - 4
	if room < 4 || rows < 1 {
		return make([]string, h)
	}
	dots := newBraille(room, rows)
	top := rows*4 - 1
	var px, py int
	for x := range room * 2 {
		at := float64(x) / math.Max(1, float64(room*2-1)) * float64(len(values)-1)
		i := int(at)
		v := values[i]
		if i+1 < len(values) {
			v += (values[i+1] - v) * (at - float64(i))
		}
		y := top
		if high > low {
			y = int(math.Round((high - v) / (high - low) * float64(top)))
		}
		if x > 0 {
			for s := min(py, y); s <= max(py, y); s++ {
				dots.set(px+b2i(s != py), s)
			}
		}
		dots.set(x, y)
		px, py = x, y
	}
	out := make([]string, 0, h)
	for r, line := range dots.lines() {
		out = append(out, " "+cell.Fit(marks[r], axis, true)+" ┤"+line)
	}
	return append(out, cell.Spaces(axis+2)+"└"+ticks(labels, room), cell.Spaces(axis+3)+tickLabels(labels, room))
}

// counts says whether the values are whole numbers.
func counts(values []float64) bool {
	for _, v := range values {
		if v != math.Trunc(v) {
			return false
		}
	}
	return true
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func span(values []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	// A flat line lies at the bottom of a scale that begins at zero.
	if low == high {
		return 0, math.Max(1, high)
	}
	if low > 0 && low < high/3 {
		low = 0
	}
	return low, high
}

// tickPlaces are the labels that fit, and where.
func tickPlaces(labels []string, w int) map[int]string {
	out := map[int]string{}
	if len(labels) == 0 {
		return out
	}
	every := max(1, (len(labels)*9+w-1)/w)
	for i := 0; i < len(labels); i += every {
		at := i * (w - 1) / max(1, len(labels)-1)
		if at+cell.Width(labels[i]) <= w {
			out[at] = labels[i]
		}
	}
	return out
}

func ticks(labels []string, w int) string {
	places := tickPlaces(labels, w)
	var b strings.Builder
	for x := range w {
		if _, ok := places[x]; ok {
			b.WriteString("┬")
		} else {
			b.WriteString("─")
		}
	}
	return b.String()
}

func tickLabels(labels []string, w int) string {
	places := tickPlaces(labels, w)
	var b strings.Builder
	for x := 0; x < w; {
		if l, ok := places[x]; ok {
			b.WriteString(l)
			x += cell.Width(l)
			continue
		}
		b.WriteByte(' ')
		x++
	}
	return strings.TrimRight(b.String(), " ")
}

// Short writes a number with so many digits behind the point: 1.1M, 249k, 87.
func Short(v float64, digits int) string {
	switch a := math.Abs(v); {
	case a >= 1e9:
		return fmt.Sprintf("%.*fG", digits, v/1e9)
	case a >= 1e6:
		return fmt.Sprintf("%.*fM", digits, v/1e6)
	case a >= 1e4:
		return fmt.Sprintf("%.*fk", digits-1, v/1e3)
	case a >= 1e3:
		return fmt.Sprintf("%.*fk", digits, v/1e3)
	case v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.*f", digits, v)
}
