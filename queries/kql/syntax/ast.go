package syntax

// Node is anything in the tree. Span never panics: a nil node answers NoSpan.
type Node interface {
	Span() Span
}

// Statement is one of *Let, *Set, *Declare, *ExprStmt, *UnsupportedStmt.
type Statement interface {
	Node
	statement()
}

// Source is where rows come from: *Ident (a table, a tabular let name or a
// tabular parameter), *Call (a function giving a table, also materialize),
// *Member (database("d").T and the like), *DataTable, *Print, *Range, *Union,
// *Search, *Subquery (a parenthesised pipeline), *SharedQuery, *ExternalData,
// and, only as a leg of a union or search, *Pattern.
type Source interface {
	Node
	source()
}

// Operator is one step after a pipe, each its own struct.
type Operator interface {
	Node
	operator()
}

// Expr is a scalar expression, or in the places where Kusto lets a table stand
// (arguments, let values, the right side of in), a *Subquery.
type Expr interface {
	Node
	expr()
}

// Query is a whole text: statements separated by semicolons.
type Query struct {
	Pos        Span
	Statements []Statement
	// Comments are all comments of the text in order; they belong to no node,
	// so that nothing but the formatter has to know of them.
	Comments []Comment `equal:"skip"`
}

// Comment is a // comment; Text starts with the slashes, without line end.
type Comment struct {
	Pos  Span
	Text string
	// Trailing is whether something other than space stands before the
	// comment on its line.
	Trailing bool
	// After is where the word before the comment ends, 0 when there is none;
	// for a trailing comment, commas and semicolons between are left out.
	After int
}

// Let binds a name: let Name = Value. Value is a *Lambda, a *Subquery (clearly
// tabular: it holds a pipe or begins with a source keyword), or a scalar. A
// bare *Ident, *Call, *Member or *Paren may mean either; see AsPipeline.
type Let struct {
	Pos   Span
	Name  *Ident
	Value Expr
}

// Set is a query option: set Name = Value, or set Name (Value nil).
type Set struct {
	Pos   Span
	Name  *Ident
	Value Expr
}

// Declare is declare query_parameters(Name:type = default, ...).
type Declare struct {
	Pos    Span
	Params []*ParamDecl
}

// ExprStmt is a statement that produces rows.
type ExprStmt struct {
	Pos  Span
	Pipe *Pipeline
}

// UnsupportedStmt is a statement known by name that has no tree, such as
// alias, restrict and declare pattern. It is not an error of the parser: the
// checker refuses it with a better message. Text is all of it as written.
type UnsupportedStmt struct {
	Pos  Span
	Name string
	Text string
}

// Pipeline is a source followed by operators. Source is nil when the text
// begins with an operator, which in ARG means the table Resources, and inside
// mv-apply the rows of the current record.
type Pipeline struct {
	Pos    Span
	Source Source
	Ops    []Operator
}

// Lambda is a function value: (Params) { Lets; Result }. Result may be a
// *Subquery or be read as one by AsPipeline. View is set by the word view
// before the parameters.
type Lambda struct {
	Pos    Span
	View   bool
	Params []*ParamDecl
	Lets   []Statement
	Result Expr
	// HasParams is false for the form { ... } without any parentheses.
	HasParams bool `equal:"skip"`
}

// ParamDecl is a parameter of a lambda or of declare query_parameters. A
// scalar parameter has Type; a tabular one has Tabular set with its Schema,
// which is empty for T:(*).
type ParamDecl struct {
	Pos     Span
	Name    *Ident
	Type    *TypeRef
	Tabular bool
	Schema  []*ColumnDecl
	Default Expr
}

// ColumnDecl is Name:Type, in datatable, parse-kv, schemas and externaldata.
type ColumnDecl struct {
	Pos  Span
	Name *Ident
	Type *TypeRef
}

// TypeRef is the name of a type as written (string, long, int64, ...). The
// checker says which names exist.
type TypeRef struct {
	Pos  Span
	Name string
}

// Param is an option of an operator: Name=Values. Only render's lists
// (ycolumns=a, b) have more than one value. Name may hold dots and dashes
// (hint.strategy). A bare word as value is an *Ident.
type Param struct {
	Pos    Span
	Name   *Ident
	Values []Expr
}

// Value is the first value of the option, nil when there is none.
func (p *Param) Value() Expr {
	if p == nil || len(p.Values) == 0 {
		return nil
	}
	return p.Values[0]
}

// Word is the option's value when it is a bare word or a string, else "".
func (p *Param) Word() string {
	switch v := p.Value().(type) {
	case *Ident:
		return v.Name
	case *StringLit:
		return v.Value
	case *BoolLit:
		if v.Value {
			return "true"
		}
		return "false"
	}
	return ""
}

func (*Let) statement()             {}
func (*Set) statement()             {}
func (*Declare) statement()         {}
func (*ExprStmt) statement()        {}
func (*UnsupportedStmt) statement() {}
