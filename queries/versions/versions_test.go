package versions

import "testing"

func TestCompare(t *testing.T) {
	for _, c := range []struct{ eco, low, high string }{
		{"deb", "2.36-9+deb12u3", "2.36-9+deb12u10"},
		{"deb", "1:1.2.13", "2:0.1"},
		{"deb", "1.0~rc1", "1.0"},
		{"rpm", "1.1.1k-9.el8", "1.1.1k-12.el8"},
		{"apk", "3.1.4-r5", "3.1.4-r10"},
		{"pypi", "2.0rc1", "2.0"},
		{"maven", "2.17.2-alpha", "2.17.2"},
		{"npm", "1.2.9", "1.2.10"},
		{"npm", "1.0.0-rc.1", "1.0.0"},
		{"golang", "v0.9.0", "v0.17.0"},
		{"", "0.16", "0.17.0"},
		{"", "2.36-9+deb12u2", "2.36-9+deb12u4"},
		{"", "3.1.4-r5", "3.1.4-r10"},
		{"", "1.1.1k-9.el8", "1.1.1k-12.el8"},
	} {
		if Compare(c.eco, c.low, c.high) >= 0 || Compare(c.eco, c.high, c.low) <= 0 {
			t.Errorf("%s: %q is not below %q", c.eco, c.low, c.high)
		}
	}
	if Compare("npm", "1.0", "1.0.0+build") != 0 {
		t.Error("build data and missing parts make a difference")
	}
}

func TestTarget(t *testing.T) {
	for _, c := range []struct {
		eco, installed string
		fixed          []string
		want           string
	}{
		{"npm", "4.17.1", []string{"4.17.9", "4.17.21"}, "4.17.21"},
		{"golang", "1.21.5", []string{"1.20.12, 1.21.6", "1.21.11, 1.22.4"}, "1.21.11"},
		{"deb", "1", nil, ""},
	} {
		if got := Target(c.eco, c.installed, c.fixed); got != c.want {
			t.Errorf("from %s with %v: got %q, want %q", c.installed, c.fixed, got, c.want)
		}
	}
}
