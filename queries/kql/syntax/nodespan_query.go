package syntax

// Span is the place of the node in the source, NoSpan for nil.
func (n *Query) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Comment) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Let) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Set) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Declare) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ExprStmt) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *UnsupportedStmt) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Pipeline) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Lambda) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ParamDecl) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ColumnDecl) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *TypeRef) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Param) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Print) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Range) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DataTable) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ExternalData) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *SharedQuery) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Union) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Search) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}
