package store

import (
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
		if severity == schema.Low && l.scanner == "defender" {
			f.Status = schema.NotApplicable
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
	var scans []schema.StagedScan
	var rows []schema.StagedFinding
	for i, k := range sights {
		s, found := k.stage(i + 1)
		scans, rows = append(scans, s), append(rows, found...)
	}
	return run(t, path, week(0), "a.json", scans, rows)
}

// historyOf is everything that a database knows of an image but for the runs
// that told and the numbers that it gave.
func historyOf(t *testing.T, path string, image int, moments ...time.Time) string {
	t.Helper()
	const of = `join findings f using (finding) join vulnerabilities v using (vulnerability_id) join images i on i.image_id = f.image_id where i.image_key like '%%%03d' order by all`
	var out strings.Builder
	for _, text := range []string{
		`select 'finding', v.id, f.severity::varchar, f.fixed_version, f.fix_status, f.status, f.scanners::varchar, f.first_seen, f.last_seen, f.fixed_at, f.reopened_at, f.fix_since,
			f.reported_ids::varchar, f.paths::varchar, f.purl, f.severity_highest::varchar, i.first_seen, i.last_seen, i.last_scanned from (select finding from findings) ` + of,
		`select 'sighting', v.id, s.scanner, s.named, s.valid_from, s.valid_to, s.severity::varchar, s.fixed_version from sightings s ` + of,
		`select 'span', v.id, s.no, s.opened, s.closed, s.severity::varchar, s.fixable from spans s ` + of,
	} {
		out.WriteString(table(t, path, fmt.Sprintf(text, image)))
	}
	for _, m := range moments {
		out.WriteString(table(t, path, fmt.Sprintf(`select '%[1]s', vulnerability, severity::varchar, fixed_version, scanners::varchar, opened
			from findings_at(timestamp '%[1]s') where image_key like '%%%03[2]d' order by all`, m.Format("2006-01-02 15:04:05"), image)))
	}
	return out.String()
}

// TestOrder puts the same weekly scans of three scanners in, for each image in
// another order, and wants the same history of all. One scanner does not look
// every week.
func TestOrder(t *testing.T) {
	const weeks, images = 4, 12
	rnd := rand.New(rand.NewPCG(5, 0))
	words := []schema.Severity{schema.Low, schema.High, schema.Critical}
	var sights []sight
	var moments []time.Time
	for w := range weeks {
		moments = append(moments, week(w).Add(-time.Hour), week(w).Add(3*time.Hour))
		for n, scanner := range []string{"trivy", "grype", "defender"} {
			k := sight{scanner: scanner, at: week(w).Add(time.Duration(n) * time.Hour), saw: map[string]schema.Severity{}}
			if n == 2 && rnd.IntN(3) == 0 {
				continue
			}
			for id := range 8 {
				if rnd.IntN(5) > 1 {
					k.saw[fmt.Sprintf("CVE-2021-000%d", id)] = words[rnd.IntN(3)]
				}
			}
			sights = append(sights, k)
		}
	}
	// The first image sees them in order, the second backwards, the third all in
	// the first run and once more in the last.
	var inOrder, backwards []int
	for i := range sights {
		inOrder, backwards = append(inOrder, i), append(backwards, len(sights)-1-i)
	}
	orders := [][]int{inOrder, backwards}
	for len(orders) < images {
		orders = append(orders, rnd.Perm(len(sights)))
	}
	path := filepath.Join(t.TempDir(), "a.db")
	for run := range sights {
		var now []sight
		for image, order := range orders {
			for n, i := range order {
				if n == run && image != 2 || image == 2 && (run == 0 || run == len(sights)-1) {
					k := sights[i]
					k.image = image
					now = append(now, k)
				}
			}
		}
		put(t, path, now...)
	}
	checkWords(t, path)
	want := historyOf(t, path, 0, moments...)
	for image, order := range orders {
		if got := historyOf(t, path, image, moments...); got != want {
			t.Errorf("in the order %v:\n%s", order, firstDifference(got, want))
		}
	}
	for _, k := range sights {
		q := fmt.Sprintf("select count(*) from findings_at(timestamp '%s') where list_contains(scanners, '%s')", k.at.Format("2006-01-02 15:04:05"), k.scanner)
		if got, want := table(t, path, q), fmt.Sprintln(images*len(k.saw)); got != want {
			t.Errorf("at %s %s saw %swant %s", k.at, k.scanner, got, want)
		}
	}
}

// checkWords wants of each span what all of its sightings say, and of the weeks
// what the sightings alone come to.
func checkWords(t *testing.T, path string) {
	t.Helper()
	const words = `select count(*), count(severity), count(fixable), count(*) filter (where severity is distinct from word or fixable is distinct from fix) from (
		select s.severity, s.fixable, case when count(distinct g.severity) = 1 and max((g.status <> 'Unhealthy')::int) = 0 then max(g.severity) end as word,
			case count(distinct g.fixed_version is null) when 1 then bool_or(g.fixed_version is not null) end as fix
		from spans s join sightings g on g.finding = s.finding and g.valid_from >= s.opened and (s.closed is null or g.valid_from < s.closed)
		group by s.finding, s.no, s.severity, s.fixable)`
	var all, severe, fixable, wrong int
	if _, err := fmt.Sscan(table(t, path, words), &all, &severe, &fixable, &wrong); err != nil {
		t.Fatal(err)
	}
	if wrong > 0 || severe == 0 || severe == all || fixable == 0 || fixable == all {
		t.Errorf("of %d spans %d tell a severity, %d whether there is a fix; %d not what their sightings say", all, severe, fixable, wrong)
	}
	const weeks = `select at_time, open, critical_high from open_by_week('%', '%', '%') order by at_time`
	const counted = `with weeks as (select as_of - to_days((7 * k)::int) as moment, first_scan from (select max(scanned_at) as as_of, min(scanned_at) as first_scan from scans), range(12) r(k))
		select moment, count(distinct finding), count(distinct finding) filter (where severity in ('Critical', 'High'))
		from weeks left join sightings on status = 'Unhealthy' and valid_from <= moment and (valid_to is null or valid_to > moment)
		where moment >= first_scan group by moment order by moment`
	if got, want := table(t, path, weeks), table(t, path, counted); got != want || strings.Count(got, "\n") < 4 {
		t.Errorf("the weeks are\n%swant\n%s", got, want)
	}
}

// TestGaps says what a scan that is woven in may and may not change. Each case
// has an image of its own.
func TestGaps(t *testing.T) {
	one := map[string]schema.Severity{"CVE-2021-0001": schema.High}
	none := map[string]schema.Severity{}
	const spans = "select opened::date::varchar, closed::date::varchar from spans join images using (image_id) where image_key like '%%%03d' order by all"
	cases := []struct {
		name   string
		sights []sight
		want   string
	}{
		{"a gap is no fix", []sight{{at: week(0), saw: one}, {at: week(2), saw: one}}, "2026-09-07 <nil>\n"},
		{"seen in the gap", []sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {at: week(1), saw: one}}, "2026-09-07 <nil>\n"},
		{"not seen in the gap", []sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {at: week(1), saw: none}}, "2026-09-07 2026-09-14\n2026-09-21 <nil>\n"},
		{"a partial scan closes nothing", []sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {at: week(1), saw: none, partial: true}}, "2026-09-07 <nil>\n"},
		{"a partial scan opens", []sight{{at: week(0), saw: none}, {at: week(2), saw: none}, {at: week(1), saw: one, partial: true}}, "2026-09-14 2026-09-21\n"},
		{"known earlier", []sight{{at: week(2), saw: one}, {at: week(0), saw: one}}, "2026-09-07 <nil>\n"},
		{"only earlier", []sight{{at: week(2), saw: none}, {at: week(0), saw: one}}, "2026-09-07 2026-09-21\n"},
		{"fixed earlier than known", []sight{{at: week(0), saw: one}, {at: week(2), saw: none}, {at: week(1), saw: none}}, "2026-09-07 2026-09-14\n"},
		{"fixed where it was known", []sight{{at: week(0), saw: one}, {at: week(2), saw: none}, {at: week(1), saw: one}}, "2026-09-07 2026-09-21\n"},
		{"another scanner closes nothing", []sight{{at: week(0), saw: one}, {at: week(2), saw: one}, {scanner: "grype", at: week(1), saw: none}}, "2026-09-07 <nil>\n"},
		{"two late ones, the later one first", []sight{{at: week(3), saw: one}, {at: week(2), saw: none}, {at: week(0), saw: one}, {at: week(1), saw: one}}, "2026-09-07 2026-09-21\n2026-09-28 <nil>\n"},
		{"two reports of one scan", []sight{{at: week(0), saw: one}, {at: week(1), saw: none}, {at: week(1), saw: one}}, "2026-09-07 <nil>\n"},
	}
	path := filepath.Join(t.TempDir(), "a.db")
	for run := range 4 {
		var now []sight
		for image, c := range cases {
			if run < len(c.sights) {
				k := c.sights[run]
				k.image = image
				if k.scanner == "" {
					k.scanner = "trivy"
				}
				now = append(now, k)
			}
		}
		put(t, path, now...)
	}
	for image, c := range cases {
		if got := table(t, path, fmt.Sprintf(spans, image)); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
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
