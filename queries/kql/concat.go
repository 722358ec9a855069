package kql

import (
	"strings"
	"unicode/utf8"

	"argosy/queries/kql/duck"
)

// part is a piece of a string: a literal, or an SQL text of which some things
// are promised.
type part struct {
	lit string
	// x is set for a piece that is not a literal; it is never NULL.
	x        duck.Expr
	nonEmpty bool
	excludes []string
}

// place is a position in a list of parts: before byte offset of part index. An
// offset other than 0 only occurs inside literals.
type place struct {
	index, offset int
	found         bool
}

// locate finds the first occurrence of lit at or after from. sure is false
// when that cannot be told while translating.
//
// An occurrence can begin inside a text piece and reach into what follows. It
// is ruled out when the piece would have to contain, for that, something the
// catalog says it never contains.
func locate(parts []part, from place, lit string) (at place, sure bool) {
	if len(parts) == 0 || lit == "" {
		return place{}, false
	}
	for i := from.index; i < len(parts); i++ {
		p := parts[i]
		if p.x != nil {
			if !p.cannotContain(lit) || !p.cannotStart(lit, parts[i+1:]) {
				return place{}, false
			}
			continue
		}
		start := 0
		if i == from.index {
			start = from.offset
		}
		text := p.lit[start:]
		if n := wildIndex(text, lit); n >= 0 {
			// An earlier occurrence that begins in this literal ends in it too.
			return place{i, start + n, true}, true
		}
		if !cannotStraddle(text, lit, parts[i+1:]) {
			return place{}, false
		}
	}
	return place{index: len(parts)}, true
}

// cannotContain is true when the piece never contains s.
func (p part) cannotContain(s string) bool {
	s = lowerASCII(s)
	for _, e := range p.excludes {
		if e != "" && coveredBy(s, lowerASCII(e)) {
			return true
		}
	}
	return false
}

// coveredBy tells whether every text that s can be contains the excluded text
// e, in which a ? is any one character.
func coveredBy(s, e string) bool {
next:
	for i := 0; i+len(e) <= len(s); i++ {
		for k := range len(e) {
			if e[k] != '?' && e[k] != s[i+k] {
				continue next
			}
		}
		return true
	}
	return false
}

// cannotStart is true when no occurrence of lit begins in the piece and ends
// in what follows it.
func (p part) cannotStart(lit string, rest []part) bool {
	for k := 1; k < len(lit); k++ {
		if beginsWith(rest, lit[k:]) != no && !p.cannotContain(lit[:k]) {
			return false
		}
	}
	return true
}

// cannotStraddle is true when no occurrence of lit begins in the literal text
// and ends in what follows it.
func cannotStraddle(text, lit string, rest []part) bool {
	for k := 1; k < len(lit); k++ {
		if k <= len(text) && wildEqual(text[len(text)-k:], lit[:k]) && beginsWith(rest, lit[k:]) != no {
			return false
		}
	}
	return true
}

type answer int

const (
	no answer = iota
	perhaps
	yes
)

// beginsWith tells whether the parts begin with s.
func beginsWith(parts []part, s string) answer {
	for i, p := range parts {
		if s == "" {
			return yes
		}
		if p.x != nil {
			return p.beginsWith(parts[i+1:], s)
		}
		n := min(len(s), len(p.lit))
		if !wildEqual(p.lit[:n], s[:n]) {
			return no
		}
		s = s[n:]
	}
	if s == "" {
		return yes
	}
	return no
}

// beginsWith tells whether a piece that is not a literal, together with what
// follows it, begins with s.
func (p part) beginsWith(rest []part, s string) answer {
	if len(rest) == 0 || rest[0].x != nil || rest[0].lit == "" || !p.cannotContain(rest[0].lit[:1]) {
		if len(rest) == 0 && p.cannotContain(s) {
			return no
		}
		return perhaps
	}
	// The piece ends where the next literal's first character stands first.
	end := strings.IndexByte(s, rest[0].lit[0])
	if dot := strings.IndexByte(s, wild); dot >= 0 && (end < 0 || dot < end) {
		return perhaps
	}
	if end < 0 {
		if p.cannotContain(s) {
			return no
		}
		return perhaps
	}
	if p.cannotContain(s[:end]) || end == 0 && p.nonEmpty || beginsWith(rest, s[end:]) == no {
		return no
	}
	return perhaps
}

// leads tells whether something certainly stands before any occurrence of lit:
// the first piece is never empty and lit does not begin inside it.
func leads(parts []part, lit string) bool {
	first := parts[0]
	if first.x == nil {
		return first.lit != "" && first.lit[0] != lit[0]
	}
	return first.nonEmpty && first.cannotContain(lit) && first.cannotStart(lit, parts[1:])
}

// wild stands, in a text that is looked for, for any one character but a line
// end: the dot of a regular expression. The byte occurs in no UTF-8 text.
const wild = 0xFF

// wildEqual compares two texts of one length, the second with wild bytes.
func wildEqual(text, pattern string) bool {
	for i := range len(text) {
		if pattern[i] == wild {
			if text[i] == '\n' || text[i] >= utf8.RuneSelf {
				return false
			}
			continue
		}
		if text[i] != pattern[i] {
			return false
		}
	}
	return true
}

// wildIndex is strings.Index with wild bytes in the pattern.
func wildIndex(text, pattern string) int {
	if strings.IndexByte(pattern, wild) < 0 {
		return strings.Index(text, pattern)
	}
	for i := 0; i+len(pattern) <= len(text); i++ {
		if wildEqual(text[i:i+len(pattern)], pattern) {
			return i
		}
	}
	return -1
}

// ascii tells whether the literal pieces are plain ASCII, where one wild byte
// stands for one character.
func ascii(parts []part) bool {
	for _, p := range parts {
		for i := range len(p.lit) {
			if p.lit[i] >= utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}

// cut is the text between two places.
func cut(parts []part, from, to place) value {
	var out []part
	for i := from.index; i <= to.index && i < len(parts); i++ {
		p := parts[i]
		if p.x == nil {
			start, end := 0, len(p.lit)
			if i == from.index {
				start = from.offset
			}
			if i == to.index {
				end = to.offset
			}
			if start >= end {
				continue
			}
			p.lit = p.lit[start:end]
		} else if i == to.index {
			continue
		}
		out = append(out, p)
	}
	return textOf(out)
}

// skip moves a place behind a literal that begins there.
func (at place) skip(lit string) place {
	at.offset += len(lit)
	return at
}

// textOf is the string made of parts.
func textOf(parts []part) value {
	switch len(parts) {
	case 0:
		return textLit("")
	case 1:
		if parts[0].x == nil {
			return textLit(parts[0].lit)
		}
		return value{typ: String, sql: parts[0].x, parts: parts}
	}
	var args []duck.Expr
	for _, p := range parts {
		if p.x != nil {
			args = append(args, p.x)
		} else {
			args = append(args, duck.Str(p.lit))
		}
	}
	return value{typ: String, sql: duck.Fn("concat", args...), parts: parts}
}

// foldText decides a string operator on a known concatenation.
func foldText(o textOp, x, y value) (value, bool) {
	lit, ok := y.text()
	if !ok || lit == "" || len(x.parts) == 0 {
		return value{}, false
	}
	if !o.cs {
		if o.kind == "contains" {
			return within(x.parts, lit)
		}
		return value{}, false
	}
	switch o.kind {
	case "contains":
		if at, sure := locate(x.parts, place{}, lit); sure {
			return boolLit(at.found), true
		}
	case "startswith":
		switch beginsWith(x.parts, lit) {
		case yes:
			return boolLit(true), true
		case no:
			return boolLit(false), true
		}
	}
	return value{}, false
}

// within tells when one of several parts contains lit in any case of its
// letters, where no occurrence can reach from one part into the next: the
// engine stops at the first part that does, and never puts the parts together.
func within(parts []part, lit string) (v value, ok bool) {
	if len(parts) < 2 || !ascii(parts) || !ascii([]part{{lit: lit}}) {
		return value{}, false
	}
	lit = lowerASCII(lit)
	absent := func(bound string) bool { return bound != "" && !strings.Contains(lit, lowerASCII(bound)) }
	var ways []value
	for i, p := range parts {
		if i > 0 {
			before := parts[i-1].lit
			if !absent(before[max(0, len(before)-1):]) && !absent(p.lit[:min(1, len(p.lit))]) {
				return value{}, false
			}
		}
		if p.x != nil {
			ways = append(ways, sure(Bool, duck.Fn("contains", duck.Fn("lower", p.x), duck.Str(lit))))
		} else if strings.Contains(lowerASCII(p.lit), lit) {
			return boolLit(true), true
		}
	}
	return logic(false, ways...), true
}

// contained tells when the parts contain lit, as a literal or as a condition
// on a piece: with id = prefix + "/assessments/" + key + "/sub", looking for
// "/assessments/K/" asks for key = 'K'. ok is false when it cannot be told.
func contained(parts []part, lit string) (v value, ok bool) {
	if len(parts) == 0 || lit == "" {
		return value{}, false
	}
	var ways []value
	for i, p := range parts {
		rest := parts[i+1:]
		if p.x != nil {
			if !p.cannotContain(lit) || !p.cannotStart(lit, rest) {
				return value{}, false
			}
			continue
		}
		if wildIndex(p.lit, lit) >= 0 {
			return boolLit(true), true
		}
		for k := 1; k < len(lit); k++ {
			if k > len(p.lit) || !wildEqual(p.lit[len(p.lit)-k:], lit[:k]) {
				continue
			}
			way, ok := aligned(rest, lit[k:])
			if !ok {
				return value{}, false
			}
			ways = append(ways, way)
		}
	}
	return logic(false, ways...), true
}

// aligned tells when the parts begin with s.
func aligned(parts []part, s string) (value, bool) {
	switch beginsWith(parts, s) {
	case yes:
		return boolLit(true), true
	case no:
		return boolLit(false), true
	}
	c := parts[0]
	if c.x == nil {
		if len(s) < len(c.lit) || !wildEqual(c.lit, s[:len(c.lit)]) {
			return value{}, false
		}
		return aligned(parts[1:], s[len(c.lit):])
	}
	dot := strings.IndexByte(s, wild)
	if len(parts) == 1 {
		if dot >= 0 {
			return value{}, false
		}
		return sure(Bool, duck.Fn("starts_with", c.x, duck.Str(s))), true
	}
	// The next literal's first character ends the piece, as the piece never
	// contains it.
	stop := parts[1].lit
	if stop == "" || !c.cannotContain(stop[:1]) {
		return value{}, false
	}
	end := strings.Index(s, stop[:1])
	if dot >= 0 && (end < 0 || dot < end) {
		return value{}, false
	}
	if end < 0 {
		return sure(Bool, duck.Fn("starts_with", c.x, duck.Str(s))), true
	}
	switch beginsWith(parts[1:], s[end:]) {
	case yes:
		return sure(Bool, duck.Op(c.x, "=", duck.Str(s[:end]))), true
	case no:
		return boolLit(false), true
	}
	return value{}, false
}
