package export

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// block makes a sheet of rows held in memory.
func blockOf(name string, role Role, chart *Chart, columns []schema.Column, rows ...[]any) Sheet {
	return Sheet{Name: name, Role: role, Chart: chart, Matched: -1, Open: func(context.Context) (schema.Rows, error) {
		return &memoryRows{columns: columns, rows: rows}, nil
	}}
}

func pagePlan() *Plan {
	str, long, at := schema.TypeString, schema.TypeLong, schema.TypeDatetime
	plan := samplePlan(someRows(3), nil)
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	plan.Sheets = append([]Sheet{{Name: "Summary", Role: RoleSummary, Blocks: []Sheet{
		blockOf("Figures", RoleTiles, nil, []schema.Column{{Name: "label", Type: str}, {Name: "value", Type: long}, {Name: "change", Type: long}, {Name: "better", Type: str}, {Name: "compared", Type: str}},
			[]any{"Open", int64(12), int64(-3), "down", "Compared with yesterday"}, []any{"Critical", int64(4), int64(2), "down", ""}, []any{"Other", int64(4), nil, nil, nil}),
		blockOf("By severity", "", &Chart{Kind: ChartDonut, X: "severity"}, []schema.Column{{Name: "severity", Type: str}, {Name: "findings", Type: long}},
			[]any{"Critical", int64(4)}, []any{"High", int64(8)}),
		blockOf("By team", "", &Chart{Kind: ChartLine, X: "day", Series: "team"}, []schema.Column{{Name: "day", Type: at}, {Name: "team", Type: str}, {Name: "n", Type: long}},
			[]any{day(1), "red", int64(1)}, []any{day(1), "blue", int64(2)}, []any{day(2), "red", int64(3)}),
		blockOf("Nothing", "", nil, []schema.Column{{Name: "a", Type: str}}),
	}}}, plan.Sheets...)
	plan.Sheets[1].Chart = &Chart{Kind: ChartColumn, X: "vulnerability", Y: []string{"count"}}
	plan.Sheets[1].Doc = "One row per finding. And more."
	return plan
}

func TestPageOfBlocks(t *testing.T) {
	var out bytes.Buffer
	stats, err := writeXLSX(context.Background(), pagePlan(), &out)
	if err != nil {
		t.Fatal(err)
	}
	f := reopen(t, out.Bytes())
	if got, want := fmt.Sprint(f.GetSheetList()), "[Summary findings all new findings all new chart About]"; got != want {
		t.Fatalf("sheets %s, want %s", got, want)
	}
	rows, err := f.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(rows)
	for _, want := range []string{"Compared with yesterday", "▼ −3", "▲ +2", "no baseline", "[2026-01-01  1  2]", "[2026-01-02  3]", "Nothing to show.", "3 rows. One row per finding]"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	for _, part := range []string{"xl/charts/chart1.xml", "xl/charts/chart2.xml", "xl/charts/chart3.xml"} {
		if _, ok := f.Pkg.Load(part); !ok {
			t.Errorf("there is no %s", part)
		}
	}
	chart, _ := f.Pkg.Load("xl/charts/chart1.xml")
	if !strings.Contains(string(chart.([]byte)), "8B0000") {
		t.Error("the slice of Critical does not have its colour")
	}
	if len(stats.Sheets) != 5 || stats.Sheets[4].Written != 3 || stats.Sheets[1].Name != "Summary: By severity" {
		t.Errorf("stats %+v", stats.Sheets)
	}
	if link, target, err := f.GetCellHyperLink("Summary", linkCell(rows)); err != nil || !link || target != "'findings all new'!A1" {
		t.Errorf("the link goes to %q, %v, %v", target, link, err)
	}
}

// linkCell is the cell below the heading of the links.
func linkCell(rows [][]string) string {
	for i, row := range rows {
		if len(row) > 0 && row[0] == "Sheets" {
			return fmt.Sprintf("A%d", i+2)
		}
	}
	return "A1"
}

func TestChartMistakes(t *testing.T) {
	columns := []schema.Column{{Name: "a", Type: schema.TypeString}, {Name: "n", Type: schema.TypeLong}}
	for want, c := range map[string]Chart{
		`no column "b"; it has a, n`: {Kind: ChartBar, X: "b"},
		"no column of numbers":       {Kind: ChartBar, X: "n"},
	} {
		if _, err := newChartData(c, columns); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", c, err, want)
		}
	}
}

// TestBlocksInOtherFormats: where there are no pages every block is a sheet.
func TestBlocksInOtherFormats(t *testing.T) {
	var out bytes.Buffer
	f, err := ByName("json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(context.Background(), pagePlan(), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"Summary: By severity": [`) || !strings.Contains(out.String(), `{"severity":"High","findings":8}`) {
		t.Errorf("json is %s", out.String())
	}
	out.Reset()
	f, _ = ByName("csv")
	stats, err := f.Write(context.Background(), pagePlan(), &out)
	if err != nil || !stats.Sheets[0].Skipped || stats.Sheets[4].Written != 3 {
		t.Errorf("csv wrote %+v, %v", stats.Sheets, err)
	}
}

// TestLongBlockIsTold: a page shows the first rows, and says that there are more.
func TestLongBlockIsTold(t *testing.T) {
	plan := pagePlan()
	var rows [][]any
	for i := range blockRows + 3 {
		rows = append(rows, []any{fmt.Sprint("row ", i)})
	}
	plan.Sheets[0].Blocks[3] = blockOf("Long", "", nil, []schema.Column{{Name: "a", Type: schema.TypeString}}, rows...)
	for _, format := range []string{"xlsx", "html"} {
		_, stats := written(t, format, plan)
		if s := stats.Sheets[3]; !s.Truncated || s.Written != blockRows || !strings.Contains(strings.Join(stats.Warnings(), ""), "the first 40 rows on the page") {
			t.Errorf("%s: %+v, %v", format, s, stats.Warnings())
		}
	}
	if _, stats := written(t, "json", plan); stats.Sheets[3].Truncated {
		t.Error("json has no pages and left rows out")
	}
}
