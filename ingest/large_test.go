package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/schema"
	"argosy/schema/store"
)

// A document whose books are too large for memory is counted by the loader:
// the counts must be those that a small document's own books give.
func TestCountsOfALargeDocument(t *testing.T) {
	for _, rows := range []int{1_000, 55_000} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			dir := t.TempDir()
			report := filepath.Join(dir, "report.json")
			var b bytes.Buffer
			b.WriteString(`{"SchemaVersion":2,"CreatedAt":"2026-05-04T03:02:01Z","ArtifactName":"r.example/team/app:1","ArtifactType":"container_image",
				"Metadata":{"ImageID":"sha256:` + fmt.Sprintf("%064d", 1) + `"},"Results":[{"Target":"os","Class":"os-pkgs","Type":"debian","Vulnerabilities":[`)
			for i := range rows {
				if i > 0 {
					b.WriteByte(',')
				}
				// Every tenth row says again what the row before it said.
				n := i
				if i%10 == 9 {
					n--
				}
				fmt.Fprintf(&b, `{"VulnerabilityID":"CVE-2024-%d","PkgName":"p%d","InstalledVersion":"1","Severity":"LOW"}`, 1000+n%977, n)
			}
			b.WriteString(`]}]}`)
			if err := os.WriteFile(report, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx := context.Background()
			l, err := store.NewLoader(ctx, filepath.Join(dir, "a.db"), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			now := time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)
			files, err := ingest.Load(ctx, []string{report}, l, ingest.Options{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			want := int64(rows - rows/10)
			if f := files[0]; f.State != schema.FileStored || f.Rows != int64(rows) || f.Findings != want || f.Merged != 0 {
				t.Errorf("state %s, %d rows, %d findings, %d merged, want stored, %d rows, %d findings, 0 merged: %s", f.State, f.Rows, f.Findings, f.Merged, rows, want, f.Error)
			}
			res, err := l.Commit(ctx, schema.Run{Started: now, Version: "test", Source: report, Files: files})
			if err != nil {
				t.Fatal(err)
			}
			if res.New != want || res.Open != want {
				t.Errorf("the run stored %d new findings, %d open, want %d", res.New, res.Open, want)
			}
		})
	}
}
