package anchore

import (
	"strings"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	formattest.Corpus(t, Format, func(file, detected string) bool {
		return strings.HasPrefix(detected, "anchore") || strings.Contains(file, "/anchorectl-") && !strings.Contains(file, "empty-envelope")
	})
}

func TestSplit(t *testing.T) {
	for in, want := range map[[2]string][2]string{
		{"tar-2:1.30-9.el8", "rpm"}:                {"tar", "2:1.30-9.el8"},
		{"java-11-openjdk-11.0.6.10-1.el8", "rpm"}: {"java-11-openjdk", "11.0.6.10-1.el8"},
		{"libgnutls30-3.5.8-5+deb9u4", "deb"}:      {"libgnutls30", "3.5.8-5+deb9u4"},
		{"log4j-1.2-api-2.14.1", "maven"}:          {"log4j-1.2-api", "2.14.1"},
		{"protostream-4.4.4.Final", "maven"}:       {"protostream", "4.4.4.Final"},
		{"busybox-1.36.1-r31", "apk"}:              {"busybox", "1.36.1-r31"},
	} {
		if name, version, ok := split(in[0], in[1]); !ok || name != want[0] || version != want[1] {
			t.Errorf("%q: got %q and %q", in[0], name, version)
		}
	}
	if _, _, ok := split("curl", "deb"); ok {
		t.Error("a name without a version is parted")
	}
}
