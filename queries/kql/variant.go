package kql

import (
	"strings"

	"argosy/queries/kql/syntax"
)

// variant picks the narrower relation that holds all rows the operators behind
// the table can let through, nil when there is none.
func (t *translator) variant(tab *Table, e *env, ops []syntax.Operator) *Variant {
	for i := range tab.Variants {
		v := &tab.Variants[i]
		if values := t.pinned(v.Column, e, ops); values != nil && subset(values, v.Values) {
			return v
		}
	}
	return nil
}

func subset(values, of []string) bool {
	for _, v := range values {
		ok := false
		for _, o := range of {
			ok = ok || strings.EqualFold(v, o)
		}
		if !ok {
			return false
		}
	}
	return true
}

// pinned lists the values that the leading where operators allow a column to
// have, nil when they allow any. Operators that work row by row and leave the
// column alone are passed over, since they let the same rows through.
func (t *translator) pinned(column string, e *env, ops []syntax.Operator) []string {
	for _, op := range ops {
		switch op := op.(type) {
		case *syntax.Where:
			if values := t.conjunct(column, e, op.Cond); values != nil {
				return values
			}
		case *syntax.Extend:
			if assigns(op.Cols, column) {
				return nil
			}
		case *syntax.ParseOp:
			for _, part := range op.Pattern {
				if part.Name != nil && part.Name.Name == column {
					return nil
				}
			}
		case *syntax.MvExpand:
			for _, c := range op.Cols {
				if n, ok := c.X.(*syntax.Named); ok && assigns([]syntax.Expr{n}, column) {
					return nil
				}
				if id, ok := c.X.(*syntax.Ident); ok && id.Name == column {
					return nil
				}
			}
		case *syntax.Project:
			if !keepsColumn(op.Cols, column) {
				return nil
			}
		case *syntax.Union:
			if op.WithSource != nil && op.WithSource.Name == column {
				return nil
			}
		case *syntax.Join, *syntax.Lookup:
			// The name still means the left side's column behind it.
		case *syntax.ProjectAway, *syntax.ProjectKeep, *syntax.ProjectReorder, *syntax.Sort:
		default:
			return nil
		}
	}
	return nil
}

func assigns(cols []syntax.Expr, column string) bool {
	for _, c := range cols {
		ids, _ := named(c)
		for _, id := range ids {
			if id.Name == column {
				return true
			}
		}
	}
	return false
}

// keepsColumn tells whether project lets the column through as it is.
func keepsColumn(cols []syntax.Expr, column string) bool {
	for _, c := range cols {
		ids, x := named(c)
		id, ok := syntax.Unparen(x).(*syntax.Ident)
		if ok && id.Name == column && (len(ids) == 0 || len(ids) == 1 && ids[0].Name == column) {
			return true
		}
	}
	return false
}

// conjunct looks for a test of the column among the and-ed conditions.
func (t *translator) conjunct(column string, e *env, cond syntax.Expr) []string {
	switch x := syntax.Unparen(cond).(type) {
	case *syntax.Binary:
		switch x.Op {
		case syntax.OpAnd:
			if v := t.conjunct(column, e, x.X); v != nil {
				return v
			}
			return t.conjunct(column, e, x.Y)
		case syntax.OpOr:
			a, b := t.conjunct(column, e, x.X), t.conjunct(column, e, x.Y)
			if a != nil && b != nil {
				return append(a, b...)
			}
		case syntax.OpEq, syntax.OpEqI:
			if t.isColumn(x.X, column) {
				return t.texts(e, []syntax.Expr{x.Y})
			}
			if t.isColumn(x.Y, column) {
				return t.texts(e, []syntax.Expr{x.X})
			}
		}
	case *syntax.In:
		if (x.Op == syntax.OpIn || x.Op == syntax.OpInI) && t.isColumn(x.X, column) {
			return t.texts(e, x.List)
		}
	}
	return nil
}

// isColumn recognises the column, also as tolower(column) and tostring(column).
func (t *translator) isColumn(e syntax.Expr, column string) bool {
	switch x := syntax.Unparen(e).(type) {
	case *syntax.Ident:
		return x.Name == column
	case *syntax.Call:
		return (x.Func.Name == "tolower" || x.Func.Name == "tostring") && len(x.Args) == 1 && t.isColumn(x.Args[0], column)
	}
	return false
}

// texts reads a list of literals, nil when one of them is none.
func (t *translator) texts(e *env, list []syntax.Expr) []string {
	var out []string
	for _, x := range list {
		switch x := syntax.Unparen(x).(type) {
		case *syntax.StringLit:
			out = append(out, x.Value)
		case *syntax.Ident:
			b := e.find(x.Name)
			if b == nil || b.val == nil {
				return nil
			}
			s, ok := b.val.text()
			if !ok {
				return nil
			}
			out = append(out, s)
		case *syntax.DynamicLit:
			arr, ok := x.Value.(*syntax.DynamicArray)
			if !ok {
				return nil
			}
			inner := t.texts(e, arr.Elems)
			if inner == nil {
				return nil
			}
			out = append(out, inner...)
		default:
			return nil
		}
	}
	return out
}
