package grype

import (
	"strings"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// vulnerability is a record of a vulnerability: of a match, or one related to
// it.
type vulnerability struct {
	id, dataSource, namespace, severity string
	fixed, fixState                     string
	risk                                float64
	// scores are the base scores of CVSS 3, 4 and 2, primary those that NVD
	// calls so.
	scores  [3]float64
	primary [3]bool
	// text holds the heavy members as they stand, spans where each is.
	text  []byte
	spans [heavyMembers][2]int
}

// The heavy members, wanted once per id.
const (
	heavyDescription = iota
	heavyURLs
	heavyAdvisories
	heavyCVSS
	heavyCVSSv2
	heavyCVSSv3
	heavyEPSS
	heavyKEV
	heavyCWEs
	heavyAvailable
	heavyMembers
)

// reset returns an empty record with the memory of v.
func (v *vulnerability) reset() vulnerability { return vulnerability{text: v.text[:0]} }

func (v *vulnerability) raw(member int) []byte { return v.text[v.spans[member][0]:v.spans[member][1]] }

func (v *vulnerability) keep(r *jsonread.Reader, member int) error {
	raw, err := r.View()
	if err != nil {
		return err
	}
	from := len(v.text)
	v.text = append(v.text, raw...)
	v.spans[member] = [2]int{from, len(v.text)}
	return nil
}

// read reads a record. With own, the record is the match's and sets known.
func (v *vulnerability) read(d *decoder, r *jsonread.Reader, known *bool, own bool) error {
	keep := func(member int) error {
		if *known {
			return r.Skip()
		}
		return v.keep(r, member)
	}
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			if v.id, err = r.Word(); own && v.id != "" {
				*known = d.to.Known(name, v.id)
			}
		case "dataSource":
			v.dataSource, err = r.Word()
		case "namespace":
			v.namespace, err = r.Word()
		case "severity":
			v.severity, err = r.Word()
		case "risk":
			v.risk, err = r.Score()
		case "fix":
			err = v.readFix(r)
		case "fixedInVersion":
			// Before fix: one version or a list of them.
			var list []string
			if list, err = r.Words(); v.fixed == "" {
				v.fixed = strings.Join(list, ", ")
			}
		case "cvss":
			if err = v.keep(r, heavyCVSS); err == nil {
				err = v.readScores(d.sub(v.raw(heavyCVSS)))
			}
		case "cvssV2", "cvssV3":
			member, i := heavyCVSSv2, 2
			if string(key) == "cvssV3" {
				member, i = heavyCVSSv3, 0
			}
			if err = v.keep(r, member); err == nil {
				var c cvss
				c, err = readCVSS(d.sub(v.raw(member)))
				v.scores[i] = c.score
			}
		case "description":
			err = keep(heavyDescription)
		case "urls", "links":
			err = keep(heavyURLs)
		case "advisories":
			err = keep(heavyAdvisories)
		case "epss":
			err = keep(heavyEPSS)
		case "knownExploited":
			err = keep(heavyKEV)
		case "cwes":
			err = keep(heavyCWEs)
		default:
			err = r.Skip()
		}
		return err
	})
}

func (v *vulnerability) readFix(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "versions":
			var list []string
			list, err = r.Words()
			v.fixed = strings.Join(list, ", ")
		case "state":
			v.fixState, err = r.Word()
		case "available":
			err = v.keep(r, heavyAvailable)
		default:
			err = r.Skip()
		}
		return err
	})
}

// cvss is one element of cvss.
type cvss struct {
	source, typ, version, vector string
	score                        float64
}

func readCVSS(r *jsonread.Reader) (cvss, error) {
	var c cvss
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "source":
			c.source, err = r.Word()
		case "type":
			c.typ, err = r.Word()
		case "version":
			c.version, err = r.Word()
		case "vector":
			c.vector, err = r.Word()
		case "metrics":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "baseScore" {
					c.score, err = r.Score()
					return err
				}
				return r.Skip()
			})
		case "baseScore":
			// cvssV2 and cvssV3 of the first versions are flat.
			c.score, err = r.Score()
		default:
			err = r.Skip()
		}
		return err
	})
	if rest, ok := strings.CutPrefix(c.vector, "CVSS:"); ok && c.version == "" {
		c.version, _, _ = strings.Cut(rest, "/")
	}
	return c, err
}

// readScores notes the best score of each version of CVSS: the primary one,
// else the first.
func (v *vulnerability) readScores(r *jsonread.Reader) error {
	return r.Elements(func(int) error {
		c, err := readCVSS(r)
		if err != nil || c.score <= 0 {
			return err
		}
		i := 2
		switch {
		case strings.HasPrefix(c.version, "3"):
			i = 0
		case strings.HasPrefix(c.version, "4"):
			i = 1
		}
		primary := strings.EqualFold(c.typ, "primary")
		if v.scores[i] == 0 || primary && !v.primary[i] {
			v.scores[i], v.primary[i] = c.score, primary
		}
		return nil
	})
}

// score is the score that people compare by: of CVSS 3, else 4, else 2.
func (v *vulnerability) score() float64 {
	for _, s := range v.scores {
		if s > 0 {
			return s
		}
	}
	return 0
}

// sub returns a reader of members that were kept aside; each call takes it
// away from the call before.
func (d *decoder) sub(raw []byte) *jsonread.Reader {
	d.inner.ResetBytes(raw)
	return d.inner
}

// catalogue delivers the text of the match's id, completed from the related
// record that is the same vulnerability.
func (d *decoder) catalogue() error {
	m := &d.m
	out := &schema.Vulnerability{ID: m.v.id, Aliases: m.aliases()}
	var extra jsonread.Builder
	records := []*vulnerability{&m.v}
	for i := range m.related {
		v := &m.related[i]
		if m.isSame(v, out.Aliases) {
			records = append(records, v)
		}
	}
	seen := map[string]bool{}
	for _, v := range records {
		if err := d.describe(out, v, seen); err != nil {
			return err
		}
	}
	extra.Text("namespace", m.v.namespace)
	extra.Number("risk", m.v.risk)
	for _, v := range records {
		if v.spans[heavyKEV][1] > 0 {
			extra.Raw("knownExploited", v.raw(heavyKEV))
			break
		}
	}
	out.Extra = extra.JSON()
	return d.to.Vulnerability(name, out)
}

// describe adds what a record says.
func (d *decoder) describe(out *schema.Vulnerability, v *vulnerability, seen map[string]bool) error {
	reference := func(url string) {
		if url != "" && !seen[url] {
			seen[url] = true
			out.References = append(out.References, url)
		}
	}
	reference(v.dataSource)
	text := func(member int) (string, error) {
		if v.spans[member][1] == 0 {
			return "", nil
		}
		return d.sub(v.raw(member)).Word()
	}
	each := func(member int, do func(r *jsonread.Reader) error) error {
		if v.spans[member][1] == 0 {
			return nil
		}
		r := d.sub(v.raw(member))
		return r.Elements(func(int) error { return do(r) })
	}
	description, err := text(heavyDescription)
	if err != nil {
		return err
	}
	if out.Description == "" {
		out.Description = description
	}
	score := func(c cvss) {
		key := c.source + c.version + c.vector
		if (c.score > 0 || c.vector != "") && !seen[key] {
			seen[key] = true
			if c.source == "" {
				c.source = severitySource(v.namespace)
			}
			out.CVSS = append(out.CVSS, schema.CVSS{Source: c.source, Version: c.version, Score: c.score, Vector: c.vector})
		}
	}
	steps := []func() error{
		func() error {
			return each(heavyAdvisories, func(r *jsonread.Reader) error {
				return r.Members(func(key []byte) error {
					if string(key) != "link" {
						return r.Skip()
					}
					s, err := r.Word()
					reference(s)
					return err
				})
			})
		},
		func() error {
			return each(heavyURLs, func(r *jsonread.Reader) error {
				s, err := r.Word()
				reference(s)
				return err
			})
		},
		func() error {
			return each(heavyCVSS, func(r *jsonread.Reader) error {
				c, err := readCVSS(r)
				score(c)
				return err
			})
		},
		func() error { return each(heavyEPSS, func(r *jsonread.Reader) error { return readEPSS(r, out) }) },
		func() error { return each(heavyKEV, func(r *jsonread.Reader) error { return readKEV(r, out) }) },
		func() error {
			return each(heavyCWEs, func(r *jsonread.Reader) error {
				cwe := ""
				var err error
				if r.Kind() == '"' {
					cwe, err = r.Word()
				} else {
					err = r.Members(func(key []byte) (err error) {
						if string(key) == "cwe" {
							cwe, err = r.Word()
							return err
						}
						return r.Skip()
					})
				}
				if cwe != "" && !seen[cwe] {
					seen[cwe] = true
					out.CWEs = append(out.CWEs, cwe)
				}
				return err
			})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	for _, old := range []struct {
		member  int
		version string
	}{{heavyCVSSv3, "3.1"}, {heavyCVSSv2, "2.0"}} {
		if v.spans[old.member][1] == 0 {
			continue
		}
		c, err := readCVSS(d.sub(v.raw(old.member)))
		if err != nil {
			return err
		}
		if c.version == "" {
			c.version = old.version
		}
		score(c)
	}
	return nil
}

// readEPSS takes the entry of the vulnerability itself, else the first.
func readEPSS(r *jsonread.Reader, out *schema.Vulnerability) error {
	var cve, date string
	var score, percentile float64
	has := false
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "cve":
			cve, err = r.Word()
		case "epss":
			score, err = r.Score()
			has = true
		case "percentile":
			percentile, err = r.Score()
		case "date":
			date, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
	own := cve == out.ID || len(out.Aliases) == 1 && cve == out.Aliases[0]
	if has && (out.EPSS == nil || own) {
		out.EPSS, out.EPSSPercentile, out.EPSSDate = &score, &percentile, jsonread.ParseTime(date)
	}
	return err
}

func readKEV(r *jsonread.Reader, out *schema.Vulnerability) error {
	return r.Members(func(key []byte) error {
		out.KEV = true
		if string(key) != "dueDate" {
			return r.Skip()
		}
		s, err := r.Word()
		if due := jsonread.ParseTime(s); out.KEVDue.IsZero() || !due.IsZero() && due.Before(out.KEVDue) {
			out.KEVDue = due
		}
		return err
	})
}
