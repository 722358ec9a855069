package syntax

// Walk visits n and then, when visit answers true, its children in the order of
// the text. Nil nodes are not visited.
func Walk(n Node, visit func(Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	for _, c := range Children(n) {
		Walk(c, visit)
	}
}

// NodeAt is the innermost node that covers a byte offset, or touches it with
// its end; nil when there is none. An editor asks it what the cursor is on.
func NodeAt(q *Query, offset int) Node {
	var found Node
	Walk(q, func(n Node) bool {
		s := n.Span()
		if !s.Valid() || offset < s.Start || offset > s.End {
			return false
		}
		found = n
		return true
	})
	return found
}

// Children are the nodes directly below n, without nil, in the order of the text.
func Children(n Node) []Node {
	var k kids
	switch n := n.(type) {
	case *Query:
		nodes(&k, n.Statements)
	case *Let:
		one(&k, n.Name)
		k.node(n.Value)
	case *Set:
		one(&k, n.Name)
		k.node(n.Value)
	case *Declare:
		many(&k, n.Params)
	case *ExprStmt:
		one(&k, n.Pipe)
	case *Pipeline:
		k.node(n.Source)
		nodes(&k, n.Ops)
	case *ParamDecl:
		one(&k, n.Name)
		one(&k, n.Type)
		many(&k, n.Schema)
		k.node(n.Default)
	case *ColumnDecl:
		one(&k, n.Name)
		one(&k, n.Type)
	case *Param:
		one(&k, n.Name)
		nodes(&k, n.Values)
	case Expr:
		k.expr(n)
	case Source:
		k.source(n)
	case Operator:
		k.operator(n)
	case *SortKey:
		k.node(n.X)
	case *ReorderCol:
		k.node(n.Col)
	case *ExpandCol:
		k.node(n.X)
		one(&k, n.To)
	case *SeriesAgg:
		k.node(n.X)
		k.node(n.Default)
	case *ScanStep:
		one(&k, n.Name)
		one(&k, n.Output)
		k.node(n.Cond)
		many(&k, n.Assign)
	case *NestedLevel:
		k.node(n.N)
		k.node(n.Of)
		k.node(n.Others)
		k.node(n.By)
	case *ParsePart:
		one(&k, n.Text)
		one(&k, n.Name)
		one(&k, n.Type)
	case *DynamicField:
		one(&k, n.Key)
		k.node(n.Value)
	}
	return k.list
}

// kids gathers children.
type kids struct {
	list []Node
}

func (k *kids) node(n Node) {
	if n != nil {
		k.list = append(k.list, n)
	}
}

func nodes[N Node](k *kids, list []N) {
	for _, n := range list {
		k.node(n)
	}
}

// one adds a pointer unless it is nil: as an interface it would not be.
func one[T any, N interface {
	*T
	Node
}](k *kids, n N) {
	if n != nil {
		k.list = append(k.list, n)
	}
}

func many[T any, N interface {
	*T
	Node
}](k *kids, list []N) {
	for _, n := range list {
		one(k, n)
	}
}
