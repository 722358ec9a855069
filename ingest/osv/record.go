package osv

import (
	"slices"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// record is what a finding needs of an OSV record.
type record struct {
	id, severity, source string
	aliases              []string
	score                float64
	scores               []schema.CVSS
	affected             []affected
}

// affected is one package that a record names, with the versions that fix it.
type affected struct {
	name, ecosystem string
	fixed           []string
}

// group says which records of a package are one vulnerability.
type group struct {
	ids, aliases []string
	max          float64
	analysis     string
}

func (g *group) has(id string) bool { return slices.Contains(g.ids, id) }

func readGroup(w *jsonread.Row) group {
	g := group{ids: w.Texts("ids"), aliases: w.Texts("aliases"), max: w.Number("max_severity")}
	for _, name := range []string{"experimental_analysis", "experimentalAnalysis"} {
		if raw := w.Raw(name); raw != nil {
			g.analysis = string(raw)
		}
	}
	return g
}

func readRecord(w *jsonread.Row) record {
	rec := record{id: w.Text("id"), aliases: w.Texts("aliases")}
	if cve := vendorCVE(rec.id); cve != "" {
		rec.aliases = merged(rec.id, rec.aliases, []string{cve})
	}
	rec.readSeverity(w)
	own := w.Row("database_specific").Text("severity")
	w.Each("affected", func(a *jsonread.Row) {
		p := a.Row("package")
		aff := affected{name: p.Text("name"), ecosystem: p.Text("ecosystem")}
		a.Each("ranges", func(rg *jsonread.Row) {
			if rg.Text("type") == "GIT" {
				return
			}
			rg.Each("events", func(e *jsonread.Row) {
				if v := e.Text("fixed"); v != "" && !slices.Contains(aff.fixed, v) {
					aff.fixed = append(aff.fixed, v)
				}
			})
		})
		rec.affected = append(rec.affected, aff)
		rec.readSeverity(a)
		if own == "" {
			own = a.Row("ecosystem_specific").Text("severity", "urgency")
		}
		if own == "" {
			own = a.Row("database_specific").Text("severity")
		}
	})
	if _, ok := schema.ParseSeverity(own); ok {
		rec.severity, rec.source = own, source(rec.id)
	}
	rec.score = schema.BaseScore(rec.scores)
	if rec.source == "" && rec.score > 0 {
		rec.source = source(rec.id)
	}
	return rec
}

// readSeverity reads the scores of a record or of one of its packages: vectors
// that have to be computed, or the word of a distribution (type Ubuntu).
func (rec *record) readSeverity(w *jsonread.Row) {
	w.Each("severity", func(s *jsonread.Row) {
		kind, value := s.Text("type"), s.Text("score")
		if score, ok := cvss.Score(value); ok {
			c := schema.CVSS{Source: source(rec.id), Version: cvss.Version(value), Score: score, Vector: value}
			if !slices.Contains(rec.scores, c) {
				rec.scores = append(rec.scores, c)
			}
		} else if _, ok := schema.ParseSeverity(value); ok && rec.severity == "" {
			rec.severity, rec.source = value, strings.ToLower(kind)
		}
	})
}

// source names the database of a record by its prefix.
func source(id string) string {
	prefix, _, _ := strings.Cut(id, "-")
	if prefix == "CVE" {
		return "nvd"
	}
	return strings.ToLower(prefix)
}

// vendorCVE is the CVE that a distribution's record is about by its very name:
// DEBIAN-CVE-2024-1234, UBUNTU-CVE-2024-1234.
func vendorCVE(id string) string {
	if i := strings.Index(id, "-CVE-"); i > 0 {
		return id[i+1:]
	}
	return ""
}

// fixed lists the versions that fix a package. An entry for the very release
// of a distribution goes before one for the distribution.
func (rec *record) fixed(name, ecosystem string) string {
	var out []string
	exact := false
	for i := range rec.affected {
		a := &rec.affected[i]
		if !a.matches(name, ecosystem) {
			continue
		}
		same := a.ecosystem == ecosystem
		if same && !exact {
			exact, out = true, nil
		}
		if same == exact {
			for _, v := range a.fixed {
				if !slices.Contains(out, v) {
					out = append(out, v)
				}
			}
		}
	}
	return strings.Join(out, ", ")
}

func (rec *record) affects(name, ecosystem string) bool {
	return slices.ContainsFunc(rec.affected, func(a affected) bool { return a.matches(name, ecosystem) })
}

func (a *affected) matches(name, ecosystem string) bool {
	base, _, _ := strings.Cut(a.ecosystem, ":")
	want, _, _ := strings.Cut(ecosystem, ":")
	return strings.EqualFold(a.name, name) && base == want
}

// merged joins lists of ids without id itself and without repetition.
func merged(id string, lists ...[]string) []string {
	var out []string
	for _, list := range lists {
		for _, a := range list {
			if a != id && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// catalogue delivers the text of a record.
func (d *decoder) catalogue(w *jsonread.Row, rec *record) error {
	if d.to.Known(scanner, rec.id) {
		return nil
	}
	special := w.Row("database_specific")
	d.texts = schema.Vulnerability{
		ID:          rec.id,
		Aliases:     rec.aliases,
		Title:       w.Text("summary"),
		Description: w.Text("details"),
		CVSS:        rec.scores,
		CWEs:        special.Texts("cwe_ids"),
		Published:   w.Time("published"),
		Modified:    w.Time("modified"),
		Withdrawn:   w.Time("withdrawn"),
	}
	w.Each("references", func(ref *jsonread.Row) {
		if url := ref.Text("url"); url != "" {
			d.texts.References = append(d.texts.References, url)
		}
	})
	// The ranges and lists of affected versions are the database's, not the
	// report's, and run to megabytes.
	w.Drop("affected", "severity", "schema_version")
	d.extra.Reset()
	w.Rest(&d.extra)
	d.texts.Extra = d.extra.JSON()
	return d.to.Vulnerability(scanner, &d.texts)
}
