package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// allowed says which of argosy's packages each package may import; a name
// ending in /* stands for the packages below it. Test files may use more.
func allowed() map[string][]string {
	return map[string][]string{
		"cmd/argosy":         {"cmd"},
		"cmd/bench":          {"*"},
		"cmd/soak":           {"tui/keymap"},
		"cmd":                {"*"},
		"docs":               {},
		"schema":             {},
		"schema/settings":    {"schema/yamlplace"},
		"schema/yamlplace":   {},
		"schema/alias":       {},
		"schema/scratch":     {},
		"schema/store":       {"schema", "schema/alias", "schema/scratch", "schema/settings", "schema/version"},
		"schema/version":     {},
		"ingest":             {"ingest/*", "schema"},
		"ingest/format":      {"ingest/csvread", "ingest/jsonread", "schema"},
		"ingest/jsonread":    {},
		"ingest/imageconfig": {"ingest/jsonread", "schema"},
		"ingest/demo":        {},
		"ingest/registry":    {"schema"},
		"ingest/kubernetes":  {"ingest/registry", "schema"},
		"ingest/listing":     {"ingest/registry", "schema"},
		"ingest/cvss":        {},
		"ingest/purl":        {},
		"ingest/aws":         {"ingest/format", "ingest/jsonread", "ingest/cvss", "ingest/purl", "schema"},
		"ingest/*":           {"ingest/format", "ingest/jsonread", "ingest/csvread", "ingest/cvss", "ingest/purl", "ingest/aws", "ingest/imageconfig", "ingest/rows", "schema", "schema/yamlplace"},
		"ingest/ignore":      {"schema", "schema/yamlplace"},
		"queries":            {"queries/kql", "schema"},
		"queries/kql":        {"queries/kql/syntax", "queries/kql/duck"},
		"queries/policy":     {"schema", "schema/yamlplace"},
		"queries/gate":       {"queries/policy", "schema"},
		"queries/kql/syntax": {},
		"queries/kql/duck":   {},
		"queries/lens":       {"queries/kql/duck", "queries/versions", "schema"},
		"queries/versions":   {"schema/version"},
		"export":             {"export/atomic", "schema", "schema/scratch"},
		"export/schedule":    {"export", "export/deliver", "queries", "schema", "schema/yamlplace"},
		"export/atomic":      {},
		"export/deliver":     {"export/atomic"},
		"export/timer":       {},

		"export/schedule/run": {"export", "export/deliver", "export/schedule", "schema", "schema/scratch"},

		"ingest/csvread":        {"ingest/jsonread"},
		"ingest/defenderportal": {"ingest/csvread", "ingest/cvss", "ingest/defender", "ingest/format", "ingest/purl", "ingest/rows", "schema"},
		"tui":                   {"tui/*", "queries", "queries/*", "queries/kql/*", "export", "schema"},
		"tui/theme":             {},
		"tui/chart":             {"tui/cell"},
		"tui/tuitest":           {"tui"},
		"tui/editor":            {"queries/kql/syntax"},
		"tui/*":                 {"tui/theme", "tui/cell", "queries/*", "schema"},
	}
}

// owners says which packages alone may import a third party.
func owners() map[string][]string {
	return map[string][]string{
		"github.com/duckdb/duckdb-go":            {"schema/store", "cmd/bench"},
		"github.com/spf13/cobra":                 {"cmd"},
		"github.com/goccy/go-yaml":               {"export/schedule", "ingest/csvmap", "ingest/ignore", "schema/yamlplace"},
		"github.com/xuri/excelize":               {"export", "cmd/bench"},
		"charm.land/bubbletea":                   {"tui", "tui/*", "cmd", "cmd/bench"},
		"github.com/google/go-containerregistry": {"ingest/registry"},
		"github.com/vbauerster/mpb":              {"cmd"},
		"github.com/pandatix/go-cvss":            {"ingest/cvss"},
		"github.com/package-url/packageurl-go":   {"ingest", "ingest/purl"},
		"github.com/google/osv-scalibr":          {"schema/version"},
	}
}

// TestImports keeps the direction of the data: files to ingest to schema to
// queries to export. It parses the files itself, so that no cache hides a new
// package.
func TestImports(t *testing.T) {
	packages := 0
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "demo" && path.Dir(filepath.ToSlash(p)) == "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		packages++
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := strings.TrimPrefix(path.Dir(filepath.ToSlash(p)), "../")
		for _, i := range f.Imports {
			check(t, p, from, strings.Trim(i.Path.Value, `"`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if packages < 20 {
		t.Fatalf("only %d files were looked at", packages)
	}
}

func check(t *testing.T, file, from, imported string) {
	t.Helper()
	for module, who := range owners() {
		if strings.HasPrefix(imported, module) && !matches(who, from) {
			t.Errorf("%s imports %s, which only %v may", file, imported, who)
		}
	}
	to, own := strings.CutPrefix(imported, "argosy/")
	if !own {
		return
	}
	rule, ok := allowed()[from]
	if !ok {
		rule, ok = allowed()[path.Dir(from)+"/*"]
	}
	if !ok {
		t.Errorf("%s: package %s has no rule; add one to allowed", file, from)
		return
	}
	if !matches(rule, to) {
		t.Errorf("%s imports %s; package %s may import %v", file, to, from, rule)
	}
}

func matches(rule []string, name string) bool {
	for _, r := range rule {
		if r == "*" || r == name || strings.HasSuffix(r, "/*") && path.Dir(name) == strings.TrimSuffix(r, "/*") {
			return true
		}
	}
	return false
}
