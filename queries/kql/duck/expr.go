package duck

// Expr is a scalar SQL expression.
type Expr interface{ expr() }

// Column is the identity of one column of one relation.
type Column struct {
	// Hint is the name the user knows the column by; it is printed as a comment.
	Hint string
}

type (
	// Ref reads a column of a relation below.
	Ref struct{ Col *Column }
	// Str is a text literal.
	Str string
	// Int is a whole number whose width is left to DuckDB: a position, a count.
	Int int64
	// Long is a whole number that is a BIGINT whatever its size: a user's number,
	// which arithmetic must not overflow at 32 bits.
	Long int64
	// Float is a DOUBLE literal; NaN and the infinities are allowed.
	Float float64
	// Bool is TRUE or FALSE.
	Bool bool
	// Null is NULL of the given SQL type, or untyped when Type is empty.
	Null struct{ Type string }
	// Param is a value bound at run time. Type is the SQL type it is read as.
	// The same *Param is bound once, however often it is mentioned.
	Param struct {
		Value any
		Type  string
	}
	// Call calls a function; an aggregate may carry DISTINCT, an order, a filter
	// and a window.
	Call struct {
		Name     string
		Args     []Expr
		Distinct bool
		Order    []Order
		Filter   Expr
		Over     *Window
		// IgnoreNulls is meaningful with Over only.
		IgnoreNulls bool
	}
	// Window is the OVER clause. Frame is SQL such as "ROWS UNBOUNDED PRECEDING".
	Window struct {
		Partition []Expr
		Order     []Order
		Frame     string
	}
	// Order is one sort key.
	Order struct {
		By         Expr
		Desc       bool
		NullsFirst bool
	}
	// Binary is L Op R, always printed in parentheses.
	Binary struct {
		Op   string
		L, R Expr
	}
	// And is the conjunction, Or the disjunction of its members; empty means
	// TRUE and FALSE.
	And []Expr
	// Or is described with And.
	Or []Expr
	// Not negates.
	Not struct{ X Expr }
	// Neg is the arithmetic negation.
	Neg struct{ X Expr }
	// IsNull tests for NULL, or for its absence when Not is set.
	IsNull struct {
		X   Expr
		Not bool
	}
	// Cast converts; with Try a failure gives NULL.
	Cast struct {
		X    Expr
		Type string
		Try  bool
	}
	// Case is CASE WHEN ... END; a nil Else gives NULL.
	Case struct {
		Whens []When
		Else  Expr
	}
	// When is one arm of a Case.
	When struct{ If, Then Expr }
	// In is X IN (List), or NOT IN.
	In struct {
		X    Expr
		List []Expr
		Not  bool
	}
	// List is a list literal [a, b].
	List []Expr
	// Struct is a struct literal with the given field names.
	Struct []Field
	// Field is one member of a Struct.
	Field struct {
		Name string
		X    Expr
	}
	// Get reads a member of a struct.
	Get struct {
		X     Expr
		Field string
	}
	// At reads the element of a list, counted from 1.
	At struct{ X, Index Expr }
	// Lambda is a function over list elements.
	Lambda struct {
		Vars []*Var
		Body Expr
	}
	// Var is a parameter of a Lambda, an identity as Column is.
	Var struct{ Hint string }
	// Local reads a lambda's parameter.
	Local struct{ Var *Var }
	// Scalar is a subquery with one column, X, and at most one row.
	Scalar struct {
		From Rel
		X    Expr
	}
	// InRel tests whether X is among the values of Col in From.
	InRel struct {
		X    Expr
		From Rel
		Col  Expr
		Not  bool
	}
	// ListOf is the list of one column of a table function's rows, in the order of
	// another: (SELECT list(Column ORDER BY By) FROM Table(Args)). The arguments
	// may read the row the expression stands in.
	ListOf struct {
		Table      string
		Args       []Expr
		Column, By string
	}
	// Keyword is SQL that takes no arguments and is fixed in the translator's
	// source, such as a part name of date_part.
	Keyword string
)

func (Ref) expr()     {}
func (Str) expr()     {}
func (Int) expr()     {}
func (Long) expr()    {}
func (Float) expr()   {}
func (Bool) expr()    {}
func (Null) expr()    {}
func (*Param) expr()  {}
func (Call) expr()    {}
func (Binary) expr()  {}
func (And) expr()     {}
func (Or) expr()      {}
func (Not) expr()     {}
func (Neg) expr()     {}
func (IsNull) expr()  {}
func (Cast) expr()    {}
func (Case) expr()    {}
func (In) expr()      {}
func (List) expr()    {}
func (Struct) expr()  {}
func (Get) expr()     {}
func (At) expr()      {}
func (Lambda) expr()  {}
func (Local) expr()   {}
func (Scalar) expr()  {}
func (InRel) expr()   {}
func (ListOf) expr()  {}
func (Keyword) expr() {}

// Fn calls a function.
func Fn(name string, args ...Expr) Expr { return Call{Name: name, Args: args} }

// Op applies a binary operator.
func Op(l Expr, op string, r Expr) Expr { return Binary{Op: op, L: l, R: r} }

// If is CASE WHEN cond THEN a ELSE b END.
func If(cond, a, b Expr) Expr { return Case{Whens: []When{{cond, a}}, Else: b} }

// As casts; a value that does not fit stops the query.
func As(x Expr, typ string) Expr { return Cast{X: x, Type: typ} }

// TryAs casts; a value that does not fit becomes NULL.
func TryAs(x Expr, typ string) Expr { return Cast{X: x, Type: typ, Try: true} }

// Coalesce is the first of its arguments that is not NULL.
func Coalesce(args ...Expr) Expr { return Call{Name: "coalesce", Args: args} }
