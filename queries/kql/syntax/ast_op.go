package syntax

// Order is the direction of a sort key.
type Order uint8

const (
	// OrderDefault is no word at all: descending for sort and top, ascending
	// for project-reorder.
	OrderDefault Order = iota
	// OrderAsc is asc.
	OrderAsc
	// OrderDesc is desc.
	OrderDesc
	// OrderGrannyAsc is granny-asc, only in project-reorder.
	OrderGrannyAsc
	// OrderGrannyDesc is granny-desc, only in project-reorder.
	OrderGrannyDesc
)

// Nulls says where nulls go in a sort.
type Nulls uint8

const (
	// NullsDefault is no word at all: first when ascending, else last.
	NullsDefault Nulls = iota
	// NullsFirst is nulls first.
	NullsFirst
	// NullsLast is nulls last.
	NullsLast
)

// Count is count [as As].
type Count struct {
	Pos Span
	As  *Ident // name of the column; nil when not given
}

// Where is where Cond, also spelled filter.
type Where struct {
	Pos  Span
	Cond Expr
}

// Extend is extend Cols; a column is an expression or a *Named.
type Extend struct {
	Pos  Span
	Cols []Expr
}

// Project is project Cols; a column is an expression or a *Named.
type Project struct {
	Pos  Span
	Cols []Expr
}

// ProjectAway is project-away Cols; a column is *Ident, *Pattern or *Star.
type ProjectAway struct {
	Pos  Span
	Cols []Expr
}

// ProjectKeep is project-keep Cols; a column is *Ident, *Pattern or *Star.
type ProjectKeep struct {
	Pos  Span
	Cols []Expr
}

// ProjectRename is project-rename New = Old, ...
type ProjectRename struct {
	Pos  Span
	Cols []*Named
}

// ProjectReorder is project-reorder Cols.
type ProjectReorder struct {
	Pos  Span
	Cols []*ReorderCol
}

// ReorderCol is one column (*Ident, *Pattern or *Star) of project-reorder.
type ReorderCol struct {
	Pos   Span
	Col   Expr
	Order Order
}

// Distinct is distinct Cols; a column may be *Star.
type Distinct struct {
	Pos   Span
	Hints []*Param
	Cols  []Expr
}

// Take is take N, also spelled limit.
type Take struct {
	Pos Span
	N   Expr
}

// Sample is sample N.
type Sample struct {
	Pos Span
	N   Expr
}

// SampleDistinct is sample-distinct N of Col.
type SampleDistinct struct {
	Pos Span
	N   Expr
	Col Expr
}

// Sort is sort by Keys, also spelled order by.
type Sort struct {
	Pos   Span
	Hints []*Param
	Keys  []*SortKey
}

// SortKey is one key of sort or top.
type SortKey struct {
	Pos   Span
	X     Expr
	Order Order
	Nulls Nulls
}

// Top is top N by Key.
type Top struct {
	Pos   Span
	Hints []*Param
	N     Expr
	Key   *SortKey
}

// TopNested is top-nested with its levels, outermost first.
type TopNested struct {
	Pos    Span
	Levels []*NestedLevel
}

// NestedLevel is [N] of Of [with others = Others] by By [asc|desc]. N and
// Others may be nil; Of and By may be *Named.
type NestedLevel struct {
	Pos    Span
	N      Expr
	Of     Expr
	Others Expr
	By     Expr
	Order  Order
}

// Summarize is summarize Aggs by By. Either may be empty, not both.
type Summarize struct {
	Pos   Span
	Hints []*Param
	Aggs  []Expr
	By    []Expr
}

// Join is join kind=Kind (Right) on On. A condition is an *Ident (same name on
// both sides) or a *Binary OpEq of $left.a and $right.b members, possibly and-ed.
type Join struct {
	Pos   Span
	Kind  *Ident // nil means innerunique
	Hints []*Param
	Right *Pipeline
	On    []Expr
}

// Lookup is lookup kind=Kind (Right) on On.
type Lookup struct {
	Pos   Span
	Kind  *Ident // nil means leftouter
	Hints []*Param
	Right *Pipeline
	On    []Expr
}

// MvExpand is mv-expand, also spelled mvexpand.
type MvExpand struct {
	Pos       Span
	Bag       *Ident // value of kind= or bagexpansion=: bag or array; nil when not given
	ItemIndex *Ident // name after with_itemindex=; nil when not given
	Hints     []*Param
	Cols      []*ExpandCol
	Limit     Expr // nil when not given
}

// ExpandCol is one column of mv-expand or mv-apply; X may be a *Named.
type ExpandCol struct {
	Pos Span
	X   Expr
	To  *TypeOf // nil when not given
}

// MvApply is mv-apply Cols [limit n] on (On). On has no source.
type MvApply struct {
	Pos       Span
	ItemIndex *Ident
	Hints     []*Param
	Cols      []*ExpandCol
	Limit     Expr
	On        *Pipeline
}

// Partition is partition by By (Sub). Sub has no source.
type Partition struct {
	Pos   Span
	Hints []*Param
	By    *Ident
	Sub   *Pipeline
}

// TopHitters is top-hitters N of Of by By; By is nil when not given.
type TopHitters struct {
	Pos Span
	N   Expr
	Of  Expr
	By  Expr
}

// Scan is scan declare (Declare) with (Steps).
type Scan struct {
	Pos     Span
	Hints   []*Param
	Declare []*ParamDecl
	Steps   []*ScanStep
}

// ScanStep is step Name output=Output: Cond => Assign. Output is nil when not
// given, and Assign may be empty.
type ScanStep struct {
	Pos    Span
	Name   *Ident
	Output *Ident
	Cond   Expr
	Assign []*Named
}

// ParseOp is parse X with Pattern, and parse-where when Where is set.
type ParseOp struct {
	Pos     Span
	Where   bool
	Kind    *Ident // simple, regex or relaxed; nil means simple
	Flags   Expr   // flags= of kind=regex; nil when not given
	X       Expr
	Pattern []*ParsePart
}

// ParsePart is one piece of a parse pattern: exactly one of Star, Text and
// Name. Type is nil when a name has none, which means string.
type ParsePart struct {
	Pos  Span
	Star bool
	Text *StringLit
	Name *Ident
	Type *TypeRef
}

// ParseKV is parse-kv X as (Cols) with (Opts).
type ParseKV struct {
	Pos  Span
	X    Expr
	Cols []*ColumnDecl
	Opts []*Param
}

// Serialize is serialize Cols; Cols may be empty.
type Serialize struct {
	Pos   Span
	Hints []*Param
	Cols  []Expr
}

// As is as Name, which names the rows so far.
type As struct {
	Pos   Span
	Hints []*Param
	Name  *Ident
}

// Invoke is invoke Call.
type Invoke struct {
	Pos  Span
	Call *Call
}

// GetSchema is getschema.
type GetSchema struct {
	Pos Span
}

// Consume is consume, with its options.
type Consume struct {
	Pos   Span
	Hints []*Param
}

// Render is render Chart with (With); the older form without with and
// parentheses is read as the same.
type Render struct {
	Pos   Span
	Chart *Ident
	With  []*Param
}

// Evaluate is evaluate Call, with the schema after a colon when given. A star
// in the schema, for the columns that were there before, is OpenSchema.
type Evaluate struct {
	Pos        Span
	Hints      []*Param
	Call       *Call
	Schema     []*ColumnDecl
	OpenSchema bool
}

// MakeSeries is make-series Aggs on On from From to To step Step by By. Kind is
// nonempty or nil. From and To may be nil. The older form on x in range(a,b,c)
// gives From, To and Step too, with InRange set.
type MakeSeries struct {
	Pos            Span
	Kind           *Ident
	Hints          []*Param
	Aggs           []*SeriesAgg
	On             Expr
	InRange        bool
	From, To, Step Expr
	By             []Expr
}

// SeriesAgg is one aggregate of make-series; X may be a *Named.
type SeriesAgg struct {
	Pos     Span
	X       Expr
	Default Expr // nil when not given
}

// Unsupported is an operator known by name that has no tree here (fork,
// facet, reduce, find, ...), or a word that is no operator at
// all, in which case Known is false and an error was reported. Text is all of
// it as written.
type Unsupported struct {
	Pos   Span
	Name  string
	Known bool
	Text  string
}

func (*Count) operator()          {}
func (*Where) operator()          {}
func (*Extend) operator()         {}
func (*Project) operator()        {}
func (*ProjectAway) operator()    {}
func (*ProjectKeep) operator()    {}
func (*ProjectRename) operator()  {}
func (*ProjectReorder) operator() {}
func (*Distinct) operator()       {}
func (*Take) operator()           {}
func (*Sample) operator()         {}
func (*SampleDistinct) operator() {}
func (*Sort) operator()           {}
func (*Top) operator()            {}
func (*TopNested) operator()      {}
func (*Summarize) operator()      {}
func (*Join) operator()           {}
func (*Lookup) operator()         {}
func (*Union) operator()          {}
func (*MvExpand) operator()       {}
func (*MvApply) operator()        {}
func (*Partition) operator()      {}
func (*Scan) operator()           {}
func (*TopHitters) operator()     {}
func (*ParseOp) operator()        {}
func (*ParseKV) operator()        {}
func (*Serialize) operator()      {}
func (*As) operator()             {}
func (*Invoke) operator()         {}
func (*Search) operator()         {}
func (*GetSchema) operator()      {}
func (*Consume) operator()        {}
func (*Render) operator()         {}
func (*Evaluate) operator()       {}
func (*MakeSeries) operator()     {}
func (*Unsupported) operator()    {}
