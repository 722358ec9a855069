package settings

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	s, err := Parse("a.yaml", []byte("owners:\n  - team: payments\n    repository: payments/*\n    due: strict\ndue:\n  strict: {critical: 2, grace: 1, from: fix_available}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Due["strict"]; *d.Critical != 2 || d.High != nil || d.Grace != 1 || d.From != FixAvailable || *d.Soon != 7 {
		t.Errorf("the strict policy is %+v", d)
	}
	if d := s.Due[DefaultPolicy]; *d.Critical != 7 || *d.Low != 90 || d.From != FirstSeen {
		t.Errorf("the default policy is %+v", d)
	}
	if s.SeveritySource != "scanner" || len(s.Priority) != 5 {
		t.Errorf("the rest is %+v", s)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string][]string{
		"owner: []":                    {"a.yaml:1:1: unknown field \"owner\""},
		"owners:\n  - repository: a/*": {"a.yaml:2:5: the owner names no team"},
		"owners:\n  - team: a":         {"a.yaml:2:5: the owner a has no condition"},
		"owners:\n  - {team: a, tag: b, due: x}\nseverity_source: mine": {`a.yaml:2:28: there is no due policy "x": write it below due, or name one of default`, `a.yaml:3:18: severity_source is "mine"`},
		"due:\n  default: {critical: -1}":                               {"a.yaml:2:23: critical: -1 is no number of days"},
		"due:\n  d: {from: never}":                                      {`from is "never"`},
		"priority: [severity, luck]":                                    {`"luck" is unknown`},
		"owners:\n  - {team: unowned, tag: b}":                          {`the team "unowned"`},
	} {
		_, err := Parse("a.yaml", []byte(text))
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q gives %q, want %q in it", text, err, w)
			}
		}
	}
}
