package openvex

import (
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	mine := func(_, detected string) bool { return detected == "openvex" }
	// The products of a statement count, not the statements.
	formattest.CorpusCounted(t, Format, mine, func(file, detected string) bool { return mine(file, detected) && file != "vexctl/demo.vex.json" })
}
