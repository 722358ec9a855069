package editor

import (
	"strings"

	"argosy/queries/kql/syntax"
)

// Kind is what a piece of text is to someone who reads it in colour.
type Kind uint8

// The kinds of pieces.
const (
	Plain Kind = iota
	Keyword
	Function
	String
	Number
	Comment
	Operator
	Punctuation
	Wrong
)

// Token is a piece of text, from and to in bytes.
type Token struct {
	Kind     Kind
	From, To int
}

// KQLTokens cuts a KQL text.
func KQLTokens(text string) []Token {
	kinds := map[syntax.TokenKind]Kind{
		syntax.TokenKeyword: Keyword, syntax.TokenFunction: Function, syntax.TokenString: String, syntax.TokenNumber: Number,
		syntax.TokenComment: Comment, syntax.TokenOperator: Operator, syntax.TokenPunctuation: Punctuation, syntax.TokenPipe: Operator, syntax.TokenError: Wrong,
	}
	var out []Token
	for _, t := range syntax.Tokenize(text) {
		out = append(out, Token{kinds[t.Kind], t.Span.Start, t.Span.End})
	}
	return out
}

// Keywords are SQL's words that completion offers and colours mark.
func Keywords() []string {
	return strings.Fields(`select from where group by order having limit offset join left right full inner outer cross on using as with recursive
		and or not in is null like ilike between exists case when then else end distinct all union intersect except asc desc nulls first last
		filter over partition rows range interval cast try_cast values lateral unnest true false qualify pivot unpivot sample exclude replace
		timestamp date describe summarize semi anti asof positional`)
}

// SQLTokens cuts an SQL text; unfinished text too.
func SQLTokens(text string) []Token {
	words := map[string]bool{}
	for _, w := range Keywords() {
		words[w] = true
	}
	var out []Token
	for at := 0; at < len(text); {
		from := at
		kind := Plain
		switch c := text[at]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			at++
			continue
		case strings.HasPrefix(text[at:], "--"):
			kind, at = Comment, until(text, at, "\n")
		case strings.HasPrefix(text[at:], "/*"):
			kind, at = Comment, min(len(text), until(text, at+2, "*/")+2)
		case c == '\'' || c == '"':
			at = quote(text, at, c)
			if kind = String; c == '"' {
				kind = Plain
			}
		case c >= '0' && c <= '9':
			kind = Number
			for at < len(text) && (word(text[at]) || text[at] == '.') {
				at++
			}
		case word(c) || c == '$':
			at++
			for at < len(text) && word(text[at]) {
				at++
			}
			switch {
			case words[strings.ToLower(text[from:at])]:
				kind = Keyword
			case at < len(text) && text[at] == '(':
				kind = Function
			}
		case strings.IndexByte("(),;[]{}.", c) >= 0:
			kind = Punctuation
			at++
		default:
			kind = Operator
			at++
		}
		out = append(out, Token{kind, from, at})
	}
	return out
}

func word(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func until(text string, at int, end string) int {
	if i := strings.Index(text[at:], end); i >= 0 {
		return at + i
	}
	return len(text)
}

// quote goes to the end of a quoted text, in which the mark is doubled.
func quote(text string, at int, mark byte) int {
	for at++; at < len(text); at++ {
		if text[at] == mark {
			if at+1 < len(text) && text[at+1] == mark {
				at++
				continue
			}
			return at + 1
		}
	}
	return len(text)
}
