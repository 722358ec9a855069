package sarif

import (
	"strings"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	formattest.CorpusCounted(t, Format,
		func(_, detected string) bool { return strings.HasPrefix(detected, "sarif") },
		func(_, detected string) bool {
			for _, tool := range []string{"Trivy", "Grype", "grype", "Snyk Container"} {
				if detected == "sarif "+tool {
					return true
				}
			}
			return false
		})
}

func TestFindID(t *testing.T) {
	for in, want := range map[string]string{
		"CVE-2024-1234":                                         "CVE-2024-1234",
		"CVE-2005-2541-tar":                                     "CVE-2005-2541",
		"GHSA-72xf-g2v4-qvf3-tough-ck":                          "GHSA-72xf-g2v4-qvf3",
		"[HIGH] CVE-2021-36159":                                 "CVE-2021-36159",
		"CVE-2022-24999_express_4.17.1":                         "CVE-2022-24999",
		"ANCHOREVULN_alpine:3.9_CVE-2019-14697_apk_musl_1.1.20": "CVE-2019-14697",
		"SNYK-DEBIAN12-APT-1541449":                             "SNYK-DEBIAN12-APT-1541449",
		"npm:minimatch:20160620":                                "npm:minimatch:20160620",
		"RHSA-2023:1234":                                        "RHSA-2023:1234",
		"ELSA-2023-1234-openssl":                                "ELSA-2023-1234",
		"ALAS2-2023-1904":                                       "ALAS2-2023-1904",
		"SUSE-SU-2023:1234-1":                                   "SUSE-SU-2023:1234-1",
		"DLA-3767-1":                                            "DLA-3767-1",
		"GMS-2022-9109":                                         "GMS-2022-9109",
		"GO-2023-1571":                                          "GO-2023-1571",
		"BIT-django-2024-27351":                                 "BIT-django-2024-27351",
		"TEMP-0841856-B18BAF":                                   "TEMP-0841856-B18BAF",
		"XRAY-123456":                                           "XRAY-123456",
		"CIS-DI-0010":                                           "",
		"AVD-DS-0002":                                           "",
		"CWE-79":                                                "",
		"js/sql-injection":                                      "",
		"TST0001":                                               "",
		"CKV_K8S_21":                                            "",
		"B6412":                                                 "",
	} {
		if got := findID(in); got != want {
			t.Errorf("findID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestImageAddress(t *testing.T) {
	const digest = "13d22ec63300e16014d4a42aed735207a8b33c223cff19627dd3042e5a10a3a0"
	for in, want := range map[string]string{
		"nginx@sha256_" + digest:     "nginx@sha256:" + digest,
		"alpine_3.12.0":              "alpine:3.12.0",
		"ghcr.io/org/my_app_v2":      "ghcr.io/org/my_app:v2",
		"ghcr.io/org/my_app":         "ghcr.io/org/my_app",
		"docker-image|debian":        "debian",
		"registry.example:5000/a/b":  "registry.example:5000/a/b",
		"debian_latest":              "debian:latest",
		"docker://ghcr.io/org/app:1": "ghcr.io/org/app:1",
	} {
		if got := imageAddress(in); got != want {
			t.Errorf("imageAddress(%q) = %q, want %q", in, got, want)
		}
	}
}
