package schedule

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/queries"
)

// reports is a library with one report of the user's.
func reports(t *testing.T) *queries.Library {
	t.Helper()
	dir := t.TempDir()
	text := "-- title: Fixes of a team\n-- param: team string -- whose\n-- param: days long = 7 -- how many\nselect 1 as one\n"
	if err := os.WriteFile(filepath.Join(dir, "team-fixes.sql"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	lib, err := queries.LoadLibrary(dir)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestRead(t *testing.T) {
	text := "\xef\xbb\xbf" + `# what is due
schedules:
- id: weekly
  report: team-fixes
  cron: "0 7 * * fri"
  timezone: Europe/Berlin
  params: {team: "payments & cards", days: 030}
- {id: hourly, report: severity-summary, cron: '@hourly', timezone: UTC}
- id: folded
  report: team-fixes
  cron: >
    0 7
    * * mon
  timezone: UTC
  params:
    team: true
`
	f, err := Read("s.yaml", []byte(text), reports(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		id, report, cron, zone string
		params                 map[string]string
	}{
		{"weekly", "team-fixes", "0 7 * * fri", "Europe/Berlin", map[string]string{"team": "payments & cards", "days": "030"}},
		{"hourly", "severity-summary", "@hourly", "UTC", map[string]string{}},
		{"folded", "team-fixes", "0 7 * * mon", "UTC", map[string]string{"team": "true"}},
	}
	if len(f.Schedules) != len(want) {
		t.Fatalf("%d schedules", len(f.Schedules))
	}
	for i, w := range want {
		s := f.Schedules[i]
		if s.ID != w.id || s.Report != w.report || s.Clock.Cron().String() != w.cron || s.Clock.Zone().String() != w.zone || !maps.Equal(s.Params, w.params) {
			t.Errorf("schedule %d is %+v, want %+v", i, s, w)
		}
	}
}

func TestReadMistakes(t *testing.T) {
	const head = "schedules:\n"
	const good = "- {id: a, report: severity-summary, cron: '@daily', timezone: UTC}\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "s.yaml:1:1: the file is empty; it needs the key schedules"},
		{"comments", "# nothing\n", "s.yaml:1:1: the file is empty; it needs the key schedules"},
		{"broken", head + "- id: [a\n", "s.yaml:2:7: the YAML is broken: sequence end token ']' not found"},
		{"two documents", head + good + "---\n" + head + good, "s.yaml:4:1: a second document stands here; put all schedules below one key schedules"},
		{"a list", good, "s.yaml:1:1: the file must be keys and values, not a list"},
		{"another key", "schedule:\n" + good, `s.yaml:1:1: "schedule" is no key of the file; the keys are: smtp, schedules` + "\ns.yaml:1:1: the file has no key schedules"},
		{"no list", "schedules: daily\n", `s.yaml:1:12: schedules must be a list, not "daily"`},
		{"nothing", "schedules:\n", "s.yaml:1:1: schedules must be a list, not nothing"},
		{"no element", "schedules: []\n", "s.yaml:1:1: schedules is empty; write at least one"},
		{"an element of text", head + "- daily\n", `s.yaml:2:3: a schedule must be keys and values, not "daily"`},
		{"keys are missing", head + "- id: a\n", "s.yaml:2:3: the schedule has no report\ns.yaml:2:3: the schedule has no cron\ns.yaml:2:3: the schedule has no timezone"},
		{"a key twice", head + "- id: a\n  id: b\n", "s.yaml:3:3: the YAML is broken: mapping key \"id\" already defined at [2:3]"},
		{"an unknown key", head + good + "- id: b\n  report: severity-summary\n  cron: '@daily'\n  timezone: UTC\n  when: now\n",
			`s.yaml:7:3: "when" is no key of a schedule; the keys are: ` + strings.Join(Keys(), ", ")},
		{"an id twice", head + good + good, `s.yaml:3:8: the id "a" stands at line 2 already; give each schedule its own`},
		{"a bad id", head + strings.Replace(good, "id: a", "id: A b", 1),
			`s.yaml:2:8: the id "A b" must be up to 64 lower-case letters, digits, - and _, and begin with a letter or a digit`},
		{"an empty id", head + strings.Replace(good, "id: a", "id: ''", 1), "s.yaml:2:8: id is empty"},
		{"a list as report", head + strings.Replace(good, "report: severity-summary", "report: [x]", 1), "s.yaml:2:19: report must be text, not a list"},
		{"a null", head + strings.Replace(good, "report: severity-summary", "report: null", 1), "s.yaml:2:11: report must be text, not nothing"},
		{"an alias", head + "- {id: &x a, report: severity-summary, cron: '@daily', timezone: UTC}\n",
			"s.yaml:2:8: id must be text, not an anchor, an alias or a tag of YAML"},
		{"cron", head + strings.Replace(good, "@daily", "0 25 * * *", 1), `s.yaml:2:43: reading cron "0 25 * * *": the hour "25" is none; it must be 0 to 23, or *`},
		{"zone", head + strings.Replace(good, "UTC", "Berlin", 1),
			`s.yaml:2:63: reading time zone "Berlin": it must be a name of the IANA database, for instance Europe/Berlin or UTC`},
		{"params of text", head + strings.Replace(good, "UTC}", "UTC, params: x}", 1), `s.yaml:2:76: params must be keys and values, not "x"`},
		{"a moment", head + strings.Replace(strings.Replace(good, "severity-summary", "changes", 1), "UTC}", "UTC, params: {since: 2w, until: soon}}", 1),
			`s.yaml:2:86: reading parameter until="soon": a date such as 2026-01-31, a time such as 2026-01-31T07:00:00Z, or how long ago: 12h, 30d, 2w, now is needed, its type is datetime`},
		{"a parameter of keys", head + strings.Replace(good, "UTC}", "UTC, params: {a: {b: c}}}", 1),
			"s.yaml:2:81: the parameter \"a\" must be text, not keys and values"},
		{"a report that is not there", head + strings.Replace(good, "severity-summary", "nothing-like-it", 1), `s.yaml:2:19: finding report "nothing-like-it": there is no such report; list them with: argosy report list`},
		{"an unknown parameter", head + strings.Replace(good, "UTC}", "UTC, params: {colour: red}}", 1),
			`s.yaml:2:77: the report severity-summary has no parameter "colour"; see: argosy report show severity-summary`},
		{"a parameter that is needed", head + strings.Replace(good, "severity-summary", "team-fixes", 1), "s.yaml:2:19: the report team-fixes needs the parameter team; add it below params"},
		{"a parameter of another type", head + "- id: a\n  report: team-fixes\n  cron: '@daily'\n  timezone: UTC\n  params:\n    team: x\n    days: soon\n",
			`s.yaml:8:11: reading parameter days="soon": a whole number is needed, its type is long`},
		{"all of them", head + "- {id: A, report: severity-summary, cron: x, timezone: y}\n- {id: b, report: no-such-report-here, cron: '@daily', timezone: UTC}\n",
			"s.yaml:2:8: the id \"A\" must be up to 64 lower-case letters, digits, - and _, and begin with a letter or a digit\n" +
				"s.yaml:2:43: reading cron \"x\": five fields are needed, it has 1: write minute, hour, day of month, month and day of week, for instance \"0 7 * * fri\"\n" +
				"s.yaml:2:56: reading time zone \"y\": it must be a name of the IANA database, for instance Europe/Berlin or UTC\n" +
				"s.yaml:3:19: finding report \"no-such-report-here\": there is no such report; list them with: argosy report list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("s.yaml", []byte(c.text), reports(t))
			if err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}
