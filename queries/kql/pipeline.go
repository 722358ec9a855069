package kql

import (
	"argosy/queries/kql/syntax"
)

// pipeline lowers a source and its operators. tail are the operators that
// follow the place where the pipeline stands, which may pin a column too.
func (t *translator) pipeline(pl *syntax.Pipeline, e *env, tail []syntax.Operator) *pipe {
	if t.depth++; t.depth > maxDepth {
		t.depth--
		t.errorf(pl.Pos, "the query is nested too deeply")
		return t.brokenPipe(e)
	}
	defer func() { t.depth-- }()
	p := t.source(pl, e, append(append([]syntax.Operator{}, pl.Ops...), tail...))
	return t.operators(p, pl.Ops)
}

// operators applies the steps after a source. An as in the middle binds a name
// for the steps behind it.
func (t *translator) operators(p *pipe, ops []syntax.Operator) *pipe {
	for i, op := range ops {
		p.tail = ops[i+1:]
		t.operator(p, op)
	}
	return p
}

func (t *translator) brokenPipe(e *env) *pipe {
	p := t.oneRow(e)
	p.broken = true
	return p
}

// operator applies one step.
func (t *translator) operator(p *pipe, op syntax.Operator) {
	switch op := op.(type) {
	case *syntax.Where:
		p.where(op)
	case *syntax.Extend:
		p.extend(op.Cols, "extend")
	case *syntax.Serialize:
		p.serialize(op)
	case *syntax.Project:
		p.project(op)
	case *syntax.ProjectAway:
		p.projectAway(op)
	case *syntax.ProjectKeep:
		p.projectKeep(op)
	case *syntax.ProjectRename:
		p.projectRename(op)
	case *syntax.ProjectReorder:
		p.projectReorder(op)
	case *syntax.Count:
		p.count(op)
	case *syntax.Distinct:
		p.distinct(op)
	case *syntax.Take:
		p.take(op)
	case *syntax.Sample:
		p.sample(op)
	case *syntax.Sort:
		p.sort(op)
	case *syntax.Top:
		p.top(op)
	case *syntax.Summarize:
		p.summarize(op)
	case *syntax.Join:
		p.join(op)
	case *syntax.Lookup:
		p.lookup(op)
	case *syntax.Union:
		p.unionOp(op)
	case *syntax.MvExpand:
		p.mvExpand(op)
	case *syntax.ParseOp:
		p.parse(op)
	case *syntax.As:
		p.as(op)
	case *syntax.Consume:
		p.unsupported(op.Pos, "consume")
	case *syntax.Render:
		p.render(op)
	case *syntax.GetSchema:
		p.getSchema(op)
	case *syntax.Unsupported:
		if op.Known {
			p.unsupported(op.Pos, op.Name)
		}
		p.broken = true
	case *syntax.Search:
		p.search(op)
	case *syntax.MvApply:
		p.mvApply(op)
	case *syntax.Scan:
		p.scan(op)
	case *syntax.Partition:
		p.partition(op)
	case *syntax.TopNested:
		p.topNested(op)
	case *syntax.TopHitters:
		p.topHitters(op)
	case *syntax.SampleDistinct:
		p.sampleDistinct(op)
	case *syntax.ParseKV:
		p.parseKV(op)
	case *syntax.Invoke:
		p.invoke(op)
	case *syntax.Evaluate:
		p.evaluate(op)
	case *syntax.MakeSeries:
		p.makeSeries(op)
	}
}

func (p *pipe) unsupported(at syntax.Span, name string) {
	if len(name) > 0 && at.Len() > len(name) {
		at.End = at.Start + len(name)
	}
	p.t.errorf(at, "the operator %q is not supported", name)
	p.broken = true
}
