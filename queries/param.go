package queries

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"argosy/queries/kql"
	"argosy/schema"
)

// Param is a parameter of a saved report.
type Param struct {
	Name string
	Type schema.Type
	// Default is the value as text; a parameter without one must be given.
	Default    string
	HasDefault bool
	Doc        string
}

// Value reads the text of a parameter as its type; now is what a datetime such
// as 30d counts back from. The Go types are those of schema.Type, with int64 for
// whole numbers; a decimal, a timespan and a dynamic stay text. The error names
// the parameter, what was typed, and what its type wants.
func (p Param) Value(text string, now time.Time) (any, error) {
	bad := func(want string) error {
		return fmt.Errorf("reading parameter %s=%q: %s is needed, its type is %s", p.Name, text, want, p.Type)
	}
	trimmed := strings.TrimSpace(text)
	switch p.Type {
	case schema.TypeString:
		return text, nil
	case schema.TypeInt, schema.TypeLong:
		n, err := strconv.ParseInt(trimmed, 10, 64)
		if err != nil || p.Type == schema.TypeInt && int64(int32(n)) != n {
			return nil, bad("a whole number")
		}
		return n, nil
	case schema.TypeReal:
		f, err := strconv.ParseFloat(trimmed, 64)
		if err != nil {
			return nil, bad("a number")
		}
		return f, nil
	case schema.TypeBool:
		b, err := strconv.ParseBool(strings.ToLower(trimmed))
		if err != nil {
			return nil, bad("true or false")
		}
		return b, nil
	case schema.TypeDatetime:
		at, err := Moment(trimmed, now)
		if err != nil {
			return nil, bad(MomentHelp)
		}
		return at, nil
	case schema.TypeGUID, schema.TypeDecimal, schema.TypeTimespan, schema.TypeDynamic:
		if kql.CheckParameter(kql.Type(p.Type), text) != nil {
			return nil, bad(map[schema.Type]string{
				schema.TypeGUID: "a GUID", schema.TypeDecimal: "a number", schema.TypeDynamic: "JSON",
				schema.TypeTimespan: "a length of time such as 7d or 1.12:30:00",
			}[p.Type])
		}
		return trimmed, nil
	}
	return nil, bad("a type that parameters can have")
}

// ParseAssignment splits name=value as typed after -p.
func ParseAssignment(s string) (name, value string, err error) {
	name, value, ok := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return "", "", fmt.Errorf("reading parameter %q: write it as name=value, for instance -p severity=High", s)
	}
	return name, value, nil
}
