package syntax

import "strings"

// punctuation reads signs and brackets.
func (l *lexer) punctuation(c byte) {
	start := l.pos
	if k, n := sign(c, l.at(1)); n > 0 {
		l.pos += n
		l.emit(k, start)
		return
	}
	switch c {
	case '(', '[', '{':
		if c == '{' && l.at(1) == '{' && l.shared() {
			return
		}
		l.pos++
		l.opened[c]++
		l.open = append(l.open, int32(len(l.toks)))
		l.emit(bracketKind(c), start)
	case ')', ']', '}':
		l.pos++
		l.emit(bracketKind(c), start)
		l.close(opener(c))
	case '&':
		l.pos += 1
		if l.at(0) == '&' {
			l.pos++
		}
		l.errorf(Span{start, l.pos}, "write: a and b", "%q is no operator", l.src[start:l.pos])
		l.emit(kBad, start)
	default:
		l.bad(1)
	}
}

// sign gives the kind of the sign that begins with c and its length, which is 0
// when there is none.
func sign(c, next byte) (kind, int) {
	switch string([]byte{c, next}) {
	case "==":
		return kEq, 2
	case "=~":
		return kEqI, 2
	case "=>":
		return kArrow, 2
	case "!=", "<>":
		return kNe, 2
	case "!~":
		return kNeI, 2
	case "<=":
		return kLe, 2
	case ">=":
		return kGe, 2
	case "..":
		return kDotDot, 2
	}
	if i := strings.IndexByte("|;,.:=+-*/%<>", c); i >= 0 {
		return [...]kind{kPipe, kSemicolon, kComma, kDot, kColon, kAssign, kPlus, kMinus, kStar,
			kSlash, kPercent, kLt, kGt}[i], 1
	}
	return kBad, 0
}

func bracketKind(c byte) kind {
	switch c {
	case '(':
		return kLParen
	case ')':
		return kRParen
	case '[':
		return kLBracket
	case ']':
		return kRBracket
	case '{':
		return kLBrace
	}
	return kRBrace
}

func opener(c byte) byte {
	switch c {
	case ')':
		return '('
	case ']':
		return '['
	}
	return '{'
}

// close pairs the bracket just emitted with its opener. Openers of another
// sort in between stay unpaired, which is how a missing bracket is contained.
func (l *lexer) close(c byte) {
	if l.opened[c] == 0 {
		return
	}
	for {
		i := l.open[len(l.open)-1]
		l.open = l.open[:len(l.open)-1]
		found := l.src[l.toks[i].start]
		l.opened[found]--
		if found == c {
			last := int32(len(l.toks) - 1)
			l.toks[i].match, l.toks[last].match = last, i
			return
		}
	}
}

// shared reads {{...}} when it is closed on the same line, within the length
// that an Azure resource id can have.
func (l *lexer) shared() bool {
	rest := l.src[l.pos:min(len(l.src), l.pos+2048)]
	end := strings.Index(rest, "}}")
	if end < 0 || strings.ContainsAny(rest[:end], "\r\n") {
		return false
	}
	start := l.pos
	l.pos += end + 2
	l.emit(kShared, start)
	return true
}
