package snyk

import (
	"slices"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	const code = "defectdojo/snyk_issue_api/snyk_code_scan_api_many_vuln.json"
	claims := func(file, detected string) bool {
		return detected == "snyk" || detected == "snyk-array" || slices.Contains([]string{code, "defectdojo/snyk_issue_api/empty.json", "jenkins/snyk-report-edge-cases.json"}, file)
	}
	formattest.CorpusCounted(t, Format, claims, func(file, _ string) bool {
		// One is counted without the applications in the image, one with issues
		// about code that are no packages' vulnerabilities.
		return file != "defectdojo/snyk/snykcontainer_issue_epss.json" && file != code
	})
}

func TestImageName(t *testing.T) {
	for _, c := range []struct{ repository, path, want string }{
		{"org/app", "org/app:latest/juice", "org/app:latest"},
		{"org/app", "org/app:latest", "org/app:latest"},
		{"localhost:5000/app", "localhost:5000/app/target", "localhost:5000/app"},
		{"", "registry.example.com:5000/app:1.2/package.json", "registry.example.com:5000/app:1.2"},
		{"app", "application:1/x", "application:1"},
		{"app", "", "app"},
		{"", "ghcr.io/a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000/x", "ghcr.io/a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000"},
		{"", "image.tar", "image.tar"},
	} {
		if got := imageName(c.repository, c.path); got != c.want {
			t.Errorf("imageName(%q, %q) = %q, want %q", c.repository, c.path, got, c.want)
		}
	}
}
