package theme

import "fmt"

// Depth is how many colours a terminal has.
type Depth int

// The depths.
const (
	Full    Depth = iota // 16 million
	Cube                 // xterm's 256
	Sixteen              // those of ECMA-48 and their bright ones
	None
)

// codes write a palette's colour as parameters of SGR. The terminal's library
// would reduce colours as well, but takes a dark red for grey and grey for blue.
func (d Depth) codes() (fg, bg func(int) string) {
	switch d {
	case Cube:
		return func(hex int) string { return fmt.Sprintf("38;5;%d", cube(hex)) }, func(hex int) string { return fmt.Sprintf("48;5;%d", cube(hex)) }
	case Sixteen:
		return func(n int) string { return sixteen(30, n) }, func(n int) string { return sixteen(40, n) }
	}
	return func(hex int) string { return fmt.Sprintf("38;2;%d;%d;%d", hex>>16&255, hex>>8&255, hex&255) },
		func(hex int) string { return fmt.Sprintf("48;2;%d;%d;%d", hex>>16&255, hex>>8&255, hex&255) }
}

func sixteen(base, n int) string {
	if n >= 8 {
		return fmt.Sprint(base + 60 + n - 8)
	}
	return fmt.Sprint(base + n)
}

// cube is the nearest of xterm's colours 16 to 255: a cube of six levels, and 24
// greys.
func cube(hex int) int {
	want := [3]int{hex >> 16 & 255, hex >> 8 & 255, hex & 255}
	levels := [6]int{0, 95, 135, 175, 215, 255}
	best, least := 0, 1<<30
	try := func(n int, c [3]int) {
		d := 0
		for i := range c {
			d += (c[i] - want[i]) * (c[i] - want[i])
		}
		if d < least {
			best, least = n, d
		}
	}
	for n := range 216 {
		try(16+n, [3]int{levels[n/36], levels[n/6%6], levels[n%6]})
	}
	for n := range 24 {
		v := 8 + 10*n
		try(232+n, [3]int{v, v, v})
	}
	return best
}

// The palettes of sixteen colours hold their numbers: 0 to 7 black, red, green,
// yellow, blue, magenta, cyan, white, and 8 to 15 the bright ones.

func darkSixteen() palette {
	return palette{dim: 7, accent: 14, header: 4, row: 4, cell: 6, chip: 4, border: 8, head: 15, match: 5,
		good: 10, bad: 9, warn: 11, critical: 9, high: 13, medium: 11, low: 12,
		keyword: 12, function: 13, text: 10, number: 11, comment: 8, operator: 9, onHeader: 15, m: 11}
}

func lightSixteen() palette {
	return palette{dim: 8, accent: 4, header: 7, row: 7, cell: 14, chip: 7, border: 8, head: 0, match: 11,
		good: 2, bad: 1, warn: 5, critical: 1, high: 5, medium: 6, low: 4,
		keyword: 4, function: 5, text: 2, number: 3, comment: 8, operator: 1, onHeader: 0, m: 5}
}

// blindSixteen keeps to yellow, white and blue, which stay apart in every
// common form of colour blindness; on white, yellow cannot be read.
func blindSixteen(dark bool) palette {
	if !dark {
		p := lightSixteen()
		p.good, p.bad, p.warn, p.critical, p.high, p.medium, p.low = 4, 0, 0, 0, 3, 4, 8
		p.keyword, p.function, p.text, p.operator = 4, 0, 3, 0
		return p
	}
	p := darkSixteen()
	p.good, p.bad, p.warn, p.critical, p.high, p.medium, p.low = 12, 11, 11, 11, 15, 14, 12
	p.keyword, p.function, p.text, p.operator = 12, 15, 14, 11
	return p
}
