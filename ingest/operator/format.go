// Package operator reads the resources that Trivy Operator and Starboard keep
// in a cluster, as kubectl prints them in JSON: VulnerabilityReport,
// ClusterVulnerabilityReport and their kin (aquasecurity.github.io/v1alpha1),
// one, a list, or lists under the names of the resources. The other reports of
// the operator are passed over.
package operator

import (
	"strings"

	"argosy/ingest/format"
)

// Format reads vulnerability reports of Trivy Operator.
var Format = format.Format{
	Name:   "operator",
	Title:  "Trivy Operator report",
	Detect: detect,
	Decode: decode,
}

const group = "aquasecurity.github.io"

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	near := format.Match{Reason: "a report of Trivy Operator has an apiVersion of " + group}
	if seen, reports := plurals(o); reports || seen && !o.Whole {
		return format.Match{Verdict: format.Yes, Score: 4}
	} else if seen {
		return format.Match{Verdict: format.NotApplicable, Score: 2, Reason: other("")}
	}
	for _, at := range []string{"", "items[].", "[].", "[].items[]."} {
		api, kind := o.Value(at+"apiVersion"), o.Value(at+"kind")
		family, version, _ := strings.Cut(api, "/")
		n := o.Count(at+"report", at+"report.scanner", at+"report.artifact", at+"report.vulnerabilities", at+"metadata.labels")
		near.Score = max(near.Score, n)
		switch {
		case family != group && !(isReport(kind) && o.Has(at+"report")):
		case version != "" && !strings.HasPrefix(version, "v1"):
			return format.Match{Verdict: format.Unsupported, Version: version, Score: n + 2,
				Reason: "resources of " + api + " are not supported; v1alpha1 is"}
		case isReport(kind) || o.Has(at+"report.vulnerabilities") || at != "" && !o.Whole || strings.HasSuffix(kind, "List"):
			return format.Match{Verdict: format.Yes, Version: version, Score: n + 3}
		default:
			return format.Match{Verdict: format.NotApplicable, Version: version, Score: n + 2, Reason: other(kind)}
		}
	}
	return near
}

// plurals looks for lists under the names of the operator's resources and says
// whether those with vulnerabilities are among them.
func plurals(o *format.Outline) (seen, reports bool) {
	for _, kind := range []string{"vulnerability", "configaudit", "exposedsecret", "rbacassessment", "infraassessment", "compliance", "sbom"} {
		for _, scope := range []string{"", "cluster"} {
			if o.First(scope+kind+"reports."+group) != "" {
				seen, reports = true, reports || kind == "vulnerability"
			}
		}
	}
	return seen, reports
}

// isReport tells the kinds of resource that list vulnerabilities.
func isReport(kind string) bool { return strings.HasSuffix(kind, "VulnerabilityReport") }

// other words what a resource without vulnerabilities is about.
func other(kind string) string {
	switch kind {
	case "":
		return "there is no VulnerabilityReport in it"
	case "SbomReport", "ClusterSbomReport":
		return "a " + kind + " lists packages and no vulnerabilities"
	}
	return "a " + kind + " is not about vulnerabilities"
}
