// Package other knows reports that lie beside those about vulnerabilities of
// images: of linters, of policy checks, of searches for secrets, and bills of
// materials of tools that argosy does not read. They are told for what they are,
// so that a folder of a pipeline's results goes in without a failure and nobody
// wonders why such a file adds nothing. What does hold vulnerabilities of images
// and is not read is a failure that says what to hand over instead.
package other

import (
	"context"
	"strings"

	"argosy/ingest/format"
)

// Format recognises such reports and reads none of them.
var Format = format.Format{
	Name:   "other",
	Title:  "Reports about something else",
	Detect: detect,
	Decode: func(context.Context, *format.Input, format.Sink) error {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "the report is about something else than vulnerabilities of packages"}
	},
}

// neighbour is a report by the paths that it has, all of them, and what one of
// them must begin with where the paths alone could be another's.
type neighbour struct {
	what         string
	paths        []string
	path, prefix string
	// instead says of a report that does hold vulnerabilities of images what
	// to hand over in its place; such a report is a failure.
	instead string
}

// match is the verdict on a report of the neighbour's.
func (n neighbour) match() format.Match {
	m := format.Match{Verdict: format.NotApplicable, Score: len(n.paths) + 1, Reason: "this is a report of " + n.what}
	if n.instead != "" {
		m.Verdict, m.Reason = format.Unsupported, m.Reason+", which is not read; "+n.instead
	}
	return m
}

// neighbours are compared in this order.
func neighbours() []neighbour {
	const (
		settings = ", about settings and not about vulnerabilities"
		code     = ", about the text of files and not about packages"
		secrets  = ", about secrets and not about vulnerabilities"
		parts    = ", which lists packages and no vulnerabilities"
		source   = ", about the packages of a source tree and not about an image"
		findings = "hand over the scanner's own findings, for example of Amazon Inspector with: aws inspector2 list-findings"
		copies   = "ingest the reports of the scanner itself, such as the VulnerabilityReports of the Trivy Operator"
	)
	return []neighbour{
		{what: "Dockle" + settings, paths: []string{"summary.fatal", "summary.warn", "summary.pass"}},
		{what: "Docker Bench for Security" + settings, paths: []string{"dockerbenchsecurity"}},
		{what: "Kubescape" + settings, paths: []string{"summaryDetails.controls"}},
		{what: "Kubescape" + settings, paths: []string{"summaryDetails", "resources", "clusterName"}},
		{what: "kube-bench" + settings, paths: []string{"Totals.total_pass", "Controls"}},
		{what: "kube-bench" + settings, paths: []string{"[].tests[].results", "[].node_type"}},
		{what: "kube-linter" + settings, paths: []string{"Reports", "Checks", "Summary.ChecksStatus"}},
		{what: "kube-hunter" + settings, paths: []string{"hunter_statistics", "nodes"}},
		{what: "Polaris" + settings, paths: []string{"PolarisOutputVersion"}},
		{what: "Checkov" + settings, paths: []string{"check_type", "results.failed_checks"}},
		{what: "Checkov" + settings, paths: []string{"[].check_type", "[].results.failed_checks"}},
		{what: "tfsec" + settings, paths: []string{"results[].long_id", "results[].rule_provider"}},
		{what: "KICS" + settings, paths: []string{"kics_version", "queries"}},
		{what: "Hadolint" + code, paths: []string{"[].code", "[].column", "[].file", "[].level", "[].line", "[].message"}, path: "[].code", prefix: "DL"},
		{what: "Hadolint" + code, paths: []string{"[].code", "[].column", "[].file", "[].level", "[].line", "[].message"}, path: "[].code", prefix: "SC"},
		{what: "Semgrep" + code, paths: []string{"results[].check_id", "results[].extra.severity"}},
		{what: "Semgrep" + code, paths: []string{"results", "errors", "paths.scanned", "version"}},
		{what: "Bandit" + code, paths: []string{"metrics._totals", "results", "generated_at"}},
		{what: "gosec" + code, paths: []string{"Golang errors", "Issues", "Stats"}},
		{what: "Gitleaks" + secrets, paths: []string{"[].RuleID", "[].Secret", "[].Match"}},
		{what: "TruffleHog" + secrets, paths: []string{"SourceMetadata", "DetectorName"}},
		{what: "Syft" + parts + "; scan it with: grype sbom:FILE -o json", paths: []string{"artifacts", "artifactRelationships", "descriptor.name"}, path: "descriptor.name", prefix: "syft"},
		{what: "a GitHub dependency snapshot" + parts, paths: []string{"detector.name", "job.correlator", "manifests"}},
		{what: "\"docker image inspect\"" + parts, paths: []string{"[].RepoDigests", "[].RootFS.Layers", "[].Config"}},
		{what: "ZAP, about web pages and not about packages", paths: []string{"@programName", "site"}},
		{what: "SonarQube" + code, paths: []string{"issues[].rule", "issues[].component", "paging"}},
		{what: "npm's lock file" + parts, paths: []string{"lockfileVersion", "packages"}},
		{what: "npm's lock file" + parts, paths: []string{"lockfileVersion", "dependencies"}},
		{what: "Composer's lock file" + parts, paths: []string{"content-hash", "packages"}},
		{what: "npm audit" + source, paths: []string{"auditReportVersion", "vulnerabilities"}},
		{what: "npm audit" + source, paths: []string{"advisories", "metadata.vulnerabilities", "muted"}},
		{what: "pip-audit" + source, paths: []string{"dependencies[].name", "dependencies[].version", "dependencies[].vulns", "fixes"}},
		{what: "Dependabot" + source, paths: []string{"[].security_advisory", "[].security_vulnerability", "[].dependency"}},
		{what: "Trivy in GitLab's code quality format", paths: []string{"[].check_name", "[].fingerprint", "[].location.path"}, path: "[].check_name", prefix: "container_scanning",
			instead: "write Trivy's JSON with: trivy image --format json"},
		{what: "code quality (GitLab, Code Climate)" + code, paths: []string{"[].check_name", "[].fingerprint", "[].location.path"}},
		{what: "govulncheck as JSON", paths: []string{"config.scanner_name", "config.protocol_version"}, path: "config.scanner_name", prefix: "govulncheck",
			instead: "write SARIF with: govulncheck -format sarif"},
		{what: "Dependency-Check as JSON", paths: []string{"reportSchema", "scanInfo", "dependencies"}, instead: "write SARIF with: dependency-check --format SARIF"},
		{what: "StackRox (roxctl image scan) as JSON", paths: []string{"result.vulnerabilities[].cveId", "result.summary"}, instead: "write SARIF with: roxctl image scan --output sarif"},
		{what: "StackRox (roxctl image scan) as JSON", paths: []string{"result.vulnerabilities", "result.summary.TOTAL-VULNERABILITIES"}, instead: "write SARIF with: roxctl image scan --output sarif"},
		{what: "StackRox (an image of its API)", paths: []string{"name.fullName", "scan.components", "metadata"}, instead: "write SARIF with: roxctl image scan --output sarif"},
		{what: "Vuls", paths: []string{"jsonVersion", "scannedCves", "serverName"}, instead: "write CycloneDX with: vuls report -format-cyclonedx-json"},
		{what: "Kubescape (VulnerabilityManifest)", paths: []string{"apiVersion", "spec.payload.matches"}, path: "apiVersion", prefix: "spdx.softwarecomposition.kubescape.io/",
			instead: "hand over what Grype found, its spec.payload: jq .spec.payload FILE"},
		{what: "Kubescape, a resource that counts vulnerabilities and names none", paths: []string{"apiVersion", "kind"}, path: "apiVersion", prefix: "spdx.softwarecomposition.kubescape.io/"},
		{what: "a tool that writes OCSF", paths: []string{"class_uid", "category_uid", "finding_info"}, instead: findings},
		{what: "a tool that writes OCSF", paths: []string{"[].class_uid", "[].category_uid", "[].finding_info"}, instead: findings},
		{what: "Heimdall (HDF)", paths: []string{"platform.name", "profiles[].controls", "statistics"}, instead: "hand over the report that it was made of"},
		{what: "Heimdall (HDF)", paths: []string{"platform.name", "profiles", "statistics.duration"}, instead: "hand over the report that it was made of"},
		{what: "Qualys Container Security", paths: []string{"data[].imageId", "data[].vulnerabilities[].qid"}, instead: "export the table as CSV and ingest it with --map"},
		{what: "Qualys Container Security", paths: []string{"vulnerabilities[].qid", "vulnerabilities[].cveids", "imageId"}, instead: "export the table as CSV and ingest it with --map"},
		{what: "policies of Kubernetes (PolicyReport)", paths: []string{"apiVersion", "results[].properties.installedVersion"}, path: "apiVersion", prefix: "wgpolicyk8s.io/", instead: copies},
		{what: "policies of Kubernetes (PolicyReport)" + settings, paths: []string{"apiVersion", "kind"}, path: "apiVersion", prefix: "wgpolicyk8s.io/"},
		{what: "policies of Kubernetes (OpenReports)", paths: []string{"apiVersion", "results[].properties.installedVersion"}, path: "apiVersion", prefix: "openreports.io/", instead: copies},
		{what: "policies of Kubernetes (OpenReports)" + settings, paths: []string{"apiVersion", "kind"}, path: "apiVersion", prefix: "openreports.io/"},
		{what: "policies of Kubernetes (PolicyReport)", paths: []string{"items[].apiVersion", "items[].results[].properties.installedVersion"}, path: "items[].apiVersion", prefix: "wgpolicyk8s.io/", instead: copies},
		{what: "policies of Kubernetes (PolicyReport)" + settings, paths: []string{"items[].apiVersion", "items[].kind"}, path: "items[].apiVersion", prefix: "wgpolicyk8s.io/"},
		{what: "policies of Kubernetes (OpenReports)", paths: []string{"items[].apiVersion", "items[].results[].properties.installedVersion"}, path: "items[].apiVersion", prefix: "openreports.io/", instead: copies},
		{what: "policies of Kubernetes (OpenReports)" + settings, paths: []string{"items[].apiVersion", "items[].kind"}, path: "items[].apiVersion", prefix: "openreports.io/"},
		{what: "kubectl: what runs, read by \"argosy k8s sync --cluster NAME FILE\"", paths: []string{"items[].kind", "items[].spec.containers", "apiVersion"}, path: "items[].kind", prefix: "Pod"},
		{what: "kubectl: what runs, read by \"argosy k8s sync --cluster NAME FILE\"", paths: []string{"kind", "spec.containers", "apiVersion"}, path: "kind", prefix: "Pod"},
		{what: "kubectl, a resource of Kubernetes and no scan", paths: []string{"apiVersion", "kind", "metadata.name", "spec"}, path: "apiVersion", prefix: "apps/"},
		{what: "kubectl, a resource of Kubernetes and no scan", paths: []string{"apiVersion", "kind", "metadata.name", "spec"}, path: "apiVersion", prefix: "batch/"},
		{what: "Amazon ECR's list of images, read by \"argosy registry import FILE\"", paths: []string{"imageDetails[].imageDigest", "imageDetails[].repositoryName"}},
	}
}

// roots are reports in XML by their root element.
func roots() map[string]format.Match {
	no := func(what string) format.Match {
		return format.Match{Verdict: format.NotApplicable, Score: 2, Reason: "this is a report of " + what}
	}
	return map[string]format.Match{
		"NessusClientData_v2": no("Nessus, about hosts and not about images"),
		"OWASPZAPReport":      no("ZAP, about web pages and not about packages"),
		"checkstyle":          no("a linter (Checkstyle), about the text of files and not about packages"),
		"testsuites":          no("tests (JUnit); where a scanner wrote it, write its JSON instead"),
		"testsuite":           no("tests (JUnit); where a scanner wrote it, write its JSON instead"),
	}
}

func detect(o *format.Outline) format.Match {
	switch o.Syntax {
	case format.XML:
		if o.XMLName == "analysis" && strings.Contains(o.XMLSpace, "dependency-check") {
			return format.Match{Verdict: format.Unsupported, Score: 2, Reason: "this is a report of Dependency-Check as XML, which is not read; write SARIF with: dependency-check --format SARIF"}
		}
		return roots()[o.XMLName]
	case format.JSON:
	default:
		return format.Match{}
	}
	for _, n := range neighbours() {
		if o.HasAll(n.paths...) && (n.path == "" || strings.HasPrefix(o.Value(n.path), n.prefix)) {
			return n.match()
		}
	}
	return format.Match{}
}
