package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"argosy/schema"
)

// scoped is a finding where it lies, as an exemption's scope sees it.
type scoped struct {
	image   schema.Image
	finding schema.Finding
}

// holds says by the words of schema.Exemption whether its scope takes in a finding.
func (s scoped) holds(e schema.Exemption) bool {
	like := func(pattern, text string) bool {
		if pattern == "" {
			return true
		}
		p := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		return regexp.MustCompile("(?s)^" + p + "$").MatchString(text)
	}
	is := func(want, got string) bool { return want == "" || want == got }
	f := s.finding
	purl, _, _ := strings.Cut(f.PURL, "@")
	packaged := is(e.PackageType, f.PackageType) && like(strings.ToLower(e.Package), strings.ToLower(f.PackageName))
	if e.PURL != "" && purl != "" {
		packaged = e.PURL == strings.ToLower(purl)
	}
	within := e.Path == ""
	if !within && len(f.Paths) > 0 {
		within = true
		for _, p := range f.Paths {
			within = within && pathLike(strings.TrimPrefix(e.Path, "/"), strings.TrimPrefix(p, "/"))
		}
	}
	return packaged && within && is(e.Version, f.InstalledVersion) && is(e.Vulnerability, f.VulnerabilityID) && is(e.Digest, s.image.Digest) &&
		like(e.Registry, s.image.Registry) && like(e.Repository, s.image.Repository) && like(e.Tag, s.image.Tag) && like(e.Team, "unowned")
}

// pathLike goes through a pattern part by part: ** stands for any number of folders.
func pathLike(pattern, path string) bool {
	head, rest, deeper := strings.Cut(pattern, "/")
	if head == "**" && deeper {
		if pathLike(rest, path) {
			return true
		}
		_, below, ok := strings.Cut(path, "/")
		return ok && pathLike(pattern, below)
	}
	if head == "**" {
		return true
	}
	part, below, ok := strings.Cut(path, "/")
	match, err := filepath.Match(strings.ReplaceAll(head, "[", `\[`), part)
	return err == nil && match && ok == deeper && (!deeper || pathLike(rest, below))
}

// TestScopes wants every exemption to match what the words of its scope say, whichever
// of them it has.
func TestScopes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	r := rand.New(rand.NewPCG(6, 7))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var all []scoped
	var scans []schema.StagedScan
	var rows []schema.StagedFinding
	for no := 1; no <= 12; no++ {
		digest := fmt.Sprintf("sha256:%064d", no)
		image := schema.Image{Kind: schema.KindImage, Registry: pick("r.example", "mirror.example"), Repository: pick("pay/api", "pay/web", "shop/web"), Tag: pick("1.0", "1.1", "edge"), Digest: digest}
		scans = append(scans, schema.StagedScan{No: no, Path: "a.json", Key: digest, Scan: schema.Scan{Scanner: "trivy", At: week(0), TimeSource: schema.TimeReport, Image: image}})
		for k := range 6 {
			id := fmt.Sprintf("CVE-2031-%04d", k)
			f := schema.Finding{VulnerabilityID: id, PackageType: pick("deb", "npm"), PackageName: pick("libSSL", "libssh", "tar", "left-pad"), InstalledVersion: pick("1", "2"),
				FixStatus: schema.FixUnknown, Severity: schema.High, SeverityRaw: "HIGH", Status: schema.Unhealthy}
			if r.IntN(2) == 0 {
				f.PURL = "pkg:" + f.PackageType + "/" + f.PackageName + "@" + f.InstalledVersion
			}
			if r.IntN(2) == 0 {
				f.Paths = []string{pick("app/a.js", "/opt/lib/b.so", "app/[id]/a.js")}
			}
			if f.Paths != nil && r.IntN(3) == 0 {
				f.Paths = append(f.Paths, pick("app/b/a.js", "opt/lib/c.so"))
			}
			all = append(all, scoped{image, f})
			rows = append(rows, schema.StagedFinding{Scan: no, Canonical: id, Finding: f})
		}
	}
	run(t, path, week(0), "a.json", scans, rows)
	exemptions := scopes(r, pick)
	res, err := Exempt(context.Background(), path, Options{}, exemptions)
	if err != nil {
		t.Fatal(err)
	}
	matched := 0
	for i, e := range exemptions {
		want := 0
		for _, s := range all {
			if s.holds(e) {
				want++
			}
		}
		if int(res[i].Matched) != want {
			t.Errorf("%+v matches %d findings, want %d", e, res[i].Matched, want)
		}
		if want > 0 {
			matched++
		}
	}
	if matched < len(exemptions)/4 {
		t.Errorf("%d of %d exemptions match something: too few to tell", matched, len(exemptions))
	}
}

// scopes are exemptions with any of the conditions that there are.
func scopes(r *rand.Rand, pick func(...string) string) []schema.Exemption {
	var out []schema.Exemption
	for len(out) < 300 {
		e := schema.Exemption{Reason: "accepted", Who: "me", Source: schema.ExemptFile, Origin: "test", Place: fmt.Sprint(len(out))}
		for _, set := range []func(){
			func() { e.Vulnerability = pick("CVE-2031-0001", "CVE-2031-0004") },
			func() { e.Package = pick("libssl", "lib*", "*-pad", "t?r", "*") },
			func() { e.PURL = pick("pkg:deb/tar", "pkg:npm/left-pad", "pkg:deb/libssl") },
			func() { e.PackageType = pick("deb", "npm") },
			func() { e.Version = "2" },
			func() { e.Digest = fmt.Sprintf("sha256:%064d", 1+r.IntN(12)) },
			func() { e.Registry = pick("r.example", "m*", "*.example") },
			func() { e.Repository = pick("pay/*", "*/web", "shop/web", "*") },
			func() { e.Tag = pick("1.?", "edge") },
			func() { e.Team = pick("unowned", "un*", "pay") },
			func() {
				e.Path = pick("/app/*", "opt/lib/b.so", "**/*.js", "**/a.js", "app/**", "app/[id]/*", "/opt/l?b/*.so")
			},
		} {
			if r.IntN(5) == 0 {
				set()
			}
		}
		if e.Scoped() {
			out = append(out, e)
		}
	}
	return out
}
