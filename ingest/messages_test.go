package ingest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/schema"
)

// nowhere is a loader that takes nothing in.
type nowhere struct{ ingest.Loader }

func (nowhere) Findings(context.Context, []schema.StagedFinding) error       { return nil }
func (nowhere) Advisories(context.Context, []schema.StagedAdvisory) error    { return nil }
func (nowhere) Resources(context.Context, []schema.StagedResource) error     { return nil }
func (nowhere) Statements(context.Context, []schema.StagedStatement) error   { return nil }
func (nowhere) Feeds(context.Context, int, []schema.FeedEntry) error         { return nil }
func (nowhere) Accept(context.Context, int, []schema.StagedScan, bool) error { return nil }

func workbook(t *testing.T) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte("<x/>"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMessages hands over what people hand over by mistake: a report of a
// version that is not read, a report about something else, and what is no
// report. Each is told apart, by what it is and what to do.
func TestMessages(t *testing.T) {
	const (
		version = schema.FileUnsupported
		nothing = schema.FileNotApplicable
		unknown = schema.FileUnrecognised
	)
	for name, c := range map[string]struct {
		doc   string
		state schema.FileState
		want  string
	}{
		"trivy version 3":       {`{"SchemaVersion":3,"ArtifactName":"x","Results":[]}`, version, "Trivy JSON: schema version 3 is not supported; 1 and 2 are"},
		"sarif 1":               {`{"version":"1.0.0","runs":[{"toolInfo":{"name":"x"},"results":[]}]}`, version, "SARIF version 1.0.0 is not supported; 2.1.0 is"},
		"openvex of the future": {`{"@context":"https://openvex.dev/ns/v9.0.0","@id":"x","author":"a","statements":[]}`, version, "OpenVEX version v9.0.0 is not supported; 0.0.1 and 0.2.0 are"},
		"govulncheck":           {`{"config":{"protocol_version":"v1.0.0","scanner_name":"govulncheck"}}`, version, "this is a report of govulncheck as JSON, which is not read; write SARIF with: govulncheck -format sarif"},
		"dependency-check":      {`{"reportSchema":"1.1","scanInfo":{"engineVersion":"9"},"dependencies":[{"fileName":"a.jar"}]}`, version, "write SARIF with: dependency-check --format SARIF"},
		"policy report":         {`{"apiVersion":"wgpolicyk8s.io/v1alpha2","kind":"PolicyReport","results":[{"policy":"CVE-2031-1","properties":{"installedVersion":"1"}}]}`, version, "ingest the reports of the scanner itself"},
		"open report":           {`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"openreports.io/v1alpha1","kind":"Report","results":[{"properties":{"installedVersion":"1"}}]}]}`, version, "ingest the reports of the scanner itself"},
		"policies":              {`{"apiVersion":"wgpolicyk8s.io/v1alpha2","kind":"PolicyReport","results":[{"policy":"no-root","source":"kyverno"}]}`, nothing, "this is a report of policies of Kubernetes (PolicyReport), about settings"},

		"trivy settings": {`{"SchemaVersion":2,"ArtifactName":"Dockerfile","ArtifactType":"filesystem","Results":[{"Target":"Dockerfile","Class":"config","Misconfigurations":[{"ID":"DS002"}]}]}`,
			nothing, "this Trivy report holds misconfigurations, secrets or licenses only"},
		"trivy secrets of an image": {`{"SchemaVersion":2,"ArtifactName":"i:1","ArtifactType":"container_image","Metadata":{"OS":{"Family":"debian","Name":"12"}},"Results":[{"Target":"/.env","Class":"secret","Secrets":[{"RuleID":"k"}]}]}`,
			nothing, "this Trivy report holds misconfigurations, secrets or licenses only"},
		"semgrep as sarif": {`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Semgrep OSS"}},"results":[{"ruleId":"python.eval","message":{"text":"eval"}}]}]}`,
			nothing, "this SARIF report of Semgrep OSS holds 1 results and none about a vulnerable package"},
		"inventory":     {`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"zlib","version":"1"}]}`, nothing, "is an inventory: it lists no vulnerabilities"},
		"spdx":          {`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"n","packages":[]}`, nothing, "SPDX: this is an inventory of packages"},
		"sonarqube":     {`{"paging":{"total":1},"issues":[{"rule":"java:S2068","component":"a","severity":"BLOCKER"}]}`, nothing, "this is a report of SonarQube, about the text of files"},
		"npm audit":     {`{"auditReportVersion":2,"vulnerabilities":{"lodash":{"severity":"high"}}}`, nothing, "this is a report of npm audit, about the packages of a source tree"},
		"pip-audit":     {`{"dependencies":[{"name":"flask","version":"0.5","vulns":[]}],"fixes":[]}`, nothing, "this is a report of pip-audit"},
		"zap":           {`{"@programName":"ZAP","site":[]}`, nothing, "this is a report of ZAP, about web pages"},
		"checkov":       {`{"check_type":"terraform","results":{"failed_checks":[]}}`, nothing, "this is a report of Checkov, about settings"},
		"kube-bench":    {`{"Controls":[{"id":"1"}],"Totals":{"total_pass":1}}`, nothing, "this is a report of kube-bench, about settings"},
		"nessus":        {`<?xml version="1.0"?><NessusClientData_v2/>`, nothing, "this is a report of Nessus, about hosts"},
		"pods":          {`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"n"}]}}]}`, nothing, "argosy k8s sync --cluster NAME FILE"},
		"images of ecr": {`{"imageDetails":[{"repositoryName":"a","imageDigest":"sha256:1"}]}`, nothing, "argosy registry import FILE"},
		"prose":         {"Dear all,\nthe scan went well.\n", nothing, "it is plain text, no report"},

		"page":                    {"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>", unknown, "it is a web page (HTML): a page to sign in, or a report for people; let the scanner write JSON"},
		"workbook":                {workbook(t), unknown, "it is an Excel workbook: save the table as CSV"},
		"pdf":                     {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", unknown, "it is a PDF document: export the report as JSON or CSV"},
		"sqlite":                  {"SQLite format 3\x00\x10\x00", unknown, "it is an SQLite database: export the report as JSON or CSV"},
		"duckdb":                  {"\x01\x02\x03\x04\x05\x06\x07\x08DUCK\x40\x00", unknown, "a database of argosy's is named with --db"},
		"noise":                   {"\x01\x02\x9f\x00\x03", unknown, "it is binary data"},
		"almost":                  {`{"matches":[]}`, unknown, "closest is Grype JSON: matches of Grype hold vulnerability and artifact"},
		"bzip2":                   {"\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x31\x7c\x55\x6e\x00\x00\x06\x1b\x80\x10\x00\x00\x10\x00\x0a\x2a\x42\x0c\x0a\x20\x00\x22\x98\x8c\x1e\xa0\x80\x68\x02\x85\x6f\x58\x5b\x86\x66\x8b\xb9\x22\x9c\x28\x48\x18\xbe\x2a\xb7\x00", unknown, "closest is Grype JSON"},
		"bzip2 cut":               {"\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x31\x7c\x55\x6e\x00\x00\x06\x1b\x80\x10\x00\x00\x10\x00\x0a\x2a\x42\x0c", schema.FileRejected, "the bzip2 data ends too early: the file is cut off"},
		"an answer":               {`{"error":"unauthorized","message":"token expired"}`, unknown, `it is what a server answers when something failed: "token expired"; its top-level keys are error, message`},
		"an answer of a registry": {`{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, unknown, `answers when something failed: "authentication required"`},
		"python":                  {`{'SchemaVersion': 2, 'Results': []}`, unknown, "it begins like JSON and is none: invalid character '\\''"},
		"lock file":               {`{"name":"a","version":"1","lockfileVersion":3,"packages":{"":{"name":"a"}}}`, nothing, "this is a report of npm's lock file, which lists packages and no vulnerabilities"},
		"manifest":                {`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{}}`, nothing, "a resource of Kubernetes and no scan"},
		"broken":                  {`{"SchemaVersion":2,"ArtifactName":"i:1","Results":[}`, schema.FileRejected, "the JSON is broken after byte 51, at /Results/0: invalid character '}'"},
		"endless": {`{"SchemaVersion":2,"ArtifactName":"i:1","Results":[{"Target":"i","Class":"os-pkgs","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-2031-1","PkgName":"` + strings.Repeat("a", 20<<20) + `"}]}]}`,
			schema.FileRejected, "a finding has 20 MB of text and more than 16 MB are not read"},
		"table of trivy":   {"\nnginx (debian 12)\n=====\nTotal: 1 (UNKNOWN: 0, LOW: 0, CRITICAL: 1)\n\n│ Library │ Vulnerability │\n", version, "this is the table that Trivy prints for people, which is not read; let it write JSON: trivy image --format json"},
		"table of grype":   {"NAME  INSTALLED  FIXED-IN  TYPE  VULNERABILITY  SEVERITY\nzlib  1.2        1.3       apk   CVE-2031-1     High\n", version, "grype -o json"},
		"operator as yaml": {"apiVersion: aquasecurity.github.io/v1alpha1\nkind: VulnerabilityReport\nmetadata:\n  name: x\n", version, "kubectl get vulnerabilityreports -A -o json"},
		"table":            {"Name,Owner\na,b\n", unknown, "say which column holds what: argosy ingest --map mapping.yaml FILE"},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := ingest.Load(t.Context(), []string{ingest.Stdin}, nowhere{}, ingest.Options{Name: "it", Stdin: strings.NewReader(c.doc), Now: time.Unix(0, 0)})
			if err != nil || len(files) != 1 {
				t.Fatalf("%d results, %v", len(files), err)
			}
			if f := files[0]; f.State != c.state || !strings.Contains(f.Error, c.want) {
				t.Errorf("%s: %s\nwant %s: %s", f.State, f.Error, c.state, c.want)
			}
		})
	}
}
