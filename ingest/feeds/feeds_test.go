package feeds

import (
	"testing"

	"argosy/ingest/formattest"
)

func TestKEV(t *testing.T)       { formattest.Cases(t, KEV) }
func TestEPSS(t *testing.T)      { formattest.Cases(t, EPSS) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, KEV) }
func FuzzKEV(f *testing.F)       { formattest.Fuzz(f, KEV) }
func FuzzEPSS(f *testing.F)      { formattest.Fuzz(f, EPSS) }
