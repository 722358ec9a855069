package export

import "strings"

// State says whether an export holds everything there is: "complete", or
// "partial: " and why.
func (p *Plan) State(stats Stats) string {
	var reasons []string
	if p.Partial != "" {
		reasons = append(reasons, p.Partial)
	}
	any := func(is func(SheetStats) bool) bool {
		for _, s := range stats.Sheets {
			if is(s) {
				return true
			}
		}
		return false
	}
	if any(func(s SheetStats) bool { return s.Truncated }) {
		reasons = append(reasons, "rows were left out by a limit")
	}
	if any(func(s SheetStats) bool { return len(s.Cut) > 0 }) {
		reasons = append(reasons, "texts were shortened")
	}
	if any(func(s SheetStats) bool { return len(s.Hidden) > 0 }) {
		reasons = append(reasons, "columns are not shown")
	}
	if any(func(s SheetStats) bool { return s.Skipped }) {
		reasons = append(reasons, "the format holds one sheet only")
	}
	if len(reasons) == 0 {
		return "complete"
	}
	return "partial: " + strings.Join(reasons, "; ")
}
