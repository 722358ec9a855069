// Package demo makes a fleet of container images that does not exist and
// writes what scanners would report about it, as native report files of
// Trivy, Grype and Defender for Cloud. Vulnerability ids and package names
// are real and public; registries, repositories, digests and dates are
// invented. The same options give the same bytes on any day.
package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a fleet.
type Options struct {
	// Dir is where the report files go; it is made where it is missing.
	Dir string
	// Findings is about how many findings are open at the end. Above 200,000
	// the fleet is written as a single week.
	Findings int
	Seed     uint64
	// Cluster and Owners are files for what surrounds the reports: the pods that
	// run, as kubectl lists them, and the rules that say whose the repositories
	// are. Empty writes none.
	Cluster, Owners string
}

// DefaultFindings is the size of the fleet that the README shows.
const DefaultFindings = 6000

// manyFindings is from where on one week is written instead of twelve.
const manyFindings = 200_000

// lastScan ends the story: a fixed date, so that the demo is the same on any
// day.
func lastScan() time.Time { return time.Date(2026, 11, 16, 4, 0, 0, 0, time.UTC) }

// Summary says what was written.
type Summary struct {
	Files, Bytes                int64
	Weeks, Repositories, Images int
	NeverScanned                int
	// Rows counts vulnerability rows by scanner over all files.
	Trivy, Grype, Defender int64
}

// task is one file to write.
type task struct {
	path string
	at   time.Time
	fill func(*writer)
}

// Generate writes the fleet.
func Generate(ctx context.Context, o Options) (Summary, error) {
	if o.Dir == "" {
		return Summary{}, errors.New("making the demo fleet: no folder is named; give one with --dir")
	}
	if o.Findings <= 0 {
		o.Findings = DefaultFindings
	}
	cat, err := loadCatalogue()
	if err != nil {
		return Summary{}, fmt.Errorf("reading the demo catalogue: %w", err)
	}
	weeks := 12
	if o.Findings > manyFindings {
		weeks = 1
	}
	f := newFleet(cat, o, weeks)
	sum := Summary{Weeks: weeks, Repositories: len(f.repos), NeverScanned: len(f.unscanned)}
	for _, r := range f.repos {
		sum.Images += len(r.images)
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return sum, fmt.Errorf("making the demo fleet: %w", err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "README.txt"), []byte(about), 0o644); err != nil {
		return sum, fmt.Errorf("making the demo fleet: %w", err)
	}
	if err := f.surroundings(o); err != nil {
		return sum, fmt.Errorf("making the demo fleet: %w", err)
	}
	return sum, run(ctx, f.tasks(o.Dir), &sum)
}

const about = `These report files are a demonstration. The registries, repositories, images and
dates in them are invented; the vulnerability ids and package names are real and
public, but nothing here says that any real image holds them.
Made by: argosy demo
`

// run writes the files on all cores.
func run(ctx context.Context, tasks []task, sum *Summary) error {
	var wg sync.WaitGroup
	var next atomic.Int64
	var mu sync.Mutex
	var failed error
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(tasks) || ctx.Err() != nil {
					return
				}
				w, err := write(tasks[i])
				mu.Lock()
				if err != nil && failed == nil {
					failed = err
				}
				sum.Files, sum.Bytes = sum.Files+1, sum.Bytes+w.bytes
				sum.Trivy, sum.Grype, sum.Defender = sum.Trivy+w.rows["trivy"], sum.Grype+w.rows["grype"], sum.Defender+w.rows["defender"]
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}
