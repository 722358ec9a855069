package sysdig

import (
	"strings"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	formattest.Corpus(t, Format, func(file, _ string) bool {
		return strings.Contains(file, "/sysdig")
	})
}
