package kql

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"argosy/queries/kql/duck"
	kqlsyntax "argosy/queries/kql/syntax"
)

// matches is X matches regex Y. Kusto and DuckDB both use RE2, so the pattern
// goes through as it is, unless it is nothing but a literal.
func (s *scope) matches(at kqlsyntax.Span, x, y value) value {
	pattern, ok := y.text()
	if !ok {
		return twoValued(duck.Fn("regexp_matches", str(x), str(y)), false)
	}
	if !s.t.checkRegex(at, pattern) {
		return poison
	}
	pattern = unicodeRegex(pattern)
	if _, _, matched, known := knownMatch(x.parts, pattern, 0); known {
		return boolLit(matched)
	}
	plain := twoValued(duck.Fn("regexp_matches", str(x), duck.Str(pattern)), false)
	lit, before, ok := literalRegex(pattern)
	if !ok {
		return plain
	}
	if !strings.Contains(lit, string([]byte{wild})) {
		return s.containsAfter(x, lit, before)
	}
	if v, ok := contained(x.parts, lit); ok && ascii(x.parts) && (!before || leads(x.parts, lit)) {
		return v
	}
	// The dots need the regular expression, but most rows fail the cheaper test.
	longest := ""
	for _, piece := range strings.Split(lit, string([]byte{wild})) {
		if len(piece) > len(longest) {
			longest = piece
		}
	}
	if longest == "" {
		return plain
	}
	return twoValued(duck.And{duck.Fn("contains", x.sql, duck.Str(longest)), duck.Fn("regexp_matches", x.sql, duck.Str(pattern))}, x.maybe)
}

// checkRegex reports a pattern that DuckDB would refuse at run time.
func (t *translator) checkRegex(at kqlsyntax.Span, pattern string) bool {
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		hint := ""
		if strings.Contains(pattern, "(?=") || strings.Contains(pattern, "(?!") || strings.Contains(pattern, "(?<") {
			hint = "regular expressions here know no lookahead and no lookbehind"
		}
		// Go's parser and RE2 agree but for the message's prefix.
		t.hintf(at, hint, "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return false
	}
	return true
}

// literalRegex recognises patterns that only look for a literal: lit, .*lit,
// (.+?)lit and the same with .* behind. A dot inside the literal becomes wild,
// since people write Microsoft.Security without escaping it. before tells that at least one
// character must stand before the literal.
func literalRegex(pattern string) (lit string, before, ok bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false, false
	}
	parts := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		parts = re.Sub
	}
	anchored := false
	if len(parts) > 0 && parts[0].Op == syntax.OpBeginText {
		anchored, parts = true, parts[1:]
	}
	lead := false
	if len(parts) > 0 {
		if min, yes := anything(parts[0]); yes {
			lead, before, parts = true, min == 1, parts[1:]
		}
	}
	if anchored && !lead {
		return "", false, false
	}
	if len(parts) > 0 {
		// What follows may be anything, so a pattern that allows nothing is void.
		if min, yes := anything(parts[len(parts)-1]); yes && min == 0 {
			parts = parts[:len(parts)-1]
		}
	}
	if lit, ok = literalPieces(parts); !ok || len(parts) == 0 {
		return "", false, false
	}
	// The dot does not match a newline: ^.*lit finds lit in the first line only.
	return lit, before, !anchored
}

// literalPieces joins literals and dots; a dot becomes wild.
func literalPieces(parts []*syntax.Regexp) (string, bool) {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.Op == syntax.OpLiteral && p.Flags&syntax.FoldCase == 0:
			b.WriteString(string(p.Rune))
		case p.Op == syntax.OpAnyCharNotNL:
			b.WriteByte(wild)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// anything recognises .* and .+ in all their forms, groups included.
func anything(re *syntax.Regexp) (min int, ok bool) {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	switch re.Op {
	case syntax.OpStar:
		min = 0
	case syntax.OpPlus:
		min = 1
	default:
		return 0, false
	}
	sub := re.Sub[0]
	return min, sub.Op == syntax.OpAnyCharNotNL || sub.Op == syntax.OpAnyChar
}

// containsAfter tells whether x contains lit, with at least one character (and
// no newline directly) before it when before is set.
func (s *scope) containsAfter(x value, lit string, before bool) value {
	if lit == "" {
		if !before {
			return boolLit(true)
		}
		return twoValued(duck.Fn("regexp_matches", str(x), duck.Str(".")), false)
	}
	if v, ok := contained(x.parts, lit); ok && (!before || leads(x.parts, lit)) {
		return v
	}
	if before {
		// The literal may stand at the very beginning and again later, so the
		// search starts at the second character. A newline there is what the
		// dot would not match; texts searched this way are ids.
		return twoValued(duck.And{
			duck.Fn("contains", duck.Fn("substr", x.sql, duck.Int(2)), duck.Str(lit)),
			duck.Or{duck.Not{X: duck.Fn("contains", x.sql, duck.Fn("chr", duck.Int(10)))},
				duck.Fn("regexp_matches", x.sql, duck.Str("."+quoteRegex(lit)))},
		}, x.maybe)
	}
	return twoValued(duck.Fn("contains", x.sql, duck.Str(lit)), x.maybe)
}

// quoteRegex escapes a literal for RE2. Bytes beyond ASCII stay as they are.
func quoteRegex(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != ' ' {
			if r < ' ' {
				b.WriteString(`\x{` + hexDigits(r) + `}`)
				continue
			}
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hexDigits(r rune) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[r>>4&15], digits[r&15]})
}

func termRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
