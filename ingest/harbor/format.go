// Package harbor reads what Harbor says of the vulnerabilities of artifacts:
// the addition "vulnerabilities" of an artifact (an object with a report under
// a media type), the reports of scanner adapters by themselves (pluggable
// scanner API 1.0 and 1.1), the list of the security hub, and the table that
// "Export CVEs" makes.
package harbor

import (
	"strings"

	"argosy/ingest/format"
)

// name is the format's name, and the scanner's where the report names none.
const name = "harbor"

// Format reads vulnerability reports of Harbor.
var Format = format.Format{
	Name:        name,
	Title:       "Harbor vulnerability report",
	Detect:      detect,
	LastColumns: []string{"Scanner", "Additional Data", "CWE Ids", "CVSS V2 Vector"},
	Decode:      decode,
}

// exported are the columns of an export that say it is Harbor's.
func exported() []string {
	return []string{"Repository", "Artifact Digest", "CVE", "Package", "Current Version", "Fixed in version"}
}

func detect(o *format.Outline) format.Match {
	if o.Syntax == format.CSV && o.HasColumns(exported()...) {
		return format.Match{Verdict: format.Yes, Score: 6}
	}
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	at := ""
	if o.Root == '[' {
		at = "[]."
	}
	overview := format.Match{Verdict: format.NotApplicable, Score: 5,
		Reason: "this is the overview of a scan, which counts vulnerabilities and names none; get the report itself, from the artifact's additions/vulnerabilities"}
	if o.Has(at + "scan_overview") {
		return overview
	}
	if media := o.First(at + "application/vnd."); media != "" {
		if o.Has(media+".scan_status") && !o.Has(media+".vulnerabilities") {
			return overview
		}
		kind, version, _ := strings.Cut(strings.TrimPrefix(media, at), "; version=")
		switch {
		case strings.Contains(kind, "sbom"):
			return format.Match{Verdict: format.NotApplicable, Score: 3, Reason: "a software bill of materials names no vulnerabilities"}
		case !isReport(kind):
			return format.Match{Score: 1, Reason: "a report of Harbor has a media type for vulnerability reports"}
		case version != "" && !strings.HasPrefix(version, "1."):
			return format.Match{Verdict: format.Unsupported, Version: version, Score: 3,
				Reason: "reports of version " + version + " are not supported; 1.0 and 1.1 are"}
		}
		return format.Match{Verdict: format.Yes, Version: version, Score: 4}
	}
	n := o.Count(at+"generated_at", at+"scanner.vendor", at+"scanner.name", at+"severity", at+"artifact.mime_type", at+"artifact.repository",
		at+"vulnerabilities[].fix_version", at+"vulnerabilities[].package", at+"vulnerabilities[].artifact_digests", at+"vulnerabilities[].preferred_cvss")
	switch {
	case o.HasAll(at+"generated_at", at+"vulnerabilities"), o.HasAll(at+"vulnerabilities[].fix_version", at+"vulnerabilities[].package", at+"vulnerabilities[].id"):
		return format.Match{Verdict: format.Yes, Score: n + 1}
	case o.HasAll(at+"cve_id", at+"repository_name", at+"package"):
		return format.Match{Verdict: format.Yes, Score: 4}
	}
	return format.Match{Score: n, Reason: "a report of Harbor has generated_at and vulnerabilities"}
}

// isReport tells the media types of vulnerability reports.
func isReport(media string) bool {
	return strings.HasPrefix(media, "application/vnd.") && strings.Contains(media, "vuln")
}
