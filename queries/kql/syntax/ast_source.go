package syntax

// Print is print Cols: one row. A column is an expression or a *Named.
type Print struct {
	Pos  Span
	Cols []Expr
}

// Range is range Col from From to To step Step.
type Range struct {
	Pos  Span
	Col  *Ident
	From Expr
	To   Expr
	Step Expr
}

// DataTable is datatable(Cols)[Values]; Values run row by row. The checker
// compares their number with that of the columns.
type DataTable struct {
	Pos    Span
	Cols   []*ColumnDecl
	Values []Expr
}

// ExternalData is externaldata(Cols)[Values] with (Opts). It is parsed so that
// it can be refused by name.
type ExternalData struct {
	Pos    Span
	Cols   []*ColumnDecl
	Values []Expr
	Opts   []*Param
}

// SharedQuery is ARG's reference to a saved query, {{ID}}.
type SharedQuery struct {
	Pos Span
	ID  string
}

// Union is union as a source (all legs listed) or as an operator (the piped
// rows come first). Legs are sources; *Subquery for parenthesised ones and
// *Pattern for T*.
type Union struct {
	Pos        Span
	Kind       *Ident // inner or outer; nil when not given
	WithSource *Ident // name of the column that tells the leg; nil when not given
	IsFuzzy    Expr   // nil when not given
	Hints      []*Param
	Legs       []Source
}

// Search is search [kind=..] [in (Tables)] Cond, as a source or an operator.
// Cond is an expression in which a *StringLit standing as a condition is a
// term to be found in any column, and Binary with OpColon is col:term.
type Search struct {
	Pos    Span
	Kind   *Ident
	Hints  []*Param
	Tables []Source
	Cond   Expr
}

func (*Ident) source()        {}
func (*Call) source()         {}
func (*Member) source()       {}
func (*Pattern) source()      {}
func (*Subquery) source()     {}
func (*Print) source()        {}
func (*Range) source()        {}
func (*DataTable) source()    {}
func (*ExternalData) source() {}
func (*SharedQuery) source()  {}
func (*Union) source()        {}
func (*Search) source()       {}
