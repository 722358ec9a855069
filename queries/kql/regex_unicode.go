package kql

import "strings"

// unicodeRegex makes \d \w \s mean in RE2 what they mean in Kusto: digits,
// letters and spaces of every script, not of ASCII alone. \W and \S inside
// brackets stay as they are; they cannot be written there.
func unicodeRegex(pattern string) string {
	var b strings.Builder
	bracket := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(unicodeEscape(pattern[i], bracket))
			if pattern[i] == 'Q' && !bracket {
				// \Q...\E is literal text.
				end := strings.Index(pattern[i:], `\E`)
				if end < 0 {
					b.WriteString(pattern[i+1:])
					return b.String()
				}
				b.WriteString(pattern[i+1 : i+end])
				i += end - 1
			}
			continue
		case bracket && c == '[' && strings.HasPrefix(pattern[i:], "[:"):
			if end := strings.Index(pattern[i:], ":]"); end > 0 {
				b.WriteString(pattern[i : i+end+2])
				i += end + 1
				continue
			}
		case !bracket && c == '[':
			bracket = true
			b.WriteByte(c)
			// A ] right behind [ or [^ is an ordinary character.
			if i+1 < len(pattern) && pattern[i+1] == '^' {
				i++
				b.WriteByte('^')
			}
			if i+1 < len(pattern) && pattern[i+1] == ']' {
				i++
				b.WriteByte(']')
			}
			continue
		case bracket && c == ']':
			bracket = false
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unicodeEscape(c byte, bracket bool) string {
	switch c {
	case 'd':
		return `\p{Nd}`
	case 'D':
		return `\P{Nd}`
	case 's':
		if bracket {
			return `\s\p{Z}`
		}
		return `[\s\p{Z}]`
	case 'w':
		if bracket {
			return `\p{L}\p{M}\p{Nd}\p{Pc}`
		}
		return `[\p{L}\p{M}\p{Nd}\p{Pc}]`
	case 'S':
		if !bracket {
			return `[^\s\p{Z}]`
		}
	case 'W':
		if !bracket {
			return `[^\p{L}\p{M}\p{Nd}\p{Pc}]`
		}
	}
	return `\` + string(c)
}
