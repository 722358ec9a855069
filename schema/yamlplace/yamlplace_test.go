package yamlplace

import (
	"strings"
	"testing"
)

func TestPlaces(t *testing.T) {
	type rule struct {
		Team string `yaml:"team"`
		Days int    `yaml:"days"`
	}
	type doc struct {
		Rules []rule `yaml:"rules"`
		On    bool   `yaml:"on"`
	}
	for text, want := range map[string]string{
		"rules:\n  - team: a\n    dyas: 3\n": `f.yaml:3:5: unknown field "dyas"`,
		"rules:\n  - team: a\n    days: x\n": "f.yaml:3:11: a whole number is needed here, not a text",
		"rules: 3\n":                         "f.yaml:1:8: a list is needed here, not a whole number",
		"rules:\n- team: a\n   days: 3\n":    "f.yaml:2:9: mapping value is not allowed in this context",
	} {
		err := Doc{"f.yaml", []byte(text)}.Decode(&doc{}, true)
		if err == nil || !strings.HasPrefix(err.Error(), want+"\n") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	d := Doc{"f.yaml", []byte("# rules\nrules:\n  - team: a\n    days: 1\n  -\n    # of b\n    team: b\non: true\n")}
	for path, want := range map[string]string{
		"$.rules[0]": "f.yaml:3:5: no good", "$.rules[0].days": "f.yaml:4:11: no good", "$.rules[1]": "f.yaml:7:5: no good",
		"$.rules[1].days": "f.yaml:7:5: no good", "$.on": "f.yaml:8:5: no good", "$.nowhere": "f.yaml: no good", "$": "f.yaml: no good",
	} {
		if got := d.Error(path, "no %s", "good").Error(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
