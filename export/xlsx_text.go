package export

import (
	"strings"
	"unicode/utf8"
)

// needsWork reports whether a text must be changed before it stands in XML:
// markup, line ends and other control characters, U+FFFE and U+FFFF, invalid
// UTF-8, what Excel would read as an escape, blanks at an end, or too long.
func needsWork(s string, limit int) bool {
	if len(s) == 0 {
		return false
	}
	if s[0] == ' ' || s[len(s)-1] == ' ' || len(s) > limit {
		return true
	}
	ascii := true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' || c == '<' || c == '>' || c == '&':
			return true
		case c == '_' && isEscape(s[i:]):
			return true
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return !ascii && (!utf8.ValidString(s) || strings.Contains(s, "\uFFFE") || strings.Contains(s, "\uFFFF"))
}

// isEscape reports whether s begins with _xHHHH_, which Excel reads as the
// character of that number.
func isEscape(s string) bool {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// appendT appends a text as a <t> element. Runs of line ends and tabs become
// one blank, because a cell is one line; characters that XML cannot hold
// become U+FFFD; a text of more than limit UTF-16 units is cut.
func appendT(dst []byte, s string, limit int) (_ []byte, cut, replaced bool) {
	if !needsWork(s, limit) {
		dst = append(dst, "<t>"...)
		dst = append(dst, s...)
		return append(dst, "</t>"...), false, false
	}
	dst = append(dst, `<t xml:space="preserve">`...)
	dst, cut, replaced = appendXMLText(dst, s, limit)
	return append(dst, "</t>"...), cut, replaced
}

func appendXMLText(dst []byte, s string, limit int) (_ []byte, cut, replaced bool) {
	units := 0
	s = strings.Trim(s, "\r\n\t")
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		invalid := r == utf8.RuneError && size == 1
		if units++; r > 0xFFFF {
			units++
		}
		if units > limit {
			return dst, true, replaced
		}
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			for i+size < len(s) && strings.IndexByte("\r\n\t ", s[i+size]) >= 0 {
				size++
			}
			dst = append(dst, ' ')
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '_' && isEscape(s[i:]):
			dst = append(dst, "_x005F_"...)
		case invalid || r < ' ' || r == 0xFFFE || r == 0xFFFF:
			replaced = true
			dst = append(dst, "\uFFFD"...)
		default:
			dst = append(dst, s[i:i+size]...)
		}
		i += size
	}
	return dst, false, replaced
}
