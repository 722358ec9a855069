package kql

import (
	"fmt"
	"sort"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// evaluate runs one of Kusto's plugins that change the shape of a table.
func (p *pipe) evaluate(op *syntax.Evaluate) {
	p.t.hints(op.Hints)
	if op.Call == nil || !p.alone(op.Pos, "evaluate") {
		p.broken = true
		return
	}
	plugins := map[string]func(*syntax.Evaluate){"bag_unpack": p.bagUnpack, "pivot": p.pivot, "narrow": p.narrow}
	run := plugins[op.Call.Func.Name]
	if run == nil {
		p.t.hintf(op.Call.Func.Pos, "there are: bag_unpack, narrow, pivot", "the plugin %q is not supported", op.Call.Func.Name)
		p.broken = true
		return
	}
	run(op)
	p.label("evaluate " + op.Call.Func.Name)
}

// probe runs a query while translating: what columns there will be may depend
// on the rows. It gives all rows, sorted by all columns.
func (p *pipe) probe(at syntax.Span, why string, xs ...duck.Expr) ([][]any, bool) {
	if p.t.opt.Probe == nil {
		p.t.hintf(at, why, "the columns depend on the rows, which cannot be read here")
		return nil, false
	}
	if len(p.t.errs) > 0 || p.broken {
		return nil, false
	}
	last := &duck.Select{From: p.rel}
	for _, x := range xs {
		last.Order = append(last.Order, duck.Order{By: x, NullsFirst: true})
		last.Define("", x)
	}
	distinct := &duck.Group{From: p.rel}
	for _, d := range last.Defs {
		distinct.Keys = append(distinct.Keys, duck.Def{Col: d.Col, X: d.X})
	}
	outer := &duck.Select{From: distinct}
	for _, d := range last.Defs {
		outer.Define("", duck.Ref{Col: d.Col})
		outer.Order = append(outer.Order, duck.Order{By: duck.Ref{Col: d.Col}, NullsFirst: true})
	}
	st := duck.Print(outer)
	rows, err := p.t.opt.Probe(st.SQL, st.Args)
	if err != nil {
		p.t.errorf(at, "reading the rows for their columns: %v", err)
		return nil, false
	}
	return rows, true
}

// pluginArgs are the arguments by position; those of the form name=value are
// returned by name.
func pluginArgs(c *syntax.Call) (list []syntax.Expr, byName map[string]syntax.Expr) {
	byName = map[string]syntax.Expr{}
	for _, a := range c.Args {
		if ids, x := named(a); len(ids) == 1 {
			byName[ids[0].Name] = x
			continue
		}
		list = append(list, a)
	}
	return list, byName
}

// unpacking is a call of bag_unpack.
type unpacking struct {
	bag      value
	column   int
	prefix   string
	conflict string
	ignored  map[string]bool
}

// bagUnpack makes a column of each member of a bag.
func (p *pipe) bagUnpack(op *syntax.Evaluate) {
	u, ok := p.unpacking(op)
	if !ok {
		p.broken = true
		return
	}
	rest := append(append([]column{}, p.cols[:u.column]...), p.cols[u.column+1:]...)
	if op.Schema != nil || op.OpenSchema {
		p.unpackAs(op, u, rest)
		return
	}
	members, ok := p.bagMembers(op, u)
	if !ok {
		p.broken = true
		return
	}
	p.cols = rest
	for _, m := range members {
		name := u.prefix + m.name
		if _, taken := p.column(name); taken {
			switch u.conflict {
			case "keep_source":
				continue
			case "replace_source":
			default:
				p.t.hintf(op.Call.Pos, "use columnsConflict='replace_source' or 'keep_source', or a prefix", "the bag has a member %q, and there is a column of that name", name)
				p.broken = true
				return
			}
		}
		p.set(name, p.define(name, p.unpacked(u.bag, m.name, m.typ)))
	}
}

// unpacked is a member of the bag as a value of a type.
func (p *pipe) unpacked(bag value, member string, typ Type) value {
	v := p.t.member(bag, member)
	if typ == Dynamic {
		return v
	}
	return p.t.convert(v, typ)
}

func (p *pipe) unpacking(op *syntax.Evaluate) (unpacking, bool) {
	u := unpacking{column: -1, ignored: map[string]bool{}}
	list, byName := pluginArgs(op.Call)
	if len(list) == 0 {
		p.t.hintf(op.Call.Pos, "write it as bag_unpack(column)", "bag_unpack needs the column to unpack")
		return u, false
	}
	id, ok := syntax.Unparen(list[0]).(*syntax.Ident)
	if !ok {
		p.t.errorf(list[0].Span(), "bag_unpack needs the name of a column")
		return u, false
	}
	found := p.chosen(id)
	if len(found) == 0 {
		return u, false
	}
	u.column, u.bag = found[0], p.cols[found[0]].val
	if u.bag.bad() {
		return u, false
	}
	if u.bag.typ != Dynamic {
		p.t.hintf(id.Pos, jsonHint(u.bag), "bag_unpack needs a dynamic column, not %s", u.bag.typ.with())
		return u, false
	}
	u.bag = p.compute(id.Name, value{typ: Dynamic, maybe: true, sql: toJSON(u.bag)})
	for i, name := range []string{"OutputColumnPrefix", "columnsConflict", "ignoredProperties"} {
		x := byName[name]
		if i+1 < len(list) {
			x = list[i+1]
		}
		delete(byName, name)
		if x == nil {
			continue
		}
		v := p.scope().expr(x)
		switch text, isText := v.text(); {
		case v.bad():
			return u, false
		case i == 0 && isText:
			u.prefix = text
		case i == 1 && (text == "error" || text == "replace_source" || text == "keep_source"):
			u.conflict = text
		case i == 2 && p.ignore(x, u.ignored):
		default:
			p.t.errorf(x.Span(), "this is no value for %s of bag_unpack", name)
			return u, false
		}
	}
	for name, x := range byName {
		p.t.errorf(x.Span(), "bag_unpack has no argument %q", name)
		return u, false
	}
	return u, true
}

// ignore reads dynamic(['a', 'b']).
func (p *pipe) ignore(x syntax.Expr, into map[string]bool) bool {
	names := p.t.texts(p.env, []syntax.Expr{x})
	for _, n := range names {
		into[n] = true
	}
	return names != nil
}

type bagMember struct {
	name string
	typ  Type
}

// bagMembers reads which members the bags have. A member that is of one type
// throughout is a column of that type, any other is dynamic.
func (p *pipe) bagMembers(op *syntax.Evaluate, u unpacking) ([]bagMember, bool) {
	q := *p
	json := toJSON(u.bag)
	is := duck.Op(duck.Fn("json_type", json), "=", duck.Str("OBJECT"))
	q.filter(sure(Bool, is))
	keys := q.compute("", value{typ: "list", sql: duck.Fn("json_keys", json)})
	s := q.push()
	key := &duck.Column{Hint: "key"}
	s.Unnest = append(s.Unnest, duck.Def{Col: key, X: keys.sql})
	q.push()
	name := duck.Ref{Col: key}
	path := duck.Fn("concat", duck.Str(`$."`), duck.Fn("replace", duck.Fn("replace", name, duck.Str(`\`), duck.Str(`\\`)), duck.Str(`"`), duck.Str(`\"`)), duck.Str(`"`))
	rows, ok := q.probe(op.Call.Pos, "name them: evaluate bag_unpack(...) : (name:string, size:long)", name, duck.Fn("json_type", json, path))
	if !ok {
		return nil, false
	}
	types := map[string]Type{}
	for _, r := range rows {
		k, typ := fmt.Sprint(r[0]), memberType(fmt.Sprint(r[1]))
		switch old, seen := types[k]; {
		case u.ignored[k]:
		case !seen, old == "":
			types[k] = typ
		case typ == "" || typ == old:
		case typ.numeric() && old.numeric():
			types[k] = Real
		default:
			types[k] = Dynamic
		}
	}
	var out []bagMember
	for k, typ := range types {
		if typ == "" {
			typ = Dynamic
		}
		out = append(out, bagMember{k, typ})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, true
}

// memberType is the KQL type of a JSON type, "" for null.
func memberType(json string) Type {
	switch json {
	case "VARCHAR":
		return String
	case "BOOLEAN":
		return Bool
	case "BIGINT", "UBIGINT":
		return Long
	case "DOUBLE":
		return Real
	case "NULL":
		return ""
	}
	return Dynamic
}

// unpackAs makes the columns that the query names behind the call.
func (p *pipe) unpackAs(op *syntax.Evaluate, u unpacking, rest []column) {
	types := p.t.columnDecls(op.Schema)
	var cols []column
	if op.OpenSchema {
		cols = append(cols, rest...)
	}
	source := map[string]value{}
	for _, c := range rest {
		source[c.name] = c.val
	}
	for i, c := range op.Schema {
		name := c.Name.Name
		if types[i] == "" {
			continue
		}
		v, fromSource := source[name]
		if !fromSource || u.conflict == "replace_source" {
			member := name
			if len(u.prefix) <= len(name) && name[:len(u.prefix)] == u.prefix {
				member = name[len(u.prefix):]
			}
			v = p.unpacked(u.bag, member, types[i])
			if u.ignored[member] {
				v = null(types[i])
			}
		} else if v.typ != types[i] && !v.bad() {
			p.t.errorf(c.Pos, "the column %q is %s, not %s", name, v.typ.with(), types[i].with())
		}
		done := false
		for k := range cols {
			if cols[k].name == name {
				cols[k].val, done = v, true
			}
		}
		if !done {
			cols = append(cols, column{name, v})
		}
	}
	for i := range cols {
		cols[i].val = p.define(cols[i].name, cols[i].val)
	}
	p.cols = cols
}
