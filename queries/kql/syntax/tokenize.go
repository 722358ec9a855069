package syntax

import "strings"

// TokenKind is what a piece of text is to someone who reads it in colour.
type TokenKind uint8

// The kinds of tokens. Types and the constants true, false and null are
// keywords; literals such as datetime(2024-01-01) are numbers.
const (
	TokenIdentifier TokenKind = iota
	TokenKeyword
	TokenOperator
	TokenFunction
	TokenString
	TokenNumber
	TokenComment
	TokenPunctuation
	TokenPipe
	TokenError
)

// String is the kind in lower case, as a style sheet would name it.
func (k TokenKind) String() string {
	names := [...]string{"identifier", "keyword", "operator", "function", "string", "number", "comment",
		"punctuation", "pipe", "error"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Token is a piece of text with its kind.
type Token struct {
	Kind TokenKind
	Span Span
}

// Tokenize cuts a text for highlighting. It works on unfinished text: it looks
// only at words and their neighbours, never at whether the text parses. Tokens
// come in order and do not overlap; space between them is left out.
func Tokenize(src string) []Token {
	l := lex(src)
	c := classifier{p: parser{src: src, toks: l.toks}, out: make([]Token, 0, len(l.toks)+len(l.comments))}
	comments := l.comments
	for c.p.pos < len(l.toks)-1 {
		for len(comments) > 0 && comments[0].Pos.Start < c.p.start() {
			c.out = append(c.out, Token{TokenComment, comments[0].Pos})
			comments = comments[1:]
		}
		c.next()
	}
	for _, rest := range comments {
		c.out = append(c.out, Token{TokenComment, rest.Pos})
	}
	return c.out
}

// classifier walks the tokens with the parser's means of looking ahead.
type classifier struct {
	p   parser
	out []Token
	// last is the kind given to the token before, and operand whether that
	// token can end an operand, so that a word behind it is an operator.
	last    TokenKind
	operand bool
}

func (c *classifier) put(kind TokenKind, tokens int, operand bool) {
	start := c.p.start()
	c.p.pos += tokens
	c.out = append(c.out, Token{kind, c.p.since(start)})
	c.last, c.operand = kind, operand
}

func (c *classifier) next() {
	switch k := c.p.kind(); k {
	case kIdent:
		c.word()
	case kString:
		c.put(TokenString, 1, true)
	case kLong, kReal, kTimespan, kTyped:
		c.put(TokenNumber, 1, true)
	case kShared:
		c.put(TokenIdentifier, 1, true)
	case kBad:
		c.put(TokenError, 1, false)
	case kPipe:
		c.put(TokenPipe, 1, false)
	case kSemicolon, kComma, kDot, kColon, kLParen, kLBracket, kLBrace:
		c.put(TokenPunctuation, 1, false)
	case kRParen, kRBracket, kRBrace:
		c.put(TokenPunctuation, 1, true)
	case kStar:
		// A star is a column as often as a product; either way it ends an operand.
		c.put(TokenOperator, 1, !c.operand)
	default:
		c.put(TokenOperator, 1, false)
	}
}

func (c *classifier) word() {
	p := &c.p
	w := p.word()
	before := kSemicolon // the start of the text is as good as a semicolon
	if p.pos > 0 {
		before = p.toks[p.pos-1].kind
	}
	name, n := p.dashed()
	_, level, words := p.operator()
	switch {
	case strings.HasPrefix(w, "!"):
		c.put(TokenOperator, 1, false)
	case before == kDot:
		c.plain()
	case before == kPipe || before == kSemicolon && isOperator(name) && p.ahead(n) != kPipe:
		c.put(TokenKeyword, max(1, n), false)
	case (before == kLParen || before == kLBrace || c.operand && p.newline()) && isOperator(name) &&
		p.ahead(n) != kLParen && p.ahead(n) != kAssign && p.ahead(n) != kComma && p.ahead(n) != kRParen:
		c.put(TokenKeyword, n, false)
	case before == kSemicolon && (w == "let" || w == "set" || w == "declare") && p.ahead(1) == kIdent,
		before == kLBrace && w == "let",
		w == "query_parameters" && c.last == TokenKeyword,
		p.sourceAhead():
		c.put(TokenKeyword, 1, false)
	case level > 0 && c.operand:
		c.put(TokenOperator, words, false)
	case c.clause(w):
		c.put(TokenKeyword, 1, w == "asc" || w == "desc" || w == "first" || w == "last")
	case isBool(w) || w == "null":
		c.put(TokenKeyword, 1, true)
	case before == kColon && isTypeWord(w) || before == kColon && w == "dynamic":
		c.put(TokenKeyword, 1, true)
	default:
		c.plain()
	}
}

// plain is a function or a name.
func (c *classifier) plain() {
	n := len(c.out)
	option := n > 1 && c.out[n-1].Kind == TokenOperator && c.out[n-2].Kind == TokenKeyword // kind=inner (T)
	if c.p.ahead(1) == kLParen && !option {
		c.put(TokenFunction, 1, false)
		return
	}
	c.put(TokenIdentifier, 1, true)
}

// clause is whether the word belongs to an operator's own grammar here.
func (c *classifier) clause(w string) bool {
	switch w {
	case "by", "on", "to", "of", "with", "from", "step", "as", "limit":
		return (c.operand || c.last == TokenKeyword) && c.p.ahead(1) != kAssign
	case "asc", "desc", "nulls":
		return c.operand
	case "first", "last":
		return c.last == TokenKeyword && c.p.pos > 0 && c.p.wordAt(-1) == "nulls"
	case "kind", "withsource", "isfuzzy", "bagexpansion", "with_itemindex", "flags", "default":
		return (c.operand || c.last == TokenKeyword) && c.p.ahead(1) == kAssign
	}
	return false
}
