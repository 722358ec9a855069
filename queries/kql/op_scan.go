package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// scanState is what expressions in a step of scan can see: the row, and the
// state that the row before left behind.
type scanState struct {
	step string
	// state holds the declared columns, row those of the last matching row.
	state, row map[string]value
}

// member is step.name.
func (st *scanState) member(name string) (value, bool) {
	if v, ok := st.state[name]; ok {
		return v, true
	}
	v, ok := st.row[name]
	return v, ok
}

// The fields of the list that scan builds: one element for each row.
const (
	scanRow     = "r" // the row
	scanLast    = "l" // the last row that matched, this one included
	scanCarried = "s" // the declared columns
	scanMatched = "m" // whether the row matched
)

// scan goes through the rows in their order. Each row that fulfils the step's
// condition comes out, with the declared columns, which are computed from their
// values at the row before. Several steps, which follow one another over the
// rows, are not supported.
func (p *pipe) scan(op *syntax.Scan) {
	for _, h := range op.Hints {
		p.t.errorf(h.Pos, "the option %q is not supported", h.Name.Name)
	}
	if !p.alone(op.Pos, "scan") {
		return
	}
	if len(op.Steps) != 1 {
		if len(op.Steps) > 1 {
			p.t.errorf(op.Steps[1].Pos, "scan with several steps is not supported")
		}
		p.broken = true
		return
	}
	step := op.Steps[0]
	if o := step.Output; o != nil && o.Name != "all" {
		p.t.hintf(o.Pos, "there is: all", "output=%s of a single step is not supported", o.Name)
	}
	if !p.serial && !p.broken {
		p.t.hintf(op.Pos, "put sort by ... or serialize before it", "scan needs rows in an order")
		p.broken = true
	}
	names, defaults, ok := p.scanDeclared(op.Declare)
	if !ok || p.broken {
		p.broken = true
		return
	}
	p.runScan(step, names, defaults)
	p.label("scan")
}

// scanDeclared are the declared columns with their first values.
func (p *pipe) scanDeclared(list []*syntax.ParamDecl) (names []string, defaults []value, ok bool) {
	ok = true
	for _, d := range list {
		typ := p.t.typeRef(d.Type)
		if typ == "" || d.Tabular {
			ok = false
			continue
		}
		p.t.newName(d.Name)
		v := null(typ)
		if d.Default != nil {
			if v = (&scope{t: p.t, env: p.env}).expr(d.Default); v.bad() {
				ok = false
				continue
			}
			if v.typ != typ {
				v = p.t.convert(v, typ)
			}
		}
		if _, taken := p.column(d.Name.Name); taken {
			p.t.errorf(d.Name.Pos, "there is a column %q already", d.Name.Name)
			ok = false
		}
		names, defaults = append(names, d.Name.Name), append(defaults, v)
	}
	return names, defaults, ok
}

func (p *pipe) runScan(step *syntax.ScanStep, names []string, defaults []value) {
	order := p.ordinal()
	acc, x := &duck.Var{Hint: "acc"}, &duck.Var{Hint: "row"}
	rowOf := func(r duck.Expr) map[string]value {
		out := map[string]value{}
		for i, c := range p.cols {
			out[c.name] = scanned(c.val, duck.Get{X: r, Field: fieldName(i)})
		}
		return out
	}
	// The list to be reduced has lists of one element, of the accumulator's type.
	before := duck.At{X: duck.Local{Var: acc}, Index: duck.Int(-1)}
	here := duck.Expr(duck.Get{X: duck.At{X: duck.Local{Var: x}, Index: duck.Int(1)}, Field: scanRow})
	st := &scanState{step: step.Name.Name, state: map[string]value{}, row: rowOf(duck.Get{X: before, Field: scanLast})}
	inner := &pipe{t: p.t, env: p.env}
	for i, n := range names {
		st.state[n] = scanned(defaults[i], duck.Get{X: duck.Get{X: before, Field: scanCarried}, Field: fieldName(i)})
		// Without the step's name it is the value that was declared.
		inner.cols = append(inner.cols, column{n, defaults[i]})
	}
	row := rowOf(here)
	for _, c := range p.cols {
		inner.cols = append(inner.cols, column{c.name, row[c.name]})
	}
	s := &scope{t: p.t, env: p.env, p: inner, scan: st}
	cond := s.boolean(step.Cond)
	next := map[string]value{}
	for _, a := range step.Assign {
		if len(a.Names) != 1 {
			p.t.errorf(a.Pos, "write it as column = value")
			continue
		}
		name := a.Names[0].Name
		old, declared := st.state[name]
		if !declared {
			p.t.hintf(a.Names[0].Pos, suggest(name, names), "%q is not declared", name)
			continue
		}
		if v := s.expr(a.Value); !v.bad() {
			if v.typ != old.typ {
				v = p.t.convert(v, old.typ)
			}
			next[name] = v
		}
	}
	if cond.bad() || len(p.t.errs) > 0 {
		p.broken = true
		return
	}
	if inner.rel != nil {
		p.t.errorf(step.Pos, "a function that looks at neighbouring rows cannot stand in a step of scan")
		p.broken = true
		return
	}
	var first, state, zero, kept duck.Struct
	for i, c := range p.cols {
		first = append(first, duck.Field{Name: fieldName(i), X: natural(plain(c.val))})
		zero = append(zero, duck.Field{Name: fieldName(i), X: duck.Null{Type: c.val.typ.sql()}})
	}
	for i, n := range names {
		v, ok := next[n]
		if !ok {
			v = st.state[n]
		}
		typ := defaults[i].typ.sql()
		state = append(state, duck.Field{Name: fieldName(i), X: duck.As(natural(v), typ)})
		kept = append(kept, duck.Field{Name: fieldName(i), X: duck.As(natural(defaults[i]), typ)})
	}
	if len(names) == 0 {
		state = duck.Struct{{Name: fieldName(0), X: duck.Bool(true)}}
		kept = state
	}
	if len(p.cols) == 0 {
		p.t.errorf(step.Pos, "the rows have no columns")
		p.broken = true
		return
	}
	element := func(row, last, state, matched duck.Expr) duck.Expr {
		return duck.Struct{{Name: scanRow, X: row}, {Name: scanLast, X: last}, {Name: scanCarried, X: state}, {Name: scanMatched, X: matched}}
	}
	yes := condition(cond)
	body := duck.Fn("list_append", duck.Local{Var: acc}, duck.If(yes,
		element(here, here, state, duck.Bool(true)),
		element(here, duck.Get{X: before, Field: scanLast}, duck.Get{X: before, Field: scanCarried}, duck.Bool(false))))
	rows := &duck.Column{Hint: "rows"}
	one := duck.List{element(first, zero, kept, duck.Bool(false))}
	g := &duck.Group{From: p.rel, Label: "scan", Aggs: []duck.Def{{Col: rows, X: duck.Call{Name: "list", Args: []duck.Expr{one}, Order: order}}}}
	types := make([]column, len(p.cols))
	copy(types, p.cols)
	p.rel = g
	p.reset()
	states := p.compute("states", value{typ: "list", sql: duck.Fn("list_slice", duck.Fn("list_reduce", duck.Ref{Col: rows},
		duck.Lambda{Vars: []*duck.Var{acc, x}, Body: body}, duck.List{element(zero, zero, kept, duck.Bool(false))}), duck.Int(2), duck.Int(1<<40))})
	sel := p.push()
	each, at := &duck.Column{Hint: "state"}, &duck.Column{Hint: ordinalHint}
	sel.Unnest = []duck.Def{{Col: each, X: states.sql}, {Col: at, X: duck.Fn("generate_series", duck.Int(1), duck.Fn("len", states.sql))}}
	p.filter(sure(Bool, duck.Get{X: duck.Ref{Col: each}, Field: scanMatched}))
	for i, c := range types {
		p.cols = append(p.cols, column{c.name, p.compute(c.name, scanned(c.val, duck.Get{X: duck.Get{X: duck.Ref{Col: each}, Field: scanRow}, Field: fieldName(i)}))})
	}
	for i, n := range names {
		p.cols = append(p.cols, column{n, p.compute(n, scanned(defaults[i], duck.Get{X: duck.Get{X: duck.Ref{Col: each}, Field: scanCarried}, Field: fieldName(i)}))})
	}
	p.order, p.serial = []duck.Order{{By: duck.Ref{Col: at}}}, true
}

// scanned is a value of the same type held by a field.
func scanned(v value, x duck.Expr) value {
	return value{typ: v.typ, sql: x, maybe: true, array: v.array}
}
