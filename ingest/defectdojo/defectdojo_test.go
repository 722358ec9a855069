package defectdojo

import (
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestTools(t *testing.T) {
	for in, want := range map[string]string{"Trivy Scan": "trivy", "['Anchore Grype']": "grype", "": "defectdojo", "[12]": "defectdojo", "Twistlock Image Scan, X": "prisma"} {
		if got := tool(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
