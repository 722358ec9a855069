package demo

import (
	"context"
	"fmt"
	"path/filepath"
)

// GenerateTrivy writes files Trivy reports with findings findings in all, each
// of one image of its own: the data of the load benchmark.
func GenerateTrivy(ctx context.Context, dir string, files, findings int) (Summary, error) {
	return GenerateTrivyWeek(ctx, dir, files, findings, 0)
}

// GenerateTrivyWeek writes the reports of the same fleet in one of three weeks.
// In the second nothing has changed; in the third one finding in fifty is gone
// and another is new.
func GenerateTrivyWeek(ctx context.Context, dir string, files, findings, week int) (Summary, error) {
	cat, err := loadCatalogue()
	if err != nil {
		return Summary{}, err
	}
	const weeks = 3
	f := &fleet{seed: 1, weeks: 1}
	at := f.week(0).AddDate(0, 0, 7*week)
	var tasks []task
	for n := range files {
		img := f.big(cat, n, findings/files)
		img.until = weeks
		for i := range img.hits {
			h := &img.hits[i]
			h.until = weeks
			if i%50 != 7 {
				continue
			}
			// The same package, rebuilt.
			h.until = 2
			img.hits = append(img.hits, hit{entry: h.entry, from: 2, until: weeks, variant: h.variant + findings})
		}
		tasks = append(tasks, task{filepath.Join(dir, fmt.Sprintf("%05d.json", n)), at, func(w *writer) { trivy(w, img, week, at) }})
	}
	var sum Summary
	return sum, run(ctx, tasks, &sum)
}

// Mixed is a fleet that Trivy and Defender report on.
type Mixed struct {
	// Images is how many there are; each has a Trivy report of its own, and a
	// tenth of them share a Defender export, unless there are no rows of it.
	Images int
	// Findings and Rows are how many Trivy and Defender report in all.
	Findings, Rows int
	// Week is 0 or 1: the scans of a fleet, or of the same fleet a week later,
	// when a twentieth of the findings is gone and another is new.
	Week int
}

// texts is how many vulnerabilities the reports of a mixed fleet speak of.
const texts = 50_000

// GenerateMixed writes the reports of a mixed fleet. Every finding is of a
// vulnerability of its own until there are as many as a large fleet has.
func GenerateMixed(ctx context.Context, dir string, o Mixed) (Summary, error) {
	cat, err := loadCatalogue()
	if err != nil {
		return Summary{}, err
	}
	entries := make([]entry, texts)
	for i := range entries {
		entries[i] = cat[i%len(cat)]
		entries[i].id = fmt.Sprintf("CVE-%d-%d", 2005+i%20, 10_000+i)
	}
	f := &fleet{seed: 1, weeks: 2}
	at := f.week(o.Week)
	var tasks []task
	perExport := max(1, o.Images/10)
	var shared []*image
	for n := range o.Images {
		img := f.mixed(entries, n, o.Findings/o.Images)
		tasks = append(tasks, task{filepath.Join(dir, "trivy", fmt.Sprintf("%05d.json", n)), at, func(w *writer) { trivy(w, img, o.Week, at) }})
		if o.Rows == 0 {
			continue
		}
		shared = append(shared, f.mixed(entries, n, o.Rows/o.Images))
		if len(shared) == perExport || n == o.Images-1 {
			images, registry := shared, img.repo.registry
			shared = nil
			tasks = append(tasks, task{filepath.Join(dir, "defender", fmt.Sprintf("%05d.json", n)), at, func(w *writer) { f.defender(w, "s3", registry, images, o.Week, at) }})
		}
	}
	var sum Summary
	return sum, run(ctx, tasks, &sum)
}

// mixed is an image of a mixed fleet.
func (f *fleet) mixed(entries []entry, n, findings int) *image {
	img := f.big(entries, n, 0)
	img.repo.registry, img.until = "bench.azurecr.io", 2
	for i := range findings {
		at := n*findings + i
		h := hit{entry: &entries[at%len(entries)], until: 2, variant: at % 5}
		switch at % 20 {
		case 7:
			h.until = 1
		case 8:
			h.from = 1
		}
		img.hits = append(img.hits, h)
	}
	return img
}

// big is an image with any number of findings: rebuilds of the catalogue's
// packages.
func (f *fleet) big(cat []entry, n, findings int) *image {
	r := f.repository(n)
	r.name = fmt.Sprintf("bench/image-%05d", n)
	r.registry = "registry.example.com"
	img := &image{repo: r, digest: f.digest("bench", n), config: f.digest("bench config", n), tag: "1.0.0", until: 1, pushed: f.week(0).AddDate(0, 0, -3)}
	for i := range findings {
		img.hits = append(img.hits, hit{entry: &cat[i%len(cat)], until: 1, variant: i / len(cat)})
	}
	return img
}

// GenerateTrivyFile writes one Trivy report of about so many bytes.
func GenerateTrivyFile(path string, bytes int64) error {
	cat, err := loadCatalogue()
	if err != nil {
		return err
	}
	f := &fleet{seed: 1, weeks: 1}
	const bytesARow = 1950
	img := f.big(cat, 0, int(bytes/bytesARow))
	_, err = write(task{path, f.week(0), func(w *writer) { trivy(w, img, 0, f.week(0)) }})
	return err
}
