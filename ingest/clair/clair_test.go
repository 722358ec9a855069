package clair

import (
	"strings"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	claims := func(file, detected string) bool {
		return strings.HasPrefix(detected, "clair") || file == "jenkins/clair-unusual.json"
	}
	formattest.CorpusCounted(t, Format, claims, func(_, detected string) bool { return strings.HasPrefix(detected, "clair") })
}

func TestIdentify(t *testing.T) {
	for _, c := range []struct{ full, links, id, title, aliases string }{
		{"CVE-2019-1000", "", "CVE-2019-1000", "", ""},
		{"pyup.io-39606 (CVE-2020-36242)", "", "pyup.io-39606", "pyup.io-39606 (CVE-2020-36242)", "CVE-2020-36242"},
		{"RHSA-2021:1206: gnutls update (Important)", "https://a/CVE-2021-20305 https://b/CVE-2021-20305", "RHSA-2021:1206", "RHSA-2021:1206: gnutls update (Important)", "CVE-2021-20305"},
		{"RHSA-2021:1207", "https://a/CVE-2021-0001 https://b/CVE-2021-0002", "RHSA-2021:1207", "", ""},
		{"", "", "", "", ""},
	} {
		id, title, aliases := identify(c.full, c.links)
		if id != c.id || title != c.title || strings.Join(aliases, " ") != c.aliases {
			t.Errorf("identify(%q, %q) = %q, %q, %q", c.full, c.links, id, title, aliases)
		}
	}
}
