package grype

import (
	"slices"
	"strings"

	"argosy/ingest/jsonread"
)

// match is one match as it is read.
type match struct {
	v         vulnerability
	related   []vulnerability
	pkg       artifact
	rules     []rule
	endOfLife bool
	// known says that the text of v has been delivered; the heavy members may
	// then be missing.
	known bool
}

// artifact is the package of a match.
type artifact struct {
	name, version, typ, purl string
	layer, upstream          string
	paths                    []string
}

// rule is one rule by which a match was ignored.
type rule struct {
	vulnerability, reason, namespace, fixState string
	vexStatus, vexJustification                string
	pkg, matchType                             string
}

// begin makes room for the next match.
func (m *match) begin() {
	*m = match{v: m.v.reset(), related: m.related[:0], rules: m.rules[:0], pkg: artifact{paths: m.pkg.paths[:0]}}
}

// read reads a match. Where the keys are sorted, what a match is about comes
// last: nothing is taken for known before its id has been seen.
func (m *match) read(d *decoder, r *jsonread.Reader) error {
	m.begin()
	return r.Object(func(key []byte) error { return m.member(d, r, key) })
}

// member reads one member of a match.
func (m *match) member(d *decoder, r *jsonread.Reader, key []byte) error {
	switch string(key) {
	case "vulnerability":
		return m.v.read(d, r, &m.known, true)
	case "relatedVulnerabilities":
		return r.Elements(func(int) error {
			if len(m.related) < cap(m.related) {
				m.related = m.related[:len(m.related)+1]
			} else {
				m.related = append(m.related, vulnerability{})
			}
			v := &m.related[len(m.related)-1]
			*v = v.reset()
			known := m.known
			return v.read(d, r, &known, false)
		})
	case "artifact", "package":
		return m.pkg.read(r)
	case "cve":
		var err error
		m.v.id, err = r.Word()
		return err
	case "appliedIgnoreRules":
		return r.Elements(func(int) error { return m.readRule(r) })
	case "Cycle", "cycle":
		m.endOfLife = true
	}
	return r.Skip()
}

func (p *artifact) read(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			p.name, err = r.Word()
		case "version":
			p.version, err = r.Word()
		case "type":
			p.typ, err = r.Word()
		case "purl":
			p.purl, err = r.Word()
		case "locations":
			err = r.Elements(func(int) error { return p.readLocation(r) })
		case "upstreams":
			err = r.Elements(func(int) error {
				return r.Members(func(key []byte) (err error) {
					if string(key) == "name" && p.upstream == "" {
						p.upstream, err = r.Word()
						return err
					}
					return r.Skip()
				})
			})
		default:
			err = r.Skip()
		}
		return err
	})
}

// readLocation reads a place of the package, in old versions a bare path.
func (p *artifact) readLocation(r *jsonread.Reader) error {
	var path, layer string
	var err error
	if r.Kind() == '"' {
		path, err = r.Word()
	} else {
		err = r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "path", "RealPath":
				path, err = r.Word()
			case "layerID", "layerId":
				layer, err = r.Word()
			default:
				err = r.Skip()
			}
			return err
		})
	}
	if path != "" {
		p.paths = append(p.paths, path)
	}
	if p.layer == "" {
		p.layer = layer
	}
	return err
}

func (m *match) readRule(r *jsonread.Reader) error {
	var u rule
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "vulnerability":
			u.vulnerability, err = r.Word()
		case "reason":
			u.reason, err = r.Word()
		case "namespace":
			u.namespace, err = r.Word()
		case "fix-state":
			u.fixState, err = r.Word()
		case "vex-status":
			u.vexStatus, err = r.Word()
		case "vex-justification":
			u.vexJustification, err = r.Word()
		case "match-type":
			u.matchType, err = r.Word()
		case "package":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "name" {
					u.pkg, err = r.Word()
					return err
				}
				return r.Skip()
			})
		default:
			err = r.Skip()
		}
		return err
	})
	m.rules = append(m.rules, u)
	return err
}

// reason words why a match was ignored: the statement of a VEX document or
// the reason that the rule gives, else what the rule looks for.
func (m *match) reason() string {
	var out []string
	for _, u := range m.rules {
		var s string
		switch {
		case u.vexStatus != "":
			s = u.vexStatus
			if u.vexJustification != "" {
				s += ": " + u.vexJustification
			}
			if u.reason != "" {
				s += " (" + u.reason + ")"
			}
		case u.reason != "":
			s = u.reason
		default:
			var by []string
			for _, p := range [...][2]string{{"vulnerability", u.vulnerability}, {"package", u.pkg},
				{"fix-state", u.fixState}, {"namespace", u.namespace}, {"match-type", u.matchType}} {
				if p[1] != "" {
					by = append(by, p[0]+" "+p[1])
				}
			}
			s = strings.Join(append([]string{"ignored by rule:"}, by...), " ")
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return "ignored by a rule of Grype"
	}
	return strings.Join(out, "; ")
}

// aliases returns the CVEs that the match's advisory is another name of or
// covers, as Grype relates them; which of the two is for schema/alias to tell.
// Where Grype was asked for CVEs (--by-cve) the id of GitHub is the related one.
func (m *match) aliases() []string {
	if m.v.id == "" {
		return nil
	}
	var out []string
	for i := range m.related {
		id := m.related[i].id
		if wanted := isCVE(id) && !isCVE(m.v.id) || isGHSA(id) && isCVE(m.v.id); wanted && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// isSame reports whether a related record is about the match's own
// vulnerability: of an advisory that covers several it is not.
func (m *match) isSame(v *vulnerability, aliases []string) bool {
	return v.id == m.v.id || len(aliases) == 1 && v.id == aliases[0]
}

// others returns the related ids that are not the match's own.
func (m *match) others() []string {
	var out []string
	for i := range m.related {
		if id := m.related[i].id; id != "" && id != m.v.id {
			out = append(out, id)
		}
	}
	return out
}

func isCVE(id string) bool { return len(id) > 4 && strings.EqualFold(id[:4], "CVE-") }

func isGHSA(id string) bool { return len(id) > 5 && strings.EqualFold(id[:5], "GHSA-") }
