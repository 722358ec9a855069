// Package trivy reads the JSON reports of Trivy: the report of schema version
// 2, the older bare array of results, and the report of "trivy k8s". Only
// vulnerabilities are taken; misconfigurations, secrets and licenses are not.
//
// Trivy's reports in other formats (SARIF, CycloneDX, the resources of its
// operator) belong to the packages of those formats.
package trivy

import (
	"strings"

	"argosy/ingest/format"
)

// name is the format's and the scanner's name.
const name = "trivy"

// Format reads Trivy JSON.
var Format = format.Format{
	Name:   name,
	Title:  "Trivy JSON",
	Detect: detect,
	Decode: decode,
}

// detect tells Trivy's three documents from others that also have results or
// a schema version: Trivy writes Go's field names with their capitals.
func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	switch o.Root {
	case '{':
		return detectObject(o, "")
	case '[':
		if m := detectObject(o, "[]"); m.Verdict != format.No {
			return m
		}
		return detectArray(o)
	}
	return format.Match{}
}

func detectObject(o *format.Outline, root string) format.Match {
	at := func(path string) string {
		if root == "" {
			return path
		}
		return root + "." + path
	}
	if root == "" && o.HasAny("ClusterName", "Resources[].Results[].Target", "Findings[].Results[].Target") {
		n := o.Count(at("Resources"), at("Findings"), at("Vulnerabilities"), at("Misconfigurations"))
		nested := o.Count(at("Resources[].Kind"), at("Findings[].Kind"), at("Vulnerabilities[].Kind"), at("Misconfigurations[].Kind"))
		if n > 0 || o.Whole && len(o.Keys(root)) == 1 {
			return format.Match{Verdict: format.Yes, Version: "k8s", Score: 2 + n + nested}
		}
	}
	version := o.Value(at("SchemaVersion"))
	n := o.Count(at("ArtifactName"), at("ArtifactType"), at("Metadata.ImageID"), at("Metadata.RepoTags"),
		at("Metadata.RepoDigests"), at("Metadata.ImageConfig"), at("Metadata.OS.Family"), at("Trivy.Version"),
		at("Results[].Target"), at("Results[].Class"), at("Results[].Vulnerabilities[].VulnerabilityID"))
	if o.Has(at("SchemaVersion")) {
		n++
	}
	known := version == "" || version == "0" || version == "1" || version == "2"
	switch {
	case n == 0 || root != "" && !o.HasAny(at("ArtifactName"), at("Results[].Target"), at("ArtifactType")):
		return format.Match{}
	case n == 1 && o.HasAny(at("SchemaVersion"), at("ArtifactName"), at("ArtifactType")) && !(o.Has(at("Results")) && known):
		// One such key alone is no report of Trivy's, but near to one.
		return format.Match{Reason: "a Trivy report has ArtifactName, Results or Metadata beside SchemaVersion", Score: n}
	case !known:
		return format.Match{Verdict: format.Unsupported, Version: version, Score: n, Reason: unsupported(version)}
	}
	if version == "" || version == "0" {
		version = "2"
	}
	return format.Match{Verdict: format.Yes, Version: version, Score: n}
}

// detectArray judges the bare array of results that Trivy wrote before schema
// version 2.
func detectArray(o *format.Outline) format.Match {
	if !o.Has("[].Target") {
		return format.Match{}
	}
	n := o.Count("[].Target", "[].Vulnerabilities", "[].Type", "[].Class", "[].Vulnerabilities[].VulnerabilityID",
		"[].Vulnerabilities[].PkgName", "[].Misconfigurations", "[].Secrets", "[].MisconfSummary", "[].Packages")
	if n < 2 {
		return format.Match{Reason: "results of Trivy have Vulnerabilities beside Target", Score: n}
	}
	return format.Match{Verdict: format.Yes, Version: "1", Score: n}
}

func unsupported(version string) string {
	return "schema version " + strings.TrimSpace(version) + " is not supported; 1 and 2 are"
}
