package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"argosy/export/schedule"
	"argosy/schema"
)

const (
	// mostOutput is how much of what a step prints is kept, from its end.
	mostOutput = 16 << 10
	// exitRetry is argosy's exit code for what may work later.
	exitRetry = 3
	// exitKilled stands for a program that has no exit code.
	exitKilled = -1
	// pipeWait is how long a program's children may hold its output open.
	pipeWait = 5 * time.Second
)

// tail keeps the end of what is written to it.
type tail struct {
	text []byte
	cut  bool
}

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if len(t.text) > 2*mostOutput {
		t.trim()
	}
	return len(p), nil
}

func (t *tail) trim() {
	if over := len(t.text) - mostOutput; over > 0 {
		t.text, t.cut = append([]byte{}, t.text[over:]...), true
	}
}

func (t *tail) String() string {
	t.trim()
	text := strings.ToValidUTF8(string(t.text), "\uFFFD")
	if t.cut {
		text = "[...]\n" + text
	}
	return text
}

// steps runs what comes before the report, in order. The first that fails and
// is not optional ends it.
func (j *job) steps(ctx context.Context) error {
	j.run.Steps, j.problems = nil, nil
	for _, step := range j.s.Before {
		started := j.Clock()
		step := step.In(filepath.Dir(j.File))
		var out tail
		code := j.step(ctx, step, &out)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		done := schema.ScheduleStep{Command: commandLine(step.Words()), State: "done", ExitCode: code, Optional: step.Optional, Output: out.String(), Started: started, Ended: j.Clock()}
		if code != 0 {
			done.State = "failed"
		}
		j.run.Steps = append(j.run.Steps, done)
		if code == 0 {
			continue
		}
		text := fmt.Sprintf("%s: exit code %d: %s", done.Command, code, lastLine(done.Output))
		if !step.Optional {
			return &stepError{text, code == exitRetry && len(step.Program) == 0}
		}
		j.problems = append(j.problems, text)
		j.Say("%s: an optional step failed: %s", j.name(), text)
	}
	return nil
}

// step runs one step and returns its exit code.
func (j *job) step(ctx context.Context, s schedule.Step, out io.Writer) int {
	if len(s.Program) == 0 {
		return j.Argosy(ctx, s, out)
	}
	if s.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.Timeout)
		defer cancel()
	}
	code, err := program(ctx, s, filepath.Dir(j.File), out)
	if err != nil {
		fmt.Fprintln(out, err)
	}
	return code
}

// program runs a program in a folder. What it prints for its output file
// appears whole or not at all.
func program(ctx context.Context, s schedule.Step, dir string, out io.Writer) (int, error) {
	c := exec.CommandContext(ctx, s.Program[0], s.Program[1:]...)
	c.Dir, c.Stdout, c.Stderr, c.WaitDelay = dir, out, out, pipeWait
	var file *os.File
	if s.Output != "" {
		var err error
		if file, err = os.CreateTemp(filepath.Dir(s.Output), "."+filepath.Base(s.Output)+".*.tmp"); err != nil {
			return exitKilled, fmt.Errorf("making the output file of a step: %w", err)
		}
		defer os.Remove(file.Name())
		c.Stdout = file
	}
	err := c.Run()
	if file != nil {
		if closing := file.Close(); err == nil {
			err = closing
		}
		if err == nil {
			err = os.Rename(file.Name(), s.Output)
		}
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case ctx.Err() != nil:
		return exitKilled, fmt.Errorf("running %q: it was stopped: %w", s.Program[0], ctx.Err())
	case errors.As(err, &exit):
		return exit.ExitCode(), nil
	}
	return exitKilled, fmt.Errorf("running %q: %w", s.Program[0], err)
}

// commandLine joins words so that a shell would take them apart again.
func commandLine(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = w; w == "" || strings.ContainsAny(w, " \t\n'\"\\$`*?[]{}()<>|&;#!~") {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}

// lastLine is what a program said last, less hints.
func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" && !strings.HasPrefix(line, "hint: ") {
			return strings.TrimPrefix(line, "argosy: ")
		}
	}
	return "it said nothing"
}
