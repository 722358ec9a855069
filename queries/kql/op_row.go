package kql

import (
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// where keeps rows.
func (p *pipe) where(op *syntax.Where) {
	v := p.scope().boolean(op.Cond)
	p.filter(v)
	p.label("where")
}

// assigned is one new column and its value.
type assigned struct {
	name string
	at   syntax.Span
	val  value
}

// assign evaluates the columns of extend, project and the like. All see the
// rows as they were before.
func (p *pipe) assign(cols []syntax.Expr, names *namer) []assigned {
	var out []assigned
	s := p.scope()
	given := map[string]bool{}
	for _, e := range cols {
		ids, _ := named(e)
		for _, id := range ids {
			p.t.newName(id)
			if given[id.Name] {
				p.t.errorf(id.Pos, "the column %q is given twice", id.Name)
			}
			given[id.Name] = true
		}
	}
	for _, e := range cols {
		ids, x := named(e)
		if many, call := p.several(s, x, len(ids)); call != nil {
			for _, id := range ids {
				names.taken[id.Name] = true
			}
			out = append(out, p.nameMany(many, ids, names, call)...)
			continue
		}
		v := s.expr(x)
		switch {
		case len(ids) == 0:
			name := p.t.autoName(x)
			if given[name] {
				name = newNamer("Column", 1, keys(given)...).free(name)
			}
			out = append(out, assigned{names.auto(name), x.Span(), v})
		case len(ids) == 1:
			names.taken[ids[0].Name] = true
			out = append(out, assigned{ids[0].Name, x.Span(), v})
		default:
			if !v.bad() {
				p.t.errorf(e.Span(), "several names for one value are supported for functions with several results only")
			}
			for _, id := range ids {
				out = append(out, assigned{id.Name, x.Span(), poison})
			}
		}
	}
	return out
}

func keys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

// extend adds columns, or replaces those of the same name in their place.
func (p *pipe) extend(cols []syntax.Expr, word string) {
	names := newNamer("Column", 1)
	for _, e := range cols {
		ids, x := named(e)
		if len(ids) == 0 && p.t.autoName(x) == "" {
			// Numbered names must not replace a column.
			names = newNamer("Column", 1, p.names()...)
		}
	}
	list := p.assign(cols, names)
	if len(list) > 0 {
		p.evaluated(list)
	}
	for _, a := range list {
		p.set(a.name, a.val)
	}
	p.label(word)
}

// evaluated gives the new columns a place. Values that read each other's
// replaced columns are safe: columns are identities.
func (p *pipe) evaluated(list []assigned) {
	for i := range list {
		list[i].val = p.define(list[i].name, list[i].val)
	}
}

func windowed(x duck.Expr) bool {
	found := false
	duck.Walk(x, func(y duck.Expr) bool {
		if c, ok := y.(duck.Call); ok && c.Over != nil {
			found = true
		}
		return !found
	})
	return found
}

// project keeps the listed columns and nothing else.
func (p *pipe) project(op *syntax.Project) {
	list := p.assign(op.Cols, newNamer("Column", 1))
	p.evaluated(list)
	p.cols, p.hidden = nil, nil
	seen := map[string]bool{}
	for _, a := range list {
		if seen[a.name] {
			continue
		}
		seen[a.name] = true
		p.cols = append(p.cols, column{a.name, a.val})
	}
	p.label("project")
}

// take keeps some rows: the first ones when the rows are sorted.
func (p *pipe) take(op *syntax.Take) {
	n, ok := p.rows(op.N)
	if !ok {
		return
	}
	p.limit(n)
	p.label("take")
}

// rows reads the number of rows that take, top and sample ask for.
func (p *pipe) rows(e syntax.Expr) (duck.Expr, bool) {
	v := (&scope{t: p.t, env: p.env}).expr(e)
	if v.bad() {
		return nil, false
	}
	if !v.typ.integer() {
		p.t.errorf(e.Span(), "a number of rows must be a long, not %s", v.typ.with())
		return nil, false
	}
	if n, ok := v.whole(); ok {
		if n < 0 {
			p.t.errorf(e.Span(), "a number of rows cannot be negative")
			return nil, false
		}
		return duck.Int(n), true
	}
	return v.sql, true
}

func (p *pipe) limit(n duck.Expr) {
	if p.apart != nil {
		p.limitApart(n, p.order)
		return
	}
	xs := []duck.Expr{}
	for _, o := range p.order {
		xs = append(xs, o.By)
	}
	s := p.over(xs...)
	if s.Limit != nil || s.Sample != nil || len(s.Unnest) > 0 || len(s.DistinctOn) > 0 {
		s = p.push()
	}
	s.Order, s.Limit = p.order, n
}

func (p *pipe) sample(op *syntax.Sample) {
	n, ok := p.rows(op.N)
	if !ok {
		return
	}
	if p.apart != nil {
		p.limitApart(n, []duck.Order{{By: duck.Fn("random")}})
		p.label("sample")
		return
	}
	s := p.open()
	if s.Closed() {
		s = p.push()
	}
	s.Sample = n
	p.order = nil
	p.label("sample")
}

// sort sets the order of the rows.
func (p *pipe) sort(op *syntax.Sort) {
	if order, ok := p.sortKeys(op.Keys); ok {
		p.sorted(order)
	}
	p.t.hints(op.Hints)
}

// sorted sets the order of the rows. What only decided between equals before
// goes on doing so.
func (p *pipe) sorted(order []duck.Order) {
	if !p.serial {
		seen := map[*duck.Column]bool{}
		for _, o := range order {
			if r, ok := o.By.(duck.Ref); ok {
				seen[r.Col] = true
			}
		}
		for _, o := range p.order {
			if r, ok := o.By.(duck.Ref); !ok || !seen[r.Col] {
				order = append(order, o)
			}
		}
	}
	p.order, p.serial = order, true
}

// sortKeys evaluates sort keys. Without a word the order is descending, and
// nulls count as smaller than everything.
func (p *pipe) sortKeys(list []*syntax.SortKey) ([]duck.Order, bool) {
	var out []duck.Order
	for _, k := range list {
		_, x := named(k.X)
		v := p.scope().expr(x)
		if v.bad() {
			return nil, false
		}
		if v.typ == Dynamic {
			p.t.hintf(x.Span(), "say how to read it, for example tostring(...)", "rows cannot be sorted by a dynamic value")
			return nil, false
		}
		if v.lit != nil {
			continue
		}
		v = p.define("", v)
		desc := k.Order != syntax.OrderAsc
		o := duck.Order{By: orderBy(v), Desc: desc, NullsFirst: !desc}
		if k.Nulls != syntax.NullsDefault {
			o.NullsFirst = k.Nulls == syntax.NullsFirst
		}
		if v.typ == Real && !v.finite {
			// NaN sorts between null and the numbers, while DuckDB puts it last.
			out = append(out, duck.Order{By: duck.Fn("isnan", v.sql), Desc: !desc, NullsFirst: o.NullsFirst})
		}
		out = append(out, o)
	}
	return out, true
}

// orderBy is a value as a sort key.
func orderBy(v value) duck.Expr {
	if v.typ == String {
		return str(v)
	}
	return v.sql
}

// top is sort and take in one.
func (p *pipe) top(op *syntax.Top) {
	n, ok := p.rows(op.N)
	order, sorted := p.sortKeys([]*syntax.SortKey{op.Key})
	if !ok || !sorted {
		return
	}
	p.t.hints(op.Hints)
	p.sorted(order)
	p.limit(n)
	p.label("top")
}

// hints refuses options that are not known. Hints only tell Kusto how to
// spread the work and change no row.
func (t *translator) hints(list []*syntax.Param) {
	for _, h := range list {
		if strings.HasPrefix(h.Name.Name, "hint.") {
			continue
		}
		t.errorf(h.Name.Pos, "the option %q is not supported", h.Name.Name)
	}
}

// serialize keeps the order of the rows and adds columns.
func (p *pipe) serialize(op *syntax.Serialize) {
	p.serial = true
	p.t.hints(op.Hints)
	p.extend(op.Cols, "serialize")
}
