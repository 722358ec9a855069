package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"argosy/schema"
)

// Two scanners looked at one image at the same time and call its distribution
// differently, and name other registries. What the image gets must not depend
// on which report was read first.
func TestScansOfTheSameTimeInAnyOrder(t *testing.T) {
	ctx := context.Background()
	at := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	scan := func(scanner, path, registry, distribution, version string) schema.StagedScan {
		return schema.StagedScan{Path: path, Key: "sha256:abc", Rows: 1, Findings: 1, Scan: schema.Scan{Scanner: scanner, At: at, TimeSource: schema.TimeReport,
			Image: schema.Image{Kind: schema.KindImage, Registry: registry, Repository: "team/app", Tag: "1", Digest: "sha256:abc",
				Distribution: distribution, DistributionVersion: version}}}
	}
	scans := []schema.StagedScan{
		scan("grype", "grype.json", "one.example", "redhat", "9.4"),
		scan("trivy", "trivy.json", "two.example", "rhel", "9"),
		scan("trivy", "trivy-2.json", "three.example", "rocky", "9.1"),
	}
	want := ""
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		path := filepath.Join(t.TempDir(), "a.db")
		l, err := NewLoader(ctx, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for n, i := range order {
			s := scans[i]
			s.No = n + 1
			row := schema.StagedFinding{Scan: s.No, Canonical: "CVE-2024-1", Finding: schema.Finding{VulnerabilityID: "CVE-2024-1", PackageType: "rpm", PackageName: "zlib",
				InstalledVersion: "1", PURL: "pkg:rpm/" + s.Path, FixStatus: schema.FixUnknown, Severity: schema.High, Status: schema.Unhealthy}}
			if err := l.Findings(ctx, []schema.StagedFinding{row}); err != nil {
				t.Fatal(err)
			}
			if err := l.Accept(ctx, n, []schema.StagedScan{s}, false); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.Commit(ctx, schema.Run{Started: at, Version: "test", Source: "reports"}); err != nil {
			t.Fatal(err)
		}
		got := table(t, path, "select distribution, distribution_version from images") +
			table(t, path, "select location_id, registry, is_primary from locations order by 1") +
			table(t, path, "select scan_id, path from scans order by 1") +
			table(t, path, "select scanners from findings")
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("read in the order %v, the database holds\n%swant what the order before gave:\n%s", order, got, want)
		}
	}
}
