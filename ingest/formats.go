package ingest

import (
	"argosy/ingest/anchore"
	"argosy/ingest/aqua"
	"argosy/ingest/asff"
	"argosy/ingest/attestation"
	"argosy/ingest/clair"
	"argosy/ingest/csaf"
	"argosy/ingest/csvmap"
	"argosy/ingest/cyclonedx"
	"argosy/ingest/defectdojo"
	"argosy/ingest/defender"
	"argosy/ingest/defenderportal"
	"argosy/ingest/dependencytrack"
	"argosy/ingest/ecr"
	"argosy/ingest/feeds"
	"argosy/ingest/format"
	"argosy/ingest/gar"
	"argosy/ingest/gitlab"
	"argosy/ingest/grype"
	"argosy/ingest/harbor"
	"argosy/ingest/inspector2"
	"argosy/ingest/neuvector"
	"argosy/ingest/openvex"
	"argosy/ingest/operator"
	"argosy/ingest/osv"
	"argosy/ingest/other"
	"argosy/ingest/sarif"
	"argosy/ingest/snyk"
	"argosy/ingest/spdx"
	"argosy/ingest/sysdig"
	"argosy/ingest/trivy"
	"argosy/ingest/twistlock"
	"argosy/ingest/wiz"
	"argosy/ingest/xray"
)

// Formats lists the formats that argosy reads, in the order in which they are
// asked; the best match wins, the earlier one among equals. Attestations hold
// reports of the others.
func Formats() []format.Format {
	return append(reports(), attestation.Over(reports()))
}

// reports lists the formats of reports.
func reports() []format.Format {
	return []format.Format{
		trivy.Format,
		grype.Format,
		sarif.Format,
		spdx.Format,
		openvex.Format,
		csaf.Format,
		cyclonedx.Format,
		defender.Format,
		defenderportal.Format,
		twistlock.Format,
		aqua.Format,
		neuvector.Format,
		xray.Format,
		anchore.Format,
		sysdig.Format,
		wiz.Format,
		dependencytrack.Format,
		defectdojo.Format,
		csvmap.Format,
		osv.Format,
		inspector2.Format,
		ecr.Format,
		asff.Format,
		feeds.KEV,
		feeds.EPSS,
		harbor.Format,
		gar.Format,
		snyk.Format,
		clair.Format,
		gitlab.Format,
		operator.Format,
		other.Format,
	}
}

// WithMapping puts the reading of tables by a mapping before the formats.
func WithMapping(m *csvmap.Mapping) []format.Format {
	return append([]format.Format{m.Format()}, Formats()...)
}
