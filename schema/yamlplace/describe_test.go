package yamlplace

import (
	"testing"

	"github.com/goccy/go-yaml/parser"
)

func TestDescribe(t *testing.T) {
	for text, want := range map[string]string{
		"[1, 2]":     "a list",
		"- 1\n- 2":   "a list",
		"a: 1\nb: 2": "keys and values",
		"a: 1":       "keys and values",
		"null":       "nothing",
		"!!str 1":    "an anchor, an alias or a tag of YAML",
		"&x 1":       "an anchor, an alias or a tag of YAML",
		"seven":      `"seven"`,
		"7":          `"7"`,
	} {
		f, err := parser.ParseBytes([]byte(text), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := Describe(f.Docs[0].Body); got != want {
			t.Errorf("%q is described as %s, want %s", text, got, want)
		}
	}
}
