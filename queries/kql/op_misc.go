package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// as names the rows so far, for the operators behind it.
func (p *pipe) as(op *syntax.As) {
	if !p.alone(op.Pos, "as") {
		return
	}
	p.t.hints(op.Hints)
	shared := p.share("as " + op.Name.Name)
	p.env = p.env.bind(op.Name.Name, &binding{shared: shared})
	name := op.Name.Name
	again := p.t.read(shared, p.env, name)
	tail := p.tail
	*p = *again
	p.tail, p.name = tail, name
}

// share makes the rows readable from several places.
func (p *pipe) share(label string) *sharedTable {
	for i := range p.cols {
		p.cols[i].val = p.settled(p.cols[i].name, p.cols[i].val)
	}
	s := p.open()
	if s.Label == "" {
		s.Label = label
	}
	// A Select of its own, so that what is read through it cannot merge with
	// what comes later.
	return &sharedTable{
		rel:    &duck.Shared{From: p.push(), Label: label},
		cols:   append([]column{}, p.cols...),
		order:  p.order,
		serial: p.serial,
	}
}

// settled gives a value a column of its own where it has none.
func (p *pipe) settled(name string, v value) value {
	if v.bad() || v.lit != nil {
		return v
	}
	return p.steadied(name, v)
}

// read makes the shared rows the source of a pipeline, with new columns.
func (t *translator) read(s *sharedTable, e *env, name string) *pipe {
	r := &duck.Read{Of: s.rel}
	p := &pipe{t: t, env: e, rel: &duck.Select{From: r}, serial: s.serial, name: name}
	for _, c := range s.cols {
		p.cols = append(p.cols, column{c.name, reread(c.val, r)})
	}
	for _, o := range s.order {
		o.By = rereadExpr(o.By, r)
		p.order = append(p.order, o)
	}
	return p
}

// reread moves a value to a reading's columns.
func reread(v value, r *duck.Read) value {
	v.filter, v.parts = nil, nil
	if v.sql != nil {
		v.sql = rereadExpr(v.sql, r)
	}
	if v.scalar != nil {
		s := reread(*v.scalar, r)
		v.scalar = &s
	}
	if v.source != nil {
		v.source = nil
	}
	if v.tree != nil {
		t := *v.tree
		t.root = rereadExpr(t.root, r)
		if column := v.tree.column; column != nil {
			t.column = func(name string) duck.Expr { return rereadExpr(column(name), r) }
		}
		if inner := v.tree.branches; inner != nil {
			t.branches = &branches{legs: inner.legs, column: func(key string, xs []duck.Expr) duck.Expr {
				return rereadExpr(inner.column(key, xs), r)
			}}
		}
		v.tree = &t
	}
	return v
}

// rereadExpr replaces the columns an expression reads by the reading's.
func rereadExpr(x duck.Expr, r *duck.Read) duck.Expr {
	return duck.Map(x, func(y duck.Expr) duck.Expr {
		if ref, ok := y.(duck.Ref); ok {
			return duck.Ref{Col: r.Column(ref.Col)}
		}
		return y
	})
}

// getSchema is one row for each column.
func (p *pipe) getSchema(op *syntax.GetSchema) {
	if !p.alone(op.Pos, "getschema") {
		return
	}
	v := &duck.Values{Types: []string{"VARCHAR", "BIGINT", "VARCHAR", "VARCHAR"}}
	var cols []column
	for i, name := range []string{"ColumnName", "ColumnOrdinal", "DataType", "ColumnType"} {
		c := &duck.Column{Hint: name}
		v.Cols = append(v.Cols, c)
		typ := String
		if i == 1 {
			typ = Long
		}
		cols = append(cols, column{name, sure(typ, duck.Ref{Col: c})})
	}
	for i, c := range p.cols {
		v.Rows = append(v.Rows, []duck.Expr{duck.Str(c.name), duck.Int(i), duck.Str(netType(c.val.typ)), duck.Str(c.val.typ)})
	}
	p.rel = &duck.Select{From: v, Label: "getschema"}
	p.order, p.serial, p.cols = nil, true, cols
}

// netType is the .NET type that Kusto names for a KQL type.
func netType(t Type) string {
	switch t {
	case Bool:
		return "System.SByte"
	case Int:
		return "System.Int32"
	case Long:
		return "System.Int64"
	case Real:
		return "System.Double"
	case Decimal:
		return "System.Data.SqlTypes.SqlDecimal"
	case Datetime:
		return "System.DateTime"
	case Timespan:
		return "System.TimeSpan"
	case Guid:
		return "System.Guid"
	case Dynamic:
		return "System.Object"
	}
	return "System.String"
}
