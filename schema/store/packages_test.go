package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// found stores a scan of one image with a package for each vulnerability, as the
// rows are, in whatever spelling.
func found(t *testing.T, path string, at time.Time, scanner string, packages ...schema.Finding) schema.RunResult {
	t.Helper()
	scan := schema.Scan{Scanner: scanner, At: at, TimeSource: schema.TimeReport,
		Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: "team/app", Tag: "1", Digest: "sha256:abc"}}
	var rows []schema.StagedFinding
	for i, f := range packages {
		id := fmt.Sprintf("CVE-2031-000%d", i)
		f.VulnerabilityID, f.FixStatus, f.Severity, f.Status = id, schema.FixUnknown, schema.High, schema.Unhealthy
		rows = append(rows, schema.StagedFinding{Scan: 1, Canonical: id, Finding: f})
	}
	return run(t, path, at, "a.json", []schema.StagedScan{{No: 1, Path: "a.json", Key: "sha256:abc", Scan: scan}}, rows)
}

// before are packages as they were once stored.
var before = []schema.Finding{
	{PackageType: "pypi", PackageName: "Typing_Extensions", InstalledVersion: "4"},
	{PackageType: "golang", PackageName: "golang.org/x/net", InstalledVersion: "v0.7.0"},
	{PackageType: "golang", PackageName: "stdlib", InstalledVersion: "go1.20.1"},
	{PackageType: "maven", PackageName: "log4j-core", InstalledVersion: "2.14.1", PURL: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
	{PackageType: "maven", PackageName: "org.example/web", InstalledVersion: "1"},
	{PackageType: "nuget", PackageName: "Newtonsoft.Json", InstalledVersion: "12.0"},
	{PackageType: "composer", PackageName: "Acme/Web", InstalledVersion: "v1.0"},
	{PackageType: "rpm", PackageName: "bash", InstalledVersion: "0:5.1.8-1"},
	{PackageType: "deb", PackageName: "tar", InstalledVersion: "1:1.34"},
}

// canonical are the same as reports deliver them now.
func canonical() []schema.Finding {
	var out []schema.Finding
	for _, f := range before {
		p := schema.CanonicalPackage(schema.Package{Type: f.PackageType, Name: f.PackageName, Version: f.InstalledVersion}, f.PURL)
		f.PackageType, f.PackageName, f.InstalledVersion = p.Type, p.Name, p.Version
		out = append(out, f)
	}
	return out
}

func spelled(list []schema.Finding) string {
	var out strings.Builder
	for _, f := range list {
		fmt.Fprintln(&out, f.PackageType, f.PackageName, f.InstalledVersion)
	}
	return out.String()
}

const namedFindings = `select package_type, package_name, installed_version from findings join vulnerabilities using (vulnerability_id) order by id, package_name`

// TestOldSpellings scans an image again of which findings are stored in the
// spelling of a scanner: they are neither fixed nor new, and have their history.
func TestOldSpellings(t *testing.T) {
	path, other := filepath.Join(t.TempDir(), "a.db"), filepath.Join(t.TempDir(), "b.db")
	found(t, path, week(0), "trivy", before...)
	found(t, path, week(0), "grype", canonical()...)
	found(t, other, week(0), "trivy", before...)
	if res := found(t, path, week(1), "trivy", canonical()...); res.New != 0 || res.Fixed != 0 || res.Open != int64(len(before)) {
		t.Errorf("%d new, %d fixed, %d open", res.New, res.Fixed, res.Open)
	}
	if got, want := table(t, path, namedFindings), spelled(canonical()); got != want {
		t.Errorf("the findings are\n%swant\n%s", got, want)
	}
	const history = "select distinct array_to_string(scanners, ' '), first_seen = timestamp '2026-09-07', (select count(*) from spans) - (select count(*) from findings) from findings"
	if got := table(t, path, history); got != "grype trivy true 0\n" {
		t.Errorf("scanners, since the first scan, spans beyond one: %s", got)
	}

	fresh := filepath.Join(t.TempDir(), "c.db")
	load(t, fresh, week(0), "trivy", "CVE-2031-0009")
	if _, err := Combine(context.Background(), fresh, other, Options{}, false); err != nil {
		t.Fatal(err)
	}
	if got, want := table(t, fresh, namedFindings), spelled(canonical()); !strings.HasPrefix(got, want) {
		t.Errorf("a database of before, merged, has the findings\n%swant\n%s", got, want)
	}
}

// TestRulesNamePackages holds rules in any spelling against findings in the one.
func TestRulesNamePackages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	found(t, path, week(0), "trivy", canonical()...)
	for _, c := range []struct {
		rule schema.Exemption
		want int64
	}{
		{schema.Exemption{Package: "typing_extensions"}, 1},
		{schema.Exemption{Package: "Typing.Ext*", PackageType: "pypi"}, 1},
		{schema.Exemption{Package: "log4j-core"}, 1},
		{schema.Exemption{Package: "log4j*", PackageType: "maven"}, 1},
		{schema.Exemption{Package: "org.apache.logging.log4j:log4j-core"}, 1},
		{schema.Exemption{Package: "org.apache.logging.log4j/log4j-core"}, 1},
		{schema.Exemption{Package: "log4j"}, 0},
		{schema.Exemption{Package: "org.other:log4j-core"}, 0},
		{schema.Exemption{Package: "Newtonsoft.Json"}, 1},
		{schema.Exemption{Package: "acme/web", Version: "v1.0"}, 1},
		{schema.Exemption{Package: "golang.org/x/net", Version: "v0.7.0"}, 1},
		{schema.Exemption{Package: "golang.org/x/net", Version: "v0.7.1"}, 0},
		{schema.Exemption{Package: "bash", Version: "0:5.1.8-1"}, 1},
		{schema.Exemption{Vulnerability: "CVE-2031-0003", Package: "log4j-core"}, 1},
		{schema.Exemption{Repository: "team/*", Package: "log4j-core"}, 1},
		{schema.Exemption{PURL: "pkg:pypi/typing.extensions", PackageType: "pypi", Package: "typing.extensions"}, 1},
	} {
		c.rule.Source, c.rule.Reason = schema.ExemptCommand, "test"
		res, err := Exempt(context.Background(), path, Options{}, []schema.Exemption{c.rule})
		if err != nil {
			t.Fatal(err)
		}
		if res[0].Matched != c.want {
			t.Errorf("%+v matches %d findings, want %d", c.rule, res[0].Matched, c.want)
		}
	}
}
