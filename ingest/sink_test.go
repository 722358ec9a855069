package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/schema"
	"argosy/schema/store"
)

// TestFindingsOfOneImage holds the findings that a file reports against those
// that the database opens: a file with several scans of one image tells of a
// finding once, and of several images once for each.
func TestFindingsOfOneImage(t *testing.T) {
	project := func(image, id string) string {
		return `{"vulnerabilities":[{"id":"` + id + `","packageName":"tar","version":"1.34","packageManager":"deb","severity":"low","title":"t","from":["a"]}],` +
			`"packageManager":"deb","docker":{},"projectName":"docker-image|` + image + `","path":"` + image + `:1"}`
	}
	for name, c := range map[string]struct {
		projects               []string
		images, rows, findings int64
	}{
		"one image twice":       {[]string{project("web", "SNYK-A"), project("web", "SNYK-A")}, 1, 2, 1},
		"one image and another": {[]string{project("web", "SNYK-A"), project("app", "SNYK-A")}, 2, 2, 2},
		"more in the second":    {[]string{project("web", "SNYK-A"), project("web", "SNYK-B")}, 1, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, db := filepath.Join(dir, "report.json"), filepath.Join(dir, "t.db")
			if err := os.WriteFile(path, []byte("["+strings.Join(c.projects, ",")+"]"), 0o600); err != nil {
				t.Fatal(err)
			}
			l, err := store.NewLoader(t.Context(), db, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
			files, err := ingest.Load(t.Context(), []string{path}, l, ingest.Options{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			res, err := l.Commit(t.Context(), schema.Run{Started: now, Source: "test", Files: files})
			if err != nil {
				t.Fatal(err)
			}
			if f := files[0]; f.Images != c.images || f.Rows != c.rows || f.Findings != c.findings || res.Open != c.findings {
				t.Errorf("%d images, %d rows, %d findings reported and %d opened; want %d, %d, %d", f.Images, f.Rows, f.Findings, res.Open, c.images, c.rows, c.findings)
			}
		})
	}
}

// loaded stores reports in a new database below dir as one run, in 2032.
func loaded(t *testing.T, dir string, paths []string) ([]schema.FileResult, schema.RunResult, error) {
	t.Helper()
	l, err := store.NewLoader(t.Context(), filepath.Join(dir, "t.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
	files, err := ingest.Load(t.Context(), paths, l, ingest.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	res, err := l.Commit(t.Context(), schema.Run{Started: now, Source: "test", Files: files})
	return files, res, err
}

// TestScanOfAFarFuture holds that a time which cannot be is told and not taken:
// the findings of the report count, and so do those of the other files.
func TestScanOfAFarFuture(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for name, year := range map[string]string{"now": "2031", "far": "9999", "later": "2230"} {
		paths = append(paths, filepath.Join(dir, name+".json"))
		doc := `{"matches":[{"vulnerability":{"id":"CVE-2031-0131","severity":"Low"},"artifact":{"name":"tar","version":"1.34","type":"deb"}}],` +
			`"source":{"type":"image","target":{"userInput":"` + name + `:1"}},"descriptor":{"name":"grype","version":"1","timestamp":"` + year + `-06-01T00:00:00Z"}}`
		if err := os.WriteFile(paths[len(paths)-1], []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, res, err := loaded(t, dir, paths)
	if err != nil || res.Open != 3 {
		t.Fatalf("%d findings open: %v", res.Open, err)
	}
	for i, f := range files {
		want := int64(1)
		if strings.HasSuffix(paths[i], "now.json") {
			want = 0
		}
		if f.State != schema.FileStored || f.Rows != 1 || f.Skipped != want {
			t.Errorf("%s: %s, %d rows, %d told", paths[i], f.State, f.Rows, f.Skipped)
		}
	}
}

// TestOddNames puts names that mean something to a database where a report
// has those of distributions: the run must take them as names.
func TestOddNames(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i, name := range []string{`odd[one`, `odd.one`, `odd\"one`, `odd\\one`, `odd'one`, "$"} {
		paths = append(paths, filepath.Join(dir, string(rune('a'+i))+".json"))
		doc := `{"SchemaVersion":2,"ArtifactName":"shop/` + string(rune('a'+i)) + `:1","Metadata":{"OS":{"Family":"` + name + `","Name":"1"}},"Results":[{"Target":"os","Class":"os-pkgs","Type":"debian",` +
			`"Vulnerabilities":[{"VulnerabilityID":"CVE-2031-0141","PkgName":"tar","InstalledVersion":"1","Severity":"LOW","VendorSeverity":{"debian":1,"` + name + `":3,"ghsa":"High"}}]}]}`
		if err := os.WriteFile(paths[i], []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, res, err := loaded(t, dir, paths)
	if err != nil || res.Open != int64(len(paths)) {
		t.Fatalf("%d findings open, want %d: %v", res.Open, len(paths), err)
	}
}
