package kql

import "argosy/queries/kql/syntax"

// invoked is the name under which invoke hands the rows to the function; a
// query cannot contain it.
const invoked = "#rows"

// invoke calls a let function whose first parameter is a table with the rows so
// far.
func (p *pipe) invoke(op *syntax.Invoke) {
	if op.Call == nil || !p.alone(op.Pos, "invoke") {
		p.broken = true
		return
	}
	name := op.Call.Func.Name
	b := p.env.find(name)
	if b == nil || b.lambda == nil {
		p.t.hintf(op.Call.Func.Pos, suggest(name, p.env.names(func(b *binding) bool { return b.lambda != nil })),
			"invoke needs a function that let defined, and there is no %q", name)
		p.broken = true
		return
	}
	if len(b.lambda.Params) == 0 || !b.lambda.Params[0].Tabular {
		p.t.hintf(op.Call.Func.Pos, "declare it as let "+name+" = (T:(*), ...) { T | ... }", "the first parameter of %q is no table", name)
		p.broken = true
		return
	}
	rows := p.share("rows of invoke " + name)
	e := p.env.bind(invoked, &binding{shared: rows})
	call := *op.Call
	call.Args = append([]syntax.Expr{&syntax.Ident{Pos: op.Call.Func.Pos, Name: invoked}}, op.Call.Args...)
	out := p.t.applyTable(op.Call.Func, b, &call, e, p.tail)
	tail, back := p.tail, p.env
	*p = *out
	p.tail, p.env = tail, back
	p.label("invoke " + name)
}
