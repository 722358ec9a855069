package store

import (
	"fmt"
	"slices"
	"strings"

	"argosy/schema/version"
)

// ladder is the versions of one package that fixes are told by, lowest first.
// Equal ones stand on one step.
type ladder struct {
	steps  []string         // one version of each
	places map[string]int64 // of all versions, from 1
}

// newLadder orders versions of a type of package that all can be compared. To
// compare two takes them apart, and many rows have the same.
func newLadder(packageType string, versions []string) ladder {
	compare := func(a, b string) int {
		c, _ := version.Compare(packageType, a, b)
		return c
	}
	slices.Sort(versions)
	versions = slices.Compact(versions)
	slices.SortStableFunc(versions, compare)
	l := ladder{places: map[string]int64{}}
	for i, v := range versions {
		if i == 0 || compare(versions[i-1], v) != 0 {
			l.steps = append(l.steps, v)
		}
		l.places[v] = int64(len(l.steps))
	}
	return l
}

// gaps are the versions that lie between the branches of a fix and are of none
// that has it, as "from place, until place, the version that has it": there the
// next branch begins, and its fix comes later. 1.20.12 and 1.21.5 do not fix
// 1.21.0, which another flaw of the package may ask for. Nothing where there are
// none. Each of the fixed versions must be on the ladder.
func (l *ladder) gaps(fixed string) string {
	branches := version.Branches(fixed)
	slices.SortStableFunc(branches, func(a, b string) int { return int(l.places[a] - l.places[b]) })
	var out []string
	for i, next := range branches[1:] {
		for at := l.places[branches[i]] + 1; at < l.places[next]; at++ {
			if !version.SameBranch(l.steps[at-1], branches[i], next) {
				out = append(out, fmt.Sprint(at, " ", l.places[next], " ", next))
				break // all that is above it is of no earlier branch
			}
		}
	}
	return strings.Join(out, "\n")
}
