package kql

import (
	"encoding/json"
	"strconv"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// dynamicLit is dynamic(...): a JSON text known while translating.
func (s *scope) dynamicLit(e *syntax.DynamicLit) value {
	if _, ok := e.Value.(*syntax.NullLit); ok || e.Value == nil {
		return null(Dynamic)
	}
	text, ok := s.jsonLiteral(e.Value)
	if !ok {
		return poison
	}
	if text == "null" {
		return null(Dynamic)
	}
	_, array := e.Value.(*syntax.DynamicArray)
	return value{typ: Dynamic, sql: duck.As(duck.Str(text), "JSON"), lit: &literal{json.RawMessage(text)}, array: array}
}

// jsonLiteral writes a literal inside dynamic() as JSON.
func (s *scope) jsonLiteral(e syntax.Expr) (string, bool) {
	switch e := e.(type) {
	case *syntax.DynamicArray:
		var out []string
		for _, x := range e.Elems {
			text, ok := s.jsonLiteral(x)
			if !ok {
				return "", false
			}
			out = append(out, text)
		}
		return "[" + strings.Join(out, ",") + "]", true
	case *syntax.DynamicObject:
		var out []string
		for _, f := range e.Fields {
			text, ok := s.jsonLiteral(f.Value)
			if !ok {
				return "", false
			}
			s.t.noteKeys(f.Key.Value)
			out = append(out, jsonString(f.Key.Value)+":"+text)
		}
		return "{" + strings.Join(out, ",") + "}", true
	case *syntax.StringLit:
		s.t.noteKeys(e.Value)
		return jsonString(e.Value), true
	case *syntax.BoolLit:
		return strconv.FormatBool(e.Value), true
	case *syntax.IntLit:
		return strconv.FormatInt(e.Value, 10), true
	case *syntax.RealLit:
		return jsonReal(e.Value), true
	case *syntax.NullLit:
		return "null", true
	case *syntax.DatetimeLit:
		return jsonString(FormatDatetime(e.Value)), true
	case *syntax.TimespanLit:
		return jsonString(Ticks(e.Ticks).String()), true
	case *syntax.GuidLit:
		return jsonString(e.Text), true
	case *syntax.DecimalLit:
		return jsonString(e.Text), true
	case *syntax.DynamicLit:
		return s.jsonLiteral(e.Value)
	case *syntax.Unary:
		text, ok := s.jsonLiteral(e.X)
		if ok && e.Op == syntax.OpSub {
			return "-" + text, true
		}
		return text, ok
	case *syntax.BadExpr, nil:
		return "", false
	}
	s.t.errorf(e.Span(), "dynamic() takes literals only")
	return "", false
}

// jsonString quotes a text for JSON, leaving <, > and & as they are.
func jsonString(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// jsonReal writes a number so that it stays a real: 1.0, not 1.
func jsonReal(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	switch {
	case f != f || strings.Contains(s, "Inf"):
		return jsonString(strings.Replace(strings.Replace(s, "+Inf", "Infinity", 1), "-Inf", "-Infinity", 1))
	case !strings.ContainsAny(s, ".e"):
		s += ".0"
	}
	return s
}
