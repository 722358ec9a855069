package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"argosy/schema"
)

// threeDocuments stages documents of one finding each; those that spoil names
// hold a value that no column takes.
func threeDocuments(t *testing.T, path string, spoil map[int]string) (*Loader, schema.Run) {
	t.Helper()
	ctx := context.Background()
	l, err := NewLoader(ctx, path, Options{Wait: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	run := schema.Run{Started: week(1), Version: "test", Source: "reports"}
	for no := 1; no <= 3; no++ {
		name, digest := fmt.Sprintf("%d.json", no), fmt.Sprintf("sha256:%d", no)
		f := schema.StagedFinding{Scan: no, Canonical: "CVE-2021-0001", Finding: schema.Finding{VulnerabilityID: "CVE-2021-0001", PackageType: "deb", PackageName: "zlib1g",
			InstalledVersion: "1", FixStatus: schema.FixUnknown, Severity: schema.High, Status: schema.Unhealthy}}
		if spoil[no] == "finding" {
			f.Extra = []byte(`{"cut":`)
		}
		if err := l.Findings(ctx, []schema.StagedFinding{f}); err != nil {
			t.Fatal(err)
		}
		row := schema.StagedResource{File: no, ResourceRow: schema.ResourceRow{ID: "/r/" + name, Type: "x/y", Properties: []byte("{}"), At: week(1)}}
		if spoil[no] == "resource" {
			row.Properties = []byte("[")
		}
		if err := l.Resources(ctx, []schema.StagedResource{row}); err != nil {
			t.Fatal(err)
		}
		scan := schema.StagedScan{File: no, No: no, Path: name, Key: digest, Rows: 1, Findings: 1, Scan: schema.Scan{Scanner: "trivy", At: week(1), TimeSource: schema.TimeReport,
			Image: schema.Image{Kind: schema.KindImage, Registry: "r.example", Repository: "team/app", Digest: digest}}}
		if err := l.Accept(ctx, no, []schema.StagedScan{scan}, false); err != nil {
			t.Fatal(err)
		}
		run.Files = append(run.Files, schema.FileResult{No: no, Path: name, State: schema.FileStored, Rows: 1, Findings: 1})
	}
	return l, run
}

// TestCulprits merges a run in which some documents cannot be: the others go
// in, and the record says which did not and why.
func TestCulprits(t *testing.T) {
	for name, c := range map[string]struct {
		spoil map[int]string
		want  string
	}{
		"finding":  {map[int]string{2: "finding"}, "1.json stored 1\n2.json rejected 0\n3.json stored 1\n"},
		"resource": {map[int]string{3: "resource"}, "1.json stored 1\n2.json stored 1\n3.json rejected 0\n"},
		"both":     {map[int]string{1: "resource", 2: "finding"}, "1.json rejected 0\n2.json rejected 0\n3.json stored 1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			l, run := threeDocuments(t, path, c.spoil)
			dry := run
			dry.DryRun = true
			tried, err := l.Commit(context.Background(), dry)
			l.Close()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("a dry run leaves a database behind: %v", err)
			}
			l, run = threeDocuments(t, path, c.spoil)
			defer l.Close()
			res, err := l.Commit(context.Background(), run)
			if err != nil {
				t.Fatal(err)
			}
			good := int64(3 - len(c.spoil))
			if res.New != good || tried.New != good || res.Images != good {
				t.Errorf("%d findings new in %d images, %d foreseen; want %d", res.New, res.Images, tried.New, good)
			}
			for i, f := range res.Files {
				if f.State != tried.Files[i].State {
					t.Errorf("%s: %s, foreseen as %s", f.Path, f.State, tried.Files[i].State)
				}
				if bad := c.spoil[f.No] != ""; bad != strings.Contains(f.Error, "cannot be merged into the database: ") || strings.Contains(f.Error, "\n") {
					t.Errorf("%s: error %q", f.Path, f.Error)
				}
				if run.Files[i].State != schema.FileStored {
					t.Errorf("the caller's own list was changed: %+v", run.Files[i])
				}
			}
			if got := table(t, path, "select path, state, rows_read from run_files order by 1"); got != c.want {
				t.Errorf("recorded:\n%swant:\n%s", got, c.want)
			}
			if got := table(t, path, "select state, rows_read from runs"); got != fmt.Sprintf("partial %d\n", good) {
				t.Errorf("the run is recorded as %s", got)
			}
		})
	}
}

// TestAllCulprits fails where nothing can be merged, and changes nothing.
func TestAllCulprits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	load(t, path, week(0), "trivy", "CVE-2021-0002")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l, run := threeDocuments(t, path, map[int]string{1: "finding", 2: "finding", 3: "resource"})
	defer l.Close()
	if _, err := l.Commit(context.Background(), run); err == nil || !strings.Contains(err.Error(), "storing the run") {
		t.Errorf("error %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the database has changed")
	}
}
