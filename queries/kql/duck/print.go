package duck

import (
	"fmt"
	"strings"
)

// Statement is printed SQL and the values bound to its $1, $2, ...
type Statement struct {
	SQL  string
	Args []any
}

// Print writes the query whose last step is s; its result columns are s.Defs,
// in order, named c<N>.
func Print(s *Select) Statement {
	p := &printer{
		names: map[*Column]string{},
		done:  map[Rel]string{},
		marks: marks{},
		bound: map[*Param]int{},
		vars:  map[*Var]string{},
	}
	want := map[*Column]bool{}
	for _, d := range s.Defs {
		want[d.Col] = true
	}
	p.marks.mark(s, want)
	last := p.selectText(s, true)
	var b strings.Builder
	if len(p.steps) > 0 {
		b.WriteString("WITH\n")
		b.WriteString(strings.Join(p.steps, ",\n"))
		b.WriteString("\n")
	}
	b.WriteString(last)
	return Statement{SQL: b.String(), Args: p.args}
}

type printer struct {
	steps []string
	names map[*Column]string
	done  map[Rel]string
	marks marks
	bound map[*Param]int
	args  []any
	vars  map[*Var]string
	// table is the table read directly by the Select being printed: its columns
	// still have their own names there.
	table *Table
}

// name is the column's name outside the relation that defines it.
func (p *printer) name(c *Column) string {
	n, ok := p.names[c]
	if !ok {
		n = fmt.Sprintf("c%d", len(p.names)+1)
		p.names[c] = n
	}
	return n
}

func (p *printer) ref(c *Column) string {
	if p.table != nil {
		for _, tc := range p.table.cols {
			if tc.col == c {
				return "t." + Name(tc.name)
			}
		}
	}
	return p.name(c)
}

// source prints what comes after FROM, making a step of r first.
func (p *printer) source(r Rel) string {
	if n, ok := p.done[r]; ok {
		return n
	}
	if t, ok := r.(*Table); ok {
		return p.source(&Select{From: t})
	}
	text, label, keep := p.relText(r)
	n := fmt.Sprintf("s%d", len(p.steps)+1)
	how := "AS NOT MATERIALIZED"
	if keep {
		how = "AS MATERIALIZED"
	}
	head := ""
	if label != "" {
		head = "-- " + comment(label) + "\n"
	}
	p.steps = append(p.steps, head+n+" "+how+" (\n"+indent(text)+"\n)")
	p.done[r] = n
	return n
}

func (p *printer) relText(r Rel) (text, label string, keep bool) {
	switch r := r.(type) {
	case *Select:
		return p.selectText(r, false), r.Label, false
	case *Group:
		return p.groupText(r), r.Label, false
	case *Join:
		return p.joinText(r), r.Label, false
	case *Union:
		return p.unionText(r), r.Label, false
	case *Values:
		return p.valuesText(r), "", false
	case *Series:
		x := Call{Name: "unnest", Args: []Expr{Fn("generate_series", r.First, r.Last, r.Step)}}
		return "SELECT " + p.expr(x) + " AS " + p.out(r.Col), "", false
	case *Read:
		return p.readText(r), r.Of.Label, false
	}
	panic(fmt.Sprintf("duck: no printer for %T", r))
}

// out is the name a column is given, with the user's name as a comment.
func (p *printer) out(c *Column) string {
	if c.Hint == "" {
		return p.name(c)
	}
	return p.name(c) + " /* " + comment(c.Hint) + " */"
}

func (p *printer) selectText(s *Select, last bool) string {
	var from string
	outer := p.table
	defer func() { p.table = outer }()
	if s.From != nil {
		if t, ok := s.From.(*Table); ok {
			p.table = t
			from = Name(t.Name) + " AS t"
		} else {
			p.table = nil
			from = p.source(s.From)
			p.table = nil
		}
	}
	var b strings.Builder
	b.WriteString("SELECT ")
	if len(s.DistinctOn) > 0 {
		b.WriteString("DISTINCT ON (" + p.exprs(s.DistinctOn) + ") ")
	}
	b.WriteString(p.selectList(s, last))
	if from != "" {
		b.WriteString("\nFROM " + from)
	}
	if len(s.Where) > 0 {
		var conds []string
		for _, w := range s.Where {
			conds = append(conds, p.expr(w))
		}
		b.WriteString("\nWHERE " + strings.Join(conds, "\n  AND "))
	}
	if len(s.Order) > 0 && (last || s.Limit != nil || len(s.DistinctOn) > 0) {
		b.WriteString("\nORDER BY " + p.order(s.Order))
	}
	if s.Limit != nil {
		b.WriteString("\nLIMIT " + p.expr(s.Limit))
	}
	if s.Sample != nil {
		b.WriteString("\nORDER BY random() LIMIT " + p.expr(s.Sample))
	}
	return b.String()
}

func (p *printer) selectList(s *Select, last bool) string {
	var items []string
	if !last {
		for _, c := range p.passed(s) {
			if n := p.ref(c); n != p.name(c) {
				items = append(items, n+" AS "+p.out(c))
			} else {
				items = append(items, n)
			}
		}
	}
	for _, d := range p.marks.live(s, s.Defs) {
		items = append(items, p.expr(d.X)+" AS "+p.out(d.Col))
	}
	for _, d := range s.Unnest {
		items = append(items, "unnest("+p.expr(d.X)+") AS "+p.out(d.Col))
	}
	if len(items) == 0 {
		return "1 AS one"
	}
	return list(items)
}

// passed are the columns that go through r to those who read them above, in
// the order in which the relations below define them.
func (p *printer) passed(r Rel) []*Column {
	own := map[*Column]bool{}
	for _, c := range r.owns() {
		own[c] = true
	}
	var out []*Column
	for _, in := range r.inputs() {
		for _, c := range ordered(in) {
			if p.marks[r][c] && !own[c] {
				own[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// ordered lists what r provides, in a stable order.
func ordered(r Rel) []*Column {
	var out []*Column
	if r.passes() {
		in := r.inputs()
		if j, ok := r.(*Join); ok && (j.Kind == Semi || j.Kind == Anti) {
			in = in[:1]
		}
		for _, i := range in {
			out = append(out, ordered(i)...)
		}
	}
	return append(out, r.owns()...)
}

func (p *printer) groupText(g *Group) string {
	outer := p.table
	defer func() { p.table = outer }()
	p.table = nil
	from := ""
	if t, ok := g.From.(*Table); ok {
		p.table = t
		from = Name(t.Name) + " AS t"
	} else {
		from = p.source(g.From)
		p.table = nil
	}
	var items, keys []string
	for i, d := range g.Keys {
		items = append(items, p.expr(d.X)+" AS "+p.out(d.Col))
		keys = append(keys, fmt.Sprint(i+1))
	}
	for _, d := range p.marks.live(g, g.Aggs) {
		items = append(items, p.expr(d.X)+" AS "+p.out(d.Col))
	}
	if len(items) == 0 {
		items = []string{"count(*) AS one"}
	}
	text := "SELECT " + list(items) + "\nFROM " + from
	if len(keys) > 0 {
		text += "\nGROUP BY " + strings.Join(keys, ", ")
	}
	return text
}

func (p *printer) joinText(j *Join) string {
	l, r := p.source(j.Left), p.source(j.Right)
	var items []string
	for _, c := range p.passed(j) {
		items = append(items, p.name(c))
	}
	if len(items) == 0 {
		items = []string{"1 AS one"}
	}
	text := "SELECT " + list(items) + "\nFROM " + l + "\n" + string(j.Kind) + " JOIN " + r
	if j.Kind == Cross {
		return text
	}
	var on []string
	for _, x := range j.On {
		on = append(on, p.expr(x))
	}
	if len(on) == 0 {
		on = []string{"TRUE"}
	}
	return text + " ON " + strings.Join(on, " AND ")
}

func (p *printer) unionText(u *Union) string {
	var legs []string
	for _, l := range u.Legs {
		from := p.source(l.From)
		var items []string
		for i, c := range u.Cols {
			if p.marks[u][c] {
				items = append(items, p.expr(l.X[i])+" AS "+p.out(c))
			}
		}
		if len(items) == 0 {
			items = []string{"1 AS one"}
		}
		legs = append(legs, "SELECT "+list(items)+"\nFROM "+from)
	}
	return strings.Join(legs, "\nUNION ALL\n")
}

func (p *printer) valuesText(v *Values) string {
	if len(v.Rows) == 0 {
		var items []string
		for i, c := range v.Cols {
			items = append(items, "CAST(NULL AS "+v.Types[i]+") AS "+p.out(c))
		}
		if len(items) == 0 {
			items = []string{"1 AS one"}
		}
		return "SELECT " + list(items) + "\nWHERE FALSE"
	}
	var rows, names, items []string
	for _, r := range v.Rows {
		rows = append(rows, "("+p.exprs(r)+")")
	}
	for i, c := range v.Cols {
		names = append(names, p.name(c))
		items = append(items, "CAST("+p.name(c)+" AS "+v.Types[i]+") AS "+p.out(c))
	}
	if len(names) == 0 {
		return "SELECT 1 AS one\nFROM (VALUES " + strings.Repeat("(1), ", len(v.Rows)-1) + "(1)) AS v(one)"
	}
	return "SELECT " + list(items) + "\nFROM (VALUES\n  " + strings.Join(rows, ",\n  ") +
		"\n) AS v(" + strings.Join(names, ", ") + ")"
}

func (p *printer) readText(r *Read) string {
	shared, ok := p.done[r.Of.From]
	if !ok {
		text, label, _ := p.relText(sharedBody(r.Of))
		if label == "" {
			label = r.Of.Label
		}
		how := "AS NOT MATERIALIZED"
		if r.Of.Materialize {
			how = "AS MATERIALIZED"
		}
		shared = fmt.Sprintf("s%d", len(p.steps)+1)
		p.steps = append(p.steps, "-- "+comment(label)+"\n"+shared+" "+how+" (\n"+indent(text)+"\n)")
		p.done[r.Of.From] = shared
	}
	var items []string
	for _, c := range r.cols {
		if p.marks[r][c.col] {
			items = append(items, p.name(c.of)+" AS "+p.out(c.col))
		}
	}
	if len(items) == 0 {
		items = []string{"1 AS one"}
	}
	return "SELECT " + list(items) + "\nFROM " + shared
}

func sharedBody(s *Shared) Rel { return s.From }

// list puts short select lists on one line and long ones on several.
func list(items []string) string {
	one := strings.Join(items, ", ")
	if len(one) < 80 {
		return one
	}
	return "\n  " + strings.Join(items, ",\n  ")
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(s, "\n", "\n  ")
}
