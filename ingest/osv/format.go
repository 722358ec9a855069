// Package osv reads the JSON output of OSV-Scanner, versions 1 and 2
// (google/osv-scanner pkg/models, records by the OSV schema 1.x): results by
// source, packages in each, and the OSV records that match a package.
//
// A record is one row. Several records of a package can be one vulnerability
// (GHSA, GO, RUSTSEC and CVE); the report says so in groups and aliases, and
// rows with the same CVE become one finding.
package osv

import (
	"strings"

	"argosy/ingest/format"
)

// scanner is the tool's name.
const scanner = "osv-scanner"

// Format reads OSV-Scanner JSON.
var Format = format.Format{
	Name:   "osv",
	Title:  "OSV-Scanner JSON",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' {
		return format.Match{}
	}
	n := o.Count("experimental_config", "image_metadata", "license_summary", "experimental_generic_findings",
		"results[].source", "results[].source.path", "results[].packages", "results[].packages[].package",
		"results[].packages[].package.ecosystem", "results[].packages[].groups", "results[].packages[].vulnerabilities[].id")
	switch {
	case !o.Has("results") && o.HasAll("id", "affected") && o.HasAny("affected[].ranges", "affected[].package", "affected[].versions"):
		return format.Match{Verdict: format.NotApplicable, Version: o.Value("schema_version"), Score: n + 2,
			Reason: "an OSV record tells of one vulnerability, not of what an image holds; ingest a report of osv-scanner --format json"}
	case !o.Has("results"):
		return format.Match{Score: n, Reason: "OSV-Scanner has results"}
	case o.HasAny("results[].packages[].package", "results[].packageSource"),
		o.HasAll("results[].source.path", "results[].source.type"),
		!o.Has("results[]") && o.HasAny("experimental_config", "image_metadata", "license_summary"):
		return format.Match{Verdict: format.Yes, Score: n + 1}
	case o.Whole && !o.Has("results[]") && strings.Join(o.Keys(""), "") == "results":
		// Nothing was found; version 1 then writes nothing but empty results.
		return format.Match{Verdict: format.Yes, Score: 1}
	}
	return format.Match{Score: n, Reason: "results of OSV-Scanner hold packages with a package each"}
}
