package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"time"

	"argosy/queries"
	"argosy/schema"
	"argosy/schema/settings"
	"argosy/schema/store"
)

// digest is that of an image's manifest.
func digest(image int) string { return fmt.Sprintf("sha256:%064d", image) }

// look stores which images the registry holds, two hours before the scans.
func (y *yearOf) look(ctx context.Context, path string, w int) error {
	inv, err := store.OpenInventory(ctx, path, store.Options{Now: monday(w).Add(-2 * time.Hour)})
	if err != nil {
		return err
	}
	defer inv.Close()
	if err := inv.Begin(ctx, schema.SyncRun{Kind: "registry", Source: "registry.example.com", Version: "bench", At: monday(w).Add(-2 * time.Hour)}); err != nil {
		return err
	}
	var b schema.InventoryBatch
	for i := range y.images {
		if w == 0 {
			b.Manifests = append(b.Manifests, schema.Manifest{Digest: digest(i), Kind: schema.ManifestImage})
		}
		b.Present = append(b.Present, schema.ManifestSighting{Place: schema.Place{Registry: "registry.example.com", Repository: team(i) + "/app"}, Digest: digest(i), Gone: y.away[i][w]})
	}
	if err := inv.Apply(ctx, b); err != nil {
		return err
	}
	_, err = inv.Finish(ctx, schema.SyncTotals{State: "complete"})
	return err
}

// load stores the inventory and the scans of a week, these as one run.
func (y *yearOf) load(ctx context.Context, path string, w int) (schema.RunResult, error) {
	var res schema.RunResult
	if err := y.look(ctx, path, w); err != nil {
		return res, err
	}
	l, err := store.NewLoader(ctx, path, store.Options{Now: monday(w)})
	if err != nil {
		return res, err
	}
	defer l.Close()
	var scans []schema.StagedScan
	for i := range 2 * y.images {
		image, scanner := i/2, []string{"trivy", "grype"}[i%2]
		if y.away[image][w] {
			continue
		}
		scans = append(scans, schema.StagedScan{No: i + 1, Path: "week.json", Key: digest(image), Scan: schema.Scan{Scanner: scanner, At: monday(w), TimeSource: schema.TimeReport,
			Image: schema.Image{Kind: schema.KindImage, Registry: "registry.example.com", Repository: team(image) + "/app", Digest: digest(image)}}})
	}
	var rows []schema.StagedFinding
	for _, f := range y.lives {
		for k := range 2 {
			if !y.here(&f, w) || k == 1 && f.slot%3 == 0 {
				continue // the second scanner does not know every third
			}
			id := vulnerability(f.slot)
			row := schema.StagedFinding{Scan: 2*f.image + k + 1, Canonical: id, Finding: schema.Finding{VulnerabilityID: id, PackageType: "deb", PackageName: "zlib1g", InstalledVersion: "1",
				FixStatus: schema.FixUnknown, Severity: f.severity[w], SeverityRaw: f.severity[w].String(), Status: schema.Unhealthy}}
			if f.fix[w] {
				row.FixedVersion, row.FixStatus = "2", schema.FixAvailable
			}
			rows = append(rows, row)
		}
	}
	for i := range scans {
		for k := range rows {
			if rows[k].Scan == scans[i].No {
				scans[i].Rows, scans[i].Findings = scans[i].Rows+1, scans[i].Findings+1
			}
		}
	}
	if err := l.Findings(ctx, rows); err != nil {
		return res, err
	}
	if err := l.Accept(ctx, 1, scans, false); err != nil {
		return res, err
	}
	began := processor()
	res, err = l.Commit(ctx, schema.Run{Started: monday(w), Version: "bench", Source: "week.json", Files: []schema.FileResult{{No: 1, Path: "week.json", State: schema.FileStored}}})
	y.loaded += processor() - began
	return res, err
}

// decide makes and takes back the waivers of a week's Tuesday.
func (y *yearOf) decide(ctx context.Context, path string, w int) error {
	opt := store.Options{Now: tuesday(w)}
	for i := range y.waivers {
		v := &y.waivers[i]
		if v.until == w && !v.expires {
			if err := store.Unexempt(ctx, path, opt, []int64{v.id}, "bench"); err != nil {
				return err
			}
		}
		if v.from != w {
			continue
		}
		e := schema.Exemption{Source: schema.ExemptCommand, Origin: "bench", Vulnerability: vulnerability(v.slot), Repository: fmt.Sprintf("team%d/*", v.team), Reason: fmt.Sprint("waiver ", i), Who: "bench"}
		if v.expires {
			e.Expires = tuesday(v.until)
		}
		res, err := store.Exempt(ctx, path, opt, []schema.Exemption{e})
		if err != nil {
			return err
		}
		v.id = res[0].ID
	}
	return nil
}

// vulnerability is the id of a slot.
func vulnerability(slot int) string { return fmt.Sprintf("CVE-2025-%d", 10000+slot) }

// check loads the year and compares every number of the reports on changes,
// trend, reopening, fixing and due dates with the truth. It returns how many
// numbers it compared, and those that differ.
func (y *yearOf) check(ctx context.Context, path string) (compared int, wrong []string, err error) {
	same := func(what string, got, want any) {
		compared++
		if fmt.Sprint(got) != fmt.Sprint(want) {
			wrong = append(wrong, fmt.Sprintf("%s: %v, the truth is %v", what, got, want))
		}
	}
	for w := range y.weeks {
		res, err := y.load(ctx, path, w)
		if err != nil {
			return compared, wrong, err
		}
		truth, _ := y.week(w)
		same(fmt.Sprintf("run %d", w+1), []int64{res.New, res.Fixed, res.Reopened, res.Open}, []int64{truth["new"], truth["fixed"], truth["reopened"], y.counted(w)})
		if err := y.decide(ctx, path, w); err != nil {
			return compared, wrong, err
		}
	}
	text := "owners:\n"
	for t := range 5 {
		text += fmt.Sprintf("  - {team: team%d, repository: 'team%d/*'}\n", t, t)
	}
	s, err := settings.Parse("argosy.yaml", []byte(text))
	if err != nil {
		return compared, wrong, err
	}
	if _, err := store.ApplySettings(ctx, path, store.Options{}, s, false); err != nil {
		return compared, wrong, err
	}
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return compared, wrong, err
	}
	defer db.Close()
	if err := y.compareWeeks(ctx, db, same); err != nil {
		return compared, wrong, err
	}
	return compared, wrong, y.compareReports(ctx, db, same)
}

func (y *yearOf) compareWeeks(ctx context.Context, db *store.DB, same func(string, any, any)) error {
	const stamp = "timestamp '2006-01-02 15:04:05'"
	for w := range y.weeks {
		truth, open := y.week(w)
		for i, between := range []string{
			fmt.Sprintf("changes_between(%s, %s)", monday(w).AddDate(0, 0, -1).Format(stamp), monday(w).AddDate(0, 0, 1).Format(stamp)),
			fmt.Sprintf("changes_between_runs(%d, %d)", w, w+1),
		} {
			rows, err := read(ctx, db, schema.Statement{SQL: "select change, count(*) as n from " + between + " group by change"})
			if err != nil {
				return err
			}
			got := map[string]int64{}
			for _, r := range rows {
				got[fmt.Sprint(r["change"])] = r["n"].(int64)
			}
			want := maps.Clone(truth)
			maps.Copy(want, y.decided(w, i == 0))
			same(between, got, want)
		}
		rows, err := read(ctx, db, schema.Statement{SQL: fmt.Sprintf("select count(*) as n from findings_at(%s)", monday(w).AddDate(0, 0, 1).Format(stamp))})
		if err != nil {
			return err
		}
		same(fmt.Sprintf("open in week %d", w), rows[0]["n"], open)
	}
	return nil
}

func (y *yearOf) compareReports(ctx context.Context, db *store.DB, same func(string, any, any)) error {
	truth := y.standing()
	lib, err := queries.LoadLibrary()
	if err != nil {
		return err
	}
	run := func(name string, given map[string]string) ([]map[string]any, error) {
		r, err := lib.Find(name)
		if err != nil {
			return nil, err
		}
		p, err := queries.Prepare(ctx, db, queries.Request{Text: r.Text, Language: r.Language, Params: r.Params, Given: given, Now: y.now()})
		if err != nil {
			return nil, err
		}
		return read(ctx, db, p.Statement)
	}
	rows, err := run("trend", map[string]string{"weeks": fmt.Sprint(y.weeks)})
	if err != nil {
		return err
	}
	same("weeks of the trend", len(rows), y.weeks)
	for w, r := range rows {
		truth := y.flow(w)
		for _, column := range []string{"findings", "new", "fixed", "set_aside", "back"} {
			same(fmt.Sprintf("%s in week %d of the trend", column, w), r[column], truth[column])
		}
	}
	p, err := queries.Prepare(ctx, db, queries.Request{Text: "select open from open_by_week('%', '%', '%') order by at_time", Language: queries.SQL, Now: y.now()})
	if err != nil {
		return err
	}
	if rows, err = read(ctx, db, p.Statement); err != nil {
		return err
	}
	same("weeks of the charts", len(rows), min(12, y.weeks))
	for k, r := range rows {
		w := y.weeks - len(rows) + k
		want := y.counted(w)
		if w == y.weeks-1 {
			want = y.flow(w)["findings"]
		}
		same(fmt.Sprintf("week %d of the charts", w), r["open"], want)
	}
	if rows, err = run("reopened", nil); err != nil {
		return err
	}
	same("reopened", len(rows), truth.reopened)
	if rows, err = run("due-by-team", nil); err != nil {
		return err
	}
	same("teams", len(rows), len(truth.open))
	for _, r := range rows {
		t := fmt.Sprint(r["team"])
		same("due dates of "+t, []any{r["findings"], r["overdue"]}, []any{truth.open[t], truth.overdue[t]})
	}
	if rows, err = run("overdue", nil); err != nil {
		return err
	}
	late := int64(0)
	for n := range maps.Values(truth.overdue) {
		late += n
	}
	same("overdue", len(rows), late)
	if rows, err = run("time-to-fix", map[string]string{"days": "1000"}); err != nil {
		return err
	}
	same("rows of time-to-fix", len(rows), len(truth.fixed))
	for _, r := range rows {
		key := fmt.Sprintf("%v %v", r["team"], r["severity"])
		same("time to fix of "+key, []any{r["fixed"], r["in_time"]}, []any{truth.fixed[key], truth.inTime[key]})
		mean, _ := r["mean_days"].(float64)
		same("mean days of "+key, math.Abs(mean-truth.days[key]/float64(truth.fixed[key])) < 0.051, true)
	}
	return nil
}

// read returns rows by the names of their columns.
func read(ctx context.Context, db *store.DB, st schema.Statement) ([]map[string]any, error) {
	rows, err := db.Query(ctx, st)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []map[string]any
	for rows.Next() {
		r := map[string]any{}
		for i, c := range rows.Columns() {
			r[c.Name] = rows.Values()[i]
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// year compares a year of weekly scans of 300 images with what is known to have
// happened.
func year(ctx context.Context, dir string) error {
	y := newYear(300, 52, 20)
	n, wrong, err := y.check(ctx, filepath.Join(dir, "year.db"))
	if err != nil {
		return err
	}
	for _, w := range wrong {
		fmt.Println("  wrong:", w)
	}
	fmt.Printf("a year of weekly scans of %d images by two scanners: %d numbers compared with the truth, %d wrong; a run takes %.2f s of processor time\n",
		y.images, n, len(wrong), y.loaded.Seconds()/float64(y.weeks))
	if len(wrong) > 0 {
		return fmt.Errorf("%d numbers are wrong", len(wrong))
	}
	return nil
}
