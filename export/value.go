package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"argosy/schema"
)

// appendText appends a cell as people read it: nothing for null, true and
// false, numbers in plain digits, datetimes as 2026-01-31T10:00:00Z without
// zero fractions, timespans as [-][d.]hh:mm:ss[.fffffff], dynamic values as
// JSON, except that a dynamic string loses its quotes.
func appendText(dst []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return dst
	case string:
		return append(dst, v...)
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return appendFloat(dst, v)
	case time.Time:
		return appendTime(dst, v, false)
	case schema.Timespan:
		return appendTimespan(dst, v)
	case json.RawMessage:
		return appendDynamicText(dst, v)
	}
	return fmt.Append(dst, value)
}

// appendTime appends 2006-01-02T15:04:05Z with the tenths of microseconds that there
// are, or all seven digits of them. It takes a third of what AppendFormat does.
func appendTime(dst []byte, t time.Time, all bool) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		if all {
			return t.AppendFormat(dst, "2006-01-02T15:04:05.0000000Z")
		}
		return t.AppendFormat(dst, "2006-01-02T15:04:05.9999999Z")
	}
	hour, minute, second := t.Clock()
	dst = appendDigits(dst, year/100, year%100)
	dst = appendDigits(append(dst, '-'), int(month))
	dst = appendDigits(append(dst, '-'), day)
	dst = appendDigits(append(dst, 'T'), hour)
	dst = appendDigits(append(dst, ':'), minute)
	dst = appendDigits(append(dst, ':'), second)
	if ticks := t.Nanosecond() / 100; ticks > 0 || all {
		dst = append(appendDigits(append(dst, '.'), ticks/100_000, ticks/1000%100, ticks/10%100), byte('0'+ticks%10))
		for !all && dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
	}
	return append(dst, 'Z')
}

// appendDigits appends numbers below 100, two digits each.
func appendDigits(dst []byte, numbers ...int) []byte {
	for _, n := range numbers {
		dst = append(dst, byte('0'+n/10), byte('0'+n%10))
	}
	return dst
}

// appendFloat appends a number in the fewest digits that read back as the
// same number, with an exponent only where the digits would be many.
func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

const (
	ticksPerSecond = 10_000_000
	ticksPerDay    = 86_400 * ticksPerSecond
)

// appendTimespan appends [-][d.]hh:mm:ss[.fffffff]; the fraction is all seven
// digits or absent, as Kusto writes it.
func appendTimespan(dst []byte, t schema.Timespan) []byte {
	ticks := uint64(t)
	if t < 0 {
		dst = append(dst, '-')
		ticks = -ticks // right for the smallest value too, which has no positive int64
	}
	if days := ticks / ticksPerDay; days > 0 {
		dst = strconv.AppendUint(dst, days, 10)
		dst = append(dst, '.')
	}
	seconds := ticks % ticksPerDay / ticksPerSecond
	dst = fmt.Appendf(dst, "%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if fraction := ticks % ticksPerSecond; fraction > 0 {
		dst = fmt.Appendf(dst, ".%07d", fraction)
	}
	return dst
}

func appendDynamicText(dst []byte, raw json.RawMessage) []byte {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return dst
	}
	if raw[0] == '"' {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return append(dst, s...)
		}
	}
	return append(dst, raw...)
}

// text is appendText for callers that need a string; strings cost nothing.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return string(appendText(nil, value))
}

// isNumeric reports whether values of a type are numbers that people compare
// by their digits, and so read best aligned to the right.
func isNumeric(t schema.Type) bool {
	switch t {
	case schema.TypeInt, schema.TypeLong, schema.TypeReal, schema.TypeDecimal:
		return true
	}
	return false
}

// isSeverityColumn reports whether a column holds severity words.
func isSeverityColumn(c schema.Column) bool {
	return c.Type == schema.TypeString && strings.Contains(strings.ToLower(c.Name), "severity")
}

// uniqueNames gives every column a name that is its own: empty names become
// Column1 and so on, and a name that was there before gets _2, _3. same maps
// a name to what must be unique about it.
func uniqueNames(columns []schema.Column, same func(string) string) []string {
	taken := make(map[string]bool, len(columns))
	for _, c := range columns {
		taken[same(c.Name)] = true
	}
	names := make([]string, len(columns))
	used := make(map[string]bool, len(columns))
	for i, c := range columns {
		name := c.Name
		if name == "" {
			name = "Column" + strconv.Itoa(i+1)
		}
		for n := 2; used[same(name)] || (name != c.Name && taken[same(name)]); n++ {
			name = c.Name + "_" + strconv.Itoa(n)
			if c.Name == "" {
				name = fmt.Sprintf("Column%d_%d", i+1, n)
			}
		}
		used[same(name)] = true
		names[i] = name
	}
	return names
}

// columnNames are the names as the query gave them.
func columnNames(columns []schema.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}
