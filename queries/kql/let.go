package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// let binds a name to a scalar, a table or a function.
func (t *translator) let(s *syntax.Let, e *env) *env {
	name := s.Name.Name
	switch v := syntax.Unparen(s.Value).(type) {
	case *syntax.Lambda:
		return e.bind(name, &binding{lambda: v, env: e})
	case *syntax.Subquery:
		return e.bind(name, &binding{pipe: v.Pipe, env: e})
	case *syntax.Ident:
		if b := e.find(v.Name); b != nil {
			return e.bind(name, b)
		}
		if t.cat.table(v.Name) != nil {
			return e.bind(name, &binding{pipe: syntax.AsPipeline(v), env: e})
		}
	case *syntax.Call:
		if v.Func.Name == "materialize" && len(v.Args) == 1 {
			if pl := syntax.AsPipeline(v.Args[0]); pl != nil {
				p := t.pipeline(pl, e, nil)
				shared := p.share("let " + name)
				shared.rel.Materialize = true
				return e.bind(name, &binding{shared: shared})
			}
		}
		if b := e.find(v.Func.Name); b != nil && b.lambda != nil && t.tabularLambda(b) || v.Func.Name == "table" {
			return e.bind(name, &binding{pipe: syntax.AsPipeline(v), env: e})
		}
	}
	val := (&scope{t: t, env: e}).expr(s.Value)
	return e.bind(name, &binding{val: &val})
}

// tabularLambda tells whether a function gives a table.
func (t *translator) tabularLambda(b *binding) bool {
	_, ok := syntax.Unparen(b.lambda.Result).(*syntax.Subquery)
	if ok {
		return true
	}
	for _, p := range b.lambda.Params {
		if id, same := syntax.Unparen(b.lambda.Result).(*syntax.Ident); same && p.Tabular && p.Name.Name == id.Name {
			return true
		}
	}
	if id, ok := syntax.Unparen(b.lambda.Result).(*syntax.Ident); ok && len(b.lambda.Params) == 0 {
		in := b.env.find(id.Name)
		return in != nil && in.tabular() || in == nil && t.cat.table(id.Name) != nil
	}
	return false
}

// callLambda calls a scalar let function: its parameters are names for the
// arguments.
func (s *scope) callLambda(c *syntax.Call, b *binding) value {
	inner, ok := s.t.arguments(c, b, s)
	if !ok {
		return poison
	}
	if s.t.depth++; s.t.depth > maxDepth {
		s.t.depth--
		s.t.errorf(c.Pos, "%q calls itself, or nests too deeply", c.Func.Name)
		return poison
	}
	defer func() { s.t.depth-- }()
	for _, st := range b.lambda.Lets {
		if l, ok := st.(*syntax.Let); ok {
			inner = s.t.let(l, inner)
		}
	}
	body := *s
	body.env, body.hide = inner, true
	return body.expr(b.lambda.Result)
}

// arguments binds the parameters of a function for one call. s is the scope of
// the call; nil where only constants are known.
func (t *translator) arguments(c *syntax.Call, b *binding, s *scope) (*env, bool) {
	inner := b.env
	params := b.lambda.Params
	if len(c.Args) > len(params) {
		t.errorf(c.Pos, "%s takes %s, not %d", c.Func.Name, counted(len(params), len(params)), len(c.Args))
		return nil, false
	}
	given := map[string]syntax.Expr{}
	ok := true
	for i, a := range c.Args {
		if ids, x := named(a); len(ids) == 1 {
			given[ids[0].Name] = x
		} else {
			given[params[i].Name.Name] = a
		}
	}
	for _, p := range params {
		arg := given[p.Name.Name]
		switch {
		case arg == nil && p.Default == nil:
			t.errorf(c.Pos, "%s: the parameter %q has no value", c.Func.Name, p.Name.Name)
			ok = false
			continue
		case p.Tabular:
			pl := syntax.AsPipeline(arg)
			if pl == nil {
				t.errorf(arg.Span(), "%s: %q must be a table", c.Func.Name, p.Name.Name)
				ok = false
				continue
			}
			inner = inner.bind(p.Name.Name, &binding{pipe: pl, env: s.env})
			continue
		}
		if arg == nil {
			arg = p.Default
		}
		v := s.expr(arg)
		if typ := t.typeRef(p.Type); !v.bad() && typ != "" && typ != v.typ {
			w, fine := accept(Param{Type: string(typ)}, v)
			if typ == Dynamic {
				w, fine = asDynamic(v), true
			} else if v.typ.numeric() && typ.numeric() {
				w, fine = t.convert(v, typ), true
			}
			if !fine {
				t.errorf(arg.Span(), "%s: %s must be a %s, not %s", c.Func.Name, p.Name.Name, typ, v.typ.with())
				ok = false
			}
			v = w
		}
		ok = ok && !v.bad()
		inner = inner.bind(p.Name.Name, &binding{val: &v})
	}
	return inner, ok
}

// tableCall is a source of the form f(...).
func (t *translator) tableCall(c *syntax.Call, e *env, ops []syntax.Operator) *pipe {
	if b := e.find(c.Func.Name); b != nil && b.lambda != nil {
		return t.applyTable(c.Func, b, c, e, ops)
	}
	switch c.Func.Name {
	case "materialize":
		if len(c.Args) == 1 {
			if pl := syntax.AsPipeline(c.Args[0]); pl != nil {
				return t.pipeline(pl, e, ops)
			}
		}
		t.errorf(c.Pos, "materialize takes one table")
		return t.brokenPipe(e)
	case "table":
		if len(c.Args) == 1 {
			if s, ok := c.Args[0].(*syntax.StringLit); ok {
				return t.named(&syntax.Ident{Pos: s.Pos, Name: s.Value}, e, ops)
			}
		}
	}
	t.hintf(c.Func.Pos, suggest(c.Func.Name, e.names(func(b *binding) bool { return b.lambda != nil })),
		"unknown table function %q", c.Func.Name)
	return t.brokenPipe(e)
}

// applyTable calls a let function that gives a table. c is nil for a bare name.
func (t *translator) applyTable(id *syntax.Ident, b *binding, c *syntax.Call, e *env, ops []syntax.Operator) *pipe {
	if c == nil {
		c = &syntax.Call{Pos: id.Pos, Func: id}
	}
	inner, ok := t.arguments(c, b, &scope{t: t, env: e})
	if !ok {
		return t.brokenPipe(e)
	}
	for _, st := range b.lambda.Lets {
		if l, ok := st.(*syntax.Let); ok {
			inner = t.let(l, inner)
		}
	}
	pl := syntax.AsPipeline(b.lambda.Result)
	if pl == nil {
		t.errorf(id.Pos, "%q gives a value, not a table", id.Name)
		return t.brokenPipe(e)
	}
	p := t.pipeline(pl, inner, ops)
	p.env, p.name = e, id.Name
	return p
}

// toScalar is toscalar(table): the first column of the first row.
func (s *scope) toScalar(c *syntax.Call) value {
	if len(c.Args) != 1 {
		s.t.errorf(c.Pos, "toscalar takes 1 argument, not %d", len(c.Args))
		return poison
	}
	pl := syntax.AsPipeline(c.Args[0])
	if id, ok := syntax.Unparen(c.Args[0]).(*syntax.Ident); ok {
		if b := s.env.find(id.Name); b != nil && b.val != nil {
			return *b.val
		}
	}
	if _, ok := syntax.Unparen(c.Args[0]).(*syntax.Call); ok {
		call := c.Args[0].(*syntax.Call)
		if b := s.env.find(call.Func.Name); b == nil || b.lambda == nil || !s.t.tabularLambda(b) {
			pl = nil
		}
	}
	if pl == nil {
		return s.expr(c.Args[0])
	}
	p := s.t.pipeline(pl, s.env, nil)
	if len(p.cols) == 0 || p.cols[0].val.bad() {
		return poison
	}
	p.limit(duck.Int(1))
	v := plain(p.cols[0].val)
	x := natural(v)
	out := value{typ: v.typ, maybe: true, sql: duck.Scalar{From: p.over(x), X: x}, array: v.array}
	return out
}
