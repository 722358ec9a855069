package kql

import (
	"sort"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// joinKind describes one kind of join.
type joinKind struct {
	sql duck.JoinKind
	// unique takes the first left row of each key.
	unique bool
	// one keeps the columns of one side only: 'l' or 'r'.
	one byte
}

// joinKinds lists the kinds KQL knows.
func joinKinds() map[string]joinKind {
	return map[string]joinKind{
		"innerunique": {sql: duck.Inner, unique: true},
		"inner":       {sql: duck.Inner},
		"leftouter":   {sql: duck.Left},
		"rightouter":  {sql: duck.Right},
		"fullouter":   {sql: duck.Full},
		"leftsemi":    {sql: duck.Semi, one: 'l'},
		"rightsemi":   {sql: duck.Semi, one: 'r'},
		"leftanti":    {sql: duck.Anti, one: 'l'}, "anti": {sql: duck.Anti, one: 'l'}, "leftantisemi": {sql: duck.Anti, one: 'l'},
		"rightanti": {sql: duck.Anti, one: 'r'}, "rightantisemi": {sql: duck.Anti, one: 'r'},
	}
}

// kindOf resolves kind=..., with a default.
func (t *translator) kindOf(id *syntax.Ident, byDefault string, kinds map[string]joinKind) (joinKind, bool) {
	name := byDefault
	if id != nil {
		name = id.Name
	}
	k, ok := kinds[name]
	if !ok {
		var names []string
		for n := range kinds {
			names = append(names, n)
		}
		sort.Strings(names)
		t.hintf(id.Pos, suggest(name, names), "unknown kind of join %q", name)
	}
	return k, ok
}

// join combines the rows with those of another pipeline.
func (p *pipe) join(op *syntax.Join) {
	kind, ok := p.t.kindOf(op.Kind, "innerunique", joinKinds())
	p.t.hints(op.Hints)
	right := p.t.pipeline(op.Right, p.env, nil)
	keys := p.on(right, op.On, op.Pos)
	if !ok || keys == nil {
		p.broken = true
		return
	}
	if kind.sql == duck.Right || kind.sql == duck.Full || kind.one == 'r' {
		if !p.alone(op.Pos, "join of this kind") {
			return
		}
	}
	if kind.unique {
		p.firstOfEach(keys)
	}
	p.combine(right, kind, keys)
	p.label("join")
}

// key is one pair of columns that must be equal.
type key struct {
	left, right value
	// rightName is set when the key is one name on both sides.
	rightName string
}

// on reads the conditions of a join.
func (p *pipe) on(right *pipe, list []syntax.Expr, at syntax.Span) []key {
	var keys []key
	bad := len(list) == 0
	if bad {
		p.t.hintf(at, "say which columns must be equal: on Name, or on $left.a == $right.b", "a join needs on")
	}
	var walk func(syntax.Expr)
	walk = func(e syntax.Expr) {
		switch x := syntax.Unparen(e).(type) {
		case *syntax.Ident:
			l := (&scope{t: p.t, p: p}).ident(x)
			r := (&scope{t: p.t, p: right}).ident(x)
			k, ok := p.key(x.Pos, l, r)
			k.rightName = x.Name
			keys, bad = append(keys, k), bad || !ok
		case *syntax.Binary:
			if x.Op == syntax.OpAnd {
				walk(x.X)
				walk(x.Y)
				return
			}
			k, ok := p.sides(right, x)
			keys, bad = append(keys, k), bad || !ok
		case *syntax.BadExpr:
			bad = true
		default:
			p.t.hintf(e.Span(), "write it as on Name, or on $left.a == $right.b", "this is no condition of a join")
			bad = true
		}
	}
	for _, e := range list {
		walk(e)
	}
	if bad {
		return nil
	}
	return keys
}

// sides reads $left.a == $right.b, in either order.
func (p *pipe) sides(right *pipe, x *syntax.Binary) (key, bool) {
	sideOf := func(e syntax.Expr) (*syntax.SideRef, *syntax.Ident) {
		m, ok := syntax.Unparen(e).(*syntax.Member)
		if !ok {
			return nil, nil
		}
		s, ok := m.X.(*syntax.SideRef)
		if !ok {
			return nil, nil
		}
		return s, m.Name
	}
	a, aName := sideOf(x.X)
	b, bName := sideOf(x.Y)
	if x.Op != syntax.OpEq || a == nil || b == nil || a.Right == b.Right {
		p.t.hintf(x.Pos, "write it as $left.a == $right.b", "this is no condition of a join")
		return key{}, false
	}
	if a.Right {
		aName, bName = bName, aName
	}
	l := (&scope{t: p.t, p: p}).ident(aName)
	r := (&scope{t: p.t, p: right}).ident(bName)
	k, ok := p.key(x.Pos, l, r)
	k.rightName = bName.Name
	return k, ok
}

func (p *pipe) key(at syntax.Span, l, r value) (key, bool) {
	if l.bad() || r.bad() {
		return key{}, false
	}
	if l.typ == Dynamic || r.typ == Dynamic {
		p.t.hintf(at, "make it a string first: extend Name = tostring(Name)", "rows cannot be joined on a dynamic value")
		return key{}, false
	}
	a, b, ok := comparable2(l, r)
	if !ok {
		p.t.errorf(at, "rows cannot be joined on %s and %s", l.typ, r.typ)
		return key{}, false
	}
	return key{left: a, right: b}, true
}

// firstOfEach keeps the first row for each value of the keys: the left side of
// an innerunique join.
func (p *pipe) firstOfEach(keys []key) {
	var xs []duck.Expr
	for _, k := range keys {
		xs = append(xs, natural(k.left))
	}
	for _, o := range p.order {
		xs = append(xs, o.By)
	}
	s := p.over(xs...)
	if s.Closed() {
		s = p.push()
	}
	s.DistinctOn = append(append([]duck.Expr{}, p.partitionBy()...), xs[:len(keys)]...)
	if len(p.order) > 0 {
		for _, x := range s.DistinctOn {
			s.Order = append(s.Order, duck.Order{By: x})
		}
		s.Order = append(s.Order, p.order...)
	}
}

// combine puts the two sides together. Right columns whose names are taken get
// a number.
func (p *pipe) combine(right *pipe, kind joinKind, keys []key) {
	var on []duck.Expr
	for _, k := range keys {
		on = append(on, equalKeys(k))
	}
	if kind.one == 'r' {
		p.rel = &duck.Join{Kind: kind.sql, Left: right.rel, Right: p.rel, On: on}
		p.cols, p.hidden, p.order, p.serial = right.cols, right.hidden, nil, false
		return
	}
	if kind.one == 'l' {
		p.rel = &duck.Join{Kind: kind.sql, Left: p.rel, Right: right.rel, On: on}
		p.order, p.serial = nil, false
		return
	}
	leftPads := kind.sql == duck.Right || kind.sql == duck.Full
	rightPads := kind.sql == duck.Left || kind.sql == duck.Full
	if leftPads {
		p.steady()
	}
	if rightPads {
		right.steady()
	}
	names := newNamer("", 1, p.names()...)
	var cols []column
	for _, c := range p.cols {
		if leftPads {
			c.val = padded(c.val)
		}
		cols = append(cols, c)
	}
	for _, c := range right.cols {
		v := c.val
		if rightPads {
			v = padded(v)
		}
		name := names.free(c.name)
		names.taken[name] = true
		cols = append(cols, column{name, v})
	}
	p.rel = &duck.Join{Kind: kind.sql, Left: p.rel, Right: right.rel, On: on}
	p.cols, p.order, p.serial = cols, nil, false
	p.broken = p.broken || right.broken
}

// equalKeys compares keys, null with null being equal.
func equalKeys(k key) duck.Expr {
	l, r := natural(k.left), natural(k.right)
	if k.left.typ == String || !k.left.maybe && !k.right.maybe {
		return duck.Op(l, "=", r)
	}
	return duck.Op(l, "IS NOT DISTINCT FROM", r)
}

// lookup is a join whose right side gives further columns to the rows, without
// its keys.
func (p *pipe) lookup(op *syntax.Lookup) {
	kinds := map[string]joinKind{"leftouter": {sql: duck.Left}, "inner": {sql: duck.Inner}}
	kind, ok := p.t.kindOf(op.Kind, "leftouter", kinds)
	p.t.hints(op.Hints)
	right := p.t.pipeline(op.Right, p.env, nil)
	keys := p.on(right, op.On, op.Pos)
	if !ok || keys == nil {
		p.broken = true
		return
	}
	keyNames := map[string]bool{}
	for _, k := range keys {
		keyNames[k.rightName] = true
	}
	// The right side's keys are compared before they are dropped.
	kept := right.cols[:0:0]
	for _, c := range right.cols {
		if !keyNames[c.name] {
			kept = append(kept, c)
		}
	}
	right.cols = kept
	p.combine(right, kind, keys)
	p.label("lookup")
}
