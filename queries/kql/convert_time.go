package kql

import (
	"argosy/queries/kql/duck"
)

// ticks is the SQL of a datetime or timespan as a number of ticks.
func ticks(v value) duck.Expr {
	if v.stamp {
		return ticksOf(v.sql)
	}
	return v.sql
}

// plain gives a value in the representation its type has between steps.
func plain(v value) value {
	if v.stamp {
		v.sql, v.stamp, v.filter = ticks(v), false, nil
	}
	return v
}

// asDatetime is todatetime().
func asDatetime(v value) value {
	switch v.typ {
	case "", Datetime:
		return v
	case Int, Long:
		return of(Datetime, inRange(v.sql))
	case Real:
		return of(Datetime, inRange(asLong(v).sql))
	case String:
		return of(Datetime, datetimeFromText(str(v)))
	case Dynamic:
		if v.lit != nil && v.lit.v == nil {
			return null(Datetime)
		}
		if v.scalar != nil {
			return asDatetime(*v.scalar)
		}
		return of(Datetime, datetimeFromText(dynamicText(v).sql))
	}
	return null(Datetime)
}

// datetimeFromText reads the ISO form and its shorter relatives. The seventh
// digit of a second's fraction, which TIMESTAMP cannot hold, is added by hand.
func datetimeFromText(x duck.Expr) duck.Expr {
	stamp := duck.Coalesce(
		// Only what begins with a digit: DuckDB also knows 'epoch' and 'infinity'.
		duck.TryAs(duck.Fn("regexp_extract", x, duck.Str(`^\s*\d.*$`)), "TIMESTAMP"),
		duck.Fn("try_strptime", x, duck.List{duck.Str("%m/%d/%Y"), duck.Str("%m/%d/%Y %H:%M:%S"), duck.Str("%m/%d/%Y %I:%M:%S %p"),
			duck.Str("%Y%m%d"), duck.Str("%Y-%m"), duck.Str("%Y"), duck.Str("%d %b %Y"), duck.Str("%b %d %Y"),
			duck.Str("%a, %d %b %Y %H:%M:%S GMT"), duck.Str("%a, %d %b %y %H:%M:%S GMT")}))
	seventh := duck.Coalesce(duck.TryAs(duck.Fn("regexp_extract", x, duck.Str(`:\d\d\.\d{6}(\d)`), duck.Int(1)), "BIGINT"), duck.Int(0))
	return duck.Op(ticksOf(stamp), "+", seventh)
}

// asTimespan is totimespan().
func asTimespan(v value) value {
	switch v.typ {
	case "", Timespan:
		return v
	case Int, Long:
		return keep(v, Timespan, v.sql, v.bits)
	case Real:
		return of(Timespan, asLong(v).sql)
	case String:
		return of(Timespan, timespanFromText(str(v)))
	case Dynamic:
		if v.lit != nil && v.lit.v == nil {
			return null(Timespan)
		}
		if v.scalar != nil {
			return asTimespan(*v.scalar)
		}
		return of(Timespan, timespanFromText(dynamicText(v).sql))
	}
	return null(Timespan)
}

// timespanFromText reads [-][d.]hh:mm[:ss[.fffffff]], a bare number of days,
// and a number with a unit.
func timespanFromText(x duck.Expr) duck.Expr {
	const clock = `^\s*(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?\s*$`
	group := func(i int64) duck.Expr {
		return duck.Coalesce(duck.TryAs(duck.Fn("regexp_extract", x, duck.Str(clock), duck.Int(i)), "BIGINT"), duck.Int(0))
	}
	fraction := duck.Coalesce(duck.TryAs(duck.Fn("rpad", duck.Fn("regexp_extract", x, duck.Str(clock), duck.Int(6)), duck.Int(7), duck.Str("0")), "BIGINT"), duck.Int(0))
	sum := duck.Op(fraction, "+", duck.Op(group(2), "*", duck.Int(ticksDay)))
	for i, unit := range []int64{ticksHour, ticksMinute, ticksSecond} {
		sum = duck.Op(sum, "+", duck.Op(group(int64(i+3)), "*", duck.Int(unit)))
	}
	sign := duck.If(duck.Fn("starts_with", duck.Fn("trim", x), duck.Str("-")), duck.Int(-1), duck.Int(1))
	const unit = `^\s*([-+]?\d+(?:\.\d+)?)\s*(tick|ticks|microsecond|microseconds|ms|millisecond|milliseconds|s|sec|second|seconds|m|min|minute|minutes|h|hour|hours|d|day|days)?\s*$`
	factor := duck.Case{Whens: []duck.When{}}
	name := duck.Fn("regexp_extract", x, duck.Str(unit), duck.Int(2))
	for _, u := range []struct {
		names []string
		ticks int64
	}{
		{[]string{"", "d", "day", "days"}, ticksDay},
		{[]string{"h", "hour", "hours"}, ticksHour},
		{[]string{"m", "min", "minute", "minutes"}, ticksMinute},
		{[]string{"s", "sec", "second", "seconds"}, ticksSecond},
		{[]string{"ms", "millisecond", "milliseconds"}, 1000 * ticksMicro},
		{[]string{"microsecond", "microseconds"}, ticksMicro},
		{[]string{"tick", "ticks"}, 1},
	} {
		var list []duck.Expr
		for _, n := range u.names {
			list = append(list, duck.Str(n))
		}
		factor.Whens = append(factor.Whens, duck.When{If: duck.In{X: name, List: list}, Then: duck.Int(u.ticks)})
	}
	return duck.Case{Whens: []duck.When{
		{If: duck.Fn("regexp_matches", x, duck.Str(clock)), Then: duck.Op(sign, "*", duck.Fn("", sum))},
		{If: duck.Fn("regexp_matches", x, duck.Str(unit)), Then: duck.TryAs(duck.Fn("round", duck.Op(
			duck.TryAs(duck.Fn("regexp_extract", x, duck.Str(unit), duck.Int(1)), "DOUBLE"), "*", factor)), "BIGINT")},
	}}
}

// inRange turns ticks outside of 0001-01-01..9999-12-31 into null.
func inRange(x duck.Expr) duck.Expr {
	if n, ok := x.(duck.Long); ok {
		if n >= 0 && int64(n) <= lastTick {
			return x
		}
		return duck.Null{Type: "BIGINT"}
	}
	return duck.Case{Whens: []duck.When{{
		If:   duck.And{duck.Op(x, ">=", duck.Int(0)), duck.Op(x, "<=", duck.Int(lastTick))},
		Then: x}}}
}
