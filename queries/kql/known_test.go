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

// TestKnownContains looks for texts in ids of a known make-up, in the parts and
// across their bounds, as in ids of which nothing is known.
func TestKnownContains(t *testing.T) {
	db := openDB(t)
	cat := argCatalog()
	createStubs(t, db, cat)
	for i, c := range [][3]string{{"/subscriptions/S-1/registries/harbor", "c0b7cfc6-3172", "n-7"}, {"p", "dbd0cb49-b563", "C0B7cfc6-3172"}, {"c0b7", "cfc6", "x"}} {
		id := c[0] + "/providers/Microsoft.Security/assessments/" + c[1] + "/subAssessments/" + c[2]
		if _, err := db.Exec(`INSERT INTO arg_subassessments (id, name, "type", id_prefix, assessment_key) VALUES (?, ?, 'microsoft.security/assessments/subassessments', ?, ?)`, id, c[2], c[0], c[1]); err != nil {
			t.Fatal(i, err)
		}
	}
	apart := 0
	for _, text := range []string{"c0b7cfc6-3172", "C0B7CFC6-3172", "HARBOR", "harbor/providers", "assessments/c0b7", "c0b7cfc6", "s/c", "/", "S", "n-7", "7", "SubAssessments", "3172/sub", "ſ", "é", "p/PROVIDERS", "none"} {
		for _, op := range []string{"contains", "!contains", "contains_cs"} {
			src := fmt.Sprintf(`securityresources | where type == "microsoft.security/assessments/subassessments"
				| project id, known = id %s "%s", plain = replace_string(id, "~", "") %s "%s"`, op, text, op, text)
			res, rows, err := runKQL(db, cat, src, kql.Options{})
			if err != nil {
				t.Fatalf("%s: %v", text, explain(src, err))
			}
			if strings.Contains(res.SQL, `lower(t."assessment_key")`) {
				apart++
			}
			if len(rows) != 3 {
				t.Fatalf("%d rows, want 3", len(rows))
			}
			for _, r := range rows {
				if r[1] != r[2] {
					t.Errorf("%v %s %q is %v, want %v\n%s", r[0], op, text, r[1], r[2], res.SQL)
				}
			}
		}
	}
	if apart < 8 {
		t.Errorf("only %d texts were looked for in the parts", apart)
	}
}
