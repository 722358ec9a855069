package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// numbersOf tells two states of a database apart.
const numbersOf = `select (select count(*) from findings) as findings, (select count(*) from findings where fixed_at is null) as open,
	(select bit_xor(hash(finding, first_seen, fixed_at)) from findings) as said, (select count(*) from sightings) as sightings, (select count(*) from spans) as spans,
	(select count(*) from scans) as scans, (select count(*) from runs) as runs, (select count(*) from merged_runs) as merged, (select count(*) from prunings) as prunings`

// TestKilled ends housekeeping with kill -9 at several points: whenever the files
// changed so many times. The database then opens with the old numbers or the new
// ones, and a second run completes.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	main, other := filepath.Join(dir, "main.db"), filepath.Join(dir, "other.db")
	for w := range 2 {
		runArgosy(t, "ingest", "--db", main, "-q", weekOf(t, dir, "shop", w))
	}
	runArgosy(t, "ingest", "--db", other, "-q", weekOf(t, dir, "bank", 0))
	old := numbers(t, main)
	for name, args := range map[string][]string{
		"prune":   {"prune", "--older-than", "2026-10-10", "--yes"},
		"compact": {"compact", "--yes"},
		"merge":   {"merge", "--yes", other},
		"backup":  {"backup", "--force", "copy.db"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := t.TempDir()
			changes := housekeep(t, whole, main, args, 1<<30)
			fresh := numbers(t, filepath.Join(whole, "main.db"))
			points := []int{changes * 2 / 3}
			if name == "prune" || name == "compact" {
				points = append(points, 1)
			}
			for _, after := range points {
				work := t.TempDir()
				seen := housekeep(t, work, main, args, max(after, 1))
				path := filepath.Join(work, "main.db")
				if got := numbers(t, path); got != old && got != fresh {
					t.Errorf("killed after %d of %d changes of files: %s; it was %s and is to be %s", seen, changes, got, old, fresh)
				}
				again := append([]string{"--db", path, "-q"}, args...)
				if name == "backup" {
					again[len(again)-1] = filepath.Join(work, "copy.db")
					if _, err := os.Stat(again[len(again)-1]); err == nil && numbers(t, again[len(again)-1]) != old {
						t.Errorf("a backup that was killed after %d changes left another database than there was", seen)
					}
				}
				aged(t, work)
				runArgosy(t, again...)
				if left, _ := filepath.Glob(filepath.Join(work, ".argosy-*")); len(left) > 0 {
					t.Errorf("what was killed left %v for good", left)
				}
				if got := numbers(t, path); got != fresh {
					t.Errorf("once more after %d of %d changes: %s, not %s", seen, changes, got, fresh)
				}
				if name == "backup" && numbers(t, filepath.Join(work, "copy.db")) != old {
					t.Errorf("the backup after one that was killed is not what there was")
				}
			}
		})
	}
}

// housekeep copies the database to a directory and works on it with the real
// process, which is killed when its files have changed so many times. It returns
// how many changes it saw.
func housekeep(t *testing.T, dir, db string, args []string, most int) int {
	t.Helper()
	data, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.db"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	// testscript.Main put the command before everything else on the path.
	c := exec.Command("argosy", append([]string{"--db", "main.db", "-q"}, args...)...)
	c.Dir = dir
	var said strings.Builder
	c.Stderr = &said
	before := filesIn(dir)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for changes := 0; ; {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("argosy %s: %v: %s", strings.Join(args, " "), err, said.String())
			}
			return changes
		case <-time.After(200 * time.Microsecond):
		}
		now := filesIn(dir)
		if now == before {
			continue
		}
		before = now
		if changes++; changes == most {
			_ = c.Process.Kill()
			<-ended
			return changes
		}
	}
}

// aged makes the folders that a killed process left two hours old, so that one
// that had no lock yet counts as dead.
func aged(t *testing.T, dir string) {
	t.Helper()
	left, _ := filepath.Glob(filepath.Join(dir, ".argosy-*"))
	for _, f := range left {
		if err := os.Chtimes(f, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
}

// filesIn is what a directory holds: names and sizes.
func filesIn(dir string) string {
	var b strings.Builder
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil {
			if info, err := d.Info(); err == nil {
				fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
			}
		}
		return nil
	})
	return b.String()
}

// numbers opens a database and reads what tells its states apart.
func numbers(t *testing.T, path string) string {
	t.Helper()
	out, _ := runArgosy(t, "query", "--db", path, "-q", "-o", "csv", "--no-header", numbersOf)
	return strings.TrimSpace(out)
}

// weekOf writes the report of a week: eight images, of whose findings some are
// new and some are gone.
func weekOf(t *testing.T, dir, repository string, week int) string {
	t.Helper()
	folder := filepath.Join(dir, fmt.Sprint(repository, week))
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for image := range 8 {
		var rows []string
		for f := 5 * week; f < 50+5*week; f++ {
			rows = append(rows, fmt.Sprintf(`{"VulnerabilityID": "CVE-2031-%d", "PkgName": "p%d", "InstalledVersion": "1", "FixedVersion": "2", "Severity": "HIGH"}`, 1000+f, f%7))
		}
		text := fmt.Sprintf(`{"SchemaVersion": 2, "CreatedAt": "2026-10-%02dT04:00:00Z", "ArtifactName": "r.example.com/%s/app%d:1", "ArtifactType": "container_image", "Results": [
 {"Target": "os", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [%s]}]}`, 1+7*week, repository, image, strings.Join(rows, ",\n"))
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.json", image)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
