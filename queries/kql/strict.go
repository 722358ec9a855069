package kql

import (
	"fmt"
	"sort"

	"argosy/queries/kql/syntax"
)

// The limits of Azure Resource Graph (Microsoft Learn, "Understanding the Azure
// Resource Graph query language"). The documentation raised the greatest
// RowLimit of mv-expand from 400 to 2,000.
const (
	argJoins     = 3
	argUnionLegs = 3
	argExpands   = 3
	argRowLimit  = 2000
)

// StrictARG lists what Azure Resource Graph itself would refuse in a query, in
// the order of the text. It knows the operators, kinds of joins and limits that
// Microsoft documents; about functions it documents no list.
func StrictARG(q *syntax.Query) []Note {
	s := &strictARG{}
	syntax.Walk(q, s.visit)
	s.limits()
	sort.SliceStable(s.notes, func(i, j int) bool { return s.notes[i].Span.Start < s.notes[j].Span.Start })
	return s.notes
}

type strictARG struct {
	notes          []Note
	joins, expands []syntax.Span
	// legs are the inputs of unions, without the first of each.
	legs []syntax.Span
}

func (s *strictARG) note(at syntax.Span, format string, args ...any) {
	s.notes = append(s.notes, Note{Span: at, Text: fmt.Sprintf(format, args...)})
}

// unknown notes an operator, statement or source that Resource Graph lacks, at
// its first word.
func (s *strictARG) unknown(at syntax.Span, word string) {
	if at.Len() > len(word) {
		at.End = at.Start + len(word)
	}
	s.note(at, "Azure Resource Graph knows no %s", word)
}

func (s *strictARG) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Let:
		s.unknown(n.Pos, "let")
	case *syntax.Set:
		s.unknown(n.Pos, "set")
	case *syntax.Declare:
		s.unknown(n.Pos, "declare")
	case *syntax.Call:
		switch n.Func.Name {
		case "materialize", "toscalar", "table":
			s.unknown(n.Pos, n.Func.Name)
		}
	case *syntax.Join:
		s.join(n)
	case *syntax.Union:
		s.union(n)
	case *syntax.MvExpand:
		s.expand(n)
	default:
		if word := lacking(n); word != "" {
			s.unknown(n.Span(), word)
		}
	}
	return true
}

// lacking is the word of an operator or source that Resource Graph lacks.
func lacking(n syntax.Node) string {
	switch n.(type) {
	case *syntax.ProjectKeep:
		return "project-keep"
	case *syntax.ProjectRename:
		return "project-rename"
	case *syntax.ProjectReorder:
		return "project-reorder"
	case *syntax.Sample:
		return "sample"
	case *syntax.SampleDistinct:
		return "sample-distinct"
	case *syntax.TopNested:
		return "top-nested"
	case *syntax.TopHitters:
		return "top-hitters"
	case *syntax.Lookup:
		return "lookup"
	case *syntax.MvApply:
		return "mv-apply"
	case *syntax.Scan:
		return "scan"
	case *syntax.Partition:
		return "partition"
	case *syntax.ParseKV:
		return "parse-kv"
	case *syntax.Serialize:
		return "serialize"
	case *syntax.As:
		return "as"
	case *syntax.Invoke:
		return "invoke"
	case *syntax.Search:
		return "search"
	case *syntax.GetSchema:
		return "getschema"
	case *syntax.Consume:
		return "consume"
	case *syntax.Render:
		return "render"
	case *syntax.Evaluate:
		return "evaluate"
	case *syntax.MakeSeries:
		return "make-series"
	case *syntax.Print:
		return "print"
	case *syntax.Range:
		return "range"
	case *syntax.DataTable:
		return "datatable"
	}
	if p, ok := n.(*syntax.ParseOp); ok && p.Where {
		return "parse-where"
	}
	return ""
}

func (s *strictARG) join(n *syntax.Join) {
	s.joins = append(s.joins, n.Pos)
	s.hints(n.Hints)
	if n.Kind == nil {
		return
	}
	switch n.Kind.Name {
	case "innerunique", "inner", "leftouter", "fullouter":
	default:
		s.note(n.Kind.Pos, "Azure Resource Graph knows the joins innerunique, inner, leftouter and fullouter, not %s", n.Kind.Name)
	}
}

func (s *strictARG) union(n *syntax.Union) {
	s.hints(n.Hints)
	if n.IsFuzzy != nil {
		s.note(n.IsFuzzy.Span(), "Azure Resource Graph knows no isfuzzy")
	}
	for _, leg := range n.Legs {
		s.legs = append(s.legs, leg.Span())
		if _, ok := leg.(*syntax.Pattern); ok {
			s.note(leg.Span(), "Azure Resource Graph takes no pattern of tables in a union")
		}
	}
}

func (s *strictARG) expand(n *syntax.MvExpand) {
	s.expands = append(s.expands, n.Pos)
	if limit, ok := n.Limit.(*syntax.IntLit); ok && limit.Value > argRowLimit {
		s.note(limit.Pos, "Azure Resource Graph expands a value to %d rows at most", argRowLimit)
	}
	if n.ItemIndex != nil {
		s.note(n.ItemIndex.Pos, "Azure Resource Graph knows no with_itemindex")
	}
}

func (s *strictARG) hints(list []*syntax.Param) {
	for _, h := range list {
		s.note(h.Pos, "Azure Resource Graph takes no hints")
	}
}

// limits notes what is one too many.
func (s *strictARG) limits() {
	tooMany := func(list []syntax.Span, most int, what string) {
		if len(list) > most {
			s.note(list[most], "Azure Resource Graph allows %d %s in a query; this is number %d", most, what, most+1)
		}
	}
	tooMany(s.joins, argJoins, "joins")
	tooMany(s.expands, argExpands, "mv-expand")
	tooMany(s.legs, argUnionLegs, "legs of unions")
	both := append(append([]syntax.Span{}, s.joins...), s.legs...)
	if len(s.joins) <= argJoins && len(s.legs) <= argUnionLegs {
		sort.Slice(both, func(i, j int) bool { return both[i].Start < both[j].Start })
		tooMany(both, argJoins, "joins and unions together")
	}
}
