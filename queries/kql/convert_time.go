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
		if v.source != nil && v.source.tree != nil {
			if stamp, _ := v.source.tree.moment(); stamp != nil {
				return asDatetime(*v.source)
			}
		}
		return of(Datetime, datetimeFromText(str(v)))
	case Dynamic:
		if v.lit != nil && v.lit.v == nil {
			return null(Datetime)
		}
		if v.scalar != nil {
			return asDatetime(*v.scalar)
		}
		if v.tree != nil && v.sql == nil {
			if stamp, words := v.tree.moment(); stamp != nil {
				return of(Datetime, duck.Coalesce(ticksOf(stamp), datetimeFromText(words)))
			}
		}
		return of(Datetime, datetimeFromText(dynamicText(v).sql))
	}
	return null(Datetime)
}

const (
	isoDay   = `\d{4}[-/]\d{1,2}[-/]\d{1,2}`
	isoClock = `(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d(?:\.\d+)?)?`
)

// datetimeFromText reads the ISO form with and without a zone, and the other
// forms that Kusto documents. Each form is recognised first, since DuckDB reads
// more than Kusto does ('epoch', years before Christ) and passes over the zone
// when it makes a TIMESTAMP.
func datetimeFromText(x duck.Expr) duck.Expr {
	is := func(pattern string) duck.Expr { return duck.Fn("regexp_full_match", x, duck.Str(pattern)) }
	part := func(y duck.Expr, pattern string, group int64) duck.Expr {
		return duck.Fn("regexp_extract", y, duck.Str(pattern), duck.Int(group))
	}
	number := func(y duck.Expr) duck.Expr {
		return duck.Coalesce(duck.TryAs(y, "BIGINT"), duck.Int(0))
	}
	// The seventh digit of a second's fraction, which TIMESTAMP cannot hold.
	seventh := number(part(x, `:\d\d?\.\d{6}(\d)`, 1))
	iso := duck.Op(ticksOf(duck.TryAs(x, "TIMESTAMP")), "+", seventh)
	bare := part(x, `^\s*(.*?)\s*(?:Z|GMT|UTC)?\s*$`, 1)

	const zone = `^\s*(.*?)\s*([-+])(\d\d):?(\d\d)?\s*$`
	away := duck.Op(duck.Op(number(part(x, zone, 3)), "*", duck.Int(ticksHour)), "+", duck.Op(number(part(x, zone, 4)), "*", duck.Int(ticksMinute)))
	zoned := duck.Op(duck.Op(ticksOf(duck.TryAs(part(x, zone, 1), "TIMESTAMP")), "+", seventh), "-",
		duck.Op(duck.If(duck.Op(part(x, zone, 2), "=", duck.Str("-")), duck.Int(-1), duck.Int(1)), "*", duck.Fn("", away)))

	return inRange(duck.Case{
		Whens: []duck.When{
			{If: is(isoDay + `(?:[T ]` + isoClock + `)?Z?`), Then: iso},
			{If: is(`\s*` + isoDay + `[T ]` + isoClock + `\s*[-+]\d\d(?::?\d\d)?\s*`), Then: zoned},
			{If: is(`\s*` + isoDay + `(?:[T ]` + isoClock + `)?\s*(?:Z|GMT|UTC)?\s*`), Then: duck.Op(ticksOf(duck.TryAs(bare, "TIMESTAMP")), "+", seventh)},
			{If: is(`\s*[0-9A-Za-z].*`), Then: otherTime(bare)},
		}})
}

// otherTime reads the forms of RFC 822 and 850, American dates, and dates that
// end early.
func otherTime(x duck.Expr) duck.Expr {
	forms := func(day ...string) duck.Expr {
		var out duck.List
		for _, d := range day {
			for _, clock := range []string{"", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p"} {
				out = append(out, duck.Str(d+clock))
			}
		}
		return out
	}
	read := func(y duck.Expr, list duck.Expr) duck.Expr {
		return ticksOf(duck.Fn("try_strptime", y, list))
	}
	is := func(pattern string) duck.Expr { return duck.Fn("regexp_matches", x, duck.Str(pattern)) }
	named := duck.Fn("regexp_replace", x, duck.Str(`^[A-Za-z]{3,9}, *`), duck.Str(""))
	return duck.Case{Whens: []duck.When{
		{If: is(`^\d{4}-\d{1,2}-\d{1,2} `), Then: read(x, duck.List{duck.Str("%Y-%m-%d %I:%M:%S %p"), duck.Str("%Y-%m-%d %I:%M %p")})},
		{If: is(`^\d{1,2}/\d{1,2}/\d{4}( |$)`), Then: read(x, forms("%m/%d/%Y"))},
		{If: is(`^\d{1,2}-\d{1,2}-\d{4}( |$)`), Then: read(x, forms("%m-%d-%Y"))},
		{If: is(`^\d{8}$`), Then: read(x, duck.List{duck.Str("%Y%m%d")})},
		{If: is(`^\d{4}-\d{1,2}$`), Then: read(x, duck.List{duck.Str("%Y-%m")})},
		{If: is(`^\d{4}$`), Then: read(x, duck.List{duck.Str("%Y")})},
		{If: is(`^([A-Za-z]{3,9}, *)?\d{1,2}[- ][A-Za-z]{3}[- ]\d{2}( |$)`), Then: read(named, forms("%d %b %y", "%d-%b-%y"))},
		{If: is(`^([A-Za-z]{3,9}, *)?\d{1,2}[- ][A-Za-z]{3}[- ]\d{4}( |$)`), Then: read(named, forms("%d %b %Y", "%d-%b-%Y"))},
		{If: is(`^[A-Za-z]{3} \d{1,2} \d{4}( |$)`), Then: read(x, forms("%b %d %Y"))},
	}}
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
	const clock = `^\s*(-)?(?:(\d{1,8})\.)?([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d)(?:\.(\d{1,7}))?)?\s*$`
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
