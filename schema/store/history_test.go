package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"argosy/schema"
)

// TestYear loads half a year of weekly scans whose truth is known and compares
// what changed in every week, by dates and by runs, and what was open.
func TestYear(t *testing.T) {
	const images, weeks, ids = 6, 26, 12
	path := filepath.Join(t.TempDir(), "a.db")
	rnd := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)
	var there [images][ids]bool
	var ever [images][ids]bool
	type week struct{ new, fixed, reopened, open int }
	var truth []week
	for w := range weeks {
		var now week
		at := start.AddDate(0, 0, 7*w)
		var scans []schema.StagedScan
		var rows []schema.StagedFinding
		for i := range images {
			digest := fmt.Sprintf("sha256:%064d", i)
			for id := range ids {
				before := there[i][id]
				if rnd.IntN(4) == 0 {
					there[i][id] = !before
				}
				switch {
				case there[i][id] && !before && ever[i][id]:
					now.reopened++
				case there[i][id] && !before:
					now.new++
				case before && !there[i][id]:
					now.fixed++
				}
				if there[i][id] {
					now.open++
					ever[i][id] = true
					rows = append(rows, schema.StagedFinding{Scan: i + 1, Canonical: fmt.Sprintf("CVE-%d", id), Finding: schema.Finding{VulnerabilityID: fmt.Sprintf("CVE-%d", id),
						PackageType: "deb", PackageName: "p", InstalledVersion: "1", FixStatus: schema.FixAvailable, Severity: schema.High, Status: schema.Unhealthy}})
				}
			}
			scans = append(scans, schema.StagedScan{No: i + 1, Path: "a.json", Key: digest, Scan: schema.Scan{Scanner: "trivy", At: at, TimeSource: schema.TimeReport,
				Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: fmt.Sprintf("team/app%d", i), Digest: digest}}})
		}
		res := run(t, path, at, "a.json", scans, rows)
		if int(res.New) != now.new || int(res.Fixed) != now.fixed || int(res.Reopened) != now.reopened || int(res.Open) != now.open {
			t.Errorf("week %d: the run says %d new, %d fixed, %d reopened, %d open; the truth is %+v", w, res.New, res.Fixed, res.Reopened, res.Open, now)
		}
		truth = append(truth, now)
	}
	const say = `select coalesce(string_agg(change || ' ' || n, ', ' order by change), '') from (select change, count(*) as n from %s group by change)`
	for w, is := range truth {
		at := start.AddDate(0, 0, 7*w)
		want := ""
		for _, c := range []struct {
			word string
			n    int
		}{{"fixed", is.fixed}, {"new", is.new}, {"reopened", is.reopened}} {
			if c.n > 0 {
				want += fmt.Sprintf("%s %d, ", c.word, c.n)
			}
		}
		want = want[:max(0, len(want)-2)] + "\n"
		moment := func(hours int) string {
			return at.Add(time.Duration(hours) * time.Hour).Format("timestamp '2006-01-02 15:04:05'")
		}
		for name, source := range map[string]string{
			"dates": fmt.Sprintf("changes_between(%s, %s)", moment(-24), moment(24)),
			"runs":  fmt.Sprintf("changes_between_runs(%d, %d)", w, w+1),
		} {
			if got := table(t, path, fmt.Sprintf(say, source)); got != want {
				t.Errorf("week %d by %s: %swant %s", w, name, got, want)
			}
		}
		if got := table(t, path, fmt.Sprintf("select count(*) from findings_at(%s)", moment(1))); got != fmt.Sprintln(is.open) {
			t.Errorf("week %d: %sare open, want %d", w, got, is.open)
		}
	}
}
