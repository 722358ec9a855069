// Package snyk reads what "snyk container test --json" and "snyk test --json"
// print: one project, or a list of them. A container has its packages in
// vulnerabilities and the applications in it as projects of their own in
// applications.
//
// A vulnerability is one row for each dependency path, so the same finding
// repeats. What was tested stands behind the rows. The issues that Snyk's REST
// API lists are read, too.
package snyk

import (
	"strings"

	"argosy/ingest/format"
)

// name is the format's and the scanner's name.
const name = "snyk"

// Format reads Snyk JSON.
var Format = format.Format{
	Name:   name,
	Title:  "Snyk JSON",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	at := ""
	if o.Root == '[' {
		at = "[]."
	}
	n := o.Count(at+"packageManager", at+"projectName", at+"dependencyCount", at+"licensesPolicy", at+"ignoreSettings", at+"uniqueCount",
		at+"docker", at+"filesystemPolicy", at+"displayTargetFile", at+"vulnerabilities[].packageManager", at+"vulnerabilities[].moduleName",
		at+"vulnerabilities[].CVSSv3", at+"vulnerabilities[].upgradePath", at+"vulnerabilities[].publicationTime", at+"vulnerabilities[].from")
	own := strings.HasPrefix(o.Value(at+"vulnerabilities[].id"), "SNYK-") &&
		o.HasAny(at+"vulnerabilities[].packageName", at+"vulnerabilities[].moduleName")
	switch {
	case o.Has(at+"infrastructureAsCodeIssues") && !o.Has(at+"vulnerabilities[]"):
		return format.Match{Verdict: format.NotApplicable, Score: n + 3, Reason: "it is about infrastructure as code, not about packages"}
	case o.Has(at+"vulnerabilities") && (n > 2 || own):
		if own {
			n++
		}
		return format.Match{Verdict: format.Yes, Score: n + 1}
	case o.HasAll(at+"ok", at+"error", at+"path") && o.Value(at+"ok") == "false":
		return format.Match{Verdict: format.NotApplicable, Score: 3, Reason: "the test failed: " + o.Value(at+"error")}
	case o.HasAll("jsonapi.version", "data") && (strings.Contains(o.Value("links.self"), "/issues") || o.Has("data[].attributes.effective_severity_level") || !o.HasAny("data[]", "data.id")):
		return format.Match{Verdict: format.Yes, Version: issuesVersion, Score: 3}
	}
	if strings.HasPrefix(o.Value(at+"vulnerabilities[].id"), "SNYK-") {
		n++
	}
	return format.Match{Score: n, Reason: "a project of Snyk has vulnerabilities and a packageManager"}
}
