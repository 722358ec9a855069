package chart

// braille is a field of dots, two by four in each character (Unicode 16.0,
// chapter 21.1).
type braille struct {
	w, h  int
	cells []rune
}

func newBraille(w, h int) *braille {
	return &braille{w, h, make([]rune, w*h)}
}

func (b *braille) set(x, y int) {
	if x < 0 || y < 0 || x >= b.w*2 || y >= b.h*4 {
		return
	}
	bits := [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
	b.cells[y/4*b.w+x/2] |= bits[y%4][x%2]
}

func (b *braille) lines() []string {
	out := make([]string, b.h)
	for y := range b.h {
		line := make([]rune, b.w)
		for x := range b.w {
			line[x] = ' '
			if c := b.cells[y*b.w+x]; c != 0 {
				line[x] = 0x2800 + c
			}
		}
		out[y] = string(line)
	}
	return out
}
