package kql

import (
	"bytes"
	"encoding/json"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// in is X in (...), !in, in~, !in~, has_any, has_all.
func (s *scope) in(e *syntax.In) value {
	if _, star := syntax.Unparen(e.X).(*syntax.Star); star {
		s.t.errorf(e.X.Span(), "* with %s is not supported", string(e.Op))
		return poison
	}
	x := s.expr(e.X)
	if x.bad() {
		return poison
	}
	switch e.Op {
	case syntax.OpHasAny, syntax.OpHasAll:
		return s.hasList(e, x)
	}
	fold := e.Op == syntax.OpInI || e.Op == syntax.OpNotInI
	not := e.Op == syntax.OpNotIn || e.Op == syntax.OpNotInI
	var v value
	if rows := s.inTable(e); rows != nil {
		v = s.inRows(e, x, rows, fold)
	} else {
		v = s.inList(e, x, fold)
	}
	if not {
		return negate(v)
	}
	return v
}

// inTable is the list's only member read as a table, nil when it is none.
func (s *scope) inTable(e *syntax.In) *syntax.Pipeline {
	if len(e.List) != 1 {
		return nil
	}
	switch y := syntax.Unparen(e.List[0]).(type) {
	case *syntax.Subquery:
		return y.Pipe
	case *syntax.Ident:
		if s.p != nil && !s.hide {
			if _, ok := s.p.column(y.Name); ok {
				return nil
			}
		}
		b := s.env.find(y.Name)
		if b != nil && b.tabular() || b == nil && s.t.cat.table(y.Name) != nil {
			return syntax.AsPipeline(y)
		}
	case *syntax.Call:
		if b := s.env.find(y.Func.Name); b != nil && b.lambda != nil && s.t.tabularLambda(b) {
			return syntax.AsPipeline(y)
		}
	}
	return nil
}

// inRows tests against the first column of a table.
func (s *scope) inRows(e *syntax.In, x value, rows *syntax.Pipeline, fold bool) value {
	p := s.t.pipeline(rows, s.env, nil)
	if len(p.cols) == 0 || p.cols[0].val.bad() {
		return poison
	}
	y := p.cols[0].val
	if fold {
		x, y = toText(x), toText(y)
	}
	x, y, ok := comparable2(x, y)
	if !ok {
		s.t.errorf(e.Pos, "%s and %s cannot be compared", x.typ, y.typ)
		return poison
	}
	xs, ys := plain(x).sql, plain(y).sql
	if x.typ == String {
		xs, ys = str(x), str(y)
	}
	if fold {
		xs, ys = duck.Fn("lower", xs), duck.Fn("lower", ys)
	}
	sel := p.over(ys)
	// NOT IN over a list with a NULL in it would never be true.
	sel = (&pipe{rel: sel}).push()
	sel.Where = append(sel.Where, duck.IsNull{X: ys, Not: true})
	return twoValued(duck.InRel{X: xs, From: sel, Col: ys}, x.maybe && x.typ != String)
}

// inList tests against values written down, among which an array stands for
// its elements.
func (s *scope) inList(e *syntax.In, x value, fold bool) value {
	var plainList []duck.Expr
	var tests []value
	maybe := false
	for _, m := range e.List {
		y := s.expr(m)
		if y.bad() {
			return poison
		}
		if y.typ == Dynamic {
			tests = append(tests, s.inArray(x, y, fold))
			continue
		}
		a, b := x, y
		if fold {
			a, b = toText(x), toText(y)
		}
		a, b, ok := comparable2(a, b)
		if !ok {
			s.t.errorf(m.Span(), "%s and %s cannot be compared", x.typ, y.typ)
			return poison
		}
		text, isText := b.text()
		if a.typ == String && isText && text != "" {
			if fold {
				text = lower(text)
			}
			plainList = append(plainList, duck.Str(text))
			maybe = maybe || a.maybe
			continue
		}
		if fold {
			tests = append(tests, sure(Bool, duck.Op(duck.Fn("lower", str(a)), "=", duck.Fn("lower", str(b)))))
			continue
		}
		tests = append(tests, compareAny(syntax.OpEq, a, b))
	}
	if len(plainList) > 0 {
		hay := toText(x).sql
		if fold {
			hay = duck.Fn("lower", hay)
		}
		var test duck.Expr = duck.In{X: hay, List: plainList}
		if len(plainList) == 1 {
			test = duck.Op(hay, "=", plainList[0])
		}
		tests = append([]value{twoValued(test, maybe)}, tests...)
	}
	for i := range tests {
		if tests[i].maybe {
			// Membership is yes or no, even about null.
			tests[i] = twoValued(tests[i].sql, true)
		}
	}
	return logic(false, tests...)
}

func compareAny(op syntax.Op, x, y value) value {
	if x.typ == String {
		return compareText(op, x, y)
	}
	return compareScalar(op, x, y)
}

// inArray tests whether a dynamic array holds x.
func (s *scope) inArray(x, y value, fold bool) value {
	if list, ok := y.jsonList(); ok {
		var tests []value
		for _, item := range list {
			a, b := x, item
			if fold {
				a, b = toText(x), toText(item)
				tests = append(tests, sure(Bool, duck.Op(duck.Fn("lower", str(a)), "=", duck.Fn("lower", str(b)))))
				continue
			}
			if a.typ == Dynamic || a.typ == String {
				a, b = toText(a), toText(b)
			}
			if a, b, ok := comparable2(a, b); ok {
				tests = append(tests, compareAny(syntax.OpEq, a, b))
			}
		}
		v := logic(false, tests...)
		return twoValued(v.sql, v.maybe)
	}
	text := str(toText(x))
	elem := &duck.Var{}
	var body duck.Expr = duck.Fn("json_extract_string", duck.Local{Var: elem}, duck.Str("$"))
	if fold {
		text, body = duck.Fn("lower", text), duck.Fn("lower", body)
	}
	list := duck.Fn("list_transform", jsonElements(y), duck.Lambda{Vars: []*duck.Var{elem}, Body: body})
	return twoValued(duck.Fn("list_contains", list, text), true)
}

// jsonElements is a dynamic array as a list of JSON; anything else is a list
// of itself.
func jsonElements(v value) duck.Expr {
	j := toJSON(v)
	if v.array {
		return duck.As(j, "JSON[]")
	}
	return duck.If(duck.Op(duck.Fn("json_type", j), "=", duck.Str("ARRAY")), duck.As(j, "JSON[]"), duck.List{j})
}

// jsonList gives the elements of a literal array of scalars.
func (v value) jsonList() ([]value, bool) {
	if v.lit == nil {
		return nil, false
	}
	raw, ok := v.lit.v.(json.RawMessage)
	if !ok {
		return nil, false
	}
	var items []any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&items) != nil {
		return nil, false
	}
	var out []value
	for _, i := range items {
		switch i := i.(type) {
		case string:
			out = append(out, textLit(i))
		case json.Number:
			n, err := i.Int64()
			if err == nil {
				out = append(out, longLit(n))
				continue
			}
			f, err := i.Float64()
			if err != nil {
				return nil, false
			}
			out = append(out, realLit(f))
		case bool:
			out = append(out, boolLit(i))
		default:
			return nil, false
		}
	}
	return out, true
}

// hasElements tests against an array that is known at run time only.
func (s *scope) hasElements(op syntax.Op, x, y value) value {
	e := &duck.Var{}
	text := of(String, duck.Fn("json_extract_string", duck.Local{Var: e}, duck.Str("$")))
	found := duck.Fn("list_transform", jsonElements(y), duck.Lambda{Vars: []*duck.Var{e}, Body: s.textMatch(textOp{kind: "has"}, x, text).sql})
	fn := "list_bool_or"
	if op == syntax.OpHasAll {
		fn = "list_bool_and"
	}
	return twoValued(duck.Fn(fn, found), true)
}

// hasList is X has_any (...) and X has_all (...).
func (s *scope) hasList(e *syntax.In, x value) value {
	x, ok := s.textOperand(e.Op, e.X.Span(), x)
	if !ok {
		return poison
	}
	var tests []value
	for _, m := range e.List {
		y := s.expr(m)
		if y.bad() {
			return poison
		}
		items := []value{y}
		if y.typ == Dynamic {
			if items, ok = y.jsonList(); !ok {
				tests = append(tests, s.hasElements(e.Op, x, y))
				continue
			}
			for k := range items {
				items[k] = toText(items[k])
			}
		}
		for _, i := range items {
			i, ok := s.textOperand(e.Op, m.Span(), i)
			if !ok {
				return poison
			}
			tests = append(tests, s.textMatch(textOp{kind: "has"}, x, i))
		}
	}
	return logic(e.Op == syntax.OpHasAll, tests...)
}
