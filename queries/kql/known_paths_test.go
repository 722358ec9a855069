package kql_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"argosy/queries/kql"
)

// sameRows fills both the table and its variant with the same findings: JSON
// that says what the typed columns say.
const sameRows = `
CREATE TABLE f AS SELECT * FROM (VALUES
  ('/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.ContainerRegistry/registries/harbor', 'c0b7cfc6-3172', 'n1', 'CVE-1', 'web/app', 'sha256:aa', TIMESTAMP '2023-05-01 10:00:00', 9.8::DOUBLE, 'High', 'Unhealthy', 'openssl', '1.1.1', '1.1.1t'),
  ('/subscriptions/s-1/resourceGroups/RG-2/providers/Microsoft.ContainerRegistry/registries/harbor', 'c0b7cfc6-3172', 'n2', 'CVE-2', NULL, 'sha256:bb', NULL, NULL, 'Low', 'Healthy', 'zlib', '1.2', NULL),
  ('/subscriptions/s-2/resourceGroups/rg-1', 'dbd0cb49-b563', 'n3', 'CVE-3', 'db', NULL, TIMESTAMP '2022-01-01', 5::DOUBLE, NULL, 'NotApplicable', NULL, NULL, '')
) v(id_prefix, assessment_key, name, display_name, repository, digest, published, cvss, severity, status, package_name, package_version, fixed_version);
CREATE TABLE g AS SELECT f.*, id_prefix || '/providers/Microsoft.Security/assessments/' || assessment_key || '/subAssessments/' || name AS id,
  'microsoft.security/assessments/subassessments' AS "type", 't' AS "tenantId", 'rg' AS "resourceGroup", 's' AS "subscriptionId",
  json_object('displayName', display_name, 'status', json_object('code', status, 'severity', severity), 'additionalData', json_object(
    'repositoryName', repository, 'imageDigest', digest, 'cvssV30Score', cvss, 'publishedTime', strftime(published, '%Y-%m-%dT%H:%M:%S.%f0Z'),
    'packageInformation', [json_object('name', package_name, 'installedVersion', package_version, 'fixedVersion', fixed_version)],
    'other', json_object('deep', [1, 2]))) AS properties FROM f;
INSERT INTO arg_subassessments BY NAME SELECT * FROM g;
INSERT INTO securityresources BY NAME SELECT id, name, "type", "tenantId", "resourceGroup", "subscriptionId", properties FROM g;`

// TestKnownPathsChangeNothing runs queries with and without what the catalog
// knows of the insides of properties and id: the results must be the same.
func TestKnownPathsChangeNothing(t *testing.T) {
	var steps []string
	files, _ := filepath.Glob(filepath.Join(casesDir, "*", "query.kql"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, aboutFindings(string(b))...)
	}
	n := 200
	if corpus := os.Getenv("ARGOSY_CORPUS"); corpus != "" {
		for _, c := range readRecorded(t, filepath.Join(corpus, "kql", "arg-queries.jsonl")) {
			steps = append(steps, aboutFindings(c.Query)...)
		}
		n = 800
	}
	for _, p := range idPatterns() {
		steps = append(steps, fmt.Sprintf(`extend extract(@"%s", 1, id)`, p))
	}
	db := openDB(t)
	known, plain := argCatalog(), argCatalog()
	plain.Tables[0].Variants = nil
	createStubs(t, db, known)
	if _, err := db.Exec(sameRows); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 5))
	opt := kql.Options{Now: goldenNow}
	rowsSeen := 0
	for range n {
		src := `securityresources | where type == "microsoft.security/assessments/subassessments"`
		for range 2 + random.IntN(6) {
			longer := src + "\n| " + steps[random.IntN(len(steps))]
			if res, err := kql.Translate(longer, known, opt); err == nil && len(res.Columns) > 0 {
				if _, rows, err := runKQL(db, known, longer, opt); err == nil && len(rows) > 0 {
					src = longer
				}
			}
		}
		_, a, err := runKQL(db, known, src, opt)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		_, b, err := runKQL(db, plain, src, opt)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		rowsSeen += len(a)
		if x, y := asSet(a), asSet(b); !slices.Equal(x, y) {
			t.Errorf("%s\nwith known paths\n%s\nwithout\n%s", src, strings.Join(x, "\n"), strings.Join(y, "\n"))
		}
	}
	if rowsSeen < n {
		t.Errorf("%d queries gave only %d rows", n, rowsSeen)
	}
}

// aboutFindings are the steps of a query whose result does not depend on chance.
func aboutFindings(src string) []string {
	_, steps := taken(src)
	return slices.DeleteFunc(steps, func(s string) bool {
		for _, word := range []string{"take", "limit", "sample", "any(", "rand", "new_guid", "row_number", "arg_m", "top", "prev(", "next(", "make_list", "make_set", "make_bag", "scan", "row_", "mv-apply", "innerunique", "join", "serialize"} {
			if strings.Contains(s, word) {
				return true
			}
		}
		return false
	})
}

func asSet(rows [][]any) []string {
	var out []string
	for _, r := range rows {
		var cells []string
		for _, v := range r {
			cells = append(cells, cellText(v))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	slices.Sort(out)
	return out
}
