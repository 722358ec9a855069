// Package gitlab reads GitLab's container scanning reports
// (gl-container-scanning-report.json; security report schemas, versions 2 to
// 15 of container scanning and cluster image scanning), whichever scanner is
// behind them, and dependency scanning reports, which are about repositories.
package gitlab

import (
	"strconv"
	"strings"

	"argosy/ingest/format"
)

// name is the format's name, and the scanner's where the report names none.
const name = "gitlab"

// Format reads GitLab's reports of container scanning.
var Format = format.Format{
	Name:   name,
	Title:  "GitLab container scanning report",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' {
		return format.Match{}
	}
	const at = "vulnerabilities[]."
	n := o.Count("scan.scanner", "scan.type", "remediations", "dependency_files", at+"identifiers[].type",
		at+"location.image", at+"location.operating_system", at+"location.dependency.package", at+"category")
	kind := o.Value("scan.type")
	if kind == "" {
		kind = o.Value(at + "category")
	}
	version := o.Value("version")
	switch {
	case !o.HasAll("version", "vulnerabilities") || n < 2 || kind == "" && !o.Has(at+"location.image"):
		return format.Match{Score: n, Reason: "a report of GitLab has version, vulnerabilities and a scan with its type"}
	case kind != "" && !reads(kind):
		return format.Match{Verdict: format.NotApplicable, Version: version, Score: n,
			Reason: "a report of the type " + kind + " is not about images"}
	case newer(version):
		return format.Match{Verdict: format.Unsupported, Version: version, Score: n + 1,
			Reason: "reports of the schema version " + version + " are not supported; 2 to 15 are"}
	}
	return format.Match{Verdict: format.Yes, Version: version, Score: n + 1}
}

// newer says that a schema's version is beyond those that are known.
func newer(version string) bool {
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	return err == nil && n > 15
}

// reads says which types of report are about packages.
func reads(kind string) bool {
	return strings.HasPrefix(kind, "container_scanning") || kind == "cluster_image_scanning" || kind == "dependency_scanning"
}
