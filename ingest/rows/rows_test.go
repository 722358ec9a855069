package rows

import (
	"context"
	"io"
	"strings"
	"testing"

	"argosy/ingest/format"
	"argosy/ingest/formattest"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

func TestWords(t *testing.T) {
	hex := strings.Repeat("ab", 32)
	for got, want := range map[string]string{
		OSType("Debian GNU/Linux 12 (bookworm)"): "deb", OSType("alpine-3.11.5"): "apk", OSType("rhel:8.10"): "rpm",
		OSType("Red Hat Enterprise Linux 8"): "rpm",
	} {
		if got != want {
			t.Errorf("a distribution has type %q, want %q", got, want)
		}
	}
	for _, c := range [][2]string{
		{OSType("windows 10"), ""}, {OSType(""), ""},
		{Digest("SHA256:" + strings.ToUpper(hex)), "sha256:" + hex}, {Digest(hex), "sha256:" + hex}, {Digest("sha256:xyz"), ""}, {Digest(""), ""},
		{Name("https://registry.example.com/", "shop/web", "1"), "registry.example.com/shop/web:1"}, {Name("", "web", ""), "web"}, {Name("r.io", "", "1"), ""},
		{Name("r.io", "r.io/web", "1"), "r.io/web:1"},
		{CWE("79"), "CWE-79"}, {CWE("cwe-79: x"), "CWE-79"}, {CWE("0"), ""}, {CWE("none"), ""},
		{PathType("/app/node_modules/x/package.json"), "npm"}, {PathType("/app/a.jar"), "maven"}, {PathType("/usr/bin/x"), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}

func TestScores(t *testing.T) {
	var v schema.Vulnerability
	Score(&v, "nvd", "2.0", 5, "")
	Score(&v, "nvd", "3.0", 0, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
	Score(&v, "nvd", "3.1", 1, "")
	Score(&v, "nvd", "4.0", -1, "")
	Score(&v, "nvd", "4.0", 11, "")
	if len(v.CVSS) != 2 || Best(&v) != 9.8 || v.CVSS[1].Version != "3.1" {
		t.Errorf("the scores are %+v", v.CVSS)
	}
}

func TestIdentify(t *testing.T) {
	var f schema.Finding
	Identify(&f, "", "GHSA-1", "CVE-1", "GHSA-1", "CVE-1", "")
	if f.VulnerabilityID != "GHSA-1" || len(f.Aliases) != 1 || f.Aliases[0] != "CVE-1" {
		t.Errorf("got %+v", f)
	}
}

// TestDelivery: what no field took stays with the finding; rows that say
// nothing are told; a text is delivered once.
func TestDelivery(t *testing.T) {
	rec := formattest.NewRecorder()
	in := &format.Input{Reader: strings.NewReader(`[{"id":"CVE-1","note":"x"},7,{"id":"CVE-1"},{},{"pkg":"curl"}]`)}
	err := Read(context.Background(), in, rec, "tool", func(r *Reader) error {
		images := NewImages(rec)
		err := r.Rows("list", func(w *jsonread.Row, where string) error {
			o := images.Open("tool", schema.Image{Name: "web"})
			return r.Finding(o.Ref, where, &schema.Finding{VulnerabilityID: w.Text("id"), PackageName: w.Text("pkg")}, &schema.Vulnerability{Title: ""}, w)
		})
		if err != nil {
			return err
		}
		return images.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Rows != 3 || rec.Skips != 2 || rec.Scans != 1 || rec.Advisories != 1 || rec.Open() != 0 {
		t.Errorf("%d rows, %d skips, %d scans, %d texts", rec.Rows, rec.Skips, rec.Scans, rec.Advisories)
	}
	for _, want := range []string{`"Extra":{"note":"x"}`, `"Skip":"list[1]"`, `"Skip":"list[3]"`, `"VulnerabilityID":"UNKNOWN"`} {
		if !strings.Contains(rec.Lines.String(), want) {
			t.Errorf("%s is missing in\n%s", want, rec.Lines.String())
		}
	}
}

func TestIsTable(t *testing.T) {
	for text, want := range map[string]bool{" \n{\"a\":1}": false, "[]": false, "null": false, "": false, "a,b\n": true, "\"a\",\"b\"": true} {
		in := &format.Input{Reader: strings.NewReader(text)}
		got, err := IsTable(in)
		rest, _ := io.ReadAll(in)
		if err != nil || got != want || string(rest) != strings.TrimLeft(text, " \n") {
			t.Errorf("%q: got %v, %v, and %q is left", text, got, err, rest)
		}
	}
}

// TestShiftedRow: a row whose severity stands where the id should is no
// finding but a broken report.
func TestShiftedRow(t *testing.T) {
	d := &Delivery{To: formattest.NewRecorder()}
	err := d.Finding(d.To.Begin(), "line 2", &schema.Finding{VulnerabilityID: "High"}, &schema.Vulnerability{}, nil)
	if err == nil || !strings.Contains(err.Error(), "line 2: the vulnerability is called \"High\"") {
		t.Errorf("got %v", err)
	}
}
