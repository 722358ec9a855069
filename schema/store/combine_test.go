package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// alike are the tables without the numbers that a database gives.
func alike() map[string]string {
	return map[string]string{
		"images":          "select * exclude (image_id) from images order by image_key",
		"locations":       "select i.image_key, l.* exclude (location_id, image_id) from locations l join images i using (image_id) order by all",
		"findings":        "select i.image_key, v.id, f.* exclude (image_id, vulnerability_id) from findings f join images i using (image_id) join vulnerabilities v using (vulnerability_id) order by finding",
		"sightings":       "select i.image_key, s.* exclude (image_id, run_from, run_to) from sightings s join images i using (image_id) order by finding, scanner, valid_from",
		"spans":           "select i.image_key, s.* exclude (image_id, run_opened, run_closed) from spans s join images i using (image_id) order by finding, no",
		"scans":           "select i.image_key, s.* exclude (image_id, run_id, scan_id, state) from scans s join images i using (image_id) order by all",
		"vulnerabilities": "select * exclude (vulnerability_id) from vulnerabilities order by id",
		"advisories":      "select * from advisories order by id, scanner",
		"fixed_versions":  "select * from fixed_versions order by all",
		"layer_chains":    "select i.image_key, c.* exclude (image_id) from layer_chains c join images i using (image_id) order by all",
		"run_files":       "select distinct * exclude (run_id) from run_files order by all",
		"absences":        "select i.image_key, l.repository, a.gone_at, a.back_at from absences a join locations l using (location_id) join images i using (image_id) order by all",
		"set_asides":      "select finding, held_from, expires from set_asides where ended is null order by all",
		"exempted":        "select finding, reason from exempted order by all",
	}
}

// half is which images a database is told of, and which weeks.
type half struct{ images, weeks func(n int) bool }

func all(int) bool    { return true }
func even(n int) bool { return n%2 == 0 }
func odd(n int) bool  { return n%2 == 1 }

// fleet loads a fleet of known content, one run a week, as far as the half goes.
func fleet(t *testing.T, path string, h half) {
	t.Helper()
	const images, weeks, ids = 4, 4, 9
	rnd := rand.New(rand.NewPCG(7, 11))
	start := time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)
	var there [images][ids]int
	for w := range weeks {
		var scans []schema.StagedScan
		var rows []schema.StagedFinding
		for i := range images {
			digest := fmt.Sprintf("sha256:%064d", i)
			for id := range ids {
				switch rnd.IntN(8) {
				case 0, 1:
					there[i][id] = 0
				case 2, 3, 4:
					there[i][id] = 1 + rnd.IntN(2) // of one severity or another
				}
				for n, scanner := range []string{"trivy", "grype"} {
					if there[i][id] == 0 || n == 1 && id%3 == 0 || !h.images(i) {
						continue
					}
					rows = append(rows, schema.StagedFinding{Scan: 2*i + n, Canonical: fmt.Sprintf("CVE-2026-%04d", id), Finding: schema.Finding{
						VulnerabilityID: fmt.Sprintf("CVE-2026-%04d", id), PackageType: "deb", PackageName: fmt.Sprintf("p%d", id%2), InstalledVersion: "1-1",
						FixedVersion: fmt.Sprintf("1-%d", 2+id), FixStatus: schema.FixAvailable, Layer: "sha256:l" + scanner, SeverityRaw: "x",
						Severity: []schema.Severity{schema.High, schema.Critical}[there[i][id]-1], Status: schema.Unhealthy}})
				}
			}
			for n, scanner := range []string{"trivy", "grype"} {
				if !h.images(i) {
					continue
				}
				scans = append(scans, schema.StagedScan{No: 2*i + n, Path: fmt.Sprintf("%d-%s.json", i, scanner), Key: digest, Scan: schema.Scan{Scanner: scanner,
					At: start.AddDate(0, 0, 7*w).Add(time.Duration(n) * time.Hour), TimeSource: schema.TimeReport,
					Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: fmt.Sprintf("team/app%d", i), Tag: "1", Digest: digest,
						OS: "linux", Architecture: "amd64", DiffIDs: []string{"a", "b", "c", "d", "e"}[:1+i]}}})
			}
		}
		if h.weeks(w) {
			run(t, path, start.AddDate(0, 0, 7*w), fmt.Sprintf("%d.json", w), scans, rows)
		}
	}
}

// TestCombineHalves merges two halves of a fleet, either way round, and compares
// every table with that of the whole.
func TestCombineHalves(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	fleet(t, file("whole.db"), half{all, all})
	for name, halves := range map[string][2]half{
		"images": {{even, all}, {odd, all}}, "weeks": {{all, even}, {all, odd}},
	} {
		for i, h := range halves {
			fleet(t, file(fmt.Sprintf("%s%d.db", name, i)), h)
		}
		for i := range 2 {
			into, from := file(fmt.Sprintf("%s-into%d.db", name, i)), file(fmt.Sprintf("%s%d.db", name, 1-i))
			duplicate(t, file(fmt.Sprintf("%s%d.db", name, i)), into)
			was, had := sum(t, from), rowsOf(t, into, "select count(*) from runs")
			plan := combine(t, into, from, true)
			if n := rowsOf(t, into, "select count(*) from runs"); plan.Runs == 0 || n != had {
				t.Errorf("%s: the dry run left %d runs and says %+v", name, n, plan)
			}
			done := combine(t, into, from, false)
			if done.Words() != plan.Words() {
				t.Errorf("%s: planned %s, did %s", name, plan.Words(), done.Words())
			}
			for what, query := range alike() {
				want, got := table(t, file("whole.db"), query), table(t, into, query)
				if got != want {
					t.Errorf("%s into %d: %s differs\n%s", name, i, what, difference(want, got))
				}
			}
			again := combine(t, into, from, false)
			if !again.Nothing() || again.KnownRuns != done.Runs {
				t.Errorf("%s: the second time changed %s: %+v", name, again.Words(), again)
			}
			if sum(t, from) != was {
				t.Errorf("%s: the other file was changed", name)
			}
			// The way back brings what is missing there, and not its own.
			if back := combine(t, from, into, true); back.Runs != rowsOf(t, into, "select count(*) from runs")-done.Runs || back.KnownRuns != done.Runs {
				t.Errorf("%s: the way back would bring %d runs, and %d are known", name, back.Runs, back.KnownRuns)
			}
			if got := table(t, into, "select count(*), count(distinct run_id), min(origin_run), max(origin_run) from merged_runs"); got != fmt.Sprintln(done.Runs, done.Runs, 1, done.Runs) {
				t.Errorf("%s: where runs came from: %s", name, got)
			}
		}
	}
}

// TestCombineCopies merges copies of one database that went on apart.
func TestCombineCopies(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one.db"), filepath.Join(dir, "two.db")
	load(t, one, week(0), "trivy", "CVE-2021-0001", "CVE-2021-0002")
	duplicate(t, one, two)
	load(t, one, week(1), "grype", "CVE-2021-0001")
	load(t, two, week(2), "trivy", "CVE-2021-0002", "CVE-2021-0003")
	done := combine(t, one, two, false)
	if done.Runs != 1 || done.KnownRuns != 1 || done.New != 1 {
		t.Errorf("the merge came to %+v", done)
	}
	got := table(t, one, `select v.id, f.scanners[1], f.fixed_at from findings f join vulnerabilities v using (vulnerability_id) order by 1`)
	if want := "CVE-2021-0001 grype <nil>\nCVE-2021-0002 trivy <nil>\nCVE-2021-0003 trivy <nil>\n"; got != want {
		t.Errorf("open are\n%swant\n%s", got, want)
	}
	if got := table(t, one, "select run_id, origin_run from merged_runs"); got != "3 2\n" {
		t.Errorf("the runs that came are %s", got)
	}
}

// told stores a scan of an image in a repository with one finding.
func told(t *testing.T, path string, at time.Time, image, repository, scanner, id string, aliases ...string) {
	t.Helper()
	f := schema.Finding{VulnerabilityID: id, Aliases: aliases, PackageType: "npm", PackageName: "p", InstalledVersion: "1", FixStatus: schema.FixUnknown, Severity: schema.High, Status: schema.Unhealthy}
	scan := schema.StagedScan{No: 1, Path: "a.json", Key: "sha256:" + image, Scan: schema.Scan{Scanner: scanner, At: at, TimeSource: schema.TimeReport,
		Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: repository, Digest: "sha256:" + image}}}
	run(t, path, at, "a.json", []schema.StagedScan{scan}, []schema.StagedFinding{{Scan: 1, Canonical: id, Finding: f}})
}

// bothWays merges copies of two databases, each into the other's, and checks what
// comes of it.
func bothWays(t *testing.T, one, two string, check func(t *testing.T, into, from string)) {
	t.Helper()
	for _, pair := range [][2]string{{one, two}, {two, one}} {
		t.Run(filepath.Base(pair[1])+" into "+filepath.Base(pair[0]), func(t *testing.T) {
			into := filepath.Join(t.TempDir(), "into.db")
			duplicate(t, pair[0], into)
			combine(t, into, pair[1], false)
			check(t, into, pair[1])
		})
	}
}

// TestCombineAliases merges databases of which one alone knows that two names
// are of one vulnerability: the findings under both are one, whichever way.
func TestCombineAliases(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	told(t, file("bare.db"), week(0), "a", "team/app", "grype", "GHSA-aaaa-bbbb-cccc")
	told(t, file("told.db"), week(1), "a", "team/app", "trivy", "CVE-2021-0001", "GHSA-aaaa-bbbb-cccc")
	const known = "select v.id, v.aliases::varchar, f.scanners::varchar, f.reported_ids::varchar, f.first_seen from findings f join vulnerabilities v using (vulnerability_id)"
	const want = "CVE-2021-0001 [GHSA-aaaa-bbbb-cccc] [grype, trivy] [GHSA-aaaa-bbbb-cccc] 2026-09-07 00:00:00 +0000 UTC\n"
	bothWays(t, file("bare.db"), file("told.db"), func(t *testing.T, into, from string) {
		if got := table(t, into, known); got != want {
			t.Errorf("%swant\n%s", got, want)
		}
		if again := combine(t, into, from, false); !again.Nothing() {
			t.Errorf("the second time changed %s", again.Words())
		}
	})

	// The image whose finding gets another name need not be in a run that is replayed.
	told(t, file("other.db"), week(1), "b", "team/app", "trivy", "CVE-2021-0001", "GHSA-aaaa-bbbb-cccc")
	const open = "select v.id, s.opened from spans s join findings f using (finding) join vulnerabilities v using (vulnerability_id) order by all"
	const both = "CVE-2021-0001 2026-09-07 00:00:00 +0000 UTC\nCVE-2021-0001 2026-09-14 00:00:00 +0000 UTC\n"
	bothWays(t, file("bare.db"), file("other.db"), func(t *testing.T, into, _ string) {
		if got := table(t, into, open); got != both {
			t.Errorf("%swant\n%s", got, both)
		}
		if got := table(t, into, "select id from vulnerabilities"); got != "CVE-2021-0001\n" {
			t.Errorf("the vulnerabilities are\n%s", got)
		}
	})
}

// TestCombinePlaces merges scans of one image in two repositories: each has the times
// at which it was looked at, as where all of them are ingested.
func TestCombinePlaces(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, path := range []string{file("a.db"), file("all.db")} {
		told(t, path, week(2), "a", "team/b", "trivy", "CVE-2021-0001")
		told(t, path, week(0), "a", "team/a", "trivy", "CVE-2021-0001")
	}
	for _, path := range []string{file("b.db"), file("all.db")} {
		told(t, path, week(3), "a", "team/b", "grype", "CVE-2021-0001")
	}
	const times = "select repository, first_seen, last_seen from locations order by all"
	want := table(t, file("all.db"), times)
	bothWays(t, file("a.db"), file("b.db"), func(t *testing.T, into, _ string) {
		if got := table(t, into, times); got != want {
			t.Errorf("%swant\n%s", got, want)
		}
	})
}

// TestCombineOlder merges a database of an older schema, which stays as it is.
func TestCombineOlder(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, old := filepath.Join(dir, "new.db"), filepath.Join(dir, "old.db")
	load(t, path, week(0), "trivy", "CVE-2021-0001")
	in, err := instance(Options{}, "", "use memory")
	if err != nil {
		t.Fatal(err)
	}
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	text := "attach " + quote(old) + " as argosy; use argosy; create table argosy_schema (application varchar, version integer, name varchar, applied timestamp);"
	for _, m := range steps[:9] {
		text += m.text + fmt.Sprintf("\ninsert into argosy_schema values ('argosy', %d, 'x', current_timestamp::timestamp);", m.version)
	}
	text += `insert into runs values (1, timestamp '2026-01-01', timestamp '2026-01-01', 'complete', 'old', 'x', 1, 1, 1, 0);
		insert into images (image_id, image_key, kind, digest, first_seen, last_seen, last_scanned) values (4, 'sha256:old', 'image', 'sha256:old', timestamp '2026-01-01', timestamp '2026-01-01', timestamp '2026-01-01');
		insert into locations (location_id, image_id, is_primary, registry, repository, registry_name, registry_id, tenant_id, subscription_id, resource_group)
			values (2, 4, true, 'r.example', 'old/app', 'r.example', '/x/registries/r.example', 't', 's', 'g');
		insert into scans values (9, 1, 'old.json', 4, 'trivy', null, null, timestamp '2026-01-01', 'report', 'merged', false, null, 0, 0);
		use memory; detach argosy;`
	if _, err := in.pool.ExecContext(ctx, text); err != nil {
		t.Fatal(err)
	}
	in.pool.Close()
	was := sum(t, old)
	if done := combine(t, path, old, false); done.Runs != 1 || done.Images != 2 {
		t.Errorf("the merge came to %+v", done)
	}
	if sum(t, old) != was {
		t.Error("the older file was changed")
	}
	if got := table(t, path, "select s.run_id, l.repository from scans s join locations l using (image_id) order by 1"); got != "1 team/app\n2 old/app\n" {
		t.Errorf("the scans are %s", got)
	}
	if left, _ := fs.Glob(os.DirFS(dir), "*.tmp"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func combine(t *testing.T, path, other string, dryRun bool) Combined {
	t.Helper()
	done, err := Combine(context.Background(), path, other, Options{Wait: 5 * time.Second}, dryRun)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func rowsOf(t *testing.T, path, query string) int64 {
	t.Helper()
	var n int64
	if _, err := fmt.Sscan(table(t, path, query), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func duplicate(t *testing.T, from, to string) {
	t.Helper()
	if err := copyDatabase(from, to); err != nil {
		t.Fatal(err)
	}
}

func sum(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// difference shows the first lines that only one of two texts has.
func difference(want, got string) string {
	var out []string
	for _, side := range [][3]string{{"- ", want, got}, {"+ ", got, want}} {
		for _, line := range strings.Split(side[1], "\n") {
			if !strings.Contains("\n"+side[2], "\n"+line+"\n") && len(out) < 8 {
				out = append(out, side[0]+line)
			}
		}
	}
	return strings.Join(out, "\n")
}
