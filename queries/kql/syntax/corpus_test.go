package syntax

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpus parses the query collections of the folder that ARGOSY_CORPUS
// names. It is silent without that folder, since the texts are not ours.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("ARGOSY_CORPUS")
	if dir == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "kql", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no kql/*.jsonl in %q: %v", dir, err)
	}
	for _, file := range files {
		corpusFile(t, file)
	}
}

type corpusLine struct {
	Name     string
	Query    string
	Flags    string
	Expected json.RawMessage
}

func corpusFile(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	total, parsed := 0, 0
	for _, line := range strings.Split(string(data), "\n") {
		var q corpusLine
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if strings.Contains(string(q.Expected), `"error"`) || hasFlag(q.Flags, "param", "shell-var") {
			continue
		}
		total++
		tree, errs := Parse(q.Query)
		if len(errs) > 0 {
			t.Logf("%s: %s", q.Name, errs[0].Format(q.Query))
			continue
		}
		parsed++
		checkFormat(t, q.Query, tree)
	}
	// Some lines are no KQL: templates, management commands, texts cut short.
	if parsed*100 < total*98 {
		t.Errorf("%s: only %d of %d parse", file, parsed, total)
	}
	t.Logf("%s: %d of %d parse", filepath.Base(file), parsed, total)
}

func hasFlag(flags string, names ...string) bool {
	for _, f := range strings.Split(flags, ",") {
		for _, n := range names {
			if f == n {
				return true
			}
		}
	}
	return false
}
