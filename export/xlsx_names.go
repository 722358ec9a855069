package export

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"argosy/schema"
)

// maxSheetName is Excel's limit in UTF-16 units.
const maxSheetName = 31

// sheetNames makes names of sheets valid and unique without regard to case.
type sheetNames struct{ taken map[string]bool }

// newSheetNames knows which names are taken already. History is Excel's own.
func newSheetNames(taken ...string) *sheetNames {
	n := &sheetNames{taken: map[string]bool{"history": true}}
	for _, name := range taken {
		n.taken[strings.ToLower(name)] = true
	}
	return n
}

// add is the name of the sheet with this number among those that share a
// base: the base itself, then "base 2". A name that is taken gets the next
// free number in brackets.
func (n *sheetNames) add(base string, number int) string {
	base = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, base)
	base = strings.Trim(strings.Join(strings.Fields(base), " "), "' ")
	if base == "" {
		base = "Result"
	}
	suffix := ""
	if number > 1 {
		suffix = " " + strconv.Itoa(number)
	}
	name := clip(base, maxSheetName-len(suffix)) + suffix
	for again := 2; n.taken[strings.ToLower(name)]; again++ {
		tail := fmt.Sprintf(" (%d)%s", again, suffix)
		name = clip(base, maxSheetName-len(tail)) + tail
	}
	n.taken[strings.ToLower(name)] = true
	return name
}

// clip shortens a text to a number of UTF-16 units without splitting a
// character, and leaves no blank or apostrophe at its end.
func clip(s string, units int) string {
	used := 0
	for i, r := range s {
		if used += utf16.RuneLen(r); used > units {
			return strings.TrimRight(s[:i], "' ")
		}
	}
	return s
}

// tableNames makes names of tables valid and unique without regard to case.
type tableNames struct{ taken map[string]bool }

func newTableNames() *tableNames { return &tableNames{taken: map[string]bool{}} }

// add is the name of the table with this number among those that share a
// base: letters, digits and underscores, beginning with a letter, and nothing
// that reads as the address of a cell (A1, R1C1).
func (n *tableNames) add(base string, number int) string {
	base = strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, base)
	base = strings.Trim(base, "_")
	for strings.Contains(base, "__") {
		base = strings.ReplaceAll(base, "__", "_")
	}
	if len(base) > 100 {
		base = base[:100]
	}
	if base == "" {
		base = "result"
	}
	if base[0] <= '9' || isAddress(base) {
		base = "table_" + base
	}
	name := base
	if number > 1 {
		name += "_" + strconv.Itoa(number)
	}
	for again := 2; n.taken[name]; again++ {
		name = fmt.Sprintf("%s_%d_%d", base, number, again)
	}
	n.taken[name] = true
	return name
}

// isAddress reports names like ab12, r1c1, r and c.
func isAddress(s string) bool {
	letters := strings.TrimRight(s, "0123456789")
	if len(letters) <= 3 && len(letters) < len(s) && !strings.ContainsAny(letters, "_0123456789") {
		return true
	}
	if !strings.HasPrefix(s, "r") && !strings.HasPrefix(s, "c") {
		return false
	}
	rest := strings.TrimLeft(strings.TrimPrefix(s, "r"), "0123456789")
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "c"), "0123456789")
	return rest == ""
}

// maxHeader is the longest name of a table's column, in UTF-16 units.
const maxHeader = 255

// headerNames are the names of the columns as a table wants them: not empty,
// one line, and unique without regard to case, or Excel repairs the file.
func headerNames(columns []schema.Column) []string {
	clean := make([]schema.Column, len(columns))
	for i, c := range columns {
		name := strings.Map(func(r rune) rune {
			if r < ' ' || r == unicode.ReplacementChar || r == 0xFFFE || r == 0xFFFF {
				return ' '
			}
			return r
		}, c.Name)
		// Room is left for the number that makes the name unique.
		clean[i].Name = clip(strings.Join(strings.Fields(name), " "), maxHeader-10)
	}
	return uniqueNames(clean, strings.ToLower)
}
