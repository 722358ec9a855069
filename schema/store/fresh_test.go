package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"argosy/schema"
)

// TestFirstScans loads the same scans of new images twice: once they tell how
// many findings they have, and go in as they are, and once they do not, and are
// compared. Some rows have details, one scan has a finding twice, one is
// followed by another of its image, and two rows are one by their names.
func TestFirstScans(t *testing.T) {
	ctx := context.Background()
	load := func(tell bool) string {
		path := filepath.Join(t.TempDir(), "a.db")
		l, err := NewLoader(ctx, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		var scans []schema.StagedScan
		var rows []schema.StagedFinding
		for i := range 8 {
			image := fmt.Sprintf("sha256:%064d", min(i, 6)) // the last two are of one image
			scans = append(scans, schema.StagedScan{No: i + 1, Path: fmt.Sprintf("%d.json", i), Key: image, Scan: schema.Scan{Scanner: []string{"trivy", "grype"}[i/7], At: week(i % 3),
				TimeSource: schema.TimeReport, Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: fmt.Sprintf("app%d", i), Digest: image, Distribution: "debian"}}})
			for id := range 5 {
				f := schema.StagedFinding{Scan: i + 1, Canonical: fmt.Sprintf("CVE-2026-%04d", id), Finding: schema.Finding{VulnerabilityID: fmt.Sprintf("CVE-2026-%04d", id),
					PackageType: []string{"deb", "", "npm"}[id%3], PackageName: "p", InstalledVersion: "1", FixStatus: schema.FixUnknown, Paths: []string{"/a", "/b"}[:id%3],
					Severity: schema.High, SeverityRaw: "h", SeveritySource: []string{"nvd", "debian"}[id%2], CVSS: float64(id), Status: schema.Unhealthy, Layer: "sha256:l", PURL: "pkg:deb/p@1"}}
				switch {
				case i == 1 && id == 1:
					f.StatusCause, f.StatusReason, f.Status, f.PublishedAt, f.FixedVersion, f.Extra = "by hand", "why", schema.NotApplicable, week(0), "2", []byte(`{"a":1}`)
				case i == 2:
					f.Row = &schema.ResourceRow{ID: "/Row", Name: "row", Type: "microsoft.security/assessments/subassessments", Properties: []byte(`{"displayName":"d"}`)}
				case i == 3 && id == 4:
					f = rows[len(rows)-1] // the same again
				case i == 4 && id == 4:
					f.VulnerabilityID, f.Canonical, f.Aliases = "GHSA-aaaa-bbbb-cccc", "GHSA-aaaa-bbbb-cccc", []string{"CVE-2026-0003"}
					f.PackageType, f.InstalledVersion = "deb", "1"
				case i == 5:
					f.Running = "/pods/a"
				}
				if tell && id%2 == 0 {
					f.ID = f.FindingID(image)
				}
				rows = append(rows, f)
			}
		}
		if tell {
			counted(scans, rows)
			scans[3].Findings--
		}
		if err := l.Findings(ctx, rows); err != nil {
			t.Fatal(err)
		}
		if err := l.Accept(ctx, 1, scans, true); err != nil {
			t.Fatal(err)
		}
		res, err := l.Commit(ctx, schema.Run{Started: week(0), Version: "test", Source: "a", Files: []schema.FileResult{{No: 1, Path: "a", State: schema.FileStored}}})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintln(res) + table(t, path, "select columns(*)::varchar from findings order by all") +
			table(t, path, "select columns(*)::varchar from sightings order by all") + table(t, path, "select columns(*)::varchar from spans order by all")
	}
	as, compared := load(true), load(false)
	if as != compared {
		t.Error(firstDifference(as, compared))
	}
}
