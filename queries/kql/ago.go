package kql

import (
	"strconv"
	"strings"
	"time"
)

// Ago reads how long ago a moment is, as people type it for a parameter of the
// type datetime: hours, days or weeks (12h, 30d, 2w), or now. It says false of
// everything else; a hundred years is the most.
func Ago(text string) (time.Duration, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "now" {
		return 0, true
	}
	for unit, length := range map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		digits, ok := strings.CutSuffix(text, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || time.Duration(n) > 36500*24*time.Hour/length {
			return 0, false
		}
		return time.Duration(n) * length, true
	}
	return 0, false
}
