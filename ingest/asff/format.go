// Package asff reads findings of AWS Security Hub (AWS Security Finding
// Format, schema version 2018-10-08) about vulnerabilities: the answer of
// get-findings, lists and lines of findings, what tools import into Security
// Hub (Trivy's template among them), and the events of EventBridge.
//
// A finding is one row for each package of each vulnerability that it names.
// Findings about compliance and threats are no vulnerabilities.
package asff

import "argosy/ingest/format"

// Format reads findings of Security Hub.
var Format = format.Format{
	Name:   "asff",
	Title:  "AWS Security Hub findings (ASFF)",
	Detect: detect,
	Decode: decode,
}

// version is the only version of the schema that there is.
const version = "2018-10-08"

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	near := format.Match{Reason: "findings of Security Hub have the SchemaVersion " + version}
	for _, at := range []string{"Findings[].", "findings[].", "[].", "", "detail.findings[].", "[].detail.findings[]."} {
		n := o.Count(at+"ProductArn", at+"GeneratorId", at+"AwsAccountId", at+"Types", at+"Resources[].Type",
			at+"Vulnerabilities[].Id", at+"RecordState", at+"Workflow.Status")
		if n > 1 && o.Has(at+"SchemaVersion") {
			v := o.Value(at + "SchemaVersion")
			if v != version {
				return format.Match{Verdict: format.Unsupported, Version: v, Score: n,
					Reason: "findings of the schema version " + v + " are not supported; " + version + " is"}
			}
			return format.Match{Verdict: format.Yes, Version: v, Score: n + 1}
		}
		near.Score = max(near.Score, n)
	}
	if o.Whole && o.Has("Findings") && !o.Has("Findings[]") && len(o.Keys("")) <= 2 {
		return format.Match{Verdict: format.Yes, Score: 2}
	}
	return near
}
