package demo

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fleetFiles makes a small fleet and returns its files.
func fleetFiles(t *testing.T, o Options) (map[string][]byte, Summary) {
	t.Helper()
	o.Dir = t.TempDir()
	sum, err := Generate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err = filepath.WalkDir(o.Dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(o.Dir, p)
		files[rel], err = os.ReadFile(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, sum
}

func TestSameOptionsSameBytes(t *testing.T) {
	a, _ := fleetFiles(t, Options{Findings: 1500, Seed: 7})
	b, _ := fleetFiles(t, Options{Findings: 1500, Seed: 7})
	c, _ := fleetFiles(t, Options{Findings: 1500, Seed: 8})
	if len(a) != len(b) {
		t.Fatalf("%d and %d files", len(a), len(b))
	}
	differ := 0
	for name := range a {
		if sha256.Sum256(a[name]) != sha256.Sum256(b[name]) {
			t.Errorf("%s differs between two runs", name)
		}
		if string(a[name]) != string(c[name]) {
			differ++
		}
	}
	if differ == 0 {
		t.Error("another seed gives the same files")
	}
}

// TestSummaryIsTrue reads the files back and counts.
func TestSummaryIsTrue(t *testing.T) {
	files, sum := fleetFiles(t, Options{Findings: 1500, Seed: 3})
	var trivy, grype, defender int64
	for name, data := range files {
		if name == "README.txt" {
			continue
		}
		if strings.HasSuffix(name, ".gz") {
			z, err := gzip.NewReader(strings.NewReader(string(data)))
			if err != nil {
				t.Fatal(name, err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatal(name, err)
			}
		}
		var doc struct {
			Results []struct{ Vulnerabilities []any }
			Matches []any
			Value   []any
			Data    []struct {
				Properties struct{ AdditionalData struct{ CvesDetails string } }
			}
		}
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range doc.Results {
			trivy += int64(len(r.Vulnerabilities))
		}
		grype += int64(len(doc.Matches))
		defender += int64(len(doc.Value))
		for _, row := range doc.Data {
			var cves []any
			switch err := json.Unmarshal([]byte(row.Properties.AdditionalData.CvesDetails), &cves); {
			case err == nil:
				defender += int64(len(cves))
			case strings.Contains(name, "-s4"): // not scanned
			default:
				defender++
			}
		}
	}
	if int64(len(files)-1) != sum.Files {
		t.Errorf("%d files, the summary says %d", len(files)-1, sum.Files)
	}
	if trivy != sum.Trivy || grype != sum.Grype || defender != sum.Defender {
		t.Errorf("rows %d %d %d, the summary says %d %d %d", trivy, grype, defender, sum.Trivy, sum.Grype, sum.Defender)
	}
}

func TestCatalogue(t *testing.T) {
	cat, err := loadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	if len(cat) < 140 {
		t.Errorf("only %d entries", len(cat))
	}
	id := regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`)
	seen := map[string]bool{}
	for _, e := range cat {
		key := fmt.Sprint(e.id, e.ecosystem, e.pkg, e.installed)
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if !id.MatchString(e.id) || e.title == "" || e.published.After(lastScan()) || e.cvss < 0 || e.cvss > 10 {
			t.Errorf("entry %+v is broken", e)
		}
	}
}
