// Package spdx recognises SPDX documents (Software Package Data Exchange, ISO
// 5962) of versions 2 and 3 in all of their forms, so that they are told from
// reports of vulnerabilities. They are inventories: they list what is in an
// image, and not what is wrong with it.
package spdx

import (
	"context"
	"strings"

	"argosy/ingest/format"
)

// Format recognises SPDX; every document is not applicable.
var Format = format.Format{
	Name:   "spdx",
	Title:  "SPDX",
	Detect: detect,
	Decode: decode,
}

const reason = "this is an inventory of packages (a bill of materials), which lists no vulnerabilities; " +
	"scan it, for example with trivy sbom FILE or grype sbom:FILE, and ingest the result"

func detect(o *format.Outline) format.Match {
	switch o.Syntax {
	case format.JSON:
		return detectJSON(o)
	case format.XML:
		if o.XMLName == "SpdxDocument" || o.XMLSpace == "http://spdx.org/rdf/terms#" {
			return inventory("", 2)
		}
		if o.XMLName == "RDF" {
			return format.Match{Score: 1, Reason: "an RDF document of SPDX is recognised by its root element SpdxDocument only"}
		}
	default:
		// Tag-value and YAML.
		key, value, ok := strings.Cut(o.FirstLine, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		if ok && (strings.EqualFold(key, "SPDXVersion") && strings.HasPrefix(value, "SPDX-") || key == "SPDXID" && strings.HasPrefix(value, "SPDXRef-")) {
			return inventory(version(value), 3)
		}
	}
	return format.Match{}
}

func detectJSON(o *format.Outline) format.Match {
	for _, at := range [...]string{"", "sbom.", "[]."} {
		n := o.Count(at+"spdxVersion", at+"SPDXID", at+"dataLicense", at+"documentNamespace", at+"creationInfo", at+"packages[].SPDXID")
		switch {
		case strings.HasPrefix(o.Value(at+"spdxVersion"), "SPDX-"):
			return inventory(version(o.Value(at+"spdxVersion")), n+2)
		case n > 2 && o.Has(at+"SPDXID"), o.Has(at + "packages[].SPDXID"):
			return inventory("", n+1)
		case strings.Contains(o.Value(at+"@context"), "spdx.org/rdf/3"), o.HasAll(at+"@graph[].spdxId", at+"@graph[].type"):
			return inventory("3", 4)
		}
	}
	return format.Match{}
}

func version(s string) string { return strings.TrimPrefix(s, "SPDX-") }

func inventory(version string, score int) format.Match {
	return format.Match{Verdict: format.NotApplicable, Version: version, Score: score, Reason: reason}
}

// decode is asked of no document that detect has judged.
func decode(context.Context, *format.Input, format.Sink) error {
	return &format.Error{Kind: format.KindNotApplicable, Msg: reason}
}
