package duck

// Walk calls f for x and everything inside it, parents first. Where f returns
// false the inside is skipped. Subqueries are visited too: an expression
// inside a subquery may mention the columns of the query around it.
func Walk(x Expr, f func(Expr) bool) {
	if x == nil || !f(x) {
		return
	}
	each := func(xs ...Expr) {
		for _, y := range xs {
			Walk(y, f)
		}
	}
	order := func(os []Order) {
		for _, o := range os {
			Walk(o.By, f)
		}
	}
	switch x := x.(type) {
	case Call:
		each(x.Args...)
		order(x.Order)
		Walk(x.Filter, f)
		if x.Over != nil {
			each(x.Over.Partition...)
			order(x.Over.Order)
		}
	case Binary:
		each(x.L, x.R)
	case And:
		each(x...)
	case Or:
		each(x...)
	case Not:
		each(x.X)
	case Neg:
		each(x.X)
	case IsNull:
		each(x.X)
	case Cast:
		each(x.X)
	case Case:
		for _, w := range x.Whens {
			each(w.If, w.Then)
		}
		each(x.Else)
	case In:
		each(x.X)
		each(x.List...)
	case List:
		each(x...)
	case Struct:
		for _, m := range x {
			each(m.X)
		}
	case Get:
		each(x.X)
	case At:
		each(x.X, x.Index)
	case Lambda:
		each(x.Body)
	case ListOf:
		each(x.Args...)
	case Scalar:
		each(x.X)
		WalkRel(x.From, f)
	case InRel:
		each(x.X, x.Col)
		WalkRel(x.From, f)
	}
}

// WalkRel calls Walk for every expression of the relation and of those below.
func WalkRel(r Rel, f func(Expr) bool) {
	for _, x := range r.exprs() {
		Walk(x, f)
	}
	for _, in := range r.inputs() {
		WalkRel(in, f)
	}
}

// Columns lists the columns x mentions, each once, in order of appearance.
func Columns(x Expr) []*Column {
	var out []*Column
	seen := map[*Column]bool{}
	Walk(x, func(y Expr) bool {
		if r, ok := y.(Ref); ok && !seen[r.Col] {
			seen[r.Col] = true
			out = append(out, r.Col)
		}
		return true
	})
	return out
}

// Map rebuilds x with every part replaced by f, innermost first. It does not
// enter subqueries.
func Map(x Expr, f func(Expr) Expr) Expr {
	if x == nil {
		return nil
	}
	one := func(y Expr) Expr { return Map(y, f) }
	each := func(ys []Expr) []Expr {
		if ys == nil {
			return nil
		}
		out := make([]Expr, len(ys))
		for i, y := range ys {
			out[i] = Map(y, f)
		}
		return out
	}
	order := func(os []Order) []Order {
		out := append([]Order{}, os...)
		for i := range out {
			out[i].By = one(out[i].By)
		}
		return out
	}
	switch y := x.(type) {
	case Call:
		y.Args, y.Order, y.Filter = each(y.Args), order(y.Order), one(y.Filter)
		if y.Over != nil {
			y.Over = &Window{Partition: each(y.Over.Partition), Order: order(y.Over.Order), Frame: y.Over.Frame}
		}
		x = y
	case Binary:
		y.L, y.R = one(y.L), one(y.R)
		x = y
	case And:
		x = And(each(y))
	case Or:
		x = Or(each(y))
	case Not:
		x = Not{one(y.X)}
	case Neg:
		x = Neg{one(y.X)}
	case IsNull:
		y.X = one(y.X)
		x = y
	case Cast:
		y.X = one(y.X)
		x = y
	case Case:
		whens := make([]When, len(y.Whens))
		for i, w := range y.Whens {
			whens[i] = When{one(w.If), one(w.Then)}
		}
		x = Case{Whens: whens, Else: one(y.Else)}
	case In:
		y.X, y.List = one(y.X), each(y.List)
		x = y
	case List:
		x = List(each(y))
	case Struct:
		fields := append(Struct{}, y...)
		for i := range fields {
			fields[i].X = one(fields[i].X)
		}
		x = fields
	case Get:
		y.X = one(y.X)
		x = y
	case At:
		y.X, y.Index = one(y.X), one(y.Index)
		x = y
	case Lambda:
		y.Body = one(y.Body)
		x = y
	case ListOf:
		y.Args = each(y.Args)
		x = y
	}
	return f(x)
}
