package kql

import (
	"fmt"
	"strings"
)

// suggest is a hint naming the candidate nearest to what was written, or "".
// What differs only in the case of letters comes first: that is the mistake
// KQL's users make most.
func suggest(name string, candidates []string) string {
	for _, c := range candidates {
		if strings.EqualFold(c, name) {
			return fmt.Sprintf("did you mean %q? Names are case-sensitive", c)
		}
	}
	if best := nearest(name, candidates); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return ""
}

// nearest is the candidate that takes the fewest changes, "" when all take
// many. Among equals the one that begins and ends like the name comes first.
func nearest(name string, candidates []string) string {
	best, cost, alike := "", 1+len(name)/3, 0
	for _, c := range candidates {
		a, b := strings.ToLower(name), strings.ToLower(c)
		d := distance(a, b)
		if d > cost || a == "" || b == "" {
			continue
		}
		like := 0
		if a[0] == b[0] {
			like += 2
		}
		if a[len(a)-1] == b[len(b)-1] {
			like++
		}
		if d < cost || best == "" || like > alike {
			best, cost, alike = c, d, like
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	two := make([]int, len(y)+1)
	one := make([]int, len(y)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			same := 1
			if x[i-1] == y[j-1] {
				same = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+same)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one = one, row
	}
	return one[len(y)]
}
