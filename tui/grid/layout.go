package grid

import (
	"slices"

	"argosy/queries/lens"
	"argosy/tui/cell"
)

// place is a column on the screen.
type place struct {
	column, width int
}

const (
	prefix = 3 // cursor, mark, space
	gap    = 1
)

// lay computes which columns are on the screen, and how wide.
func (g *Grid) lay() []place {
	if g.layout != nil {
		return g.layout
	}
	for i := range g.Columns {
		most, usual := g.widths(i)
		g.seen[i], g.usual[i] = max(g.seen[i], most), max(g.usual[i], usual)
	}
	room := g.w - prefix - 1
	fit := g.fit(room)
	if !slices.Contains(fit, g.col) {
		fit = g.around(room)
	}
	g.layout = g.spread(fit, room)
	return g.layout
}

// shortest is the width up to which a text is not cut.
const shortest = 8

// enough is the room that a text beside the name takes at most from others.
const enough = 30

// besides is the Drop from which on a column gives way before a text that tells
// what the row is about is cut.
const besides = 4

// fit lists the columns that are left when those that matter least are dropped
// until the others fit: first what stands beside, until names can be read, then
// more, until there is room for the least widths.
func (g *Grid) fit(room int) []int {
	list := g.without(g.shown(), besides, room, g.readable)
	list = g.without(list, 1, room, g.compact)
	for len(list) > 1 && g.sum(list, g.compact) > room {
		list = list[:len(list)-1]
	}
	return g.refill(list, room)
}

// without drops columns of at least a Drop, the highest first, until the others
// fit.
func (g *Grid) without(list []int, least, room int, width func(int) int) []int {
	for len(list) > 1 && g.sum(list, width) > room {
		worst := -1
		for at, i := range list {
			if d := g.Columns[i].Drop; d >= least && (worst < 0 || d >= g.Columns[list[worst]].Drop) {
				worst = at
			}
		}
		if worst < 0 {
			break
		}
		list = slices.Delete(list, worst, worst+1)
	}
	return list
}

// refill takes back what was dropped but fits beside the rest, what matters most
// first: where a wide column went, a narrow one may find its place again.
func (g *Grid) refill(list []int, room int) []int {
	all := g.shown()
	var gone []int
	for _, i := range all {
		if !slices.Contains(list, i) {
			gone = append(gone, i)
		}
	}
	slices.SortStableFunc(gone, func(a, b int) int { return g.Columns[a].Drop - g.Columns[b].Drop })
	for _, i := range gone {
		more := slices.DeleteFunc(slices.Clone(all), func(c int) bool { return c != i && !slices.Contains(list, c) })
		width := g.compact
		if g.Columns[i].Drop >= besides {
			width = g.readable
		}
		if g.sum(more, width) <= room {
			list = more
		}
	}
	return list
}

// around lists frozen columns and as many as fit up to that of the cursor.
func (g *Grid) around(room int) []int {
	list := g.shown()
	at := slices.Index(list, g.col)
	if at < 0 {
		return list
	}
	froze := list[:min(g.frozen, at)]
	out := []int{g.col}
	for i := at - 1; i >= len(froze); i-- {
		if g.sum(append(append(slices.Clone(froze), out...), list[i]), g.compact) > room {
			break
		}
		out = append([]int{list[i]}, out...)
	}
	return append(slices.Clone(froze), out...)
}

// walk is the order in which the column cursor visits columns.
func (g *Grid) walk() []int {
	list := g.shown()
	fit := g.fit(g.w - prefix - 1)
	out := slices.Clone(fit)
	for _, i := range list {
		if !slices.Contains(fit, i) {
			out = append(out, i)
		}
	}
	return out
}

// sum is the room that columns of a width need.
func (g *Grid) sum(list []int, width func(int) int) int {
	n := 0
	for _, i := range list {
		n += width(i) + gap
	}
	return n - gap
}

// compact is the least width at which a column still tells what is in it.
func (g *Grid) compact(i int) int {
	c := g.Columns[i]
	if w, ok := g.width[c.Name]; ok {
		return w
	}
	if cell.Right(c.Kind) {
		return g.natural(i, 0) // a number that is cut is another number
	}
	return min(g.natural(i, c.Max), max(c.Min, cell.Width(c.Title)+1, min(g.seen[i], shortest)))
}

// readable is the width at which most texts of a column that tells what the row
// is about stand whole; of other columns it is the least.
func (g *Grid) readable(i int) int {
	c := g.Columns[i]
	if _, chosen := g.width[c.Name]; chosen || c.Drop > 1 {
		return g.compact(i)
	}
	most := c.Max
	if c.Drop > 0 {
		most = min(most, enough)
	}
	return max(g.compact(i), min(g.usual[i], most))
}

// natural is the width that a column's content asks for, at most so much.
func (g *Grid) natural(i, most int) int {
	c := g.Columns[i]
	if w, ok := g.width[c.Name]; ok && most != 1<<20 {
		return w
	}
	w := max(g.seen[i], cell.Width(c.Title)+1, c.Min)
	if most > 0 {
		w = min(w, max(most, cell.Width(c.Title)+1))
	}
	return max(1, w)
}

// widths are the widest text of a column among the rows at hand, and the width
// that nine of ten of them need.
func (g *Grid) widths(i int) (most, usual int) {
	var all []int
	for _, row := range g.rows {
		if i < len(row) || g.Columns[i].Kind == lens.Spark {
			all = append(all, cell.Width(g.text(i, row)))
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)-1], all[len(all)*9/10]
}

// spread gives columns their widths: what is left over goes to those whose
// content is cut, evenly, and when there is too little the widest give some up.
func (g *Grid) spread(list []int, room int) []place {
	out := make([]place, 0, len(list))
	for _, i := range list {
		out = append(out, place{i, g.compact(i)})
	}
	left := room - g.sum(list, g.compact)
	grow := func(want func(i int) int) {
		for left > 0 {
			before := left
			for n := range out {
				if _, chosen := g.width[g.Columns[out[n].column].Name]; !chosen && left > 0 && out[n].width < want(out[n].column) {
					out[n].width++
					left--
				}
			}
			if left == before {
				return
			}
		}
	}
	grow(g.readable)
	grow(func(i int) int { return g.natural(i, g.Columns[i].Max) })
	grow(func(i int) int { return g.seen[i] })
	for left < 0 {
		widest := -1
		for n := range out {
			if out[n].width > 4 && !cell.Right(g.Columns[out[n].column].Kind) && (widest < 0 || out[n].width > out[widest].width) {
				widest = n
			}
		}
		if widest < 0 {
			break
		}
		out[widest].width--
		left++
	}
	return out
}

// current is the width of a column on the screen.
func (g *Grid) current(i int) int {
	for _, p := range g.lay() {
		if p.column == i {
			return p.width
		}
	}
	return g.natural(i, g.Columns[i].Max)
}

// Dropped is how many columns there is no room for, besides the hidden ones.
func (g *Grid) Dropped() int { return len(g.shown()) - len(g.lay()) }
