package kql

import (
	"argosy/queries/kql/duck"
)

// windowFuncs look at neighbouring rows. The rows must have an order.
func windowFuncs() []Func {
	win := func(name, returns, doc, example string, params []Param, lower func(*call) value) Func {
		return Func{Name: name, Kind: WindowFunc, Params: params, Returns: returns, Doc: doc, Example: example, lower: lower}
	}
	val := Param{Name: "value", Type: "any"}
	return []Func{
		win("row_number", "long", "The row's number, counted from start and again where restart is true.", "row_number()",
			[]Param{{Name: "start", Type: "long", Optional: true}, {Name: "restart", Type: "bool", Optional: true}}, rowNumber),
		win("row_cumsum", "the type of the values", "The sum of the rows so far, beginning again where restart is true.", "row_cumsum(n)",
			[]Param{{Name: "value", Type: "number"}, {Name: "restart", Type: "bool", Optional: true}}, rowCumsum),
		win("row_rank_dense", "long", "The rank of a value; equal values share one and none is left out.", "row_rank_dense(n)",
			[]Param{val, {Name: "restart", Type: "bool", Optional: true}}, func(c *call) value { return rowRank(c, true) }),
		win("row_rank_min", "long", "The rank of a value; equal values share the least.", "row_rank_min(n)",
			[]Param{val, {Name: "restart", Type: "bool", Optional: true}}, func(c *call) value { return rowRank(c, false) }),
		win("prev", "the type of the value", "The value some rows earlier.", "prev(n, 1, 0)",
			[]Param{val, {Name: "offset", Type: "long", Optional: true, Const: true}, {Name: "default", Type: "any", Optional: true, Const: true}}, func(c *call) value { return neighbour(c, "lag") }),
		win("next", "the type of the value", "The value some rows later.", "next(n, 1, 0)",
			[]Param{val, {Name: "offset", Type: "long", Optional: true, Const: true}, {Name: "default", Type: "any", Optional: true, Const: true}}, func(c *call) value { return neighbour(c, "lead") }),
	}
}

// over is a window over all rows in their order, in parts that begin where
// restart (argument i) is true.
func (c *call) over(i int) *duck.Window {
	w := &duck.Window{Order: c.s.p.ordinal(), Partition: c.s.p.partitionBy()}
	if c.has(i) {
		w.Partition = append(append([]duck.Expr{}, w.Partition...), c.part(c.args[i], w.Order))
	}
	return w
}

// part numbers the parts: how often the condition was true so far. It needs a
// column of its own, since windows cannot be nested.
func (c *call) part(cond value, order []duck.Order) duck.Expr {
	p := c.s.p
	flag := p.compute("", sure(Long, duck.If(condition(cond), duck.Int(1), duck.Int(0))))
	so := duck.Call{Name: "sum", Args: []duck.Expr{flag.sql}, Over: &duck.Window{Order: order, Frame: "ROWS UNBOUNDED PRECEDING"}}
	return p.compute("", of(Long, so)).sql
}

// stepped puts an argument that is a window itself into a column.
func (c *call) stepped(v value) value {
	if windowed(natural(v)) {
		return c.s.p.compute("", plain(v))
	}
	return v
}

func rowNumber(c *call) value {
	if c.has(1) {
		c.args[1] = c.stepped(c.args[1])
	}
	n := duck.Expr(duck.Call{Name: "row_number", Over: c.over(1)})
	out := value{typ: Long, bits: 40}
	if c.has(0) {
		if k, ok := c.args[0].whole(); !ok || k != 1 {
			n = duck.Op(n, "+", duck.Op(c.x(0), "-", duck.Int(1)))
			out.bits = 0
		}
	}
	out.sql = n
	return out
}

func rowCumsum(c *call) value {
	v := c.stepped(c.args[0])
	if c.has(1) {
		c.args[1] = c.stepped(c.args[1])
	}
	w := c.over(1)
	w.Frame = "ROWS UNBOUNDED PRECEDING"
	typ := v.typ
	x := duck.Expr(duck.Call{Name: "sum", Args: []duck.Expr{v.sql}, Over: w})
	return of(typ, duck.Coalesce(duck.As(x, typ.sql()), duck.As(duck.Int(0), typ.sql())))
}

// rowRank counts changes of the value between neighbouring rows.
func rowRank(c *call, dense bool) value {
	p := c.s.p
	v := p.compute("", plain(c.stepped(c.args[0])))
	if c.has(1) {
		c.args[1] = c.stepped(c.args[1])
	}
	w := c.over(1)
	before := duck.Call{Name: "lag", Args: []duck.Expr{v.sql}, Over: w}
	number := duck.Call{Name: "row_number", Over: w}
	isFirst := duck.Op(number, "=", duck.Int(1))
	changed := p.compute("", sure(Bool, duck.Or{isFirst, duck.Op(v.sql, "IS DISTINCT FROM", before)}))
	var x duck.Expr = duck.If(changed.sql, duck.Int(1), duck.Int(0))
	run := &duck.Window{Partition: w.Partition, Order: w.Order, Frame: "ROWS UNBOUNDED PRECEDING"}
	if dense {
		return sure(Long, duck.As(duck.Call{Name: "sum", Args: []duck.Expr{x}, Over: run}, "BIGINT"))
	}
	at := p.compute("", sure(Long, number))
	x = duck.Case{Whens: []duck.When{{If: changed.sql, Then: at.sql}}}
	return sure(Long, duck.Call{Name: "max", Args: []duck.Expr{x}, Over: run})
}

func neighbour(c *call, fn string) value {
	v := plain(c.stepped(c.args[0]))
	args := []duck.Expr{natural(v)}
	out := value{typ: v.typ, maybe: true, finite: v.finite, bits: v.bits, array: v.array}
	offset := int64(1)
	if c.has(1) {
		offset, _ = c.args[1].whole()
	}
	args = append(args, duck.Int(offset))
	if c.has(2) {
		list, typ, ok := unify([]value{v, c.args[2]})
		if !ok {
			return c.fail(2, "the default must be %s, not %s", v.typ.with(), c.args[2].typ.with())
		}
		args[0] = natural(list[0])
		args = append(args, natural(list[1]))
		out.typ, out.bits, out.finite = typ, 0, false
	}
	out.sql = duck.Call{Name: fn, Args: args, Over: c.over(noRestart)}
	return out
}

// noRestart is the place of the restart argument of a function that has none.
const noRestart = 1 << 10
