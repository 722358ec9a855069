package queries

import (
	"fmt"
	"slices"
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
	// Values are the only ones that a text can have; nil for any.
	Values []string
	// Range bounds a number; nil for any.
	Range *Range
}

// Range is the least and the most that a number can be.
type Range struct{ Least, Most float64 }

// Value reads the text of a parameter as its type; now is what a datetime such
// as 30d counts back from. The Go types are those of schema.Type, with int64 for
// whole numbers; a decimal, a timespan and a dynamic stay text. Of a list of
// values, upper and lower case are the same, and the one of the list is used. The
// error names the parameter, what was typed, and what it can be.
func (p Param) Value(text string, now time.Time) (any, error) {
	v, err := p.typed(text, now)
	if err != nil {
		return nil, err
	}
	if p.Range != nil && !p.Range.holds(v) {
		return nil, fmt.Errorf("reading parameter %s=%q: give a number that is %s", p.Name, text, p.Choice())
	}
	if p.Values == nil {
		return v, nil
	}
	for _, one := range p.Values {
		if strings.EqualFold(one, strings.TrimSpace(text)) {
			return one, nil
		}
	}
	return nil, fmt.Errorf("reading parameter %s=%q: give one of %s", p.Name, text, p.Choice())
}

func (r Range) holds(v any) bool {
	n, whole := v.(int64)
	f := float64(n)
	if !whole {
		f, _ = v.(float64)
	}
	return f >= r.Least && f <= r.Most // so that NaN lies in none
}

// Choice says what a value can be besides what its type says, empty where that is
// anything: "Critical, High or Low", "from 1 to 520".
func (p Param) Choice() string {
	if p.Range != nil {
		return "from " + plain(p.Range.Least) + " to " + plain(p.Range.Most)
	}
	words := slices.Clone(p.Values)
	for i, w := range words {
		if w == "%" {
			words[i] = "% for all"
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// plain writes a number without an exponent.
func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// typed reads the text as the type alone.
func (p Param) typed(text string, now time.Time) (any, error) {
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

// parseParam reads "name type [{choice}] [= default] [-- doc]".
func parseParam(text string, lang Language) (Param, error) {
	decl, doc, _ := strings.Cut(text, " -- ")
	decl, choice, def, has := cutDeclaration(decl)
	words := strings.Fields(decl)
	if len(words) != 2 {
		return Param{}, fmt.Errorf("parameter %q: write it as name type {values} = default -- what it does; {values} and the default may be left out", text)
	}
	p := Param{Name: words[0], Type: schema.Type(words[1]), Default: def, HasDefault: has, Doc: strings.TrimSpace(doc)}
	if _, err := p.typed("0", time.Time{}); err != nil && strings.Contains(err.Error(), "a type that") {
		return Param{}, fmt.Errorf("parameter %q has type %q: use string, long, real, bool or datetime", p.Name, p.Type)
	}
	if choice != "" {
		if err := p.choose(choice); err != nil {
			return Param{}, fmt.Errorf("parameter %q: %w", p.Name, err)
		}
	}
	if has {
		if _, err := p.Value(p.Default, time.Time{}); err != nil {
			return Param{}, err
		}
	}
	if lang == SQL && (p.Type == schema.TypeTimespan || p.Type == schema.TypeDynamic) {
		return Param{}, fmt.Errorf("parameter %q has type %q, which SQL reports cannot have: use string", p.Name, p.Type)
	}
	return p, nil
}

// cutDeclaration parts a declaration into name and type, what stands in braces
// with its braces, and the default. Braces behind the = belong to the default.
func cutDeclaration(text string) (decl, choice, def string, has bool) {
	open, eq := strings.Index(text, "{"), strings.Index(text, "=")
	if open < 0 || eq >= 0 && eq < open {
		decl, def, has = strings.Cut(text, "=")
		return decl, "", strings.TrimSpace(def), has
	}
	decl, rest := text[:open], text[open:]
	end := strings.Index(rest, "}") + 1
	if end == 0 {
		end = len(rest)
	}
	between, def, has := strings.Cut(rest[end:], "=")
	return decl, rest[:end] + strings.TrimSpace(between), strings.TrimSpace(def), has
}

// choose reads what a value can be, with its braces: {a, b, c} or {1..520}.
func (p *Param) choose(text string) error {
	inner, closed := strings.CutSuffix(text, "}")
	inner = strings.TrimPrefix(inner, "{")
	if !closed || strings.ContainsAny(inner, "{}") {
		return fmt.Errorf("%s is no choice; write {a, b, c} for values or {1..100} for a range, then the =", text)
	}
	switch p.Type {
	case schema.TypeString:
		return p.chooseValues(inner)
	case schema.TypeInt, schema.TypeLong, schema.TypeReal:
		return p.chooseRange(inner)
	}
	return fmt.Errorf("the type %s has no choice; leave %s out, or use string, int, long or real", p.Type, text)
}

func (p *Param) chooseValues(text string) error {
	for _, v := range strings.Split(text, ",") {
		v = strings.TrimSpace(v)
		twice := slices.ContainsFunc(p.Values, func(have string) bool { return strings.EqualFold(have, v) })
		if v == "" || twice {
			return fmt.Errorf("{%s} has a value twice or an empty one; name each once, for instance {yes, no}", text)
		}
		p.Values = append(p.Values, v)
	}
	return nil
}

func (p *Param) chooseRange(text string) error {
	from, to, ok := strings.Cut(text, "..")
	least, err := strconv.ParseFloat(strings.TrimSpace(from), 64)
	most, otherErr := strconv.ParseFloat(strings.TrimSpace(to), 64)
	if !ok || err != nil || otherErr != nil || !(least <= most) {
		return fmt.Errorf("{%s} is no range; write the least and the most number, for instance {1..100}", text)
	}
	p.Range = &Range{least, most}
	return nil
}
