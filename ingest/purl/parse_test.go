package purl

import "testing"

func TestParse(t *testing.T) {
	for _, c := range []struct{ url, typ, name, version, arch string }{
		{"pkg:deb/debian/apt@1.4.8%2Bdeb?arch=amd64", "deb", "apt", "1.4.8+deb", "amd64"},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "maven", "org.apache.logging.log4j:log4j-core", "2.14.1", ""},
		{"pkg:npm/%40babel/traverse@7.22.0", "npm", "@babel/traverse", "7.22.0", ""},
		{"pkg:npm/minimist@1.2.5", "npm", "minimist", "1.2.5", ""},
		{" pkg:golang/golang.org/x/net@v0.7.0 ", "golang", "golang.org/x/net", "v0.7.0", ""},
		{"pkg:golang/github.com/Masterminds/sprig/v3@v3.0.0", "golang", "github.com/Masterminds/sprig/v3", "v3.0.0", ""},
		{"pkg:golang/stdlib@1.20.1", "golang", "stdlib", "1.20.1", ""},
		{"pkg:rpm/redhat/zlib@1.2.11-18.el8?arch=x86_64&epoch=1", "rpm", "zlib", "1.2.11-18.el8", "x86_64"},
	} {
		p, ok := Parse(c.url)
		if !ok || p.Type != c.typ || p.FullName() != c.name || p.Version != c.version || p.Qualifiers["arch"] != c.arch {
			t.Errorf("Parse(%q) = %+v (%s), %v", c.url, p, p.FullName(), ok)
		}
	}
	for _, url := range []string{"", "pkg:", "apt", "http://deb/apt", "pkg:deb", "pkg:npm/a%a0b@1", "pkg:npm/a@1?arch=%ff"} {
		if p, ok := Parse(url); ok {
			t.Errorf("Parse(%q) = %+v; want none", url, p)
		}
	}
}

func TestImage(t *testing.T) {
	for _, c := range []struct{ url, repository, tag, digest string }{
		{"pkg:oci/debian@sha256%3A244f?repository_url=docker.io/library/debian&tag=12", "docker.io/library/debian", "12", "sha256:244f"},
		{"pkg:oci/app@sha256:ab?repository_url=ghcr.io/org", "ghcr.io/org/app", "", "sha256:ab"},
		{"pkg:oci/app@sha256:ab", "app", "", "sha256:ab"},
		{"pkg:docker/library/nginx@1.25", "library/nginx", "1.25", ""},
		{"pkg:docker/customer/app@sha256%3A11?repository_url=gcr.io", "gcr.io/customer/app", "", "sha256:11"},
	} {
		p, _ := Parse(c.url)
		repository, tag, digest, ok := p.Image()
		if !ok || repository != c.repository || tag != c.tag || digest != c.digest {
			t.Errorf("%q names the image %q, %q, %q, %v", c.url, repository, tag, digest, ok)
		}
	}
	p, _ := Parse("pkg:npm/left-pad@1.0.0")
	if _, _, _, ok := p.Image(); ok {
		t.Error("a package of npm is taken for an image")
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{"a%20b": "a b", "%C3%A9": "é", "100%": "100%", "a%a0b": "a%a0b"} {
		if got := Unescape(text); got != want {
			t.Errorf("Unescape(%q) = %q, want %q", text, got, want)
		}
	}
}
