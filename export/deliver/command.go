package deliver

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"argosy/export/atomic"
)

const (
	commandTimeout = 5 * time.Minute
	// commandGrace is what a command has to end by itself once it was told to.
	commandGrace = 5 * time.Second
	// exitTemporary is EX_TEMPFAIL of sysexits.h.
	exitTemporary = 75
)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (c *Command) check() []Mistake {
	var out []Mistake
	if len(c.Argv) == 0 || c.Argv[0] == "" {
		out = append(out, Mistake{"command", "there is no program; write for instance command: [rsync, -a]"})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		switch {
		case !variableName.MatchString(name):
			out = append(out, Mistake{"env", fmt.Sprintf("%q is no name of a variable", name)})
		case sensitive.MatchString(name):
			out = append(out, referenceMistake("env "+name, c.Env[name])...)
		}
	}
	if c.Timeout < 0 {
		out = append(out, Mistake{"timeout", fmt.Sprintf("%s is less than 0; write for instance 5m", c.Timeout)})
	}
	return out
}

// variables tell a command about the run; the JSON document on its standard
// input has the same and more.
func variables(j *job) []Fact {
	var paths []string
	for _, a := range j.m.Artifacts {
		paths = append(paths, a.Path)
	}
	return []Fact{
		{Name: "ARGOSY_RUN_ID", Value: j.m.RunID}, {Name: "ARGOSY_RUN_SCHEDULE", Value: j.m.Schedule}, {Name: "ARGOSY_RUN_REPORT", Value: j.m.Report},
		{Name: "ARGOSY_RUN_SLOT", Value: j.m.due().Format(time.RFC3339)}, {Name: "ARGOSY_RUN_STATE", Value: j.m.State},
		{Name: "ARGOSY_RUN_TITLE", Value: oneLine(j.m.heading())}, {Name: "ARGOSY_RUN_PROBLEM", Value: oneLine(j.m.Problem)},
		{Name: "ARGOSY_RUN_DELIVERY", Value: j.id()}, {Name: "ARGOSY_RUN_FILES", Value: strings.Join(paths, "\n")},
	}
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\x00", "")), " ")
}

// arguments are the program and its arguments; the paths of the artifacts come
// last.
func (c *Command) arguments(m Message) []string {
	out := slices.Clone(c.Argv)
	for _, a := range m.Artifacts {
		out = append(out, a.Path)
	}
	return out
}

func (c *Command) deliver(j *job) (Receipt, error) {
	timeout := cmp.Or(c.Timeout, commandTimeout)
	ctx, cancel := context.WithTimeout(j, timeout)
	defer cancel()
	argv := c.arguments(j.m)
	program := argv[0]
	if filepath.Base(program) != program {
		program = j.s.path(program)
	}
	cmd := exec.CommandContext(ctx, program, argv[1:]...)
	cmd.Dir = j.s.opt.Base
	cmd.Env = os.Environ()
	for _, v := range variables(j) {
		cmd.Env = append(cmd.Env, v.Name+"="+v.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		value, err := j.text(c.Env[name])
		if err != nil {
			return Receipt{}, err
		}
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	input, err := encode(document(j, true))
	if err != nil {
		return Receipt{}, err
	}
	var out, problems tail
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &problems
	group(cmd)
	cmd.WaitDelay = j.s.grace
	err = cmd.Run()
	endGroup(cmd)
	// A child that keeps the pipes open after the program succeeded takes
	// nothing away from the success.
	if err == nil || errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil {
		return Receipt{Reference: "exit code 0", Note: excerpt(out.String())}, nil
	}
	said := excerpt(cmp.Or(problems.String(), out.String()))
	if said != "" {
		said = ": " + said
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil && j.Err() == nil:
		return Receipt{}, &Error{Text: fmt.Sprintf("it ran longer than %s and was ended%s; raise timeout if it needs longer", timeout, said), cause: ctx.Err()}
	case ctx.Err() != nil:
		return Receipt{}, &Error{Text: "it was ended: " + ctx.Err().Error() + said, cause: ctx.Err()}
	case errors.As(err, &exit) && exit.ExitCode() == exitTemporary:
		return Receipt{}, temporary("exit code %d, which asks for another attempt%s", exitTemporary, said)
	case errors.As(err, &exit):
		return Receipt{}, permanent("%s%s", strings.Replace(exit.Error(), "exit status", "exit code", 1), said)
	}
	return Receipt{}, permanent("starting it: %v", atomic.Cause(err))
}

// tail keeps the end of what a program writes.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 4096
	t.b = append(t.b, p...)
	if len(t.b) > most {
		t.b = append([]byte{}, t.b[len(t.b)-most:]...)
	}
	return len(p), nil
}

// String is the last line that has something on it.
func (t *tail) String() string {
	lines := strings.Split(strings.TrimSpace(string(t.b)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

func (c *Command) preview(j *job) error {
	fmt.Fprintf(j.w, "run %q\n\n", c.arguments(j.m))
	for _, v := range variables(j) {
		fmt.Fprintf(j.w, "%s=%s\n", v.Name, strings.ReplaceAll(v.Value, "\n", `\n`))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		fmt.Fprintf(j.w, "%s=%s\n", name, c.Env[name])
	}
	return nil
}
