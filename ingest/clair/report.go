package clair

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// report is a report of version 4: maps by id, which have to be known whole
// before there are rows.
type report struct {
	packages        map[string]pkg
	distributions   map[string]dist
	repositories    map[string]string
	environments    map[string]environment
	vulnerabilities map[string]*vulnerability
	order           []match
}

type pkg struct{ name, version, source, arch string }

type dist struct{ id, version string }

// environment is where a package was found.
type environment struct {
	db, layer, distribution string
	repositories            []string
}

// match is one package with the vulnerabilities that it has.
type match struct {
	pkg             string
	vulnerabilities []string
}

type vulnerability struct {
	text                           schema.Vulnerability
	severity, fixed, did, repoName string
	delivered                      bool
}

func (p *report) read(r *jsonread.Reader, key string) error {
	var w jsonread.Row
	each := func(do func(id string)) error {
		return r.Object(func(key []byte) error {
			id := string(key)
			if err := r.Row(&w); err != nil {
				return err
			}
			do(id)
			return nil
		})
	}
	switch key {
	case "packages":
		p.packages = map[string]pkg{}
		return each(func(id string) {
			p.packages[id] = pkg{w.Text("name"), w.Text("version"), w.Row("source").Text("name"), w.Text("arch")}
		})
	case "distributions":
		p.distributions = map[string]dist{}
		return each(func(id string) { p.distributions[id] = dist{w.Text("did"), w.Text("version_id", "version")} })
	case "repository":
		p.repositories = map[string]string{}
		return each(func(id string) { p.repositories[id] = w.Text("name") })
	case "vulnerabilities":
		if p.vulnerabilities == nil {
			p.vulnerabilities = map[string]*vulnerability{}
		}
		return each(func(id string) { p.of(id).read(&w) })
	case "environments":
		p.environments = map[string]environment{}
		return r.Members(func(key []byte) error {
			id := string(key)
			return r.Elements(func(i int) error {
				if err := r.Row(&w); err != nil || i > 0 {
					return err
				}
				p.environments[id] = environment{w.Text("package_db"), w.Text("introduced_in"), w.Text("distribution_id"), w.Texts("repository_ids")}
				return nil
			})
		})
	case "package_vulnerabilities":
		return r.Object(func(key []byte) error {
			m := match{pkg: string(key)}
			var err error
			m.vulnerabilities, err = r.Words()
			p.order = append(p.order, m)
			return err
		})
	}
	return p.enrich(r)
}

func (p *report) of(id string) *vulnerability {
	if p.vulnerabilities == nil {
		p.vulnerabilities = map[string]*vulnerability{}
	}
	v := p.vulnerabilities[id]
	if v == nil {
		v = &vulnerability{}
		p.vulnerabilities[id] = v
	}
	return v
}

// enrich reads what other sources say of vulnerabilities, by the id of the
// vulnerability in the report: scores of CVSS and EPSS, known exploitation.
func (p *report) enrich(r *jsonread.Reader) error {
	var w jsonread.Row
	return r.Members(func(key []byte) error {
		kind := string(key)
		return r.Elements(func(int) error {
			return r.Members(func(key []byte) error {
				v := p.of(string(key))
				return r.Elements(func(int) error {
					if err := r.Row(&w); err != nil {
						return err
					}
					v.enrich(kind, &w)
					return nil
				})
			})
		})
	})
}

func (v *vulnerability) enrich(kind string, w *jsonread.Row) {
	switch {
	case strings.Contains(kind, "clair.cvss"):
		c := schema.CVSS{Source: "nvd", Version: w.Text("version"), Score: w.Number("baseScore"), Vector: w.Text("vectorString")}
		if c.Score > 0 {
			v.text.CVSS = append(v.text.CVSS, c)
		}
	case strings.Contains(kind, "clair.epss"):
		v.text.EPSS, v.text.EPSSPercentile, v.text.EPSSDate = w.Float("epss"), w.Float("percentile"), w.Time("date")
	case strings.Contains(kind, "clair.kev"):
		v.text.KEV, v.text.KEVDue = true, w.Time("due_date", "dueDate")
	}
}

// aCVE finds ids in names and links.
var aCVE = regexp.MustCompile(`CVE-\d{4}-\d{4,}`)

// identify takes a name apart into the id and what it says besides:
// "RHSA-2021:1206: gnutls security update (Important)", "pyup.io-39606
// (CVE-2020-36242)". Advisories that link to one CVE only have it as alias.
func identify(full, links string) (id, title string, aliases []string) {
	id = strings.TrimSpace(full)
	for _, end := range []string{": ", " ("} {
		if i := strings.Index(id, end); i > 0 {
			id = id[:i]
		}
	}
	if title = full; id == full {
		title = ""
	}
	if aCVE.FindString(id) == id {
		return id, title, nil
	}
	cves := aCVE.FindAllString(full, -1)
	if len(cves) == 0 {
		cves = aCVE.FindAllString(links, -1)
	}
	slices.Sort(cves)
	if cves = slices.Compact(cves); len(cves) == 1 {
		aliases = cves
	}
	return id, title, aliases
}

func (v *vulnerability) read(w *jsonread.Row) {
	t := &v.text
	links := w.Text("links")
	t.ID, t.Title, t.Aliases = identify(w.Text("name"), links)
	t.Description, t.Published = w.Text("description"), w.Time("issued")
	if urls := strings.Fields(links); len(urls) > 0 {
		t.References = urls
	}
	v.severity, v.fixed = w.Text("normalized_severity"), fixedIn(w.Text("fixed_in_version"))
	v.did = w.Row("distribution").Text("did")
	v.repoName = w.Row("repository").Text("name")
	vendor := w.Text("severity")
	if score, ok := cvss.Score(vendor); ok && len(t.CVSS) == 0 {
		t.CVSS = append(t.CVSS, schema.CVSS{Source: w.Text("updater"), Version: cvss.Version(vendor), Score: score, Vector: vendor})
	}
	var extra jsonread.Builder
	extra.Text("severity", vendor)
	extra.Text("updater", w.Text("updater"))
	w.Drop("id", "package", "distribution", "repository")
	w.Rest(&extra)
	t.Extra = slices.Clone(extra.JSON())
}

// fixedIn is the version that fixes; records of OSV have it among others in
// the form of a query: fixed=3.3.2&introduced=0.
func fixedIn(s string) string {
	if q, err := url.ParseQuery(s); err == nil && strings.Contains(s, "=") && (q.Has("fixed") || q.Has("introduced") || q.Has("lastAffected")) {
		return q.Get("fixed")
	}
	return s
}

// distribution describes the image by the only distribution in it.
func (p *report) distribution(img *schema.Image) {
	if len(p.distributions) == 1 {
		for d := range maps.Values(p.distributions) {
			img.Distribution, img.DistributionVersion = d.id, d.version
		}
	}
}

// rows delivers the rows of a report of version 4.
func (d *decoder) rows(p *report, where string) error {
	for _, m := range p.order {
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		in, known := p.packages[m.pkg]
		env := p.environments[m.pkg]
		for i, id := range m.vulnerabilities {
			v := p.vulnerabilities[id]
			at := fmt.Sprintf("%spackage_vulnerabilities.%s[%d]", where, m.pkg, i)
			if v == nil || v.text.ID == "" || !known {
				if err := d.to.Skip(at, "the report does not describe the vulnerability or the package that it names"); err != nil {
					return err
				}
				continue
			}
			if err := d.match(p, v, &in, &env); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *decoder) match(p *report, v *vulnerability, in *pkg, env *environment) error {
	d.f = schema.Finding{
		VulnerabilityID:  v.text.ID,
		Aliases:          v.text.Aliases,
		PackageType:      p.packageType(v, env),
		PackageName:      in.name,
		InstalledVersion: in.version,
		FixedVersion:     v.fixed,
		Layer:            env.layer,
		SeverityRaw:      v.severity,
		SeveritySource:   name,
		CVSS:             schema.BaseScore(v.text.CVSS),
	}
	f := &d.f
	if env.db != "" {
		f.Paths = []string{env.db}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	d.extra.Reset()
	if in.source != in.name {
		d.extra.Text("source", in.source)
	}
	d.extra.Text("arch", in.arch)
	f.Extra = d.extra.JSON()
	if err := d.to.Finding(d.ref, f); err != nil || v.delivered {
		return err
	}
	v.delivered = true
	return d.to.Vulnerability(name, &v.text)
}

// packageType follows the repository that a language's package came from, the
// place of the package database, and the distribution.
func (p *report) packageType(v *vulnerability, env *environment) string {
	words := []string{v.repoName}
	for _, id := range env.repositories {
		words = append(words, p.repositories[id])
	}
	kind, _, language := strings.Cut(env.db, ":")
	if language {
		words = append(words, kind)
	}
	for _, db := range [][2]string{{"apk", "apk"}, {"dpkg", "deb"}, {"rpm", "rpm"}} {
		if strings.Contains(env.db, db[0]) {
			words = append(words, db[1])
		}
	}
	t := purl.Type("", append(words, v.did, p.distributions[env.distribution].id)...)
	if strings.ContainsAny(t, ":/ ") {
		return ""
	}
	return t
}
