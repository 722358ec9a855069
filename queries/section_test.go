package queries

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"argosy/schema"
)

const twoSheets = `-- title: Two sheets
-- param: days long = 7 -- how far back
-- tags: test

-- sheet: Summary
-- role: summary

-- block: Figures
-- role: tiles
select 'Open' as label, 1 as value;
-- block: Trend
-- title: Over time
-- chart: line x=week y=open,high series=team stacked title=All of it: over time
select 1 -- a remark: kept
;

-- sheet: Findings
-- role: findings
-- description: One row
-- description: per finding.
select * from findings where x = ';'
`

func TestSections(t *testing.T) {
	s, err := ParseSaved("two.sql", twoSheets)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "Two sheets" || len(s.Params) != 1 || s.Description != "" || s.Text != twoSheets {
		t.Errorf("the header is read as %+v", s)
	}
	if len(s.Sections) != 2 || s.Sections[0].Text != "" || len(s.Sections[0].Blocks) != 2 {
		t.Fatalf("sections %+v", s.Sections)
	}
	trend := s.Sections[0].Blocks[1]
	if got, want := fmt.Sprintf("%+v", *trend.Chart), "{Kind:line Title:All of it: over time X:week Y:[open high] Series:team Stacked:true}"; got != want {
		t.Errorf("chart %s, want %s", got, want)
	}
	if trend.Title != "Over time" || trend.Text != "select 1 -- a remark: kept" {
		t.Errorf("block %+v", trend)
	}
	if f := s.Sections[1]; f.Role != "findings" || f.Description != "One row per finding." || f.Text != "select * from findings where x = ';'" {
		t.Errorf("sheet %+v", f)
	}
}

func TestOneQueryIsOneSection(t *testing.T) {
	s, err := ParseSaved("dir/one.kql", "// title: One\n// chart: pie\nresources\n| count\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Sections) != 1 || s.Sections[0].Name != "one" || s.Sections[0].Text != s.Text || s.Sections[0].Chart.Kind != "pie" {
		t.Errorf("sections %+v", s.Sections)
	}
}

func TestSectionsInKQL(t *testing.T) {
	s, err := ParseSaved("k.kql", "// title: K\n// Sheet: One\n// an ordinary comment\nresources | count\n//sheet: Two\nsecurityresources // sheet: no\n| take 1\n")
	if err != nil || len(s.Sections) != 2 || s.Sections[1].Text != "securityresources // sheet: no\n| take 1" || s.Sections[0].Text != "resources | count" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSectionMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"-- block: A\nselect 1":                                    "outside of a sheet",
		"-- sheet:\nselect 1":                                      "has no name",
		"-- sheet: A\n-- sheet: B\nselect 1":                       `sheet "A" has no query`,
		"-- sheet: A\nselect 1\n-- sheet: a\nselect 2":             `second sheet "a"`,
		"-- sheet: A\nselect 1\n-- block: B\nselect 2":             "a query and blocks",
		"select 0\n-- sheet: A\nselect 1":                          "text before the first sheet",
		"-- sheet: A\n-- role: boss\nselect 1":                     `role "boss" is not known`,
		"-- sheet: A\n-- chart: cake\nselect 1":                    "the kind is none of",
		"-- sheet: A\n-- chart: bar z=1\nselect 1":                 `"z=1" is not understood`,
		"-- sheet: A\n-- block: B\n-- block: C\nselect 1":          `block "B" of sheet "A" has no query`,
		"-- param: a long = x -- wrong\n-- sheet: A\nselect 1":     "a whole number is needed",
		"-- title: t\nselect 1\n-- block: late\nselect 2 -- block": "outside of a sheet",
	} {
		if _, err := ParseSaved("a.sql", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
}

// TestLibraryIsWhole reads every report that comes with argosy.
func TestLibraryIsWhole(t *testing.T) {
	l, err := LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	filled := map[string]bool{}
	for _, r := range l.Reports() {
		filled[r.Folder] = true
		if !slices.Contains(Folders(), r.Folder) {
			t.Errorf("report %q lies in folder %q, which is none of %s", r.Name, r.Folder, strings.Join(Folders(), ", "))
		}
		if r.Title == "" || r.Description == "" || r.Counts == "" || len(r.Tags) == 0 {
			t.Errorf("report %q lacks title, description, counts or tags", r.Name)
		}
		for _, p := range r.Params {
			if p.Doc == "" || slices.Contains([]schema.Type{""}, p.Type) {
				t.Errorf("report %q: parameter %q lacks a word on what it does", r.Name, p.Name)
			}
		}
	}
	for _, f := range Folders() {
		if !filled[f] {
			t.Errorf("folder %q has no report", f)
		}
	}
}

// TestFolders reads the user's tree: folders to their depth, hidden ones not.
func TestFolders(t *testing.T) {
	write := func(file string) string {
		dir := t.TempDir()
		for _, f := range strings.Fields(file) {
			p := filepath.Join(dir, filepath.FromSlash(f))
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte("-- title: "+f+"\nselect 1"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	l, err := LoadLibrary(write("age.sql a/x.sql"), write("a/b/x.sql top.sql .git/hidden.sql notes.txt"), filepath.Join(t.TempDir(), "none"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"x": "a/b", "a/b/x": "a/b", "top": "", "Age": "", "coverage/coverage": "coverage"} {
		if s, err := l.Find(name); err != nil || s.Folder != want {
			t.Errorf("%q is found as %+v, %v; want it in folder %q", name, s, err, want)
		}
	}
	for _, name := range []string{"hidden", "governance/age", "a/x"} {
		if s, err := l.Find(name); err == nil {
			t.Errorf("%q is found in folder %q", name, s.Folder)
		}
	}
	if _, err := LoadLibrary(write("a/x.sql b/X.sql")); err == nil || !strings.Contains(err.Error(), `"a/x.sql" has the same name`) {
		t.Errorf("two reports of one name: %v", err)
	}
}

// TestMaterialized tells the engine what of a text other queries have too: each part
// with those that it needs, and a part that is not materialized with none.
func TestMaterialized(t *testing.T) {
	s, err := ParseSaved("m.sql", "-- common: a\n-- materialized: yes\nselect 1 as x;\n-- common: b\nselect x from a;\n-- common: c\n-- materialized: yes\nwith d as (select x from b) select * from d;\n-- sheet: One\nselect * from c;\n-- sheet: Two\nselect * from b")
	if err != nil {
		t.Fatal(err)
	}
	a := schema.Shared{Name: "a", Clause: "a as (\nselect 1 as x\n)", Query: "select 1 as x"}
	c := schema.Shared{Name: "c", Clause: "c as (\nwith d as (select x from b) select * from d\n)",
		Query: "with a as (\nselect 1 as x\n), b as (\nselect x from a\n), d as (select x from b) select * from d"}
	for i, want := range [][]schema.Shared{{a, c}, {a}} {
		if got := s.Sections[i].Shared; !slices.Equal(got, want) {
			t.Errorf("sheet %d: got\n%q\nwant\n%q", i, got, want)
		}
		for _, part := range s.Sections[i].Shared {
			if !strings.Contains(s.Sections[i].Text, part.Clause) {
				t.Errorf("sheet %d: %q is not in %q", i, part.Clause, s.Sections[i].Text)
			}
		}
	}
	s, err = ParseSaved("m.sql", "-- common: a\n-- materialized: no\nselect 1 as x;\n-- sheet: One\nselect * from a, a as b")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Sections[0].Text, "with a as not materialized (\nselect 1 as x\n)\nselect * from a, a as b"; got != want || s.Sections[0].Shared != nil {
		t.Errorf("got %q with %v, want %q", got, s.Sections[0].Shared, want)
	}
	_, err = ParseSaved("m.kql", "// common: a\n// materialized: yes\nprint 1\n// sheet: One\na")
	if err == nil || !strings.Contains(err.Error(), `common "a" says "materialized", which only one of a report in SQL can; leave the line out`) {
		t.Errorf("KQL: %v", err)
	}
}

// TestCommon puts what several sheets need in front of those that name it.
func TestCommon(t *testing.T) {
	const head = "-- title: T\n-- common: a\nselect 1 as x;\n-- common: b\nselect x from a -- of a\n"
	s, err := ParseSaved("c.sql", head+"-- sheet: One\nwith c as (select * from b) select * from c;\n-- sheet: Two\n-- block: A\nselect * from A\n-- block: N\nselect 2")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{s.Sections[0].Text, s.Sections[1].Blocks[0].Text, s.Sections[1].Blocks[1].Text}
	want := []string{
		"with a as (\nselect 1 as x\n), b as (\nselect x from a -- of a\n), c as (select * from b) select * from c",
		"with a as (\nselect 1 as x\n)\nselect * from A",
		"select 2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	s, err = ParseSaved("c.kql", "// common: open\nsecurityresources | where type == 'x'\n// sheet: One\nopen | count")
	if err != nil || s.Sections[0].Text != "let open = securityresources | where type == 'x';\nopen | count" {
		t.Errorf("KQL: %+v, %v", s, err)
	}
	for text, want := range map[string]string{
		head:                             "there is a common query and no sheet",
		head + "-- sheet: One\nselect 1": `common "a" is named by no sheet`,
		"-- sheet: One\nselect 1\n-- common: a\nselect":                                  `common "a" stands below a sheet`,
		"-- common: a b\nselect 1\n-- sheet: One\nselect 1":                              `common "a b": the name is no word`,
		"-- common: a\n-- sheet: One\nselect * from a":                                   `common "a" has no query`,
		"-- common: a\nselect 1\n-- common: A\nselect 1":                                 `there is a second common "A"`,
		"-- common: a\nselect 1\n-- block: One\nselect 1":                                `block "One" stands outside of a sheet`,
		"-- sheet: One\n-- materialized: yes\nselect 1":                                  `sheet "One" says "materialized", which only a common query can; leave the line out`,
		"-- sheet: A\n-- block: B\n-- materialized: yes\nselect 1":                       `block "B" of sheet "A" says "materialized", which only a common query can; leave the line out`,
		"-- common: a\n-- materialized: often\nselect 1\n-- sheet: One\nselect * from a": `materialized "often" is neither yes nor no`,
	} {
		if _, err := ParseSaved("c.sql", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
