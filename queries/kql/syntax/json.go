package syntax

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// JSON gives the value of a dynamic literal as JSON text. Datetimes, timespans
// and guids are strings in Kusto's own form; NaN and the infinities, which JSON
// cannot hold, are strings too, as Kusto prints them.
func (d *DynamicLit) JSON() string {
	var b bytes.Buffer
	writeJSON(&b, d.Value)
	return b.String()
}

func writeJSON(b *bytes.Buffer, e Expr) {
	switch n := e.(type) {
	case *DynamicLit:
		writeJSON(b, n.Value)
	case *DynamicArray:
		b.WriteByte('[')
		for i, x := range n.Elems {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, x)
		}
		b.WriteByte(']')
	case *DynamicObject:
		b.WriteByte('{')
		for i, f := range n.Fields {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSONString(b, f.Key.Value)
			b.WriteByte(':')
			writeJSON(b, f.Value)
		}
		b.WriteByte('}')
	case *StringLit:
		writeJSONString(b, n.Value)
	case *BoolLit:
		b.WriteString(strconv.FormatBool(n.Value))
	case *IntLit:
		b.WriteString(strconv.FormatInt(n.Value, 10))
	case *RealLit:
		writeJSONReal(b, n.Value)
	case *DecimalLit:
		writeJSONString(b, n.Text)
	case *DatetimeLit:
		writeJSONString(b, n.Value.UTC().Format("2006-01-02T15:04:05.0000000Z"))
	case *TimespanLit:
		writeJSONString(b, TimespanText(n.Ticks))
	case *GuidLit:
		writeJSONString(b, n.Text)
	default:
		b.WriteString("null")
	}
}

func writeJSONString(b *bytes.Buffer, s string) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	// A string cannot fail to encode; bytes that are no UTF-8 are replaced.
	_ = enc.Encode(s)
	b.Truncate(b.Len() - 1) // the line end that Encode adds
}

func writeJSONReal(b *bytes.Buffer, f float64) {
	switch {
	case math.IsNaN(f):
		b.WriteString(`"NaN"`)
	case math.IsInf(f, 1):
		b.WriteString(`"Infinity"`)
	case math.IsInf(f, -1):
		b.WriteString(`"-Infinity"`)
	default:
		text := strconv.FormatFloat(f, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		b.WriteString(text)
	}
}

// TimespanText writes ticks of 100 ns as Kusto prints a timespan:
// [-][d.]hh:mm:ss[.fffffff].
func TimespanText(ticks int64) string {
	sign, n := "", uint64(ticks)
	if ticks < 0 {
		sign, n = "-", -uint64(ticks)
	}
	days := ""
	if d := n / uint64(day); d > 0 {
		days = strconv.FormatUint(d, 10) + "."
	}
	fraction := ""
	if f := n % uint64(second); f > 0 {
		fraction = fmt.Sprintf(".%07d", f)
	}
	return fmt.Sprintf("%s%s%02d:%02d:%02d%s", sign, days,
		n/uint64(hour)%24, n/uint64(minute)%60, n/uint64(second)%60, fraction)
}
