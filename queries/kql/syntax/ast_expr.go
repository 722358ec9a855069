package syntax

import "time"

// Ident is a name: of a column, table, function, let variable or option. Name
// is without quotes. Quoted says it was written ['x'] or ["x"].
type Ident struct {
	Pos    Span
	Name   string
	Quoted bool `equal:"skip"`
}

// Star is * as an expression: count(*), distinct *, arg_max(x, *), where * has.
type Star struct {
	Pos Span
}

// Pattern is a name with stars in it: project-away x*, union T*.
type Pattern struct {
	Pos  Span
	Text string
}

// SideRef is $left or $right in a join's on.
type SideRef struct {
	Pos   Span
	Right bool
}

// Member is X.Name or X.['Name'].
type Member struct {
	Pos  Span
	X    Expr
	Name *Ident
}

// Index is X[Index], and ARG's X.[Index]. X["name"] has a *StringLit as Index.
type Index struct {
	Pos   Span
	X     Expr
	Index Expr
	Dot   bool `equal:"skip"`
}

// Call is Func(Args). Args may hold *Named (f(a=1)), *Star and *Subquery.
// Recv is nil but for database("d").f(), where it is what stands before the dot.
type Call struct {
	Pos  Span
	Recv Expr
	Func *Ident
	Args []Expr
}

// Unary is -X or +X.
type Unary struct {
	Pos Span
	Op  Op
	X   Expr
}

// Binary is X Op Y: arithmetic, comparison, string operators, and, or.
type Binary struct {
	Pos   Span
	Op    Op
	OpPos Span
	X, Y  Expr
}

// In is X Op (List): in, !in, in~, !in~, has_any, has_all. A list of one may
// be a *Subquery, a dynamic array or a name bound to a table.
type In struct {
	Pos   Span
	Op    Op
	OpPos Span
	X     Expr
	List  []Expr
}

// Between is X between (Low .. High); Not for !between.
type Between struct {
	Pos       Span
	Not       bool
	X         Expr
	Low, High Expr
}

// Paren is (X). It is kept so that formatting keeps what people wrote for
// clarity; everything else looks through it with Unparen.
type Paren struct {
	Pos Span
	X   Expr
}

// Subquery is a pipeline where an expression or a source stands.
type Subquery struct {
	Pos  Span
	Pipe *Pipeline
	// Parens is whether it had parentheses of its own; toscalar(T | count)
	// has none.
	Parens bool `equal:"skip"`
}

// Named is Name = Value, or (A, B) = Value when Tuple is set.
type Named struct {
	Pos   Span
	Names []*Ident
	Tuple bool
	Value Expr
}

// TypeOf is typeof(Type), or typeof(a:string, b:long) when Schema is set.
type TypeOf struct {
	Pos    Span
	Type   *TypeRef
	Schema []*ColumnDecl
}

// StringForm is how a string literal was written.
type StringForm uint8

const (
	// StringPlain is "..." or '...' with escapes.
	StringPlain StringForm = iota
	// StringVerbatim is @"..." or @'...'.
	StringVerbatim
	// StringMultiline is ```...``` or ~~~...~~~.
	StringMultiline
)

// StringLit is a string literal; adjacent literals are one, as in Kusto.
type StringLit struct {
	Pos   Span
	Value string
	Form  StringForm `equal:"skip"`
	// Hidden is the h"..." form, whose text is kept out of logs.
	Hidden bool
}

// BoolLit is true, false, bool(true).
type BoolLit struct {
	Pos   Span
	Value bool
}

// IntLit is 42, 0x2a, long(42), int(42). Int32 tells int(42) from the others.
type IntLit struct {
	Pos   Span
	Value int64
	Int32 bool
	// Hex keeps 0x2a in hexadecimal when formatted.
	Hex bool `equal:"skip"`
}

// RealLit is 1.5, 1e3, real(1.5), real(nan), real(+inf).
type RealLit struct {
	Pos   Span
	Value float64
}

// DecimalLit is decimal(1.5); Text is the number as written.
type DecimalLit struct {
	Pos  Span
	Text string
}

// TimespanLit is 1h, 1.5d, time(1.02:03:04), timespan(2). Ticks are 100 ns.
type TimespanLit struct {
	Pos   Span
	Ticks int64
	// Text is the literal as written, for the formatter.
	Text string `equal:"skip"`
}

// DatetimeLit is datetime(2020-01-02 03:04:05.1234567), in UTC.
type DatetimeLit struct {
	Pos   Span
	Value time.Time
	// Text is what stood between the parentheses, for the formatter.
	Text string `equal:"skip"`
}

// GuidLit is guid(...); Text is in lower case with dashes.
type GuidLit struct {
	Pos  Span
	Text string
}

// NullLit is long(null), dynamic(null), string(null), ... Type is the name of
// the type in its short form (long, real, bool, datetime, timespan, ...).
type NullLit struct {
	Pos  Span
	Type string
}

// DynamicLit is dynamic(Value). Value is a *DynamicArray, a *DynamicObject, or
// a scalar literal; JSON gives it as text.
type DynamicLit struct {
	Pos   Span
	Value Expr
}

// DynamicArray is [..] inside dynamic().
type DynamicArray struct {
	Pos   Span
	Elems []Expr
}

// DynamicObject is {..} inside dynamic().
type DynamicObject struct {
	Pos    Span
	Fields []*DynamicField
}

// DynamicField is "Key": Value inside dynamic({..}).
type DynamicField struct {
	Pos   Span
	Key   *StringLit
	Value Expr
}

// BadExpr stands where an expression could not be parsed; an error was
// reported for it.
type BadExpr struct {
	Pos Span
}

func (*Ident) expr()         {}
func (*Star) expr()          {}
func (*Pattern) expr()       {}
func (*SideRef) expr()       {}
func (*Member) expr()        {}
func (*Index) expr()         {}
func (*Call) expr()          {}
func (*Unary) expr()         {}
func (*Binary) expr()        {}
func (*In) expr()            {}
func (*Between) expr()       {}
func (*Paren) expr()         {}
func (*Subquery) expr()      {}
func (*Named) expr()         {}
func (*Lambda) expr()        {}
func (*TypeOf) expr()        {}
func (*StringLit) expr()     {}
func (*BoolLit) expr()       {}
func (*IntLit) expr()        {}
func (*RealLit) expr()       {}
func (*DecimalLit) expr()    {}
func (*TimespanLit) expr()   {}
func (*DatetimeLit) expr()   {}
func (*GuidLit) expr()       {}
func (*NullLit) expr()       {}
func (*DynamicLit) expr()    {}
func (*DynamicArray) expr()  {}
func (*DynamicObject) expr() {}
func (*BadExpr) expr()       {}
