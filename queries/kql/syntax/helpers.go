package syntax

// Unparen takes away parentheses around an expression.
func Unparen(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok || p == nil {
			return e
		}
		e = p.X
	}
}

// AsPipeline reads an expression as a table where that is possible: a
// *Subquery is its pipeline, and an *Ident, *Call or *Member is a pipeline of
// that source alone. Otherwise it returns nil.
func AsPipeline(e Expr) *Pipeline {
	switch x := Unparen(e).(type) {
	case *Subquery:
		return x.Pipe
	case *Ident:
		return &Pipeline{Pos: x.Pos, Source: x}
	case *Call:
		return &Pipeline{Pos: x.Pos, Source: x}
	case *Member:
		return &Pipeline{Pos: x.Pos, Source: x}
	}
	return nil
}
