package syntax

// kind is what the lexer found. Words are all kIdent: which of them are
// keywords depends on the place, since KQL has columns called kind, type, on.
type kind uint8

const (
	kEOF kind = iota
	kIdent
	kString
	kLong
	kReal
	kTimespan
	kTyped  // datetime(2020-01-01), long(null), ...: a whole literal
	kShared // {{...}}
	kBad    // a character that begins nothing; an error was reported
	kPipe
	kSemicolon
	kComma
	kDot
	kDotDot
	kColon
	kAssign
	kArrow
	kLParen
	kRParen
	kLBracket
	kRBracket
	kLBrace
	kRBrace
	kPlus
	kMinus
	kStar
	kSlash
	kPercent
	kEq
	kNe
	kLt
	kLe
	kGt
	kGe
	kEqI
	kNeI
)

// token is one word of the text. match is the index of the other bracket of a
// pair, -1 for a bracket without one.
type token struct {
	kind       kind
	start, end int32
	match      int32
}

func (t token) span() Span { return Span{int(t.start), int(t.end)} }
