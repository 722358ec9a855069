package lens

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"argosy/queries/versions"
	"argosy/schema"
)

// listOf reads the elements of a list that a query answered; what is no list is
// its only element.
func listOf[T any](v any, one func(string) T) []T {
	raw, ok := v.(json.RawMessage)
	if !ok {
		return []T{one(fmt.Sprint(v))}
	}
	var out []T
	if json.Unmarshal(raw, &out) != nil {
		return []T{one(string(raw))}
	}
	return out
}

// Between returns the lowest and the highest version of a value of kind
// Versions, by the rules of an ecosystem, the type of a package URL.
func Between(ecosystem string, v any) (low, high string) {
	return versions.Span(ecosystem, listOf(v, func(s string) string { return s }))
}

// A step is what is installed, where several branches have a fixed version, and
// the versions that fix it.
type step struct {
	From string `json:"installed"`
	To   string `json:"fixed"`
}

// Target returns the version to upgrade to of a value of kind Newest: the
// highest of those that its findings need, each on the branch that is installed.
func Target(ecosystem string, v any) string {
	var need []string
	for _, s := range listOf(v, func(s string) step { return step{To: s} }) {
		need = append(need, versions.Target(ecosystem, s.From, []string{s.To}))
	}
	_, high := versions.Span(ecosystem, need)
	return high
}

// Settled gives the rows of a lens as files and tables show them: versions as a
// list in the order of their ecosystem, and the one to upgrade to alone. A lens
// without such columns gets its rows as they are.
func Settled(l Lens, rows schema.Rows) schema.Rows {
	s := &settled{Rows: rows, kinds: map[int]Kind{}, ecosystem: -1}
	s.columns = slices.Clone(rows.Columns())
	for i, c := range s.columns {
		column, ok := l.Column(c.Name)
		switch {
		case ok && (column.Kind == Versions || column.Kind == Newest):
			s.kinds[i] = column.Kind
			s.columns[i].Type = schema.TypeString
		case ok && column.Name == "type":
			s.ecosystem = i
		}
	}
	if len(s.kinds) == 0 {
		return rows
	}
	return s
}

// settled are rows with their versions written out.
type settled struct {
	schema.Rows
	columns   []schema.Column
	kinds     map[int]Kind
	ecosystem int
}

func (s *settled) Columns() []schema.Column { return s.columns }

func (s *settled) Values() []any {
	row := slices.Clone(s.Rows.Values())
	ecosystem := ""
	if s.ecosystem >= 0 {
		ecosystem, _ = row[s.ecosystem].(string)
	}
	for i, kind := range s.kinds {
		switch {
		case row[i] == nil:
		case kind == Newest:
			row[i] = Target(ecosystem, row[i])
		default:
			list := slices.DeleteFunc(listOf(row[i], func(s string) string { return s }), func(s string) bool { return s == "" })
			slices.SortFunc(list, func(a, b string) int {
				if c := versions.Compare(ecosystem, a, b); c != 0 {
					return c
				}
				return strings.Compare(a, b)
			})
			row[i] = strings.Join(list, ", ")
		}
	}
	return row
}
