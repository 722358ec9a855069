package kql

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// Declared is a parameter that is declared outside of a query's text.
type Declared struct {
	Name string
	Type Type
}

// declared binds the parameters of Options.Declared.
func (t *translator) declared(e *env) *env {
	for _, d := range t.opt.Declared {
		v, err := parameter(d.Type, t.opt.Parameters[d.Name])
		if err != nil {
			t.hintf(syntax.Span{}, "give it with -p "+d.Name+"=VALUE", "the parameter %q: %v", d.Name, err)
		}
		e = e.bind(d.Name, &binding{val: &v})
	}
	return e
}

// undeclared refuses values that nothing in the query asks for: a misspelt
// name would otherwise leave the default in force without a word.
func (t *translator) undeclared(q *syntax.Query) {
	known := map[string]bool{}
	at := syntax.Span{End: min(len(t.src), 1)}
	for _, d := range t.opt.Declared {
		known[d.Name] = true
	}
	for _, s := range q.Statements {
		if d, ok := s.(*syntax.Declare); ok {
			at = d.Pos
			for _, p := range d.Params {
				known[p.Name.Name] = true
			}
		}
	}
	var names, missing []string
	for n := range known {
		names = append(names, n)
	}
	for n := range t.opt.Parameters {
		if !known[n] {
			missing = append(missing, n)
		}
	}
	sort.Strings(names)
	sort.Strings(missing)
	for _, n := range missing {
		hint := suggest(n, names)
		if hint == "" {
			hint = "declare it: declare query_parameters(" + n + ": string);"
		}
		t.hintf(at, hint, "the query declares no parameter %q", n)
	}
}

// declare binds the query's parameters: values given by the caller are bound,
// never printed.
func (t *translator) declare(d *syntax.Declare, e *env) *env {
	for _, p := range d.Params {
		if p.Tabular {
			t.errorf(p.Pos, "a query parameter cannot be a table")
			continue
		}
		typ := t.typeRef(p.Type)
		v := poison
		given, ok := t.opt.Parameters[p.Name.Name]
		switch {
		case typ == "":
		case ok:
			var err error
			if v, err = parameter(typ, t.dated(typ, given)); err != nil {
				t.hintf(p.Pos, example(typ), "the parameter %q: %v", p.Name.Name, err)
			}
		case p.Default != nil:
			v = t.defaultOf(p, typ, e)
		default:
			t.hintf(p.Pos, "give it with -p "+p.Name.Name+"=VALUE, or declare a default", "the parameter %q has no value", p.Name.Name)
		}
		e = e.bind(p.Name.Name, &binding{val: &v})
	}
	return e
}

// dated is a given value; of how long ago a datetime is, the moment.
func (t *translator) dated(typ Type, given any) any {
	if text, ok := given.(string); ok && typ == Datetime {
		if span, ok := Ago(text); ok {
			return t.opt.Now.Add(-span)
		}
	}
	return given
}

// defaultOf is a parameter's default, which must be of its type; a number may
// be of a narrower one.
func (t *translator) defaultOf(p *syntax.ParamDecl, typ Type, e *env) value {
	v := (&scope{t: t, env: e}).expr(p.Default)
	switch {
	case v.bad() || v.typ == typ:
		return v
	case typ == Dynamic:
		return asDynamic(v)
	case v.typ.integer() && typ.numeric(), v.typ == Real && typ == Decimal:
		return t.convert(v, typ)
	}
	t.hintf(p.Default.Span(), example(typ), "the default of the parameter %q must be %s, not %s", p.Name.Name, typ.with(), v.typ.with())
	return poison
}

// parameter makes a bound value of a Go value.
func parameter(typ Type, given any) (value, error) {
	bound := func(x any) (value, error) {
		return value{typ: typ, sql: &duck.Param{Value: x, Type: typ.sql()}}, nil
	}
	switch x := given.(type) {
	case string:
		return textParameter(typ, x)
	case int:
		return parameter(typ, int64(x))
	case time.Time:
		if typ == Datetime {
			return bound(ticksOfTime(x))
		}
	case time.Duration:
		return parameter(typ, Ticks(x/100))
	case Ticks:
		if typ == Timespan {
			return bound(int64(x))
		}
	case bool:
		if typ == Bool {
			return bound(x)
		}
	case int64:
		switch {
		case typ == Int && (x < math.MinInt32 || x > math.MaxInt32):
			return poison, fmt.Errorf("%d does not fit an int", x)
		case typ.integer():
			return bound(x)
		case typ == Real:
			return bound(float64(x))
		case typ == Decimal:
			return textParameter(typ, strconv.FormatInt(x, 10))
		}
	case float64:
		if typ == Real {
			return bound(x)
		}
	case nil:
		return poison, fmt.Errorf("there is no value")
	}
	return poison, fmt.Errorf("%s is needed, not %v", typ.with(), given)
}

// textParameter reads a text, as a command line gives it, as the type.
func textParameter(typ Type, text string) (value, error) {
	bound := func(x any) (value, error) {
		return value{typ: typ, sql: &duck.Param{Value: x, Type: typ.sql()}}, nil
	}
	no := func() (value, error) { return poison, fmt.Errorf("%s is needed, not %q", typ.with(), text) }
	trimmed := strings.TrimSpace(text)
	switch typ {
	case String:
		return bound(text)
	case Bool:
		switch strings.ToLower(trimmed) {
		case "true", "1":
			return bound(true)
		case "false", "0":
			return bound(false)
		}
	case Int, Long:
		base, digits := 10, trimmed
		if hex, ok := strings.CutPrefix(strings.ToLower(trimmed), "0x"); ok {
			base, digits = 16, hex
		}
		n, err := strconv.ParseInt(digits, base, 64)
		if err != nil {
			return no()
		}
		return parameter(typ, n)
	case Real:
		f, err := strconv.ParseFloat(trimmed, 64)
		if err != nil || strings.ContainsAny(trimmed, "_xX") {
			return no()
		}
		return bound(f)
	case Decimal:
		if isDecimal(trimmed) {
			return value{typ: Decimal, sql: &duck.Param{Value: trimmed, Type: decimalSQL}}, nil
		}
	case Datetime, Timespan:
		return timeParameter(typ, trimmed)
	case Guid:
		if g := guids(trimmed); len(g) == 1 && len(trimmed) == len(g[0]) {
			return bound(g[0])
		}
	case Dynamic:
		if json.Valid([]byte(trimmed)) {
			return parseJSON(value{typ: String, sql: &duck.Param{Value: trimmed, Type: "VARCHAR"}}), nil
		}
		return poison, fmt.Errorf("a dynamic is needed, which is JSON, not %q", text)
	}
	return no()
}

// timeParameter reads what may stand in datetime(...) and timespan(...), by the
// parser's own rules.
func timeParameter(typ Type, text string) (value, error) {
	if n, ok := syntax.LiteralTicks(string(typ), text); ok {
		return value{typ: typ, sql: &duck.Param{Value: n, Type: typ.sql()}}, nil
	}
	return poison, fmt.Errorf("%s is needed, not %q", typ.with(), text)
}

// isDecimal tells whether a text is a decimal number that decimalSQL can hold.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	whole, fraction, _ := strings.Cut(s, ".")
	digits := func(t string) bool { return strings.Trim(t, "0123456789") == "" }
	return whole+fraction != "" && len(whole) <= 20 && len(fraction) <= 18 && digits(whole) && digits(fraction)
}

// example shows how a value of a type is written.
func example(typ Type) string {
	switch typ {
	case Bool:
		return "write true or false"
	case Int, Long:
		return "write a whole number such as 10"
	case Real, Decimal:
		return "write a number such as 7.5"
	case Datetime:
		return "write a date such as 2026-01-31, a time such as 2026-01-31T07:00:00Z, or how long ago: 12h, 30d, 2w"
	case Timespan:
		return "write a length of time such as 7d, 90m or 1.12:30:00"
	case Guid:
		return "write a GUID such as c0b7cfc6-3172-465a-b378-53c7ff2cc0d5"
	case Dynamic:
		return `write JSON such as ["a", "b"]`
	}
	return ""
}

// CheckParameter tells whether a text can be read as a value of a type, as a
// parameter of that type would be.
func CheckParameter(typ Type, text string) error {
	if typeNames()[string(typ)] != typ {
		return fmt.Errorf("there is no type %q", typ)
	}
	_, err := textParameter(typ, text)
	if err != nil && example(typ) != "" {
		return fmt.Errorf("%v; %s", err, example(typ))
	}
	return err
}
