package demo

import (
	"context"
	"fmt"
	"path/filepath"
)

// GenerateTrivy writes files Trivy reports with findings findings in all, each
// of one image of its own: the data of the load benchmark.
func GenerateTrivy(ctx context.Context, dir string, files, findings int) (Summary, error) {
	cat, err := loadCatalogue()
	if err != nil {
		return Summary{}, err
	}
	f := &fleet{seed: 1, weeks: 1}
	var tasks []task
	for n := range files {
		img := f.big(cat, n, findings/files)
		tasks = append(tasks, task{filepath.Join(dir, fmt.Sprintf("%05d.json", n)), f.week(0), func(w *writer) { trivy(w, img, 0, f.week(0)) }})
	}
	var sum Summary
	return sum, run(ctx, tasks, &sum)
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
