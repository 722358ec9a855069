package kql_test

import (
	"os"
	"testing"
	"time"

	"argosy/queries/kql"
)

func TestScratchPerf(t *testing.T) {
	src, err := os.ReadFile("/tmp/ref.kql")
	if err != nil || os.Getenv("PERF") == "" {
		t.Skip()
	}
	db := openDB(t)
	for _, q := range []string{
		`create table f as select i::varchar n, 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5' k, 'CVE-2023-'||(i%5000) dn, 'repo'||(i%300) repo, 'sha256:'||md5((i%1000)::varchar) dg, timestamp '2020-01-01' + interval (i%1000) day pub, (i%100)/10.0::double cvss, ['High','Low','Medium'][1+i%3] sev, 'pkg'||(i%700) pn, '1.'||(i%50) pv, '2.'||(i%50) fv, '/subscriptions/s'||(i%5)||'/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/reg'||(i%7) pre, 'sub'||(i%5) sub from range(1000000) t(i)`,
		`create view arg_subassessments as select pre || '/providers/Microsoft.Security/assessments/' || k || '/subAssessments/' || n as id, n as name, 'microsoft.security/assessments/subassessments' as "type", 'tenant' as "tenantId", '' as kind, '' as location, 'rg' as "resourceGroup", sub as "subscriptionId", '' as "managedBy", null::json sku, null::json as plan, json_object('displayName', dn, 'additionalData', json_object('repositoryName', repo)) as properties, dn as display_name, repo as repository, dg as digest, pub as published, cvss, sev as severity, 'Unhealthy' as status, pn as package_name, pv as package_version, fv as fixed_version, pre as id_prefix, k as assessment_key from f`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	res, err := kql.Translate(string(src), argCatalog(), kql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(res.SQL)
	hand := `select repo, case when strpos(pre,'/providers/Microsoft.ContainerRegistry/registries/')>0 then substr(pre, strpos(pre,'/providers/Microsoft.ContainerRegistry/registries/')+50) else '' end, dg, dn, sev, pub, cvss::varchar, pn, pv, fv, 'tenant', 'rg', sub from f where k='c0b7cfc6-3172-465a-b378-53c7ff2cc0d5'`
	for i := 0; i < 4; i++ {
		for name, q := range map[string]string{"kql": res.SQL, "hand": hand} {
			start := time.Now()
			if _, err := db.Exec("create or replace temp table out as " + q); err != nil {
				t.Fatal(err)
			}
			t.Log(name, time.Since(start))
		}
	}
}
