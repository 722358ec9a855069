package demo

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"
)

// distro is the base that an image stands on.
type distro struct{ family, version, ecosystem string }

func (d *distro) arch() string {
	if d.ecosystem == "deb" {
		return "amd64"
	}
	return "x86_64"
}

// place is where a repository lies and who scans it there.
type place struct {
	registry string
	scanners []string // trivy, grype, s1, s2, s3, s4
}

// repo is a repository with its images over the weeks.
type repo struct {
	place
	team, name string
	base       distro
	language   string
	images     []*image
	stale      int // weeks before the end that scanning ended
}

// image is one push.
type image struct {
	repo   *repo
	digest string
	config string
	tag    string
	from   int // first week
	until  int // week of the next push
	pushed time.Time
	hits   []hit
	base   *image // what it was built on; nil is from nothing
}

// hit is a vulnerability in an image and the weeks in which scans report it.
type hit struct {
	*entry
	from, until int // reported in weeks from..until-1
	back        int // reported again from this week on; 0 is never
	worse       int // from this week on rated Critical; 0 is never
	variant     int
}

func (h *hit) in(week int) bool {
	return week >= h.from && week < h.until || h.back > 0 && week >= h.back
}

type fleet struct {
	seed      uint64
	weeks     int
	repos     []*repo
	bases     []*repo // of each distribution, in the order of bases
	unscanned []*image
}

// teams and services are invented.
func teams() []string {
	return []string{"payments", "checkout", "identity", "search", "logistics", "data", "fraud", "web"}
}

func services() []string {
	return []string{"api", "worker", "gateway", "frontend", "batch", "events", "admin", "sync"}
}

func places() []place {
	return []place{
		{"harborlight.azurecr.io", []string{"s3", "trivy"}}, {"harborlight.azurecr.io", []string{"s3"}},
		{"quayside.azurecr.io", []string{"s4"}}, {"oldpier.azurecr.io", []string{"s1"}}, {"drydock.azurecr.io", []string{"s2"}},
		{"registry.example.com", []string{"trivy"}}, {"registry.example.com", []string{"trivy", "grype"}}, {"ghcr.io/example-org", []string{"grype"}},
		{"registry.example.com", []string{"trivy"}}, {"harborlight.azurecr.io", []string{"s3"}},
	}
}

func bases() []distro {
	return []distro{{"debian", "12.5", "deb"}, {"alpine", "3.19.1", "apk"}, {"debian", "11.9", "deb"}, {"redhat", "9.3", "rpm"}, {"ubuntu", "22.04", "deb"}}
}

func languages() []string { return []string{"npm", "pypi", "golang", "maven", "gem", "nuget"} }

// newFleet plans repositories until the wanted number of findings is open.
func newFleet(cat []entry, o Options, weeks int) *fleet {
	f := &fleet{seed: o.Seed, weeks: weeks}
	for _, d := range bases() {
		b := &repo{place: place{"registry.example.com", []string{"trivy"}}, team: "platform", name: "base/" + d.family + "-" + d.version, base: d}
		f.push(b, cat)
		f.bases = append(f.bases, b)
	}
	open := 0
	taken := map[string]bool{}
	for n := 0; open < o.Findings; n++ {
		r := f.repository(n)
		if taken[r.registry+"/"+r.name] {
			r.name += fmt.Sprintf("-v%d", n)
		}
		taken[r.registry+"/"+r.name] = true
		f.push(r, cat)
		for _, img := range r.images {
			for i := range img.hits {
				if img.hits[i].in(img.until - 1) {
					open++
				}
			}
		}
		f.repos = append(f.repos, r)
		if n%9 == 4 {
			old := *r
			old.registry = "quayside.azurecr.io" // whose export lists them
			f.unscanned = append(f.unscanned, &image{repo: &old, digest: f.digest("unscanned", n), tag: "0.1.0", pushed: f.week(0)})
		}
	}
	f.mirror()
	f.repos = append(f.repos, f.bases...)
	return f
}

func (f *fleet) rand(parts ...any) *rand.Rand {
	sum := sha256.Sum256([]byte(fmt.Sprint(append([]any{f.seed}, parts...)...)))
	var a, b uint64
	for i := range 8 {
		a, b = a<<8|uint64(sum[i]), b<<8|uint64(sum[8+i])
	}
	return rand.New(rand.NewPCG(a, b))
}

func (f *fleet) digest(parts ...any) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(fmt.Sprint(append([]any{f.seed, "digest"}, parts...)...))))
}

// week is the time of a weekly scan, counted from the first.
func (f *fleet) week(n int) time.Time { return lastScan().AddDate(0, 0, -7*(f.weeks-1-n)) }

func (f *fleet) repository(n int) *repo {
	p := places()[n%len(places())]
	t := teams()[(n/3)%len(teams())]
	s := services()[n%len(services())]
	name := fmt.Sprintf("%s/%s-%s", t, t, s)
	if n >= len(teams())*len(services())/2 {
		name += fmt.Sprintf("-%d", n/32)
	}
	if strings.HasPrefix(p.registry, "ghcr.io/") {
		name = "example-org/" + name
		p.registry = "ghcr.io"
	}
	r := &repo{place: p, team: t, name: name, base: bases()[n%len(bases())], language: languages()[(n/2)%len(languages())]}
	if n%17 == 6 && f.weeks > 6 {
		r.stale = 5
	}
	return r
}

// push plans the images of a repository and what scanners find in them.
func (f *fleet) push(r *repo, cat []entry) {
	rng := f.rand("repo", r.registry, r.name)
	last := f.weeks - r.stale
	for from, k := 0, 0; from < last; k++ {
		until := min(last, from+2+rng.IntN(5))
		img := &image{repo: r, digest: f.digest(r.registry, r.name, k), config: f.digest("config", r.registry, r.name, k), tag: fmt.Sprintf("1.%d.%d", k, rng.IntN(9)),
			from: from, until: until, pushed: f.week(from).Add(-time.Duration(2+rng.IntN(100)) * time.Hour)}
		if rng.IntN(25) > 0 { // some images are clean
			img.hits = f.hits(rng, img, cat, k)
		}
		if r.language != "" {
			img.base = f.baseOf(r).current(from)
		}
		r.images = append(r.images, img)
		from = until
	}
}

// baseOf is the repository of the base images of a distribution.
func (f *fleet) baseOf(r *repo) *repo {
	for _, b := range f.bases {
		if b.base == r.base {
			return b
		}
	}
	return nil
}

// hits chooses the vulnerabilities of an image. Each push has upgraded some.
func (f *fleet) hits(rng *rand.Rand, img *image, cat []entry, push int) []hit {
	var out []hit
	for i := range cat {
		e := &cat[i]
		if e.ecosystem != img.repo.base.ecosystem && e.ecosystem != img.repo.language {
			continue
		}
		if rng.IntN(10) < 1+min(push, 4) {
			continue // not in this image, or upgraded by now
		}
		h := hit{entry: e, from: img.from, until: img.until}
		if f.weeks > 1 {
			switch rng.IntN(20) {
			case 0: // a new entry of the scanner's database
				h.from = min(img.until-1, img.from+1)
			case 1: // taken back by the database
				h.until = max(img.from+1, img.until-1)
			case 2: // taken back and listed again
				if img.until-img.from > 3 {
					h.until, h.back = img.from+1, img.from+3
				}
			case 3:
				h.worse = img.from + 1
			}
		}
		out = append(out, h)
	}
	return out
}

// mirror puts one repository of a registry into another with the same digest,
// as promotion between stages does.
func (f *fleet) mirror() {
	for _, r := range f.repos {
		if r.registry == "registry.example.com" && len(r.images) > 0 {
			m := *r
			m.registry, m.scanners, m.images = "harborlight.azurecr.io", []string{"s3"}, nil
			img := *r.images[len(r.images)-1]
			img.repo = &m
			m.images = []*image{&img}
			f.repos = append(f.repos, &m)
			return
		}
	}
}

// current is the image of a repository that a week's scan looks at.
func (r *repo) current(week int) *image {
	for _, img := range r.images {
		if week >= img.from && week < img.until {
			return img
		}
	}
	return nil
}

// tasks lists the files: one a repository, week and scanner for Trivy and
// Grype, one a registry and week for Defender.
func (f *fleet) tasks(dir string) []task {
	var out []task
	for week := range f.weeks {
		at := f.week(week)
		year, n := at.ISOWeek()
		folder := filepath.Join(dir, fmt.Sprintf("%d-W%02d", year, n))
		exports := map[string][]*image{}
		var order []string
		for _, r := range f.repos {
			img := r.current(week)
			if img == nil {
				continue
			}
			for _, s := range r.scanners {
				base := strings.TrimSuffix(r.registry, ".azurecr.io") + "_" + strings.ReplaceAll(r.name, "/", "-") + ".json"
				switch s {
				case "trivy":
					out = append(out, task{filepath.Join(folder, "trivy", base), at, func(w *writer) { trivy(w, img, week, at) }})
				case "grype":
					out = append(out, task{filepath.Join(folder, "grype", base+".gz"), at, func(w *writer) { grype(w, img, week, at) }})
				default:
					key := s + " " + r.registry
					if exports[key] == nil {
						order = append(order, key)
					}
					exports[key] = append(exports[key], img)
				}
			}
		}
		for _, key := range order {
			shape, registry, _ := strings.Cut(key, " ")
			images := exports[key]
			name := strings.TrimSuffix(registry, ".azurecr.io") + "-" + shape + ".json"
			out = append(out, task{filepath.Join(folder, "defender", name), at, func(w *writer) { f.defender(w, shape, registry, images, week, at) }})
		}
	}
	return out
}
