package cmd

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// said runs a command line and returns the exit code and what it says.
func said(t *testing.T, args ...string) (code int, out, err string) {
	t.Helper()
	t.Setenv("ARGOSY_DB", t.TempDir()+"/none.db")
	var o, e bytes.Buffer
	code = Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &o, Err: &e})
	return code, o.String(), e.String()
}

// groups are all commands that hold others.
func groups(c *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, sub := range c.Commands() {
		if sub.HasSubCommands() {
			out = append(append(out, sub), groups(sub)...)
		}
	}
	return out
}

func TestUnknownCommands(t *testing.T) {
	a := &app{}
	root := a.root()
	strict(root)
	all := groups(root)
	if len(all) < 10 {
		t.Fatalf("only %d groups are found", len(all))
	}
	for _, g := range all {
		path := strings.Fields(g.CommandPath())[1:]
		line := strings.Join(path, " ")
		near := g.Commands()[0].Name()
		code, out, err := said(t, append(path, near+"x")...)
		if code != exitUsage || out != "" || !strings.Contains(err, `unknown command "`+near+`x" for "argosy `+line+`"`) || !strings.Contains(err, "did you mean argosy "+line+" "+near) {
			t.Errorf("argosy %s %sx: exit code %d, output %q, errors %q", line, near, code, out, err)
		}
		code, out, err = said(t, append(path, "--quiet", "xyzxyz", near)...)
		if code != exitUsage || out != "" || !strings.Contains(err, "hint: see: argosy "+line+" --help") {
			t.Errorf("argosy %s --quiet xyzxyz: exit code %d, output %q, errors %q", line, code, out, err)
		}
		if code, out, err = said(t, path...); code != exitOK || err != "" || !strings.Contains(out, "argosy "+line+" [command]") {
			t.Errorf("argosy %s: exit code %d, output %q, errors %q", line, code, out, err)
		}
	}
}

func TestArguments(t *testing.T) {
	for line, want := range map[string]string{
		"reprt":                   `unknown command "reprt" for "argosy"` + "\nhint: did you mean argosy report?",
		"completion tcsh":         `unknown command "tcsh" for "argosy completion"`,
		"completion bash x":       `argosy completion bash: "x" is not understood`,
		"help reprt":              `unknown command "reprt" for "argosy"`,
		"help report lst":         `unknown command "lst" for "argosy report"` + "\nhint: did you mean argosy report list?",
		"own add":                 "argosy own add: TEAM is missing\nhint: see: argosy own add --help",
		"own add a b":             `argosy own add: "b" is one argument too many behind TEAM`,
		"k8s sync":                "argosy k8s sync: FILE is missing\nhint: see: argosy k8s sync --help",
		"report list severity":    `argosy report list: "severity" is not understood: the command takes flags only`,
		"merge":                   "argosy merge: OTHER.db is missing",
		"config apply a.yaml b":   `argosy config apply: "b" is one argument too many behind [FILE]`,
		"schedule run":            "argosy schedule run: ID is missing",
		"ingest":                  "argosy ingest: PATH is missing",
		"query 'select 1' 'from'": `"'from'" is one argument too many`,
	} {
		fields := strings.Fields(strings.ReplaceAll(line, "select 1", "select"))
		if code, out, err := said(t, fields...); code != exitUsage || out != "" || !strings.Contains(err, want) {
			t.Errorf("argosy %s: exit code %d, output %q, errors %q, want %q", line, code, out, err, want)
		}
	}
	for _, line := range []string{"help", "help report", "help report list", "completion bash"} {
		if code, out, err := said(t, strings.Fields(line)...); code != exitOK || out == "" || err != "" {
			t.Errorf("argosy %s: exit code %d, output %q, errors %q", line, code, out, err)
		}
	}
}
