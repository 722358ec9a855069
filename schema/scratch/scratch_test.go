//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package scratch

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestMain is, in a process that TestSweep starts, the owner of a folder: it
// says which, and waits.
func TestMain(m *testing.M) {
	if os.Getenv("SCRATCH_OWNER") == "" {
		os.Exit(m.Run())
	}
	f, err := New("owner")
	if err != nil {
		os.Exit(1)
	}
	_ = os.WriteFile(filepath.Join(f.Path, "page"), []byte("much"), 0o600)
	os.Stdout.WriteString(f.Path + "\n")
	_, _ = os.Stdin.Read(make([]byte, 1))
}

// owner starts a process with a folder.
func owner(t *testing.T) (path string, kill func()) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "SCRATCH_OWNER=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.StdinPipe(); err != nil { // which nothing is written to
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = c.Process.Kill(); _ = c.Wait() }
	t.Cleanup(kill)
	s := bufio.NewScanner(out)
	if !s.Scan() {
		t.Fatal("the process says nothing")
	}
	return s.Text(), kill
}

// TestSweep removes what killed processes left, and nothing else: not what a
// process still holds, not what never had a lock, not what a link leads to.
func TestSweep(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dead, kill := owner(t)
	alive, _ := owner(t)
	mine, err := New("mine")
	if err != nil {
		t.Fatal(err)
	}
	bare := filepath.Join(os.TempDir(), prefix+"bare")
	if err := os.MkdirAll(filepath.Join(bare, "notes"), 0o700); err != nil {
		t.Fatal(err)
	}
	// Two that ended before they had the lock, one of them just now.
	young, old := filepath.Join(os.TempDir(), prefix+"young"), filepath.Join(os.TempDir(), prefix+"old")
	for _, dir := range []string{young, old} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, freshName), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Mkdir(elsewhere, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(elsewhere, lockName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(os.TempDir(), prefix+"link")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Fatal(err)
	}
	if n := Sweep(); n != 0 {
		t.Errorf("%d folders of living processes were removed", n)
	}
	kill()
	hours := time.Now().Add(-2 * time.Hour)
	for _, dir := range []string{bare, old} {
		if err := os.Chtimes(dir, hours, hours); err != nil {
			t.Fatal(err)
		}
	}
	if n := Sweep(); n != 2 {
		t.Errorf("%d folders were removed, want 2", n)
	}
	for path, want := range map[string]bool{dead: false, alive: true, mine.Path: true, bare: true, link: true, young: true, old: false, filepath.Join(elsewhere, lockName): true} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", path, err == nil, want)
		}
	}
	if err := mine.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(mine.Path); !os.IsNotExist(err) {
		t.Errorf("a folder that was closed is still there: %v", err)
	}
}
