package tui

import (
	"slices"
	"time"

	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// chartWeeks is how far charts over time go back.
const chartWeeks = 26

// overTime draws a scope by age, or over weeks.
func overTime(a *App, kind string, cond []string, now time.Time) (d chartData, err error) {
	ends := weekEnds(now, chartWeeks)
	for _, e := range ends {
		d.labels = append(d.labels, e.Format("02 Jan"))
	}
	if kind != "age" {
		defer d.trim()
	}
	switch kind {
	case "trend":
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: openSQL(cond, "severity", ends)}))
		d.legend = []string{"all", "Critical", "High"}
		d.curves = [][]float64{make([]float64, len(ends)), make([]float64, len(ends)), make([]float64, len(ends))}
		for _, r := range rows {
			i, n := whole(r[0]), number(r[2])
			d.curves[0][i] += n
			if at := slices.Index(d.legend, cell.Text(r[1])); at > 0 {
				d.curves[at][i] += n
			}
		}
		return d, err
	case "burn-down":
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: flowSQL(cond, ends)}))
		d.legend = []string{"new", "fixed"}
		for _, r := range rows {
			d.bars = append(d.bars, bar{"week to " + ends[whole(r[0])].Format("2006-01-02"), []float64{number(r[1]), number(r[2])}})
		}
		d.labels = nil
		return d, err
	}
	d.labels, d.legend = nil, []string{"Critical", "High", "other"}
	at := "timestamp '" + now.UTC().Format("2006-01-02 15:04:05") + "'"
	_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: `select case when d <= 7 then 0 when d <= 30 then 1 when d <= 90 then 2 when d <= 180 then 3 else 4 end as b, count(*) filter (where severity = 'Critical'),
	count(*) filter (where severity = 'High'), count(*) filter (where severity not in ('Critical', 'High')) from (select severity, date_diff('day', first_seen, ` + at + `) as d from ` + lens.Source(cond...) + whereOf(cond) + `) group by 1 order by 1`}))
	names := []string{"up to 7 days", "8 to 30 days", "31 to 90 days", "91 to 180 days", "over 180 days"}
	for _, n := range names {
		d.bars = append(d.bars, bar{n, []float64{0, 0, 0}})
	}
	for _, r := range rows {
		d.bars[whole(r[0])].parts = []float64{number(r[1]), number(r[2]), number(r[3])}
	}
	return d, err
}
