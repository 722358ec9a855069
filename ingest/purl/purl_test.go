package purl

import "testing"

func TestType(t *testing.T) {
	for _, c := range []struct {
		url   string
		words []string
		want  string
	}{
		{"pkg:deb/debian/apt@1.4.8?arch=amd64", nil, "deb"},
		{"pkg:GoLang/github.com/a/b@v1", []string{"npm"}, "golang"},
		{"", []string{"Debian:12"}, "deb"},
		{"", []string{"", "GOBINARY"}, "golang"},
		{"", []string{"crates.io"}, "cargo"},
		{"", []string{"OS", "rhel 8.4"}, "rpm"},
		{"", []string{"Red Hat:rhel:9"}, "rpm"},
		{"", []string{"sles:15.3"}, "rpm"},
		{"", []string{"Firmware"}, "firmware"},
		{"not a url", []string{"", ""}, ""},
		{"pkg:", nil, ""},
	} {
		if got := Type(c.url, c.words...); got != c.want {
			t.Errorf("Type(%q, %q) = %q, want %q", c.url, c.words, got, c.want)
		}
	}
}
