package kql

import (
	"fmt"
	"sort"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// Func is one function of KQL: what the checker, the help and the completion
// know of it, and how it is lowered.
type Func struct {
	Name    string
	Aliases []string
	Params  []Param
	// Returns is the type of the result, or what it depends on, for the help.
	Returns string
	Doc     string
	// Example is a call over literals or over the columns of Sample.
	Example string
	Kind    FuncKind
	// Family is the heading the help lists it under.
	Family string
	// naming tells what an unnamed column holding a call is called.
	naming naming
	// lower builds a scalar or window function from checked arguments.
	lower func(c *call) value
	// fold builds an aggregate.
	fold func(c *call) value
}

// FuncKind tells where a function can be used.
type FuncKind string

// The kinds of functions.
const (
	// ScalarFunc works on one row.
	ScalarFunc FuncKind = "scalar"
	// AggregateFunc works on the rows of a group, inside summarize.
	AggregateFunc FuncKind = "aggregate"
	// WindowFunc looks at neighbouring rows and needs an order.
	WindowFunc FuncKind = "window"
)

// Param is one parameter of a Func.
type Param struct {
	Name string
	// Type is a KQL type, or one of number (any of int, long, real, decimal),
	// any, scalar (anything but dynamic), text (anything, read as tostring reads
	// it), array, bag, typeof, "*" and columns (names).
	Type string
	// Optional parameters stand last.
	Optional bool
	// Repeat allows the last parameter any number of times, but once at least.
	Repeat bool
	// Const asks for a literal.
	Const bool
}

// naming is KQL's rule for the name of an unnamed column.
type naming struct {
	// first takes the name of the argument, as tostring(x) is called x.
	first bool
	// only does so where there is a single argument.
	only bool
	// prefix_ and the argument's name: strlen(x) is called strlen_x. With
	// bare, the argument's name is left out when it has none.
	prefix string
	// both puts the second argument's name behind the first's.
	both bool
}

// Signature writes the function with its parameters: split(source, delimiter,
// [index]).
func (f *Func) Signature() string {
	var out []string
	for _, p := range f.Params {
		s := p.Name + ": " + p.Type
		if p.Repeat {
			s += ", ..."
		}
		if p.Optional {
			s = "[" + s + "]"
		}
		out = append(out, s)
	}
	return f.Name + "(" + strings.Join(out, ", ") + ")"
}

// arity returns the least and greatest number of arguments; -1 is no bound.
func (f *Func) arity() (least, most int) {
	for _, p := range f.Params {
		if !p.Optional {
			least++
		}
		most++
		if p.Repeat {
			return least, -1
		}
	}
	return least, most
}

// call is a function call whose arguments have been checked. Lowering
// functions read the arguments through its methods.
type call struct {
	s    *scope
	t    *translator
	fn   *Func
	node *syntax.Call
	// args are the values, converted to the parameters' types.
	args []value
	// nodes are the arguments as written.
	nodes []syntax.Expr
}

func (c *call) n() int { return len(c.args) }

// has tells whether the optional argument i was given.
func (c *call) has(i int) bool { return i < len(c.args) }

// x is argument i as SQL: a string never NULL, a dynamic as JSON, a datetime
// or timespan as ticks, anything else as it is.
func (c *call) x(i int) duck.Expr { return natural(c.args[i]) }

func natural(v value) duck.Expr {
	switch v.typ {
	case String:
		return str(v)
	case Dynamic:
		return toJSON(v)
	}
	return plain(v).sql
}

// maybe tells whether any of the arguments other than strings can be null.
func (c *call) maybe() bool {
	for _, v := range c.args {
		if v.maybe && v.typ != String {
			return true
		}
	}
	return false
}

// out is a result that is null where an argument is.
func (c *call) out(t Type, x duck.Expr) value {
	return value{typ: t, sql: x, maybe: c.maybe()}
}

// text is the literal string that a Const parameter was given.
func (c *call) text(i int) string {
	s, _ := c.args[i].text()
	return s
}

// fail reports a mistake in argument i.
func (c *call) fail(i int, format string, args ...any) value {
	c.t.hintf(c.nodes[i].Span(), c.fn.Signature(), "%s: %s", c.fn.Name, fmt.Sprintf(format, args...))
	return poison
}

// call checks a function call and lowers it.
func (s *scope) call(e *syntax.Call) value {
	t := s.t
	if e.Recv != nil {
		t.errorf(e.Pos, "calls into other databases are not supported")
		return poison
	}
	name := e.Func.Name
	if b := s.env.find(name); b != nil && b.lambda != nil {
		return s.callLambda(e, b)
	}
	switch name {
	case "toscalar":
		return s.toScalar(e)
	case "materialize":
		t.errorf(e.Pos, "materialize gives a table, which cannot stand here")
		return poison
	}
	f := t.funcs[name]
	if f == nil {
		if why := absent(name); why != "" {
			t.hintf(e.Func.Pos, why, "the function %q is not supported", name)
			for _, a := range e.Args {
				s.silently(a)
			}
			return poison
		}
		var names []string
		for n := range t.funcs {
			names = append(names, n)
		}
		names = append(names, s.env.names(func(b *binding) bool { return b.lambda != nil })...)
		sort.Strings(names)
		hint := ""
		if s.aggs != nil && !s.inAgg {
			// Here an aggregate is the likelier word.
			hint = suggest(name, t.aggregates())
		}
		if hint == "" {
			hint = suggest(name, names)
		}
		t.hintf(e.Func.Pos, hint, "unknown function %q", name)
		for _, a := range e.Args {
			s.silently(a)
		}
		return poison
	}
	switch f.Kind {
	case AggregateFunc:
		return s.aggregate(e, f)
	case WindowFunc:
		if s.p == nil || s.aggs != nil {
			t.errorf(e.Func.Pos, "%s looks at neighbouring rows and cannot stand here", f.Name)
			return poison
		}
		if !s.p.serial && !s.p.broken {
			t.hintf(e.Func.Pos, "put sort by ... or serialize before it", "%s needs rows in an order", f.Name)
			return poison
		}
	}
	c := &call{s: s, t: t, fn: f, node: e, nodes: e.Args}
	if !c.check() {
		return poison
	}
	v := f.lower(c)
	if f.Kind == WindowFunc {
		// A window cannot stand inside every expression, a column can.
		return s.p.compute("", v)
	}
	return v
}

// silently checks an argument of a call that is already wrong, for the
// mistakes inside it.
func (s *scope) silently(e syntax.Expr) {
	switch e.(type) {
	case *syntax.Named, *syntax.Star, *syntax.Subquery, *syntax.TypeOf:
		return
	}
	s.expr(e)
}

// check evaluates the arguments and holds them against the parameters.
func (c *call) check() bool {
	least, most := c.fn.arity()
	if n := len(c.nodes); n < least || most >= 0 && n > most {
		c.t.hintf(c.node.Pos, c.fn.Signature(), "%s takes %s, not %d", c.fn.Name, counted(least, most), n)
		return false
	}
	ok := true
	for i, node := range c.nodes {
		p := c.fn.Params[min(i, len(c.fn.Params)-1)]
		v, fine := c.argument(p, node)
		ok = ok && fine
		c.args = append(c.args, v)
	}
	return ok
}

func (c *call) argument(p Param, node syntax.Expr) (value, bool) {
	if n, ok := node.(*syntax.Named); ok && len(n.Names) == 1 {
		// pack(a, b = c): Kusto takes the name for the column and goes on.
		node = n.Value
	}
	switch node := syntax.Unparen(node).(type) {
	case *syntax.TypeOf:
		if p.Type == "typeof" {
			return c.t.typeOf(node)
		}
	case *syntax.Star:
		if p.Type == "*" || p.Type == "columns" {
			return value{typ: "*"}, true
		}
	}
	v := c.s.expr(node)
	if v.bad() {
		return poison, false
	}
	out, ok := accept(p, v)
	if !ok {
		c.t.hintf(node.Span(), c.fn.Signature(), "%s: %s must be %s, not %s", c.fn.Name, p.Name, withArticle(p.Type), v.typ.with())
		return poison, false
	}
	if p.Const && out.lit == nil {
		c.t.hintf(node.Span(), c.fn.Signature(), "%s: %s must be a literal", c.fn.Name, p.Name)
		return poison, false
	}
	return out, true
}

// accept converts an argument to what a parameter asks for. Only conversions
// that Kusto makes by itself happen here.
func accept(p Param, v value) (value, bool) {
	switch p.Type {
	case "any", "columns", "*":
		return v, true
	case "text":
		return toText(v), true
	case "scalar":
		return v, v.typ != Dynamic
	case "array", "bag", "dynamic":
		return v, v.typ == Dynamic
	case "number":
		if v.typ == Dynamic {
			return asReal(v), true
		}
		return v, v.typ.numeric()
	}
	want := Type(p.Type)
	if v.typ == want {
		return v, true
	}
	switch want {
	case String:
		if v.typ == Dynamic || v.typ == Guid {
			return toText(v), true
		}
	case Long:
		if v.typ == Int {
			return asLong(v), true
		}
		if v.typ == Dynamic || v.typ == Real && p.Name != "" && v.lit == nil {
			return asLong(v), v.typ == Dynamic
		}
	case Real:
		if v.typ.numeric() || v.typ == Dynamic {
			return asReal(v), true
		}
	case Bool:
		if v.typ == Dynamic || v.typ.integer() {
			return asBool(v), true
		}
	case Datetime:
		if v.typ == Dynamic {
			return asDatetime(v), true
		}
	case Timespan:
		if v.typ == Dynamic {
			return asTimespan(v), true
		}
	}
	return v, false
}

func withArticle(typ string) string {
	switch typ {
	case "array", "int", "any":
		return "an " + typ
	case "text":
		return "a scalar"
	}
	return "a " + typ
}

// counted says how many arguments a function takes.
func counted(least, most int) string {
	one := func(n int) string {
		if n == 1 {
			return "1 argument"
		}
		return fmt.Sprintf("%d arguments", n)
	}
	switch {
	case most < 0:
		return "at least " + one(least)
	case least == most && least == 0:
		return "no arguments"
	case least == most:
		return one(least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}
