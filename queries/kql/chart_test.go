package kql_test

import (
	"reflect"
	"testing"

	"argosy/queries/kql"
)

// TestChart holds the hint of render against what Kusto would draw.
func TestChart(t *testing.T) {
	const rows = `datatable(severity:string, day:datetime, n:long, score:real)["High", datetime(2024-05-01), 1, 2.5] | `
	cases := []struct {
		render string
		want   kql.Chart
	}{
		{"render piechart", kql.Chart{Kind: "piechart", X: "severity", Y: []string{"n", "score"}}},
		{"render timechart", kql.Chart{Kind: "timechart", X: "day", Y: []string{"n", "score"}, Series: []string{"severity"}}},
		{"project severity, n | render barchart with (kind=stacked, title='Findings by severity')",
			kql.Chart{Kind: "barchart", Stacking: "stacked", Title: "Findings by severity", X: "severity", Y: []string{"n"}}},
		{"render columnchart with (xcolumn=day, ycolumns=score, n, series=severity, xtitle='when', ytitle='how many', yaxis=log, legend=hidden, accumulate=true, ymin=0, ymax=10)",
			kql.Chart{Kind: "columnchart", X: "day", Y: []string{"score", "n"}, Series: []string{"severity"}, XTitle: "when", YTitle: "how many",
				LogY: true, NoLegend: true, Accumulate: true, YMin: "0", YMax: "10"}},
		{"project d = dynamic({'n': 1}), n | render Table", kql.Chart{Kind: "table", X: "d", Y: []string{"n"}}},
	}
	for _, c := range cases {
		res, err := kql.Translate(rows+c.render, &kql.Catalog{}, kql.Options{})
		if err != nil {
			t.Errorf("%s: %s", c.render, explain(rows+c.render, err))
			continue
		}
		got := *res.Chart
		got.Options = nil
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", c.render, got, c.want)
		}
	}
	for _, bad := range []string{"render piechrt", "render barchart with (xcolumn=nothing)", "render barchart with (kind=tall)"} {
		if _, err := kql.Translate(rows+bad, &kql.Catalog{}, kql.Options{}); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}
