package attestation_test

import (
	"testing"

	"argosy/ingest"
	"argosy/ingest/format"
	"argosy/ingest/formattest"
)

// attestations is the format over all the others, as ingest lists it.
func attestations() format.Format {
	all := ingest.Formats()
	return all[len(all)-1]
}

func TestCases(t *testing.T)     { formattest.Cases(t, attestations()) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, attestations()) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, attestations()) }

func TestCorpus(t *testing.T) {
	formattest.CorpusCounted(t, attestations(), func(file, _ string) bool {
		switch file {
		case "cosign/spec-vuln-predicate.json", "cosign/vuln-predicate.json", "guac/certify-vuln.json":
			return true
		}
		return false
	}, func(string, string) bool { return false })
}
