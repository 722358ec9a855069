package kql_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/queries/kql"
)

// TestARGQueries translates and prepares real Resource Graph queries, when
// ARGOSY_CORPUS names a folder that holds kql/arg-queries.jsonl. Queries with
// placeholders of other tools are left out.
func TestARGQueries(t *testing.T) {
	corpus := os.Getenv("ARGOSY_CORPUS")
	if corpus == "" {
		t.Skip("ARGOSY_CORPUS is not set")
	}
	f, err := os.Open(filepath.Join(corpus, "kql", "arg-queries.jsonl"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	db := openDB(t)
	cat := argCatalog()
	createStubs(t, db, cat)
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	ran, refused, broken := 0, 0, 0
	for sc.Scan() {
		var c struct{ Name, Query, Flags string }
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(c.Flags, "param,") || strings.HasSuffix(c.Flags, "param") || strings.Contains(c.Flags, "shell-var") || strings.Contains(c.Flags, "log-analytics-arg()") {
			continue
		}
		res, _, err := runKQL(db, cat, c.Query, kql.Options{})
		switch {
		case err == nil:
			ran++
		case res == nil:
			refused++
			t.Logf("refused %s: %v", c.Name, explain(c.Query, err))
		default:
			broken++
			t.Errorf("broken %s: %v\n%s\n%s", c.Name, err, c.Query, res.SQL)
		}
	}
	t.Logf("ran %d, refused %d, broken %d", ran, refused, broken)
}
