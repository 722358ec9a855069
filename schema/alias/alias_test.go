package alias

import (
	"maps"
	"math/rand/v2"
	"testing"
)

func TestResolve(t *testing.T) {
	list := func(id string, aliases ...string) List { return List{id, aliases} }
	for name, c := range map[string]struct {
		said []List
		want map[string]string
	}{
		"one CVE":                    {[]List{list("GHSA-AAAA-bbbb-cccc", "cve-2021-0001")}, map[string]string{"GHSA-aaaa-bbbb-cccc": "CVE-2021-0001"}},
		"the CVE names the others":   {[]List{list("CVE-2021-0001", "GHSA-a-b-c", "PYSEC-1")}, map[string]string{"GHSA-a-b-c": "CVE-2021-0001", "PYSEC-1": "CVE-2021-0001"}},
		"over another":               {[]List{list("PYSEC-1", "GHSA-a-b-c"), list("GHSA-a-b-c", "CVE-2021-0001")}, map[string]string{"GHSA-a-b-c": "CVE-2021-0001", "PYSEC-1": "CVE-2021-0001"}},
		"no CVE":                     {[]List{list("PYSEC-1", "GHSA-a-b-c"), list("PYSEC-1", "A-1")}, map[string]string{"PYSEC-1": "GHSA-a-b-c", "A-1": "GHSA-a-b-c"}},
		"two CVEs in a list":         {[]List{list("CVE-2021-0001", "CVE-2021-0002", "GHSA-a-b-c")}, map[string]string{}},
		"an advisory of several":     {[]List{list("RHSA-2021:1", "CVE-2021-0001", "CVE-2021-0002")}, map[string]string{}},
		"an advisory of one":         {[]List{list("RHSA-2021:1", "CVE-2021-0001")}, map[string]string{"RHSA-2021:1": "CVE-2021-0001"}},
		"an advisory of one in each": {[]List{list("DSA-1-1", "CVE-2021-0001"), list("DSA-1-1", "CVE-2021-0002")}, map[string]string{}},
		"an advisory among aliases":  {[]List{list("CVE-2021-0001", "DSA-1-1", "ALAS2023-2021-7", "USN-5-1"), list("GHSA-a-b-c", "ELSA-2021-1")}, map[string]string{}},
		"claims differ":              {[]List{list("GHSA-a-b-c", "CVE-2021-0001"), list("GHSA-a-b-c", "CVE-2021-0002"), list("PYSEC-1", "CVE-2021-0001")}, map[string]string{"PYSEC-1": "CVE-2021-0001"}},
		"a sloppy list after a good": {[]List{list("GHSA-a-b-c", "CVE-2021-0001"), list("CVE-2021-0001", "GHSA-a-b-c", "CVE-2021-0002")}, map[string]string{"GHSA-a-b-c": "CVE-2021-0001"}},
		"a bridge between CVEs":      {[]List{list("GHSA-a-b-c", "CVE-2021-0001"), list("PYSEC-1", "CVE-2021-0002"), list("GHSA-a-b-c", "PYSEC-1", "GO-1")}, map[string]string{"GHSA-a-b-c": "CVE-2021-0001", "PYSEC-1": "CVE-2021-0002"}},
		"a bridge that is contested": {[]List{list("GHSA-a-b-c", "CVE-2021-0001", "CVE-2021-0002"), list("PYSEC-1", "GHSA-a-b-c"), list("GO-1", "PYSEC-1")}, map[string]string{"PYSEC-1": "GO-1"}},
		"nothing":                    {[]List{list(""), list("GHSA-a-b-c"), list("GHSA-a-b-c", "", "GHSA-A-B-C")}, map[string]string{}},
	} {
		rnd := rand.New(rand.NewPCG(3, 4))
		for range 20 {
			var claims []Claim
			for _, i := range rnd.Perm(len(c.said)) {
				claims = append(claims, c.said[i].Claims()...)
			}
			if got := Resolve(claims); !maps.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
				break
			}
		}
	}
}

func TestAdvisories(t *testing.T) {
	for id, want := range map[string]bool{"RHSA-2021:1234": true, "DSA-5055-1": true, "DLA-1-1": true, "ALAS-2021-1": true, "ALAS2-2021-1": true, "ALAS2023LIVEPATCH-2021-1": true,
		"ELSA-2021-1": true, "USN-5001-1": true, "SUSE-SU-2021:1-1": true, "openSUSE-SU-2021:1": true, "GLSA-202101-01": true,
		"CVE-2021-1": false, "GHSA-aaaa-bbbb-cccc": false, "DEBIAN-CVE-2021-1": false, "PYSEC-2021-1": false, "GO-2021-0113": false, "SNYK-JS-A-1": false, "ASAP": false} {
		if got := IsAdvisory(id); got != want {
			t.Errorf("%s: %v", id, got)
		}
	}
}
