package syntax

import "strings"

// str reads "..." or '...' with escapes; start is where the literal begins,
// which may be a prefix. A literal ends with its line at the latest.
func (l *lexer) str(start int) {
	quote := l.src[l.pos]
	l.pos++
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; c {
		case quote:
			l.pos++
			l.emit(kString, start)
			return
		case '\\':
			if n := l.at(1); n == 0 || n == '\n' || n == '\r' {
				l.pos++
				continue
			}
			l.pos += 2
		case '\n', '\r':
			l.unterminated(start, quote)
			return
		default:
			l.pos++
		}
	}
	l.unterminated(start, quote)
}

// verbatim reads what follows the @ of @"..."; a doubled quote stands for one.
func (l *lexer) verbatim(start int) {
	quote := l.src[l.pos]
	for i := l.pos + 1; i < len(l.src); i++ {
		switch l.src[i] {
		case quote:
			if i+1 < len(l.src) && l.src[i+1] == quote {
				i++
				continue
			}
			l.pos = i + 1
			l.emit(kString, start)
			return
		case '\n', '\r':
			l.pos = i
			l.unterminated(start, quote)
			return
		}
	}
	l.pos = len(l.src)
	l.unterminated(start, quote)
}

// unterminated emits the string anyway: the parser then does not report the
// same mistake in other words.
func (l *lexer) unterminated(start int, quote byte) {
	l.errorf(Span{start, l.pos}, "a string ends on the line it begins; use ``` for several lines",
		"the string is not closed, a %c is missing", quote)
	l.emit(kString, start)
}

// hidden reads h"...", h@"..." and h```...```.
func (l *lexer) hidden() bool {
	start := l.pos
	switch {
	case l.at(1) == '"' || l.at(1) == '\'':
		l.pos++
		l.str(start)
	case l.at(1) == '@' && (l.at(2) == '"' || l.at(2) == '\''):
		l.pos += 2
		l.verbatim(start)
	case strings.HasPrefix(l.src[l.pos+1:], "```") || strings.HasPrefix(l.src[l.pos+1:], "~~~"):
		l.pos++
		l.multiline(start)
	default:
		return false
	}
	return true
}

// multiline reads ```...``` and ~~~...~~~.
func (l *lexer) multiline(start int) {
	fence := strings.Repeat(string(l.src[l.pos]), 3)
	if !strings.HasPrefix(l.src[l.pos:], fence) {
		l.bad(1)
		return
	}
	body := l.pos + 3
	end := strings.Index(l.src[body:], fence)
	if end < 0 {
		l.pos = len(l.src)
		l.errorf(Span{start, start + 3}, "", "the string is not closed, a %s is missing", fence)
		l.emit(kString, start)
		return
	}
	l.pos = body + end + 3
	l.emit(kString, start)
}

// number reads 12, 0x1f, 1.5, 1e3, 1.5h and, since names may begin with a
// digit, 4xx.
func (l *lexer) number() {
	start, k := l.pos, kLong
	if l.src[l.pos] == '0' && (l.at(1) == 'x' || l.at(1) == 'X') && isHex(l.at(2)) {
		l.pos += 2
		for isHex(l.at(0)) {
			l.pos++
		}
	} else {
		k = l.decimal()
	}
	numberEnd := l.pos
	l.skipWord()
	if l.pos > numberEnd {
		switch _, unit := unitTicks(l.src[numberEnd:l.pos]); {
		case unit:
			k = kTimespan
		case k == kLong:
			k = kIdent
		default:
			l.pos = numberEnd
		}
	}
	l.emit(k, start)
}

func (l *lexer) decimal() kind {
	k := kLong
	for isDigit(l.at(0)) {
		l.pos++
	}
	if l.at(0) == '.' && isDigit(l.at(1)) {
		k = kReal
		for l.pos++; isDigit(l.at(0)); l.pos++ {
		}
	} else if l.at(0) == '.' && l.at(1) != '.' && l.at(1) != '[' && !isWordStart(l.at(1)) {
		// 1. is a number, but 1..5 is a range and 1.x a path.
		k = kReal
		l.pos++
	}
	if c := l.at(0); c == 'e' || c == 'E' {
		i := 1
		if l.at(1) == '+' || l.at(1) == '-' {
			i = 2
		}
		if isDigit(l.at(i)) {
			k = kReal
			for l.pos += i; isDigit(l.at(0)); l.pos++ {
			}
		}
	}
	return k
}

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// typed reads type(literal) as one token, because what stands inside a
// datetime is no expression. It leaves anything else to the parser, which then
// sees a call: date(x), int(1 + 2).
func (l *lexer) typed(start int, word string) bool {
	i := l.pos
	for i < len(l.src) && (l.src[i] == ' ' || l.src[i] == '\t') {
		i++
	}
	if i == len(l.src) || l.src[i] != '(' {
		return false
	}
	end := strings.IndexAny(l.src[i+1:], "()\n\r,;|")
	if end < 0 || l.src[i+1+end] != ')' {
		return false
	}
	if !literalLike(word, strings.TrimSpace(l.src[i+1:i+1+end])) {
		return false
	}
	l.pos = i + 1 + end + 1
	l.emit(kTyped, start)
	return true
}
