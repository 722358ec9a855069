package trivy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one document.
type decoder struct {
	ctx   context.Context
	in    *format.Input
	to    format.Sink
	inner *jsonread.Reader
	v     vuln
	f     schema.Finding
	path  [1]string
	extra jsonread.Builder
	rows  int
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	r := jsonread.New(in)
	d := &decoder{ctx: ctx, in: in, to: to, inner: r.Inner()}
	for {
		if err := d.root(r); err != nil {
			return err
		}
		if !r.More() {
			return r.End()
		}
	}
}

// root reads one report: an object, or an array of results (schema version 1)
// or of reports (as jq -s makes it). A null is what old versions wrote when
// they found nothing.
func (d *decoder) root(r *jsonread.Reader) error {
	if r.Kind() != '[' {
		rep := report{d: d}
		return rep.read(r, "")
	}
	old := report{d: d, legacy: true}
	err := r.Array(func(i int) error {
		where := fmt.Sprintf("[%d]", i)
		rep := report{d: d, old: &old}
		if err := rep.read(r, where); err != nil {
			// One report about something else among others is no reason to
			// refuse the others.
			if e := new(format.Error); errors.As(err, &e) && e.Kind == format.KindNotApplicable {
				return d.to.Skip(where, e.Msg)
			}
			return err
		}
		return nil
	})
	if err != nil || old.results == 0 {
		return err
	}
	return old.end()
}

// sub returns the reader of the members that were kept aside; each call takes
// it away from the call before.
func (d *decoder) sub(raw []byte) *jsonread.Reader {
	d.inner.ResetBytes(raw)
	return d.inner
}

// report is one report as it is read.
type report struct {
	d *decoder
	// old gathers the results of a legacy array, legacy marks it itself.
	old    *report
	legacy bool

	kind     string
	artifact string
	scan     schema.Scan
	meta     metadata
	cluster  string
	isK8s    bool
	isReport bool

	ref   format.Ref
	begun bool
	// results counts results, about those that tell of packages, osTarget is the
	// first target with a distribution.
	results, about int
	osTarget       string
	skipped        int
	// lists says that a result lists all packages, before is how many rows the
	// document had before this report.
	lists  bool
	before int
}

// read reads a report's object. Elements of a legacy array are results: they
// have Vulnerabilities where a report has Results.
func (p *report) read(r *jsonread.Reader, where string) error {
	var one result
	p.before = p.d.rows
	err := r.Object(func(key []byte) error {
		var err error
		switch string(key) {
		case "SchemaVersion":
			p.isReport = true
			version, err := r.Word()
			if err == nil && version != "" && version != "0" && version != "1" && version != "2" {
				err = &format.Error{Kind: format.KindUnsupported, Where: r.Where(), Msg: unsupported(version)}
			}
			return err
		case "Trivy":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "Version" {
					p.scan.ScannerVersion, err = r.Word()
					return err
				}
				return r.Skip()
			})
		case "CreatedAt":
			var s string
			s, err = r.Word()
			p.scan.At = jsonread.ParseTime(s)
		case "ArtifactName":
			p.isReport = true
			p.artifact, err = r.Word()
		case "ArtifactType":
			p.isReport = true
			p.kind, err = r.Word()
		case "Metadata":
			p.isReport = true
			err = p.meta.read(r)
		case "Results":
			p.isReport = true
			err = r.Array(func(i int) error {
				res := result{scan: p}
				return res.read(r, fmt.Sprintf("%s[%d]", join(where, "Results"), i))
			})
		case "ClusterName":
			p.isK8s = true
			p.cluster, err = r.Word()
		case "Resources", "Findings":
			p.isK8s = true
			err = p.readResources(r, join(where, string(key)))
		case "Misconfigurations":
			p.skipped++
			err = r.Skip()
		default:
			if p.old != nil {
				one.scan = p.old
				return one.member(r, key, where)
			}
			if string(key) == "Vulnerabilities" {
				// The layout of the first versions of trivy k8s.
				p.isK8s = true
				return p.readResources(r, "Vulnerabilities")
			}
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if p.old != nil && !p.isReport && !p.isK8s {
		if p.skipped > 0 {
			one.otherRows = true
		}
		one.scan = p.old
		return one.finish(where)
	}
	return p.end()
}

// end closes the report's scan.
func (p *report) end() error {
	if p.isK8s && !p.begun { // results beside a cluster's are of an artifact
		if p.results > 0 && p.about == 0 {
			return notApplicable("this Trivy report of a cluster holds misconfigurations, secrets or roles only")
		}
		return nil
	}
	p.describe()
	image := p.scan.Image.Kind == schema.KindImage
	if p.results > 0 && p.about == 0 && (!image || p.scan.Image.Distribution != "") {
		// An image with a distribution always has a result for its packages
		// when it is scanned for vulnerabilities, even with none found.
		return notApplicable("this Trivy report holds misconfigurations, secrets or licenses only")
	}
	ref := p.begin()
	switch {
	case image && p.osTarget == "" && scansPackagesOf(p.scan.Image.Distribution):
		// What was not looked for has not been fixed.
		p.scan.Partial = true
		p.scan.Incomplete = "the report has no result for the packages of " + strings.TrimSpace(p.scan.Image.Distribution+" "+p.scan.Image.DistributionVersion) +
			": Trivy was not asked to look for their vulnerabilities, so what was open there stays open"
	case p.lists && p.results > p.about && p.d.rows == p.before:
		// A list of packages looks the same whether they were looked up or not.
		p.scan.Partial = true
		p.scan.Incomplete = "the report lists packages, holds secrets, licenses or misconfigurations and not one vulnerability: it does not say whether Trivy was asked to look for them, " +
			"so what was open stays open"
	}
	return p.d.to.End(ref, &p.scan)
}

// scansPackagesOf reports whether Trivy knows advisories for the packages of a
// distribution. A scan for vulnerabilities always has a result for them, if
// only one that says that there are none.
func scansPackagesOf(distribution string) bool {
	return isOS(distribution) && !strings.EqualFold(distribution, "fedora")
}

func (p *report) begin() format.Ref {
	if !p.begun {
		p.ref, p.begun = p.d.to.Begin(), true
	}
	return p.ref
}

func notApplicable(msg string) error {
	return &format.Error{Kind: format.KindNotApplicable, Msg: msg}
}

func join(where, key string) string {
	if where == "" {
		return key
	}
	return where + "." + key
}
