package version

import (
	"fmt"
	"testing"
)

// Each list ascends by the rules of its ecosystem.
func TestCompare(t *testing.T) {
	for packageType, list := range map[string][]string{
		"deb":      {"1.0~~", "1.0~rc1-1", "1.0-1", "1.0-1ubuntu0.2", "1.0-1ubuntu0.10", "1.0-1+b1", "1.0+dfsg-1", "1.10-1", "1:0.1-1"},
		"rpm":      {"1.0~rc1-1", "1.0-1.el9", "1.0-1.el9_2.1", "1.0^git1-1", "1.0.1-9.el8", "1.0.1-12.el8", "1.10-1", "1:0.1-1"},
		"apk":      {"1.2_alpha1", "1.2_rc1", "1.2", "1.2-r1", "1.2-r10", "1.2_p1", "1.2.1", "1.10"},
		"npm":      {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.9", "1.0.10", "v2.0.0"},
		"cargo":    {"0.9.9", "1.0.0-rc.1", "1.0.0"},
		"hex":      {"1.0.0-dev", "1.0.0"},
		"golang":   {"v0.0.0-20230101000000-0123456789ab", "v0.9.0", "v0.17.0", "go1.21.5", "1.21.11", "v2.0.0+incompatible"},
		"nuget":    {"1.0.0-beta", "1.0.0", "1.0.0.1", "1.0.10"},
		"pypi":     {"1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0+local.1", "1.0.post1", "1.1", "1.10", "1!0.1"},
		"maven":    {"1.0-alpha-1", "1.0-beta-1", "1.0-rc1", "1.0-SNAPSHOT", "1.0", "1.0-sp-1", "1.0.1", "1.10"},
		"gem":      {"1.0.0.a", "1.0.0.rc1", "1.0.0", "1.0.9", "1.0.10"},
		"":         {"1.2.3", "1.2.3.0", "1.2.10", "1.10.0", "2.0.0", "2024.1.1"},
		"conan":    {"1.0.9", "1.0.10"},
		"composer": {"1.0.0-dev", "1.0.0-alpha1", "1.0.0-beta1", "1.0.0-RC1", "v1.0.0", "1.0.0-p1", "1.0.10"},
	} {
		for i, a := range list {
			for j, b := range list {
				c, ok := Compare(packageType, a, b)
				if !ok || (c < 0) != (i < j) || (c > 0) != (i > j) {
					t.Errorf("%s: %q against %q gives %d, %v", packageType, a, b, c, ok)
				}
			}
		}
	}
}

func TestCompareEqual(t *testing.T) {
	for _, c := range [][3]string{{"rpm", "0:1.0-1", "1.0-1"}, {"deb", "0:1.0", "1.0"}, {"npm", "v1.2.3", "1.2.3+build"}, {"pypi", "1.0", "1.0.0"}, {"maven", "1.0.0", "1"},
		{"maven", "1.0-ga", "1.0"}, {"nuget", "1.0", "1.0.0.0"}, {"gem", "1.0", "1"}} {
		if n, ok := Compare(c[0], c[1], c[2]); !ok || n != 0 {
			t.Errorf("%q gives %d, %v", c, n, ok)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	for _, c := range [][3]string{{"", "1", "2"}, {"", "1.2", "1.10"}, {"", "1.2.3", "1.2.03"}, {"", "1.2.3", "1.2.4-1"}, {"", "v1.2.3", "1.2.4"}, {"os", "1", "2"}, {"bitnami", "1.0-r1", "1.0-r2"}, {"deb", "", "1"}, {"deb", "1", "not fixed"}, {"rpm", "none", "1"},
		{"npm", "1.2.3", ">=1.2.4"}, {"npm", "latest", "1.0.0"}, {"pypi", "1.0-final-3x", "1.0"}, {"apk", "1.2.3-x", "1"}, {"gem", "1..2", "1"}, {"maven", "[1.0,2.0)", "1.0"},
		{"golang", "(devel)", "1.0.0"}, {"composer", "dev-main", "1.0.0"}, {"nuget", "*", "1.0"}, {"cargo", "abc", "1.0.0"}} {
		if n, ok := Compare(c[0], c[1], c[2]); ok {
			t.Errorf("%q gives %d, and should not be ordered", c, n)
		}
		if _, ok := Compare(c[0], c[2], c[1]); ok {
			t.Errorf("%q the other way round should not be ordered", c)
		}
	}
}

func TestFix(t *testing.T) {
	for _, c := range []struct{ packageType, installed, fixed, want string }{
		{"npm", "4.17.1", "4.17.21", "4.17.21 true above"},
		{"golang", "1.21.5", "1.20.12, 1.21.6, 1.22.0", "1.21.6 true above"},
		{"golang", "1.23.0", "1.20.12, 1.21.6", "1.20.12, 1.21.6 false below"},
		{"npm", "latest", "1.0.0, 2.0.0", "1.0.0, 2.0.0 false unknown"},
		{"npm", "latest", "1.0.0", "1.0.0 true unknown"},
		{"deb", "2:1.0", "1.1", "1.1 true below"},
		{"os", "1", "2", "2 false unknown"},
		{"", "1.20.3", "1.19.9, 1.20.5, 1.21.4", "1.20.5 true above"},
		{"npm", "1.0.0", ">=1.1, 2.0.0", ">=1.1, 2.0.0 false unknown"},
	} {
		u := Fix(c.packageType, c.installed, c.fixed)
		above := "unknown"
		if u.Above != nil {
			above = map[bool]string{true: "above", false: "below"}[*u.Above]
		}
		if got := fmt.Sprint(u.To, " ", u.Ordered, " ", above); got != c.want {
			t.Errorf("%s from %q with %q: got %s, want %s", c.packageType, c.installed, c.fixed, got, c.want)
		}
	}
}

func TestSameBranch(t *testing.T) {
	for _, c := range []struct {
		v, fixed, next string
		want           bool
	}{
		{"1.20.14", "1.20.12", "1.21.5", true},
		{"1.21.0", "1.20.12", "1.21.5", false},
		{"1.30.0", "1.20.1", "2.10.0", true},
		{"2.5.0", "1.20.1", "2.10.0", false},
		{"go1.20.14", "1.20.12", "v1.21.5", true},
		{"2.6.7.5", "2.6.7.3", "2.7.9.5", true},
		{"3.0.0-alpha1", "2.9.9", "3.0.0", false},
		{"1.1.1h", "1.1.1g", "3.0.0", true},
		{"1.2.4", "1.2.3", "1.2.5", false}, // one branch, of which nobody says more
		{"2.1", "2", "3.1", true},
	} {
		if got := SameBranch(c.v, c.fixed, c.next); got != c.want {
			t.Errorf("%s with fixes in %s and %s: got %v", c.v, c.fixed, c.next, got)
		}
	}
}
