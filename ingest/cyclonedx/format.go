// Package cyclonedx reads CycloneDX bills of materials (ECMA-424) in JSON and
// XML with the vulnerabilities that they list: the member vulnerabilities of
// versions 1.4 to 1.7, and the extension "vulnerability 1.0" of XML documents
// of versions 1.0 to 1.3.
//
// A row is a vulnerability of one of the components that it affects. A
// document that says of a product, and not of components it lists, whether it
// is affected (VEX) gives statements instead. A bill of materials without
// vulnerabilities is an inventory: it is not applicable, unless its writer is
// a scanner that always lists what it found.
//
// Components are held in memory, because vulnerabilities refer to them;
// vulnerabilities are read one by one, unless they stand before the components.
package cyclonedx

import (
	"strings"

	"argosy/ingest/format"
)

// name is the format's name.
const name = "cyclonedx"

// Format reads CycloneDX.
var Format = format.Format{
	Name:   name,
	Title:  "CycloneDX",
	Detect: detect,
	Decode: decode,
}

// namespace is the beginning of the XML namespaces of all versions.
const namespace = "http://cyclonedx.org/schema/bom/"

func detect(o *format.Outline) format.Match {
	switch {
	case o.Syntax == format.XML:
		return detectXML(o)
	case o.Syntax == format.JSON && o.Root == '{':
		return detectJSON(o, "")
	case o.Syntax == format.JSON && o.Root == '[':
		return detectJSON(o, "[].")
	}
	return format.Match{}
}

func detectXML(o *format.Outline) format.Match {
	version, ok := strings.CutPrefix(o.XMLSpace, namespace)
	if !ok || o.XMLName != "bom" {
		if o.XMLName == "bom" {
			return format.Match{Score: 1, Reason: "CycloneDX has the namespace " + namespace + "1.x"}
		}
		return format.Match{}
	}
	return judge(version, 6)
}

func detectJSON(o *format.Outline, root string) format.Match {
	at := func(path string) string { return root + path }
	schema := strings.Contains(strings.ToLower(o.Value(at("$schema"))), "cyclonedx.org")
	format1 := strings.EqualFold(o.Value(at("bomFormat")), "CycloneDX")
	n := o.Count(at("specVersion"), at("serialNumber"), at("components[].bom-ref"), at("components[].purl"), at("dependencies[].ref"),
		at("metadata.component"), at("vulnerabilities[].ratings"), at("vulnerabilities[].affects[].ref"), at("vulnerabilities[].analysis.state"))
	switch {
	case format1 || schema:
		return judge(o.Value(at("specVersion")), n+4)
	case o.Has(at("bomFormat")):
		return format.Match{Score: n, Reason: "the bomFormat of CycloneDX is CycloneDX"}
	case o.Has(at("vulnerabilities[].affects[].ref")) && !o.Whole && n > 1:
		// What says so stands behind the vulnerabilities.
		return judge(o.Value(at("specVersion")), n)
	case n > 2, o.HasAll(at("specVersion"), at("components")):
		return format.Match{Score: n, Reason: "CycloneDX has bomFormat and specVersion"}
	}
	return format.Match{}
}

func judge(version string, score int) format.Match {
	if version != "" && (!strings.HasPrefix(version, "1.") || len(version) > 3) {
		return format.Match{Verdict: format.Unsupported, Version: version, Score: score, Reason: unsupported(version)}
	}
	return format.Match{Verdict: format.Yes, Version: version, Score: score}
}

func unsupported(version string) string {
	return "CycloneDX version " + version + " is not supported; 1.0 to 1.7 are"
}
