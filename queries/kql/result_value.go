package kql

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Value turns what DuckDB's driver returns for the column into a Go value: nil
// for null, bool, int64, float64, string, time.Time or Ticks. A dynamic is one
// of these, or json.RawMessage when it is an array or a bag. A decimal is a
// string of digits, without zeros at the end: a float64 holds only half of
// them.
func (c ResultColumn) Value(raw any) (any, error) {
	if c.Type != Dynamic {
		return c.Type.value(raw)
	}
	if raw == nil {
		return nil, nil
	}
	if c.Held != "" {
		v, err := c.Held.value(raw)
		switch at := v.(type) {
		case time.Time:
			// JSON has no datetime, it is a text there.
			return FormatDatetime(at), err
		case Ticks:
			return at.String(), err
		}
		return v, err
	}
	s, ok := raw.(string)
	if !ok {
		return nil, fmt.Errorf("a %T is no dynamic", raw)
	}
	return dynamicValue(s)
}

func (t Type) value(raw any) (any, error) {
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
	case Timespan:
		if n, ok := asInt64(raw); ok {
			return Ticks(n), nil
		}
	case Decimal:
		if s, ok := raw.(string); ok {
			if strings.Contains(s, ".") {
				s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
			}
			return s, nil
		}
	default:
		if s, ok := raw.(string); ok {
			return s, nil
		}
	}
	return nil, fmt.Errorf("a %T is no %s", raw, t)
}

// dynamicValue reads JSON text; arrays and bags stay text.
func dynamicValue(s string) (any, error) {
	if s != "" && (s[0] == '[' || s[0] == '{') {
		return json.RawMessage(s), nil
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(s)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("reading the dynamic value %q: %v", s, err)
	}
	if n, ok := v.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return i, nil
		}
		return n.Float64()
	}
	return v, nil
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
