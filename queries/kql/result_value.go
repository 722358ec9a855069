package kql

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Value turns what DuckDB's driver returns for a result column of type t into
// a Go value: nil for null, bool, int64, float64, string, time.Time, Ticks or
// json.RawMessage. A decimal is a float64, or a string when it has more digits
// than that can hold.
func (t Type) Value(raw any) (any, error) {
	if raw == nil {
		if t == String {
			return "", nil
		}
		return nil, nil
	}
	switch t {
	case Bool:
		if b, ok := raw.(bool); ok {
			return b, nil
		}
	case Int, Long:
		if n, ok := asInt64(raw); ok {
			return n, nil
		}
	case Real:
		if f, ok := raw.(float64); ok {
			return f, nil
		}
	case Datetime:
		if n, ok := asInt64(raw); ok {
			return timeOfTicks(n), nil
		}
		if at, ok := raw.(time.Time); ok {
			return at.UTC(), nil
		}
	case Timespan:
		if n, ok := asInt64(raw); ok {
			return Ticks(n), nil
		}
	case Dynamic:
		if s, ok := raw.(string); ok {
			return json.RawMessage(s), nil
		}
	case Decimal:
		if s, ok := raw.(string); ok {
			return decimalValue(s)
		}
	default:
		if s, ok := raw.(string); ok {
			return s, nil
		}
	}
	return nil, fmt.Errorf("a %T is no %s", raw, t)
}

// decimalValue reads DuckDB's text of a DECIMAL.
func decimalValue(s string) (any, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is no decimal", s)
	}
	return f, nil
}

func asInt64(raw any) (int64, bool) {
	switch n := raw.(type) {
	case int64:
		return n, true
	case int32:
		return int64(n), true
	}
	return 0, false
}
