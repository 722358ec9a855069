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
// doubled quote; a NUL byte would end the statement, and the printer indents
// lines, so these and line ends are spelled with chr().
// Bytes that are not UTF-8 are replaced, since DuckDB refuses the statement
// otherwise.
func Text(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	var parts []string
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == 0 || s[i] == '\n' || s[i] == '\r' {
			if i > start {
				parts = append(parts, quoted(s[start:i]))
			}
			parts = append(parts, "chr("+strconv.Itoa(int(s[i]))+")")
			start = i + 1
		}
	}
	if len(parts) == 0 {
		return quoted(s)
	}
	if start < len(s) {
		parts = append(parts, quoted(s[start:]))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, " || ") + ")"
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
