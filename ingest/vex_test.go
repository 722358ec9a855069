package ingest

import (
	"testing"

	"argosy/schema"
)

// The identifiers follow the examples of the package URL and OpenVEX
// specifications.
func TestTargets(t *testing.T) {
	const digest = "sha256:244fd47e07d1004f0aed9c156aa09083c82bf8944eceb67c946ff7430510a77b"
	const escaped = "sha256%3A244fd47e07d1004f0aed9c156aa09083c82bf8944eceb67c946ff7430510a77b"
	for name, c := range map[string]struct {
		product schema.VEXProduct
		want    schema.Target
	}{
		"oci digest":      {schema.VEXProduct{ID: "pkg:oci/debian@" + escaped}, schema.Target{Digest: digest, Repository: "debian"}},
		"oci repository":  {schema.VEXProduct{ID: "pkg:oci/debian@" + escaped + "?repository_url=docker.io/library/debian"}, schema.Target{Digest: digest, Registry: "docker.io", Repository: "library/debian"}},
		"oci folder":      {schema.VEXProduct{ID: "pkg:oci/app@" + escaped + "?repository_url=ghcr.io/org"}, schema.Target{Digest: digest, Registry: "ghcr.io", Repository: "org/app"}},
		"oci host":        {schema.VEXProduct{ID: "pkg:oci/static?repository_url=gcr.io/distroless/static&tag=latest"}, schema.Target{Registry: "gcr.io", Repository: "distroless/static", Tag: "latest"}},
		"docker":          {schema.VEXProduct{ID: "pkg:docker/customer/dockerimage@" + escaped + "?repository_url=gcr.io"}, schema.Target{Digest: digest, Registry: "gcr.io", Repository: "customer/dockerimage"}},
		"digest":          {schema.VEXProduct{ID: digest}, schema.Target{Digest: digest}},
		"bare digest":     {schema.VEXProduct{ID: digest[7:]}, schema.Target{Digest: digest}},
		"reference":       {schema.VEXProduct{ID: "ghcr.io/org/app:1.2"}, schema.Target{Registry: "ghcr.io", Repository: "org/app", Tag: "1.2"}},
		"short reference": {schema.VEXProduct{ID: "nginx"}, schema.Target{Registry: "docker.io", Repository: "library/nginx"}},
		"package":         {schema.VEXProduct{ID: "pkg:apk/wolfi/bash@1.0.0?arch=x86_64"}, schema.Target{PURL: "pkg:apk/wolfi/bash?arch=x86_64", PackageType: "apk", PackageName: "bash", PackageVersion: "1.0.0"}},
		"escaped package": {schema.VEXProduct{ID: "pkg:deb/ubuntu/libstdc%2B%2B6@12.3.0-1ubuntu1~22.04"}, schema.Target{PURL: "pkg:deb/ubuntu/libstdc++6", PackageType: "deb", PackageName: "libstdc++6", PackageVersion: "12.3.0-1ubuntu1~22.04"}},
		"rpm epoch":       {schema.VEXProduct{ID: "pkg:rpm/redhat/expat@2.1-1?epoch=7"}, schema.Target{PURL: "pkg:rpm/redhat/expat", PackageType: "rpm", PackageName: "expat", PackageVersion: "7:2.1-1"}},
		"scoped package":  {schema.VEXProduct{ID: "pkg:npm/%40angular/core@12"}, schema.Target{PURL: "pkg:npm/@angular/core", PackageType: "npm", PackageName: "@angular/core", PackageVersion: "12"}},
		"maven":           {schema.VEXProduct{ID: "pkg:maven/org.Spring/spring-boot"}, schema.Target{PURL: "pkg:maven/org.spring/spring-boot", PackageType: "maven", PackageName: "org.spring:spring-boot"}},
		"package in image": {schema.VEXProduct{ID: "nginx:1.27", Subcomponents: []string{"pkg:deb/debian/curl"}},
			schema.Target{Registry: "docker.io", Repository: "library/nginx", Tag: "1.27", PURL: "pkg:deb/debian/curl", PackageType: "deb", PackageName: "curl"}},
		"package in package": {schema.VEXProduct{ID: "pkg:golang/example.com/app", Subcomponents: []string{"pkg:golang/example.com/lib@v1"}}, schema.Target{}},
		"web address":        {schema.VEXProduct{ID: "https://example.com/products/9"}, schema.Target{}},
		"second identifier":  {schema.VEXProduct{ID: "https://example.com/products/9", Digests: []string{digest}}, schema.Target{Digest: digest}},
	} {
		t.Run(name, func(t *testing.T) {
			got := targets(&schema.VEXStatement{Products: []schema.VEXProduct{c.product}})
			c.want.Product = c.product.ID
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("targets of %+v:\ngot  %+v\nwant %+v", c.product, got, c.want)
			}
		})
	}
}
