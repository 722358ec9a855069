package ingest

import (
	"argosy/ingest/defender"
	"argosy/ingest/format"
	"argosy/ingest/grype"
	"argosy/ingest/sarif"
	"argosy/ingest/trivy"
)

// Formats lists the formats that argosy reads, in the order in which they are
// asked; the best match wins, the earlier one among equals.
func Formats() []format.Format {
	return []format.Format{
		trivy.Format,
		grype.Format,
		sarif.Format,
		defender.Format,
	}
}
