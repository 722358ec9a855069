package schema

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ofPage is what a statement says of its first rows alone.
var ofPage = regexp.MustCompile(`(?s)/\*\+ page: (.*?) \*/`)

// First is the statement when so many of its rows are wanted at most, all if that
// is 0. What its text says in comments /*+ page: ... */ then counts, with the
// number for {rows}: there a report narrows what it looks at to what the first
// rows need, in their order. To whoever puts a text into another they stay
// comments.
func (s Statement) First(rows int64) Statement {
	s.Most = rows
	if rows <= 0 {
		return s
	}
	filled := func(text string) string {
		return ofPage.ReplaceAllStringFunc(text, func(hint string) string {
			return strings.ReplaceAll(ofPage.FindStringSubmatch(hint)[1], "{rows}", strconv.FormatInt(rows, 10))
		})
	}
	s.SQL = filled(s.SQL)
	s.Shared = slices.Clone(s.Shared)
	for i, part := range s.Shared {
		s.Shared[i].Clause, s.Shared[i].Query = filled(part.Clause), filled(part.Query)
	}
	return s
}
