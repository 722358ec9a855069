package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"argosy/schema"
)

// release is a version of three numbers.
type release [3]int

func (r release) String() string { return fmt.Sprintf("%d.%d.%d", r[0], r[1], r[2]) }

func earlier(a, b release) int { return slices.Compare(a[:], b[:]) }

// has says whether a release has a fix of several branches, in their order: one of
// the branch of the newest fix that is not newer, or of all that come after the last.
func (r release) has(fix []release) bool {
	at := -1
	for i, f := range fix {
		if earlier(f, r) <= 0 {
			at = i
		}
	}
	if at < 0 || at == len(fix)-1 {
		return at >= 0
	}
	for i := range r {
		if fix[at][i] != fix[at+1][i] {
			return r[i] == fix[at][i]
		}
	}
	return false
}

// closing is the lowest of all releases that has every fix, from the highest of the
// lowest ones on.
func closing(t *testing.T, fixes [][]release) release {
	t.Helper()
	var all []release
	least := release{}
	for _, fix := range fixes {
		all = append(all, fix...)
		if earlier(least, fix[0]) < 0 {
			least = fix[0]
		}
	}
	slices.SortFunc(all, earlier)
	for _, r := range all {
		if earlier(r, least) >= 0 && !slices.ContainsFunc(fixes, func(fix []release) bool { return !r.has(fix) }) {
			return r
		}
	}
	t.Fatalf("none of %v has every fix, and the last has", all)
	return release{}
}

// TestBranches compares what many packages are to be updated to with what a search
// finds among all versions that are told.
func TestBranches(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 12))
	var rows []schema.Finding
	want := map[string]release{}
	raised := 0
	for p := range 400 {
		name := fmt.Sprintf("package%d", p)
		var fixes [][]release
		highest := release{}
		for range 1 + r.IntN(5) {
			var fix []release
			for range 1 + r.IntN(3) {
				fix = append(fix, release{1 + r.IntN(3), r.IntN(4), r.IntN(6)})
			}
			slices.SortFunc(fix, earlier)
			fix = slices.Compact(fix)
			fixes = append(fixes, fix)
			var words []string
			for _, f := range fix {
				words = append(words, f.String())
			}
			r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			rows = append(rows, schema.Finding{PackageType: "npm", PackageName: name, InstalledVersion: "0.9.0", FixedVersion: strings.Join(words, ", ")})
			if earlier(highest, fix[0]) < 0 {
				highest = fix[0]
			}
		}
		want[name] = closing(t, fixes)
		if want[name] != highest {
			raised++
		}
	}
	path := filepath.Join(t.TempDir(), "a.db")
	found(t, path, week(0), "trivy", rows...)
	got := table(t, path, "select package_name, update_target(target, fixed_version, rank, place, doubtful, gaps) from fixable_findings group by package_name order by package_name")
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != len(want) || raised < 50 {
		t.Fatalf("%d of %d packages, %d of them raised", len(lines), len(want), raised)
	}
	for _, line := range lines {
		name, version, _ := strings.Cut(line, " ")
		if version == want[name].String() {
			continue
		}
		var told []string
		for _, f := range rows {
			if f.PackageName == name {
				told = append(told, "\""+f.FixedVersion+"\"")
			}
		}
		t.Errorf("%s with fixes in %s is to be updated to %s, and %s has them all", name, strings.Join(told, "; "), version, want[name])
	}
}
