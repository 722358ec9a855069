package kql

import (
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// column is one column of the rows at some place of a pipeline.
type column struct {
	name string
	val  value
}

// pipe is a pipeline under construction: the rows so far.
//
// # What merges
//
// Steps that look at one row at a time (where, extend, project, parse) go into
// the open Select as long as they read nothing that this Select computes
// itself. A step that does opens a new Select on top. Everything else starts a
// relation of its own.
type pipe struct {
	t   *translator
	env *env
	rel duck.Rel
	// cols are the visible columns in order.
	cols []column
	// order is what the rows are sorted by. SQL forgets the order of a
	// subquery, so it is applied at the end and wherever it matters. While
	// serial is not set it only decides between equals.
	order []duck.Order
	// serial tells that the rows have an order that row_number() and the like
	// may use: after sort, serialize, range, print and datatable.
	serial bool
	// broken is set after an operator that could not be understood: what comes
	// behind it may name columns nobody knows of.
	broken bool
	// name is what withsource= and search call the rows.
	name string
	// tail are the operators behind the one being lowered.
	tail []syntax.Operator
	// hidden are columns that can be named but are not among cols.
	hidden []column
	// apart is set inside the subquery of mv-apply and partition.
	apart *apart
}

// open is the Select that row-wise steps go into.
func (p *pipe) open() *duck.Select {
	if s, ok := p.rel.(*duck.Select); ok {
		return s
	}
	return p.push()
}

// push starts a new Select on top of the rows.
func (p *pipe) push() *duck.Select {
	s := &duck.Select{From: p.rel}
	p.rel = s
	return s
}

// over makes sure that none of the expressions reads a column that the open
// Select itself defines, and returns the Select they can go into.
func (p *pipe) over(xs ...duck.Expr) *duck.Select {
	s := p.open()
	own := map[*duck.Column]bool{}
	for _, d := range s.Defs {
		own[d.Col] = true
	}
	for _, d := range s.Unnest {
		own[d.Col] = true
	}
	if len(own) == 0 {
		return s
	}
	for _, x := range xs {
		for _, c := range duck.Columns(x) {
			if own[c] {
				return p.push()
			}
		}
	}
	return s
}

// filter keeps the rows for which the condition is true.
func (p *pipe) filter(v value) {
	if v.bad() {
		return
	}
	if b, ok := v.litBool(); ok && b {
		return
	}
	if windowed(v.sql) {
		v = p.compute("", v)
	}
	x := v.sql
	if v.filter != nil {
		x = v.filter
	}
	s := p.over(x)
	if s.Closed() {
		s = p.push()
	}
	if and, ok := x.(duck.And); ok {
		s.Where = append(s.Where, and...)
		return
	}
	s.Where = append(s.Where, x)
}

func (v value) litBool() (bool, bool) {
	if v.lit == nil {
		return false, false
	}
	b, ok := v.lit.v.(bool)
	return b, ok
}

// define gives a value a place among the rows' columns. A value that is cheap
// to build stays an expression and is built where it is used; any other is
// computed here, once.
func (p *pipe) define(name string, v value) value {
	if v.bad() {
		return v
	}
	switch {
	case v.tree != nil && v.sql == nil && v.scalar == nil:
		if _, ok := v.tree.root.(duck.Ref); ok {
			return v
		}
		return p.compute(name, value{typ: Dynamic, maybe: true, sql: v.tree.json(), array: v.array})
	case v.scalar != nil:
		held := p.define(name, *v.scalar)
		v.scalar = &held
		return v
	case v.list != nil:
		// The list is kept as such; what asks for JSON gets it where it asks.
		list := p.compute(name, value{typ: "list", maybe: v.maybe, sql: v.list})
		v.list, v.sql = list.sql, duck.Fn("to_json", list.sql)
		return v
	case cheap(v.sql):
		return v
	}
	return p.compute(name, v)
}

// compute puts a value into a column of its own.
func (p *pipe) compute(name string, v value) value {
	if v.bad() {
		return v
	}
	if v.scalar != nil {
		held := p.compute(name, *v.scalar)
		v.scalar = &held
		return v
	}
	if v.sql == nil {
		v = value{typ: v.typ, maybe: true, sql: toJSON(v), array: v.array}
	}
	if len(v.parts) > 1 {
		v.parts = nil
	}
	s := p.over(v.sql)
	if windowed(v.sql) {
		if s.Closed() && !s.Windowed {
			s = p.push()
		}
		s.Windowed = true
	}
	if len(s.Unnest) > 0 {
		s = p.push()
	}
	return v.at(s.Define(name, v.sql))
}

// cheap tells whether building the expression again costs next to nothing.
func cheap(x duck.Expr) bool {
	ok, nodes := true, 0
	duck.Walk(x, func(y duck.Expr) bool {
		switch y := y.(type) {
		case duck.Ref, duck.Str, duck.Int, duck.Long, duck.Float, duck.Bool, duck.Null, *duck.Param:
		case duck.Cast:
			// Casting a literal is free, casting a text is not.
			_, param := y.X.(*duck.Param)
			ok = ok && param
		case duck.Call:
			nodes++
			ok = ok && y.Name == "coalesce" && y.Over == nil
		default:
			ok = false
		}
		return ok
	})
	return ok && nodes < 2
}

// steady makes every visible column safe to be padded by an outer join: what
// is not simply read from a column is computed first, since a literal would
// stay where the whole row is missing.
func (p *pipe) steady() {
	for i := range p.cols {
		p.cols[i].val = p.steadied(p.cols[i].name, p.cols[i].val)
	}
}

func (p *pipe) steadied(name string, v value) value {
	if v.bad() {
		return v
	}
	if v.tree != nil && (v.sql == nil || v.scalar != nil) {
		if _, ok := v.tree.root.(duck.Ref); ok {
			return v
		}
	}
	if v.scalar != nil {
		held := p.steadied(name, *v.scalar)
		v.scalar = &held
		return v
	}
	if _, ok := v.sql.(duck.Ref); ok {
		return v
	}
	out := p.compute(name, v)
	out.lit = nil
	return out
}

// padded is a value behind an outer join that may have found no partner.
func padded(v value) value {
	v.maybe, v.lit, v.parts, v.filter = v.typ != "", nil, nil, nil
	if v.bad() {
		return v
	}
	if v.scalar != nil {
		held := padded(*v.scalar)
		v.scalar = &held
	}
	if v.tree != nil {
		t := *v.tree
		t.padded = true
		v.tree = &t
	}
	return v
}

// set gives a column a value: in its place when the name exists, else at the
// end.
func (p *pipe) set(name string, v value) {
	for i := range p.cols {
		if p.cols[i].name == name {
			p.cols[i].val = v
			return
		}
	}
	p.cols = append(p.cols, column{name, v})
}

func (p *pipe) column(name string) (value, bool) {
	for _, c := range p.cols {
		if c.name == name {
			return c.val, true
		}
	}
	for _, c := range p.hidden {
		if c.name == name {
			return c.val, true
		}
	}
	return value{}, false
}

func (p *pipe) names() []string {
	var out []string
	for _, c := range p.cols {
		out = append(out, c.name)
	}
	return out
}

// label adds a word to what the printed SQL says about the open step.
func (p *pipe) label(word string) {
	add := func(s *string) {
		if strings.HasSuffix(*s, ", "+word) || *s == word {
			return
		}
		if *s != "" {
			*s += ", "
		}
		*s += word
	}
	switch r := p.rel.(type) {
	case *duck.Select:
		add(&r.Label)
	case *duck.Group:
		add(&r.Label)
	case *duck.Join:
		add(&r.Label)
	case *duck.Union:
		add(&r.Label)
	}
}

// ordinal makes the current order one numbered column, so that functions that
// look at neighbouring rows all see the same neighbours among equal rows.
func (p *pipe) ordinal() []duck.Order {
	if len(p.order) == 1 {
		if r, ok := p.order[0].By.(duck.Ref); ok && r.Col.Hint == ordinalHint {
			return p.order
		}
	}
	xs := make([]duck.Expr, len(p.order))
	for i, o := range p.order {
		xs[i] = o.By
	}
	s := p.over(xs...)
	if s.Closed() {
		s = p.push()
	}
	s.Windowed = true
	c := s.Define(ordinalHint, duck.Call{Name: "row_number", Over: &duck.Window{Order: p.order}})
	p.order = []duck.Order{{By: duck.Ref{Col: c}}}
	return p.order
}

const ordinalHint = "#"
