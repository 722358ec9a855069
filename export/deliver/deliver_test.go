package deliver

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// now is the clock of the tests.
func now() time.Time { return time.Date(2026, 11, 20, 6, 0, 30, 0, time.UTC) }

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// artifact writes a file and says what it is.
func artifact(t *testing.T, name, content string) Artifact {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kept")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	return Artifact{Path: path, Name: name, MediaType: "text/csv", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(content))}
}

// weekly is a message of the kind that is sent every week.
func weekly(t *testing.T, artifacts ...Artifact) Message {
	t.Helper()
	return Message{
		RunID: "r7f3k2", Schedule: "weekly-risk", Report: "workbook", Slot: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC), Zone: berlin(t),
		State: Complete, Title: "Risk of the week",
		Lines:     []Fact{{"data as of", "2026-11-20 04:12 UTC"}, {"coverage", "200 of 207 images"}, {"rows", "6056 matched, 6056 written, 0 truncated"}},
		Artifacts: artifacts,
	}
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
