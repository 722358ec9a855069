package export

import (
	"strings"

	"argosy/schema"
)

// tiles shows every row as a figure: label, value, and how it has changed.
func (p *page) tiles(b *block) {
	const width = pageGrid / tilesPerRow
	lines := 1
	for i, row := range b.rows {
		at := 1 + i%tilesPerRow*width
		if i%tilesPerRow == 0 {
			lines = 1
			if i > 0 {
				p.row += 4
			}
		}
		label := text(b.column(row, "label"))
		p.span(at, at+width-1, p.row, p.styles.tileLabel, label)
		p.span(at, at+width-1, p.row+1, p.tileStyle(label), b.column(row, "value"))
		change, style := p.change(b, row)
		p.span(at, at+width-1, p.row+2, style, change)
		lines = max(lines, linesIn(change, width*tileUnit))
		p.height(p.row+2, 3+12*float64(lines))
		p.height(p.row+1, 32)
	}
	p.row += 3
}

// linesIn is how many lines a text takes that is wrapped at blanks.
func linesIn(words string, width int) int {
	lines, used := 1, 0
	for _, w := range strings.Fields(words) {
		n := displayWidth(w)
		if used > 0 && used+1+n > width {
			lines, used = lines+1, 0
		} else if used > 0 {
			used++
		}
		used += n
	}
	return lines
}

// tileStyle colours a figure by the severity that its label names.
func (p *page) tileStyle(label string) int {
	if severity, ok := schema.ParseSeverity(label); ok {
		switch severity {
		case schema.Critical:
			return p.styles.tileCritical
		case schema.High:
			return p.styles.tileHigh
		}
	}
	return p.styles.tileValue
}

// change words the change of a tile, in the style of good or bad news.
func (p *page) change(b *block, row []any) (string, int) {
	words, class := tileChange(b, row)
	switch class {
	case "good":
		return words, p.styles.tileGood
	case "bad":
		return words, p.styles.tileBad
	}
	return words, p.styles.tileChange
}

// tileChange words the column change of a tile, or its note where there is
// one; class is good, bad or empty, by the column better, which says in which
// direction the figure should go.
func tileChange(b *block, row []any) (words, class string) {
	v := b.column(row, "change")
	n := number(v)
	better := text(b.column(row, "better"))
	note := text(b.column(row, "note"))
	switch {
	case note != "":
		return note, ""
	case v == nil:
		return "no baseline", ""
	case n == 0:
		return "no change", ""
	case n > 0:
		words = "▲ +" + amount(n)
	default:
		words = "▼ " + amount(n)
	}
	switch {
	case better == "down" && n < 0, better == "up" && n > 0:
		class = "good"
	case better == "down", better == "up":
		class = "bad"
	}
	return words, class
}
