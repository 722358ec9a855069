package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSource keeps offsets small and hostile texts from exhausting the stack of
// anyone who walks the tree.
const maxSource = 1 << 20

// lexer cuts a text into tokens. It never stops early: what it cannot read
// becomes kBad and an error, so that a parser or a highlighter can go on.
type lexer struct {
	src      string
	pos      int
	toks     []token
	comments []Comment
	errs     Errors
	open     []int32    // indexes of brackets still open
	opened   [256]int32 // how many of each are open, by character
}

func lex(src string) *lexer {
	l := &lexer{src: src, toks: make([]token, 0, len(src)/4+8)}
	if len(src) > maxSource {
		l.errs = append(l.errs, Error{
			Span: Span{0, 0},
			Msg:  fmt.Sprintf("the query has %d bytes, more than the limit of %d", len(src), maxSource),
		})
		l.pos = len(src)
	}
	for l.pos < len(src) {
		l.next()
	}
	l.emit(kEOF, len(src))
	return l
}

func (l *lexer) emit(k kind, start int) {
	l.toks = append(l.toks, token{kind: k, start: int32(start), end: int32(l.pos), match: -1})
}

func (l *lexer) errorf(s Span, hint, format string, args ...any) {
	if len(l.errs) > MaxErrors {
		return
	}
	l.errs = append(l.errs, Error{Span: s, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// at is the byte i places ahead, 0 past the end.
func (l *lexer) at(i int) byte {
	if l.pos+i < len(l.src) {
		return l.src[l.pos+i]
	}
	return 0
}

func (l *lexer) next() {
	c := l.src[l.pos]
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
		l.pos++
	case c == '/' && l.at(1) == '/':
		l.comment()
	case c == '"' || c == '\'':
		l.str(l.pos)
	case c == '@' && (l.at(1) == '"' || l.at(1) == '\''):
		l.pos++
		l.verbatim(l.pos - 1)
	case (c == 'h' || c == 'H') && l.hidden():
	case c == '`' || c == '~':
		l.multiline(l.pos)
	case isDigit(c):
		l.number()
	case isWordStart(c):
		l.word()
	case c == '!' && isLetter(l.at(1)):
		l.bang()
	case c == '$' && isLetter(l.at(1)):
		start := l.pos
		l.pos++
		l.skipWord()
		l.emit(kIdent, start)
	case c >= utf8.RuneSelf:
		l.unicode()
	default:
		l.punctuation(c)
	}
}

func (l *lexer) comment() {
	start := l.pos
	end := len(l.src)
	if i := strings.IndexAny(l.src[l.pos:], "\r\n"); i >= 0 {
		end = l.pos + i
	}
	l.pos = end
	c := Comment{Pos: Span{start, end}, Text: strings.TrimRight(l.src[start:end], " \t\f\v")}
	n := len(l.toks)
	if n > 0 {
		c.After = int(l.toks[n-1].end)
		c.Trailing = !strings.ContainsAny(l.src[c.After:start], "\r\n")
	}
	// A comment behind a separator is about what the separator ends.
	for ; c.Trailing && n > 1 && (l.toks[n-1].kind == kComma || l.toks[n-1].kind == kSemicolon); n-- {
		c.After = int(l.toks[n-2].end)
	}
	l.comments = append(l.comments, c)
}

func (l *lexer) skipWord() {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if c < utf8.RuneSelf {
			if !isWordStart(c) && !isDigit(c) {
				return
			}
			l.pos++
			continue
		}
		r, n := utf8.DecodeRuneInString(l.src[l.pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
			return
		}
		l.pos += n
	}
}

func (l *lexer) word() {
	start := l.pos
	l.skipWord()
	word := l.src[start:l.pos]
	if word == "in" && l.at(0) == '~' {
		l.pos++
	} else if isTypeWord(word) && l.typed(start, word) {
		return
	}
	l.emit(kIdent, start)
}

// bang reads a negated operator (!contains, !in~) as one word.
func (l *lexer) bang() {
	start := l.pos
	l.pos++
	l.skipWord()
	if l.src[start:l.pos] == "!in" && l.at(0) == '~' {
		l.pos++
	}
	l.emit(kIdent, start)
}

func (l *lexer) unicode() {
	start := l.pos
	r, n := utf8.DecodeRuneInString(l.src[l.pos:])
	switch {
	case unicode.IsLetter(r):
		l.skipWord()
		l.emit(kIdent, start)
	case unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b':
		// Web pages put such spaces into the queries people copy.
		l.pos += n
	case r == '“' || r == '”' || r == '‘' || r == '’':
		l.pos += n
		l.errorf(Span{start, l.pos}, `use straight quotes: " or '`, "unexpected curly quote %q", r)
		l.emit(kBad, start)
	default:
		l.bad(n)
	}
}

func (l *lexer) bad(n int) {
	start := l.pos
	l.pos += n
	l.errorf(Span{start, l.pos}, "", "unexpected character %q", l.src[start:l.pos])
	l.emit(kBad, start)
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isWordStart(c byte) bool { return isLetter(c) || c == '_' }
