package defender

import (
	"encoding/json"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// detectEndpoint tells the answers of Defender for Endpoint's API, which are
// about machines: the vulnerabilities of a machine or of all
// (/api/vulnerabilities/machinesVulnerabilities), and the list of machines.
// See Microsoft Learn, "List vulnerabilities by machine and software".
func detectEndpoint(o *format.Outline) format.Match {
	for _, at := range []string{"", "[].", "value[]."} {
		n := o.Count(at+"productName", at+"productVendor", at+"productVersion", at+"fixingKbId")
		if o.HasAll(at+"cveId", at+"machineId") && n > 0 {
			return format.Match{Verdict: format.Yes, Version: "endpoint", Score: 2 + n}
		}
		if n := o.Count(at+"computerDnsName", at+"osPlatform", at+"healthStatus", at+"lastIpAddress", at+"deviceValue"); o.Has(at+"id") && n > 2 {
			return format.Match{Verdict: format.NotApplicable, Score: n, Reason: "this is Defender for Endpoint's list of machines, without vulnerabilities"}
		}
	}
	if o.HasAll("@odata.context", "value") && !o.Has("value[]") && strings.Contains(o.Value("@odata.context"), ".securitycenter.") {
		return format.Match{Verdict: format.Yes, Version: "endpoint", Score: 3}
	}
	return format.Match{}
}

func isEndpoint(row map[string]json.RawMessage) bool {
	_, vulnerability := row["cveId"]
	_, machine := row["machineId"]
	return vulnerability && machine
}

// endpoint delivers a vulnerability of a machine.
func (d *decoder) endpoint(row map[string]json.RawMessage) error {
	id, machine := text(row, "cveId"), text(row, "machineId")
	if id == "" || machine == "" {
		return skipf(d, "the row names no vulnerability, or no machine")
	}
	raw := text(row, "severity")
	f := schema.Finding{VulnerabilityID: id, PackageName: text(row, "productName"), InstalledVersion: text(row, "productVersion"),
		SeverityRaw: raw, SeveritySource: scanner, Severity: schema.SeverityOf(raw, 0)}
	var extra jsonread.Builder
	extra.Text("productVendor", text(row, "productVendor"))
	extra.Text("fixingKbId", text(row, "fixingKbId"))
	f.Extra = extra.JSON()
	return d.to.Finding(d.image(schema.Image{Kind: schema.KindHost, Name: machine}, jsonread.ParseTime("")).ref, &f)
}
