package grid

import (
	"maps"
	"slices"
)

// Widths are the widths that the user chose, by column.
func (g *Grid) Widths() map[string]int { return maps.Clone(g.width) }

// SetWidth gives a column a width, as if the user had.
func (g *Grid) SetWidth(name string, w int) {
	g.width[name] = w
	g.layout = nil
}

// Places names the columns as they stand from left to right, the hidden ones
// among them; nil where they stand as they came.
func (g *Grid) Places() []string {
	if slices.IsSorted(g.order) {
		return nil
	}
	var out []string
	for _, i := range g.order {
		out = append(out, g.Columns[i].Name)
	}
	return out
}

// SetPlaces puts the columns into an order; what it does not name stays behind
// the column that it came after.
func (g *Grid) SetPlaces(names []string) {
	place := make([]int, len(g.Columns))
	last := -1
	for i, c := range g.Columns {
		if at := slices.Index(names, c.Name); at >= 0 {
			last = at
		}
		place[i] = last
	}
	slices.SortStableFunc(g.order, func(a, b int) int { return place[a] - place[b] })
	g.layout = nil
}

// Frozen is how many columns stay at the left, SetFrozen says how many.
func (g *Grid) Frozen() int { return g.frozen }

// SetFrozen freezes the first n columns.
func (g *Grid) SetFrozen(n int) { g.frozen, g.layout = n, nil }
