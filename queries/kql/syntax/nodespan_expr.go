package syntax

// Span is the place of the node in the source, NoSpan for nil.
func (n *Ident) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Star) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Pattern) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *SideRef) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Member) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Index) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Call) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Unary) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Binary) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *In) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Between) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Paren) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Subquery) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Named) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *TypeOf) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *StringLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *BoolLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *IntLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *RealLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DecimalLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *TimespanLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DatetimeLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *GuidLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *NullLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DynamicLit) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DynamicArray) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DynamicObject) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *DynamicField) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *BadExpr) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}
