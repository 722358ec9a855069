package kql

import (
	"sort"
	"strings"

	"argosy/queries/kql/syntax"
)

// chosen lists the positions of the columns that a name, pattern or * means.
func (p *pipe) chosen(e syntax.Expr) []int {
	var out []int
	match := func(string) bool { return true }
	var pattern string
	switch e := syntax.Unparen(e).(type) {
	case *syntax.Ident:
		match = func(n string) bool { return n == e.Name }
	case *syntax.Pattern:
		pattern = e.Text
		match = func(n string) bool { return matchPattern(e.Text, n) }
	case *syntax.Star:
	default:
		p.t.errorf(e.Span(), "the name of a column is needed here")
		return nil
	}
	for i, c := range p.cols {
		if match(c.name) {
			out = append(out, i)
		}
	}
	if id, ok := syntax.Unparen(e).(*syntax.Ident); ok && len(out) == 0 && !p.broken {
		p.t.hintf(id.Pos, suggest(id.Name, p.names()), "unknown column %q", id.Name)
	}
	if pattern != "" && len(out) == 0 {
		p.t.notef(e.Span(), "no column fits %s", pattern)
	}
	return out
}

func (p *pipe) projectAway(op *syntax.ProjectAway) {
	away := p.allChosen(op.Cols)
	p.keep(func(i int) bool { return !away[i] })
}

func (p *pipe) projectKeep(op *syntax.ProjectKeep) {
	kept := p.allChosen(op.Cols)
	p.keep(func(i int) bool { return kept[i] })
}

func (p *pipe) allChosen(list []syntax.Expr) map[int]bool {
	out := map[int]bool{}
	for _, e := range list {
		for _, i := range p.chosen(e) {
			out[i] = true
		}
	}
	return out
}

func (p *pipe) keep(want func(int) bool) {
	var out []column
	for i, c := range p.cols {
		if want(i) {
			out = append(out, c)
		}
	}
	p.cols = out
}

// projectRename renames columns and leaves them where they are.
func (p *pipe) projectRename(op *syntax.ProjectRename) {
	cols := append([]column{}, p.cols...)
	for _, n := range op.Cols {
		id, ok := syntax.Unparen(n.Value).(*syntax.Ident)
		if !ok || len(n.Names) != 1 {
			p.t.errorf(n.Pos, "write it as NewName = OldName")
			continue
		}
		for _, i := range p.chosen(id) {
			cols[i].name = n.Names[0].Name
		}
	}
	seen := map[string]bool{}
	for _, c := range cols {
		if seen[c.name] {
			p.t.errorf(op.Pos, "there would be two columns %q", c.name)
		}
		seen[c.name] = true
	}
	p.cols = cols
}

// projectReorder puts the listed columns first.
func (p *pipe) projectReorder(op *syntax.ProjectReorder) {
	var out []column
	used := map[int]bool{}
	for _, c := range op.Cols {
		var group []int
		for _, i := range p.chosen(c.Col) {
			if !used[i] {
				used[i] = true
				group = append(group, i)
			}
		}
		if c.Order != syntax.OrderDefault {
			sort.SliceStable(group, func(a, b int) bool {
				return reorderLess(p.cols[group[a]].name, p.cols[group[b]].name, c.Order)
			})
		}
		for _, i := range group {
			out = append(out, p.cols[i])
		}
	}
	for i, c := range p.cols {
		if !used[i] {
			out = append(out, c)
		}
	}
	p.cols = out
}

func reorderLess(a, b string, o syntax.Order) bool {
	switch o {
	case syntax.OrderDesc:
		return a > b
	case syntax.OrderGrannyAsc:
		return grannyLess(a, b)
	case syntax.OrderGrannyDesc:
		return grannyLess(b, a)
	}
	return a < b
}

// grannyLess compares numbers inside names by value: a20 before a100.
func grannyLess(a, b string) bool {
	for a != "" && b != "" {
		if digit(a[0]) && digit(b[0]) {
			x, restA := digits(a)
			y, restB := digits(b)
			if len(x) != len(y) {
				return len(x) < len(y)
			}
			if x != y {
				return x < y
			}
			a, b = restA, restB
			continue
		}
		if a[0] != b[0] {
			return a[0] < b[0]
		}
		a, b = a[1:], b[1:]
	}
	return len(a) < len(b)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func digits(s string) (number, rest string) {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return strings.TrimLeft(s[:n], "0"), s[n:]
}
