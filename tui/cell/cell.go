// Package cell turns values into text of an exact width: what stands in one
// cell of a screen, and how wide it is.
package cell

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of columns that text takes, with no regard to escapes:
// clean text holds none.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// plain says whether every byte is one column; nearly every cell is, and
// measuring the others costs twenty times as much.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Fit makes text exactly w columns wide: it pads, or cuts and ends in an
// ellipsis.
func Fit(s string, w int, right bool) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n > w {
		s = Cut(s, w)
		n = Width(s)
	}
	if n == w {
		return s
	}
	pad := Spaces(w - n)
	if right {
		return pad + s
	}
	return s + pad
}

// Tail shortens text to at most w columns, beginning with an ellipsis: of a path
// the end tells.
func Tail(s string, w int) string {
	if Width(s) <= w || w < 1 {
		return s
	}
	for s != "" && Width(s) > w-1 {
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	return "…" + s
}

// Cut shortens text to at most w columns, ending in an ellipsis.
func Cut(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	if w <= 1 {
		return "…"
	}
	if plain(s) {
		return s[:w-1] + "…"
	}
	return ansi.Truncate(s, w, "…")
}

const blanks = "                                                                                                                                "

// Spaces is n spaces.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Clean makes text from a report safe to show: control characters, escape
// sequences and text that changes direction would alter the screen.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	if utf8.ValidString(s) && strings.IndexFunc(s, hostile) < 0 {
		return s
	}
	var b strings.Builder
	joined := false
	for _, r := range s {
		was := joined
		joined = r == joiner
		switch {
		case r == emojiLook || toned(r) || joined || was && r >= 0x2600:
			// Terminals do not agree how wide a sequence of emoji is: the first of
			// them stands for all.
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case hostile(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// What makes one sign of several emoji.
const (
	joiner    = '\u200d'
	emojiLook = '\ufe0f'
)

func toned(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

func hostile(r rune) bool {
	return r == joiner || r == emojiLook || toned(r) || r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == utf8.RuneError
}

// Wrap cuts text into lines of at most w columns, at spaces where it can, and
// at most so many of them; the last ends in an ellipsis when there is more.
func Wrap(s string, w, most int) []string {
	if w <= 0 || most <= 0 {
		return nil
	}
	lines := strings.Split(ansi.Wrap(s, w, "/,"), "\n")
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = Cut(lines[most-1]+strings.Repeat(" ", w)+".", w)
		lines[most-1] = strings.TrimRight(strings.TrimSuffix(lines[most-1], "…"), " ") + "…"
	}
	return lines
}
