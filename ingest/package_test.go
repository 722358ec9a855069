package ingest_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/schema/store"
)

// said is a package as one report writes it.
type said struct{ typ, name, version, purl string }

// reportOf are reports of one vulnerability in one package of an image, which
// has the digest %[1]s; %[2]s is the image's name, and the package's type, name,
// version and URL follow.
var reportOf = map[string]string{
	"trivy": `{"SchemaVersion":2,"CreatedAt":"2031-10-02T04:00:00Z","ArtifactName":"r.example/%[2]s:1","ArtifactType":"container_image","Metadata":{"RepoTags":["r.example/%[2]s:1"],"RepoDigests":["r.example/%[2]s@%[1]s"]},` +
		`"Results":[{"Target":"t","Class":"lang-pkgs","Type":"%[3]s","Vulnerabilities":[{"VulnerabilityID":"CVE-2031-0001","PkgName":"%[4]s","InstalledVersion":"%[5]s","PkgIdentifier":{"PURL":"%[6]s"},"Severity":"HIGH"}]}]}`,
	"grype": `{"matches":[{"vulnerability":{"id":"CVE-2031-0001","severity":"High"},"artifact":{"name":"%[4]s","version":"%[5]s","type":"%[3]s","purl":"%[6]s"}}],` +
		`"source":{"type":"image","target":{"userInput":"r.example/%[2]s:1","manifestDigest":"%[1]s","repoDigests":["r.example/%[2]s@%[1]s"]}},"descriptor":{"name":"grype","version":"1","timestamp":"2031-10-03T04:00:00Z"}}`,
	"cyclonedx": `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"timestamp":"2031-10-04T04:00:00Z","tools":{"components":[{"name":"syft"}]},"component":{"type":"container","name":"r.example/%[2]s:1","version":"%[1]s"}},` +
		`"components":[{"bom-ref":"a","type":"library","name":"%[4]s","version":"%[5]s","purl":"%[6]s"}],"vulnerabilities":[{"id":"CVE-2031-0001","ratings":[{"severity":"high"}],"affects":[{"ref":"a"}]}]}`,
	// Harbor tells no type and no package URL.
	"harbor": `{"application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0":{"generated_at":"2031-10-05T05:00:00Z","artifact":{"repository":"%[2]s","digest":"%[1]s","mime_type":"application/vnd.docker.distribution.manifest.v2+json"},` +
		`"scanner":{"name":"Clair","vendor":"CoreOS","version":"2.x"},"severity":"High","vulnerabilities":[{"id":"CVE-2031-0001","package":"%[4]s","version":"%[5]s","severity":"High","description":"","links":[]}]}}`,
}

func digestOf(name string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(name))) }

// TestOnePackage holds that a package is one, however scanners write its name
// and version: one finding, with all of them as its scanners.
func TestOnePackage(t *testing.T) {
	cases := map[string]struct {
		want    string
		reports map[string]said
	}{
		"maven": {"maven org.springframework:spring-core 5.3", map[string]said{
			"trivy":     {"jar", "org.springframework:spring-core", "5.3", "pkg:maven/org.springframework/spring-core@5.3"},
			"grype":     {"java-archive", "spring-core", "5.3", "pkg:maven/org.springframework/spring-core@5.3"},
			"cyclonedx": {"", "spring-core", "5.3", "pkg:maven/org.springframework/spring-core@5.3"},
			"harbor":    {"", "spring-core", "5.3", ""}}},
		"maven-without-url": {"maven org.springframework:spring-core 5.3", map[string]said{
			"trivy": {"jar", "org.springframework:spring-core", "5.3", ""}, "grype": {"java-archive", "spring-core", "5.3", ""}}},
		"pypi": {"pypi jinja2 2.0", map[string]said{
			"trivy": {"python-pkg", "Jinja2", "2.0", "pkg:pypi/jinja2@2.0"}, "grype": {"python", "jinja2", "2.0", "pkg:pypi/jinja2@2.0"},
			"cyclonedx": {"", "Jinja2", "2.0", "pkg:pypi/Jinja2@2.0"}, "harbor": {"", "Jinja2", "2.0", ""}}},
		"pypi-runs": {"pypi typing-extensions 4", map[string]said{
			"trivy": {"python-pkg", "typing_extensions", "4", "pkg:pypi/typing-extensions@4"}, "grype": {"python", "typing-extensions", "4", "pkg:pypi/typing-extensions@4"},
			"cyclonedx": {"", "typing.extensions", "4", "pkg:pypi/typing.extensions@4"}, "harbor": {"", "typing_extensions", "4", ""}}},
		"golang": {"golang golang.org/x/net 0.7.0", map[string]said{
			"trivy": {"gobinary", "golang.org/x/net", "v0.7.0", "pkg:golang/golang.org/x/net@v0.7.0"}, "grype": {"go-module", "golang.org/x/net", "v0.7.0", "pkg:golang/golang.org/x/net@v0.7.0"},
			"cyclonedx": {"", "golang.org/x/net", "0.7.0", "pkg:golang/golang.org/x/net@0.7.0"}, "harbor": {"", "golang.org/x/net", "v0.7.0", ""}}},
		"golang-case": {"golang github.com/Masterminds/sprig 2.0.0+incompatible", map[string]said{
			"trivy": {"gobinary", "github.com/Masterminds/sprig", "v2.0.0+incompatible", "pkg:golang/github.com/masterminds/sprig@v2.0.0%2Bincompatible"},
			"grype": {"go-module", "github.com/Masterminds/sprig", "v2.0.0+incompatible", "pkg:golang/github.com/Masterminds/sprig@v2.0.0%2Bincompatible"}}},
		"stdlib": {"golang stdlib 1.20.1", map[string]said{
			"trivy": {"gobinary", "stdlib", "v1.20.1", "pkg:golang/stdlib@v1.20.1"}, "grype": {"go-module", "stdlib", "go1.20.1", "pkg:golang/stdlib@1.20.1"},
			"cyclonedx": {"", "stdlib", "1.20.1", "pkg:golang/stdlib@1.20.1"}, "harbor": {"", "stdlib", "1.20.1", ""}}},
		"nuget": {"nuget newtonsoft.json 12.0", map[string]said{
			"trivy": {"dotnet-core", "Newtonsoft.Json", "12.0", "pkg:nuget/Newtonsoft.Json@12.0"}, "grype": {"dotnet", "newtonsoft.json", "12.0", "pkg:nuget/newtonsoft.json@12.0"}}},
		"rpm": {"rpm bash 5.1.8-1", map[string]said{
			"trivy": {"redhat", "bash", "5.1.8-1", "pkg:rpm/redhat/bash@5.1.8-1?arch=x86_64"}, "grype": {"rpm", "bash", "0:5.1.8-1", "pkg:rpm/redhat/bash@5.1.8-1?arch=x86_64"},
			"harbor": {"", "bash", "0:5.1.8-1", ""}}},
		"rpm-epoch": {"rpm expat 7:2.1-1", map[string]said{
			"trivy": {"redhat", "expat", "7:2.1-1", "pkg:rpm/redhat/expat@2.1-1?arch=x86_64&epoch=7"}, "cyclonedx": {"", "expat", "2.1-1", "pkg:rpm/redhat/expat@2.1-1?arch=x86_64&epoch=7"}}},
		"deb": {"deb libc6 2.36-9", map[string]said{
			"trivy": {"debian", "libc6", "2.36-9", "pkg:deb/debian/libc6@2.36-9?arch=amd64"}, "grype": {"deb", "libc6", "2.36-9", "pkg:deb/debian/libc6@2.36-9?arch=amd64"}}},
		"apk": {"apk libcrypto3 3.1-r0", map[string]said{
			"trivy": {"alpine", "libcrypto3", "3.1-r0", "pkg:apk/alpine/libcrypto3@3.1-r0"}, "grype": {"apk", "libcrypto3", "3.1-r0", "pkg:apk/alpine/libcrypto3@3.1-r0?upstream=openssl"}}},
		"npm": {"npm @angular/core 12", map[string]said{
			"trivy": {"node-pkg", "@angular/core", "12", "pkg:npm/%40angular/core@12"}, "grype": {"npm", "@angular/core", "12", "pkg:npm/%40angular/core@12"},
			"cyclonedx": {"", "core", "12", "pkg:npm/%40angular/core@12"}}},
		"composer": {"composer symfony/http-foundation 5.4.0", map[string]said{
			"trivy": {"composer", "symfony/http-foundation", "v5.4.0", "pkg:composer/symfony/http-foundation@v5.4.0"}, "grype": {"php-composer", "Symfony/Http-Foundation", "5.4.0", "pkg:composer/symfony/http-foundation@5.4.0"},
			"cyclonedx": {"", "http-foundation", "v5.4.0", "pkg:composer/symfony/http-foundation@v5.4.0"}}},
		"gem": {"gem rack 2.0", map[string]said{
			"trivy": {"gemspec", "rack", "2.0", "pkg:gem/rack@2.0"}, "grype": {"gem", "rack", "2.0", "pkg:gem/rack@2.0"}}},
		"cargo": {"cargo serde_json 1.0", map[string]said{
			"trivy": {"rustbinary", "serde_json", "1.0", "pkg:cargo/serde_json@1.0"}, "grype": {"rust-crate", "serde_json", "1.0", "pkg:cargo/serde_json@1.0"}}},
		"swift": {"swift github.com/apple/swift-nio 2.0", map[string]said{
			"trivy": {"swift", "github.com/apple/swift-nio", "2.0", "pkg:swift/github.com/apple/swift-nio@2.0"}, "grype": {"swift", "swift-nio", "2.0", "pkg:swift/github.com/apple/swift-nio.git/swift-nio@2.0"}}},
	}
	dir := t.TempDir()
	var paths []string
	for name, c := range cases {
		for format, s := range c.reports {
			path := filepath.Join(dir, name+"."+format+".json")
			if err := os.WriteFile(path, fmt.Appendf(nil, reportOf[format], digestOf(name), name, s.typ, s.name, s.version, s.purl), 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	if files, _, err := loaded(t, dir, paths); err != nil {
		t.Fatalf("%v: %+v", err, files)
	}
	db, err := store.Open(t.Context(), filepath.Join(dir, "t.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got := map[string]string{}
	for line := range strings.Lines(answer(t, db, `select digest, string_agg(concat_ws(' ', package_type, package_name, installed_version, 'by', len(scanners)), ', ')
			from findings join images using (image_id) group by all`)) {
		digest, found, _ := strings.Cut(strings.TrimSpace(line), " ")
		got[digest] = found
	}
	for name, c := range cases {
		if found, want := got[digestOf(name)], fmt.Sprintf("%s by %d", c.want, len(c.reports)); found != want {
			t.Errorf("%s: the findings are %s, want %s", name, found, want)
		}
	}
}
