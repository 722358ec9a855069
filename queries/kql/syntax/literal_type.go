package syntax

import "strings"

// typeName gives the short name of a type by any of its spellings that may
// stand before a literal in parentheses.
func typeName(word string) (string, bool) {
	switch word {
	case "bool", "boolean":
		return "bool", true
	case "int", "int32":
		return "int", true
	case "long", "int64":
		return "long", true
	case "real", "double":
		return "real", true
	case "decimal":
		return "decimal", true
	case "datetime", "date":
		return "datetime", true
	case "timespan", "time":
		return "timespan", true
	case "guid", "uuid", "uniqueid":
		return "guid", true
	case "string":
		return "string", true
	}
	return "", false
}

func isTypeWord(word string) bool {
	_, ok := typeName(word)
	return ok
}

// literalLike reports whether the text inside type(...) is meant as a literal
// of that type. It need not be a correct one: datetime(2020-13-01) is a wrong
// literal and not a subtraction.
func literalLike(word, text string) bool {
	t, _ := typeName(word)
	if text == "null" {
		return true
	}
	if text == "" || t == "string" {
		return false
	}
	switch t {
	case "bool":
		switch strings.ToLower(text) {
		case "true", "false", "0", "1":
			return true
		}
		return false
	case "int", "long":
		return allOf(strings.TrimLeft(text, "+-"), "0123456789abcdefABCDEFxX") && isDigit(firstDigit(text))
	case "real", "decimal":
		switch strings.TrimLeft(strings.ToLower(text), "+-") {
		case "nan", "inf":
			return true
		}
		return allOf(text, "0123456789.eE+-") && isDigit(firstDigit(text))
	case "guid":
		return len(unquote(text)) >= 32 && allOf(unquote(text), "0123456789abcdefABCDEF-")
	}
	first := firstDigit(unquote(text))
	return isDigit(first) && !strings.ContainsAny(text, "*/")
}

// firstDigit is the first character that is no sign.
func firstDigit(text string) byte {
	text = strings.TrimLeft(text, "+-")
	if text == "" {
		return 0
	}
	return text[0]
}

// unquote takes away the quotes that datetime("...") may have inside.
func unquote(text string) string {
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		return strings.TrimSpace(text[1 : n-1])
	}
	return text
}

func allOf(text, set string) bool {
	return text != "" && strings.Trim(text, set) == ""
}
