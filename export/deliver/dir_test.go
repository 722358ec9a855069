package deliver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDirStoresWholeFiles(t *testing.T) {
	base := t.TempDir()
	s := New(nil, nil, Options{Base: base, Now: now})
	a := artifact(t, FileName("weekly-risk", now(), "r1", "", ".csv"), "image,severity\n")
	target := Target{Dir: &Dir{Path: "out/reports"}}
	m := weekly(t, a)
	got, err := s.Deliver(t.Context(), target, m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(base, "out", "reports", "weekly-risk_2026-11-20T0600_r1.csv")
	if got.Reference != path || got.Bytes != a.Bytes || got.Note != "" {
		t.Errorf("receipt %+v", got)
	}
	if places := s.Places(target, m); len(places) != 1 || places[0] != (Place{a.Name, path}) {
		t.Errorf("places %v", places)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&^0o640 != 0 {
		t.Errorf("mode %v", info.Mode())
	}
	again, err := s.Deliver(t.Context(), target, m)
	if err != nil || again.Bytes != 0 || !strings.Contains(again.Note, "same bytes") || again.Reference != path {
		t.Errorf("again: %+v %v", again, err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(info, after) {
		t.Errorf("the file was written again: %v", err)
	}
	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Deliver(t.Context(), target, m); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(path); string(data) != "image,severity\n" {
		t.Errorf("a broken file stayed: %q", data)
	}
}

func TestDirRetention(t *testing.T) {
	base := t.TempDir()
	others := []string{"weekly-risk.csv", "weekly_2026-01-02T0700_x1.csv", "weekly-risk-prod_2026-01-02T0700_x1.csv", "notes.txt",
		"my-weekly-risk_2026-01-02T0700_x1.csv", "weekly-risk_2026-01-02_x1.csv"}
	old := []string{"weekly-risk_2026-10-02T0700_a1.csv", "weekly-risk_2026-10-09T0700_a2_team-a.csv", "weekly-risk_2026-10-09T0700_a2_team-b.csv",
		"weekly-risk_2026-11-06T0700_a3.xlsx", "weekly-risk_2026-11-13T0700_a4.csv"}
	fill := func() string {
		folder := filepath.Join(base, "r", time.Now().Format("150405.000000000"))
		if err := os.MkdirAll(filepath.Join(folder, "weekly-risk_2026-01-01T0700_dir.csv"), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, n := range append(slices.Clone(others), old...) {
			if err := os.WriteFile(filepath.Join(folder, n), []byte(n), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return folder
	}
	kept := append(slices.Clone(others), "weekly-risk_2026-01-01T0700_dir.csv", "weekly-risk_2026-11-20T0700_r7f3k2.csv")
	for _, c := range []struct {
		name string
		dir  Dir
		want []string
	}{
		{"all", Dir{}, old},
		{"two runs", Dir{Keep: 2}, old[4:]},
		{"three runs", Dir{Keep: 3}, old[3:]},
		{"a split run is one", Dir{Keep: 4}, old[1:]},
		{"one", Dir{Keep: 1}, nil},
		{"age", Dir{MaxAge: 15 * 24 * time.Hour}, old[3:]},
		{"age and count", Dir{Keep: 2, MaxAge: 30 * 24 * time.Hour}, old[4:]},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := fill()
			c.dir.Path = folder
			m := weekly(t)
			m.Artifacts = []Artifact{artifact(t, FileName(m.Schedule, m.due(), m.RunID, "", ".csv"), "x")}
			if _, err := New(nil, nil, Options{Now: now}).Deliver(t.Context(), Target{Dir: &c.dir}, m); err != nil {
				t.Fatal(err)
			}
			want := append(slices.Clone(kept), c.want...)
			slices.Sort(want)
			if got := names(t, folder); !slices.Equal(got, want) {
				t.Errorf("kept\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestDirRetentionNeverRemovesItself resends a run that is older than all
// others.
func TestDirRetentionNeverRemovesItself(t *testing.T) {
	folder := t.TempDir()
	newer := "weekly-risk_2027-01-01T0700_b1.csv"
	if err := os.WriteFile(filepath.Join(folder, newer), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a := artifact(t, "weekly-risk_2020-01-01T0700_a1.csv", "x")
	s := New(nil, nil, Options{Now: now})
	if _, err := s.Deliver(t.Context(), Target{Dir: &Dir{Path: folder, Keep: 1, MaxAge: time.Hour}}, weekly(t, a)); err != nil {
		t.Fatal(err)
	}
	if got := names(t, folder); !slices.Equal(got, []string{a.Name, newer}) {
		t.Errorf("%v", got)
	}
	a.Name = "plain.csv"
	r, err := s.Deliver(t.Context(), Target{Dir: &Dir{Path: folder, Keep: 1}}, weekly(t, a))
	if err != nil || !strings.Contains(r.Note, `"plain.csv" has no time in it`) {
		t.Errorf("%+v %v", r, err)
	}
}

// TestDirCrash leaves what a power cut leaves.
func TestDirCrash(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, age time.Duration) {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now().Add(-age), now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	write(".weekly-risk_2026-11-13T0700_a1.csv.ABCDEFGH.tmp", 48*time.Hour)
	write(".weekly-risk_2026-11-20T0700_a2.csv.ABCDEFGH.tmp", time.Hour)
	write(".other_2026-11-13T0700_a1.csv.ABCDEFGH.tmp", 48*time.Hour)
	a := artifact(t, "weekly-risk_2026-11-20T0700_a3.csv", "x")
	if _, err := New(nil, nil, Options{Now: now}).Deliver(t.Context(), Target{Dir: &Dir{Path: folder, Keep: 5}}, weekly(t, a)); err != nil {
		t.Fatal(err)
	}
	want := []string{".other_2026-11-13T0700_a1.csv.ABCDEFGH.tmp", ".weekly-risk_2026-11-20T0700_a2.csv.ABCDEFGH.tmp", a.Name}
	if got := names(t, folder); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestDirErrors(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	good := artifact(t, "r_2026-11-20T0700_a3.csv", "x")
	gone, changed, outside := good, good, good
	gone.Path += "-gone"
	changed.SHA256 = strings.Repeat("0", 64)
	outside.Name = "../r.csv"
	if err := os.Mkdir(filepath.Join(folder, good.Name), 0o700); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, c := range []struct {
		name      string
		ctx       context.Context
		dir       string
		a         Artifact
		want      string
		permanent bool
	}{
		{"no folder", t.Context(), file, good, "not a directory; check that it can be made", false},
		{"gone", t.Context(), filepath.Join(folder, "a"), gone, "is gone; run the schedule again", true},
		{"changed", t.Context(), filepath.Join(folder, "b"), changed, "is not what the run made", true},
		{"outside", t.Context(), filepath.Join(folder, "c"), outside, `"../r.csv" is no name of a file`, true},
		{"something else stands there", t.Context(), folder, good, "something that is no file", true},
		{"stopped", stopped, filepath.Join(folder, "d"), good, "context canceled", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(nil, nil, Options{Now: now}).Deliver(c.ctx, Target{Dir: &Dir{Path: c.dir}}, weekly(t, c.a))
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrPermanent) != c.permanent ||
				!strings.HasPrefix(err.Error(), "delivering to folder ") {
				t.Errorf("%v (permanent %v)", err, errors.Is(err, ErrPermanent))
			}
			if c.ctx.Err() != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("%v does not say that it was stopped", err)
			}
			if left, _ := os.ReadDir(c.dir); c.dir != folder && len(left) > 0 {
				t.Errorf("%v was left", left)
			}
		})
	}
}

func TestFileName(t *testing.T) {
	for _, c := range []struct{ stem, run, part, suffix, want string }{
		{"weekly", "r1", "", ".xlsx", "weekly_2026-11-20T0600_r1.xlsx"},
		{"weekly_risk", "01J_X", "team / blå", ".csv.gz", "weekly_risk_2026-11-20T0600_01J-X_team---blå.csv.gz"},
		{"../a", "..", "", "", "---a_2026-11-20T0600_--"},
	} {
		got := FileName(c.stem, now(), c.run, c.part, c.suffix)
		s, ok := parseName(got)
		if got != c.want || !ok || s.stem != clean(c.stem) || s.stamp != "2026-11-20T0600" {
			t.Errorf("%q: %+v", got, s)
		}
	}
}
