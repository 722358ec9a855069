package syntax

func toNodes[N Node](list []N) []Node {
	out := make([]Node, len(list))
	for i, n := range list {
		out[i] = n
	}
	return out
}

// by is the section after by, none when there is nothing.
func by(list []Expr) []section {
	if len(list) == 0 {
		return nil
	}
	return []section{{"by", toNodes(list)}}
}

// parts divides an operator or source into a head, which stays on one line, and
// the lists behind it. Join, lookup and mv-apply have more to them.
func parts(n Node) (string, []section) {
	o := oneLine{limit: 1 << 30, any: true}
	list := o.rowParts(n)
	if list == nil && len(o.b) == 0 {
		list = o.columnParts(n)
	}
	if list == nil && len(o.b) == 0 {
		list = o.shapeParts(n)
	}
	return string(o.b), list
}

func (o *oneLine) rowParts(n Node) []section {
	switch n := n.(type) {
	case *Count:
		o.word("count")
		if n.As != nil {
			o.word("as")
			o.word(nameText(n.As))
		}
	case *Where:
		o.word("where")
		return []section{{"", []Node{n.Cond}}}
	case *Take:
		o.word("take")
		return []section{{"", []Node{n.N}}}
	case *Sample:
		o.word("sample")
		return []section{{"", []Node{n.N}}}
	case *SampleDistinct:
		o.word("sample-distinct")
		return []section{{"", []Node{n.N}}, {"of", []Node{n.Col}}}
	case *Sort:
		o.word("sort")
		o.options(n.Hints)
		o.word("by")
		return []section{{"", toNodes(n.Keys)}}
	case *Top:
		o.word("top")
		o.options(n.Hints)
		return []section{{"", []Node{n.N}}, {"by", []Node{n.Key}}}
	case *TopHitters:
		o.word("top-hitters")
		list := []section{{"", []Node{n.N}}, {"of", []Node{n.Of}}}
		if n.By != nil {
			list = append(list, section{"by", []Node{n.By}})
		}
		return list
	case *TopNested:
		return []section{{"", toNodes(n.Levels)}}
	case *Summarize:
		o.word("summarize")
		o.options(n.Hints)
		if len(n.Aggs) == 0 {
			o.word("by")
			return []section{{"", toNodes(n.By)}}
		}
		return append([]section{{"", toNodes(n.Aggs)}}, by(n.By)...)
	case *Union:
		o.word("union")
		o.option("kind", n.Kind)
		o.option("withsource", n.WithSource)
		if n.IsFuzzy != nil {
			o.word("isfuzzy=")
			o.node(n.IsFuzzy)
		}
		o.options(n.Hints)
		return []section{{"", toNodes(n.Legs)}}
	case *Search:
		o.word("search")
		o.option("kind", n.Kind)
		o.options(n.Hints)
		if len(n.Tables) > 0 {
			o.word("in (")
			o.list(toNodes(n.Tables))
			o.str(")")
		}
		return []section{{"", []Node{n.Cond}}}
	}
	return nil
}

func (o *oneLine) columnParts(n Node) []section {
	var items []Node
	switch n := n.(type) {
	case *Print:
		o.word("print")
		items = toNodes(n.Cols)
	case *Extend:
		o.word("extend")
		items = toNodes(n.Cols)
	case *Project:
		o.word("project")
		items = toNodes(n.Cols)
	case *ProjectAway:
		o.word("project-away")
		items = toNodes(n.Cols)
	case *ProjectKeep:
		o.word("project-keep")
		items = toNodes(n.Cols)
	case *ProjectRename:
		o.word("project-rename")
		items = toNodes(n.Cols)
	case *ProjectReorder:
		o.word("project-reorder")
		items = toNodes(n.Cols)
	case *Distinct:
		o.word("distinct")
		o.options(n.Hints)
		items = toNodes(n.Cols)
	case *Serialize:
		o.word("serialize")
		o.options(n.Hints)
		items = toNodes(n.Cols)
	default:
		return nil
	}
	return []section{{"", items}}
}

func (o *oneLine) shapeParts(n Node) []section {
	switch n := n.(type) {
	case *MvExpand:
		o.word("mv-expand")
		o.option("kind", n.Bag)
		o.option("with_itemindex", n.ItemIndex)
		o.options(n.Hints)
		return limited(toNodes(n.Cols), n.Limit)
	case *MvApply:
		o.word("mv-apply")
		o.option("with_itemindex", n.ItemIndex)
		o.options(n.Hints)
		return limited(toNodes(n.Cols), n.Limit)
	case *Partition:
		o.word("partition")
		o.options(n.Hints)
		o.word("by")
		return []section{{"", []Node{n.By}}}
	case *Scan:
		o.word("scan")
		o.options(n.Hints)
		if len(n.Declare) > 0 {
			o.word("declare ")
			o.params(n.Declare)
		}
		o.word("with (")
		for i, s := range n.Steps {
			if i > 0 {
				o.str(" ")
			}
			o.step(s)
		}
		o.str(")")
		return []section{}
	case *ParseOp:
		o.parseHead(n)
		return []section{{"", toNodes(n.Pattern)}}
	case *Invoke:
		o.word("invoke")
		return []section{{"", []Node{n.Call}}}
	case *Evaluate:
		o.word("evaluate")
		o.options(n.Hints)
		list := []section{{"", []Node{n.Call}}}
		if len(n.Schema) > 0 || n.OpenSchema {
			schema := oneLine{limit: 1 << 30}
			schema.schema(n.Schema, n.OpenSchema)
			list = append(list, section{": " + string(schema.b), nil})
		}
		return list
	case *MakeSeries:
		o.word("make-series")
		o.option("kind", n.Kind)
		o.options(n.Hints)
		return append([]section{{"", toNodes(n.Aggs)}, {o.axis(n), nil}}, by(n.By)...)
	}
	o.operatorRest(n)
	return []section{}
}

// step writes a step of scan.
func (o *oneLine) step(s *ScanStep) {
	o.str("step " + nameText(s.Name))
	o.option("output", s.Output)
	o.str(": ")
	o.node(s.Cond)
	for i, a := range s.Assign {
		if i == 0 {
			o.str(" => ")
		} else {
			o.str(", ")
		}
		o.node(a)
	}
	o.str(";")
}

func limited(cols []Node, limit Expr) []section {
	list := []section{{"", cols}}
	if limit != nil {
		list = append(list, section{"limit", []Node{limit}})
	}
	return list
}

// axis is the on clause of make-series.
func (o *oneLine) axis(n *MakeSeries) string {
	a := oneLine{limit: 1 << 30, any: true}
	a.word("on")
	a.item(n.On)
	if n.InRange {
		a.word("in range(")
		a.list([]Node{n.From, n.To, n.Step})
		a.str(")")
		return string(a.b)
	}
	if n.From != nil {
		a.word("from")
		a.item(n.From)
	}
	if n.To != nil {
		a.word("to")
		a.item(n.To)
	}
	a.word("step")
	a.item(n.Step)
	return string(a.b)
}

func (o *oneLine) parseHead(n *ParseOp) {
	if n.Where {
		o.word("parse-where")
	} else {
		o.word("parse")
	}
	o.option("kind", n.Kind)
	if n.Flags != nil {
		o.word("flags=")
		o.node(n.Flags)
	}
	o.item(n.X)
	o.word("with")
}
