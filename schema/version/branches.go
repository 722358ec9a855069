package version

import (
	"regexp"
	"strings"
)

// Branches are the versions of a fixed version as it was reported, in the order
// of the report: several, joined with commas, are those of several branches of
// the package.
func Branches(fixed string) []string {
	var list []string
	for _, v := range strings.Split(fixed, ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

var betweenWords = regexp.MustCompile(`[.:+~^_-]+`)

// words takes a version apart: 1.20.12-r3 into 1, 20, 12 and r3.
func words(v string) []string {
	return betweenWords.Split(strings.TrimPrefix(strings.TrimPrefix(v, "go"), "v"), -1)
}

func alike(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// SameBranch says whether a version above fixed and below next, the fixed
// versions of two branches of which none lies between, is of the branch of
// fixed: whether the first words of both are the same, up to the one that tells
// fixed from next. Fixed in 1.20.12 and 1.21.5, a flaw is not in 1.20.14, and
// may be in 1.21.0.
func SameBranch(v, fixed, next string) bool {
	f := words(fixed)
	return alike(words(v), f) > alike(f, words(next))
}
