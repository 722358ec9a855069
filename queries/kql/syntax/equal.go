package syntax

import (
	"math"
	"reflect"
	"time"
)

// Equal reports whether two trees mean the same text: it ignores spans,
// comments and how a thing was spelled (quotes, hexadecimal, mvexpand).
func Equal(a, b Node) bool {
	return equalValues(reflect.ValueOf(a), reflect.ValueOf(b))
}

func equalValues(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() {
		return false
	}
	if !a.IsValid() {
		return true
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return equalValues(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equalValues(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return equalStructs(a, b)
	case reflect.Float64:
		// Two nan are the same literal, and -0.0 is not 0.0.
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	}
	return a.Equal(b)
}

func equalStructs(a, b reflect.Value) bool {
	t := a.Type()
	if t == reflect.TypeFor[Span]() {
		return true
	}
	if t == reflect.TypeFor[time.Time]() {
		return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
	}
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("equal") == "skip" {
			continue
		}
		if !equalValues(a.Field(i), b.Field(i)) {
			return false
		}
	}
	return true
}
