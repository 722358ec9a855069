package defenderportal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"argosy/ingest/csvread"
)

// source turns the rows of a table into JSON, one object a line, as package
// defender reads them.
type source struct {
	csv   *csvread.Reader
	shape shape
	row   csvread.Row
	rest  []byte
	err   error
}

// Read gives the next bytes. An error of the table is kept, so that it is
// reported as it is and not as one of the JSON.
func (s *source) Read(p []byte) (int, error) {
	if len(s.rest) == 0 && !s.next() {
		if s.err != nil {
			return 0, s.err
		}
		return 0, io.EOF
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next makes the next row ready; it reports false at the end and on an error.
func (s *source) next() bool {
	for s.err == nil {
		err := s.csv.Next(&s.row)
		if errors.Is(err, io.EOF) {
			return false
		}
		if err == nil && s.row.Blank() {
			continue
		}
		if err == nil {
			s.rest, err = jsonv2.Marshal(s.object(), jsonv2.Deterministic(true))
		}
		if err != nil {
			s.err = fmt.Errorf("reading the table: %w", err)
			return false
		}
		s.rest = append(s.rest, '\n')
		return true
	}
	return false
}

// object is one row as Resource Graph or Log Analytics would give it.
func (s *source) object() map[string]any {
	switch s.shape {
	case subAssessments:
		return s.subAssessment()
	case recommendations:
		return s.recommendation()
	}
	out := map[string]any{}
	for i, h := range s.csv.Header() {
		if name := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(h), "[UTC]")); name != "" {
			set(out, name, s.row.Cell(i))
		}
	}
	return out
}

// set keeps the text of a cell, as JSON where it is an object or a list. An
// empty cell says nothing.
func set(out map[string]any, name, cell string) {
	if cell == "" || cell == "null" {
		return
	}
	if v := json.RawMessage(cell); (cell[0] == '{' || cell[0] == '[') && json.Valid(v) {
		out[name] = v
		return
	}
	out[name] = cell
}

// object puts named cells together; empty ones are left out.
func object(pairs ...string) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		set(out, pairs[i], pairs[i+1])
	}
	return out
}

// others are the columns that nobody asked for.
func (s *source) others(used map[string]bool) map[string]any {
	out := map[string]any{}
	for i, h := range s.csv.Header() {
		if !used[csvread.Fold(h)] {
			set(out, h, s.row.Cell(i))
		}
	}
	return out
}

// subAssessment makes a sub-assessment of a row of the query that the portal
// calls "query returning security findings".
func (s *source) subAssessment() map[string]any {
	w := &s.row
	key, name := w.Text("assessmentKey"), w.Text("name", "subAssessmentId", "subAssessmentName")
	resource := w.Text("resourceId", "parentResourceId", "azureResourceId")
	properties := object("id", w.Text("subAssessmentId"), "displayName", w.Text("subAssessmentName", "displayName"), "description", w.Text("subAssessmentDescription", "description"),
		"remediation", w.Text("subAssessmentRemediation", "remediation"), "category", w.Text("subAssessmentCategory", "category"),
		"impact", w.Text("subAssessmentImpact", "impact"), "timeGenerated", w.Text("timeGenerated"), "additionalData", w.Text("additionalData"))
	properties["status"] = object("code", w.Text("status", "statusCode"), "cause", w.Text("cause", "statusCause"),
		"description", w.Text("statusDescription"), "severity", w.Text("severity"))
	properties["resourceDetails"] = object("id", resource, "source", w.Text("resourceSource", "environment"))
	id := w.Text("id")
	if id == "" {
		id = strings.TrimRight(parent(w, resource), "/") + "/providers/Microsoft.Security/assessments/" + key + "/subassessments/" + name
	}
	out := object("id", id, "name", name, "type", "microsoft.security/assessments/subassessments", "tenantId", w.Text("tenantId"),
		"subscriptionId", w.Text("subscriptionId"), "resourceGroup", w.Text("resourceGroup"), "location", w.Text("location"))
	out["properties"] = properties
	return out
}

// parent is the Azure resource that a sub-assessment hangs on: the registry,
// where the resource is one of its images.
func parent(w *csvread.Row, resource string) string {
	if p := w.Text("parentResourceId"); p != "" {
		return p
	}
	lower := strings.ToLower(resource)
	for _, mark := range []string{"/repositories/", "/repository/", "/providers/microsoft.security/"} {
		if i := strings.Index(lower, mark); i > 0 {
			return resource[:i]
		}
	}
	if resource == "" || resource[0] != '/' {
		return "/" + resource
	}
	return resource
}

// recommendation makes an assessment of a row of the portal's CSV report.
func (s *source) recommendation() map[string]any {
	w := &s.row
	id, resource := w.Text("recommendationId"), w.Text("resourceId")
	key := w.Text("recommendationName")
	if !strings.Contains(strings.ToLower(id), "/providers/microsoft.security/assessments/") {
		id = strings.TrimRight(parent(w, resource), "/") + "/providers/Microsoft.Security/assessments/" + key
	}
	properties := object("displayName", w.Text("recommendationDisplayName"), "timeGenerated", w.Text("exportedTimestamp"))
	properties["status"] = object("code", w.Text("state"), "cause", w.Text("notApplicableReason"),
		"firstEvaluationDate", w.Text("firstEvaluationDate"), "statusChangeDate", w.Text("statusChangeDate"))
	properties["metadata"] = object("displayName", w.Text("recommendationDisplayName"), "description", w.Text("description"),
		"remediationDescription", w.Text("remediationSteps"), "severity", w.Text("severity"))
	properties["resourceDetails"] = object("Id", resource, "Source", "Azure", "ResourceType", w.Text("resourceType"), "ResourceName", w.Text("resourceName"))
	properties["links"] = object("azurePortal", w.Text("azurePortalRecommendationLink"))
	used := map[string]bool{}
	for _, c := range []string{"recommendationId", "resourceId", "recommendationName", "recommendationDisplayName", "exportedTimestamp", "state",
		"notApplicableReason", "firstEvaluationDate", "statusChangeDate", "description", "remediationSteps", "severity", "resourceType",
		"resourceName", "azurePortalRecommendationLink", "subscriptionId", "resourceGroup", "tenantId"} {
		used[csvread.Fold(c)] = true
	}
	if rest := s.others(used); len(rest) > 0 {
		properties["additionalData"] = rest
	}
	out := object("id", id, "name", key, "type", "microsoft.security/assessments", "subscriptionId", w.Text("subscriptionId"),
		"resourceGroup", w.Text("resourceGroup"), "tenantId", w.Text("tenantId"))
	out["properties"] = properties
	return out
}
