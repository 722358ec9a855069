package kql

import (
	"fmt"
	"sort"
	"strconv"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// scope is what an expression can see.
type scope struct {
	t   *translator
	env *env
	// p holds the rows whose columns can be named; nil where there are none.
	p *pipe
	// hide hides the columns of p: inside a let function, which sees its
	// parameters only.
	hide bool
	// right is set in a join's on, where p is the left side.
	right *pipe
	// aggs collects the aggregates inside summarize; nil elsewhere.
	aggs *aggregation
	// inAgg is set inside an aggregate's argument.
	inAgg bool
	// scan is set inside a step of scan.
	scan *scanState
}

func (p *pipe) scope() *scope { return &scope{t: p.t, env: p.env, p: p} }

// expr checks and lowers one expression.
func (s *scope) expr(e syntax.Expr) value {
	t := s.t
	switch e := e.(type) {
	case *syntax.Paren:
		return s.expr(e.X)
	case *syntax.Ident:
		return s.ident(e)
	case *syntax.StringLit:
		t.noteKeys(e.Value)
		return textLit(e.Value)
	case *syntax.BoolLit:
		return boolLit(e.Value)
	case *syntax.IntLit:
		if e.Int32 {
			return intLit(e.Value)
		}
		return longLit(e.Value)
	case *syntax.RealLit:
		return realLit(e.Value)
	case *syntax.DecimalLit:
		if f, err := strconv.ParseFloat(e.Text, 64); !isDecimal(e.Text) && (err != nil || f >= 1e20 || f <= -1e20) {
			t.hintf(e.Pos, "there are up to 20 digits before the point and 18 behind it", "%q does not fit a decimal", e.Text)
			return poison
		}
		return value{typ: Decimal, sql: duck.As(duck.Str(e.Text), decimalSQL)}
	case *syntax.TimespanLit:
		return timespanLit(e.Ticks)
	case *syntax.DatetimeLit:
		return datetimeLit(ticksOfTime(e.Value))
	case *syntax.GuidLit:
		return value{typ: Guid, sql: duck.Str(e.Text), lit: &literal{e.Text}}
	case *syntax.NullLit:
		typ, ok := t.types[e.Type]
		if !ok {
			t.errorf(e.Pos, "unknown type %q", e.Type)
			return poison
		}
		return null(typ)
	case *syntax.DynamicLit:
		return s.dynamicLit(e)
	case *syntax.Member:
		return s.member(e)
	case *syntax.Index:
		return s.index(e)
	case *syntax.Unary:
		return s.unary(e)
	case *syntax.Binary:
		return s.binary(e)
	case *syntax.In:
		return s.in(e)
	case *syntax.Between:
		return s.between(e)
	case *syntax.Call:
		return s.call(e)
	case *syntax.Star:
		t.errorf(e.Pos, "* cannot stand here")
	case *syntax.Pattern:
		t.errorf(e.Pos, "the name pattern %q cannot stand here", e.Text)
	case *syntax.Subquery:
		t.hintf(e.Pos, "toscalar(...) makes one value of a table", "a table cannot stand here")
	case *syntax.Named:
		t.errorf(e.Pos, "a name with = cannot stand here")
	case *syntax.Lambda:
		t.errorf(e.Pos, "a function cannot stand here; give it a name with let")
	case *syntax.SideRef:
		t.errorf(e.Pos, "$left and $right are known in a join's on only")
	case *syntax.BadExpr:
	case nil:
	default:
		t.errorf(e.Span(), "this expression is not supported")
	}
	return poison
}

// ident resolves a name: a column first, then what let bound.
func (s *scope) ident(e *syntax.Ident) value {
	t := s.t
	if s.p != nil && !s.hide {
		if v, ok := s.p.column(e.Name); ok {
			if s.aggs != nil && !s.inAgg {
				t.hintf(e.Pos, "put it behind by, or into an aggregate such as take_any("+e.Name+")",
					"the column %q is neither aggregated nor a group key", e.Name)
				return poison
			}
			return v
		}
	}
	if b := s.env.find(e.Name); b != nil {
		switch {
		case b.val != nil:
			return *b.val
		case b.lambda != nil:
			t.hintf(e.Pos, "call it: "+e.Name+"()", "%q is a function", e.Name)
		default:
			t.hintf(e.Pos, "toscalar("+e.Name+") makes one value of a table", "%q is a table", e.Name)
		}
		return poison
	}
	if s.p != nil && s.p.broken {
		return poison
	}
	t.unknownColumn(e, s)
	return poison
}

func (t *translator) unknownColumn(e *syntax.Ident, s *scope) {
	names := s.env.names(func(b *binding) bool { return b.val != nil })
	if s.p != nil && !s.hide {
		names = append(names, s.p.names()...)
	}
	if len(names) == 0 {
		t.errorf(e.Pos, "there is no column %q here, the rows have no columns", e.Name)
		return
	}
	hint := suggest(e.Name, names)
	if place := s.insideOf(e.Name); place != "" && (hint == "" || nearest(e.Name, names) == "") {
		hint = fmt.Sprintf("did you mean %s?", place)
	}
	t.hintf(e.Pos, hint, "unknown column %q", e.Name)
}

// insideOf is a known place inside a dynamic column whose last word is near the
// name: people write severity and mean properties.status.severity.
func (s *scope) insideOf(name string) string {
	if s.p == nil || s.hide {
		return ""
	}
	var words []string
	places := map[string]string{}
	for _, c := range s.p.cols {
		if c.val.tree == nil || c.val.tree.known == nil || len(c.val.tree.path) > 0 {
			continue
		}
		c.val.tree.known.each(c.name, func(place, word string) {
			if old, seen := places[word]; !seen || len(place) < len(old) || len(place) == len(old) && place < old {
				places[word] = place
			}
		})
	}
	for w := range places {
		words = append(words, w)
	}
	sort.Strings(words)
	return places[nearest(name, words)]
}

// member is X.name: a step into a dynamic.
func (s *scope) member(e *syntax.Member) value {
	if side, ok := e.X.(*syntax.SideRef); ok {
		return s.side(side, e)
	}
	if id, ok := e.X.(*syntax.Ident); ok && s.scan != nil && id.Name == s.scan.step {
		v, known := s.scan.member(e.Name.Name)
		if !known {
			s.t.errorf(e.Name.Pos, "the step %q has no column %q", id.Name, e.Name.Name)
			return poison
		}
		return v
	}
	x := s.expr(e.X)
	if x.bad() {
		return poison
	}
	if x.typ != Dynamic {
		s.t.hintf(e.Name.Pos, jsonHint(x), "%s has no members", x.typ.with())
		return poison
	}
	return s.t.member(x, e.Name.Name)
}

func jsonHint(x value) string {
	if x.typ == String {
		return "parse_json(...) makes a dynamic of a text"
	}
	return ""
}

// side is $left.name or $right.name in a join's on.
func (s *scope) side(side *syntax.SideRef, e *syntax.Member) value {
	p := s.p
	if side.Right {
		p = s.right
	}
	if p == nil || s.right == nil {
		s.t.errorf(side.Pos, "$left and $right are known in a join's on only")
		return poison
	}
	return (&scope{t: s.t, p: p}).ident(e.Name)
}

// index is X[i] or X["name"].
func (s *scope) index(e *syntax.Index) value {
	x, i := s.expr(e.X), s.expr(e.Index)
	if x.bad() || i.bad() {
		return poison
	}
	if x.typ != Dynamic {
		s.t.hintf(e.Index.Span(), jsonHint(x), "%s has no elements", x.typ.with())
		return poison
	}
	if name, ok := i.text(); ok {
		return s.t.member(x, name)
	}
	if n, ok := i.whole(); ok && i.typ.integer() {
		return s.t.element(x, n)
	}
	json := toJSON(x)
	var path duck.Expr
	switch {
	case i.typ == String || i.typ == Dynamic:
		key := str(toText(i))
		for _, r := range [][2]string{{`\`, `\\`}, {`"`, `\"`}} {
			key = duck.Fn("replace", key, duck.Str(r[0]), duck.Str(r[1]))
		}
		path = duck.Fn("concat", duck.Str(`$."`), key, duck.Str(`"`))
		if i.typ == Dynamic {
			// The index may be a number at run time.
			path = duck.If(duck.In{X: jsonType(i), List: []duck.Expr{duck.Str("UBIGINT"), duck.Str("BIGINT")}},
				duck.Fn("concat", duck.Str("$["), str(toText(i)), duck.Str("]")), path)
		}
	case i.typ.integer():
		path = duck.If(duck.IsNull{X: i.sql}, duck.Null{Type: "VARCHAR"}, duck.Fn("concat", duck.Str("$["), i.sql, duck.Str("]")))
	default:
		s.t.errorf(e.Index.Span(), "an index must be a long or a string, not %s", i.typ.with())
		return poison
	}
	return of(Dynamic, duck.Fn("nullif", duck.Fn("json_extract", json, path), duck.As(duck.Str("null"), "JSON")))
}

// unary is -x or +x.
func (s *scope) unary(e *syntax.Unary) value {
	x := s.expr(e.X)
	if x.bad() {
		return poison
	}
	if !x.typ.numeric() && x.typ != Timespan {
		s.t.errorf(e.Pos, "%s%s: a number or timespan is needed", e.Op, x.typ)
		return poison
	}
	if e.Op == syntax.OpAdd {
		if x.typ == Int && x.lit == nil {
			return asLong(x)
		}
		return x
	}
	if x.lit != nil {
		switch n := x.lit.v.(type) {
		case int64:
			switch x.typ {
			case Timespan:
				return timespanLit(-n)
			case Int:
				return intLit(-n)
			}
			return longLit(-n)
		case float64:
			return realLit(-n)
		}
	}
	if x.typ.integer() || x.typ == Timespan {
		return s.t.arithmetic(longLit(0), x, syntax.OpSub)
	}
	return value{typ: x.typ, sql: duck.Neg{X: x.sql}, maybe: x.maybe, finite: x.finite}
}

// boolean checks that a condition is a bool and returns it.
func (s *scope) boolean(e syntax.Expr) value {
	x := s.expr(e)
	if x.bad() || x.typ == Bool {
		return x
	}
	if x.typ == Dynamic || x.typ.numeric() {
		// Kusto takes a dynamic or a number as a condition.
		return asBool(x)
	}
	s.t.errorf(e.Span(), "a condition must be a bool, not %s", x.typ.with())
	return poison
}

// noteKeys remembers the GUIDs in a text.
func (t *translator) noteKeys(s string) {
	for _, k := range guids(s) {
		seen := false
		for _, old := range t.keys {
			seen = seen || old == k
		}
		if !seen {
			t.keys = append(t.keys, k)
		}
	}
}
