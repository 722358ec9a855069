package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// memoryRows is a result held in memory; fail ends it with an error.
type memoryRows struct {
	columns []schema.Column
	rows    [][]any
	next    int
	fail    error
}

func (r *memoryRows) Columns() []schema.Column { return r.columns }
func (r *memoryRows) Next() bool               { r.next++; return r.next <= len(r.rows) }
func (r *memoryRows) Values() []any            { return r.rows[r.next-1] }
func (r *memoryRows) Err() error               { return r.fail }
func (r *memoryRows) Close() error             { return nil }

func samplePlan(rows [][]any, fail error) *Plan {
	columns := []schema.Column{{Name: "severity", Type: schema.TypeString}, {Name: "vulnerability", Type: schema.TypeString},
		{Name: "Count", Type: schema.TypeLong}, {Name: "count", Type: schema.TypeReal}, {Name: "seen", Type: schema.TypeDatetime},
		{Name: "fixable", Type: schema.TypeBool}, {Name: "tags", Type: schema.TypeDynamic}}
	return &Plan{Title: "Sample", Query: "select\n1", Language: "sql", Version: "test", Generated: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Parameters: []Parameter{{"severity", "string", "High"}}, Sources: []Source{{Scanner: "trivy", Newest: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Images: 3}},
		Sheets: []Sheet{{Name: "findings: all/new?", Title: "Sample", Matched: -1, Open: func(context.Context) (schema.Rows, error) {
			return &memoryRows{columns: columns, rows: rows, fail: fail}, nil
		}}}}
}

func someRows(n int) [][]any {
	var out [][]any
	for i := range n {
		out = append(out, []any{"Critical", "CVE-2021-44228", int64(i), 7.5, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), true, json.RawMessage(`["a","b"]`)})
	}
	return out
}

func reopen(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestWorkbookReopened(t *testing.T) {
	rows := someRows(2)
	rows = append(rows, []any{"Low", "=1+1", nil, nil, time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC), nil, json.RawMessage("null")},
		[]any{"Low", strings.Repeat("x", excelLimits().text+5), int64(1) << 60, 1.5, nil, false, "bad\x01char\nline"})
	var out bytes.Buffer
	stats, err := writeXLSX(context.Background(), samplePlan(rows, nil), &out)
	if err != nil {
		t.Fatal(err)
	}
	f := reopen(t, out.Bytes())
	if got, want := fmt.Sprint(f.GetSheetList()), "[findings all new About]"; got != want {
		t.Fatalf("sheets %s, want %s", got, want)
	}
	sheet := f.GetSheetList()[0]
	for cell, want := range map[string]string{"A1": "severity", "C1": "Count", "D1": "count_2", "A2": "Critical", "C3": "1", "D2": "7.5", "F2": "TRUE",
		"E2": "2026-01-31 12:00:00", "E4": "1800-01-01T00:00:00Z", "B4": "=1+1", "C5": "1152921504606846976", "G5": "bad\uFFFDchar line", "G2": `["a","b"]`, "G4": ""} {
		if got, err := f.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", cell, got, err, want)
		}
	}
	if formula, _ := f.GetCellFormula(sheet, "B2"); formula != `HYPERLINK("https://nvd.nist.gov/vuln/detail/CVE-2021-44228","CVE-2021-44228")` {
		t.Errorf("the link is %q", formula)
	}
	if formula, _ := f.GetCellFormula(sheet, "B4"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
	tables, err := f.GetTables(sheet)
	if err != nil || len(tables) != 1 || tables[0].Range != "A1:G5" {
		t.Errorf("tables %+v, %v", tables, err)
	}
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	formats, err := f.GetConditionalFormats(sheet)
	if err != nil || len(formats) != 1 {
		t.Errorf("conditional formats %v, %v", formats, err)
	}
	s := stats.Sheets[0]
	if s.Written != 4 || Cells(s.Cut) != 1 || Cells(s.Replaced) != 1 {
		t.Errorf("stats %+v", s)
	}
	about, err := f.GetRows("About")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(about)
	for _, want := range []string{"[State Partial: texts were shortened", "[findings all new 4 4 0 1 cell of \"vulnerability\" cut to 32767 characters; 1 cell of \"tags\"",
		"[trivy 2026-01-01 00:00:00 UTC unknown 3]", "[severity string High]", "[count_2 real]", "[SHA-256 c3067249", "[select] [1]"} {
		if !strings.Contains(text, want) {
			t.Errorf("About lacks %q: %s", want, text)
		}
	}
}

func TestRowsContinueOnTheNextSheet(t *testing.T) {
	for rows, want := range map[int]string{0: "[findings all new About]", 4: "[findings all new About]", 5: "[findings all new findings all new 2 About]",
		9: "[findings all new findings all new 2 findings all new 3 About]"} {
		var out bytes.Buffer
		limits := excelLimits()
		limits.rows = 4
		stats, err := writeWorkbook(context.Background(), samplePlan(someRows(rows), nil), &out, limits)
		if err != nil {
			t.Fatal(rows, err)
		}
		f := reopen(t, out.Bytes())
		if got := fmt.Sprint(f.GetSheetList()); got != want {
			t.Errorf("%d rows: sheets %s, want %s", rows, got, want)
		}
		seen := 0
		for _, name := range f.GetSheetList() {
			all, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			if name != "About" {
				seen += len(all) - 1
			}
		}
		if seen != max(rows, 1) || stats.Sheets[0].Written != int64(rows) {
			t.Errorf("%d rows: %d are there, stats %+v", rows, seen, stats.Sheets[0])
		}
	}
}

// TestCellsWithoutAddresses reads back what large sheets hold: cells that
// stand where they are by their order, with gaps, and texts that the shared
// table has no room for.
func TestCellsWithoutAddresses(t *testing.T) {
	rows := someRows(3)
	rows = append(rows, []any{nil, "CVE-2024-0001", nil, nil, nil, true, nil}, []any{nil, nil, nil, nil, nil, nil, json.RawMessage(`"last"`)},
		[]any{"a new text", nil, nil, nil, time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC), nil, nil}, make([]any, 7), []any{"<&> ", "  _x0041_", int64(7), nil, nil, nil, nil})
	var read [2][][]string
	for i, change := range []func(*xlsxLimits){func(*xlsxLimits) {}, func(l *xlsxLimits) { l.addressed, l.strings = 2, 1 }} {
		limits := excelLimits()
		change(&limits)
		var out bytes.Buffer
		if _, err := writeWorkbook(context.Background(), samplePlan(rows, nil), &out, limits); err != nil {
			t.Fatal(err)
		}
		f := reopen(t, out.Bytes())
		var err error
		if read[i], err = f.GetRows(f.GetSheetList()[0]); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := fmt.Sprintf("%q", read[0]), fmt.Sprintf("%q", read[1]); a != b {
		t.Errorf("with addresses\n%s\nwithout\n%s", a, b)
	}
	if got, want := fmt.Sprintf("%q", read[1][4:]), `[["" "CVE-2024-0001" "" "" "" "TRUE"] ["" "" "" "" "" "" "last"] ["a new text" "" "" "" "2026-01-31 23:59:59"] [] ["<&> " "  _x0041_" "7"]]`; got != want {
		t.Errorf("rows are %s, want %s", got, want)
	}
}

func TestSameRowsSameBytes(t *testing.T) {
	var first []byte
	for range 5 { // what hangs on the order of a map shows in some runs only
		var w bytes.Buffer
		if _, err := writeXLSX(context.Background(), pagePlan(), &w); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = w.Bytes()
		}
		if !bytes.Equal(first, w.Bytes()) {
			t.Fatal("two workbooks of the same rows and time differ")
		}
	}
}

func TestFailureLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xlsx")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		if _, err := ToFile(context.Background(), path, f, samplePlan(someRows(3), fmt.Errorf("lost"))); err == nil {
			t.Errorf("%s: no error", f.Name)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Fatalf("%v, %v", left, err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "old" {
		t.Errorf("the old file holds %q, %v", data, err)
	}
}

// TestTextFormats holds every text format against what it should write.
func TestTextFormats(t *testing.T) {
	rows := [][]any{{"High", "=cmd()", int64(-1), 0.5, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), true, json.RawMessage(`{"a":"x,y"}`)}, {"Low", "a\"b|c", nil, nil, nil, nil, nil}}
	for name, want := range map[string]string{
		"csv":   "severity,vulnerability,Count,count,seen,fixable,tags\nHigh,'=cmd(),-1,0.5,2026-01-31T12:00:00Z,true,\"{\"\"a\"\":\"\"x,y\"\"}\"\nLow,\"a\"\"b|c\",,,,,\n",
		"jsonl": `{"severity":"High","vulnerability":"=cmd()","Count":-1,"count":0.5,"seen":"2026-01-31T12:00:00.0000000Z","fixable":true,"tags":{"a":"x,y"}}` + "\n" + `{"severity":"Low","vulnerability":"a\"b|c","Count":null,"count":null,"seen":null,"fixable":null,"tags":null}` + "\n",
	} {
		f, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := f.Write(context.Background(), samplePlan(rows, nil), &out); err != nil {
			t.Fatal(name, err)
		}
		if out.String() != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, out.String(), want)
		}
	}
}
