package trivy

import "testing"

func TestSplitTarget(t *testing.T) {
	for target, want := range map[string][3]string{
		"alpine:3.9 (alpine 3.9.4)":                      {"alpine:3.9", "alpine", "3.9.4"},
		"disk.img (amazon 2 (Karoo))":                    {"disk.img", "amazon", "2 (Karoo)"},
		"a:1 (suse linux enterprise server 15.4)":        {"a:1", "suse linux enterprise server", "15.4"},
		"a:1 (debian)":                                   {"a:1", "debian", ""},
		"a:1 (wolfi 20230201)":                           {"a:1", "wolfi", "20230201"},
		"app/Gemfile.lock":                               {},
		"(alpine 3)":                                     {},
		"a:1 (debian 9":                                  {},
		"trivy-ci-test (alpine 3.7.1)":                   {"trivy-ci-test", "alpine", "3.7.1"},
		"registry.example.com:5000/a/b (photon 3.0) (x)": {"registry.example.com:5000/a/b (photon 3.0)", "x", ""},
	} {
		image, family, version, ok := splitTarget(target)
		if got := [3]string{image, family, version}; got != want || ok != (want[0] != "") {
			t.Errorf("splitTarget(%q) = %q, %v; want %q", target, got, ok, want)
		}
	}
}
