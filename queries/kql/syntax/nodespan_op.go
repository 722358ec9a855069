package syntax

// Span is the place of the node in the source, NoSpan for nil.
func (n *Count) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Where) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Extend) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Project) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ProjectAway) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ProjectKeep) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ProjectRename) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ProjectReorder) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ReorderCol) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Distinct) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Take) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Sample) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *SampleDistinct) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Sort) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *SortKey) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Top) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *TopNested) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *NestedLevel) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Summarize) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Join) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Lookup) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *MvExpand) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ExpandCol) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *MvApply) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Partition) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Scan) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ScanStep) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *TopHitters) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ParseOp) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ParsePart) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *ParseKV) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Serialize) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *As) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Invoke) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *GetSchema) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Consume) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Render) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Evaluate) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *MakeSeries) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *SeriesAgg) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}

// Span is the place of the node in the source, NoSpan for nil.
func (n *Unsupported) Span() Span {
	if n == nil {
		return NoSpan
	}
	return n.Pos
}
