package kql

import (
	"fmt"
	"slices"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// source lowers where rows come from. ops are the operators behind it, which
// decide which variant of a table is read.
func (t *translator) source(pl *syntax.Pipeline, e *env, ops []syntax.Operator) *pipe {
	switch src := pl.Source.(type) {
	case nil:
		// In ARG a query may begin with an operator and means Resources.
		if t.cat.table("resources") == nil {
			t.hintf(pl.Pos, "begin with a table, for example: securityresources | ...", "the query names no table")
			return t.brokenPipe(e)
		}
		return t.table(t.cat.table("resources"), e, ops)
	case *syntax.Ident:
		return t.named(src, e, ops)
	case *syntax.Call:
		return t.tableCall(src, e, ops)
	case *syntax.Subquery:
		return t.pipeline(src.Pipe, e, ops)
	case *syntax.DataTable:
		return t.dataTable(src, e)
	case *syntax.Print:
		return t.print(src, e)
	case *syntax.Range:
		return t.rangeRows(src, e)
	case *syntax.Union:
		return t.union(src, nil, e, ops)
	case *syntax.Search:
		return t.searchSource(src, e)
	case *syntax.SharedQuery:
		t.hintf(src.Pos, "paste the text of the shared query instead", "shared queries cannot be read here")
	case *syntax.ExternalData:
		t.errorf(src.Pos, "externaldata is not supported: queries read the local database only")
	case *syntax.Member:
		if c, ok := src.X.(*syntax.Call); ok && c.Recv == nil && c.Func.Name == "arg" {
			// How Log Analytics names a table of Resource Graph.
			return t.named(src.Name, e, ops)
		}
		t.errorf(src.Pos, "tables of other databases are not supported")
	case *syntax.Pattern:
		t.errorf(src.Pos, "a name pattern can only be a leg of union")
	default:
		t.errorf(pl.Pos, "this source is not supported")
	}
	return t.brokenPipe(e)
}

// named reads a table by name: what let bound, else the catalog.
func (t *translator) named(id *syntax.Ident, e *env, ops []syntax.Operator) *pipe {
	if b := e.find(id.Name); b != nil {
		return t.boundTable(id, b, e, ops)
	}
	if tab := t.cat.table(id.Name); tab != nil {
		return t.table(tab, e, ops)
	}
	names := append(t.cat.names(), e.names((*binding).tabular)...)
	hint := suggest(id.Name, names)
	if hint == "" && len(names) > 0 {
		hint = "there are: " + someNames(names)
	}
	t.hintf(id.Pos, hint, "unknown table %q", id.Name)
	return t.brokenPipe(e)
}

// someNames lists names, but not more than fit a line.
func someNames(names []string) string {
	const most = 6
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// boundTable reads what let, as or a parameter bound.
func (t *translator) boundTable(id *syntax.Ident, b *binding, e *env, ops []syntax.Operator) *pipe {
	switch {
	case b.shared != nil:
		return t.read(b.shared, e, id.Name)
	case b.pipe != nil:
		p := t.pipeline(b.pipe, b.env, ops)
		p.env, p.name = e, ""
		return p
	case b.lambda != nil:
		return t.applyTable(id, b, nil, e, ops)
	}
	t.hintf(id.Pos, "", "%q is a value, not a table", id.Name)
	return t.brokenPipe(e)
}

// table reads a table of the catalog, through a variant when one fits.
func (t *translator) table(tab *Table, e *env, ops []syntax.Operator) *pipe {
	v := t.variant(tab, e, ops)
	scan := &duck.Table{Name: tab.Relation}
	if v != nil {
		scan.Name = v.Relation
		if n := v.Narrow; n != nil {
			if values := t.pinned(n.Column, e, ops); values != nil && !slices.ContainsFunc(values, n.Lacks) {
				scan.Name = n.Relation
			}
		}
	}
	rows := &duck.Select{From: scan, Label: tab.Name}
	if tab.Only != nil && v == nil {
		rows.Where = []duck.Expr{duck.Op(duck.Ref{Col: scan.Column(tab.Only.Column)}, "=", duck.Str(tab.Only.Value))}
	}
	p := &pipe{t: t, env: e, rel: rows, name: tab.Name}
	read := func(name string) duck.Expr { return duck.Ref{Col: scan.Column(name)} }
	var paths *known
	if v != nil {
		paths = knownPaths(v.Paths)
	}
	for _, c := range tab.Columns {
		p.cols = append(p.cols, column{c.Name, t.tableColumn(c, v, paths, read)})
	}
	for _, c := range tab.Hidden {
		p.hidden = append(p.hidden, column{c.Name, null(c.Type)})
	}
	return p
}

func (t *translator) tableColumn(c Column, v *Variant, paths *known, read func(string) duck.Expr) value {
	notNull := func(name string) bool { return v != nil && v.notNull(name) }
	x := read(c.Name)
	if c.Type == Dynamic {
		tr := &tree{root: x, column: read, notNull: notNull}
		if paths != nil {
			tr.known = paths.members[c.Name]
		}
		return value{typ: Dynamic, maybe: true, tree: tr}
	}
	out := held(c.Type, x)
	out.maybe = !c.NotNull && !notNull(c.Name)
	if v == nil {
		return out
	}
	if k := v.concat(c.Name); k != nil {
		for _, cp := range k.Parts {
			p := part{lit: cp.Literal}
			if cp.Column != "" {
				p = part{x: read(cp.Column), nonEmpty: cp.NonEmpty, excludes: cp.Excludes}
			}
			out.parts = append(out.parts, p)
		}
	}
	return out
}

// oneRow is a single row without columns.
func (t *translator) oneRow(e *env) *pipe {
	v := &duck.Values{Rows: [][]duck.Expr{nil}}
	return &pipe{t: t, env: e, rel: &duck.Select{From: v}, serial: true}
}

// print is one row of expressions.
func (t *translator) print(src *syntax.Print, e *env) *pipe {
	p := t.oneRow(e)
	names := newNamer("print_", 0)
	for _, a := range p.assignPrint(src.Cols, names) {
		p.cols = append(p.cols, column{a.name, p.define(a.name, a.val)})
	}
	p.label("print")
	return p
}

// assignPrint is assign for print, which numbers unnamed columns by position.
func (p *pipe) assignPrint(cols []syntax.Expr, names *namer) []assigned {
	p.explicit(cols, names)
	var out []assigned
	s := &scope{t: p.t, env: p.env, p: p, hide: true}
	for i, e := range cols {
		ids, x := named(e)
		if many, call := p.several(s, x, len(ids)); call != nil {
			out = append(out, p.nameMany(many, ids, names, call)...)
			continue
		}
		v := s.expr(x)
		if len(ids) > 0 {
			out = append(out, assigned{ids[0].Name, x.Span(), v})
			continue
		}
		names.next = i
		out = append(out, assigned{names.auto(p.t.autoName(x)), x.Span(), v})
	}
	return out
}

// dataTable is rows written down in the query.
func (t *translator) dataTable(src *syntax.DataTable, e *env) *pipe {
	v := &duck.Values{}
	p := &pipe{t: t, env: e}
	types := t.columnDecls(src.Cols)
	for i, c := range src.Cols {
		col := &duck.Column{Hint: c.Name.Name}
		v.Cols = append(v.Cols, col)
		v.Types = append(v.Types, types[i].sql())
		val := value{typ: types[i], sql: duck.Ref{Col: col}, maybe: types[i] != String}
		if types[i] == "" {
			val = poison
			v.Types[i] = "VARCHAR"
		}
		p.cols = append(p.cols, column{c.Name.Name, val})
	}
	p.rel = &duck.Select{From: v, Label: "datatable"}
	n := len(src.Cols)
	if n == 0 {
		t.errorf(src.Pos, "a datatable needs columns (datatable(NAME:TYPE, ...) [VALUE, ...])")
		return p
	}
	if len(src.Values)%n != 0 {
		t.errorf(src.Pos, "%d values do not fill rows of %d columns", len(src.Values), n)
	}
	s := &scope{t: t, env: e}
	var row []duck.Expr
	for i, x := range src.Values {
		row = append(row, t.cell(s, x, types[i%n]))
		if len(row) == n {
			v.Rows = append(v.Rows, row)
			row = nil
		}
	}
	return p
}

// cell is one value of a datatable, in its column's type.
func (t *translator) cell(s *scope, x syntax.Expr, typ Type) duck.Expr {
	if _, ok := syntax.Unparen(x).(*syntax.Binary); ok {
		t.errorf(x.Span(), "a datatable takes literals only")
		return duck.Null{}
	}
	v := s.expr(x)
	if v.bad() || typ == "" {
		return duck.Null{}
	}
	if typ != v.typ {
		if v.typ == String && typ != Dynamic || v.typ == Dynamic {
			// Kusto reads a text in the column's type.
			v = t.convert(v, typ)
		} else if v.typ.numeric() && typ.numeric() {
			v = t.convert(v, typ)
		} else if typ == Dynamic {
			v = asDynamic(v)
		} else {
			t.errorf(x.Span(), "a value of type %s does not fit a column of type %s", v.typ, typ)
			return duck.Null{}
		}
	}
	return natural(v)
}

// convert is the conversion to a type, as toT() does it.
func (t *translator) convert(v value, typ Type) value {
	switch typ {
	case Bool:
		return asBool(v)
	case Int:
		return asInt(v)
	case Long:
		return asLong(v)
	case Real:
		return asReal(v)
	case Decimal:
		return asDecimal(v)
	case Datetime:
		return asDatetime(v)
	case Timespan:
		return asTimespan(v)
	case Guid:
		return asGuid(v)
	case String:
		return toText(v)
	}
	return asDynamic(v)
}

// columnDecls resolves the types of declared columns; "" marks an unknown one.
func (t *translator) columnDecls(list []*syntax.ColumnDecl) []Type {
	var out []Type
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.Name.Name] {
			t.errorf(c.Name.Pos, "the column %q is given twice", c.Name.Name)
		}
		seen[c.Name.Name] = true
		out = append(out, t.typeRef(c.Type))
	}
	return out
}

// typeRef resolves a type; nil means string.
func (t *translator) typeRef(r *syntax.TypeRef) Type {
	if r == nil {
		return String
	}
	typ, ok := t.types[r.Name]
	if !ok {
		var names []string
		for n := range t.types {
			names = append(names, n)
		}
		t.hintf(r.Pos, suggest(r.Name, names), "unknown type %q", r.Name)
	}
	return typ
}

// rangeRows is range x from a to b step c: first + i*step while not beyond b.
func (t *translator) rangeRows(src *syntax.Range, e *env) *pipe {
	s := &scope{t: t, env: e}
	from, to, step := s.expr(src.From), s.expr(src.To), s.expr(src.Step)
	if from.bad() || to.bad() || step.bad() {
		p := t.brokenPipe(e)
		p.cols = []column{{src.Col.Name, poison}}
		return p
	}
	i := &duck.Column{Hint: "i"}
	typ, count, ok := rangeCount(from, to, step)
	if !ok {
		t.errorf(src.Pos, "a range from %s to %s step %s is not defined", from.typ, to.typ, step.typ)
		return t.brokenPipe(e)
	}
	series := &duck.Series{Col: i, First: duck.Int(0), Last: count, Step: duck.Int(1)}
	p := &pipe{t: t, env: e, rel: &duck.Select{From: series, Label: "range"}, serial: true}
	n := value{typ: Long, sql: duck.Ref{Col: i}, bits: 40}
	if from.typ == Real || step.typ == Real {
		n = asReal(n)
	}
	v := t.arithmetic(plain(from), t.arithmetic(n, step, syntax.OpMul), syntax.OpAdd)
	v.typ, v.maybe = typ, false
	p.cols = []column{{src.Col.Name, p.compute(src.Col.Name, v)}}
	return p
}

// rangeCount is the SQL for the last i with from + i*step within to.
func rangeCount(from, to, step value) (Type, duck.Expr, bool) {
	typ := from.typ
	switch {
	case from.typ.numeric() && to.typ.numeric() && step.typ.numeric():
		for _, v := range []value{to, step} {
			if v.typ == Real {
				typ = Real
			} else if v.typ == Long && typ == Int {
				typ = Long
			}
		}
	case from.typ == Datetime && to.typ == Datetime && step.typ == Timespan:
	case from.typ == Timespan && to.typ == Timespan && step.typ == Timespan:
	default:
		return "", nil, false
	}
	a, b, c := plain(from).sql, plain(to).sql, plain(step).sql
	if typ == Real {
		n := duck.Fn("floor", duck.Op(duck.Fn("", duck.Op(duck.Op(b, "-", a), "/", c)), "+", duck.Float(1e-9)))
		return typ, duck.Coalesce(duck.TryAs(n, "BIGINT"), duck.Int(-1)), true
	}
	// Below zero means no rows; // would round a small negative number to 0.
	span := duck.Op(b, "-", a)
	n := duck.If(duck.Op(duck.Op(duck.Fn("sign", span), "*", duck.Fn("sign", c)), "<", duck.Int(0)), duck.Int(-1),
		duck.Op(span, "//", duck.Fn("nullif", c, duck.Int(0))))
	return typ, duck.Coalesce(n, duck.Int(-1)), true
}
