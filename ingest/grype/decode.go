package grype

import (
	"bytes"
	"context"
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
	m     match
	f     schema.Finding
	extra jsonread.Builder
	rows  int
	// loose is the scan of matches that stand by themselves.
	loose format.Ref
	bare  bool
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, inner: jsonread.New(bytes.NewReader(nil))}
	r := jsonread.New(in)
	if err := r.Documents(func(where string) error { return d.document(r, where) }); err != nil || !d.bare {
		return err
	}
	scan := schema.Scan{Scanner: name}
	new(source).describe(&scan.Image, d.in.Image)
	return d.to.End(d.loose, &scan)
}

// report is one document as it is read.
type report struct {
	d     *decoder
	where string
	ref   format.Ref
	scan  schema.Scan
	src   source
	begun bool
	// match says that the document is itself a match, rows that it lists some.
	match, rows bool
}

// document reads a report, or a match that stands by itself: one of the lines
// of "-o jsonl", or of the array that the first versions wrote. Such matches
// are of one scan.
func (d *decoder) document(r *jsonread.Reader, where string) error {
	p := report{d: d, where: where, scan: schema.Scan{Scanner: name}}
	d.m.begin()
	err := r.Object(func(key []byte) error {
		switch string(key) {
		case "matches":
			return p.matches(r, "matches", false)
		case "ignoredMatches":
			return p.matches(r, "ignoredMatches", true)
		case "source":
			return p.src.read(r, d)
		case "distro":
			return readDistro(r, &p.scan.Image)
		case "descriptor":
			return readDescriptor(r, &p.scan)
		case "vulnerability", "artifact", "package":
			p.match = p.match || r.Kind() == '{'
		}
		if p.rows {
			return r.Skip()
		}
		return d.m.member(d, r, key)
	})
	if err != nil {
		return err
	}
	if p.match && !p.rows {
		if !d.bare {
			d.loose, d.bare = d.to.Begin(), true
		}
		return d.deliver(d.loose, len(d.m.rules) > 0, strings.TrimSuffix(where, "."))
	}
	ref := p.begin()
	p.src.describe(&p.scan.Image, d.in.Image)
	return d.to.End(ref, &p.scan)
}

func (p *report) begin() format.Ref {
	if !p.begun {
		p.ref, p.begun = p.d.to.Begin(), true
	}
	return p.ref
}

func (p *report) matches(r *jsonread.Reader, list string, ignored bool) error {
	p.rows = true
	ref := p.begin()
	return r.Array(func(i int) error {
		return p.d.match(r, ref, ignored, i, p.where+list)
	})
}

// match reads one match and delivers it.
func (d *decoder) match(r *jsonread.Reader, ref format.Ref, ignored bool, i int, list string) error {
	if r.Kind() != '{' {
		if err := r.Skip(); err != nil {
			return err
		}
		return d.to.Skip(fmt.Sprintf("%s[%d]", list, i), "the row is no object")
	}
	if err := d.m.read(d, r); err != nil {
		return err
	}
	if d.m.v.id == "" && d.m.pkg.name == "" {
		return d.deliver(ref, ignored, fmt.Sprintf("%s[%d]", list, i))
	}
	return d.deliver(ref, ignored, "")
}

// deliver hands d.m on; where is the place of a match that says nothing.
func (d *decoder) deliver(ref format.Ref, ignored bool, where string) error {
	if d.rows++; d.rows%512 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	m := &d.m
	if m.endOfLife {
		return &format.Error{Kind: format.KindNotApplicable, Msg: endOfLife}
	}
	if m.v.id == "" {
		if m.pkg.name == "" {
			return d.to.Skip(where, "the row has neither vulnerability.id nor artifact.name")
		}
		m.v.id, m.known = format.NoID, true
	}
	d.finding(ignored)
	if err := d.to.Finding(ref, &d.f); err != nil {
		return err
	}
	if m.known {
		return nil
	}
	return d.catalogue()
}

// finding makes d.f of d.m.
func (d *decoder) finding(ignored bool) {
	m, f := &d.m, &d.f
	aliases := m.aliases()
	*f = schema.Finding{
		VulnerabilityID:  m.v.id,
		Aliases:          aliases,
		PackageType:      packageType(m.pkg.purl, m.pkg.typ),
		PackageName:      m.pkg.name,
		InstalledVersion: m.pkg.version,
		FixedVersion:     m.v.fixed,
		FixStatus:        fixStatus(m.v.fixState),
		PURL:             m.pkg.purl,
		Paths:            m.pkg.paths,
		Layer:            m.pkg.layer,
		SeverityRaw:      m.v.severity,
		SeveritySource:   severitySource(m.v.namespace),
		CVSS:             m.v.score(),
	}
	b := &d.extra
	b.Reset()
	for i := range m.related {
		// Distributions mostly give no score and relate to NVD's record of the
		// same vulnerability.
		v := &m.related[i]
		if f.CVSS == 0 && m.isSame(v, aliases) {
			f.CVSS = v.score()
		}
	}
	if len(aliases) != 1 {
		b.Texts("relatedVulnerabilities", m.others())
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	b.Raw("fixAvailable", m.v.raw(heavyAvailable))
	if m.pkg.purl == "" && m.pkg.upstream != m.pkg.name {
		// A package URL names the source package itself.
		b.Text("upstream", m.pkg.upstream)
	}
	if ignored {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", m.reason()
	}
	f.Extra = b.JSON()
}

// fixStatus maps Grype's state of a fix.
func fixStatus(state string) schema.FixStatus {
	switch strings.ToLower(state) {
	case "fixed":
		return schema.FixAvailable
	case "not-fixed":
		return schema.FixNone
	case "wont-fix":
		return schema.FixWont
	}
	// Grype says unknown also where it knows a fixed version; the loader
	// decides by that.
	return ""
}

// severitySource names who gave a severity by the namespace of the record:
// "debian:distro:debian:12", "github:language:go", "nvd:cpe", and in older
// versions "rhel:8" and "nvd".
func severitySource(namespace string) string {
	who, _, _ := strings.Cut(namespace, ":")
	switch who {
	case "github":
		return "ghsa"
	case "rhel":
		return "redhat"
	case "nvdv2":
		return "nvd"
	}
	return who
}

// packageType returns the type of a package URL, and without one the type
// that such a URL would have for Syft's type of package.
func packageType(purl, typ string) string {
	if rest, ok := strings.CutPrefix(purl, "pkg:"); ok {
		if t, _, ok := strings.Cut(strings.TrimLeft(rest, "/"), "/"); ok && t != "" {
			return strings.ToLower(t)
		}
	}
	switch strings.ToLower(typ) {
	case "go-module":
		return "golang"
	case "python":
		return "pypi"
	case "java-archive", "jenkins-plugin", "graalvm-native-image":
		return "maven"
	case "rust-crate":
		return "cargo"
	case "php-composer":
		return "composer"
	case "php-pecl":
		return "pecl"
	case "php-pear":
		return "pear"
	case "dotnet":
		return "nuget"
	case "dart-pub":
		return "pub"
	case "erlang-otp":
		return "otp"
	case "github-action", "github-action-workflow":
		return "github"
	case "lua-rocks":
		return "luarocks"
	case "r-package":
		return "cran"
	case "pod":
		return "cocoapods"
	case "binary", "linux-kernel", "linux-kernel-module":
		return "generic"
	case "unknownpackage":
		return ""
	}
	return typ
}
