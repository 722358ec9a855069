// Package sarif reads SARIF 2.1.0 (Static Analysis Results Interchange Format,
// OASIS) as scanners of packages and images write it: Trivy, Grype, Snyk,
// Docker Scout, Clair, OSV-Scanner, Xray, Dependency-Check and others.
//
// SARIF has no members for packages and images: each writer puts them into
// texts, property bags and locations of its own choice. A result counts as a
// vulnerability when its rule names one (an id such as CVE-2024-1234) or when
// its tool looks for nothing else. Every other result is skipped with its
// reason, and a report without a single vulnerability is not applicable.
//
// Rules are held in memory, because results refer to them; results are read
// one by one, unless they stand before the tool that they belong to.
package sarif

import (
	"strings"

	"argosy/ingest/format"
)

// name is the format's name.
const name = "sarif"

// Format reads SARIF.
var Format = format.Format{
	Name:   name,
	Title:  "SARIF",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' {
		return format.Match{}
	}
	version, schema := o.Value("version"), strings.Contains(strings.ToLower(o.Value("$schema")), "sarif")
	n := o.Count("runs", "runs[].tool", "runs[].tool.driver.name", "runs[].results", "runs[].results[].ruleId",
		"runs[].results[].message", "runs[].tool.driver.rules")
	if schema {
		n += 2
	}
	if strings.HasPrefix(version, "2.1") {
		n++
	}
	switch {
	case !o.Has("runs"):
		if schema {
			return format.Match{Score: n, Reason: "a SARIF log has runs"}
		}
		return format.Match{}
	case !schema && !o.HasAny("runs[].tool", "runs[].results", "runs[].toolInfo") && !strings.HasPrefix(version, "2.1"):
		return format.Match{Score: n, Reason: "runs of SARIF have a tool and results, and the log has version 2.1.0"}
	case version != "" && !strings.HasPrefix(version, "2.1"), o.Has("runs[].toolInfo"):
		return format.Match{Verdict: format.Unsupported, Version: version, Score: n, Reason: unsupported(version)}
	}
	return format.Match{Verdict: format.Yes, Version: "2.1.0", Score: n}
}

func unsupported(version string) string {
	if version == "" {
		version = "1.0.0"
	}
	return "SARIF version " + version + " is not supported; 2.1.0 is"
}
