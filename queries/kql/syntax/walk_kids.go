package syntax

func (k *kids) expr(n Expr) {
	switch n := n.(type) {
	case *Member:
		k.node(n.X)
		one(k, n.Name)
	case *Index:
		k.node(n.X)
		k.node(n.Index)
	case *Call:
		k.node(n.Recv)
		one(k, n.Func)
		nodes(k, n.Args)
	case *Unary:
		k.node(n.X)
	case *Binary:
		k.node(n.X)
		k.node(n.Y)
	case *In:
		k.node(n.X)
		nodes(k, n.List)
	case *Between:
		k.node(n.X)
		k.node(n.Low)
		k.node(n.High)
	case *Paren:
		k.node(n.X)
	case *Subquery:
		one(k, n.Pipe)
	case *Named:
		many(k, n.Names)
		k.node(n.Value)
	case *Lambda:
		many(k, n.Params)
		nodes(k, n.Lets)
		k.node(n.Result)
	case *TypeOf:
		one(k, n.Type)
		many(k, n.Schema)
	case *DynamicLit:
		k.node(n.Value)
	case *DynamicArray:
		nodes(k, n.Elems)
	case *DynamicObject:
		many(k, n.Fields)
	}
}

func (k *kids) source(n Source) {
	switch n := n.(type) {
	case *Print:
		nodes(k, n.Cols)
	case *Range:
		one(k, n.Col)
		k.node(n.From)
		k.node(n.To)
		k.node(n.Step)
	case *DataTable:
		many(k, n.Cols)
		nodes(k, n.Values)
	case *ExternalData:
		many(k, n.Cols)
		nodes(k, n.Values)
		many(k, n.Opts)
	case *Union:
		one(k, n.Kind)
		one(k, n.WithSource)
		k.node(n.IsFuzzy)
		many(k, n.Hints)
		nodes(k, n.Legs)
	case *Search:
		one(k, n.Kind)
		many(k, n.Hints)
		nodes(k, n.Tables)
		k.node(n.Cond)
	}
}

func (k *kids) operator(n Operator) {
	switch n := n.(type) {
	case *Count:
		one(k, n.As)
	case *Where:
		k.node(n.Cond)
	case *Extend:
		nodes(k, n.Cols)
	case *Project:
		nodes(k, n.Cols)
	case *ProjectAway:
		nodes(k, n.Cols)
	case *ProjectKeep:
		nodes(k, n.Cols)
	case *ProjectRename:
		many(k, n.Cols)
	case *ProjectReorder:
		many(k, n.Cols)
	case *Distinct:
		many(k, n.Hints)
		nodes(k, n.Cols)
	case *Take:
		k.node(n.N)
	case *Sample:
		k.node(n.N)
	case *SampleDistinct:
		k.node(n.N)
		k.node(n.Col)
	case *Sort:
		many(k, n.Hints)
		many(k, n.Keys)
	case *Top:
		many(k, n.Hints)
		k.node(n.N)
		one(k, n.Key)
	case *TopNested:
		many(k, n.Levels)
	case *Summarize:
		many(k, n.Hints)
		nodes(k, n.Aggs)
		nodes(k, n.By)
	case *Join:
		one(k, n.Kind)
		many(k, n.Hints)
		one(k, n.Right)
		nodes(k, n.On)
	case *Lookup:
		one(k, n.Kind)
		many(k, n.Hints)
		one(k, n.Right)
		nodes(k, n.On)
	default:
		k.shapeOperator(n)
	}
}

func (k *kids) shapeOperator(n Operator) {
	switch n := n.(type) {
	case *MvExpand:
		one(k, n.Bag)
		one(k, n.ItemIndex)
		many(k, n.Hints)
		many(k, n.Cols)
		k.node(n.Limit)
	case *MvApply:
		one(k, n.ItemIndex)
		many(k, n.Hints)
		many(k, n.Cols)
		k.node(n.Limit)
		one(k, n.On)
	case *Partition:
		many(k, n.Hints)
		one(k, n.By)
		one(k, n.Sub)
	case *Scan:
		many(k, n.Hints)
		many(k, n.Declare)
		many(k, n.Steps)
	case *TopHitters:
		k.node(n.N)
		k.node(n.Of)
		k.node(n.By)
	case *ParseOp:
		one(k, n.Kind)
		k.node(n.Flags)
		k.node(n.X)
		many(k, n.Pattern)
	case *ParseKV:
		k.node(n.X)
		many(k, n.Cols)
		many(k, n.Opts)
	case *Serialize:
		many(k, n.Hints)
		nodes(k, n.Cols)
	case *As:
		many(k, n.Hints)
		one(k, n.Name)
	case *Invoke:
		one(k, n.Call)
	case *Consume:
		many(k, n.Hints)
	case *Render:
		one(k, n.Chart)
		many(k, n.With)
	case *Evaluate:
		many(k, n.Hints)
		one(k, n.Call)
		many(k, n.Schema)
	case *MakeSeries:
		one(k, n.Kind)
		many(k, n.Hints)
		many(k, n.Aggs)
		k.node(n.On)
		k.node(n.From)
		k.node(n.To)
		k.node(n.Step)
		nodes(k, n.By)
	}
}
