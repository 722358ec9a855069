// Package versions compares versions of packages by the rules of their
// ecosystem, and everything else as dotted numbers with pre-releases: what is
// shown needs an order, even a weak one.
package versions

import (
	"slices"
	"strings"

	"argosy/schema/version"
)

// Compare orders two versions of an ecosystem, the type of a package URL (deb,
// rpm, apk, pypi, maven, npm, golang, ...): below zero when a is older, zero
// when they are equal. A version that breaks its ecosystem's rules is compared
// as dotted numbers.
func Compare(ecosystem, a, b string) int {
	if ecosystem = strings.ToLower(ecosystem); ecosystem == "" {
		ecosystem = guess(a + " " + b)
	}
	if c, ok := version.Compare(ecosystem, a, b); ok {
		return c
	}
	return dotted(a, b)
}

// guess tells the distribution of a version from what only its versions hold;
// some reports do not say what type a package is.
func guess(v string) string {
	switch {
	case strings.Contains(v, "deb") || strings.Contains(v, "ubuntu") || strings.Contains(v, "dfsg"):
		return "deb"
	case strings.Contains(v, ".el") || strings.Contains(v, ".fc") || strings.Contains(v, ".amzn"):
		return "rpm"
	case apkRevision(v):
		return "apk"
	}
	return ""
}

// apkRevision finds the -r1 that ends a version of Alpine.
func apkRevision(v string) bool {
	for _, w := range strings.Fields(v) {
		if i := strings.LastIndex(w, "-r"); i < 0 || !number(w[i+2:]) {
			return false
		}
	}
	return true
}

// dotted compares as Semantic Versioning 2.0.0 does, with any number of parts:
// numbers by value, a pre-release before its release, build data ignored.
func dotted(a, b string) int {
	a, preA, hasA := release(a)
	b, preB, hasB := release(b)
	if c := parts(a, b); c != 0 {
		return c
	}
	switch {
	case hasA && !hasB:
		return -1
	case hasB && !hasA:
		return 1
	}
	return parts(preA, preB)
}

// release splits off v, build data and the pre-release.
func release(v string) (main, pre string, has bool) {
	v = strings.TrimPrefix(strings.TrimSpace(v), "v")
	v, _, _ = strings.Cut(v, "+")
	return strings.Cut(v, "-")
}

func parts(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := 0; i < len(as) || i < len(bs); i++ {
		x, y := "0", "0"
		if i < len(as) {
			x = as[i]
		}
		if i < len(bs) {
			y = bs[i]
		}
		if c := part(x, y); c != 0 {
			return c
		}
	}
	return 0
}

func part(x, y string) int {
	nx, ny := number(x), number(y)
	switch {
	case nx && ny:
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if len(x) != len(y) {
			return len(x) - len(y)
		}
	case nx:
		return -1 // a number comes before a word, as in pre-releases
	case ny:
		return 1
	}
	return strings.Compare(x, y)
}

func number(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// Span returns the lowest and the highest of a list; empty texts are left out.
func Span(ecosystem string, list []string) (low, high string) {
	list = slices.Clone(list)
	slices.Sort(list) // of versions that are equal the same one is shown
	for _, v := range list {
		if v == "" {
			continue
		}
		if low == "" || Compare(ecosystem, v, low) < 0 {
			low = v
		}
		if high == "" || Compare(ecosystem, v, high) > 0 {
			high = v
		}
	}
	return low, high
}

// Target is the version to upgrade to so that every one of the fixed versions
// is reached. One that names several branches, joined with commas, asks for its
// lowest above installed.
func Target(ecosystem, installed string, fixed []string) string {
	var need []string
	for _, f := range fixed {
		best := ""
		var all []string
		for _, v := range strings.Split(f, ",") {
			v = strings.TrimSpace(v)
			all = append(all, v)
			if v != "" && Compare(ecosystem, v, installed) > 0 && (best == "" || Compare(ecosystem, v, best) < 0) {
				best = v
			}
		}
		if best == "" {
			_, best = Span(ecosystem, all)
		}
		need = append(need, best)
	}
	_, high := Span(ecosystem, need)
	return high
}
