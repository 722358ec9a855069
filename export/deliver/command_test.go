//go:build unix

package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	base := t.TempDir()
	a := artifact(t, "weekly risk.csv", "x")
	b := artifact(t, "second.csv", "y")
	script := filepath.Join(base, "send it.sh")
	write(t, script, "#!/bin/sh\ncat >in.json\nfor a; do echo \"$a\"; done >args\nenv >env\necho first\necho 'job 17 queued'\n")
	m := weekly(t, a, b)
	m.Problem = "two\nlines"
	s := poster(nil)
	s.opt.Base = base
	r, err := s.Deliver(t.Context(), Target{Command: &Command{Argv: []string{"./send it.sh", "$HOME; *", "--to"}, Env: map[string]string{"UPLOAD_TOKEN": "env:TOKEN", "MODE": "fast"}}}, m)
	if err != nil || r.Reference != "exit code 0" || r.Note != "job 17 queued" {
		t.Fatalf("%+v %v", r, err)
	}
	if got := read(t, filepath.Join(base, "args")); got != "$HOME; *\n--to\n"+a.Path+"\n"+b.Path+"\n" {
		t.Errorf("arguments\n%s", got)
	}
	env := read(t, filepath.Join(base, "env"))
	for _, want := range []string{"ARGOSY_RUN_ID=r7f3k2\n", "ARGOSY_RUN_SLOT=2026-11-20T07:00:00+01:00\n", "ARGOSY_RUN_STATE=complete\n", "ARGOSY_RUN_PROBLEM=two lines\n",
		"ARGOSY_RUN_FILES=" + a.Path + "\n" + b.Path + "\n", "UPLOAD_TOKEN=Bearer abc.def.ghi\n", "MODE=fast\n"} {
		if !strings.Contains(env, want) {
			t.Errorf("no %q in\n%s", want, env)
		}
	}
	var d WebhookBody
	if err := json.Unmarshal([]byte(read(t, filepath.Join(base, "in.json"))), &d); err != nil || len(d.Artifacts) != 2 || d.Artifacts[1].Path != b.Path {
		t.Errorf("%+v %v", d, err)
	}
}

func TestCommandFails(t *testing.T) {
	for _, c := range []struct {
		script, want string
		permanent    bool
	}{
		{"echo out; echo 'no route to host' >&2; exit 75", "exit code 75, which asks for another attempt: no route to host", false},
		{"echo 'no such bucket'; exit 2", "exit code 2: no such bucket", true},
		{"echo \"token is $UPLOAD_TOKEN\" >&2; exit 1", "exit code 1: token is [secret]", true},
		{"kill -9 $$", "signal: killed", true},
	} {
		_, err := poster(nil).Deliver(t.Context(), Target{Command: &Command{Argv: []string{"/bin/sh", "-c", c.script}, Env: map[string]string{"UPLOAD_TOKEN": "env:TOKEN"}}}, weekly(t))
		if err == nil || err.Error() != "delivering to command sh: "+c.want || errors.Is(err, ErrPermanent) != c.permanent {
			t.Errorf("%s: %v", c.script, err)
		}
	}
	_, err := poster(nil).Deliver(t.Context(), Target{Command: &Command{Argv: []string{"no-such-program-here"}}}, weekly(t))
	if !errors.Is(err, ErrPermanent) || !strings.Contains(err.Error(), "starting it: ") {
		t.Errorf("%v", err)
	}
}

// TestCommandEndsWithItsChildren ends a command whose child would go on.
func TestCommandEndsWithItsChildren(t *testing.T) {
	folder := t.TempDir()
	ready := filepath.Join(folder, "ready")
	if err := syscall.Mkfifo(ready, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	child := make(chan int)
	go func() {
		data, _ := os.ReadFile(ready)
		pid, _ := strconv.Atoi(strings.TrimSpace(string(data)))
		stop()
		child <- pid
	}()
	script := "(trap '' TERM; sh -c 'echo $PPID >\"$0\"' \"$1\"; while :; do sleep 1; done) & wait"
	s := poster(nil)
	s.grace = 50 * time.Millisecond
	_, err := s.Deliver(ctx, Target{Command: &Command{Argv: []string{"/bin/sh", "-c", script, "sh", ready}}}, weekly(t))
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrPermanent) {
		t.Errorf("%v", err)
	}
	pid := <-child
	if pid == 0 {
		t.Fatal("the child did not start")
	}
	for range 500 { // the child is the system's to reap
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) || zombie(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("the child %d goes on", pid)
}

func zombie(pid int) bool {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(data), ") Z ")
}

func TestCommandTakesTooLong(t *testing.T) {
	_, err := poster(nil).Deliver(t.Context(), Target{Command: &Command{Argv: []string{"sleep", "60"}, Timeout: 50 * time.Millisecond}}, weekly(t))
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrPermanent) || !strings.Contains(err.Error(), "ran longer than 50ms and was ended; raise timeout") {
		t.Errorf("%v", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
