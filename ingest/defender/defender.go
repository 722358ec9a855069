// Package defender reads container findings of Microsoft Defender for Cloud
// in all four generations of their shape and in every envelope that they come
// in: REST lists, answers of Azure Resource Graph, "az graph query",
// Search-AzGraph, Event Hub messages and Log Analytics tables. Its findings
// about machines, and those of Defender for Endpoint, are read as such.
//
// The generations are called S1 (Qualys), S2 (the preview of 2023), S3
// (Defender Vulnerability Management, grouped) and S4 (individual
// recommendations of 2026). See Microsoft Learn, "Sub-assessments REST API"
// and "Transition from grouped to individual recommendations".
package defender

import (
	"context"

	"argosy/ingest/format"
)

const scanner = "defender"

// Format is Defender's rows in any envelope.
var Format = format.Format{Name: "defender", Title: "Microsoft Defender for Cloud", Detect: detect, Decode: decode}

// envelopes are the paths at which rows stand.
func envelopes() []string {
	return []string{"", "[]", "value[]", "data[]", "Data[]", "records[]", "[].data[]", "[].value[]"}
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	best := 0
	for _, e := range envelopes() {
		at := func(key string) string {
			if e == "" {
				return key
			}
			return e + "." + key
		}
		n := o.Count(at("id"), at("type"), at("properties"), at("name"), at("properties.status"), at("properties.additionalData"), at("subscriptionId"), at("tenantId"))
		if o.HasAll(at("id"), at("type"), at("properties")) && isAzureID(o.Value(at("id"))) {
			return format.Match{Verdict: format.Yes, Version: "rows", Score: n + 3}
		}
		if o.HasAll(at("id"), at("properties.status.code"), at("properties.additionalData.assessedResourceType")) {
			// Sub-assessments without their types, as tools pass them on.
			return format.Match{Verdict: format.Yes, Version: "rows", Score: n + 3}
		}
		if o.Has(at("AssessedResourceId")) || o.HasAll(at("RecommendationId"), at("RecommendationName")) {
			return format.Match{Verdict: format.Yes, Version: "log-analytics", Score: 8}
		}
		best = max(best, n)
	}
	if o.HasAll("data.columns[].name", "data.rows") || o.HasAll("tables[].columns[].name", "tables[].rows") {
		return format.Match{Verdict: format.Yes, Version: "table", Score: 6}
	}
	if m := detectEndpoint(o); m.Verdict != format.No {
		return m
	}
	if o.HasAll("value", "count") || o.HasAll("data", "count") || o.HasAll("data", "totalRecords") || o.HasAll("value", "nextLink") {
		if !o.HasAny("value[]", "data[]") {
			return format.Match{Verdict: format.Yes, Version: "rows", Score: 4}
		}
	}
	return format.Match{Score: max(0, best-1), Reason: "rows need the columns id, type and properties; leave out the query's project"}
}

// isAzureID tells resource ids from other ids.
func isAzureID(id string) bool {
	return len(id) > 1 && id[0] == '/'
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := newDecoder(to)
	if err := d.documents(ctx, in); err != nil {
		return err
	}
	return d.finish()
}
