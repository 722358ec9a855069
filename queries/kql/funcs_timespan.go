package kql

import (
	"strings"

	"argosy/queries/kql/duck"
)

// timespanFuncs write and build lengths of time, and turn Unix times and the
// times of places into datetimes.
func timespanFuncs() []Func {
	unix := func(unit, ago string, factor int64) Func {
		return Func{Name: "unixtime_" + unit + "_todatetime", Params: []Param{{Name: unit, Type: "number"}}, Returns: "datetime",
			Doc: "The moment that lies a number of " + unit + " after 1970-01-01; null when there is none.", Example: "unixtime_" + unit + "_todatetime(" + ago + ")",
			lower: func(c *call) value {
				// Too many would overflow 64 bits, and null is not the same as an error.
				n := c.args[0]
				var x duck.Expr
				switch {
				case !n.typ.integer() && factor == 0:
					x = duck.TryAs(duck.Fn("trunc", duck.Op(asReal(n).sql, "/", duck.Int(100))), "HUGEINT")
				case !n.typ.integer():
					x = duck.TryAs(duck.Fn("trunc", duck.Op(asReal(n).sql, "*", duck.Float(float64(factor)))), "HUGEINT")
				case factor == 0:
					x = duck.As(duck.Op(c.x(0), "//", duck.Int(100)), "HUGEINT")
				default:
					x = duck.Op(duck.As(c.x(0), "HUGEINT"), "*", duck.Int(factor))
				}
				return of(Datetime, once(duck.Op(x, "+", duck.Int(unixEpoch)), func(t duck.Expr) duck.Expr {
					return duck.Case{Whens: []duck.When{{If: duck.And{duck.Op(t, ">=", duck.Int(0)), duck.Op(t, "<=", duck.Int(lastTick))}, Then: duck.As(t, "BIGINT")}}}
				}))
			}}
	}
	local := []Param{{Name: "date", Type: "datetime"}, {Name: "zone", Type: "string"}}
	return []Func{
		{Name: "format_timespan", Params: []Param{{Name: "span", Type: "timespan"}, {Name: "format", Type: "string", Const: true}}, Returns: "string",
			Doc: "A length of time in a format made of d, hh, mm, ss, f and the like.", Example: `format_timespan(1d + 2h, "d.hh:mm")`, naming: naming{first: true}, lower: formatTimespan},
		{Name: "make_timespan", Params: []Param{{Name: "a", Type: "any"}, {Name: "b", Type: "number", Optional: true}, {Name: "c", Type: "number", Optional: true}, {Name: "d", Type: "number", Optional: true}},
			Returns: "timespan", Doc: "A length of time from hours, minutes and seconds, with days in front when there are four, or from its text; null where a part is out of range.",
			Example: "make_timespan(1, 12, 30, 55.123)", naming: naming{only: true}, lower: makeTimespan},
		unix("seconds", "1546300800", ticksSecond), unix("milliseconds", "1546300800000", 1000*ticksMicro),
		unix("microseconds", "1546300800000000", ticksMicro), unix("nanoseconds", "1546300800000000000", 0),
		{Name: "datetime_utc_to_local", Params: local, Returns: "datetime", Doc: "What the clock of a time zone shows at a moment.",
			Example: `datetime_utc_to_local(now(), "US/Pacific")`, lower: func(c *call) value {
				return zoned(c, func(at duck.Expr) duck.Expr {
					return duck.Fn("timezone", c.x(1), duck.Fn("timezone", duck.Str("UTC"), at))
				})
			}},
		{Name: "datetime_local_to_utc", Params: local, Returns: "datetime", Doc: "The moment at which the clock of a time zone shows a time.",
			Example: `datetime_local_to_utc(now(), "Europe/Paris")`, lower: func(c *call) value {
				return zoned(c, func(at duck.Expr) duck.Expr {
					return duck.Fn("timezone", duck.Str("UTC"), duck.Fn("timezone", c.x(1), at))
				})
			}},
	}
}

// zoned converts between time zones; the last digit, which TIMESTAMP cannot
// hold, is added by hand.
func zoned(c *call, to func(duck.Expr) duck.Expr) value {
	moved := ticksOf(to(stamp(c.args[0])))
	if !c.args[0].stamp {
		moved = duck.Op(moved, "+", duck.Op(c.x(0), "%", duck.Int(10)))
	}
	return of(Datetime, inRange(moved))
}

// formatTimespan writes the absolute value piece by piece behind a sign.
func formatTimespan(c *call) value {
	format := c.text(1)
	abs := duck.Fn("abs", c.x(0))
	part := func(unit, modulo int64, width int) duck.Expr {
		y := duck.Op(abs, "//", duck.Int(unit))
		if modulo > 0 {
			y = duck.Op(y, "%", duck.Int(modulo))
		}
		if width < 2 {
			return duck.As(y, "VARCHAR")
		}
		return duck.Fn("format", duck.Str("{:0"+string(rune('0'+width))+"d}"), y)
	}
	args := []duck.Expr{duck.If(duck.Op(c.x(0), "<", duck.Int(0)), duck.Str("-"), duck.Str(""))}
	for i := 0; i < len(format); {
		ch, n := format[i], 1
		for i+n < len(format) && format[i+n] == ch {
			n++
		}
		most := map[byte]int{'d': 8, 'h': 2, 'H': 2, 'm': 2, 's': 2, 'f': 7, 'F': 7}[ch]
		switch {
		case most == 0 && strings.IndexByte(" /-:,._[]", ch) >= 0:
			args = append(args, duck.Str(strings.Repeat(string(ch), n)))
		case most == 0:
			return c.fail(1, "%q is not part of a format of timespans", string(ch))
		case n > most:
			return c.fail(1, "%q is too long: there are at most %d", strings.Repeat(string(ch), n), most)
		case ch == 'd':
			args = append(args, part(ticksDay, 0, n))
		case ch == 'h' || ch == 'H':
			args = append(args, part(ticksHour, 24, n))
		case ch == 'm':
			args = append(args, part(ticksMinute, 60, n))
		case ch == 's':
			args = append(args, part(ticksSecond, 60, n))
		default:
			digits := duck.Fn("substr", part(1, ticksSecond, 7), duck.Int(1), duck.Int(int64(n)))
			if ch == 'F' {
				if i > 0 && format[i-1] == '.' {
					return c.fail(1, "F behind a point is not supported; use f")
				}
				digits = duck.Fn("rtrim", digits, duck.Str("0"))
			}
			args = append(args, digits)
		}
		i += n
	}
	return of(String, duck.Case{Whens: []duck.When{{If: duck.IsNull{X: c.x(0), Not: true}, Then: duck.Fn("concat", args...)}}})
}

// makeTimespan takes hours and minutes, then seconds; four arguments begin
// with days.
func makeTimespan(c *call) value {
	if c.n() == 1 {
		return asTimespan(c.args[0])
	}
	if t := c.args[0].typ; !t.numeric() && t != Dynamic {
		return c.fail(0, "a part must be a number, not %s", t.with())
	}
	units := []int64{ticksHour, ticksMinute, ticksSecond}
	limits := []int64{24, 60, 60}
	if c.n() == 4 {
		units = append([]int64{ticksDay}, units...)
		limits = append([]int64{10_675_199}, limits...)
	}
	var fits duck.And
	var sum duck.Expr
	for i, v := range c.args {
		x := asReal(v).sql
		if units[i] != ticksSecond && !v.typ.integer() && v.typ != Dynamic {
			return c.fail(i, "only the seconds can have a fraction")
		}
		step := duck.Op(asLong(v).sql, "*", duck.Int(units[i]))
		if units[i] == ticksSecond && !v.typ.integer() {
			step = duck.As(duck.Fn("round", duck.Op(x, "*", duck.Float(float64(ticksSecond)))), "BIGINT")
		}
		fits = append(fits, duck.Op(x, ">=", duck.Int(0)), duck.Op(x, "<", duck.Int(limits[i])))
		if sum == nil {
			sum = step
		} else {
			sum = duck.Op(sum, "+", step)
		}
	}
	return of(Timespan, duck.Case{Whens: []duck.When{{If: fits, Then: sum}}})
}
