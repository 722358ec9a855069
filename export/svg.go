package export

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// The size of a drawing in its own units; the page scales it.
const (
	svgWidth  = 640.0
	svgHeight = 280.0
)

// svg draws a chart as inline SVG. Text takes the colour of the page around
// it, and every mark says what it is when pointed at.
type svg struct {
	strings.Builder
	d *chartData
}

// svgChart is the drawing of d, empty where there is nothing to draw.
func svgChart(d *chartData, title string) string {
	if len(d.labels) == 0 {
		return ""
	}
	s := &svg{d: d}
	height := svgHeight
	body := func() {}
	switch d.chart.Kind {
	case ChartPie, ChartDonut:
		body = s.pie
	case ChartBar:
		height = 34 + float64(len(d.labels))*s.barStep()
		body = s.bars
	case ChartLine, ChartArea, ChartScatter, ChartColumn:
		body = s.plot
	}
	fmt.Fprintf(s, `<svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, svgWidth, height, html.EscapeString(title))
	body()
	s.WriteString("</svg>")
	if len(d.names) > 1 && !d.round() {
		s.legend()
	}
	return s.String()
}

func (s *svg) legend() {
	s.WriteString(`<p class="legend">`)
	for i, name := range s.d.names {
		fmt.Fprintf(s, `<span><i style="background:#%s"></i>%s</span> `, seriesColor(name, i), html.EscapeString(name))
	}
	s.WriteString("</p>")
}

func (s *svg) text(x, y float64, anchor, words string) {
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(words))
}

// mark closes an element that has begun, with what it stands for.
func (s *svg) mark(element, label, series string, v float64) {
	fmt.Fprintf(s, `><title>%s%s: %s</title></%s>`, html.EscapeString(label), html.EscapeString(prefixed(", ", series)), amount(v), element)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// amount is a number for the eye, with commas between thousands.
func amount(v float64) string {
	if v != math.Trunc(v) || math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	digits := strconv.FormatInt(int64(math.Abs(v)), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if v < 0 {
		return "−" + digits
	}
	return digits
}

// value is a number of the chart, 0 where there is none.
func (s *svg) value(series, label int) float64 {
	if v := s.d.values[series][label]; !math.IsNaN(v) && !math.IsInf(v, 0) {
		return v
	}
	return 0
}

func (s *svg) present(series, label int) bool { return !math.IsNaN(s.d.values[series][label]) }

// stacked reports whether the marks of a label stand on top of each other.
func (s *svg) stacked() bool { return s.d.chart.Stacked && s.d.chart.Kind != ChartLine }

// bounds are the least and the greatest number that the axis must show.
func (s *svg) bounds() (low, high float64) {
	for l := range s.d.labels {
		up, down := 0.0, 0.0
		for i := range s.d.names {
			v := s.value(i, l)
			if s.stacked() {
				up, down = up+max(v, 0), down+min(v, 0)
			} else {
				up, down = max(up, v), min(down, v)
			}
		}
		low, high = min(low, down), max(high, up)
	}
	if low == 0 && high == 0 {
		high = 1
	}
	return low, high
}

// ticks are about five round numbers from low to high.
func ticks(low, high float64) []float64 {
	step := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (high-low)/(step*m) <= 5 {
			step *= m
			break
		}
	}
	var out []float64
	for v := math.Floor(low/step) * step; v < high+step*0.999; v += step {
		out = append(out, v)
	}
	return out
}

// plot draws lines, areas, columns and points over labels on the x axis.
func (s *svg) plot() {
	const left, top, right, bottom = 56.0, 10.0, 12.0, 30.0
	low, high := s.bounds()
	marks := ticks(low, high)
	low, high = marks[0], marks[len(marks)-1]
	n := float64(len(s.d.labels))
	step := (svgWidth - left - right) / n
	x := func(l int) float64 { return left + (float64(l)+0.5)*step }
	y := func(v float64) float64 { return top + (high-v)/(high-low)*(svgHeight-top-bottom) }
	for _, v := range marks {
		fmt.Fprintf(s, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, left, svgWidth-right, y(v), y(v))
		s.text(left-6, y(v)+4, "end", amount(v))
	}
	longest := 1
	for _, l := range s.d.labels {
		longest = max(longest, displayWidth(l))
	}
	every := max(1, int(math.Ceil(float64(min(longest, 16)+2)*6.5/step)))
	for l, label := range s.d.labels {
		if l%every == 0 {
			short, _ := fit(label, 16)
			s.text(x(l), svgHeight-8, "middle", short)
		}
	}
	base := make([]float64, len(s.d.labels))
	for i, name := range s.d.names {
		color := seriesColor(name, i)
		switch s.d.chart.Kind {
		case ChartColumn:
			s.columns(i, color, base, step, x, y)
		case ChartArea:
			s.area(i, color, base, x, y)
		default:
			s.line(i, color, x, y)
		}
	}
}

func (s *svg) columns(i int, color string, base []float64, step float64, x func(int) float64, y func(float64) float64) {
	wide := step * 0.7
	for l, label := range s.d.labels {
		v := s.value(i, l)
		from, at, w := 0.0, x(l)-wide/2, wide
		if s.stacked() {
			from = base[l]
			base[l] += v
		} else {
			w = wide / float64(len(s.d.names))
			at += w * float64(i)
		}
		if !s.present(i, l) {
			continue
		}
		y1, y2 := y(from+v), y(from)
		fmt.Fprintf(s, `<rect fill="#%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"`, color, at, min(y1, y2), max(w-0.5, 0.5), math.Abs(y2-y1))
		s.mark("rect", label, s.seriesName(i), v)
	}
}

func (s *svg) area(i int, color string, base []float64, x func(int) float64, y func(float64) float64) {
	var up, down []string
	for l := range s.d.labels {
		from := 0.0
		if s.stacked() {
			from = base[l]
			base[l] += s.value(i, l)
		}
		up = append(up, fmt.Sprintf("%.1f,%.1f", x(l), y(from+s.value(i, l))))
		down = append([]string{fmt.Sprintf("%.1f,%.1f", x(l), y(from))}, down...)
	}
	fmt.Fprintf(s, `<polygon fill="#%s" fill-opacity=".6" points="%s %s"><title>%s</title></polygon>`, color,
		strings.Join(up, " "), strings.Join(down, " "), html.EscapeString(s.d.names[i]))
}

func (s *svg) line(i int, color string, x func(int) float64, y func(float64) float64) {
	if s.d.chart.Kind == ChartLine {
		path, gap := "", true
		for l := range s.d.labels {
			if !s.present(i, l) {
				gap = true
				continue
			}
			path += map[bool]string{true: "M", false: "L"}[gap] + fmt.Sprintf("%.1f %.1f", x(l), y(s.value(i, l)))
			gap = false
		}
		fmt.Fprintf(s, `<path fill="none" stroke="#%s" stroke-width="2.5" stroke-linejoin="round" d="%s"/>`, color, path)
	}
	for l, label := range s.d.labels {
		if s.present(i, l) {
			fmt.Fprintf(s, `<circle fill="#%s" cx="%.1f" cy="%.1f" r="3.5"`, color, x(l), y(s.value(i, l)))
			s.mark("circle", label, s.seriesName(i), s.value(i, l))
		}
	}
}

// seriesName is the name of a series where there are several.
func (s *svg) seriesName(i int) string {
	if len(s.d.names) == 1 {
		return ""
	}
	return s.d.names[i]
}

// barStep is the height of the bars of one label.
func (s *svg) barStep() float64 {
	if s.stacked() {
		return 24
	}
	return 12 + 12*float64(len(s.d.names))
}

// barLabel is a label that has room beside a bar. Of a path its end is kept:
// the repositories of a registry begin alike.
func barLabel(label string) string {
	const room = 31
	runes := []rune(label)
	if len(runes) > room && strings.Contains(label, "/") {
		return "…" + string(runes[len(runes)-room+1:])
	}
	short, _ := fit(label, room)
	return short
}

// bars draws lying bars, the labels at their left.
func (s *svg) bars() {
	const left, right, top = 230.0, 50.0, 6.0
	low, high := s.bounds()
	marks := ticks(low, high)
	low, high = marks[0], marks[len(marks)-1]
	step := s.barStep()
	bottom := top + step*float64(len(s.d.labels))
	x := func(v float64) float64 { return left + (v-low)/(high-low)*(svgWidth-left-right) }
	for _, v := range marks {
		fmt.Fprintf(s, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, x(v), x(v), top, bottom)
		s.text(x(v), bottom+16, "middle", amount(v))
	}
	for l, label := range s.d.labels {
		short := barLabel(label)
		y := top + step*float64(l)
		fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="end">%s<title>%s</title></text>`, left-8, y+step/2+4, html.EscapeString(short), html.EscapeString(label))
		from, total, end := 0.0, 0.0, 0.0
		for i, name := range s.d.names {
			v := s.value(i, l)
			at, high := y+4, step-8
			if !s.stacked() {
				from, high = 0, (step-8)/float64(len(s.d.names))
				at += high * float64(i)
			}
			if s.present(i, l) {
				fmt.Fprintf(s, `<rect fill="#%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"`, seriesColor(name, i),
					min(x(from), x(from+v)), at, math.Abs(x(from+v)-x(from)), max(high-0.5, 1))
				s.mark("rect", label, s.seriesName(i), v)
			}
			from, total, end = from+v, total+v, max(end, x(from+v))
		}
		if s.stacked() || len(s.d.names) == 1 {
			s.text(end+5, y+step/2+4, "start", amount(total))
		}
	}
}

// pie draws parts of a whole, with the numbers beside it.
func (s *svg) pie() {
	total := 0.0
	for l := range s.d.labels {
		total += max(s.value(0, l), 0)
	}
	const cx, cy, r = 150.0, 140.0, 125.0
	hole := 0.0
	if s.d.chart.Kind == ChartDonut {
		hole = 0.6 * r
	}
	angle := -math.Pi / 2
	for l, label := range s.d.labels {
		v := max(s.value(0, l), 0)
		if v == 0 {
			continue
		}
		share := v / total
		// A full circle has no arc: its ends are one point.
		next := angle + min(share, 0.99999)*2*math.Pi
		large := 0
		if share > 0.5 {
			large = 1
		}
		point := func(a, r float64) string { return fmt.Sprintf("%.2f %.2f", cx+r*math.Cos(a), cy+r*math.Sin(a)) }
		fmt.Fprintf(s, `<path class="slice" fill="#%s" d="M%sA%.1f %.1f 0 %d 1 %sL%sA%.1f %.1f 0 %d 0 %sZ"`, seriesColor(label, l),
			point(angle, r), r, r, large, point(next, r), point(next, hole), hole, hole, large, point(angle, hole))
		s.mark("path", label, fmt.Sprintf("%.1f%%", share*100), v)
		angle = next
	}
	if hole > 0 {
		fmt.Fprintf(s, `<text class="total" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, cx, cy+8, amount(total))
	}
	for l, label := range s.d.labels {
		if l == 12 {
			s.text(330, 30+float64(l)*20, "start", fmt.Sprintf("and %d more", len(s.d.labels)-l))
			break
		}
		y := 30 + float64(l)*20
		short, _ := fit(label, 28)
		fmt.Fprintf(s, `<rect fill="#%s" x="310" y="%.1f" width="12" height="12" rx="2"/>`, seriesColor(label, l), y-11)
		s.text(330, y, "start", short)
		s.text(svgWidth-20, y, "end", amount(s.value(0, l)))
	}
}
