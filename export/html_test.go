package export

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"argosy/schema"
)

func pageOf(t *testing.T, plan *Plan) string {
	t.Helper()
	f, err := ByName("html")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := f.Write(context.Background(), plan, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// embedded finds the rows that a page carries as data.
var embedded = regexp.MustCompile(`(?s)<script type="application/json">(.*?)</script>`)

func TestPageCarriesEveryRow(t *testing.T) {
	hostile := `</script><script>alert(1)</script><!-- & "quotes"`
	rows := someRows(450)
	rows[0][1], rows[449][1] = hostile, hostile
	page := pageOf(t, samplePlan(rows, nil))
	found := embedded.FindAllStringSubmatch(page, -1)
	if len(found) != 1 {
		t.Fatalf("%d results are in the page as data", len(found))
	}
	var data struct {
		Columns []struct{ N, S bool }
		Rows    [][]any
	}
	if err := json.Unmarshal([]byte(found[0][1]), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Rows) != 451 || data.Rows[450] != nil || len(data.Columns) != 7 || !data.Columns[0].S || !data.Columns[2].N {
		t.Fatalf("%d rows, columns %+v", len(data.Rows), data.Columns)
	}
	if data.Rows[449][1] != hostile || data.Rows[449][2] != 449.0 || data.Rows[3][4] != "2026-01-31 12:00:00" {
		t.Errorf("the last row is %v", data.Rows[449])
	}
	if n := strings.Count(page, "<tr><td><span class=\"sev critical\">"); n != staticRows {
		t.Errorf("%d rows stand in the page without scripts, want %d", n, staticRows)
	}
	if strings.Contains(page, "alert(1)<") || !strings.Contains(page, "dataset.rows = 450") {
		t.Error("text became markup, or the number of rows is missing")
	}
}

// TestPageNeedsNoNetwork: every address in the page is a link for the reader.
func TestPageNeedsNoNetwork(t *testing.T) {
	page := pageOf(t, pagePlan())
	if !strings.Contains(page, `content="default-src 'none';`) {
		t.Error("the page has no policy")
	}
	for _, m := range regexp.MustCompile(`(?:src|href|url)\s*[=(]\s*"?([^"\s)>]+)`).FindAllStringSubmatch(embedded.ReplaceAllString(page, ""), -1) {
		if a := m[1]; !strings.HasPrefix(a, "#") && !strings.HasPrefix(a, "data:") && !strings.HasPrefix(a, "https://nvd.nist.gov/vuln/detail/CVE-") && !strings.Contains(a, "link[1]") {
			t.Errorf("the page loads or links %q", a)
		}
	}
	if n := strings.Count(page, "<svg "); n != 3 {
		t.Errorf("%d charts, want 3", n)
	}
	for _, want := range []string{"Compared with yesterday", `class="bad">▲ +2<`, "Nothing to show."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestDrawings draws every kind of chart and reads it back as XML.
func TestDrawings(t *testing.T) {
	columns := []schema.Column{{Name: "label", Type: schema.TypeString}, {Name: "a", Type: schema.TypeLong}, {Name: "b", Type: schema.TypeReal}}
	for _, kind := range ChartKinds() {
		for _, stacked := range []bool{false, true} {
			for _, rows := range [][][]any{{{"<one> & only", int64(3), 1.5}}, {{"x", int64(0), nil}, {nil, int64(-5), 2.5}, {"z", int64(7_000), 0.25}}, {{"x", nil, nil}}} {
				d, err := newChartData(Chart{Kind: kind, Stacked: stacked}, columns)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					d.add(r)
				}
				drawing := svgChart(d, "A & B")
				if strings.Contains(drawing, "NaN") || strings.Contains(drawing, "Inf") {
					t.Errorf("%s of %v: %s", kind, rows, drawing)
				}
				decoder := xml.NewDecoder(strings.NewReader("<x>" + drawing + "</x>"))
				for err = nil; err == nil; _, err = decoder.Token() {
				}
				if err != io.EOF {
					t.Errorf("%s of %v: %v in %s", kind, rows, err, drawing)
				}
			}
		}
	}
}

func TestAmounts(t *testing.T) {
	got := strings.Join([]string{amount(0), amount(999), amount(1000), amount(-1234567), amount(2.5)}, " ")
	if want := "0 999 1,000 −1,234,567 2.5"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
