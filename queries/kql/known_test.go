package kql_test

import (
	"fmt"
	"strings"
	"testing"

	"argosy/queries/kql"
)

// idPatterns are regular expressions that people run over ids.
func idPatterns() []string {
	return []string{
		`.*assessments/(.+?)/.*`, `([\s\S]*?)(/providers/Microsoft.Security.*)`, `^(.+)/providers/Microsoft.Security/assessments/.+$`,
		`(.+)/providers/Microsoft.Security`, `(?i)^(.+)/PROVIDERS/microsoft.security/.+$`, `providers/Microsoft.Security/assessments/([^/]*)`,
		`(?i)providers/microsoft.security/assessments/([^/]+)`, `assessments/([a-f0-9-]+)`, `(.+)/subAssessments`, `(.+)/(.+)`, `(.*?)/(.+)$`,
		`.*assessments/(.+?)/subAssessments/(.+)$`, `^(.*?)/providers/Microsoft.Security`, `subAssessments/(.*)`, `/assessments/(.+)`, `/([^/]+)$`,
		`/regulatoryComplianceStandards/([^/]*)`, `(.*)/providers/Microsoft.Policyinsights`, `^(.+)/nothing/(.+)$`, `(.+)/assessments/(.+)/(.+)`,
		`.*(assessments).*`, `(.*)/`, `x(.*)`, `(.+?)/subAssessments/`, `Security(.)assessments/(.*?)/`, `()(.*)`, `.*registries/(.+?)/.*`,
	}
}

// TestKnownRegex holds what is decided about ids while translating against the
// regular expressions themselves, which run where nothing is known of the text.
func TestKnownRegex(t *testing.T) {
	db := openDB(t)
	cat := argCatalog()
	createStubs(t, db, cat)
	for i, prefix := range []string{"/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.ContainerRegistry/registries/harbor", "p"} {
		id := prefix + "/providers/Microsoft.Security/assessments/c0b7cfc6-3172/subAssessments/n"
		if _, err := db.Exec(`INSERT INTO arg_subassessments (id, name, "type", id_prefix, assessment_key) VALUES (?, 'n', 'microsoft.security/assessments/subassessments', ?, 'c0b7cfc6-3172')`, id, prefix); err != nil {
			t.Fatal(i, err)
		}
	}
	folded := 0
	for _, p := range idPatterns() {
		for group := 0; group < 3 && group <= strings.Count(p, "("); group++ {
			src := fmt.Sprintf(`securityresources | where type == "microsoft.security/assessments/subassessments"
				| project known = extract(@"%s", %d, id), plain = extract(@"%s", %d, replace_string(id, "~", "")), hit = id matches regex @"%s", same = replace_string(id, "~", "") matches regex @"%s"`, p, group, p, group, p, p)
			res, rows, err := runKQL(db, cat, src, kql.Options{})
			if err != nil {
				if strings.Contains(err.Error(), "groups") {
					continue // a group that does not capture
				}
				t.Fatalf("%s: %v", p, explain(src, err))
			}
			if strings.Count(res.SQL, "regexp_extract") > 1 {
				t.Logf("not found: %s %d", p, group)
			} else {
				folded++
			}
			for _, r := range rows {
				if r[0] != r[1] || r[2] != r[3] {
					t.Errorf("%s, group %d: %q (%v), want %q (%v)\n%s", p, group, r[0], r[2], r[1], r[3], res.SQL)
				}
			}
		}
	}
	t.Logf("%d groups were found while translating", folded)
	if folded < 30 {
		t.Errorf("only %d groups were found while translating", folded)
	}
}
