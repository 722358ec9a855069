package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"argosy/schema"
)

// tellText stores a scan of an image with one finding and the text of its
// vulnerability.
func tellText(t *testing.T, path, image string, at time.Time, text schema.Vulnerability) {
	t.Helper()
	ctx := context.Background()
	l, err := NewLoader(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f := schema.Finding{VulnerabilityID: text.ID, Aliases: text.Aliases, PackageType: "rpm", PackageName: "zlib", InstalledVersion: "1", Severity: schema.High,
		FixStatus: schema.FixUnknown, Status: schema.Unhealthy}
	canonical := schema.CanonicalID(text.ID, text.Aliases)
	if err := l.Findings(ctx, []schema.StagedFinding{{Scan: 1, Canonical: canonical, Finding: f}}); err != nil {
		t.Fatal(err)
	}
	if err := l.Advisories(ctx, []schema.StagedAdvisory{{File: 1, Scanner: "trivy", Canonical: canonical, Vulnerability: text}}); err != nil {
		t.Fatal(err)
	}
	scan := schema.Scan{Scanner: "trivy", At: at, TimeSource: schema.TimeReport,
		Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: "team/" + image, Tag: "1", Digest: "sha256:" + image}}
	if err := l.Accept(ctx, 1, []schema.StagedScan{{No: 1, Path: "a.json", Key: "sha256:" + image, Scan: scan, Rows: 1, Findings: 1}}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Commit(ctx, schema.Run{Started: at, Version: "test", Source: "a.json", Files: []schema.FileResult{{No: 1, Path: "a.json", State: schema.FileStored}}}); err != nil {
		t.Fatal(err)
	}
}

// TestNewerTextWins holds that the text of the newest report stands, whichever
// came last, and that what it does not say is taken from the older.
func TestNewerTextWins(t *testing.T) {
	old := schema.Vulnerability{ID: "CVE-2031-1", Title: "first", Description: "What was known.", References: []string{"https://a.example"},
		CVSS: []schema.CVSS{{Source: "nvd", Version: "3.1", Score: 5.5}}, Modified: week(0)}
	newer := schema.Vulnerability{ID: "CVE-2031-1", Description: "What is known now.", References: []string{"https://a.example", "https://b.example"},
		CVSS: []schema.CVSS{{Source: "nvd", Version: "3.1", Score: 9.8}}, Modified: week(2)}
	const want = "first What is known now. https://a.example https://b.example 9.8 2026-09-21\n"
	for name, order := range map[string][3]int{"in order": {0, 1, 2}, "the old last": {0, 2, 1}, "the new first": {2, 0, 1}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			for _, n := range order {
				switch n {
				case 0:
					tellText(t, path, "one", week(0), old)
				case 1:
					// The same text again must not make what comes between newer.
					tellText(t, path, "two", week(1), old)
				case 2:
					tellText(t, path, "three", week(2), newer)
				}
			}
			if got := table(t, path, `select title, description, array_to_string("references", ' '), cvss_v3, strftime(modified, '%Y-%m-%d') from vulnerabilities`); got != want {
				t.Errorf("the catalogue says\n%swant\n%s", got, want)
			}
		})
	}
}

// TestAdvisoryOfSeveral holds that an advisory which covers two CVEs answers to
// both and is not exempt because one of them is.
func TestAdvisoryOfSeveral(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	tellText(t, path, "app", week(0), schema.Vulnerability{ID: "ELSA-2031-1", Aliases: []string{"CVE-2031-1", "CVE-2031-2"}})
	image := schema.Target{Product: "app", Digest: "sha256:app"}
	res := tell(t, path, statement("d", "CVE-2031-1", schema.VEXNotAffected, 2, image))
	const want = "ELSA-2031-1 CVE-2031-1 CVE-2031-2 Unhealthy\n"
	if got := table(t, path, "select vulnerability, array_to_string(aliases, ' '), status from subassessments"); got != want || res.Unmatched != 1 {
		t.Errorf("the finding is\n%swith %d statements unmatched, want 1 and\n%s", got, res.Unmatched, want)
	}
	tell(t, path, statement("e", "ELSA-2031-1", schema.VEXNotAffected, 3, image))
	if got := table(t, path, "select status from subassessments"); got != "NotApplicable\n" {
		t.Errorf("with a statement about the advisory itself the finding is %s", got)
	}
}
