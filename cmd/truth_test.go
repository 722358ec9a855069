package cmd

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A fleet in which happens what upsets the counting of findings, and what is
// right to say of it by the documentation. Time goes by half weeks: an even
// number is a Monday, an odd one a Thursday.
const truthWeeks = 7

func truthTime(half int) time.Time {
	return time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC).AddDate(0, 0, 7*(half/2)+3*(half%2))
}

// truthStory is one finding in one image. A look of a scanner is a letter for
// each half week: the severity that it told (a small letter: with a fixed
// version), a dot where it looked and did not find it, a blank where it did not
// look.
type truthStory struct {
	name   string
	looks  map[string]string
	late   []int    // half weeks whose reports are ingested after everything else
	spans  [][2]int // when it was open: from, until (-1: it still is)
	worst  byte     // the severity that counts at the end
	fix    int      // when a fix was there, for the team that counts from then; -1: never
	alias  int      // from when on grype says that its id and trivy's are one
	exempt [2]int   // set aside from, until
}

func truthStories() []truthStory {
	return []truthStory{
		// A scanner that still sees it keeps it open, and its word is the last.
		{name: "opinions", looks: map[string]string{"trivy": "H H H . . . .", "grype": "C C C C . . ."}, spans: [][2]int{{0, 8}}, worst: 'C'},
		// Two ids that turn out to be one: one finding, since the first of them.
		{name: "aliases", looks: map[string]string{"trivy": "  M M M M M M", "grype": "M M M M M M M"}, spans: [][2]int{{0, -1}}, worst: 'M', alias: 6},
		// A tag that moves on: each digest is an image, and nobody looked at the older ones again.
		{name: "moved-0", looks: map[string]string{"trivy": "H"}, spans: [][2]int{{0, -1}}, worst: 'H'},
		{name: "moved-1", looks: map[string]string{"trivy": "  H"}, spans: [][2]int{{2, -1}}, worst: 'H'},
		{name: "moved-2", looks: map[string]string{"trivy": "    H"}, spans: [][2]int{{4, -1}}, worst: 'H'},
		// Time without a scan is no fix.
		{name: "away", looks: map[string]string{"trivy": "H           H"}, spans: [][2]int{{0, -1}}, worst: 'H'},
		{name: "skipped", looks: map[string]string{"trivy": "L   L L   L L"}, spans: [][2]int{{0, -1}}, worst: 'L'},
		// Two scans in a week that say different things.
		{name: "twice", looks: map[string]string{"trivy": "H.H.. . . . ."}, spans: [][2]int{{0, 1}, {2, 3}}, worst: 'H'},
		{name: "thursdays", looks: map[string]string{"trivy": "M M .M M M M M"}, spans: [][2]int{{0, 4}, {5, -1}}, worst: 'M'},
		// Scans that are ingested last: one between others, one before all of them.
		{name: "late", looks: map[string]string{"trivy": "H . H H H H H"}, late: []int{2}, spans: [][2]int{{0, 2}, {4, -1}}, worst: 'H'},
		{name: "early", looks: map[string]string{"trivy": "H   H H H H H"}, late: []int{0}, spans: [][2]int{{0, -1}}, worst: 'H'},
		{name: "unseen", looks: map[string]string{"trivy": ". H . . . . ."}, late: []int{2}, spans: [][2]int{{2, 4}}, worst: 'H'},
		{name: "reopened", looks: map[string]string{"trivy": "C . C . C C C"}, spans: [][2]int{{0, 2}, {4, 6}, {8, -1}}, worst: 'C'},
		// The due date follows from today's severity and the first sighting.
		{name: "raised", looks: map[string]string{"trivy": "L L L L L L C"}, spans: [][2]int{{0, -1}}, worst: 'C'},
		{name: "lowered", looks: map[string]string{"trivy": "C C C C C C L"}, spans: [][2]int{{0, -1}}, worst: 'L'},
		// A scanner that is not run any more says what it said last.
		{name: "stopped", looks: map[string]string{"trivy": ". . . . . . .", "grype": "C"}, spans: [][2]int{{0, -1}}, worst: 'C'},
		{name: "set-aside", looks: map[string]string{"trivy": "C C C C C C C"}, spans: [][2]int{{0, -1}}, worst: 'C', exempt: [2]int{3, 9}},
		{name: "kept-aside", looks: map[string]string{"trivy": "C C C C C C C"}, spans: [][2]int{{0, -1}}, worst: 'C', exempt: [2]int{3, 99}},
		// The team that counts from when a fix is there.
		{name: "patient/fix", looks: map[string]string{"trivy": "H H H H H h h"}, spans: [][2]int{{0, -1}}, worst: 'H', fix: 10},
		{name: "patient/old-fix", looks: map[string]string{"trivy": "H H h h h h h"}, spans: [][2]int{{0, -1}}, worst: 'H', fix: 4},
		{name: "patient/no-fix", looks: map[string]string{"trivy": "C C C C C C C"}, spans: [][2]int{{0, -1}}, worst: 'C', fix: -1},
		{name: "patient/fixed", looks: map[string]string{"trivy": "H H h h . . ."}, spans: [][2]int{{0, 8}}, worst: 'H', fix: 4},
		{name: "patient/again", looks: map[string]string{"trivy": "h . . . . . h"}, spans: [][2]int{{0, 2}, {12, -1}}, worst: 'H', fix: 0},
	}
}

func (s *truthStory) team() string {
	if strings.HasPrefix(s.name, "patient/") {
		return "patient"
	}
	return "strict"
}

func (s *truthStory) open(half int) bool {
	return slices.ContainsFunc(s.spans, func(p [2]int) bool { return p[0] <= half && (p[1] < 0 || half < p[1]) })
}

func (s *truthStory) aside(half int) bool { return s.exempt[0] <= half && half < s.exempt[1] }

func truthSeverity(c byte) string {
	return map[byte]string{'L': "Low", 'M': "Medium", 'H': "High", 'C': "Critical"}[c]
}

// due is when a finding that was opened at a half week is due.
func (s *truthStory) due(opened int) (time.Time, bool) {
	if s.team() == "patient" {
		if s.fix < 0 {
			return time.Time{}, false
		}
		opened = max(opened, s.fix)
	}
	return truthTime(opened).AddDate(0, 0, map[byte]int{'L': 90, 'M': 30, 'H': 14, 'C': 7}[s.worst]), true
}

// report is what a scanner tells of the story at a half week, empty where it did
// not look.
func (s *truthStory) report(no int, scanner string, half int) string {
	looks := s.looks[scanner]
	if half >= len(looks) || looks[half] == ' ' {
		return ""
	}
	c := looks[half]
	upper := c &^ 0x20
	digest := fmt.Sprintf("sha256:%064d", no+1)
	name := "registry.example.com/" + s.name
	if strings.HasPrefix(s.name, "moved") {
		name = "registry.example.com/moved"
	}
	at, rows := truthTime(half).Format(time.RFC3339), ""
	if scanner == "trivy" {
		if c != '.' {
			fixed := ""
			if c != upper {
				fixed = `"FixedVersion": "2.0", `
			}
			rows = fmt.Sprintf(`{"VulnerabilityID": "CVE-2026-%d", "PkgName": "zlib1g", "InstalledVersion": "1.0", %s"Severity": %q}`, 1000+no, fixed, strings.ToUpper(truthSeverity(upper)))
		}
		return fmt.Sprintf(`{"SchemaVersion": 2, "CreatedAt": %q, "ArtifactName": "%s:latest", "ArtifactType": "container_image", "Metadata": {"RepoTags": ["%s:latest"], "RepoDigests": ["%s@%s"]},
			"Results": [{"Target": "os", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [%s]}]}`, at, name, name, name, digest, rows)
	}
	if c != '.' {
		id, related := fmt.Sprintf("CVE-2026-%d", 1000+no), ""
		if s.alias > 0 {
			id = "GHSA-aaaa-bbbb-cccc"
			if half >= s.alias {
				related = fmt.Sprintf(`{"id": "CVE-2026-%d", "namespace": "nvd:cpe"}`, 1000+no)
			}
		}
		rows = fmt.Sprintf(`{"vulnerability": {"id": %q, "namespace": "debian:distro:debian:12", "severity": %q, "fix": {"versions": [], "state": "unknown"}}, "relatedVulnerabilities": [%s],
			"artifact": {"name": "zlib1g", "version": "1.0", "type": "deb", "purl": "pkg:deb/debian/zlib1g@1.0?distro=debian-12"}}`, id, truthSeverity(upper), related)
	}
	return fmt.Sprintf(`{"matches": [%s], "source": {"type": "image", "target": {"userInput": "%s:latest", "manifestDigest": %q, "tags": ["%s:latest"], "repoDigests": ["%s@%s"]}},
		"descriptor": {"name": "grype", "version": "0.80.0", "timestamp": %q}}`, rows, name, digest, name, name, digest, at)
}

// truthDatabase ingests the stories in several runs, one week twice, and decides
// what was decided.
func truthDatabase(t *testing.T, stories []truthStory) string {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	argosy := func(half int, args ...string) {
		runArgosy(t, append(args, "--db", path, "-q", "--now", truthTime(half).Add(time.Hour).Format(time.RFC3339))...)
	}
	write := func(folder string, halves func(*truthStory, int) bool) string {
		folder = filepath.Join(dir, folder)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for no := range stories {
			s := &stories[no]
			for _, scanner := range slices.Sorted(maps.Keys(s.looks)) {
				for half := range 2 * truthWeeks {
					if text := s.report(no, scanner, half); text != "" && halves(s, half) {
						file := fmt.Sprintf("%s-%s-%d.json", strings.ReplaceAll(s.name, "/", "-"), scanner, half)
						if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
		}
		return folder
	}
	owners := filepath.Join(dir, "argosy.yaml")
	text := "owners:\n  - {team: patient, repository: 'patient/*', due: patient}\n  - {team: strict, registry: registry.example.com}\ndue:\n  patient: {critical: 7, high: 14, medium: 30, low: 90, from: fix_available}\n"
	if err := os.WriteFile(owners, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var weeks []string
	for w := range truthWeeks {
		weeks = append(weeks, write(fmt.Sprint("week", w), func(s *truthStory, half int) bool { return half/2 == w && !slices.Contains(s.late, half) }))
	}
	argosy(1, "ingest", weeks[0])
	argosy(1, "config", "apply", owners)
	argosy(3, "ingest", weeks[1])
	for _, s := range stories {
		if s.exempt[1] > 0 {
			argosy(s.exempt[0], "exempt", "add", "--repository", s.name, "--reason", "not reachable", "--expires", truthTime(s.exempt[1]).Format(time.RFC3339))
		}
	}
	argosy(7, "ingest", weeks[2], weeks[3], weeks[1]) // the last of them again
	argosy(13, "ingest", weeks[4], weeks[5], weeks[6])
	argosy(2*truthWeeks-1, "ingest", write("late", func(s *truthStory, half int) bool { return slices.Contains(s.late, half) }))
	return path
}

// TestTruth compares every number on change and due dates with the stories.
func TestTruth(t *testing.T) {
	stories := truthStories()
	path := truthDatabase(t, stories)
	last := 2*truthWeeks - 1
	now := truthTime(last).Add(2 * time.Hour)
	read := func(args ...string) []string {
		out, _ := runArgosy(t, append(args, "--db", path, "-q", "-o", "csv", "--no-header", "--now", now.Format(time.RFC3339))...)
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, r := range rows {
			lines = append(lines, strings.Join(r, " "))
		}
		return lines
	}
	same := func(what string, got, want []string) {
		t.Helper()
		slices.Sort(got)
		slices.Sort(want)
		if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
			t.Errorf("%s:\n%s\nThe truth is:\n%s", what, g, w)
		}
	}
	short := `case when i.repository = 'moved' then 'moved-' || (substr(i.digest, -2)::int - 3) else i.repository end`
	var changes, opens, wantChanges, wantOpens, wantTrend []string
	for w := range truthWeeks {
		after, until := truthTime(2*w).Add(-time.Hour), truthTime(2*w+1).Add(time.Hour)
		changes = append(changes, fmt.Sprintf("select %d as week, finding, change from changes_between('%s', '%s')", w, after.Format(time.DateTime), until.Format(time.DateTime)))
		opens = append(opens, fmt.Sprintf("select %d as week, %s as story from findings_at('%s') i", w, short, until.Format(time.DateTime)))
		flow := map[string]int{}
		for i := range stories {
			s := &stories[i]
			if c := s.change(2*w-1, 2*w+1); c != "" {
				wantChanges = append(wantChanges, fmt.Sprint(w, " ", s.name, " ", c))
			}
			if s.open(2*w + 1) {
				wantOpens = append(wantOpens, fmt.Sprint(w, " ", s.name))
			}
			s.flow(w, flow)
		}
		wantTrend = append(wantTrend, fmt.Sprint(flow["findings"], flow["new"], flow["fixed"], flow["set_aside"], flow["back"]))
	}
	told := `'new', 'reopened', 'fixed', 'came and went', 'fixed and reopened', 'set aside', 'no longer set aside'`
	same("what changed", read("query", "select week, "+short+" as story, change from ("+strings.Join(changes, " union all ")+
		") c join findings f using (finding) join (select l.repository, i.digest, i.image_id from locations l join images i using (image_id)) i using (image_id) where change in ("+told+")"), wantChanges)
	same("what was open", read("query", strings.Join(opens, " union all ")), wantOpens)
	var trend []string
	for _, r := range read("report", "run", "trend", "-p", fmt.Sprint("weeks=", truthWeeks)) {
		f := strings.Fields(r)
		trend = append(trend, strings.Join(f[6:], " "))
	}
	if g, w := strings.Join(trend, "\n"), strings.Join(wantTrend, "\n"); g != w {
		t.Errorf("findings, new, fixed, set aside, back by week:\n%s\nThe truth is:\n%s", g, w)
	}
	due := truthDue(stories, last, now)
	same("reopened", read("query", "select "+short+", times from (select s.repository, s.digest, p.times from subassessments s join (select finding, max(no) - 1 as times from spans group by finding) p using (finding) where p.times > 0) i"), due.reopened)
	if got := len(read("report", "run", "reopened")); got != len(due.reopened) {
		t.Errorf("the report reopened has %d rows, the truth is %d", got, len(due.reopened))
	}
	same("due dates", read("query", "select "+short+", severity, coalesce(due::varchar, 'never'), due_state = 'overdue' from subassessments i where status = 'Unhealthy'"), due.dates)
	var teams []string
	for _, r := range read("report", "run", "due-by-team") {
		f := strings.Fields(r)
		teams = append(teams, f[0]+" "+f[1]+" "+f[4])
	}
	same("findings and overdue ones by team", teams, due.teams)
	if got := len(read("report", "run", "overdue")); got != due.overdue {
		t.Errorf("the report overdue has %d rows, the truth is %d", got, due.overdue)
	}
	var fixed []string
	for _, r := range read("report", "run", "time-to-fix") {
		f := strings.Fields(r)
		fixed = append(fixed, strings.Join([]string{f[0], f[1], f[2], f[3], f[5]}, " "))
	}
	same("time to fix: team, severity, fixed, mean days, in time", fixed, due.fixed)
	for weeks := 1; weeks < truthWeeks; weeks++ {
		want := tile{Label: "Open findings"}
		for i := range stories {
			s, then := &stories[i], last-2*weeks // an hour before what was exempted that day
			is, was := truth(s.counts(last)), truth(s.open(then) && (then == s.exempt[0] || s.counts(then)))
			want.Value, want.Change = want.Value+is, want.Change+is-was
		}
		if g := truthTiles(t, path, now, 7*weeks); g != want {
			t.Errorf("the workbook of %d weeks tells %+v, the truth is %+v", weeks, g, want)
		}
	}
}

type tile struct {
	Label         string
	Value, Change int
}

// truthTiles is the first figure of the workbook with what changed in so many days.
func truthTiles(t *testing.T, path string, now time.Time, days int) tile {
	t.Helper()
	out, _ := runArgosy(t, "report", "run", "workbook", "-p", fmt.Sprint("days=", days), "--db", path, "-q", "-o", "json", "--now", now.Format(time.RFC3339))
	var sheets map[string]json.RawMessage
	var tiles []tile
	if err := json.Unmarshal([]byte(out), &sheets); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(sheets["Summary: Figures"], &tiles); err != nil || len(tiles) == 0 {
		t.Fatal(err, out)
	}
	return tiles[0]
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

// change is what happened after one half week until another.
func (s *truthStory) change(after, until int) string {
	within := func(half int) bool { return half > after && half <= until }
	moved := slices.ContainsFunc(s.spans, func(p [2]int) bool { return within(p[0]) || within(p[1]) })
	before, now := s.open(after), s.open(until)
	switch {
	case s.exempt[1] > 0 && s.aside(until) != s.aside(after):
		return map[bool]string{true: "set aside", false: "no longer set aside"}[s.aside(until)]
	case !moved:
		return ""
	case now && s.spans[0][0] > after:
		return "new"
	case now && !before:
		return "reopened"
	case before && !now:
		return "fixed"
	case !before:
		return "came and went"
	}
	return "fixed and reopened"
}

// counts says whether the story is an open finding that is not set aside.
func (s *truthStory) counts(half int) bool {
	return s.open(half) && !(s.exempt[1] > 0 && s.aside(half))
}

// flow adds what the story is in the trend of a week.
func (s *truthStory) flow(w int, sum map[string]int) {
	counts := s.counts
	for half := 2 * w; half <= 2*w+1; half++ {
		was, is := counts(half-1), counts(half)
		aside := s.exempt[1] > 0 && s.aside(half) != s.aside(half-1)
		switch {
		case is && !was && aside:
			sum["back"]++
		case is && !was:
			sum["new"]++
		case was && !is && aside:
			sum["set_aside"]++
		case was && !is:
			sum["fixed"]++
		}
	}
	if counts(2*w + 1) {
		sum["findings"]++
	}
}

type truthDues struct {
	reopened, dates, teams, fixed []string
	overdue                       int
}

// truthDue is what the reports on due dates have to say at the end.
func truthDue(stories []truthStory, last int, now time.Time) truthDues {
	var out truthDues
	open, late := map[string]int{}, map[string]int{}
	fixed, inTime, days := map[string]int{}, map[string]int{}, map[string]float64{}
	for i := range stories {
		s := &stories[i]
		if s.open(last) && len(s.spans) > 1 {
			out.reopened = append(out.reopened, fmt.Sprint(s.name, " ", len(s.spans)-1))
		}
		for _, p := range s.spans {
			if p[1] < 0 {
				continue
			}
			key := s.team() + " " + truthSeverity(s.worst)
			fixed[key]++
			days[key] += truthTime(p[1]).Sub(truthTime(p[0])).Hours() / 24
			if due, ok := s.due(p[0]); !ok || !truthTime(p[1]).After(due) {
				inTime[key]++
			}
		}
		if !s.open(last) || s.exempt[1] > 0 && s.aside(last) {
			continue
		}
		open[s.team()]++
		due, ok := s.due(s.spans[len(s.spans)-1][0])
		said := "never"
		if ok {
			said = due.Format(time.DateTime)
		}
		overdue := ok && !due.After(now)
		if overdue {
			late[s.team()]++
			out.overdue++
		}
		out.dates = append(out.dates, fmt.Sprint(s.name, " ", truthSeverity(s.worst), " ", said, " ", overdue))
	}
	for team, n := range open {
		out.teams = append(out.teams, fmt.Sprint(team, " ", n, " ", late[team]))
	}
	for key, n := range fixed {
		out.fixed = append(out.fixed, fmt.Sprint(key, " ", n, " ", math.Round(10*days[key]/float64(n))/10, " ", inTime[key]))
	}
	return out
}
