package cmd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"argosy/schema/store"
)

// argosyIn runs argosy as a process and returns what it says and its exit code.
func argosyIn(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	c := exec.Command("argosy", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// TestTickBusy leaves what is due to the next tick while somebody reads the
// database, and claims nothing.
func TestTickBusy(t *testing.T) {
	dir := t.TempDir()
	text := "schedules:\n- {id: daily, report: counts, format: csv, cron: '0 7 * * *', timezone: UTC, deliver: [{dir: out}]}\n"
	if err := os.WriteFile(filepath.Join(dir, "s.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tick := func(now string) (string, int) {
		return argosyIn(t, dir, "schedule", "tick", "s.yaml", "--db", "t.db", "--wait", "0s", "--now", now)
	}
	if out, code := tick("2026-11-20T06:59:00Z"); code != exitOK {
		t.Fatal(out)
	}
	db, err := store.Open(context.Background(), filepath.Join(dir, "t.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, code := tick("2026-11-20T07:00:00Z")
	if code != exitRetry || !strings.Contains(out, "planning the runs") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if out, code := tick("2026-11-20T07:01:00Z"); code != exitOK || !strings.Contains(out, "delivered to 1 target") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
