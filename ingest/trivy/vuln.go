package trivy

import (
	"strings"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// vuln is one DetectedVulnerability as it is read. The members of the
// catalogue are heavy and the same in every row of an id, so they are only
// kept as they stand, in text, until it is clear that they are wanted.
type vuln struct {
	id, pkgID, pkgName, pkgPath string
	purl, bomRef                string
	installed, fixed, status    string
	layerDigest, layerDiffID    string
	severity, severitySource    string
	primaryURL                  string
	fingerprint                 string
	vendorIDs                   []string
	scores                      []score
	text                        []byte
	spans                       [heavyMembers]span
	custom                      span
	// known says that the id stood before the heavy members and that its text
	// has been delivered.
	known bool
}

// span is a part of vuln.text.
type span struct{ from, to int }

// The heavy members.
const (
	heavyTitle = iota
	heavyDescription
	heavyCVSS
	heavyCWEs
	heavyReferences
	heavyPublished
	heavyModified
	heavyVendorSeverity
	heavyDataSource
	heavyMembers
)

// score is what one source says of a vulnerability.
type score struct {
	source      string
	v2, v3, v40 float64
}

func (v *vuln) reset() {
	*v = vuln{vendorIDs: v.vendorIDs[:0], scores: v.scores[:0], text: v.text[:0]}
}

func (v *vuln) raw(s span) []byte { return v.text[s.from:s.to] }

// readVuln reads a DetectedVulnerability into d.v.
func (d *decoder) readVuln(r *jsonread.Reader) error {
	v := &d.v
	v.reset()
	// keep holds on to a heavy member unless its id is known to be delivered.
	keep := func(member int) error {
		if v.known {
			return r.Skip()
		}
		var err error
		v.spans[member], err = v.keep(r)
		return err
	}
	return r.Object(func(key []byte) error {
		var err error
		switch string(key) {
		case "VulnerabilityID":
			v.id, err = r.Word()
			v.known = v.id != "" && d.to.Known(name, v.id)
		case "PkgName":
			v.pkgName, err = r.Word()
		case "InstalledVersion":
			v.installed, err = r.Word()
		case "FixedVersion":
			v.fixed, err = r.Word()
		case "Status":
			v.status, err = r.Word()
		case "Severity":
			v.severity, err = r.Word()
		case "SeveritySource":
			v.severitySource, err = r.Word()
		case "PrimaryURL":
			if v.known {
				return r.Skip()
			}
			v.primaryURL, err = r.Word()
		case "PkgID":
			v.pkgID, err = r.Word()
		case "PkgPath":
			v.pkgPath, err = r.Word()
		case "PkgIdentifier":
			err = r.Members(func(key []byte) (err error) {
				switch string(key) {
				case "PURL":
					v.purl, err = r.Word()
				case "BOMRef":
					v.bomRef, err = r.Word()
				default:
					err = r.Skip()
				}
				return err
			})
		case "PkgRef", "Ref":
			// Before PkgIdentifier: the reference of a bill of materials, mostly
			// a package URL.
			if v.bomRef, err = r.Word(); strings.HasPrefix(v.bomRef, "pkg:") && v.purl == "" {
				v.purl = v.bomRef
			}
		case "Layer":
			err = r.Members(func(key []byte) (err error) {
				switch string(key) {
				case "Digest":
					v.layerDigest, err = r.Word()
				case "DiffID":
					v.layerDiffID, err = r.Word()
				default:
					err = r.Skip()
				}
				return err
			})
		case "DataSource":
			err = keep(heavyDataSource)
		case "VendorIDs":
			v.vendorIDs, err = r.Words()
		case "Fingerprint":
			v.fingerprint, err = r.Word()
		case "Custom":
			v.custom, err = v.keep(r)
		case "CVSS":
			// The scores are wanted for every row: which one counts depends on
			// who gave this row's severity.
			var s span
			if s, err = v.keep(r); err == nil {
				v.spans[heavyCVSS] = s
				err = d.readScores(v.raw(s))
			}
		case "Title":
			err = keep(heavyTitle)
		case "Description":
			err = keep(heavyDescription)
		case "CweIDs":
			err = keep(heavyCWEs)
		case "References":
			err = keep(heavyReferences)
		case "PublishedDate":
			err = keep(heavyPublished)
		case "LastModifiedDate":
			err = keep(heavyModified)
		case "VendorSeverity":
			err = keep(heavyVendorSeverity)
		default:
			err = r.Skip()
		}
		return err
	})
}

// noID stands for the id of a vulnerability that a report says a package has
// without saying which: the row counts, and the package is to be looked at.
const noID = "UNKNOWN"

// nameless gives a row without an id one that says so, if it names a package.
func (v *vuln) nameless() bool {
	if v.pkgName == "" {
		return false
	}
	v.id, v.known = noID, true
	return true
}

// keep copies the next value into v.text.
func (v *vuln) keep(r *jsonread.Reader) (span, error) {
	raw, err := r.View()
	if err != nil {
		return span{}, err
	}
	from := len(v.text)
	v.text = append(v.text, raw...)
	return span{from, len(v.text)}, nil
}

// readScores reads the scores of a CVSS member into d.v.scores.
func (d *decoder) readScores(raw []byte) error {
	r := d.sub(raw)
	return r.Members(func(key []byte) error {
		s := score{source: r.Intern(key)}
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "V2Score":
				s.v2, err = r.Score()
			case "V3Score":
				s.v3, err = r.Score()
			case "V40Score":
				s.v40, err = r.Score()
			default:
				err = r.Skip()
			}
			return err
		})
		d.v.scores = append(d.v.scores, s)
		return err
	})
}

// baseScore chooses the score that goes with a severity: of the source that
// gave the severity, then of the sources that people trust most, then of any.
// A score of CVSS 3 comes before one of 4.0 and 2, because that is what
// readers of cvssV30Score expect and most vulnerabilities have.
func baseScore(scores []score, source string) float64 {
	for _, of := range [...]func(score) float64{
		func(s score) float64 { return s.v3 },
		func(s score) float64 { return s.v40 },
		func(s score) float64 { return s.v2 },
	} {
		for _, want := range [...]string{source, "nvd", "ghsa", "redhat"} {
			for _, s := range scores {
				if s.source == want && of(s) > 0 {
					return of(s)
				}
			}
		}
		for _, s := range scores {
			if of(s) > 0 {
				return of(s)
			}
		}
	}
	return 0
}

// catalogue delivers the text of d.v's id from the members that were kept.
func (d *decoder) catalogue() error {
	v := &d.v
	out := &schema.Vulnerability{ID: v.id, Aliases: sameAs(v.vendorIDs)}
	var err error
	text := func(member int) (s string) {
		if err == nil && v.spans[member].to > 0 {
			s, err = d.sub(v.raw(v.spans[member])).Word()
		}
		return s
	}
	list := func(member int) (l []string) {
		if err == nil && v.spans[member].to > 0 {
			l, err = d.sub(v.raw(v.spans[member])).Words()
		}
		return l
	}
	out.Title, out.Description = text(heavyTitle), text(heavyDescription)
	out.Published = jsonread.ParseTime(text(heavyPublished))
	out.Modified = jsonread.ParseTime(text(heavyModified))
	out.CWEs = list(heavyCWEs)
	out.References = list(heavyReferences)
	if v.primaryURL != "" {
		refs := []string{v.primaryURL}
		for _, ref := range out.References {
			if ref != v.primaryURL {
				refs = append(refs, ref)
			}
		}
		out.References = refs
	}
	if err == nil && v.spans[heavyCVSS].to > 0 {
		out.CVSS, err = readCVSS(d.sub(v.raw(v.spans[heavyCVSS])))
	}
	if err != nil {
		return err
	}
	var extra jsonread.Builder
	extra.Raw("VendorSeverity", v.raw(v.spans[heavyVendorSeverity]))
	extra.Raw("DataSource", v.raw(v.spans[heavyDataSource]))
	out.Extra = extra.JSON()
	return d.to.Vulnerability(name, out)
}

// sameAs picks the ids out of a vendor's that name the same vulnerability: one
// of GitHub. An advisory of a distribution may cover many.
func sameAs(vendorIDs []string) []string {
	var out []string
	for _, id := range vendorIDs {
		if strings.HasPrefix(id, "GHSA-") {
			out = append(out, id)
		}
	}
	if len(out) != 1 {
		return nil
	}
	return out
}

// readCVSS reads the scores of all sources and versions with their vectors.
func readCVSS(r *jsonread.Reader) ([]schema.CVSS, error) {
	var out []schema.CVSS
	err := r.Members(func(key []byte) error {
		source := string(key)
		v2 := schema.CVSS{Source: source, Version: "2.0"}
		v3 := schema.CVSS{Source: source, Version: "3.1"}
		v4 := schema.CVSS{Source: source, Version: "4.0"}
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "V2Score":
				v2.Score, err = r.Score()
			case "V3Score":
				v3.Score, err = r.Score()
			case "V40Score":
				v4.Score, err = r.Score()
			case "V2Vector":
				v2.Vector, err = r.Word()
			case "V3Vector":
				v3.Vector, err = r.Word()
			case "V40Vector":
				v4.Vector, err = r.Word()
			default:
				err = r.Skip()
			}
			return err
		})
		if strings.HasPrefix(v3.Vector, "CVSS:3.0/") {
			v3.Version = "3.0"
		}
		for _, c := range [...]schema.CVSS{v3, v4, v2} {
			if c.Score > 0 || c.Vector != "" {
				out = append(out, c)
			}
		}
		return err
	})
	return out, err
}
