package schema_test

import (
	"testing"

	"argosy/schema"
)

// packages are spellings of scanners, and what they come to.
var packages = []struct {
	typ, name, version, purl string
	want                     schema.Package
}{
	{"maven", "spring-core", "5.3", "pkg:maven/org.springframework/spring-core@5.3", schema.Package{Type: "maven", Name: "org.springframework:spring-core", Version: "5.3"}},
	{"maven", "org.springframework:spring-core", "5.3", "", schema.Package{Type: "maven", Name: "org.springframework:spring-core", Version: "5.3"}},
	{"maven", "org.springframework/spring-core", "5.3", "", schema.Package{Type: "maven", Name: "org.springframework:spring-core", Version: "5.3"}},
	{"maven", "spring-core", "5.3", "", schema.Package{Type: "maven", Name: "spring-core", Version: "5.3"}},
	{"maven", "shaded", "1", "pkg:maven/org.example/other@1", schema.Package{Type: "maven", Name: "shaded", Version: "1"}},
	{"pypi", "Jinja2", "2.0", "", schema.Package{Type: "pypi", Name: "jinja2", Version: "2.0"}},
	{"pypi", "typing_extensions", "4", "", schema.Package{Type: "pypi", Name: "typing-extensions", Version: "4"}},
	{"pypi", "typing.-_Extensions", "4", "", schema.Package{Type: "pypi", Name: "typing-extensions", Version: "4"}},
	{"pypi", "a--b", "4", "", schema.Package{Type: "pypi", Name: "a-b", Version: "4"}},
	{"pypi", "_a-", "4", "", schema.Package{Type: "pypi", Name: "-a-", Version: "4"}},
	{"golang", "golang.org/x/net", "v0.7.0", "", schema.Package{Type: "golang", Name: "golang.org/x/net", Version: "0.7.0"}},
	{"golang", "net", "0.7.0", "pkg:golang/golang.org/x/net@v0.7.0", schema.Package{Type: "golang", Name: "golang.org/x/net", Version: "0.7.0"}},
	{"golang", "github.com/Masterminds/sprig", "v1.0.0+incompatible", "pkg:golang/github.com/masterminds/sprig@v1.0.0", schema.Package{Type: "golang", Name: "github.com/Masterminds/sprig", Version: "1.0.0+incompatible"}},
	{"golang", "stdlib", "go1.20.1", "pkg:golang/stdlib@1.20.1", schema.Package{Type: "golang", Name: "stdlib", Version: "1.20.1"}},
	{"golang", "example.com/a", "(devel)", "", schema.Package{Type: "golang", Name: "example.com/a", Version: "(devel)"}},
	{"golang", "example.com/a", "vendored", "", schema.Package{Type: "golang", Name: "example.com/a", Version: "vendored"}},
	{"nuget", "Newtonsoft.Json", "13.0.1", "", schema.Package{Type: "nuget", Name: "newtonsoft.json", Version: "13.0.1"}},
	{"rpm", "bash", "0:5.1.8-1", "", schema.Package{Type: "rpm", Name: "bash", Version: "5.1.8-1"}},
	{"rpm", "expat", "2.1", "pkg:rpm/redhat/expat@2.1?arch=x86_64&epoch=7", schema.Package{Type: "rpm", Name: "expat", Version: "7:2.1"}},
	{"rpm", "expat", "2.1", "pkg:rpm/redhat/expat@2.1?epoch=0&myepoch=7", schema.Package{Type: "rpm", Name: "expat", Version: "2.1"}},
	{"deb", "libc6", "0:2.36", "pkg:deb/debian/libc6@2.36", schema.Package{Type: "deb", Name: "libc6", Version: "2.36"}},
	{"deb", "tar", "1:1.34", "pkg:deb/debian/tar@1%3A1.34?epoch=1", schema.Package{Type: "deb", Name: "tar", Version: "1:1.34"}},
	{"npm", "core", "12", "pkg:npm/%40angular/core@12", schema.Package{Type: "npm", Name: "@angular/core", Version: "12"}},
	{"npm", "core", "12", "pkg:npm/@angular/core@12", schema.Package{Type: "npm", Name: "@angular/core", Version: "12"}},
	{"npm", "@angular/core", "12", "pkg:npm/%40angular/core@12", schema.Package{Type: "npm", Name: "@angular/core", Version: "12"}},
	{"composer", "Http-Foundation", "v5.4.0", "pkg:composer/symfony/http-foundation@v5.4.0", schema.Package{Type: "composer", Name: "symfony/http-foundation", Version: "5.4.0"}},
	{"swift", "swift-nio", "2.0", "pkg:swift/github.com/apple/swift-nio.git/swift-nio@2.0", schema.Package{Type: "swift", Name: "github.com/apple/swift-nio", Version: "2.0"}},
	{"swift", "swift-nio", "2.0", "pkg:swift/github.com/apple/swift-nio@2.0", schema.Package{Type: "swift", Name: "github.com/apple/swift-nio", Version: "2.0"}},
	{"gem", "Rack", "2.0", "pkg:gem/Rack@2.0", schema.Package{Type: "gem", Name: "Rack", Version: "2.0"}},
	{"apk", "musl", "1.2-r0", "pkg:apk/alpine/musl@1.2-r0", schema.Package{Type: "apk", Name: "musl", Version: "1.2-r0"}},
	{"cargo", "serde_json", "1.0.0", "", schema.Package{Type: "cargo", Name: "serde_json", Version: "1.0.0"}},
	{"", "", "", "pkg:maven/org.example/web@1.9.0?type=jar", schema.Package{Type: "maven", Name: "org.example:web", Version: "1.9.0"}},
	{"", "Jinja2", "v1", "", schema.Package{Name: "Jinja2", Version: "v1"}},
}

func TestCanonicalPackage(t *testing.T) {
	for _, c := range packages {
		got := schema.CanonicalPackage(schema.Package{Type: c.typ, Name: c.name, Version: c.version}, c.purl)
		if got != c.want {
			t.Errorf("%q of %q %q (%s) is %+v, want %+v", c.name, c.typ, c.version, c.purl, got, c.want)
		}
		if again := schema.CanonicalPackage(got, c.purl); again != got {
			t.Errorf("%+v is %+v once more", got, again)
		}
	}
}

// TestCanonicalPackageOfNoURL takes a package URL that is none for no word about
// the package.
func TestCanonicalPackageOfNoURL(t *testing.T) {
	for _, purl := range []string{"pkg:npm/%zz/core@12", "pkg:npm", "npm/@angular/core", "pkg:npm/%ff/core", "pkg:npm//"} {
		want := schema.Package{Type: "npm", Name: "core", Version: "12"}
		if got := schema.CanonicalPackage(want, purl); got != want {
			t.Errorf("%q: %+v", purl, got)
		}
	}
}

// TestCanonicalPackageCopiesNothing holds that rows in the one spelling cost no
// memory.
func TestCanonicalPackageCopiesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(10, func() { spell(true) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// spell takes every package, or every one that is spelled so already.
func spell(right bool) {
	for _, c := range packages {
		p := schema.Package{Type: c.typ, Name: c.name, Version: c.version}
		if right {
			p = c.want
		}
		schema.CanonicalPackage(p, c.purl)
	}
}

func BenchmarkCanonicalPackage(b *testing.B) {
	for name, right := range map[string]bool{"as it is": true, "other spellings": false} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				spell(right)
			}
		})
	}
}
