package cvss

import "testing"

// The scores are those that NVD and FIRST publish for these vectors.
func TestScore(t *testing.T) {
	for _, c := range []struct {
		vector, version string
		score           float64
	}{
		{"AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0", 10},
		{"(AV:L/AC:M/Au:N/C:N/I:N/A:P)", "2.0", 1.9},
		{"CVSS:2.0/AV:N/AC:M/Au:N/C:P/I:P/A:P", "2.0", 6.8},
		{"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", "3.0", 8.8},
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:H", "3.1", 8.6},
		{" CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N/RL:O", "3.1", 5.5},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0", 9.3},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", "4.0", 9.3},
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "3.1", 0},
	} {
		got, ok := Score(c.vector)
		if !ok || got != c.score || Version(c.vector) != c.version {
			t.Errorf("Score(%q) = %v, %v of version %q; want %v of %q", c.vector, got, ok, Version(c.vector), c.score, c.version)
		}
	}
	for _, v := range []string{"", "medium", "7.5", "CVSS:3.1/AV:N", "CVSS:9.9/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:H", "AV:N/AC:L/Au:N/C:C/I:C/A:X"} {
		if got, ok := Score(v); ok {
			t.Errorf("Score(%q) = %v; want none", v, got)
		}
	}
}
