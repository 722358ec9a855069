package export

import (
	"fmt"
	"strings"
)

// DataLine says in one line how fresh the data is and how much of the fleet it
// speaks about: for the head of a report and for standard error.
func (p *Plan) DataLine() string {
	parts := []string{"data as of unknown"}
	if len(p.Sources) > 0 {
		newest, oldest := p.Sources[0].Newest, p.Sources[0].Oldest
		var scanners []string
		for _, s := range p.Sources {
			scanners = append(scanners, s.Scanner)
			if s.Newest.After(newest) {
				newest = s.Newest
			}
			if s.Oldest.Before(oldest) {
				oldest = s.Oldest
			}
		}
		since := ""
		if !oldest.IsZero() {
			since = "; oldest scan " + oldest.UTC().Format("2006-01-02")
		}
		parts = []string{fmt.Sprintf("data as of %s UTC (%s%s)", newest.UTC().Format("2006-01-02 15:04"), strings.Join(scanners, ", "), since)}
	}
	coverage := "coverage unknown"
	if c := p.Coverage; c != nil {
		coverage = plural(c.Scanned, "image") + " scanned"
		if c.Never > 0 {
			coverage += fmt.Sprintf(", %d never scanned", c.Never)
		}
		if c.Stale > 0 {
			coverage += fmt.Sprintf(", %d scanned more than %s ago", c.Stale, days(c.StaleAfter))
		}
	}
	return strings.Join(append(parts, coverage), "; ")
}
