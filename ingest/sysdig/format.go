// Package sysdig reads what Sysdig Secure writes about images: the JSON of
// sysdig-cli-scanner in both its forms (findings within the packages, and maps
// of packages and vulnerabilities), the results of the API, and the scheduled
// reports as JSON and CSV, old and new.
//
// See the Sysdig documentation, "Sysdig CLI Scanner, JSON output" and
// "Vulnerability reporting".
package sysdig

import (
	"context"

	"argosy/ingest/format"
	"argosy/ingest/rows"
)

const scanner = "sysdig"

// Format reads Sysdig's results and reports.
var Format = format.Format{Name: "sysdig", Title: "Sysdig Secure JSON and CSV", Detect: detect, Decode: decode,
	LastColumns: []string{"EPSS Score", "Risk Accepted", "Package Suggested Fix", "In use", "Fix Available", "CISA KEV Known Ransomware", "vuln_cvss_score"}}

func detect(o *format.Outline) format.Match {
	switch o.Syntax {
	case format.CSV:
		return detectTable(o)
	case format.JSON:
	default:
		return format.Match{}
	}
	yes := func(version string, n int) format.Match {
		return format.Match{Verdict: format.Yes, Version: version, Score: n}
	}
	if n := o.CountFold("result.packages", "result.metadata.pullString", "result.metadata.baseOs", "result.metadata.imageId", "result.vulnerabilities", "scanner.name",
		"info.resultUrl", "result.vulnTotalBySeverity", "result.policies", "result.policyEvaluations", "result.type", "result.assetType"); n >= 3 && o.HasAny("result.packages", "result.metadata", "result.vulnerabilities") {
		return yes("cli", n)
	}
	if n := o.CountFold("metadata.pullString", "metadata.baseOs", "packages", "vulnerabilities", "assetType", "stage", "policyEvaluations", "producer"); n >= 4 && o.CountFold("metadata.pullString", "metadata.baseOs") > 0 {
		return yes("result", n)
	}
	list := []string{"imagePullString", "vulnName", "vulnSeverity", "vulnCvssScore", "packageName", "packageVersion", "k8sClusterName", "osName", "packageSuggestedFix"}
	panel := []string{"container_image", "vuln_id", "scan_package_name", "scan_package_version", "vuln_severity", "container_image_id"}
	for _, at := range []string{"data[].", "[].", "panels[].data[]."} {
		for _, names := range [][]string{list, panel} {
			n := 0
			for _, name := range names {
				n += o.Count(at + name)
			}
			if n >= 4 {
				return yes("report", n)
			}
		}
	}
	if n := o.Count("panels[].data", "panels[].filters", "schedule.frequency", "zones", "panels[].type"); n >= 3 {
		return yes("report", n)
	}
	n := o.Count("result.packages", "result.metadata", "scanner.name", "panels")
	return format.Match{Score: n, Reason: "a Sysdig result has result.packages and result.metadata, a report has rows with vulnName or vuln_id"}
}

// detectTable knows four headers: the CLI's, those of reports with and without
// a running context, and that of the reports since 2025, which spell names out.
func detectTable(o *format.Outline) format.Match {
	cli := o.CountColumns("CVE ID", "CVE Severity", "CVSS Score", "CVSS Score Version", "Package Path", "Package Suggested Fix", "Risk Accepted", "EPSS Score", "CVE URL")
	report := o.CountColumns("Vulnerability ID", "Severity", "Package name", "Package version", "Package type", "Vuln link", "Image", "OS Name", "K8S cluster name", "Package suggested fix", "Risk accepted", "In use")
	panel := o.CountColumns("container_image", "vuln_id", "scan_package_name", "scan_package_version", "vuln_severity", "container_image_id", "kubernetes_cluster_name", "vuln_cvss_score",
		"Container Image", "Vuln ID")
	spelt := o.CountColumns("Vulnerability Name", "Vulnerability Severity", "Image Name", "Disclosure Date", "Fix Available Date", "Package In Use", "Risk Accepted",
		"Kubernetes Cluster Name", "Kubernetes Workload Type", "CISA KEV Publish Date", "CISA KEV Known Ransomware")
	n := max(cli, report, panel, spelt)
	if cli >= 5 || report >= 6 || panel >= 4 || spelt >= 5 && o.HasColumns("Vulnerability Name", "Vulnerability Severity") {
		return format.Match{Verdict: format.Yes, Version: "csv", Score: n}
	}
	return format.Match{Score: max(0, n-3), Reason: "Sysdig's tables have the columns CVE ID and CVE Severity, or Vulnerability ID, Package suggested fix and Risk accepted"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	table, err := rows.IsTable(in)
	if err != nil {
		return err
	}
	if table {
		return decodeTable(ctx, in, to)
	}
	return rows.Read(ctx, in, to, scanner, document)
}
