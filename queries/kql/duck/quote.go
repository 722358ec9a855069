package duck

import (
	"math"
	"strconv"
	"strings"
)

// Name quotes an identifier. Every name is quoted, so that no keyword list is
// needed.
func Name(s string) string {
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// Text quotes a text literal. DuckDB's plain literals know no escape but the
// doubled quote; a NUL byte would end the statement, so it is spelled chr(0).
// Bytes that are not UTF-8 are replaced, since DuckDB refuses the statement
// otherwise.
func Text(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.Contains(s, "\x00") {
		return quoted(s)
	}
	parts := strings.Split(s, "\x00")
	for i, p := range parts {
		parts[i] = quoted(p)
	}
	return "(" + strings.Join(parts, " || chr(0) || ") + ")"
}

func quoted(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// number writes a DOUBLE so that DuckDB reads the same bits back: without the
// cast 0.1 would be a DECIMAL.
func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "'nan'::DOUBLE"
	case math.IsInf(f, 1):
		return "'infinity'::DOUBLE"
	case math.IsInf(f, -1):
		return "'-infinity'::DOUBLE"
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	if f < 0 || math.Signbit(f) {
		return "('" + s + "'::DOUBLE)"
	}
	return s
}

// comment makes s safe inside /* */ and on one line.
func comment(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "*/", "* /")
	s = strings.ReplaceAll(s, "/*", "/ *")
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}
