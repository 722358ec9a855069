package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"argosy/schema"
)

// planOf is a plan of one sheet of rows held in memory.
func planOf(columns []schema.Column, rows ...[]any) *Plan {
	return &Plan{Title: "T", Version: "test", Sheets: []Sheet{blockOf("rows", "", nil, columns, rows...)}}
}

func strs(names ...string) []schema.Column {
	var out []schema.Column
	for _, n := range names {
		out = append(out, schema.Column{Name: n, Type: schema.TypeString})
	}
	return out
}

func written(t *testing.T, format string, plan *Plan) (string, Stats) {
	t.Helper()
	f, err := ByName(format)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	stats, err := f.Write(context.Background(), plan, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), stats
}

func TestCSVReadBack(t *testing.T) {
	cells := []string{"a,b", `say "hi"`, "two\nlines", " blanks ", "=1+1", "+CMD", "-2+3", "-5", "@x", "\ttab", "＝full", "", "ünï"}
	plan := planOf(strs("a", "b"))
	var rows [][]any
	for _, c := range cells {
		rows = append(rows, []any{c, "x"})
	}
	plan.Sheets[0] = blockOf("rows", "", nil, strs("a", "b"), rows...)
	plan.Options.BOM, plan.Options.CRLF = true, true
	out, stats := written(t, "csv", plan)
	if !strings.HasPrefix(out, "\uFEFFa,b\r\n") {
		t.Errorf("begins with %q", out[:10])
	}
	read, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range read[1:] {
		got = append(got, r[0])
	}
	want := slices.Clone(cells)
	for _, i := range []int{4, 5, 6, 8, 9, 10} {
		want[i] = "'" + want[i]
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) || Cells(stats.Sheets[0].Guarded) != 6 {
		t.Errorf("read back\n%q, %d guarded, want\n%q", got, Cells(stats.Sheets[0].Guarded), want)
	}
}

func TestMarkdownKeepsItsColumns(t *testing.T) {
	out, _ := written(t, "md", planOf(strs("a", "b"), []any{"x|y", "<script>"}, []any{"two\nlines", "*bold* _it_ a_b"}))
	want := "| a | b |\n| --- | --- |\n| x\\|y | &lt;script> |\n| two<br>lines | \\*bold\\* \\_it\\_ a_b |\n"
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestShapes(t *testing.T) {
	columns := append(strs("id", "name", "type"), schema.Column{Name: "properties", Type: schema.TypeDynamic})
	plan := planOf(columns, []any{"/a", "n1", "microsoft.security/assessments/subassessments", json.RawMessage(`{"displayName":"CVE"}`)},
		[]any{"/b", "n2", "microsoft.security/cvedetails", nil}, []any{"/c", "n3", "Microsoft.Security/assessments/subAssessments", nil})
	plan.Options.Shape = ShapeSubAssessment
	out, stats := written(t, "json", plan)
	want := `{"value":[
{"type":"Microsoft.Security/assessments/subAssessments","id":"/a","name":"n1","properties":{"displayName":"CVE"}},
{"type":"Microsoft.Security/assessments/subAssessments","id":"/c","name":"n3","properties":{}}
]}
`
	if out != want || stats.Sheets[0].Written != 2 || stats.Sheets[0].Other != 1 {
		t.Errorf("got %+v\n%s\nwant\n%s", stats.Sheets[0], out, want)
	}
	if out, _ := written(t, "jsonl", plan); strings.Count(out, "\n") != 2 || !json.Valid([]byte(strings.SplitN(out, "\n", 2)[0])) {
		t.Errorf("lines are\n%s", out)
	}
	plan.Options.Shape = ShapeAssessment
	if out, _ := written(t, "json", plan); out != "{\"value\":[\n]}\n" {
		t.Errorf("no rows are %q", out)
	}
	f, _ := ByName("json")
	plan = planOf(strs("id", "name"))
	plan.Options.Shape = ShapeAssessment
	if _, err := f.Write(context.Background(), plan, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), `no column "type"`) {
		t.Errorf("error %v", err)
	}
}

func TestSARIF(t *testing.T) {
	columns := strs("vulnName", "scanFindingSeverity", "repositoryName", "registryName", "imageDigest", "packageName", "cvssV30Score")
	out, _ := written(t, "sarif", planOf(columns,
		[]any{"CVE-2021-44228", "Critical", "pay ments/api", "localhost:5000", "sha256:1", "log4j", "10"},
		[]any{"CVE-2021-44228", "High", "b", "r", "sha256:2", "log4j", nil}, []any{"TEMP-1", "Low", "b", "r", "sha256:2", "tar", nil}))
	var log struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID    string `json:"ruleId"`
				RuleIndex int    `json:"ruleIndex"`
				Level     string
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
				PartialFingerprints map[string]string `json:"partialFingerprints"`
			}
			Tool struct {
				Driver struct {
					Rules []struct {
						ID, HelpURI string
						Properties  map[string]any
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	results, rules := log.Runs[0].Results, log.Runs[0].Tool.Driver.Rules
	if len(results) != 3 || len(rules) != 2 || results[1].RuleIndex != 0 || results[2].RuleIndex != 1 || results[0].Level != "error" || results[2].Level != "note" {
		t.Fatalf("results %+v, rules %+v", results, rules)
	}
	if uri := results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; uri != "./localhost:5000/pay%20ments/api" {
		t.Errorf("the place is %q", uri)
	}
	if rules[0].Properties["security-severity"] != "10.0" || rules[1].Properties["security-severity"] != "2.0" || !strings.HasSuffix(rules[0].HelpURI, "CVE-2021-44228") || rules[1].HelpURI != "" {
		t.Errorf("rules %+v", rules)
	}
	if a, b := results[0].PartialFingerprints, results[1].PartialFingerprints; a["argosyFinding/v1"] == b["argosyFinding/v1"] {
		t.Error("two findings have one fingerprint")
	}
	f, _ := ByName("sarif")
	if _, err := f.Write(context.Background(), planOf(strs("a")), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "try the report findings") {
		t.Errorf("error %v", err)
	}
}

func TestSplit(t *testing.T) {
	plan := planOf(strs("team", "n"), []any{"red", "1"}, []any{nil, "2"}, []any{"Blue/Sky", "3"}, []any{"red", "4"})
	plan.Sheets = append(plan.Sheets, blockOf("other", "", nil, strs("x"), []any{"y"}))
	parts, err := Split(context.Background(), plan, "TEAM")
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]bool{}
	var got []string
	for _, p := range parts {
		out, _ := written(t, "csv", p.Plan)
		got = append(got, p.Value, filepath.Base(PartPath("dir/r.csv", p.Value, taken)), strings.ReplaceAll(strings.TrimPrefix(out, "team,n\n"), "\n", ";"), fmt.Sprint(len(p.Plan.Sheets)))
	}
	if want := "(none) r-none.csv ,2; 1 Blue/Sky r-Blue-Sky.csv Blue/Sky,3; 1 red r-red.csv red,1;red,4; 1"; strings.Join(got, " ") != want {
		t.Errorf("parts %s\nwant %s", strings.Join(got, " "), want)
	}
	if notes := strings.Join(parts[0].Plan.Notes, ". "); !strings.Contains(notes, "have no column TEAM: other") {
		t.Errorf("notes %q", notes)
	}
	if again := PartPath("dir/r.csv", "RED", taken); filepath.Base(again) != "r-RED_2.csv" {
		t.Errorf("a second file is %q", again)
	}
	whole, err := SplitSheets(context.Background(), plan, "team")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range whole.Sheets {
		names = append(names, s.Name)
	}
	if fmt.Sprint(names) != "[(none) Blue/Sky red other]" {
		t.Errorf("sheets %v", names)
	}
	if _, err := Split(context.Background(), plan, "owner"); err == nil || !strings.Contains(err.Error(), "use one of team, n, x") {
		t.Errorf("error %v", err)
	}
}

func TestStateSaysWhy(t *testing.T) {
	plan := planOf(strs("a"), []any{"1"}, []any{"2"})
	plan.Sheets[0].Limit = 1
	_, stats := written(t, "csv", plan)
	if got := plan.State(stats); got != "partial: rows were left out by a limit" {
		t.Errorf("state %q", got)
	}
	if got := stats.Summary(); got != "1 of more rows" {
		t.Errorf("summary %q", got)
	}
	plan.Sheets[0].Limit = 0
	if _, stats = written(t, "csv", plan); plan.State(stats) != "complete" || stats.Summary() != "2 rows" {
		t.Errorf("state %q, summary %q", plan.State(stats), stats.Summary())
	}
}

// TestDocsNameEveryFormat holds the documentation against the list.
func TestDocsNameEveryFormat(t *testing.T) {
	docs, err := os.ReadFile("../docs/exports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		if len(f.Suffixes) > 0 && !strings.Contains(string(docs), f.Suffixes[0]) {
			t.Errorf("docs/exports.md does not name %s", f.Suffixes[0])
		}
	}
}
