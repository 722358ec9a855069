package kql

import (
	"math"

	"argosy/queries/kql/duck"
)

// value is a checked expression: its type, its SQL and what is known about it.
// Knowing more makes better SQL; every field but typ and sql may be left out
// without making the SQL wrong.
type value struct {
	// typ is empty for the poison value, which stands for something an error
	// was already reported for and silences everything built on it.
	typ Type
	// sql gives the value as typ.sql() says. It is nil for a dynamic with a
	// tree or a scalar; use the to... functions to read any value.
	sql duck.Expr
	// maybe tells that sql can be NULL. For a string NULL stands for ''.
	maybe bool
	// filter is SQL that may be used instead of sql where NULL counts as FALSE.
	filter duck.Expr
	// lit is the value itself when it is known while translating.
	lit *literal
	// scalar is set for a dynamic that is known to be null or a value of one
	// type; it holds that value.
	scalar *value
	// tree is set for a dynamic of which the inside is known.
	tree *tree
	// parts is set for a string that is a known concatenation.
	parts []part
	// stamp tells that a datetime is held as a TIMESTAMP, not as ticks.
	stamp bool
	// finite tells that a real is never NaN and never infinite.
	finite bool
	// bits bounds an integer: its absolute value is below 2^bits. 0 means 63.
	bits int
	// source is, for a string, the dynamic value it is the text of.
	source *value
	// list is, for a dynamic, the VARCHAR[] it was made of.
	list duck.Expr
	// array tells that a dynamic is an array whenever it is not null.
	array bool
}

// literal is a value known while translating: string, int64 (also ticks),
// float64, bool, or nil for null.
type literal struct{ v any }

// poison stands for a value that could not be built.
var poison = value{}

func (v value) bad() bool { return v.typ == "" }

// text is the literal string, if it is one.
func (v value) text() (string, bool) {
	if v.lit == nil || (v.typ != String && v.typ != Guid) {
		return "", false
	}
	s, ok := v.lit.v.(string)
	return s, ok
}

// whole is the literal whole number (or ticks), if it is one.
func (v value) whole() (int64, bool) {
	if v.lit == nil {
		return 0, false
	}
	n, ok := v.lit.v.(int64)
	return n, ok
}

func textLit(s string) value {
	return value{typ: String, sql: duck.Str(s), lit: &literal{s}, parts: []part{{lit: s}}}
}

func longLit(n int64) value {
	return value{typ: Long, sql: duck.Long(n), lit: &literal{n}, bits: bitsOf(n)}
}

func intLit(n int64) value {
	v := longLit(n)
	v.typ = Int
	return v
}

func realLit(f float64) value {
	return value{typ: Real, sql: duck.Float(f), lit: &literal{f}, finite: !math.IsNaN(f) && !math.IsInf(f, 0)}
}

func boolLit(b bool) value {
	return value{typ: Bool, sql: duck.Bool(b), lit: &literal{b}}
}

func datetimeLit(ticks int64) value {
	return value{typ: Datetime, sql: duck.Long(ticks), lit: &literal{ticks}}
}

func timespanLit(ticks int64) value {
	return value{typ: Timespan, sql: duck.Long(ticks), lit: &literal{ticks}, bits: bitsOf(ticks)}
}

// null is the null of a type; for strings that is the empty text.
func null(t Type) value {
	if t == String {
		return textLit("")
	}
	return value{typ: t, sql: duck.Null{Type: t.sql()}, maybe: true, lit: &literal{nil}}
}

func bitsOf(n int64) int {
	b := 1
	for m := n; m != 0 && m != -1; m >>= 1 {
		b++
	}
	return b
}

// of makes a value that can be NULL.
func of(t Type, x duck.Expr) value { return value{typ: t, sql: x, maybe: true} }

// sure makes a value that is never NULL.
func sure(t Type, x duck.Expr) value { return value{typ: t, sql: x} }

// widen forgets what is known beyond the type, after the value has been put
// into a column x of its own.
func (v value) at(col *duck.Column) value {
	out := v
	out.sql = duck.Ref{Col: col}
	out.filter = nil
	out.list = nil
	out.parts = nil
	if len(v.parts) == 1 && v.parts[0].lit == "" {
		p := v.parts[0]
		p.x = out.sql
		out.parts = []part{p}
	}
	return out
}
