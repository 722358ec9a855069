package ingest_test

import (
	"strings"
	"testing"

	"argosy/schema"
)

// TestLists hands over reports whose lists of findings are none, or hold what
// is no finding. What cannot be read is never taken for nothing: a list that is
// none rejects the report, and an element that is none is skipped and told.
func TestLists(t *testing.T) {
	const cve = `{"cve":"CVE-2031-1","id":"CVE-2031-1","severity":"High","packageName":"zlib","packageVersion":"1.2"}`
	for name, c := range map[string]struct {
		doc           string
		rows, skipped int64 // of a report that is stored
		want          string
	}{
		"prisma, a text":          {`{"results":[{"id":"sha256:1","distro":"d","vulnerabilities":"none"}],"consoleURL":"u"}`, 0, 0, "an array is expected but a string stands there (/results/0/vulnerabilities"},
		"prisma, an object":       {`{"results":{"id":"sha256:1","distro":"d"},"consoleURL":"u"}`, 0, 0, "an array is expected but an object stands there"},
		"prisma, elements":        {`{"results":[7,{"id":"sha256:1","distro":"d","compliances":[],"vulnerabilities":["x",` + cve + `]}],"consoleURL":"u"}`, 1, 2, ""},
		"xray, a number":          {`{"total_rows":1,"rows":7}`, 0, 0, "an array is expected but a number stands there (/rows"},
		"dependency-track":        {`{"version":"1.2","meta":{"application":"Dependency-Track"},"project":{"name":"p"},"findings":true}`, 0, 0, "an array is expected but a boolean stands there (/findings"},
		"aqua, in a resource":     {`{"image":"i:1","registry":"r","resources":[{"resource":{"name":"zlib","version":"1"},"vulnerabilities":"x"}]}`, 0, 0, "resources[0].vulnerabilities is a string where a list is expected"},
		"aqua, empty text":        {`{"image":"i:1","registry":"r","resources":[{"resource":{"name":"zlib","version":"1"},"vulnerabilities":""}]}`, 0, 0, ""},
		"aqua, an element":        {`{"image":"i:1","registry":"r","resources":[{"resource":{"name":"zlib","version":"1"},"vulnerabilities":[7,{"name":"CVE-2031-1","aqua_severity":"low"}]}]}`, 1, 1, ""},
		"gcloud, a text":          {`{"image_summary":{"digest":"sha256:1"},"package_vulnerability_summary":{"vulnerabilities":"x"}}`, 0, 0, "an array is expected but a string stands there"},
		"gcloud, of a severity":   {`{"image_summary":{"digest":"sha256:1"},"package_vulnerability_summary":{"vulnerabilities":{"HIGH":{}}}}`, 0, 0, "an array is expected but an object stands there"},
		"gcloud, an element":      {`{"image_summary":{"digest":"sha256:1"},"package_vulnerability_summary":{"vulnerabilities":{"HIGH":["x",{"kind":"VULNERABILITY","noteName":"projects/g/notes/CVE-2031-1","resourceUri":"https://r/i@sha256:1","vulnerability":{"severity":"HIGH"}}]}}}`, 1, 1, ""},
		"snyk, applications":      {`{"vulnerabilities":[],"packageManager":"deb","docker":{},"projectName":"p","ok":true,"applications":"x"}`, 0, 0, "an array is expected but a string stands there (/applications"},
		"sysdig, a map":           {`{"info":{"resultUrl":"u"},"scanner":{"name":"sysdig-cli-scanner"},"result":{"type":"dockerImage","metadata":{"pullString":"i:1","baseOs":"debian 12"},"packages":{},"vulnerabilities":"x"}}`, 0, 0, "an object is expected but a string stands there"},
		"defender, a number":      {`{"value":7,"nextLink":null}`, 0, 0, "the page's rows are no list"},
		"defender, an element":    {`{"value":[7,{"id":"/subscriptions/1/providers/Microsoft.Security/assessments/2","type":"Microsoft.Security/assessments","properties":{}}]}`, 0, 1, ""},
		"openvex, a product":      {`{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"a","statements":[{"vulnerability":{"name":"CVE-2031-1"},"status":"fixed","products":[{},{"@id":"pkg:deb/debian/zlib@1"}]}]}`, 1, 1, ""},
		"cyclonedx, what it hits": {`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"bom-ref":"p","name":"zlib","version":"1"}],"vulnerabilities":[{"id":"CVE-2031-1","affects":[{"ref":null},{"ref":"p"}]}]}`, 1, 1, ""},
		"quay, of a package":      {`{"status":"scanned","data":{"Layer":{"Name":"sha256:1","IndexedByVersion":4,"Features":[{"Name":"zlib","Version":"1","Vulnerabilities":true}]}}}`, 0, 0, "Vulnerabilities is a boolean where a list is expected"},
		"inspector without ARNs":  {`{"findings":[{"awsAccountId":"1","title":"CVE-2031-1 - zlib","description":"d","severity":"HIGH","status":"ACTIVE","type":"PACKAGE_VULNERABILITY","packageVulnerabilityDetails":{"vulnerabilityId":"CVE-2031-1","vulnerablePackages":[{"name":"zlib","version":"1"}]},"resources":[{"id":"arn:aws:ecr:eu-west-1:1:repository/r/sha256:1","type":"AWS_ECR_CONTAINER_IMAGE"}]}]}`, 1, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := loadText(t, c.doc)
			if c.want != "" {
				if f.State != schema.FileRejected || !strings.Contains(f.Error, c.want) {
					t.Errorf("%s %s: %s\nwant it rejected: %s", f.Format, f.State, f.Error, c.want)
				}
				return
			}
			if f.State != schema.FileStored || f.Rows != c.rows || f.Skipped != c.skipped {
				t.Errorf("%s %s: %s; %d rows and %d skipped, want %d and %d", f.Format, f.State, f.Error, f.Rows, f.Skipped, c.rows, c.skipped)
			}
		})
	}
}
