package queries

import (
	"fmt"
	"strconv"
	"strings"
	"time"

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

// Value reads the text of a parameter as its type. The Go types are those of
// schema.Type, with int64 for whole numbers.
func (p Param) Value(text string) (any, error) {
	bad := func(want string) error {
		return fmt.Errorf("reading parameter %s=%q: %s is needed", p.Name, text, want)
	}
	switch p.Type {
	case schema.TypeString, schema.TypeGUID:
		return text, nil
	case schema.TypeInt, schema.TypeLong:
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return nil, bad("a whole number")
		}
		return n, nil
	case schema.TypeReal:
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return nil, bad("a number")
		}
		return f, nil
	case schema.TypeBool:
		b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(text)))
		if err != nil {
			return nil, bad("true or false")
		}
		return b, nil
	case schema.TypeDatetime:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
			if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
				return t.UTC(), nil
			}
		}
		return nil, bad("a date such as 2026-01-31 or a time such as 2026-01-31T07:00:00Z")
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
