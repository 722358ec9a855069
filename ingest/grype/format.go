// Package grype reads the JSON reports of Grype (models.Document in its
// grype/presenter/models), from the first versions to the present, and its
// matches one a line. The first of all wrote {cve, package} for a match.
//
// Matches stand before the source that they were found in, so rows are
// delivered before it is known what was scanned.
package grype

import (
	"argosy/ingest/format"
)

// name is the format's and the scanner's name.
const name = "grype"

// Format reads Grype JSON.
var Format = format.Format{
	Name:   name,
	Title:  "Grype JSON",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	at := func(path string) string { return path }
	if o.Root == '[' {
		at = func(path string) string { return "[]." + path }
	}
	if o.HasAll(at("vulnerability"), at("artifact"), at("matchDetails")) {
		// Matches without a report around them: -o jsonl, and the first versions.
		return format.Match{Verdict: format.Yes, Version: "matches", Score: 2 + o.Count(at("vulnerability.id"), at("artifact.name"), at("relatedVulnerabilities"))}
	}
	if o.HasAll(at("cve"), at("package.name"), at("package.version"), at("package.type")) && o.Root == '[' {
		// What Grype wrote before it had its name.
		return format.Match{Verdict: format.Yes, Version: "matches", Score: 3}
	}
	if !o.HasAny(at("matches"), at("ignoredMatches")) {
		n := o.Count(at("distro.idLike"), at("descriptor.db"), at("source.target"))
		return format.Match{Score: n, Reason: "a Grype report has matches"}
	}
	tool := o.Value(at("descriptor.name"))
	n := o.Count(at("matches"), at("ignoredMatches"), at("source"), at("source.type"), at("distro"), at("descriptor"),
		at("matches[].vulnerability.id"), at("matches[].artifact.name"), at("matches[].matchDetails"),
		at("matches[].relatedVulnerabilities"), at("ignoredMatches[].appliedIgnoreRules"))
	if tool == name {
		n += 2
	}
	if tool == "xeol" || o.Has(at("matches[].Cycle")) || o.Has(at("matches[].cycle")) {
		return format.Match{Verdict: format.NotApplicable, Score: n + 2, Reason: endOfLife}
	}
	switch {
	case tool == name,
		o.HasAll(at("matches[].vulnerability"), at("matches[].artifact")),
		o.HasAll(at("ignoredMatches[].vulnerability"), at("ignoredMatches[].artifact")),
		!o.Has(at("matches[]")) && o.HasAny(at("descriptor"), at("distro"), at("source.target")):
		return format.Match{Verdict: format.Yes, Version: o.Value(at("descriptor.version")), Score: n}
	}
	return format.Match{Score: n, Reason: "matches of Grype hold vulnerability and artifact"}
}

const endOfLife = "this is a report of Xeol about software at the end of its life, not about vulnerabilities"
