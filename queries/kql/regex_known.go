package kql

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A regular expression over a text of known make-up, such as an id, can often
// be run while translating: literals stand at known places, and what lies
// between them is a piece that is wanted or passed over as a whole. The rules
// are those of RE2: leftmost, and lazy or greedy as written.

// knownItem is one element of a pattern: a literal, a run of characters, an end
// of the text, or the bound of a group.
type knownItem struct {
	kind  byte   // 'l', 'r', '$', '(' or ')'
	lit   string // of a literal; wild bytes are dots
	group int    // of a bound
	// of a run: at least min characters (0 or 1), lazy or greedy, none of which
	// is the text not.
	min  int
	lazy bool
	not  string
}

// knownRegex is a pattern that can be run over parts.
type knownRegex struct {
	parts []part
	items []knownItem
	// fold tells that letters match in any case.
	fold  bool
	begin bool
}

// knownMatch runs a pattern. The places of a group are found only where there
// is a match; sure is false when the outcome depends on the pieces.
func knownMatch(parts []part, pattern string, group int) (from, to place, matched, sure bool) {
	r, ok := newKnownRegex(parts, pattern)
	if !ok {
		return place{}, place{}, false, false
	}
	bounds := map[int][2]place{}
	matched, sure = r.search(bounds)
	return bounds[group][0], bounds[group][1], matched, sure
}

func newKnownRegex(parts []part, pattern string) (*knownRegex, bool) {
	if len(parts) < 2 || !ascii(parts) {
		return nil, false
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	r := &knownRegex{parts: parts}
	if !r.add(&syntax.Regexp{Op: syntax.OpCapture, Sub: []*syntax.Regexp{re}}) {
		return nil, false
	}
	if r.fold {
		r.parts = make([]part, len(parts))
		for i, p := range parts {
			p.lit = lowerASCII(p.lit)
			r.parts[i] = p
		}
	}
	return r, true
}

// add appends a piece of the pattern, false where it is of another sort.
func (r *knownRegex) add(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return true
	case syntax.OpConcat:
		for _, s := range re.Sub {
			if !r.add(s) {
				return false
			}
		}
		return true
	case syntax.OpCapture:
		r.items = append(r.items, knownItem{kind: '(', group: re.Cap})
		ok := r.add(re.Sub[0])
		r.items = append(r.items, knownItem{kind: ')', group: re.Cap})
		return ok
	case syntax.OpBeginText:
		for _, i := range r.items {
			if i.kind != '(' {
				return false
			}
		}
		r.begin = true
		return true
	case syntax.OpEndText:
		r.items = append(r.items, knownItem{kind: '$'})
		return true
	case syntax.OpLiteral:
		return r.literal(string(re.Rune), re.Flags&syntax.FoldCase != 0)
	case syntax.OpAnyCharNotNL:
		return r.literal(string([]byte{wild}), r.fold)
	case syntax.OpStar, syntax.OpPlus:
		return r.run(re)
	}
	return false
}

func (r *knownRegex) literal(s string, fold bool) bool {
	for _, i := range r.items {
		if i.kind == 'l' && fold != r.fold && strings.Trim(i.lit, string([]byte{wild})) != "" {
			return false // letters in both manners
		}
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf && s[i] != wild {
			return false
		}
	}
	if strings.Trim(s, string([]byte{wild})) != "" {
		r.fold = fold
	}
	if fold {
		s = lowerASCII(s)
	}
	if n := len(r.items); n > 0 && r.items[n-1].kind == 'l' {
		r.items[n-1].lit += s
		return true
	}
	r.items = append(r.items, knownItem{kind: 'l', lit: s})
	return true
}

// lowerASCII leaves wild bytes alone.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func (r *knownRegex) run(re *syntax.Regexp) bool {
	item := knownItem{kind: 'r', lazy: re.Flags&syntax.NonGreedy != 0}
	if re.Op == syntax.OpPlus {
		item.min = 1
	}
	switch sub := re.Sub[0]; sub.Op {
	case syntax.OpAnyChar:
	case syntax.OpAnyCharNotNL:
		item.not = "\n"
	default:
		if sub.Flags&syntax.FoldCase != 0 && sub.Op != syntax.OpCharClass {
			return false
		}
		if sub.Op == syntax.OpCharClass && len(sub.Rune) == 2 && sub.Rune[0] == 0 && sub.Rune[1] == utf8.MaxRune {
			break // [\s\S]
		}
		stop, ok := allBut(sub)
		if !ok || len(stop) != 1 || stop[0] >= utf8.RuneSelf || strings.ToLower(stop) != strings.ToUpper(stop) {
			return false
		}
		item.not = stop
	}
	r.items = append(r.items, item)
	return true
}

// search tries the places where a match may begin, from the left.
func (r *knownRegex) search(bounds map[int][2]place) (matched, sure bool) {
	first := 0
	for first < len(r.items) && (r.items[first].kind == '(' || r.items[first].kind == ')') {
		first++
	}
	if first == len(r.items) {
		return false, false
	}
	switch item := r.items[first]; {
	case r.begin, item.kind == 'r' && (item.not == "" || item.not == "\n" && r.noLineEnds()):
		// A run that fails at the beginning fails behind it, too.
		return r.match(0, place{}, bounds)
	case item.kind == 'l':
		starts, sure := r.occurrences(place{}, item.lit)
		if !sure {
			return false, false
		}
		for _, at := range starts {
			if matched, sure := r.match(0, at, bounds); matched || !sure {
				return matched, sure
			}
		}
		return false, true
	}
	return false, false
}

// noLineEnds tells whether the text certainly has no line end.
func (r *knownRegex) noLineEnds() bool {
	return r.within(place{}, place{index: len(r.parts)}, "\n") == no
}

// within tells whether s, one character, stands between two places.
func (r *knownRegex) within(from, to place, s string) answer {
	out := no
	for i := from.index; i <= to.index && i < len(r.parts); i++ {
		p := r.parts[i]
		if p.x != nil {
			if i < to.index && !p.cannotContain(s) {
				out = perhaps
			}
			continue
		}
		if strings.Contains(r.between(i, from, to), s) {
			return yes
		}
	}
	return out
}

// between is the part of literal i that lies between two places.
func (r *knownRegex) between(i int, from, to place) string {
	start, end := 0, len(r.parts[i].lit)
	if i == from.index {
		start = from.offset
	}
	if i == to.index {
		end = to.offset
	}
	return r.parts[i].lit[start:max(start, end)]
}

// empty tells whether nothing stands between two places.
func (r *knownRegex) empty(from, to place) answer {
	out := yes
	for i := from.index; i <= to.index && i < len(r.parts); i++ {
		p := r.parts[i]
		switch {
		case p.x != nil && i < to.index && p.nonEmpty:
			return no
		case p.x != nil && i < to.index:
			out = perhaps
		case p.x == nil && r.between(i, from, to) != "":
			return no
		}
	}
	return out
}

// occurrences are all places at or behind from where a literal stands.
func (r *knownRegex) occurrences(from place, lit string) ([]place, bool) {
	var out []place
	for {
		at, sure := locate(r.parts, from, lit)
		if !sure {
			return nil, false
		}
		if !at.found {
			return out, true
		}
		out = append(out, at)
		from = place{index: at.index, offset: at.offset + 1}
	}
}

// occurrencesFromEnd are the places of a literal from the last one on. all is
// false where what stands further left cannot be told.
func (r *knownRegex) occurrencesFromEnd(from place, lit string) (out []place, all bool) {
	for i := len(r.parts) - 1; i >= from.index; i-- {
		p, rest := r.parts[i], r.parts[i+1:]
		if p.x != nil {
			if !p.cannotContain(lit) || !p.cannotStart(lit, rest) {
				return out, false
			}
			continue
		}
		start := 0
		if i == from.index {
			start = from.offset
		}
		if !cannotStraddle(p.lit[start:], lit, rest) {
			return out, false
		}
		for at := len(p.lit) - len(lit); at >= start; at-- {
			if wildEqual(p.lit[at:at+len(lit)], lit) {
				out = append(out, place{i, at, true})
			}
		}
	}
	return out, true
}

// match matches items from i on at a place, remembering the bounds of groups.
func (r *knownRegex) match(i int, at place, bounds map[int][2]place) (matched, sure bool) {
	if i == len(r.items) {
		return true, true
	}
	switch item := r.items[i]; item.kind {
	case '(', ')':
		side := 0
		if item.kind == ')' {
			side = 1
		}
		old := bounds[item.group]
		b := old
		b[side] = at
		bounds[item.group] = b
		matched, sure = r.match(i+1, at, bounds)
		if !matched {
			bounds[item.group] = old
		}
		return matched, sure
	case '$':
		switch r.empty(at, place{index: len(r.parts)}) {
		case yes:
			return r.match(i+1, at, bounds)
		case no:
			return false, true
		}
		return false, false
	case 'l':
		switch beginsWith(r.rest(at), item.lit) {
		case yes:
			return r.match(i+1, r.behind(at, item.lit), bounds)
		case no:
			return false, true
		}
		return false, false
	}
	return r.matchRun(i, at, bounds)
}

// rest is the text behind a place.
func (r *knownRegex) rest(at place) []part {
	if at.index >= len(r.parts) {
		return nil
	}
	out := append([]part{}, r.parts[at.index:]...)
	if out[0].x == nil {
		out[0].lit = out[0].lit[at.offset:]
	}
	return out
}

// behind is the place behind a literal that stands at a place.
func (r *knownRegex) behind(at place, lit string) place {
	n := len(lit)
	for at.index < len(r.parts) && r.parts[at.index].x == nil && n > 0 {
		left := len(r.parts[at.index].lit) - at.offset
		if n < left {
			at.offset += n
			return at
		}
		n -= left
		at = place{index: at.index + 1}
	}
	return at
}

// matchRun tries the ends of a run in the order of its manner. Only a few can
// be ends: where the literal behind the run stands, or the end of the text.
func (r *knownRegex) matchRun(i int, at place, bounds map[int][2]place) (matched, sure bool) {
	item := r.items[i]
	next := i + 1
	for next < len(r.items) && (r.items[next].kind == '(' || r.items[next].kind == ')') {
		next++
	}
	end := place{index: len(r.parts)}
	var ends []place
	all := true
	switch {
	case next < len(r.items) && r.items[next].kind == 'l' && item.lazy:
		if ends, all = r.occurrences(at, r.items[next].lit); !all {
			return false, false
		}
	case next < len(r.items) && r.items[next].kind == 'l':
		ends, all = r.occurrencesFromEnd(at, r.items[next].lit)
	case next < len(r.items) && r.items[next].kind == 'r':
		return false, false
	case next == len(r.items) && item.lazy:
		if item.min > 0 {
			return false, false
		}
		ends = []place{at}
	case next == len(r.items) && item.not != "" && r.within(at, end, item.not) != no:
		stop, ok := locate(r.parts, at, item.not)
		if !ok || !stop.found {
			return false, false
		}
		ends = []place{stop}
	default:
		ends = []place{end}
	}
	for _, to := range ends {
		if item.min > 0 {
			switch r.empty(at, to) {
			case yes:
				continue
			case perhaps:
				return false, false
			}
		}
		if item.not != "" {
			switch r.within(at, to, item.not) {
			case yes:
				continue
			case perhaps:
				return false, false
			}
		}
		if matched, sure := r.match(i+1, to, bounds); matched || !sure {
			return matched, sure
		}
	}
	return false, all
}
