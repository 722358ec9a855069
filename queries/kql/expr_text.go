package kql

import (
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// textOp describes one string operator.
type textOp struct {
	// kind is contains, has, hasprefix, hassuffix, startswith, endswith or equal.
	kind string
	cs   bool
	not  bool
}

// textOps lists the string operators.
func textOps(op syntax.Op) (textOp, bool) {
	switch op {
	case syntax.OpEqI:
		return textOp{kind: "equal"}, true
	case syntax.OpNeI:
		return textOp{kind: "equal", not: true}, true
	}
	word := string(op)
	out := textOp{}
	if strings.HasPrefix(word, "!") {
		out.not, word = true, word[1:]
	}
	if strings.HasSuffix(word, "_cs") {
		out.cs, word = true, strings.TrimSuffix(word, "_cs")
	}
	switch word {
	case "contains", "has", "hasprefix", "hassuffix", "startswith", "endswith":
		out.kind = word
		return out, true
	}
	return out, false
}

// textual is an operator on strings. A dynamic is read as tostring() reads it.
func (s *scope) textual(op syntax.Op, at, xAt, yAt syntax.Span, x, y value) value {
	x, ok := s.textOperand(op, xAt, x)
	if !ok {
		return poison
	}
	if y, ok = s.textOperand(op, yAt, y); !ok {
		return poison
	}
	if op == syntax.OpMatchesRegex {
		return s.matches(yAt, x, y)
	}
	o, ok := textOps(op)
	if !ok {
		s.t.errorf(at, "the operator %q is not supported", string(op))
		return poison
	}
	v := s.textMatch(o, x, y)
	if o.not {
		return negate(v)
	}
	return v
}

func (s *scope) textOperand(op syntax.Op, at syntax.Span, v value) (value, bool) {
	switch v.typ {
	case String, Guid, Dynamic:
		return toText(v), true
	case "":
		return v, false
	}
	s.t.hintf(at, "convert it with tostring(...)", "%s needs a string here, not %s", op, v.typ.with())
	return v, false
}

// textMatch is the positive form of a string operator.
func (s *scope) textMatch(o textOp, x, y value) value {
	if v, ok := foldText(o, x, y); ok {
		return v
	}
	needle, isLit := y.text()
	if isLit && needle == "" && o.kind != "equal" {
		return boolLit(true)
	}
	// A non-empty literal is not found in '', which NULL stands for, so the
	// test for NULL can be left to the end.
	hay, maybe := str(x), false
	if isLit && needle != "" {
		hay, maybe = x.sql, x.maybe
	}
	if strings.HasPrefix(o.kind, "has") {
		return twoValued(hasTerm(o, hay, y), maybe)
	}
	pin := str(y)
	if !o.cs {
		hay = duck.Fn("lower", hay)
		if isLit {
			pin = duck.Str(lower(needle))
		} else {
			pin = duck.Fn("lower", pin)
		}
	}
	switch o.kind {
	case "contains":
		return twoValued(duck.Fn("contains", hay, pin), maybe)
	case "startswith":
		return twoValued(duck.Fn("starts_with", hay, pin), maybe)
	case "endswith":
		return twoValued(duck.Fn("ends_with", hay, pin), maybe)
	}
	return twoValued(duck.Op(hay, "=", pin), maybe)
}

// lower folds a literal as DuckDB's lower() folds the column it meets.
func lower(s string) string { return strings.ToLower(s) }

// hasTerm finds whole terms: runs of letters and digits. Only where the needle
// itself begins or ends with a letter or digit must the term end there.
func hasTerm(o textOp, hay duck.Expr, y value) duck.Expr {
	const notTerm = `[^\p{L}\p{N}]`
	flags := "(?is)"
	if o.cs {
		flags = "(?s)"
	}
	needle, isLit := y.text()
	left, right := o.kind != "hassuffix", o.kind != "hasprefix"
	if isLit {
		before, after := "", ""
		if left && termRune(firstRune(needle)) {
			before = "(^|" + notTerm + ")"
		}
		if right && termRune(lastRune(needle)) {
			after = "($|" + notTerm + ")"
		}
		found := duck.Fn("regexp_matches", hay, duck.Str(flags+before+quoteRegex(needle)+after))
		if o.cs {
			return duck.And{duck.Fn("contains", hay, duck.Str(needle)), found}
		}
		return found
	}
	pin := str(y)
	edge := func(pattern, open string) duck.Expr {
		return duck.If(duck.Fn("regexp_matches", pin, duck.Str(pattern)), duck.Str(open), duck.Str(""))
	}
	before, after := duck.Expr(duck.Str("")), duck.Expr(duck.Str(""))
	if left {
		before = edge(`^[\p{L}\p{N}]`, "(^|"+notTerm+")")
	}
	if right {
		after = edge(`[\p{L}\p{N}]$`, "($|"+notTerm+")")
	}
	return duck.Fn("regexp_matches", hay, duck.Fn("concat", duck.Str(flags), before, duck.Fn("regexp_escape", pin), after))
}

// anyColumn is where * contains/has/==/... X: true when any column matches.
func (s *scope) anyColumn(e *syntax.Binary) value {
	y := s.expr(e.Y)
	if y.bad() {
		return poison
	}
	if s.p == nil || s.hide {
		s.t.errorf(e.X.Span(), "there are no columns here")
		return poison
	}
	op, not := positive(e.Op)
	var all []value
	for _, c := range s.p.cols {
		if c.val.bad() {
			continue
		}
		if v, ok := s.oneColumn(e, op, c.val, y); ok {
			all = append(all, v)
		}
	}
	v := logic(false, all...)
	if not {
		return negate(v)
	}
	return v
}

// positive takes the negation off an operator, so that "* !has x" asks that no
// column has x.
func positive(op syntax.Op) (syntax.Op, bool) {
	switch op {
	case syntax.OpNe:
		return syntax.OpEq, true
	case syntax.OpNeI:
		return syntax.OpEqI, true
	}
	if strings.HasPrefix(string(op), "!") {
		return op[1:], true
	}
	return op, false
}

// oneColumn applies the operator to one column; a comparison skips columns of
// other types, a string operator reads every column as text.
func (s *scope) oneColumn(e *syntax.Binary, op syntax.Op, x, y value) (value, bool) {
	switch op {
	case syntax.OpEq, syntax.OpLt, syntax.OpLe, syntax.OpGt, syntax.OpGe:
		if x.typ != y.typ && !(x.typ.numeric() && y.typ.numeric()) {
			return value{}, false
		}
		return s.compare(&syntax.Binary{Pos: e.Pos, Op: op}, x, y), true
	}
	v := s.textual(op, e.OpPos, e.X.Span(), e.Y.Span(), searchText(x), y)
	return v, !v.bad()
}

// searchText is a column as a search sees it: a dynamic as JSON text.
func searchText(v value) value {
	if v.typ == Dynamic {
		if v.scalar != nil {
			return toText(v)
		}
		return of(String, duck.As(toJSON(v), "VARCHAR"))
	}
	return toText(v)
}
