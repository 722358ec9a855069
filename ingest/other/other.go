// Package other knows reports that lie beside those about vulnerabilities: of
// linters, of policy checks, of searches for secrets, and bills of materials of
// tools that argosy does not read. They are told for what they are, so that a
// folder of a pipeline's results goes in without a failure and nobody wonders
// why such a file adds nothing.
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
}

// neighbours are compared in this order.
func neighbours() []neighbour {
	const (
		settings = ", about settings and not about vulnerabilities"
		code     = ", about the text of files and not about packages"
		secrets  = ", about secrets and not about vulnerabilities"
		parts    = ", which lists packages and no vulnerabilities"
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
	}
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	for _, n := range neighbours() {
		if o.HasAll(n.paths...) && (n.path == "" || strings.HasPrefix(o.Value(n.path), n.prefix)) {
			return format.Match{Verdict: format.NotApplicable, Score: len(n.paths), Reason: "this is a report of " + n.what}
		}
	}
	return format.Match{}
}
