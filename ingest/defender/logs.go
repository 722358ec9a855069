package defender

import (
	"encoding/json"
	"errors"
	"strings"
)

// fromLogs turns a row of Log Analytics' SecurityNestedRecommendation into the
// form of the others. Its columns are flat, and AdditionalData is a string.
func fromLogs(row map[string]json.RawMessage) (map[string]json.RawMessage, error) {
	assessed := text(row, "AssessedResourceId")
	key := text(row, "RecommendationId", "AssessmentId", "ParentRecommendationId")
	if assessed == "" || key == "" {
		return nil, errors.New("the row has neither properties nor AssessedResourceId and ParentRecommendationId or RecommendationId")
	}
	name := text(row, "NestedRecommendationId", "VulnerabilityId", "SubAssessmentName", "RecommendationSubId", "Id")
	id := assessed
	if !strings.Contains(strings.ToLower(assessed), "/providers/microsoft.security/assessments/") {
		id = strings.TrimRight(assessed, "/") + "/providers/Microsoft.Security/assessments/" + lastPart(key) + "/subassessments/" + lastPart(name)
	}
	additional, _ := unwrapped(row["AdditionalData"])
	props, err := json.Marshal(map[string]any{
		"displayName": text(row, "RecommendationName", "DisplayName", "VulnerabilityId"), "id": text(row, "VulnerabilityId", "Id"),
		"description":   text(row, "Description"),
		"remediation":   text(row, "RemediationDescription", "RemidiationDescription"),
		"category":      text(row, "Category"),
		"impact":        text(row, "Impact"),
		"timeGenerated": text(row, "SubAssessmentTimeGeneration", "TimeGenerated"),
		"status": map[string]string{"code": first(text(row, "RecommendationState", "State"), "Unhealthy"), "severity": text(row, "RecommendationSeverity", "Severity"),
			"cause": text(row, "Cause", "NotApplicableReason"), "description": statusDescription(row)},
		"resourceDetails": map[string]string{"id": assessed, "source": text(row, "Environment")},
		"additionalData":  additional,
	})
	if err != nil {
		return nil, err
	}
	quoted := func(s string) json.RawMessage { b, _ := json.Marshal(s); return b }
	return map[string]json.RawMessage{"id": quoted(id), "name": quoted(name), "type": quoted(subAssessment),
		"tenantId": row["TenantId"], "properties": props}, nil
}

// statusDescription is what the column Description holds where the table has
// Cause, too: the reason of the status.
func statusDescription(row map[string]json.RawMessage) string {
	if _, ok := row["Cause"]; ok {
		return text(row, "Description")
	}
	return ""
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
