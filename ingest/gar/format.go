// Package gar reads what Google's Artifact Analysis (Container Analysis,
// On-Demand Scanning; Grafeas API v1 and v1beta1) finds in images: what gcloud
// prints as JSON when it describes an image with its vulnerabilities, lists
// the vulnerabilities of a scan or images with their occurrences, and the
// occurrences of the REST API.
//
// An occurrence is one row for each package that it names.
package gar

import "argosy/ingest/format"

// scanner is the name of the service.
const scanner = "artifact-analysis"

// Format reads occurrences of vulnerabilities.
var Format = format.Format{
	Name:   "gar",
	Title:  "Google Artifact Analysis",
	Detect: detect,
	Decode: decode,
}

const unasked = "the description of an image was made without --show-package-vulnerability and names no vulnerabilities"

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	n := o.Count("discovery_summary", "package_vulnerability_summary", "image_summary", "image_summary.fully_qualified_digest")
	switch {
	case o.HasAny("discovery_summary", "package_vulnerability_summary"):
		return format.Match{Verdict: format.Yes, Score: n + 2}
	case o.Has("image_summary.fully_qualified_digest"):
		return format.Match{Verdict: format.NotApplicable, Score: n, Reason: unasked}
	}
	near := format.Match{Score: n, Reason: "an occurrence of Artifact Analysis has noteName and vulnerability"}
	for _, at := range []string{"occurrences[].", "[].", "", "[].PACKAGE_VULNERABILITY[].", "[].DISCOVERY[].", "[].occurrences[]."} {
		n := o.Count(at+"noteName", at+"resourceUri", at+"resource.uri", at+"vulnerability.packageIssue", at+"vulnerability.effectiveSeverity",
			at+"vulnerability.severity", at+"kind", at+"discovery.analysisStatus", at+"vulnerability.type")
		if o.Has(at+"noteName") && n > 1 {
			return format.Match{Verdict: format.Yes, Score: n + 1}
		}
		if at != "" && at != "[]." {
			near.Score = max(near.Score, n)
		}
	}
	return near
}
