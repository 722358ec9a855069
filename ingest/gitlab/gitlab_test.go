package gitlab

import (
	"strings"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	formattest.Corpus(t, Format, func(file, _ string) bool { return strings.Contains(file, "gl-container-scanning-report") })
}

func TestUpgrade(t *testing.T) {
	for _, c := range []struct{ solution, want string }{
		{"Upgrade apt from 1.4.8 to 1.4.9", "1.4.9"},
		{"Upgrade org.acme:server to 2.0.1", "2.0.1"},
		{"Upgrade to version 3.1.4 or above.", "3.1.4"},
		{"Upgrade to versions 4.0.6, 4.1.3 or above.", "4.0.6, 4.1.3"},
		{"No solution provided", ""},
		{"", ""},
	} {
		got := ""
		if m := upgrade.FindStringSubmatch(c.solution); m != nil {
			got = m[1]
		}
		if got != c.want {
			t.Errorf("%q advises %q, want %q", c.solution, got, c.want)
		}
	}
}
