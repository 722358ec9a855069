package kql

import (
	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// expansion is one column of mv-expand.
type expansion struct {
	name string
	at   syntax.Span
	val  value
	to   Type
}

// mvExpand makes a row of each element. Several columns are expanded side by
// side.
func (p *pipe) mvExpand(op *syntax.MvExpand) {
	p.t.hints(op.Hints)
	bagAsArray := false
	if op.Bag != nil {
		switch op.Bag.Name {
		case "array":
			bagAsArray = true
		case "bag":
		default:
			p.t.hintf(op.Bag.Pos, "there are: bag, array", "unknown kind of mv-expand %q", op.Bag.Name)
			return
		}
	}
	list, ok := p.expansions(op.Cols)
	if !ok {
		return
	}
	limited := op.Limit != nil
	if len(list) == 1 && op.ItemIndex == nil && !limited && p.expandKnown(list[0]) {
		p.label("mv-expand")
		return
	}
	index := p.unnest(list, bagAsArray)
	if limited {
		n, ok := p.rows(op.Limit)
		if !ok {
			return
		}
		p.filter(sure(Bool, duck.Op(index.sql, "<=", n)))
	}
	for _, x := range list {
		p.set(x.name, p.define(x.name, x.val))
	}
	if op.ItemIndex != nil {
		zero := value{typ: Long, sql: duck.Op(index.sql, "-", duck.Int(1)), bits: 32}
		p.set(op.ItemIndex.Name, p.define(op.ItemIndex.Name, zero))
	}
	p.label("mv-expand")
}

// expansions evaluates the columns to expand.
func (p *pipe) expansions(cols []*syntax.ExpandCol) ([]expansion, bool) {
	var out []expansion
	names := newNamer("Column", 1)
	good := true
	for _, c := range cols {
		ids, x := named(c.X)
		v := p.scope().expr(x)
		e := expansion{at: x.Span(), val: v}
		switch {
		case len(ids) > 1:
			p.t.errorf(c.Pos, "several names for one value")
			good = false
		case len(ids) == 1:
			e.name = ids[0].Name
		default:
			e.name = names.auto(p.t.expandName(x))
		}
		if c.To != nil {
			if c.To.Type == nil {
				p.t.errorf(c.To.Pos, "typeof here takes one type")
				good = false
			} else {
				e.to = p.t.typeRef(c.To.Type)
				good = good && e.to != ""
			}
		}
		if v.bad() {
			good = false
		} else if v.typ != Dynamic {
			hint := ""
			if v.typ == String {
				hint = "parse_json(...) makes a dynamic of a text, split(...) makes one of its pieces"
			}
			p.t.hintf(e.at, hint, "mv-expand needs a dynamic value, not %s", v.typ.with())
			good = false
		}
		out = append(out, e)
	}
	if !good {
		for _, e := range out {
			p.set(e.name, poison)
		}
	}
	return out, good
}

// expandName is the name of an unnamed column of mv-expand: that of the path,
// also inside a function such as todynamic.
func (t *translator) expandName(e syntax.Expr) string {
	if n := t.autoName(e); n != "" {
		return n
	}
	if c, ok := syntax.Unparen(e).(*syntax.Call); ok && len(c.Args) == 1 {
		return t.expandName(c.Args[0])
	}
	return ""
}

// expandKnown expands an array of which the catalog says that it has at most
// one element: no list is built, and its members stay typed columns.
func (p *pipe) expandKnown(e expansion) bool {
	tr := e.val.tree
	if tr == nil || tr.known == nil || tr.known.array == nil || tr.padded {
		return false
	}
	arr := tr.known.array
	// A missing array is null, and null expands to one row: nothing is left out.
	if !arr.Missing && arr.Present != "" && !tr.notNull(arr.Present) {
		p.filter(sure(Bool, duck.IsNull{X: tr.column(arr.Present), Not: true}))
	}
	v := p.t.element(e.val, 0)
	p.set(e.name, p.define(e.name, p.cast(v, e.to)))
	return true
}

// cast is "to typeof(T)": what does not fit becomes null.
func (p *pipe) cast(v value, to Type) value {
	if to == "" || to == Dynamic {
		return v
	}
	return p.t.convert(v, to)
}

// unnest makes the rows. It returns the position of the element, from 1, and
// leaves in list what each column holds.
func (p *pipe) unnest(list []expansion, bagAsArray bool) value {
	var lists []duck.Expr
	for _, e := range list {
		lists = append(lists, p.compute(e.name, value{typ: "list", maybe: true, sql: expandList(e.val, bagAsArray)}).sql)
	}
	s := p.push()
	var size duck.Expr
	for i, l := range lists {
		c := &duck.Column{Hint: list[i].name}
		s.Unnest = append(s.Unnest, duck.Def{Col: c, X: l})
		v := value{typ: Dynamic, maybe: true, sql: duck.Fn("nullif", duck.Ref{Col: c}, duck.As(duck.Str("null"), "JSON"))}
		list[i].val = p.cast(v, list[i].to)
		n := duck.Fn("len", l)
		if size == nil {
			size = n
		} else {
			size = duck.Fn("greatest", size, n)
		}
	}
	at := &duck.Column{Hint: "index"}
	s.Unnest = append(s.Unnest, duck.Def{Col: at, X: duck.Fn("generate_series", duck.Int(1), size)})
	index := value{typ: Long, sql: duck.Ref{Col: at}, bits: 32}
	if len(p.order) > 0 {
		p.order = append(append([]duck.Order{}, p.order...), duck.Order{By: index.sql})
	}
	return index
}

// expandList is the list of elements of a dynamic value: null makes one row, an
// empty array none, a bag one row for each member, and anything else a row of
// itself.
func expandList(v value, bagAsArray bool) duck.Expr {
	if list := v.tree.list(); list != nil {
		plain := *v.tree
		plain.known, v.tree = nil, &plain
		return duck.Coalesce(list, expandList(v, bagAsArray))
	}
	j := toJSON(v)
	kind := duck.Fn("json_type", j)
	name := &duck.Var{}
	member := duck.Fn("json_extract", j, duck.Fn("concat", duck.Str(`$."`),
		duck.Fn("replace", duck.Fn("replace", duck.Local{Var: name}, duck.Str(`\`), duck.Str(`\\`)), duck.Str(`"`), duck.Str(`\"`)),
		duck.Str(`"`)))
	var one duck.Expr = duck.Fn("json_object", duck.Local{Var: name}, member)
	if bagAsArray {
		one = duck.Fn("json_array", duck.Local{Var: name}, member)
	}
	return duck.Case{
		Whens: []duck.When{
			{If: duck.Op(kind, "=", duck.Str("ARRAY")), Then: duck.As(j, "JSON[]")},
			{If: duck.Op(kind, "=", duck.Str("OBJECT")), Then: duck.Fn("list_transform", duck.Fn("json_keys", j),
				duck.Lambda{Vars: []*duck.Var{name}, Body: one})},
		},
		Else: duck.List{j},
	}
}
