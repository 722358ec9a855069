package deliver

import (
	"cmp"
	"slices"
	"time"
)

// outdated returns those of the names that retention removes after the
// artifacts of a run were stored: reports of the same stem beyond the newest
// keep runs, or from before the time. All files of a run go together, and the
// run itself always stays. Names of another form are left alone. keep 0 and
// the zero time are no limits.
func outdated(names []string, artifacts []Artifact, keep int, before time.Time) []string {
	var out []string
	done := map[string]bool{}
	for _, a := range artifacts {
		own, ok := parseName(a.Name)
		if !ok || done[own.stem] {
			continue
		}
		done[own.stem] = true
		runs := map[[2]string][]string{}
		for _, n := range names {
			if s, ok := parseName(n); ok && s.stem == own.stem {
				key := [2]string{s.stamp, s.run}
				runs[key] = append(runs[key], n)
			}
		}
		order := make([][2]string, 0, len(runs))
		for key := range runs {
			order = append(order, key)
		}
		slices.SortFunc(order, func(a, b [2]string) int {
			return cmp.Or(cmp.Compare(b[0], a[0]), cmp.Compare(b[1], a[1]))
		})
		for i, key := range order {
			old := !before.IsZero() && key[0] < before.Format(stampForm)
			if key != [2]string{own.stamp, own.run} && (keep > 0 && i >= keep || old) {
				out = append(out, runs[key]...)
			}
		}
	}
	slices.Sort(out)
	return out
}

// unnamed returns the artifacts whose names retention cannot read.
func unnamed(artifacts []Artifact) []string {
	var out []string
	for _, a := range artifacts {
		if _, ok := parseName(a.Name); !ok {
			out = append(out, a.Name)
		}
	}
	return out
}
