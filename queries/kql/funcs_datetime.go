package kql

import (
	"strings"

	"argosy/queries/kql/duck"
)

// datetimeFuncs compute with points and lengths of time.
func datetimeFuncs() []Func {
	when := []Param{{Name: "date", Type: "datetime"}}
	shift := []Param{{Name: "date", Type: "datetime"}, {Name: "offset", Type: "long", Optional: true}}
	var out []Func
	for _, unit := range []string{"day", "week", "month", "year"} {
		out = append(out,
			Func{Name: "startof" + unit, Params: shift, Returns: "datetime", Doc: "The first moment of the " + unit + ", or of one that is offset " + unit + "s later.",
				Example: "startof" + unit + "(datetime(2024-05-31))", naming: naming{first: unit == "day"}, lower: func(c *call) value { return startOf(c, unit) }},
			Func{Name: "endof" + unit, Params: shift, Returns: "datetime", Doc: "The last moment of the " + unit + ", or of one that is offset " + unit + "s later.",
				Example: "endof" + unit + "(datetime(2024-05-31))", lower: func(c *call) value { return endOf(c, unit) }})
	}
	part := func(name, sql, doc string, aliases ...string) Func {
		return Func{Name: name, Aliases: aliases, Params: when, Returns: "int", Doc: doc, Example: name + "(datetime(2024-05-31 13:45:00))",
			lower: func(c *call) value {
				v := c.out(Int, duck.Fn("date_part", duck.Str(sql), stamp(c.args[0])))
				v.bits = 31
				return v
			}}
	}
	return append(out,
		Func{Name: "now", Params: []Param{{Name: "offset", Type: "timespan", Optional: true}}, Returns: "datetime", Doc: "The moment the query began, or one offset from it.",
			Example: "now(-1d)", lower: func(c *call) value { return moment(c, 1) }},
		Func{Name: "ago", Params: []Param{{Name: "span", Type: "timespan"}}, Returns: "datetime", Doc: "The moment that lies a timespan before the query began.",
			Example: "ago(30d)", lower: func(c *call) value { return moment(c, -1) }},
		part("getyear", "year", "The year."),
		part("getmonth", "month", "The month, 1 to 12.", "monthofyear"),
		part("dayofmonth", "day", "The day of the month."),
		part("dayofyear", "doy", "The day of the year."),
		part("hourofday", "hour", "The hour, 0 to 23."),
		Func{Name: "week_of_year", Aliases: []string{"weekofyear"}, Params: when, Returns: "int", Doc: "The ISO 8601 week.", Example: "week_of_year(datetime(2024-05-31))",
			lower: func(c *call) value {
				v := c.out(Int, duck.Fn("date_part", duck.Str("week"), stamp(c.args[0])))
				v.bits = 31
				return v
			}},
		Func{Name: "dayofweek", Params: when, Returns: "timespan", Doc: "The time since Sunday, in whole days.", Example: "dayofweek(datetime(2024-05-31))", lower: func(c *call) value {
			days := duck.Op(duck.Fn("", duck.Op(duck.Op(c.x(0), "//", duck.Int(ticksDay)), "+", duck.Int(1))), "%", duck.Int(7))
			// Kusto has no answer for the last day there is.
			last := duck.Op(c.x(0), "<", duck.Int(lastTick-ticksDay+1))
			return of(Timespan, duck.Case{Whens: []duck.When{{If: last, Then: duck.Op(days, "*", duck.Int(ticksDay))}}})
		}},
		Func{Name: "datetime_add", Params: []Param{{Name: "period", Type: "string", Const: true}, {Name: "amount", Type: "long"}, {Name: "date", Type: "datetime"}}, Returns: "datetime",
			Doc: "A moment some periods later.", Example: `datetime_add("month", -1, now())`, lower: datetimeAdd},
		Func{Name: "datetime_diff", Params: []Param{{Name: "period", Type: "string", Const: true}, {Name: "later", Type: "datetime"}, {Name: "earlier", Type: "datetime"}}, Returns: "long",
			Doc: "How many boundaries of a period lie between two moments.", Example: `datetime_diff("day", now(), published)`, lower: datetimeDiff},
		Func{Name: "datetime_part", Aliases: []string{"datepart"}, Params: []Param{{Name: "part", Type: "string", Const: true}, {Name: "date", Type: "datetime"}}, Returns: "long",
			Doc: "One part of a moment, such as its month.", Example: `datetime_part("month", now())`, lower: datetimePart},
		Func{Name: "format_datetime", Params: []Param{{Name: "date", Type: "datetime"}, {Name: "format", Type: "string", Const: true}}, Returns: "string",
			Doc: "A moment in a format made of yyyy, MM, dd, HH, mm, ss, f and the like.", Example: `format_datetime(now(), "yyyy-MM-dd")`, naming: naming{first: true}, lower: formatDatetime},
		Func{Name: "make_datetime", Params: []Param{{Name: "year", Type: "any"}, {Name: "month", Type: "long", Optional: true}, {Name: "day", Type: "long", Optional: true},
			{Name: "hour", Type: "long", Optional: true}, {Name: "minute", Type: "long", Optional: true}, {Name: "second", Type: "real", Optional: true}}, Returns: "datetime",
			Doc: "A moment from its parts, or from its text; null where there is none.", Example: "make_datetime(2024, 5, 31, 12, 30, 0.5)", naming: naming{only: true}, lower: makeDatetime},
	)
}

// stamp is a datetime as a TIMESTAMP.
func stamp(v value) duck.Expr {
	if v.stamp {
		return v.sql
	}
	return stampOf(v.sql)
}

// moment is now() and ago(): one literal, the same in the whole query.
func moment(c *call, sign int64) value {
	if c.n() == 0 {
		return datetimeLit(c.t.now)
	}
	if n, ok := c.args[0].whole(); ok {
		return clockLit(c.t.now + sign*n)
	}
	return of(Datetime, inRange(duck.Op(duck.Long(c.t.now), "+", duck.Op(duck.Int(sign), "*", c.x(0)))))
}

func clockLit(n int64) value {
	if n < 0 || n > lastTick {
		return null(Datetime)
	}
	return datetimeLit(n)
}

// floorTo is the start of the period a datetime lies in, as ticks. Days and
// weeks are multiples of ticks; 0001-01-01 was a Monday, weeks begin on Sunday.
func floorTo(v value, unit string) duck.Expr {
	x := ticks(v)
	switch unit {
	case "day":
		return duck.Op(x, "-", duck.Op(x, "%", duck.Int(ticksDay)))
	case "week":
		return duck.Op(x, "-", duck.Op(duck.Fn("", duck.Op(x, "+", duck.Int(ticksDay))), "%", duck.Int(7*ticksDay)))
	}
	return ticksOf(duck.Fn("date_trunc", duck.Str(unit), stamp(v)))
}

// shifted moves the start of a period by some periods.
func shifted(start, n duck.Expr, unit string) duck.Expr {
	switch unit {
	case "day":
		return duck.Op(start, "+", duck.Op(n, "*", duck.Int(ticksDay)))
	case "week":
		return duck.Op(start, "+", duck.Op(n, "*", duck.Int(7*ticksDay)))
	}
	return ticksOf(duck.Op(stampOf(start), "+", duck.Fn("to_"+unit+"s", duck.As(n, "INTEGER"))))
}

func startOf(c *call, unit string) value {
	x := floorTo(c.args[0], unit)
	if c.has(1) {
		return of(Datetime, inRange(shifted(x, c.x(1), unit)))
	}
	if unit == "week" {
		return of(Datetime, inRange(x))
	}
	return c.out(Datetime, x)
}

func endOf(c *call, unit string) value {
	n := duck.Expr(duck.Int(1))
	if c.has(1) {
		n = duck.Op(c.x(1), "+", duck.Int(1))
	}
	return of(Datetime, inRange(duck.Op(shifted(floorTo(c.args[0], unit), n, unit), "-", duck.Int(1))))
}

// periodTicks are the periods of fixed length.
func periodTicks(period string) (int64, bool) {
	switch strings.ToLower(period) {
	case "nanosecond":
		return 0, true
	case "microsecond":
		return ticksMicro, true
	case "millisecond":
		return 1000 * ticksMicro, true
	case "second":
		return ticksSecond, true
	case "minute":
		return ticksMinute, true
	case "hour":
		return ticksHour, true
	case "day":
		return ticksDay, true
	case "week":
		return 7 * ticksDay, true
	}
	return 0, false
}

const periods = "nanosecond, microsecond, millisecond, second, minute, hour, day, week, month, quarter, year"

func datetimeAdd(c *call) value {
	period := strings.ToLower(c.text(0))
	if n, ok := periodTicks(period); ok {
		step := duck.Op(c.x(1), "*", duck.Int(n))
		if n == 0 {
			step = duck.Op(c.x(1), "//", duck.Int(100))
		}
		return of(Datetime, inRange(duck.Op(c.x(2), "+", step)))
	}
	months := int64(1)
	switch period {
	case "month":
	case "quarter":
		months = 3
	case "year":
		months = 12
	default:
		return c.fail(0, "unknown period %q; there are: %s", c.text(0), periods)
	}
	x := c.x(2)
	moved := duck.Op(stampOf(x), "+", duck.Fn("to_months", duck.As(duck.Op(c.x(1), "*", duck.Int(months)), "INTEGER")))
	return of(Datetime, inRange(duck.Op(ticksOf(moved), "+", duck.Op(x, "%", duck.Int(10)))))
}

// datetimeDiff counts boundaries, not elapsed periods: 23:59 and 00:01 are one
// day apart.
func datetimeDiff(c *call) value {
	period := strings.ToLower(c.text(0))
	if n, ok := periodTicks(period); ok {
		if n == 0 {
			return c.out(Long, duck.Op(duck.Fn("", duck.Op(c.x(1), "-", c.x(2))), "*", duck.Int(100)))
		}
		at := func(i int) duck.Expr {
			x := c.x(i)
			if period == "week" {
				x = duck.Op(x, "+", duck.Int(ticksDay))
			}
			return duck.Op(x, "//", duck.Int(n))
		}
		return c.out(Long, duck.Op(at(1), "-", at(2)))
	}
	switch period {
	case "month", "quarter", "year":
	default:
		return c.fail(0, "unknown period %q; there are: %s", c.text(0), periods)
	}
	return c.out(Long, duck.Fn("date_diff", duck.Str(period), stamp(c.args[2]), stamp(c.args[1])))
}

func datetimePart(c *call) value {
	part := strings.ToLower(c.text(0))
	names := map[string]string{"year": "year", "quarter": "quarter", "month": "month", "week_of_year": "week", "day": "day", "dayofyear": "doy",
		"hour": "hour", "minute": "minute", "second": "second"}
	if sql, ok := names[part]; ok {
		return c.out(Long, duck.Fn("date_part", duck.Str(sql), stamp(c.args[1])))
	}
	x := duck.Op(c.x(1), "%", duck.Int(ticksSecond))
	switch part {
	case "millisecond":
		return c.out(Long, duck.Op(x, "//", duck.Int(1000*ticksMicro)))
	case "microsecond":
		return c.out(Long, duck.Op(x, "//", duck.Int(ticksMicro)))
	case "nanosecond":
		return c.out(Long, duck.Op(x, "*", duck.Int(100)))
	}
	return c.fail(0, "unknown part %q", c.text(0))
}

// makeDatetime takes three to six parts. One argument is the text of a moment.
func makeDatetime(c *call) value {
	switch c.n() {
	case 1:
		return asDatetime(c.args[0])
	case 2:
		c.t.hintf(c.node.Pos, c.fn.Signature(), "%s needs a year, a month and a day", c.fn.Name)
		return poison
	}
	if t := c.args[0].typ; !t.integer() && t != Dynamic {
		return c.fail(0, "year must be a long, not %s", t.with())
	}
	var args []duck.Expr
	fits := duck.And{}
	for i := 0; i < 5; i++ {
		x := duck.Expr(duck.Int(0))
		if i < c.n() {
			x = asLong(c.args[i]).sql
		}
		args = append(args, x)
	}
	second := duck.Expr(duck.Float(0))
	if c.has(5) {
		second = c.x(5)
	}
	for _, bound := range []struct {
		x    duck.Expr
		most int64
	}{{args[3], 24}, {args[4], 60}, {second, 60}} {
		fits = append(fits, duck.Op(bound.x, ">=", duck.Int(0)), duck.Op(bound.x, "<", duck.Int(bound.most)))
	}
	day := ticksOf(duck.Fn("make_timestamp", args[0], args[1], args[2], duck.Int(0), duck.Int(0), duck.Float(0)))
	clock := duck.Op(duck.Op(args[3], "*", duck.Int(ticksHour)), "+", duck.Op(args[4], "*", duck.Int(ticksMinute)))
	clock = duck.Op(clock, "+", duck.As(duck.Fn("round", duck.Op(second, "*", duck.Float(float64(ticksSecond)))), "BIGINT"))
	return of(Datetime, duck.Case{Whens: []duck.When{{If: fits, Then: duck.Fn("try", inRange(duck.Op(day, "+", clock)))}}})
}
