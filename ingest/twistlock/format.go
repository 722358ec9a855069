// Package twistlock reads what Prisma Cloud Compute (formerly Twistlock)
// writes: the JSON of twistcli for images and code repositories, the answers
// of the Console's API, the results of its Jenkins plugin, and the CSV that
// twistcli and the Console export.
//
// See the Prisma Cloud Compute documentation, "Scan images with twistcli" and
// the Compute API's /api/v1/images and /api/v1/registry.
package twistlock

import (
	"context"

	"argosy/ingest/format"
	"argosy/ingest/rows"
)

const scanner = "prisma"

// Format reads Prisma Cloud's reports.
var Format = format.Format{Name: "twistlock", Title: "Prisma Cloud (Twistlock) JSON and CSV", Detect: detect, Decode: decode,
	LastColumns: []string{"Custom Labels", "Published", "Vulnerability Link", "Clusters", "Cluster"}}

func detect(o *format.Outline) format.Match {
	switch o.Syntax {
	case format.CSV:
		return detectTable(o)
	case format.JSON:
	default:
		return format.Match{}
	}
	if o.HasAny("results[].packages[].package", "results[].source") {
		return format.Match{} // OSV-Scanner
	}
	if n := o.Count("results[].vulnerabilities", "results[].vulnerabilityDistribution", "results[].complianceDistribution",
		"results[].compliances", "results[].distro", "results[].complianceScanPassed", "consoleURL"); n >= 2 {
		return format.Match{Verdict: format.Yes, Version: "twistcli", Score: n + 1}
	}
	if o.Has("results") && o.HasAny("consoleURL", "results[].vulnerabilityDistribution", "results[].complianceDistribution") {
		return format.Match{Verdict: format.Yes, Version: "twistcli", Score: 3}
	}
	if n := o.Count("repository", "vulnerabilityDistribution", "complianceDistribution", "complianceIssues", "vulnerabilities", "passed"); n >= 3 &&
		o.HasAny("vulnerabilityDistribution", "complianceDistribution") {
		return format.Match{Verdict: format.Yes, Version: "coderepo", Score: n + 1}
	}
	if o.HasAll("[].entityInfo", "[].results") || o.HasAll("entityInfo", "results") {
		return format.Match{Verdict: format.Yes, Version: "jenkins", Score: 5}
	}
	for _, at := range []string{"", "[]."} {
		if o.Has(at+"vulnerabilities") || o.Has(at+"vulnerabilitiesCount") {
			if n := o.Count(at+"_id", at+"repoTag", at+"repoDigests", at+"vulnerabilityDistribution", at+"complianceDistribution", at+"complianceIssues",
				at+"scanID", at+"osDistro", at+"installedProducts", at+"packages[].pkgsType"); n >= 3 {
				return format.Match{Verdict: format.Yes, Version: "console", Score: n + 1}
			}
		}
	}
	n := o.Count("results[].vulnerabilities", "results[].distro", "vulnerabilityDistribution", "[].entityInfo")
	return format.Match{Score: n, Reason: "a Prisma Cloud report has results with vulnerabilities, compliances and their distributions"}
}

func detectTable(o *format.Outline) format.Match {
	n := o.CountColumns("CVE ID", "Compliance ID", "Packages", "Package Version", "Fix Status", "Source Package", "Package License", "Distro")
	if n >= 5 && o.HasColumns("CVE ID", "Compliance ID") {
		return format.Match{Verdict: format.Yes, Version: "csv", Score: n}
	}
	return format.Match{Score: n - 2, Reason: "Prisma Cloud's table has the columns CVE ID, Compliance ID, Packages and Package Version"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	table, err := rows.IsTable(in)
	if err != nil {
		return err
	}
	if table {
		return decodeTable(ctx, in, to)
	}
	return decodeJSON(ctx, in, to)
}
