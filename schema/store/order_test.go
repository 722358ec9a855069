package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// sight is one scan of one image in a test: what it saw, and in which words.
type sight struct {
	scanner string
	image   int
	at      time.Time
	partial bool
	saw     map[string]schema.Severity
}

// stage is the scan and its rows as ingest hands them over.
func (l sight) stage(no int) (schema.StagedScan, []schema.StagedFinding) {
	var rows []schema.StagedFinding
	for id, severity := range l.saw {
		f := schema.StagedFinding{Scan: no, Canonical: id, Finding: schema.Finding{VulnerabilityID: id, PackageType: "deb", PackageName: "zlib1g",
			InstalledVersion: "1", FixStatus: schema.FixUnknown, Severity: severity, SeverityRaw: severity.String(), Status: schema.Unhealthy}}
		if severity == schema.Critical {
			f.FixedVersion, f.FixStatus = "2", schema.FixAvailable
		}
		rows = append(rows, f)
	}
	slices.SortFunc(rows, func(a, b schema.StagedFinding) int { return strings.Compare(a.Canonical, b.Canonical) })
	digest := fmt.Sprintf("sha256:%064d", l.image)
	return schema.StagedScan{No: no, Path: "a.json", Key: digest, Scan: schema.Scan{Scanner: l.scanner, At: l.at, TimeSource: schema.TimeReport, Partial: l.partial,
		Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: "team/app", Tag: "1", Digest: digest}}}, rows
}

func put(t *testing.T, path string, sights ...sight) schema.RunResult {
	t.Helper()
	ctx := context.Background()
	l, err := NewLoader(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var scans []schema.StagedScan
	for i, k := range sights {
		s, rows := k.stage(i + 1)
		scans = append(scans, s)
		if err := l.Findings(ctx, rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Accept(ctx, 1, scans, false); err != nil {
		t.Fatal(err)
	}
	res, err := l.Commit(ctx, schema.Run{Started: week(0), Version: "test", Source: "a.json", Files: []schema.FileResult{{No: 1, Path: "a.json", State: schema.FileStored}}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// historyOf is everything that a database knows but for the runs that told and
// the numbers that it gave.
func historyOf(t *testing.T, path string) string {
	t.Helper()
	var out strings.Builder
	for _, text := range []string{
		`select 'finding', v.id, i.image_key, f.severity::varchar, f.fixed_version, f.fix_status, f.status, f.scanners::varchar, f.first_seen, f.last_seen, f.fixed_at, f.reopened_at, f.fix_since,
			f.reported_ids::varchar, f.paths::varchar, f.purl, f.severity_highest::varchar
			from findings f join vulnerabilities v using (vulnerability_id) join images i using (image_id) order by all`,
		`select 'sighting', v.id, i.image_key, s.scanner, s.named, s.valid_from, s.valid_to, s.severity::varchar, s.fixed_version
			from sightings s join findings f using (finding) join vulnerabilities v using (vulnerability_id) join images i on i.image_id = f.image_id order by all`,
		`select 'span', v.id, i.image_key, s.no, s.opened, s.closed
			from spans s join findings f using (finding) join vulnerabilities v using (vulnerability_id) join images i on i.image_id = f.image_id order by all`,
		`select 'vulnerability', id, aliases::varchar, kev, epss from vulnerabilities order by all`,
		`select 'image', image_key, first_seen, last_seen, last_scanned from images order by all`,
	} {
		out.WriteString(table(t, path, text))
	}
	return out.String()
}

// at is what a query answers about each of some moments.
func at(t *testing.T, path string, moments ...time.Time) string {
	t.Helper()
	var out strings.Builder
	for _, m := range moments {
		out.WriteString(table(t, path, fmt.Sprintf(`select '%[1]s', vulnerability, image_key, severity::varchar, fixed_version, scanners::varchar, opened
			from findings_at(timestamp '%[1]s') order by all`, m.Format("2006-01-02 15:04:05"))))
	}
	return out.String()
}

// TestOrder puts the same weekly scans in, in every order that chance picks and
// all at once, and wants the same history.
func TestOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	words := []schema.Severity{schema.Low, schema.High, schema.Critical}
	const weeks = 4
	var sights []sight
	var moments []time.Time
	truth := map[time.Time]map[string]int{} // by moment and scanner
	for w := range weeks {
		moments = append(moments, week(w).Add(-time.Hour), week(w).Add(time.Hour))
		for _, scanner := range []string{"trivy", "grype"} {
			k := sight{scanner: scanner, at: week(w), saw: map[string]schema.Severity{}}
			for id := range 6 {
				if rnd.IntN(5) > 1 {
					k.saw[fmt.Sprintf("CVE-2021-000%d", id)] = words[rnd.IntN(3)]
				}
			}
			sights = append(sights, k)
			if truth[week(w)] == nil {
				truth[week(w)] = map[string]int{}
			}
			truth[week(w)][scanner] = len(k.saw)
		}
	}
	dir := t.TempDir()
	want, wantAt := "", ""
	orders := [][]int{{0, 1, 2, 3, 4, 5, 6, 7}, {7, 6, 5, 4, 3, 2, 1, 0}, rnd.Perm(len(sights))}
	for n, order := range orders {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", n))
		for _, i := range order {
			put(t, path, sights[i])
		}
		got, gotAt := historyOf(t, path), at(t, path, moments...)
		if n == 0 {
			want, wantAt = got, gotAt
			for w := range weeks {
				for scanner, seen := range truth[week(w)] {
					q := fmt.Sprintf("select count(*) from findings_at(timestamp '%s') where list_contains(scanners, '%s')", week(w).Add(time.Hour).Format("2006-01-02 15:04:05"), scanner)
					if got := table(t, path, q); got != fmt.Sprintln(seen) {
						t.Errorf("week %d: %s saw %sof %d", w, scanner, got, seen)
					}
				}
			}
			continue
		}
		if got != want || gotAt != wantAt {
			t.Fatalf("in the order %v:\n%s\nwant\n%s", order, firstDifference(got+gotAt, want+wantAt), "")
		}
	}
	path := filepath.Join(dir, "once.db")
	put(t, path, sights...)
	if got := historyOf(t, path) + at(t, path, moments...); got != want+wantAt {
		t.Fatalf("all at once:\n%s", firstDifference(got, want+wantAt))
	}
	// The same scans again change nothing.
	res := put(t, path, sights...)
	if got := historyOf(t, path) + at(t, path, moments...); got != want+wantAt || res.New+res.Fixed+res.Reopened != 0 {
		t.Fatalf("once more: %+v\n%s", res, firstDifference(got, want+wantAt))
	}
}

// TestGaps says what a scan that is woven in may and may not change.
func TestGaps(t *testing.T) {
	one := map[string]schema.Severity{"CVE-2021-0001": schema.High}
	none := map[string]schema.Severity{}
	const spans = "select opened::date::varchar, closed::date::varchar from spans order by all"
	for name, c := range map[string]struct {
		sights []sight
		want   string
	}{
		"a gap is no fix":                    {[]sight{{at: week(0), saw: one}, {at: week(2), saw: one}}, "2026-09-07 <nil>\n"},
		"seen in the gap":                    {[]sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {at: week(1), saw: one}}, "2026-09-07 <nil>\n"},
		"not seen in the gap":                {[]sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {at: week(1), saw: none}}, "2026-09-07 2026-09-14\n2026-09-21 <nil>\n"},
		"a partial scan closes nothing":      {[]sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {at: week(1), saw: none, partial: true}}, "2026-09-07 <nil>\n"},
		"a partial scan opens":               {[]sight{{at: week(0), saw: none}, {at: week(2), saw: none}, {at: week(1), saw: one, partial: true}}, "2026-09-14 2026-09-21\n"},
		"known earlier":                      {[]sight{{at: week(2), saw: one}, {at: week(0), saw: one}}, "2026-09-07 <nil>\n"},
		"only earlier":                       {[]sight{{at: week(2), saw: none}, {at: week(0), saw: one}}, "2026-09-07 2026-09-21\n"},
		"fixed earlier than known":           {[]sight{{at: week(0), saw: one}, {at: week(2), saw: none}, {at: week(1), saw: none}}, "2026-09-07 2026-09-14\n"},
		"fixed where it was known":           {[]sight{{at: week(0), saw: one}, {at: week(2), saw: none}, {at: week(1), saw: one}}, "2026-09-07 2026-09-21\n"},
		"another scanner closes nothing":     {[]sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {scanner: "grype", at: week(1), saw: none}}, "2026-09-07 <nil>\n"},
		"two late ones, the later one first": {[]sight{{at: week(3), saw: one}, {at: week(2), saw: none}, {at: week(0), saw: one}, {at: week(1), saw: one}}, "2026-09-07 2026-09-21\n2026-09-28 <nil>\n"},
	} {
		path := filepath.Join(t.TempDir(), "a.db")
		for _, k := range c.sights {
			if k.scanner == "" {
				k.scanner = "trivy"
			}
			put(t, path, k)
		}
		if got := table(t, path, spans); got != c.want {
			t.Errorf("%s:\n%swant\n%s", name, got, c.want)
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	out := ""
	for _, l := range x {
		if !slices.Contains(y, l) {
			out += "+ " + l + "\n"
		}
	}
	for _, l := range y {
		if !slices.Contains(x, l) {
			out += "- " + l + "\n"
		}
	}
	return out
}
