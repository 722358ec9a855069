// Package clair reads the reports of Clair: the vulnerability report of
// version 4 (quay/claircore, VulnerabilityReport), which keeps packages and
// vulnerabilities in maps by id, and those of older versions and the tools
// around them: the layers of the APIs 1 and 3, Quay's security information,
// clairctl, clair-scanner and klar.
package clair

import "argosy/ingest/format"

// name is the format's and the scanner's name.
const name = "clair"

// Format reads reports of Clair.
var Format = format.Format{
	Name:   name,
	Title:  "Clair report",
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
	n := o.Count(at+"manifest_hash", at+"package_vulnerabilities", at+"environments", at+"distributions", at+"repository", at+"enrichments", at+"packages")
	switch {
	case o.Has(at+"manifest_hash") && !o.Has(at+"package_vulnerabilities") && o.HasAny(at+"state", at+"success"):
		return format.Match{Verdict: format.NotApplicable, Version: "4", Score: n, Reason: "an index report lists packages and no vulnerabilities"}
	case o.Whole && o.Has(at+"manifest_hash") && !o.HasAny(at+"package_vulnerabilities", at+"vulnerabilities"):
		return format.Match{Score: n + 1, Reason: "a report of Clair 4 has vulnerabilities and package_vulnerabilities beside manifest_hash"}
	case o.Has(at+"manifest_hash") && n > 1:
		return format.Match{Verdict: format.Yes, Version: "4", Score: n + 1}
	}
	return legacy(o, at)
}

// legacy recognises what is older than version 4.
func legacy(o *format.Outline, at string) format.Match {
	near := format.Match{Reason: "a report of Clair has manifest_hash, or layers with features"}
	n := o.Count(at+"unapproved", at+"image", at+"vulnerabilities[].featurename", at+"vulnerabilities[].featureversion", at+"vulnerabilities[].fixedby",
		at+"vulnerabilities[].namespace")
	if o.HasAny(at+"vulnerabilities[].featurename", at+"vulnerabilities[].Featurename") || o.HasAll(at+"unapproved", at+"vulnerabilities") {
		return format.Match{Verdict: format.Yes, Version: "clair-scanner", Score: n + 1}
	}
	if o.HasAll(at+"LayerCount", at+"Vulnerabilities") {
		return format.Match{Verdict: format.Yes, Version: "klar", Score: 3}
	}
	near.Score = n
	for _, layer := range []string{"Layer.", "data.Layer.", "Layers[].Layer.", "Layers[]."} {
		n := o.Count(at+layer+"Name", at+layer+"IndexedByVersion", at+layer+"NamespaceName", at+layer+"Features", at+layer+"Features[].Vulnerabilities",
			at+layer+"Features[].AddedBy", at+layer+"ParentName")
		if o.Has(at+layer+"Features") && n > 1 || o.HasAll(at+layer+"IndexedByVersion", at+layer+"Name") {
			return format.Match{Verdict: format.Yes, Version: "1", Score: n + 1}
		}
		near.Score = max(near.Score, n)
	}
	if n := o.Count(at+"ancestry.name", at+"ancestry.layers", at+"ancestry.layers[].detected_features", at+"ancestry.features", at+"ancestry.scanned_listers"); n > 1 {
		return format.Match{Verdict: format.Yes, Version: "3", Score: n + 1}
	}
	return near
}
