package syntax

// statement writes the statements that stay on one line.
func (o *oneLine) statement(s Statement) {
	switch s := s.(type) {
	case *Let:
		o.str("let " + nameText(s.Name) + " = ")
		o.node(s.Value)
	case *Set:
		o.str("set " + s.Name.Name)
		if s.Value != nil {
			o.str(" = ")
			o.node(s.Value)
		}
	case *Declare:
		o.str("declare query_parameters")
		o.params(s.Params)
	case *ExprStmt:
		o.node(s.Pipe)
	case *UnsupportedStmt:
		o.str(s.Text)
	}
}

func (o *oneLine) params(list []*ParamDecl) {
	o.str("(")
	o.list(toNodes(list))
	o.str(")")
}

func (o *oneLine) param(d *ParamDecl) {
	o.str(nameText(d.Name) + ":")
	switch {
	case d.Tabular && len(d.Schema) == 0:
		o.str("(*)")
	case d.Tabular:
		o.schema(d.Schema, false)
	default:
		o.str(d.Type.Name)
	}
	if d.Default != nil {
		o.str(" = ")
		o.node(d.Default)
	}
}

// schema writes (a:string, b:long), with a star first when open.
func (o *oneLine) schema(cols []*ColumnDecl, open bool) {
	o.str("(")
	if open {
		o.str("*")
	}
	for i, c := range cols {
		if i > 0 || open {
			o.str(", ")
		}
		o.str(nameText(c.Name) + ":" + c.Type.Name)
	}
	o.str(")")
}

func (o *oneLine) lambdaHead(n *Lambda) {
	if n.View {
		o.str("view ")
	}
	if n.HasParams || len(n.Params) > 0 || n.View {
		o.params(n.Params)
		o.str(" ")
	}
}

func (o *oneLine) lambda(n *Lambda) {
	if !o.any && len(n.Lets) > 0 {
		o.failed = true
		return
	}
	o.lambdaHead(n)
	o.str("{ ")
	for _, s := range n.Lets {
		o.node(s)
		o.str("; ")
	}
	o.node(n.Result)
	o.str(" }")
}

func (o *oneLine) with(opts []*Param) {
	if len(opts) == 0 {
		return
	}
	o.str(" with (")
	for i, p := range opts {
		if i > 0 {
			o.str(", ")
		}
		o.str(p.Name.Name + "=")
		for j, v := range p.Values {
			if j > 0 {
				o.str(", ")
			}
			o.optionValue(v)
		}
	}
	o.str(")")
}

// operatorRest writes the operators without lists that could be broken.
func (o *oneLine) operatorRest(n Node) {
	switch n := n.(type) {
	case *Join:
		o.join("join", n.Kind, n.Hints, n.Right, n.On)
	case *Lookup:
		o.join("lookup", n.Kind, n.Hints, n.Right, n.On)
	case *ParseKV:
		o.str("parse-kv ")
		o.node(n.X)
		o.str(" as ")
		o.schema(n.Cols, false)
		o.with(n.Opts)
	case *As:
		o.str("as")
		o.options(n.Hints)
		o.word(nameText(n.Name))
	case *GetSchema:
		o.str("getschema")
	case *Consume:
		o.str("consume")
		o.options(n.Hints)
	case *Render:
		o.str("render " + nameText(n.Chart))
		o.with(n.With)
	}
}

func (o *oneLine) join(name string, kind *Ident, hints []*Param, right *Pipeline, on []Expr) {
	o.str(name)
	o.option("kind", kind)
	o.options(hints)
	o.str(" (")
	o.node(right)
	o.str(") on ")
	o.list(toNodes(on))
}
