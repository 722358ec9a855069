package cyclonedx

import (
	"strings"

	"argosy/ingest/cvss"
	"argosy/schema"
)

// cvssVersion reads a method of rating; "" is none of CVSS.
func (r *rating) cvssVersion() string {
	switch strings.ToLower(r.method) {
	case "cvssv2":
		return "2.0"
	case "cvssv3", "cvssv3.0", "cvssv30":
		if strings.HasPrefix(r.vector, "CVSS:3.1/") {
			return "3.1"
		}
		return "3.0"
	case "cvssv31", "cvssv3.1":
		return "3.1"
	case "cvssv4", "cvssv4.0", "cvssv40":
		return "4.0"
	case "", "other":
		return cvss.Version(r.vector)
	}
	return ""
}

// fullVector is the vector as CVSS writes it; the prefix with the version is
// often left out.
func (r *rating) fullVector() string {
	v := strings.Trim(r.vector, "()")
	if version := r.cvssVersion(); version > "3" && v != "" && !strings.HasPrefix(v, "CVSS:") {
		return "CVSS:" + version + "/" + v
	}
	return v
}

// baseScore is the score, computed from the vector where it is missing.
func (r *rating) baseScore() float64 {
	if r.score > 0 || r.vector == "" {
		return r.score
	}
	score, _ := cvss.Score(r.fullVector())
	return score
}

func (r *rating) isEPSS() bool {
	return strings.Contains(strings.ToLower(r.url), "epss") || strings.EqualFold(r.source, "EPSS")
}

// rate chooses severity and score: those of the source of the vulnerability,
// then of the sources that people trust most, then the first. CVSS 3 comes
// before 4 and 2, because that is what most vulnerabilities have, and the
// severity of CVSS 2, which knows no critical one, counts where there is no
// other.
func (v *vulnerability) rate(f *schema.Finding) {
	sources := []string{v.sourceName, "nvd", "ghsa", "github", "redhat"}
	choose := func(good func(*rating) bool) *rating {
		of := func(source string, any bool) *rating {
			var old *rating
			for i := range v.ratings {
				r := &v.ratings[i]
				if !any && !strings.EqualFold(r.source, source) || !good(r) {
					continue
				}
				if r.cvssVersion() != "2.0" {
					return r
				}
				if old == nil {
					old = r
				}
			}
			return old
		}
		for _, want := range sources {
			if r := of(want, false); want != "" && r != nil {
				return r
			}
		}
		return of("", true)
	}
	if r := choose(func(r *rating) bool { _, ok := schema.ParseSeverity(r.severity); return ok }); r != nil {
		f.SeverityRaw, f.SeveritySource = r.severity, strings.ToLower(r.source)
		sources = append([]string{r.source}, sources...)
	} else if r := choose(func(r *rating) bool { return r.severity != "" }); r != nil {
		f.SeverityRaw = r.severity
	}
	for _, prefix := range []string{"3", "4", "2"} {
		if r := choose(func(r *rating) bool { return strings.HasPrefix(r.cvssVersion(), prefix) && r.baseScore() > 0 }); r != nil {
			f.CVSS = r.baseScore()
			break
		}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
}

// scores are the ratings by CVSS.
func (v *vulnerability) scores() []schema.CVSS {
	var out []schema.CVSS
	for i := range v.ratings {
		r := &v.ratings[i]
		if version := r.cvssVersion(); version != "" && (r.vector != "" || r.score > 0) {
			out = append(out, schema.CVSS{Source: strings.ToLower(r.source), Version: version, Score: r.baseScore(), Vector: r.fullVector()})
		}
	}
	return out
}
