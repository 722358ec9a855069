package ingest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"argosy/docs"
)

// TestEveryFormat keeps the list of formats, their packages, their cases,
// their fuzz targets and their documentation in step.
func TestEveryFormat(t *testing.T) {
	var headings []string
	for _, s := range docs.Formats() {
		headings = append(headings, s.Heading)
	}
	targets := fuzzTargets(t)
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Title == "" || f.Detect == nil || f.Decode == nil {
			t.Errorf("the format %q (%s) is not complete", f.Name, f.Title)
			continue
		}
		if seen[f.Name] {
			t.Errorf("%s is listed twice", f.Name)
		}
		seen[f.Name] = true
		cases, err := filepath.Glob(filepath.Join("..", "testdata", "reports", f.Name, "*", "report.*"))
		if err != nil || len(cases) == 0 {
			t.Errorf("%s has no case in testdata/reports/%s", f.Name, f.Name)
		}
		if !targets[f.Name] {
			t.Errorf("%s has no fuzz target: its tests need formattest.Fuzz", f.Name)
		}
		if _, ok := docs.About(f.Title); !ok {
			t.Errorf("%s has no section in docs/formats.md that begins %q", f.Name, "## "+f.Title)
		}
	}
	folders, err := filepath.Glob(filepath.Join("..", "testdata", "reports", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range folders {
		if !seen[filepath.Base(dir)] {
			t.Errorf("%s holds the cases of no format that is listed", dir)
		}
	}
	if !isSorted(headings) {
		t.Errorf("the sections of docs/formats.md are not in the order of the alphabet: %q", headings)
	}
}

func isSorted(headings []string) bool {
	for i := 1; i < len(headings); i++ {
		if strings.ToLower(headings[i-1]) > strings.ToLower(headings[i]) {
			return false
		}
	}
	return true
}

// fuzzTargets finds the formats that tests fuzz: by the name of the package,
// and where a package has several formats by the name of the format.
func fuzzTargets(t *testing.T) map[string]bool {
	files, err := filepath.Glob(filepath.Join("*", "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests of formats are found: %v", err)
	}
	fuzz := regexp.MustCompile(`formattest\.Fuzz\(\w+, (\w+)`)
	out := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fuzz.FindAllStringSubmatch(string(text), -1) {
			out[filepath.Base(filepath.Dir(file))] = true
			out[strings.ToLower(m[1])] = true
		}
	}
	return out
}
