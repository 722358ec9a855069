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
    'other', json_object('deep', [1, 2], 'deeper', json_object('n', cvss)), 'ids', CASE name WHEN 'n1' THEN json_array(json_object('title', display_name), 7) WHEN 'n2' THEN json_object('title', 'b') END,
    'seen', CASE name WHEN 'n1' THEN '2023-05-01T10:00:00.0000000Z' WHEN 'n2' THEN '2023-05-02 11:12' ELSE 'never' END,
    'list', CASE name WHEN 'n1' THEN '[1,{"a":"b"}]' WHEN 'n2' THEN 'no JSON' END, 'bag', CASE WHEN repository IS NOT NULL THEN json_object('in', json_object('repo', repository), 'more', 1)::varchar END)) AS properties,
  json_object('deep', [1, 2], 'deeper', json_object('n', cvss)) AS other, CASE name WHEN 'n1' THEN [json_object('title', display_name), '7'::json] END AS "ids[]",
  CASE name WHEN 'n1' THEN json_array(json_object('title', display_name), 7) WHEN 'n2' THEN json_object('title', 'b') END AS ids,
  CASE name WHEN 'n1' THEN TIMESTAMP '2023-05-01 10:00:00' END AS seen, CASE name WHEN 'n1' THEN NULL WHEN 'n2' THEN '2023-05-02 11:12' ELSE 'never' END AS seen_words,
  to_json(CASE name WHEN 'n1' THEN '[1,{"a":"b"}]' WHEN 'n2' THEN 'no JSON' END) AS list, CASE name WHEN 'n1' THEN 2 END AS list_count,
  to_json(CASE WHEN repository IS NOT NULL THEN json_object('in', json_object('repo', repository), 'more', 1)::varchar END) AS bag, repository AS bag_repo FROM f;
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
	for _, s := range widerSteps() {
		steps = append(steps, s, s, s)
	}
	known, plain := argCatalog(), argCatalog()
	known.Tables[0].Variants[0].Paths = append(known.Tables[0].Variants[0].Paths, widerPaths()...)
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

// widerPaths are places that have more than a typed column, and widerSteps ask
// for them.
func widerPaths() []kql.Path {
	const add = "properties.additionalData."
	return []kql.Path{
		{Path: add + "other", Column: "other", Type: kql.Dynamic},
		{Path: add + "ids", Column: "ids", Type: kql.Dynamic, List: "ids[]"},
		{Path: add + "seen", Stamp: "seen", Words: "seen_words"},
		{Path: add + "list", Column: "list", Type: kql.Dynamic, Parsed: []kql.Path{{Count: "list_count"}}},
		{Path: add + "bag", Column: "bag", Type: kql.Dynamic, Parsed: []kql.Path{{Path: "in.repo", Column: "bag_repo", Type: kql.String}}},
	}
}

func widerSteps() []string {
	const add = "properties.additionalData."
	return []string{
		"extend d = " + add + "other.deep[1], e = tostring(" + add + "other.deeper.n), o = " + add + "other",
		"extend o = " + add + "other | extend deep = tostring(o.deep), n = todouble(o.deeper.n)",
		"mv-expand i = " + add + "ids | extend title = tostring(i.title)", "mv-expand " + add + "ids", "mv-expand with_itemindex = at i = " + add + "ids",
		"extend many = array_length(" + add + "ids), kind = gettype(" + add + "ids)",
		"extend seen = todatetime(" + add + "seen), said = tostring(" + add + "seen), again = todatetime(tostring(" + add + "seen))",
		"where todatetime(" + add + "seen) > datetime(2023-05-01)", "summarize n = count() by day = bin(todatetime(" + add + "seen), 1d)",
		"extend n = array_length(parse_json(tostring(" + add + "list))), l = parse_json(tostring(" + add + "list)), t = tostring(" + add + "list)",
		"mv-expand l = parse_json(tostring(" + add + "list)) | extend a = tostring(l.a)",
		"extend b = parse_json(tostring(" + add + "bag)) | extend repo = tostring(b['in'].repo), more = toint(b.more), all = tostring(b)",
		"summarize n = count() by repo = tostring(parse_json(tostring(" + add + "bag))['in'].repo)", "extend b = " + add + "bag, isn = isnull(" + add + "bag)",
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
