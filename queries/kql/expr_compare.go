package kql

import (
	"fmt"
	"regexp"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// compare is == != < <= > >=.
func (s *scope) compare(e *syntax.Binary, x, y value) value {
	if e.Op == syntax.OpEq || e.Op == syntax.OpNe {
		x, y = writtenDay(x, y), writtenDay(y, x)
	}
	x, y, ok := comparable2(x, y)
	if !ok {
		hint := ""
		switch {
		case x.typ == Dynamic && y.typ == Dynamic:
			hint = "say what they are, for example tostring(...) on both sides"
		case x.typ == String:
			hint = readAs(x, y.typ)
		case y.typ == String:
			hint = readAs(y, x.typ)
		}
		s.t.hintf(e.Pos, hint, "%s and %s cannot be compared with %s", x.typ, y.typ, e.Op)
		return poison
	}
	if x.typ == String {
		return compareText(e.Op, x, y)
	}
	return compareScalar(e.Op, x, y)
}

// writtenDay reads a text that is written down as a datetime where it is
// compared with one.
func writtenDay(v, other value) value {
	text, ok := v.text()
	if !ok || v.typ != String || other.typ != Datetime || !dayFirst.MatchString(text) {
		return v
	}
	if ticks, ok := syntax.LiteralTicks(string(Datetime), text); ok {
		return datetimeLit(ticks)
	}
	return v
}

var dayFirst = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)

// readAs says how a text is made into the type it is compared with.
func readAs(v value, t Type) string {
	if text, ok := v.text(); ok && (t == Datetime || t == Timespan) {
		if _, ok := syntax.LiteralTicks(string(t), text); ok {
			return fmt.Sprintf("write %s(%s)", t, text)
		}
	}
	return fmt.Sprintf("convert one side, for example with to%s(...) or tostring(...)", t)
}

// comparable2 brings two values to types that can be compared. A dynamic takes
// the type of the other side.
func comparable2(x, y value) (value, value, bool) {
	switch {
	case x.typ == Dynamic && y.typ == Dynamic:
		return x, y, x.lit != nil && x.lit.v == nil || y.lit != nil && y.lit.v == nil
	case x.typ == Dynamic:
		return likeType(x, y.typ), y, true
	case y.typ == Dynamic:
		return x, likeType(y, x.typ), true
	case x.typ.numeric() && y.typ.numeric():
		if x.typ != y.typ {
			if x.typ == Decimal || y.typ == Decimal {
				return asDecimal(x), asDecimal(y), true
			}
		}
		return x, y, true
	case x.typ == Bool && y.typ.integer():
		return asLong(x), y, true
	case y.typ == Bool && x.typ.integer():
		return x, asLong(y), true
	case x.typ == Guid && y.typ == String, x.typ == String && y.typ == Guid:
		return toText(x), toText(y), true
	}
	return x, y, x.typ == y.typ
}

// likeType converts a dynamic to the type it is compared with.
func likeType(v value, t Type) value {
	switch t {
	case String, Guid:
		return toText(v)
	case Int, Long, Real, Decimal:
		if v.scalar != nil && v.scalar.typ.integer() {
			return asLong(v)
		}
		return asReal(v)
	case Bool:
		return asBool(v)
	case Datetime:
		return asDatetime(v)
	case Timespan:
		return asTimespan(v)
	}
	return v
}

// compareText compares strings, which are never null: their NULL is ”.
func compareText(op syntax.Op, x, y value) value {
	if yt, ok := y.text(); ok {
		if xt, ok := x.text(); ok {
			return boolLit(holds(op, strings.Compare(xt, yt)))
		}
		if yt != "" {
			switch op {
			case syntax.OpEq:
				return twoValued(duck.Op(x.sql, "=", y.sql), x.maybe)
			case syntax.OpNe:
				if x.maybe {
					return sure(Bool, duck.Op(x.sql, "IS DISTINCT FROM", y.sql))
				}
			}
		}
	}
	return sure(Bool, duck.Op(str(x), sqlOp(op), str(y)))
}

// compareScalar compares what can be null. == and != answer even then: null
// differs from everything but null, and about two nulls they say null. The
// others say null whenever a side is.
func compareScalar(op syntax.Op, x, y value) value {
	if xn, ok := x.whole(); ok {
		if yn, ok := y.whole(); ok && x.typ == y.typ {
			return boolLit(holds(op, cmp(xn, yn)))
		}
	}
	x, y = sameClock(x, y)
	cmpSQL := duck.Op(x.sql, sqlOp(op), y.sql)
	if nan := nanGuard(op, x, y); nan != nil {
		if op == syntax.OpNe {
			cmpSQL = duck.Or{cmpSQL, nan}
		} else {
			cmpSQL = duck.And{cmpSQL, duck.Not{X: nan}}
		}
	}
	v := value{typ: Bool, sql: cmpSQL, maybe: x.maybe || y.maybe}
	if !v.maybe || (op != syntax.OpEq && op != syntax.OpNe) {
		return v
	}
	v.maybe = x.maybe && y.maybe
	if op == syntax.OpEq {
		v.filter = cmpSQL
		v.sql = duck.Coalesce(cmpSQL, duck.Bool(false))
	} else {
		v.sql = duck.Coalesce(cmpSQL, duck.Bool(true))
		v.filter = v.sql
	}
	if v.maybe {
		none := duck.And{duck.IsNull{X: x.sql}, duck.IsNull{X: y.sql}}
		if op == syntax.OpNe {
			v.filter = duck.And{v.sql, duck.Not{X: none}}
		}
		v.sql = duck.Case{Whens: []duck.When{{If: duck.Not{X: none}, Then: v.sql}}}
	}
	return v
}

// nanGuard is true where a comparison of reals would be wrong: DuckDB takes
// NaN for equal to itself and greater than everything.
func nanGuard(op syntax.Op, x, y value) duck.Expr {
	var out duck.Or
	add := func(v value) {
		if v.typ == Real && !v.finite {
			out = append(out, duck.Fn("isnan", v.sql))
		}
	}
	switch op {
	case syntax.OpLt, syntax.OpLe:
		add(y)
	case syntax.OpGt, syntax.OpGe:
		add(x)
	default:
		add(x)
		if len(out) == 0 {
			add(y)
		}
	}
	if op == syntax.OpLe || op == syntax.OpGe {
		out = nil
		add(x)
		add(y)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// sameClock brings two datetimes to one representation. A literal is turned
// into a TIMESTAMP where that loses nothing, so that the comparison reaches
// the column as it is stored.
func sameClock(x, y value) (value, value) {
	if x.typ != Datetime || x.stamp == y.stamp {
		return x, y
	}
	if x.stamp {
		return x, stamped(y, &x)
	}
	return stamped(x, &y), y
}

func stamped(v value, other *value) value {
	if n, ok := v.whole(); ok && n%ticksMicro == 0 {
		v.sql = duck.As(duck.Str(timeOfTicks(n).Format("2006-01-02 15:04:05.999999")), "TIMESTAMP")
		v.stamp = true
		return v
	}
	if p, ok := v.sql.(*duck.Param); ok {
		// A bound moment, so that it meets the column as it is stored too.
		if n, ok := p.Value.(int64); ok && n%ticksMicro == 0 {
			v.sql = &duck.Param{Value: timeOfTicks(n).Format("2006-01-02 15:04:05.999999"), Type: "TIMESTAMP"}
			v.stamp = true
			return v
		}
	}
	*other = plain(*other)
	return v
}

func sqlOp(op syntax.Op) string {
	switch op {
	case syntax.OpEq:
		return "="
	case syntax.OpNe:
		return "<>"
	}
	return string(op)
}

// holds tells whether op is true of two values that compare as c.
func holds(op syntax.Op, c int) bool {
	switch op {
	case syntax.OpEq:
		return c == 0
	case syntax.OpNe:
		return c != 0
	case syntax.OpLt:
		return c < 0
	case syntax.OpLe:
		return c <= 0
	case syntax.OpGt:
		return c > 0
	}
	return c >= 0
}

func cmp(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
