package export

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"argosy/schema"
)

// printable makes text safe and one line for a terminal: runs of line ends,
// tabs and blanks around them become one blank; what would move the cursor,
// colour the screen or turn the direction of the line around becomes U+FFFD.
// Text in a scan report is somebody else's, and must not drive the terminal.
func printable(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	blank := false // a line end or tab is due as a blank
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || (r == ' ' && blank):
			blank = true
			continue
		case unicode.IsControl(r) || isDirection(r):
			r = utf8.RuneError
		}
		if blank {
			blank = false
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainText reports that there is nothing in a text but visible ASCII and blanks.
func plainText(s []byte) bool {
	for _, c := range s {
		if c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// isDirection reports the characters that reorder what follows them, with
// which a text can look like another (CVE-2021-42574).
func isDirection(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// displayWidth is the number of terminal columns that text takes: two for
// most CJK and emoji, none for combining marks.
func displayWidth(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return uniseg.StringWidth(s)
		}
	}
	return len(s)
}

// fit shortens text to at most width columns and ends it with an ellipsis
// where something is missing.
func fit(s string, width int) (fitted string, cut bool) {
	if displayWidth(s) <= width {
		return s, false
	}
	if width < 1 {
		return "", s != ""
	}
	end, used, state := 0, 0, -1
	for rest := s; rest != ""; {
		cluster, next, w, newState := uniseg.FirstGraphemeClusterInString(rest, state)
		if used+w > width-1 {
			break
		}
		used += w
		end += len(cluster)
		rest, state = next, newState
	}
	return strings.TrimRight(s[:end], " ") + "…", true
}

// The colours of a terminal, as everyone's theme defines them.
const (
	colorReset = "\x1b[0m"
	colorBold  = "\x1b[1m"
)

// severityColor is the escape sequence for a severity word; empty for words
// that are none. The word itself is always written: colour only helps.
func severityColor(word string) string {
	severity, known := schema.ParseSeverity(word)
	if !known {
		if strings.EqualFold(strings.TrimSpace(word), schema.Unknown.String()) {
			return "\x1b[90m"
		}
		return ""
	}
	switch severity {
	case schema.Critical:
		return "\x1b[1;31m"
	case schema.High:
		return "\x1b[31m"
	case schema.Medium:
		return "\x1b[33m"
	case schema.Low:
		return "\x1b[36m"
	}
	return ""
}
