package duck

// Rel is a relation: something with rows.
type Rel interface {
	// inputs are the relations read directly.
	inputs() []Rel
	// exprs are the relation's own expressions.
	exprs() []Expr
	// owns are the columns the relation defines itself.
	owns() []*Column
	// passes tells whether columns of the inputs can be read through it.
	passes() bool
}

// Def names the value of an expression.
type Def struct {
	Col *Column
	X   Expr
}

// Table reads a table or view of the database. Columns come into being as they
// are asked for.
type Table struct {
	Name string
	cols []tableColumn
}

type tableColumn struct {
	name string
	col  *Column
}

// Column is the identity of the table's column of that SQL name.
func (t *Table) Column(name string) *Column {
	for _, c := range t.cols {
		if c.name == name {
			return c.col
		}
	}
	c := &Column{Hint: name}
	t.cols = append(t.cols, tableColumn{name, c})
	return c
}

// Values is a relation written down row by row. Types are SQL types.
type Values struct {
	Cols  []*Column
	Types []string
	Rows  [][]Expr
}

// Series is the whole numbers First, First+Step, ... up to Last.
type Series struct {
	Col               *Column
	First, Last, Step Expr
}

// Select filters, computes, unnests, sorts and limits, in this order.
type Select struct {
	From  Rel
	Where []Expr
	Defs  []Def
	// Unnest turns each list into rows, side by side; the shorter ones are
	// filled with NULL. A row whose lists are all empty or NULL disappears.
	Unnest []Def
	// DistinctOn keeps the first row for each value of these.
	DistinctOn []Expr
	// Order together with Limit chooses rows; without Limit it has a meaning in
	// the last step only.
	Order []Order
	Limit Expr
	// Windowed is set when a Def looks at other rows: filtering before it and
	// filtering after it are different things then.
	Windowed bool
	// Sample picks that many random rows.
	Sample Expr
	// Label says in the printed SQL what the step came from.
	Label string
}

// Define adds a computed column.
func (s *Select) Define(hint string, x Expr) *Column {
	c := &Column{Hint: hint}
	s.Defs = append(s.Defs, Def{c, x})
	return c
}

// Closed tells whether a predicate put into Where now would mean something
// else than one put on top of the relation.
func (s *Select) Closed() bool {
	return s.Windowed || len(s.Unnest) > 0 || s.Limit != nil || s.Sample != nil || len(s.DistinctOn) > 0
}

// Group aggregates. Only its keys and aggregates can be read above it.
type Group struct {
	From  Rel
	Keys  []Def
	Aggs  []Def
	Label string
}

// JoinKind is the word before JOIN.
type JoinKind string

// The kinds of joins. Semi and Anti let only the left side's columns through.
const (
	Inner JoinKind = "INNER"
	Left  JoinKind = "LEFT"
	Right JoinKind = "RIGHT"
	Full  JoinKind = "FULL"
	Semi  JoinKind = "SEMI"
	Anti  JoinKind = "ANTI"
	Cross JoinKind = "CROSS"
)

// Join combines two relations.
type Join struct {
	Kind        JoinKind
	Left, Right Rel
	On          []Expr
	Label       string
}

// Union is all rows of the legs. Each leg gives one expression a column.
type Union struct {
	Cols  []*Column
	Legs  []Leg
	Label string
}

// Leg is one input of a Union.
type Leg struct {
	From Rel
	X    []Expr
}

// Shared is printed once and read through Reads. Cols are the columns that can
// be read.
type Shared struct {
	From Rel
	// Materialize makes DuckDB compute the rows once, not at each reading.
	Materialize bool
	Label       string
}

// Read gives the rows of a Shared with columns of its own.
type Read struct {
	Of   *Shared
	cols []readColumn
}

type readColumn struct{ of, col *Column }

// Column is this reading's column for the shared relation's column of.
func (r *Read) Column(of *Column) *Column {
	for _, c := range r.cols {
		if c.of == of {
			return c.col
		}
	}
	c := &Column{Hint: of.Hint}
	r.cols = append(r.cols, readColumn{of, c})
	return c
}

func (*Table) inputs() []Rel    { return nil }
func (*Values) inputs() []Rel   { return nil }
func (*Series) inputs() []Rel   { return nil }
func (s *Select) inputs() []Rel { return []Rel{s.From} }
func (g *Group) inputs() []Rel  { return []Rel{g.From} }
func (j *Join) inputs() []Rel   { return []Rel{j.Left, j.Right} }
func (r *Read) inputs() []Rel   { return []Rel{r.Of.From} }
func (u *Union) inputs() []Rel {
	var out []Rel
	for _, l := range u.Legs {
		out = append(out, l.From)
	}
	return out
}

func (*Table) exprs() []Expr    { return nil }
func (s *Series) exprs() []Expr { return []Expr{s.First, s.Last, s.Step} }
func (*Read) exprs() []Expr     { return nil }
func (j *Join) exprs() []Expr   { return j.On }
func (v *Values) exprs() []Expr {
	var out []Expr
	for _, r := range v.Rows {
		out = append(out, r...)
	}
	return out
}
func (s *Select) exprs() []Expr {
	out := append([]Expr{}, s.Where...)
	for _, d := range s.Defs {
		out = append(out, d.X)
	}
	for _, d := range s.Unnest {
		out = append(out, d.X)
	}
	out = append(out, s.DistinctOn...)
	for _, o := range s.Order {
		out = append(out, o.By)
	}
	return append(out, s.Limit, s.Sample)
}
func (g *Group) exprs() []Expr {
	var out []Expr
	for _, d := range g.Keys {
		out = append(out, d.X)
	}
	for _, d := range g.Aggs {
		out = append(out, d.X)
	}
	return out
}
func (u *Union) exprs() []Expr {
	var out []Expr
	for _, l := range u.Legs {
		out = append(out, l.X...)
	}
	return out
}

func (t *Table) owns() []*Column {
	var out []*Column
	for _, c := range t.cols {
		out = append(out, c.col)
	}
	return out
}
func (r *Read) owns() []*Column {
	var out []*Column
	for _, c := range r.cols {
		out = append(out, c.col)
	}
	return out
}
func (v *Values) owns() []*Column { return v.Cols }
func (s *Series) owns() []*Column { return []*Column{s.Col} }
func (s *Select) owns() []*Column { return defined(s.Defs, s.Unnest) }
func (g *Group) owns() []*Column  { return defined(g.Keys, g.Aggs) }
func (*Join) owns() []*Column     { return nil }
func (u *Union) owns() []*Column  { return u.Cols }

func defined(lists ...[]Def) []*Column {
	var out []*Column
	for _, l := range lists {
		for _, d := range l {
			out = append(out, d.Col)
		}
	}
	return out
}

func (*Table) passes() bool  { return false }
func (*Values) passes() bool { return false }
func (*Series) passes() bool { return false }
func (*Select) passes() bool { return true }
func (*Group) passes() bool  { return false }
func (*Join) passes() bool   { return true }
func (*Union) passes() bool  { return false }
func (*Read) passes() bool   { return false }

// Provides is the set of columns that can be read from r.
func Provides(r Rel) map[*Column]bool {
	out := map[*Column]bool{}
	provides(r, out)
	return out
}

func provides(r Rel, out map[*Column]bool) {
	for _, c := range r.owns() {
		out[c] = true
	}
	if !r.passes() {
		return
	}
	in := r.inputs()
	if j, ok := r.(*Join); ok && (j.Kind == Semi || j.Kind == Anti) {
		in = in[:1]
	}
	for _, i := range in {
		provides(i, out)
	}
}
