package kql

import (
	"fmt"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// pivotAggregates are the aggregates pivot takes, and whether a place without
// rows holds 0 instead of null.
func pivotAggregates() map[string]bool {
	return map[string]bool{
		"count": true, "countif": true, "sum": true, "sumif": true, "dcount": true, "dcountif": true,
		"min": false, "max": false, "avg": false, "avgif": false, "stdev": false, "variance": false,
		"take_any": false, "any": false, "make_list": false, "make_set": false, "make_bag": false,
	}
}

// pivot turns the values of a column into columns, each with an aggregate.
func (p *pipe) pivot(op *syntax.Evaluate) {
	list, byName := pluginArgs(op.Call)
	if len(list) == 0 || len(byName) > 0 {
		p.t.hintf(op.Call.Pos, "write it as pivot(column, count(), other, ...)", "pivot needs the column whose values become columns")
		p.broken = true
		return
	}
	agg := syntax.Expr(&syntax.Call{Pos: op.Call.Pos, Func: &syntax.Ident{Pos: op.Call.Pos, Name: "count"}})
	zero, others := true, list[1:]
	if len(list) > 1 {
		if c, ok := syntax.Unparen(list[1]).(*syntax.Call); ok {
			var known bool
			if zero, known = pivotAggregates()[c.Func.Name]; !known {
				p.t.errorf(c.Pos, "%s is no aggregate that pivot takes", c.Func.Name)
				p.broken = true
				return
			}
			agg, others = c, list[2:]
		}
	}
	by, ok := p.pivotColumns(list[0], agg, others)
	if !ok {
		p.broken = true
		return
	}
	key := &syntax.Ident{Pos: list[0].Span(), Name: keptColumn}
	sum := &syntax.Ident{Pos: list[0].Span(), Name: otherColumn}
	p.summarize(&syntax.Summarize{Pos: op.Call.Pos,
		By: append(by, &syntax.Named{Pos: key.Pos, Names: []*syntax.Ident{key},
			Value: &syntax.Call{Pos: key.Pos, Func: &syntax.Ident{Pos: key.Pos, Name: "tostring"}, Args: []syntax.Expr{list[0]}}}),
		Aggs: []syntax.Expr{&syntax.Named{Pos: sum.Pos, Names: []*syntax.Ident{sum}, Value: agg}}})
	pick, _ := p.column(keptColumn)
	val, _ := p.column(otherColumn)
	if pick.bad() || val.bad() {
		p.broken = true
		return
	}
	val = p.compute("", plain(value{typ: val.typ, maybe: val.maybe, sql: natural(plain(val)), finite: val.finite, array: val.array}))
	names, types, ok := p.pivotNames(op, pick, val, len(by))
	if !ok {
		p.broken = true
		return
	}
	p.spreadOut(by, names, types, pick, val, zero)
}

// pivotColumns are the columns that stay: those named, or all but the pivot
// column and those of the aggregate.
func (p *pipe) pivotColumns(pivot, agg syntax.Expr, others []syntax.Expr) ([]syntax.Expr, bool) {
	if len(others) > 0 {
		return append([]syntax.Expr{}, others...), true
	}
	used := map[string]bool{}
	syntax.Walk(pivot, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
	syntax.Walk(agg, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
	var out []syntax.Expr
	for _, c := range p.cols {
		if !used[c.name] {
			out = append(out, &syntax.Ident{Pos: pivot.Span(), Name: c.name, Quoted: true})
		}
	}
	return out, true
}

// pivotNames are the new columns: those the query declares, or the values that
// the rows hold.
func (p *pipe) pivotNames(op *syntax.Evaluate, pick, val value, keys int) (names []string, types []Type, ok bool) {
	if op.Schema != nil {
		declared := p.t.columnDecls(op.Schema)
		kept := map[string]bool{}
		for _, c := range p.cols[:keys] {
			kept[c.name] = true
		}
		for i, c := range op.Schema {
			if !kept[c.Name.Name] {
				names, types = append(names, c.Name.Name), append(types, declared[i])
			}
		}
		return names, types, true
	}
	rows, ok := p.probe(op.Call.Pos, "name them: evaluate pivot(...) : (name:string, High:long, Low:long)", pick.sql)
	for _, r := range rows {
		name := fmt.Sprint(r[0])
		if r[0] == nil {
			name = ""
		}
		names, types = append(names, name), append(types, val.typ)
	}
	return names, types, ok
}

// spreadOut gathers the values of each group into one row.
func (p *pipe) spreadOut(by []syntax.Expr, names []string, types []Type, pick, val value, zero bool) {
	var keys []assigned
	for i, c := range p.cols[:len(by)] {
		keys = append(keys, assigned{c.name, by[i].Span(), c.val})
	}
	var aggs []duck.Def
	var cols []column
	taken := newNamer("Column", 1)
	for _, k := range keys {
		taken.taken[k.name] = true
	}
	for i, n := range names {
		c := &duck.Column{Hint: n}
		x := duck.Expr(duck.Call{Name: "any_value", Args: []duck.Expr{val.sql}, Filter: duck.Op(pick.sql, "=", duck.Str(n))})
		v := value{typ: val.typ, maybe: true, array: val.array}
		if zero && val.typ.numeric() {
			x, v.maybe = duck.Coalesce(x, duck.As(duck.Int(0), val.typ.sql())), false
		}
		aggs = append(aggs, duck.Def{Col: c, X: x})
		v.sql = duck.Ref{Col: c}
		if types[i] != "" && types[i] != v.typ {
			v = p.t.convert(v, types[i])
		}
		if n == "" {
			n = taken.auto("")
		}
		cols = append(cols, column{taken.auto(n), v})
	}
	p.group(keys, aggs, "evaluate pivot")
	p.cols = append(p.cols, cols...)
}

// narrow makes a row of each value: the row's number, the column's name and the
// value as text.
func (p *pipe) narrow(op *syntax.Evaluate) {
	if len(op.Call.Args) > 0 {
		p.t.errorf(op.Call.Pos, "narrow takes no arguments")
		return
	}
	number := p.rowNumber()
	var names, texts duck.List
	for _, c := range p.cols {
		if c.val.bad() {
			p.broken = true
			return
		}
		names = append(names, duck.Str(c.name))
		texts = append(texts, str(toText(c.val)))
	}
	s := p.push()
	at, name, text := &duck.Column{Hint: "index"}, &duck.Column{Hint: "Column"}, &duck.Column{Hint: "Value"}
	s.Unnest = []duck.Def{{Col: name, X: names}, {Col: text, X: texts},
		{Col: at, X: duck.Fn("generate_series", duck.Int(1), duck.Int(len(names)))}}
	p.order, p.serial = []duck.Order{{By: number}, {By: duck.Ref{Col: at}}}, true
	row := sure(Long, duck.Op(number, "-", duck.Int(1)))
	p.push()
	p.cols = []column{{"Row", p.compute("Row", row)}, {"Column", sure(String, duck.Ref{Col: name})}, {"Value", sure(String, duck.Ref{Col: text})}}
}
