package duck

// marks says which columns each relation has to offer to those above it.
type marks map[Rel]map[*Column]bool

// mark adds want to what r must offer and passes the consequences on. It may
// come to a Shared relation several times; the sets only grow.
func (m marks) mark(r Rel, want map[*Column]bool) {
	have := m[r]
	if have == nil {
		have = map[*Column]bool{}
		m[r] = have
	}
	for c := range want {
		have[c] = true
	}
	if read, ok := r.(*Read); ok {
		inner := map[*Column]bool{}
		for _, c := range read.cols {
			if have[c.col] {
				inner[c.of] = true
			}
		}
		m.mark(read.Of.From, inner)
		return
	}
	below := map[*Column]bool{}
	for c := range have {
		below[c] = true
	}
	for _, x := range m.used(r) {
		m.expr(x, below)
	}
	for _, in := range r.inputs() {
		can := Provides(in)
		need := map[*Column]bool{}
		for c := range below {
			if can[c] {
				need[c] = true
			}
		}
		m.mark(in, need)
	}
}

// expr collects the columns x mentions and marks the subqueries inside it.
func (m marks) expr(x Expr, into map[*Column]bool) {
	Walk(x, func(y Expr) bool {
		switch y := y.(type) {
		case Ref:
			into[y.Col] = true
		case Scalar:
			m.subquery(y.From, y.X)
			return false
		case InRel:
			m.subquery(y.From, y.Col)
			m.expr(y.X, into)
			return false
		}
		return true
	})
}

func (m marks) subquery(r Rel, x Expr) {
	want := map[*Column]bool{}
	m.expr(x, want)
	m.mark(r, want)
}

// used are the expressions of r that get printed: definitions nobody reads are
// left out, except where they decide how many rows there are.
func (m marks) used(r Rel) []Expr {
	switch r := r.(type) {
	case *Select:
		s := *r
		s.Defs = m.live(r, r.Defs)
		return s.exprs()
	case *Group:
		g := *r
		g.Aggs = m.live(r, r.Aggs)
		return g.exprs()
	case *Union:
		var out []Expr
		for i, c := range r.Cols {
			if m[r][c] {
				for _, l := range r.Legs {
					out = append(out, l.X[i])
				}
			}
		}
		return out
	}
	return r.exprs()
}

func (m marks) live(r Rel, defs []Def) []Def {
	var out []Def
	for _, d := range defs {
		if m[r][d.Col] {
			out = append(out, d)
		}
	}
	return out
}
