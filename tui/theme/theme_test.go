package theme

import (
	"strings"
	"testing"
)

// TestDepths holds every theme at every number of colours to what it is for:
// severities are told apart by colour, and stand out from faint text.
func TestDepths(t *testing.T) {
	for _, depth := range []Depth{Full, Cube, Sixteen} {
		for _, name := range []string{"dark", "light", "colour-blind"} {
			for _, dark := range []bool{true, false} {
				th := ByName(name, dark, depth)
				seen := map[string]string{}
				for _, word := range []string{"critical", "high", "medium", "low"} {
					s := th.Severity(word)
					if s.FG == "" {
						t.Errorf("%s at depth %d: %s has no colour", name, depth, word)
					}
					if was, ok := seen[s.FG]; ok {
						t.Errorf("%s (dark %v) at depth %d: %s looks like %s", name, dark, depth, word, was)
					}
					seen[s.FG] = word
				}
				if th.Critical.FG == th.Dim.FG || th.Header.FG == strings.Replace(th.Header.BG, "4", "3", 1) {
					t.Errorf("%s (dark %v) at depth %d: faint or unreadable", name, dark, depth)
				}
			}
		}
	}
	for _, name := range Names() {
		th := ByName(name, true, None)
		for _, s := range []Style{th.Critical, th.Row, th.Header, th.Dim} {
			if s.FG != "" || s.BG != "" {
				t.Errorf("%s without colours uses %+v", name, s)
			}
		}
	}
}

// TestCube reduces colours to the nearest of xterm's.
func TestCube(t *testing.T) {
	for hex, want := range map[int]int{0xff0000: 196, 0x000000: 16, 0xb0003a: 125, 0x8b949e: 246, 0x0550ae: 25, 0x303030: 236} {
		if got := cube(hex); got != want {
			t.Errorf("#%06x is %d, want %d", hex, got, want)
		}
	}
}
