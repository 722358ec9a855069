package syntax

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// literalText writes a scalar literal.
func literalText(e Expr) string {
	switch n := e.(type) {
	case *StringLit:
		return stringText(n)
	case *BoolLit:
		return strconv.FormatBool(n.Value)
	case *IntLit:
		return intText(n)
	case *RealLit:
		return realText(n.Value)
	case *DecimalLit:
		return "decimal(" + n.Text + ")"
	case *TimespanLit:
		if n.Text != "" {
			return n.Text
		}
		return ticksText(n.Ticks)
	case *DatetimeLit:
		if n.Text != "" {
			return "datetime(" + n.Text + ")"
		}
		return "datetime(" + n.Value.UTC().Format("2006-01-02T15:04:05.9999999Z") + ")"
	case *GuidLit:
		return "guid(" + n.Text + ")"
	case *NullLit:
		return n.Type + "(null)"
	}
	return ""
}

func intText(n *IntLit) string {
	text := strconv.FormatInt(n.Value, 10)
	switch {
	case n.Hex && n.Int32:
		text = fmt.Sprintf("0x%x", uint32(n.Value))
	case n.Hex:
		text = fmt.Sprintf("0x%x", uint64(n.Value))
	}
	if n.Int32 {
		return "int(" + text + ")"
	}
	return text
}

func realText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "real(nan)"
	case math.IsInf(f, 1):
		return "real(+inf)"
	case math.IsInf(f, -1):
		return "real(-inf)"
	}
	format := byte('g')
	if a := math.Abs(f); a == 0 || a >= 1e-5 && a < 1e15 {
		format = 'f'
	}
	text := strconv.FormatFloat(f, format, -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// ticksText writes a timespan in the largest unit that divides it.
func ticksText(n int64) string {
	for _, u := range [...]struct {
		size int64
		name string
	}{{day, "d"}, {hour, "h"}, {minute, "m"}, {second, "s"}, {millisecond, "ms"}} {
		if n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10) + "tick"
}

// stringText writes a string in double quotes if possible, verbatim when it was
// written so for the sake of its backslashes.
func stringText(n *StringLit) string {
	prefix := ""
	if n.Hidden {
		prefix = "h"
	}
	v := n.Value
	if n.Form == StringMultiline && strings.ContainsAny(v, "\r\n") {
		for _, fence := range [...]string{"```", "~~~"} {
			if !strings.Contains(v, fence[:1]) {
				return prefix + fence + v + fence
			}
		}
	}
	quote := `"`
	if strings.Contains(v, `"`) && !strings.Contains(v, `'`) {
		quote = `'`
	}
	if n.Form == StringVerbatim && strings.Contains(v, `\`) && !strings.ContainsAny(v, "\r\n") {
		return prefix + "@" + quote + strings.ReplaceAll(v, quote, quote+quote) + quote
	}
	return prefix + escape(v, quote[0])
}

// escape writes a plain string literal. Bytes that are no UTF-8 stay as they are.
func escape(v string, quote byte) string {
	b := make([]byte, 0, len(v)+2)
	b = append(b, quote)
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == quote || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ' || c == 0x7f:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, quote))
}

// nameText writes a name, quoted when it was and has to be.
func nameText(n *Ident) string {
	if n == nil {
		return "<error>"
	}
	if !n.Quoted || isSimple(n.Name) && !isSpecial(n.Name) {
		return n.Name
	}
	return "[" + escape(n.Name, '\'') + "]"
}

// memberText writes the name after a dot, where no word is special.
func memberText(n *Ident) string {
	if n != nil && n.Quoted && isSimple(n.Name) {
		return n.Name
	}
	return nameText(n)
}

// optionText writes the value of an option that is a name.
func optionText(n *Ident) string {
	if !n.Quoted || isSimple(n.Name) && !isBool(n.Name) {
		return n.Name
	}
	return escape(n.Name, '"')
}

// isSimple is whether a name needs no quotes for its characters.
func isSimple(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) || r == unicode.ReplacementChar {
			return false
		}
	}
	return name != ""
}

// isSpecial is whether a bare word might be read as something else than a name
// in some place. Quotes that were there are then kept.
func isSpecial(name string) bool {
	switch name {
	case "and", "or", "not", "in", "between", "matches", "like", "notlike", "likecs", "notlikecs", "by",
		"on", "to", "of", "from", "step", "with", "asc", "desc", "nulls", "limit", "default", "kind",
		"flags", "hint", "withsource", "with_source", "isfuzzy", "bagexpansion", "with_itemindex",
		"decodeblocks", "let", "set", "declare", "alias", "restrict", "view", "typeof", "dynamic",
		"datatable", "externaldata", "external_data", "print", "range", "h", "H", "has_any", "has_all",
		"notcontains", "containscs", "notcontainscs", "null", "others", "regex":
		return true
	}
	if isBool(name) || isTypeWord(name) || isOperator(name) {
		return true
	}
	return isStringOp(Op(name))
}

func orderText(o Order) string {
	switch o {
	case OrderAsc:
		return " asc"
	case OrderDesc:
		return " desc"
	case OrderGrannyAsc:
		return " granny-asc"
	case OrderGrannyDesc:
		return " granny-desc"
	}
	return ""
}

func nullsText(n Nulls) string {
	switch n {
	case NullsFirst:
		return " nulls first"
	case NullsLast:
		return " nulls last"
	}
	return ""
}
