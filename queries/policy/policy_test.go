package policy

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	p, err := Parse("p.yaml", strings.NewReader(`# agreed on in October
name: team
description: ours
scan:
  pushed-within: 4w
  running: true
  rescan-every: 36h
  first-scan-within: 24h
  operating-systems: [linux, windows]
gate:
  severity: Critical
  fixable-only: true
  older-than: 14d
  stale: fail
`))
	if err != nil {
		t.Fatal(err)
	}
	if time.Duration(p.Scan.PushedWithin) != 28*24*time.Hour || time.Duration(p.Scan.RescanEvery) != 36*time.Hour || !p.Scan.Running || len(p.Scan.OperatingSystems) != 2 {
		t.Errorf("scan: %+v", p.Scan)
	}
	want := Gate{Severity: "Critical", FixableOnly: true, OlderThan: Span(14 * 24 * time.Hour), KnownExploited: true, Exempt: Pass, Unscanned: Fail, Stale: Fail, Unknown: Pass, Unsupported: Fail}
	if p.Gate != want {
		t.Errorf("gate: %+v", p.Gate)
	}
	s := p.Stored()
	if *s.PushedWithinDays != 28 || s.PulledWithinDays != nil || *s.RescanHours != 36 {
		t.Errorf("stored: %+v", s)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "the file says nothing",
		"gate: {}":                               "the policy has no name",
		"name: a\ngate: {severety: High}":        `unknown field "severety"`,
		"name: a\ngate: {severity: Hihg}":        `severity "Hihg" is not known`,
		"name: a\ngate: {unscanned: maybe}":      `unscanned "maybe" is not known: use fail or pass`,
		"name: a\ngate: {epss: 95}":              "epss 95 is no probability",
		"name: a\ngate: {older-than: 30 days}":   `"30 days" is no length of time: write 24h, 30d or 4w`,
		"name: a\nscan: {pushed-within: 30d}":    "add rescan-every",
		"name: a\nscan: {rescan-every: [1]}":     "is no length of time",
		"name: a\n---\ngate: {}":                 "p.yaml:3:1: a second document begins here",
		"name: a\n  scan: {rescan-every: 24h}\n": "",
	} {
		_, err := Parse("p.yaml", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}
