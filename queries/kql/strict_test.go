package kql_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/queries/kql"
	"argosy/queries/kql/syntax"
)

// TestTraps wants a case for each of the places where KQL and SQL mean
// different things; their names begin with trap_ and a number.
func TestTraps(t *testing.T) {
	dirs, err := os.ReadDir(casesDir)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range dirs {
		if rest, ok := strings.CutPrefix(d.Name(), "trap_"); ok {
			seen[rest[:2]] = true
		}
	}
	for i := 1; i <= 51; i++ {
		if !seen[fmt.Sprintf("%02d", i)] {
			t.Errorf("there is no case for trap %d", i)
		}
	}
}

// TestStrictARG holds the list of what Resource Graph refuses against small
// queries: the words that are pointed at.
func TestStrictARG(t *testing.T) {
	cases := []struct{ query, want string }{
		{"securityresources | where type == 'a' | project id | take 5", ""},
		{"resources | join kind=leftouter (resourcecontainers | project x = name) on $left.name == $right.x | order by id | limit 3", ""},
		{"resources | join kind=leftsemi (resources) on id", "leftsemi"},
		{"let x = 1; resources | where name == toscalar(print 'a')", "let, toscalar, print"},
		{"resources | project-rename a = id | render table", "project-rename, render"},
		{"resources | mv-expand a = zones limit 400 | mv-expand b = zones limit 2001", "2001"},
		{"resources | mv-expand a = zones | mv-expand b = zones | mv-expand c = zones | mv-expand d = zones", "mv-expand d = zones"},
		{"resources | union isfuzzy=true resources, resource*, advisorresources, policyresources", "true, resource*, policyresources"},
		{"resources | join hint.strategy=broadcast (resources) on id", "hint.strategy=broadcast"},
		{"resources | join (resources) on id | join (resources) on id | join (resources) on id | union resources", "resources"},
		{"resources | parse name with a '-' b | parse-where name with c '-' d", "parse-where"},
	}
	for _, c := range cases {
		res, err := kql.Translate(c.query, argCatalog(), kql.Options{StrictARG: true})
		if err != nil {
			t.Errorf("%s: %s", c.query, explain(c.query, err))
			continue
		}
		var got []string
		for _, n := range res.StrictARG {
			got = append(got, n.Span.Text(c.query))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %q, want %q", c.query, s, c.want)
		}
	}
}

// TestFormatKeepsMeaning wants the same SQL for a query and its canonical form:
// of every case, and of the real queries when ARGOSY_CORPUS is set.
func TestFormatKeepsMeaning(t *testing.T) {
	var all []string
	files, _ := filepath.Glob(filepath.Join(casesDir, "*", "query.kql"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	if corpus := os.Getenv("ARGOSY_CORPUS"); corpus != "" {
		recordings, _ := filepath.Glob(filepath.Join(corpus, "kql", "*.jsonl"))
		for _, f := range recordings {
			for _, c := range readRecorded(t, f) {
				all = append(all, c.Query)
			}
		}
	}
	opt := kql.Options{Now: goldenNow}
	same := 0
	for _, src := range all {
		out, errs := syntax.FormatSource(src)
		if len(errs) > 0 {
			continue
		}
		if again, _ := syntax.FormatSource(out); again != out {
			t.Errorf("formatting twice differs:\n%s\n%s", out, again)
		}
		a, errA := kql.Translate(src, argCatalog(), opt)
		b, errB := kql.Translate(out, argCatalog(), opt)
		if (errA == nil) != (errB == nil) {
			t.Errorf("%s\nbecame\n%s\nand the error %v became %v", src, out, errA, errB)
			continue
		}
		if errA == nil {
			same++
			if a.SQL != b.SQL {
				t.Errorf("%s\nbecame\n%s\nand\n%s\nbecame\n%s", src, out, a.SQL, b.SQL)
			}
		}
	}
	t.Logf("%d queries mean the same after formatting", same)
	if same < 60 {
		t.Errorf("only %d queries were compared", same)
	}
}
