package timer

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var update = flag.Bool("update", false, "write the wanted units anew")

// plain is what most people have.
func plain(system string) Spec {
	s := Spec{
		Name: "argosy-schedules", Program: "/usr/local/bin/argosy", File: "/srv/argosy/schedules.yaml", DB: "/srv/argosy/argosy.db", User: "argosy",
		Writable: []string{"/srv/argosy"}, EnvFile: "/srv/argosy/schedules.env", Image: "registry.example.com/argosy:1.0", Text: "schedules: []\n",
	}
	switch system {
	case Kubernetes:
		s.Program, s.File, s.DB, s.Writable = "argosy", "/data/schedules.yaml", "/data/argosy.db", []string{"/data"}
	case Windows:
		s.Program, s.File, s.DB = `C:\Program Files\argosy\argosy.exe`, `C:\argosy\schedules.yaml`, `C:\argosy\argosy.db`
	}
	return s
}

// awkward has everything that needs quoting, and secrets.
func awkward(system string) Spec {
	s := plain(system)
	s.Name, s.User = "argosy_2", "root"
	s.Variables, s.SecretFiles = []string{"SMTP_USER", "TEAMS_URL"}, []string{"/data/mail pw"}
	s.Flags = []string{"--memory", "2GB"}
	s.Text = "# Müller & Söhne\n\n  schedules:\n    - {id: \"a: b\"}\n"
	base := `/srv/über uns & co/50% $HOME`
	switch system {
	case Kubernetes:
		base = "/data"
	case Windows:
		base = `C:\über uns & co\"<x>\`
		s.Program = base + `\argosy it's.exe`
		s.File, s.DB = base+`\schedules file.yaml`, base+`\a b\`
		return s
	default:
		s.Program = base + "/argosy"
	}
	s.File, s.DB, s.EnvFile = base+"/schedules \"file\".yaml", base+"/it's a\\b;.db", base+"/schedules file.env"
	s.Writable = []string{base, "/mnt/it's", `/mnt/a "b"`, "/mnt/plain"}
	return s
}

// TestUnitCases holds the units against testdata/timer.
func TestUnitCases(t *testing.T) {
	for name, spec := range map[string]func(string) Spec{"plain": plain, "awkward": awkward} {
		for _, system := range Systems() {
			units, err := For(system, spec(system))
			if err != nil {
				t.Fatal(err)
			}
			files := append(slices.Clone(units.Files), File{Name: "steps-" + system + ".txt", Text: strings.Join(units.Steps, "\n") + "\n"})
			for _, f := range files {
				path := filepath.Join("../../testdata/timer", name, f.Name)
				if *update {
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil || f.Text != string(want) {
					t.Errorf("%s is not what is wanted (%v):\n%s", path, err, f.Text)
				}
			}
		}
	}
}

// TestSystemdAccepts asks systemd itself where it is installed; the wanted
// files were accepted by version 252.
func TestSystemdAccepts(t *testing.T) {
	tool, err := exec.LookPath("systemd-analyze")
	for name, spec := range map[string]func(string) Spec{"plain": plain, "awkward": awkward} {
		s := spec(Systemd)
		folder := t.TempDir()
		s.Program = filepath.Join(folder, "über 50% $HOME argosy")
		s.User = "root"
		if err := os.WriteFile(s.Program, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		units, unitsErr := For(Systemd, s)
		if unitsErr != nil {
			t.Fatal(unitsErr)
		}
		args := []string{"verify"}
		for _, f := range units.Files {
			path := filepath.Join(folder, f.Name)
			if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		if err != nil {
			continue
		}
		if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: systemd says: %v\n%s", name, err, out)
		}
	}
}

// TestCronRuns has a shell run what cron would give it, and looks at what the
// program gets.
func TestCronRuns(t *testing.T) {
	base := filepath.Join(t.TempDir(), `über uns & co 50% $HOME "it's"`)
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	s := Spec{Name: "n", Program: base + "/argosy", File: base + "/schedules 100%.yaml", DB: base + "/a b;.db", EnvFile: base + "/secrets.env",
		Variables: []string{"SMTP_PASSWORD"}, Flags: []string{"--memory", "2GB"}}
	for path, text := range map[string]string{
		s.Program: "#!/bin/sh\npwd\nfor a; do echo \"$a\"; done\necho \"$SMTP_PASSWORD\"\n",
		s.EnvFile: "SMTP_PASSWORD='two words'\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	units, err := For(Cron, s)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(units.Files[0].Text), "\n")
	command, ok := strings.CutPrefix(lines[len(lines)-1], "* * * * * ")
	if !ok || strings.Contains(strings.ReplaceAll(command, `\%`, ""), "%") {
		t.Fatalf("the line is %q", lines[len(lines)-1])
	}
	out, err := exec.Command("/bin/sh", "-c", strings.ReplaceAll(command, `\%`, "%")).CombinedOutput()
	want := strings.Join([]string{base, "schedule", "tick", "--db", s.DB, "--memory", "2GB", s.File, "--quiet", "two words", ""}, "\n")
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
	if err := os.Remove(s.EnvFile); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("/bin/sh", "-c", strings.ReplaceAll(command, `\%`, "%")).CombinedOutput(); err == nil || len(out) == 0 {
		t.Errorf("without the secrets it is silent: %s", out)
	}
}

func TestKubernetesParses(t *testing.T) {
	for _, text := range []string{"schedules: []\n", "schedules: []", "\n\n", "  indented\nnot\n\n  - x\n", "a\ttab # ünï\n", "windows\r\nlines\r\n", "nbsp \u00a0 and \x07 bell\n"} {
		s := awkward(Kubernetes)
		s.Text = text
		units, err := For(Kubernetes, s)
		if err != nil {
			t.Fatal(err)
		}
		dec := yaml.NewDecoder(strings.NewReader(units.Files[0].Text))
		kinds := map[string]map[string]any{}
		for {
			var doc map[string]any
			if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v\n%s", err, units.Files[0].Text)
			}
			kinds[doc["kind"].(string)] = doc
		}
		data := kinds["ConfigMap"]["data"].(map[string]any)
		got := strings.TrimRight(data["schedules--file-.yaml"].(string), "\n")
		if want := strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"); got != want {
			t.Errorf("the file became %q, want %q", got, want)
		}
		spec := kinds["CronJob"]["spec"].(map[string]any)
		if spec["concurrencyPolicy"] != "Forbid" || spec["schedule"] != "* * * * *" {
			t.Errorf("%v", spec)
		}
		pod := spec["jobTemplate"].(map[string]any)["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
		container := pod["containers"].([]any)[0].(map[string]any)
		var command []string
		for _, w := range container["command"].([]any) {
			command = append(command, w.(string))
		}
		if want := []string{"argosy", "schedule", "tick", "--db", s.DB, "--memory", "2GB", s.File}; !slices.Equal(command, want) {
			t.Errorf("%q, want %q", command, want)
		}
		if env := container["env"].([]any)[1].(map[string]any); env["name"] != "SMTP_USER" || env["valueFrom"].(map[string]any)["secretKeyRef"].(map[string]any)["key"] != "SMTP_USER" {
			t.Errorf("%v", env)
		}
	}
}

func TestWindowsParses(t *testing.T) {
	s := awkward(Windows)
	units, err := For(Windows, s)
	if err != nil {
		t.Fatal(err)
	}
	var got task
	if err := xml.Unmarshal([]byte(units.Files[0].Text), &got); err != nil {
		t.Fatal(err)
	}
	if words := argv(got.Actions.Exec.Arguments); !slices.Equal(words, append(s.arguments(), "--quiet")) {
		t.Errorf("%q", words)
	}
	if got.Actions.Exec.Command != s.Program || got.Actions.Exec.WorkingDirectory != folder(s.File) || got.Triggers.Time.Repetition.Interval != "PT1M" {
		t.Errorf("%+v", got)
	}
}

// argv reads a command line as CommandLineToArgvW does.
func argv(line string) []string {
	var out []string
	var word strings.Builder
	quoted, begun, slashes := false, false, 0
	for i := range len(line) {
		c := line[i]
		switch {
		case c == '\\':
			slashes++
			begun = true
			continue
		case c == '"':
			word.WriteString(strings.Repeat(`\`, slashes/2))
			if slashes%2 == 1 {
				word.WriteByte('"')
			} else {
				quoted = !quoted
			}
			begun = true
		default:
			word.WriteString(strings.Repeat(`\`, slashes))
			if c == ' ' && !quoted {
				if begun {
					out = append(out, word.String())
				}
				word.Reset()
				begun = false
			} else {
				word.WriteByte(c)
				begun = true
			}
		}
		slashes = 0
	}
	word.WriteString(strings.Repeat(`\`, slashes))
	if begun {
		out = append(out, word.String())
	}
	return out
}

func TestMistakes(t *testing.T) {
	for want, c := range map[string]struct {
		system string
		change func(*Spec)
	}{
		"cannot name units":                         {Systemd, func(s *Spec) { s.Name = "a b" }},
		"line break or a control character":         {Cron, func(s *Spec) { s.DB = "/srv/a\nb.db" }},
		"no program with quotes":                    {Systemd, func(s *Spec) { s.Program = "/opt/it's/argosy" }},
		"both kinds of quotes":                      {Systemd, func(s *Spec) { s.Writable = []string{`/srv/'"`} }},
		"some crons take 998":                       {Cron, func(s *Spec) { s.File = "/" + strings.Repeat("x", 1000) }},
		"name it with --image":                      {Kubernetes, func(s *Spec) { s.Image = "" }},
		"is not UTF-8":                              {Kubernetes, func(s *Spec) { s.Text = "\xff" }},
		"a percent sign begins a variable there":    {Windows, func(s *Spec) { s.DB = `C:\100%\a.db` }},
		"the systems are systemd, cron, k8s, windo": {"launchd", func(*Spec) {}},
	} {
		s := plain(c.system)
		c.change(&s)
		if _, err := For(c.system, s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
