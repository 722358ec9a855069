package lens

import (
	"fmt"
	"slices"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/schema"
)

// Kind says how a column's values are shown.
type Kind string

// The kinds of columns.
const (
	Text        Kind = "text"
	Number      Kind = "number"
	Severity    Kind = "severity"
	Score       Kind = "score"       // 0 to 10
	Probability Kind = "probability" // 0 to 1
	Percent     Kind = "percent"
	Flag        Kind = "flag"
	Age         Kind = "age"      // a time, shown as days since
	Time        Kind = "time"     // a time, shown as a date
	Moment      Kind = "moment"   // a time, shown to the second
	Versions    Kind = "versions" // a list of versions, shown as the span of them
	Newest      Kind = "newest"   // a list of steps from version to version, shown as the highest target
	Spark       Kind = "spark"    // drawn beside the rows, not in the result
	JSON        Kind = "json"
	Digest      Kind = "digest" // shown by its first digits
	Path        Kind = "path"   // cut at the left, where it is
	Hidden      Kind = "hidden" // needed to open a row, never shown
)

// Column is one column of a lens.
type Column struct {
	// Name is the column of the result, Title the heading.
	Name, Title string
	// Expr is the SQL over subassessments.
	Expr string
	Kind Kind
	// Field is the field of a scope that holds the same value; empty for none.
	Field string
	// Min and Max bound the width on a screen; of columns that do not fit, the
	// one with the highest Drop goes first, 0 never.
	Min, Max, Drop int
	Doc            string
}

// Lens is one way of looking at findings.
type Lens struct {
	Name, Title, Short string
	// Noun names a row, Nouns several.
	Noun, Nouns string
	Columns     []Column
	// Extra are the columns that files have besides: there is room for them.
	Extra []Column
	// Grouped lenses have one row for each value of their first columns.
	Grouped bool
	// Only is a condition that the lens adds to the scope.
	Only  string
	Order []schema.Order
	// Ties are the columns that tell rows apart.
	Ties []string
	// Into names the lens that a row opens into, with chips of the fields in
	// Drill; empty opens the row itself.
	Into  string
	Drill []string
	Doc   string
}

// Find returns the lens of a name.
func Find(name string) (Lens, error) {
	var names []string
	for _, l := range Lenses() {
		if strings.EqualFold(l.Name, name) {
			return l, nil
		}
		names = append(names, l.Name)
	}
	return Lens{}, fmt.Errorf("looking as %q: there is no such lens; use one of %s", name, strings.Join(names, ", "))
}

// Column finds a column by name.
func (l Lens) Column(name string) (Column, bool) {
	for _, c := range l.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// View is a scope seen through a lens.
type View struct {
	Lens  Lens
	Chips []Chip
	// AllStatus shows findings that are set aside too.
	AllStatus bool
	// Order replaces the lens's own.
	Order []schema.Order
}

// Held is the view with the filters that hold for its lens, and those of another
// lens's result, which do not: a scope must not name them.
func (v View) Held() (held View, others []Chip) {
	held = v
	held.Chips = nil
	for _, c := range v.Chips {
		if !c.OfRows() || c.Result == v.Lens.Name {
			held.Chips = append(held.Chips, c)
		} else {
			others = append(others, c)
		}
	}
	return held, others
}

// Conditions are the SQL conditions of the scope over subassessments.
func (v View) Conditions() ([]string, error) {
	var out []string
	if !v.AllStatus {
		out = append(out, "status = 'Unhealthy'")
	}
	if v.Lens.Only != "" {
		out = append(out, v.Lens.Only)
	}
	for _, c := range v.Chips {
		if c.OfRows() {
			continue
		}
		s, err := c.SQL()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Source is the view that texts of SQL over subassessments read: those that ask
// for the type of a package the one that knows it also where a report leaves it
// out, or a package would be two. To find it takes a tenth of a second for a
// million findings.
func Source(texts ...string) string {
	for _, t := range texts {
		if strings.Contains(t, "package_type") {
			return "typed_subassessments"
		}
	}
	return "subassessments"
}

// SQL writes the statement without an order.
func (v View) SQL() (string, error) {
	cond, err := v.Conditions()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("select\n")
	for i, c := range v.Lens.Columns {
		b.WriteString("    " + c.Expr)
		if c.Expr != c.Name {
			b.WriteString(" as " + c.Name)
		}
		if i < len(v.Lens.Columns)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	where := strings.Join(cond, "\n  and ")
	b.WriteString("from " + Source(b.String(), where))
	if slices.ContainsFunc(v.Lens.Columns, func(c Column) bool { return c.Expr == repos }) {
		b.WriteString("\njoin shared_places using (location_id)")
	}
	if len(cond) > 0 {
		b.WriteString("\nwhere " + where)
	}
	if v.Lens.Grouped {
		b.WriteString("\ngroup by all")
	}
	text := b.String()
	var outer []string
	for _, c := range v.Chips {
		if c.OfRows() && c.Result == v.Lens.Name {
			s, err := c.SQL()
			if err != nil {
				return "", err
			}
			outer = append(outer, s)
		}
	}
	if len(outer) > 0 {
		text = "select * from (\n" + indent(text) + "\n)\nwhere " + strings.Join(outer, "\n  and ")
	}
	return text, nil
}

// Ordered writes the statement with its order: what a person is shown.
func (v View) Ordered() (string, error) {
	text, err := v.SQL()
	if err != nil {
		return "", err
	}
	var list []string
	for _, o := range v.Sort() {
		dir := ""
		if o.Desc {
			dir = " desc"
		}
		list = append(list, duck.Name(o.Column)+dir+" nulls last")
	}
	return text + "\norder by " + strings.Join(list, ", "), nil
}

// Through is the same scope through another lens. What the view's own lens
// restricts itself to stays: the findings behind a fix list can be fixed.
func (v View) Through(l Lens) View {
	out, _ := View{Lens: l, Chips: v.Chips, AllStatus: v.AllStatus}.Held()
	if v.Lens.Only == "fixable" && l.Only == "" {
		out.Chips = append(out.Chips, Where("fixable", Is, "true"))
	}
	return out
}

// Filed is the view as it goes into a file, with the lens's extra columns.
func (v View) Filed() View {
	v.Lens.Columns = join(v.Lens.Columns, v.Lens.Extra)
	return v
}

// Keys is the order that holds: the view's, else the lens's.
func (v View) Keys() []schema.Order {
	if len(v.Order) > 0 {
		return v.Order
	}
	return v.Lens.Order
}

// Sort is the order with what makes it total: equal rows come by the columns
// that tell rows apart.
func (v View) Sort() []schema.Order {
	out := append([]schema.Order{}, v.Keys()...)
	for _, name := range v.Lens.Ties {
		if !slices.ContainsFunc(out, func(o schema.Order) bool { return o.Column == name }) {
			out = append(out, schema.Order{Column: name})
		}
	}
	return out
}

func indent(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }
