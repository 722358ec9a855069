package sarif

import (
	"regexp"
	"strconv"
	"strings"
)

// vulnerabilityID finds the id of a vulnerability in the id of a rule: bare,
// after a severity ("[HIGH] CVE-..."), before a package ("CVE-...-tar",
// "CVE-..._express_4.16.0"), or between image and package
// ("ANCHOREVULN_alpine:3_CVE-..._apk_musl_1.2"). The families are those of OSV
// (osv.dev, "Current data sources"), of the distributions, and of vendors.
var vulnerabilityID = regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9])(` + strings.Join([]string{
	`(?:ALPINE-|DEBIAN-|UBUNTU-|ECHO-)?CVE-\d{4}-\d{3,}`,
	`GHSA-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}`,
	`SNYK-[A-Z0-9]+-[A-Z0-9]+-\d+`,
	`npm:[@\w./-]+:\d{8}(?:-\d+)?`,
	`RH[SBE]A-\d{4}:\d+`,
	`(?:ELSA|ELBA|ALSA|ALBA|ALEA|RLSA|RLBA|RXSA|RHSB|CESA|OESA|MGASA|ROSA-SA|ASA)-\d{4}[-:]\d[\d.]*(?:-\d+)?`,
	`ALAS(?:2|2022|2023)?[A-Z0-9.]*-\d{4}-\d+`,
	`(?:DSA|DLA|DTSA)-\d+(?:-\d+)?`,
	`(?:USN|LSN)-\d+-\d+`,
	`(?:open)?SUSE-[A-Z]+-\d{4}:[\d.]+(?:-\d+)?`,
	`(?:GO|PYSEC|RUSTSEC|MAL|OSV|GMS|GSD|EEF|HSEC|JLSEC|LBSEC|PSF|RSEC|ASB-A|PUB-A|UVI|DWF|EUVD|TEMP)-\d{4,}-[0-9A-Za-z]+`,
	`(?:CGA|MINI)(?:-[0-9a-z]{4}){3}`,
	`BIT-[a-z0-9.-]+-\d{4}-\d{3,}`,
	`CURL-CVE-\d{4}-\d+`,
	`AZL-\d{4,}`,
	`BDSA-\d{4}-\d{3,}`,
	`XRAY-\d+`,
	`(?:PRISMA|AVD|VULNDB|WS|sonatype|NSWG-ECO)-\d{4}-\d{3,}`,
	`PVE-\d{4}-\d+`,
}, `|`) + `)`)

// findID returns the id of a vulnerability that stands in a text.
func findID(s string) string {
	if id := leadingCVE(s); id != "" {
		return id
	}
	if m := vulnerabilityID.FindStringSubmatchIndex(s); m != nil {
		return s[m[2]:m[3]]
	}
	return ""
}

// leadingCVE is the short way for what most rules are called.
func leadingCVE(s string) string {
	if len(s) < len("CVE-1999-000") || s[:4] != "CVE-" || s[8] != '-' {
		return ""
	}
	end := 9
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if _, err := strconv.Atoi(s[4:8]); err != nil || end < 12 {
		return ""
	}
	return s[:end]
}

// findIDs returns all of them, each once.
func findIDs(s string) []string {
	var out []string
	for _, m := range vulnerabilityID.FindAllStringSubmatch(s, -1) {
		seen := false
		for _, have := range out {
			seen = seen || have == m[1]
		}
		if !seen {
			out = append(out, m[1])
		}
	}
	return out
}

// otherKinds are the names of Trivy's rules that are not about packages.
func otherKind(ruleName string) bool {
	switch ruleName {
	case "Misconfiguration", "Secret", "License", "DockerfileSecurityIssue":
		return true
	}
	return false
}

func isCVE(id string) bool { return len(id) > 8 && strings.EqualFold(id[:4], "CVE-") }
