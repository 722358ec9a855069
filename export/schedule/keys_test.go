package schedule

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"argosy/export/deliver"
)

func TestReadKeys(t *testing.T) {
	text := `
smtp:
  ops: {host: mail.example.com, port: 465, tls: implicit, user: env:SMTP_USER, password: env:SMTP_PASSWORD, from: argosy@example.com, timeout: 30s}
schedules:
- id: everything
  report: severity-summary
  cron: "0 7 * * fri"
  timezone: Europe/Berlin
  name: risk-of-the-week
  format: csv
  split_by: registry
  enabled: false
  before:
  - {ingest: [drop, /srv/more], image: "a:1", map: m.yaml, optional: true}
  - {sync: [registry.example.com, ./layout], insecure: true, repositories: list.txt}
  - {k8s: pods.json, cluster: prod, namespace: shop, allow_empty: true}
  - {feeds: update, kev: kev.json, epss: "https://example.com/epss.csv.gz"}
  - {command: [kubectl, get, pods], output: pods.json, timeout: 2m}
  max_data_age: 7d
  stale: fail
  on_empty: note
  catch_up: all
  deadline: 1h30m
  retry: {max: 5, backoff: 90s}
  keep: 3
  deliver:
  - {dir: out, keep: 12, max_age: 52w, link: "https://reports.example.com/"}
  - {smtp: ops, to: team@example.com, cc: [a@example.com, b@example.com], subject: "{title}", max_mb: 2.5, over: path}
  on_failure:
  - {webhook: "env:TEAMS_URL", style: teams, header: {X-Team: payments}}
  on_missed:
  - {command: [logger, missed], env: {TOKEN: "env:TOKEN"}, timeout: 10s}
- {id: least, report: counts, cron: "@daily", timezone: UTC}
`
	f, err := Read("s.yaml", []byte(text), reports(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := (deliver.Server{Host: "mail.example.com", Port: 465, TLS: "implicit", User: "env:SMTP_USER", Password: "env:SMTP_PASSWORD", From: "argosy@example.com", Timeout: 30 * time.Second}); f.Servers["ops"] != want {
		t.Errorf("the mail server is %+v", f.Servers["ops"])
	}
	s := f.Schedules[0]
	if s.Name != "risk-of-the-week" || s.Format != "csv" || s.SplitBy != "registry" || s.Enabled || s.MaxDataAge != 7*24*time.Hour || s.Stale != StaleFail ||
		s.OnEmpty != EmptyNote || s.CatchUp != CatchUpAll || s.Deadline != 90*time.Minute || s.Retry != (Retry{5, 90 * time.Second}) || s.Keep != 3 {
		t.Errorf("the schedule is %+v", s)
	}
	var steps []string
	for _, step := range s.Before {
		steps = append(steps, strings.Join(step.In("/base").Words(), " "))
	}
	if want := []string{
		"argosy ingest --image a:1 --map /base/m.yaml -- /base/drop /srv/more",
		"argosy registry sync --repositories /base/list.txt --insecure -- registry.example.com /base/layout",
		"argosy k8s sync --cluster prod --namespace shop --allow-empty -- /base/pods.json",
		"argosy feeds update --kev /base/kev.json --epss https://example.com/epss.csv.gz",
		"kubectl get pods",
	}; !slices.Equal(steps, want) {
		t.Errorf("the steps are\n%s", strings.Join(steps, "\n"))
	}
	if last := s.Before[4].In("/base"); !s.Before[0].Optional || s.Before[1].Optional || last.Output != "/base/pods.json" || last.Timeout != 2*time.Minute {
		t.Errorf("the steps are %+v", s.Before)
	}
	if want := []deliver.Target{
		{Dir: &deliver.Dir{Path: "out", Keep: 12, MaxAge: 52 * 7 * 24 * time.Hour, Link: "https://reports.example.com/"}},
		{SMTP: &deliver.SMTP{Server: "ops", To: []string{"team@example.com"}, Cc: []string{"a@example.com", "b@example.com"}, Subject: "{title}", MaxMB: 2.5, Over: "path"}},
	}; !reflect.DeepEqual(s.Deliver, want) {
		t.Errorf("the targets are %+v, %+v", s.Deliver[0].Dir, s.Deliver[1].SMTP)
	}
	if want := []deliver.Target{{Webhook: &deliver.Webhook{URL: "env:TEAMS_URL", Style: "teams", Header: map[string]string{"X-Team": "payments"}}}}; !reflect.DeepEqual(s.OnFailure, want) {
		t.Errorf("on_failure is %+v", s.OnFailure)
	}
	if want := []deliver.Target{{Command: &deliver.Command{Argv: []string{"logger", "missed"}, Env: map[string]string{"TOKEN": "env:TOKEN"}, Timeout: 10 * time.Second}}}; !reflect.DeepEqual(s.OnMissed, want) {
		t.Errorf("on_missed is %+v", s.OnMissed)
	}
	least := f.Schedules[1]
	if least.Name != "counts" || least.Format != "xlsx" || !least.Enabled || least.Stale != StaleBanner || least.OnEmpty != EmptySend || least.CatchUp != CatchUpLast ||
		least.Deadline != 30*time.Minute || least.Retry != (Retry{3, 5 * time.Minute}) || least.Keep != 20 || least.MaxDataAge != 0 {
		t.Errorf("what holds when nothing is written: %+v", least)
	}
}

// TestEveryKey makes sure that each key is read: a list in its place is a
// mistake that names it, or a list of what it needs.
func TestEveryKey(t *testing.T) {
	for _, key := range Keys() {
		lines := []string{"schedules:", "- id: a", "  report: counts", "  cron: '@daily'", "  timezone: UTC"}
		at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimLeft(l, "- "), key+":") })
		if at < 0 {
			lines = append(lines, "")
			at = len(lines) - 1
		}
		lines[at] = "  " + key + ": [[]]"
		if at == 1 {
			lines[at] = "- " + key + ": [[]]"
		}
		_, err := Read("s.yaml", []byte(strings.Join(lines, "\n")+"\n"), reports(t))
		if err == nil || !strings.Contains(err.Error(), "a list") {
			t.Errorf("the key %s is not read: %v", key, err)
		}
	}
}

func TestMistakesInKeys(t *testing.T) {
	const head = "schedules:\n- id: a\n  report: counts\n  cron: '@daily'\n  timezone: UTC\n"
	for _, c := range []struct{ name, text, want string }{
		{"a name with a path", "  name: a/b", `6:9: the name "a/b" must be up to 100 letters, digits, - and _`},
		{"a format for screens", "  format: table", `6:11: the format "table" is no form of a file; use one of wide, json, jsonl, csv, tsv, md, sarif, parquet, html, xlsx`},
		{"a truth", "  enabled: yes", `6:12: enabled is true or false, not "yes"`},
		{"a word", "  on_empty: drop", `6:13: on_empty is one of send, skip, note, not "drop"`},
		{"stale alone", "  stale: fail", "6:3: stale says nothing without max_data_age; write how old the data may be, for instance max_data_age: 24h"},
		{"a length of time", "  deadline: 30", `6:13: deadline "30" is no length of time; write it like 90s, 30m, 24h or 7d`},
		{"no time", "  max_data_age: 0h", `6:17: max_data_age "0h" is no length of time; write it like 90s, 30m, 24h or 7d`},
		{"a number", "  keep: few", `6:9: keep is a whole number of at least 1, not "few"`},
		{"retry", "  retry: {max: 0, backoff: -5m, times: 3}", `6:16: max is a whole number of at least 1, not "0"` + "\n" +
			`6:28: backoff "-5m" is no length of time; write it like 90s, 30m, 24h or 7d` + "\n" + `6:33: "times" is no key of retry; the keys are: max, backoff`},
		{"a step of no kind", "  before: [{fetch: x}]", "6:13: a step is one of ingest, sync, k8s, feeds, command; this has none of them"},
		{"a step of two kinds", "  before:\n  - {ingest: x, sync: y}", "7:6: a step is one of ingest, sync, k8s, feeds, command; this has ingest and sync"},
		{"a key of another step", "  before:\n  - {ingest: x, cluster: y}", `7:17: "cluster" is no key of the step ingest; the keys are: ingest, optional, image, map`},
		{"standard input", "  before:\n  - {ingest: '-'}", "7:14: ingest reads standard input, which a schedule has none of; name a file"},
		{"a cluster without a name", "  before:\n  - {k8s: pods.json}", "7:6: the step k8s has no cluster; name the cluster that the files are of"},
		{"feeds", "  before:\n  - {feeds: list}", `7:13: feeds is one of update, not "list"`},
		{"no target", "  deliver: []", "6:3: deliver is empty; leave it out or write a target"},
		{"a target of no kind", "  deliver:\n  - {folder: x}", "7:6: a target is one of dir, smtp, webhook, blob, command; this has none of them"},
		{"a key of another target", "  deliver:\n  - {dir: x, to: y}", `7:14: "to" is no key of the target dir; the keys are: dir, keep, max_age, link`},
		{"a mail server that is not there", "  deliver:\n  - {smtp: ops, to: a@example.com}", `7:12: there is no mail server "ops"; write it below smtp at the top of the file`},
		{"a mistake that delivery finds", "  deliver:\n  - {dir: x, link: there}", "7:20: link: it is no URL; write for instance https://reports.example.com/weekly/"},
		{"two that remove each other's files", "  deliver:\n  - {dir: x, keep: 2}\n- id: b\n  report: counts\n  cron: '@daily'\n  timezone: UTC\n  deliver:\n  - {dir: ./x, keep: 3}",
			"8:7: a and b keep files called counts in the same place (folder x) and would remove each other's; give one of them a name of its own with name:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("s.yaml", []byte(head+c.text+"\n"), reports(t))
			if got := ""; err != nil {
				got = strings.ReplaceAll(err.Error(), "s.yaml:", "")
				if got != c.want {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
			} else {
				t.Error("no mistake")
			}
		})
	}
	_, err := Read("s.yaml", []byte("smtp:\n  ops: {host: mail.example.com, password: secret}\n"+head), reports(t))
	if err == nil || !strings.Contains(err.Error(), "s.yaml:2:43: password: ") || strings.Contains(err.Error(), `"secret"`) {
		t.Errorf("the mistake is %v", err)
	}
}
