package cell

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"argosy/queries/lens"
	"argosy/schema"
)

// Shape is the mark that stands before a severity, so that colour is not
// needed.
func Shape(severity string) string {
	switch strings.ToLower(severity) {
	case "critical":
		return "■"
	case "high":
		return "▲"
	case "medium":
		return "●"
	case "low":
		return "·"
	}
	return "?"
}

// Right says whether values of a kind stand at the right of their column.
func Right(k lens.Kind) bool {
	switch k {
	case lens.Number, lens.Score, lens.Probability, lens.Percent, lens.Age:
		return true
	}
	return false
}

// KindOf guesses the kind of a column of a query's result from its type and
// name.
func KindOf(c schema.Column) lens.Kind {
	switch c.Type {
	case schema.TypeLong, schema.TypeInt, schema.TypeReal, schema.TypeDecimal:
		return lens.Number
	case schema.TypeDatetime:
		return lens.Moment
	case schema.TypeDynamic:
		return lens.JSON
	case schema.TypeBool:
		return lens.Text
	}
	if strings.Contains(strings.ToLower(c.Name), "severity") {
		return lens.Severity
	}
	return lens.Text
}

// Format writes a value for a column of a kind; ecosystem is the type of the
// row's package where versions are compared.
func Format(k lens.Kind, v any, now time.Time, ecosystem string) string {
	if v == nil {
		return ""
	}
	switch k {
	case lens.Severity:
		word, ok := v.(string)
		if _, known := schema.ParseSeverity(word); !ok || !known && !strings.EqualFold(word, "unknown") {
			return Text(v)
		}
		return Shape(word) + " " + strings.ToUpper(word)
	case lens.Number:
		return Number(v)
	case lens.Score:
		if f, ok := v.(float64); ok {
			return strconv.FormatFloat(f, 'f', 1, 64)
		}
	case lens.Probability:
		if f, ok := v.(float64); ok {
			return strconv.FormatFloat(f, 'f', 3, 64)
		}
	case lens.Percent:
		if f, ok := v.(float64); ok {
			return strconv.FormatFloat(math.Floor(f), 'f', 0, 64) + " %"
		}
	case lens.Digest:
		if hex, ok := strings.CutPrefix(Text(v), "sha256:"); ok {
			return hex[:min(12, len(hex))] // as container tools shorten it
		}
	case lens.Flag:
		if b, ok := v.(bool); ok && b {
			return " ●"
		}
		return ""
	case lens.Age:
		if t, ok := v.(time.Time); ok {
			return Days(now.Sub(t))
		}
	case lens.Time:
		if t, ok := v.(time.Time); ok {
			return Date(t)
		}
	case lens.Moment:
		if t, ok := v.(time.Time); ok {
			return strings.TrimSuffix(t.UTC().Format("2006-01-02 15:04:05"), " 00:00:00")
		}
	case lens.Versions:
		low, high := lens.Between(ecosystem, v)
		if low == high {
			return Clean(low)
		}
		return Clean(low + " … " + high)
	case lens.Newest:
		return Clean(lens.Target(ecosystem, v))
	}
	return Text(v)
}

// Text writes a value whole, on one line.
func Text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return Clean(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case time.Time:
		return x.UTC().Format(time.RFC3339)
	case json.RawMessage:
		return Clean(string(x))
	case schema.Timespan:
		return x.Duration().String()
	}
	return Clean(fmt.Sprint(v))
}

// Number groups the digits of a number in threes.
func Number(v any) string {
	switch x := v.(type) {
	case int64:
		return Group(x)
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1e15 {
			return Group(int64(x))
		}
		// What a sum of fractions leaves behind the tenth digit is no information.
		return strconv.FormatFloat(x, 'g', 10, 64)
	}
	return Text(v)
}

// Group writes a whole number with commas.
func Group(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Days writes a span in whole days.
func Days(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	return Group(int64(d/(24*time.Hour))) + " d"
}

// Date writes a day, with the time of day where there is one to tell.
func Date(t time.Time) string { return t.UTC().Format("2006-01-02") }

// Ago writes how long ago something was.
func Ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d d ago", int(d.Hours()/24))
}
