// Package defenderportal reads the tables that the Azure portal writes about
// Microsoft Defender for Cloud: the CSV report of the recommendations page,
// what Resource Graph Explorer and Log Analytics download, and the tables of
// findings that queries project from them.
//
// Tables that hold whole rows become rows again and are read as package
// defender reads them; see Microsoft Learn, "Review security recommendations"
// and "Export container vulnerability assessment results".
package defenderportal

import (
	"context"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/defender"
	"argosy/ingest/format"
)

// Format reads Defender's tables.
var Format = format.Format{
	Name:   "defenderportal",
	Title:  "Defender for Cloud CSV from the portal",
	Detect: detect,
	LastColumns: []string{"nativeCloudAccountId", "azurePortalRecommendationLink", "extendedLocation", "zones", "tags", "properties", "additionalData",
		"subscriptionId", "IsSnapshot", "TenantId", "Type", "Status Description", "Owner"},
	Decode: decode,
}

// shape is what the rows of a table are.
type shape string

const (
	none            shape = ""
	argRows         shape = "rows"            // whole rows of Resource Graph
	logs            shape = "log-analytics"   // rows of Log Analytics' tables
	subAssessments  shape = "sub-assessments" // "query returning security findings"
	recommendations shape = "recommendations" // "Download CSV report"
	findings        shape = "findings"        // a query's own columns
)

// marks are the columns that tell a shape; all must be there. The first shape
// that fits is taken.
func marks() []mark {
	return []mark{
		{argRows, []string{"id", "type", "properties"}},
		{logs, []string{"AssessedResourceId", "RecommendationId"}},
		{logs, []string{"AssessedResourceId", "AssessmentId"}},
		{logs, []string{"AssessedResourceId", "RecommendationName"}},
		{subAssessments, []string{"assessmentKey", "subAssessmentId"}},
		{subAssessments, []string{"assessmentKey", "subAssessmentName"}},
		{recommendations, []string{"resourceId", "recommendationId", "recommendationName", "state"}},
	}
}

type mark struct {
	shape   shape
	columns []string
}

// shapeOf tells a table by its columns and counts the marks.
func shapeOf(has func(string) bool) (shape, int) {
	near := 0
	for _, m := range marks() {
		n := 0
		for _, c := range m.columns {
			if has(c) {
				n++
			}
		}
		if n == len(m.columns) {
			return m.shape, n + 3
		}
		near = max(near, n)
	}
	n := 0
	for _, list := range [][]string{vulnerabilityColumns(), packageColumns(), {"imageDigest", "repositoryName", "artifactDigest"}, azureColumns()} {
		for _, c := range list {
			if has(c) {
				n++
				break
			}
		}
	}
	if n == 4 {
		return findings, n
	}
	return none, max(near, n) - 1
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.CSV {
		return format.Match{}
	}
	s, score := shapeOf(func(name string) bool { return o.Column(name) >= 0 })
	if s == none {
		return format.Match{Score: max(score, 0), Reason: "a table of Defender's rows needs the columns id, type and properties, or one each for vulnerability, package, image digest or repository, and subscription"}
	}
	return format.Match{Verdict: format.Yes, Version: string(s), Score: score}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	r, err := csvread.New(in, csvread.Options{})
	if err != nil {
		return err
	}
	s, _ := shapeOf(func(name string) bool { return r.Column(name) >= 0 })
	switch s {
	case findings:
		return decodeFindings(ctx, r, in, to)
	case none:
		return &format.Error{Msg: "the table has none of the columns of Defender's exports: " + strings.Join(r.Header(), ", ")}
	}
	src := &source{csv: r, shape: s}
	if !src.next() {
		return src.err
	}
	inner := *in
	// The rows that the table is turned into are no documents of their own.
	inner.Reader, inner.Foreign, inner.GiveBack = src, nil, nil
	if err := defender.Format.Decode(ctx, &inner, to); err != nil && src.err == nil {
		return err
	}
	return src.err
}
