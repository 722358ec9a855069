package lens

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/schema"
)

// Op compares a field with values.
type Op string

// The comparisons.
const (
	Is       Op = "="
	IsNot    Op = "!="
	AtLeast  Op = ">="
	AtMost   Op = "<="
	Contains Op = "~"
)

// Chip is one filter of a scope.
type Chip struct {
	Field string
	Op    Op
	// Values are alternatives for Is and IsNot, one value for the others. The
	// value that is nil stands for null.
	Values []*string
	// Result says that Field is a column of one lens's result, such as a count,
	// and not of a finding. Such a chip holds for the lens named here only.
	Result string
}

// OfRows says whether the chip filters the rows of a lens and not findings.
func (c Chip) OfRows() bool { return c.Result != "" }

// Where makes a chip of one value.
func Where(field string, op Op, value string) Chip {
	return Chip{Field: field, Op: op, Values: []*string{&value}}
}

// ParseChip reads a chip as a user types it: team=payments, severity>=High,
// package~ssl, fixable, !kev, vulnerability=CVE-1,CVE-2.
func ParseChip(text string) (Chip, error) {
	text = strings.TrimSpace(text)
	at, op := -1, Op("")
	for _, o := range []Op{AtLeast, AtMost, IsNot, Is, Contains} {
		if i := strings.Index(text, string(o)); i > 0 && (at < 0 || i < at) {
			at, op = i, o
		}
	}
	if at < 0 {
		name, not := strings.CutPrefix(text, "!")
		f, err := FieldOf(name)
		if err != nil {
			return Chip{}, err
		}
		if f.Type != schema.TypeBool {
			return Chip{}, fmt.Errorf("filtering by %q: a value is missing; write %s=VALUE", text, f.Name)
		}
		return Where(f.Name, Is, strconv.FormatBool(!not)), nil
	}
	f, err := FieldOf(strings.TrimSpace(text[:at]))
	if err != nil {
		return Chip{}, err
	}
	c := Chip{Field: f.Name, Op: op}
	rest := text[at+len(op):]
	values := []string{rest}
	if op == Is || op == IsNot {
		values = strings.Split(rest, ",")
	}
	for _, v := range values {
		if v == "(null)" {
			c.Values = append(c.Values, nil)
			continue
		}
		c.Values = append(c.Values, &v)
	}
	_, err = c.SQL()
	return c, err
}

// String writes the chip so that ParseChip reads it, unless it is of a result.
func (c Chip) String() string {
	if f, err := FieldOf(c.Field); err == nil && !c.OfRows() && f.Type == schema.TypeBool && len(c.Values) == 1 && c.Values[0] != nil {
		if (*c.Values[0] == "true") == (c.Op == Is) {
			return c.Field
		}
		return "!" + c.Field
	}
	return c.Field + string(c.Op) + c.values()
}

func (c Chip) values() string {
	var list []string
	for _, v := range c.Values {
		if v == nil {
			list = append(list, "(null)")
		} else {
			list = append(list, *v)
		}
	}
	return strings.Join(list, ",")
}

// Label is the chip as a screen shows it, short.
func (c Chip) Label() string {
	if c.Field == "severity" && c.Op == AtLeast {
		return "≥" + strings.ToUpper(c.values())
	}
	if c.Field == "severity" && c.Op == Is {
		return strings.ToUpper(c.values())
	}
	text := c.String()
	if c.Field == "image" {
		if i := strings.Index(text, "sha256:"); i >= 0 && len(text) > i+11 {
			return "image=" + text[i+7:i+11] + "…"
		}
	}
	return text
}

// Equal says whether two chips are the same filter.
func (c Chip) Equal(d Chip) bool {
	return c.Field == d.Field && c.Op == d.Op && c.Result == d.Result && c.values() == d.values()
}

// SQL is the condition of the chip.
func (c Chip) SQL() (string, error) {
	expr, typ, list := duck.Name(c.Field), schema.TypeString, false
	if !c.OfRows() {
		f, err := FieldOf(c.Field)
		if err != nil {
			return "", err
		}
		expr, typ, list = f.Expr, f.Type, f.List
	}
	null := slices.Contains(c.Values, nil)
	var values []string
	for _, v := range c.Values {
		if v == nil {
			continue
		}
		l, err := literal(c.Field, typ, *v)
		if err != nil {
			return "", err
		}
		values = append(values, l)
	}
	if len(values) == 0 && !null {
		return "", fmt.Errorf("filtering by %q: a value is missing", c.Field)
	}
	switch c.Op {
	case Is, IsNot:
		return equal(expr, values, null, list, c.Op == IsNot, c.OfRows()), nil
	case AtLeast, AtMost:
		if len(values) != 1 {
			return "", fmt.Errorf("filtering by %q: %s takes one value", c.Field, c.Op)
		}
		return expr + " " + string(c.Op) + " " + values[0], nil
	case Contains:
		if list {
			expr = "array_to_string(" + expr + ", ' ')"
		}
		return "contains(lower(" + expr + "::varchar), " + strings.ToLower(values[0]) + ")", nil
	}
	return "", fmt.Errorf("filtering by %q: the comparison %q is not known; use = != >= <= ~", c.Field, c.Op)
}

// equal compares with alternatives; null counts as a value of its own.
func equal(expr string, values []string, null, list, not, result bool) string {
	var cond []string
	if result {
		expr += "::varchar"
	}
	switch {
	case len(values) > 0 && list:
		cond = append(cond, "list_has_any("+expr+", ["+strings.Join(values, ", ")+"])")
	case len(values) == 1:
		cond = append(cond, expr+" = "+values[0])
	case len(values) > 1:
		cond = append(cond, expr+" in ("+strings.Join(values, ", ")+")")
	}
	if null {
		cond = append(cond, expr+" is null")
	}
	text := strings.Join(cond, " or ")
	switch {
	case not:
		return "(" + text + ") is not true"
	case len(cond) > 1:
		return "(" + text + ")"
	}
	return text
}

// literal writes a value as its field's type.
func literal(field string, t schema.Type, v string) (string, error) {
	switch t {
	case schema.TypeBool:
		b, err := strconv.ParseBool(v)
		if err != nil {
			return "", fmt.Errorf("filtering by %s=%q: true or false is needed", field, v)
		}
		return strconv.FormatBool(b), nil
	case schema.TypeReal:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return "", fmt.Errorf("filtering by %s %q: a number is needed", field, v)
		}
		return strconv.FormatFloat(f, 'g', -1, 64), nil
	case schema.TypeDatetime:
		return "timestamp " + duck.Text(v), nil
	}
	if field == "severity" {
		for _, s := range schema.Severities() {
			if strings.EqualFold(s.String(), v) {
				return duck.Text(s.String()) + "::severity", nil
			}
		}
		return "", fmt.Errorf("filtering by severity %q: it is none; use Critical, High, Medium, Low or Unknown", v)
	}
	return duck.Text(v), nil
}
