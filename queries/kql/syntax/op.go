package syntax

// Op is an operator inside an expression; its value is its canonical spelling.
type Op string

// Arithmetic operators; OpSub and OpAdd are also the unary ones.
const (
	OpAdd Op = "+"
	OpSub Op = "-"
	OpMul Op = "*"
	OpDiv Op = "/"
	OpMod Op = "%"
)

// Logical operators.
const (
	OpAnd Op = "and"
	OpOr  Op = "or"
)

// Comparisons. <> is read as OpNe. OpColon is col:term, only in search.
const (
	OpEq    Op = "=="
	OpNe    Op = "!="
	OpLt    Op = "<"
	OpLe    Op = "<="
	OpGt    Op = ">"
	OpGe    Op = ">="
	OpEqI   Op = "=~"
	OpNeI   Op = "!~"
	OpColon Op = ":"
)

// String operators, each with its case-sensitive and negated forms.
const (
	OpContains        Op = "contains"
	OpNotContains     Op = "!contains"
	OpContainsCS      Op = "contains_cs"
	OpNotContainsCS   Op = "!contains_cs"
	OpHas             Op = "has"
	OpNotHas          Op = "!has"
	OpHasCS           Op = "has_cs"
	OpNotHasCS        Op = "!has_cs"
	OpHasPrefix       Op = "hasprefix"
	OpNotHasPrefix    Op = "!hasprefix"
	OpHasPrefixCS     Op = "hasprefix_cs"
	OpNotHasPrefixCS  Op = "!hasprefix_cs"
	OpHasSuffix       Op = "hassuffix"
	OpNotHasSuffix    Op = "!hassuffix"
	OpHasSuffixCS     Op = "hassuffix_cs"
	OpNotHasSuffixCS  Op = "!hassuffix_cs"
	OpStartsWith      Op = "startswith"
	OpNotStartsWith   Op = "!startswith"
	OpStartsWithCS    Op = "startswith_cs"
	OpNotStartsWithCS Op = "!startswith_cs"
	OpEndsWith        Op = "endswith"
	OpNotEndsWith     Op = "!endswith"
	OpEndsWithCS      Op = "endswith_cs"
	OpNotEndsWithCS   Op = "!endswith_cs"
	OpMatchesRegex    Op = "matches regex"
	OpLike            Op = "like"
	OpNotLike         Op = "notlike"
	OpLikeCS          Op = "likecs"
	OpNotLikeCS       Op = "notlikecs"
)

// Membership operators, found in In.
const (
	OpIn     Op = "in"
	OpNotIn  Op = "!in"
	OpInI    Op = "in~"
	OpNotInI Op = "!in~"
	OpHasAny Op = "has_any"
	OpHasAll Op = "has_all"
)
