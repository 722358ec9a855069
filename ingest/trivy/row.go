package trivy

import (
	"fmt"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// rowDecoder reads vulnerabilities. Its structs are used for row after row.
type rowDecoder struct {
	d                   *decoder
	ref                 format.Ref
	target, kind, class string

	f     schema.Finding
	v     schema.Vulnerability
	paths [1]string
	extra jsonread.Builder

	status string
	known  bool
}

func (r *rowDecoder) begin(ref format.Ref) {
	r.ref, r.target, r.kind, r.class = ref, "", "", ""
}

// read reads one element of Vulnerabilities.
func (r *rowDecoder) read(i int) error {
	if err := r.object(); err != nil {
		return err
	}
	if r.f.VulnerabilityID == "" {
		return r.d.to.Skip(fmt.Sprintf("%s: Vulnerabilities[%d]", r.target, i), "VulnerabilityID is missing")
	}
	r.finish()
	return r.deliver()
}

func (r *rowDecoder) deliver() error {
	if !r.known {
		r.v.ID = r.f.VulnerabilityID
		if err := r.d.to.Vulnerability(scanner, &r.v); err != nil {
			return err
		}
	}
	return r.d.to.Finding(r.ref, &r.f)
}

func (r *rowDecoder) object() error {
	r.f = schema.Finding{}
	r.v = schema.Vulnerability{CVSS: r.v.CVSS[:0], References: r.v.References[:0]}
	r.extra.Reset()
	r.status, r.known = "", false
	return r.d.r.Object(r.member)
}

// member reads one member of a vulnerability. The catalogue's texts are
// skipped as soon as the id says that they were delivered before.
func (r *rowDecoder) member(key []byte) error {
	in := r.d.r
	var err error
	switch string(key) {
	case "VulnerabilityID":
		if r.f.VulnerabilityID, err = in.Interned(); err == nil {
			r.known = r.d.to.Known(scanner, r.f.VulnerabilityID)
		}
	case "PkgName":
		r.f.PackageName, err = in.Interned()
	case "InstalledVersion":
		r.f.InstalledVersion, err = in.Interned()
	case "FixedVersion":
		r.f.FixedVersion, err = in.Interned()
	case "Status":
		r.status, err = in.Interned()
	case "Severity":
		r.f.SeverityRaw, err = in.Interned()
	case "SeveritySource":
		r.f.SeveritySource, err = in.Interned()
	case "PkgPath":
		var p string
		if p, err = in.Interned(); p != "" {
			r.paths[0] = p
			r.f.Paths = r.paths[:1]
		}
	case "PkgIdentifier":
		err = in.Object(func(key []byte) error {
			if string(key) != "PURL" {
				return in.Skip()
			}
			var err error
			r.f.PURL, err = in.Interned()
			return err
		})
	case "Layer":
		err = in.Object(func(key []byte) error {
			var err error
			switch {
			case string(key) == "Digest":
				r.f.Layer, err = in.Interned()
			case string(key) == "DiffID" && r.f.Layer == "":
				r.f.Layer, err = in.Interned()
			default:
				err = in.Skip()
			}
			return err
		})
	case "VendorIDs":
		r.f.Aliases, err = in.Texts()
	case "CVSS":
		err = r.cvss()
	default:
		if r.known {
			return in.Skip()
		}
		err = r.text(key)
	}
	return err
}

// text reads the members that are the same in every row of a vulnerability.
func (r *rowDecoder) text(key []byte) error {
	in := r.d.r
	var err error
	switch string(key) {
	case "Title":
		r.v.Title, err = in.Text()
	case "Description":
		r.v.Description, err = in.Text()
	case "CweIDs":
		r.v.CWEs, err = in.Texts()
	case "PrimaryURL":
		var u string
		if u, err = in.Text(); u != "" {
			r.v.References = append([]string{u}, r.v.References...)
		}
	case "References":
		var refs []string
		refs, err = in.Texts()
		for _, u := range refs {
			if len(r.v.References) == 0 || u != r.v.References[0] {
				r.v.References = append(r.v.References, u)
			}
		}
	case "PublishedDate":
		r.v.Published, err = in.Time()
	case "LastModifiedDate":
		r.v.Modified, err = in.Time()
	case "VendorSeverity":
		var raw []byte
		raw, err = in.View()
		r.extra.Raw("VendorSeverity", raw)
	case "DataSource":
		var raw []byte
		raw, err = in.View()
		r.extra.Raw("DataSource", raw)
	default:
		err = in.Skip()
	}
	return err
}

// cvss reads the scores by source.
func (r *rowDecoder) cvss() error {
	in := r.d.r
	return in.Object(func(key []byte) error {
		source := in.Intern(key)
		var c [3]schema.CVSS
		err := in.Object(func(key []byte) error {
			var err error
			switch string(key) {
			case "V2Score":
				c[0].Score, _, err = in.Number()
			case "V3Score":
				c[1].Score, _, err = in.Number()
			case "V40Score":
				c[2].Score, _, err = in.Number()
			case "V2Vector":
				c[0].Vector, err = in.Interned()
			case "V3Vector":
				c[1].Vector, err = in.Interned()
			case "V40Vector":
				c[2].Vector, err = in.Interned()
			default:
				err = in.Skip()
			}
			return err
		})
		for i, version := range []string{"2.0", "3.1", "4.0"} {
			if c[i].Score > 0 || c[i].Vector != "" {
				c[i].Source, c[i].Version = source, version
				if strings.HasPrefix(c[i].Vector, "CVSS:3.0") {
					c[i].Version = "3.0"
				}
				r.v.CVSS = append(r.v.CVSS, c[i])
			}
		}
		return err
	})
}

// finish derives what depends on several members.
func (r *rowDecoder) finish() {
	f := &r.f
	f.Target = r.target
	f.PackageType = packageType(f.PURL, r.kind)
	f.CVSS = score(r.v.CVSS, f.SeveritySource)
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	r.v.Extra = r.extra.JSON()
	switch r.status {
	case "fixed":
		f.FixStatus = schema.FixAvailable
	case "affected":
		f.FixStatus = schema.FixNone
	case "will_not_fix", "end_of_life":
		f.FixStatus = schema.FixWont
	case "fix_deferred":
		f.FixStatus = schema.FixScheduled
	case "not_affected":
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "Trivy: not_affected"
	case "under_investigation":
		f.FixStatus = schema.FixUnknown
	}
}

// score chooses the score that goes with the severity: by the severity's own
// source, then NVD, GitHub, Red Hat, then any; version 3 before 4 before 2.
func score(list []schema.CVSS, source string) float64 {
	for _, version := range []string{"3", "4", "2"} {
		best, rank := 0.0, 99
		for i := range list {
			c := &list[i]
			if !strings.HasPrefix(c.Version, version) || c.Score <= 0 {
				continue
			}
			n := 5
			switch c.Source {
			case source:
				n = 0
			case "nvd":
				n = 1
			case "ghsa":
				n = 2
			case "redhat":
				n = 3
			}
			if n < rank {
				best, rank = c.Score, n
			}
		}
		if rank < 99 {
			return best
		}
	}
	return 0
}

// modified reads one finding that VEX or an ignore file set aside.
func (r *rowDecoder) modified(i int) error {
	in := r.d.r
	var kind, status, statement, source string
	found := false
	err := in.Object(func(key []byte) error {
		var err error
		switch string(key) {
		case "Type":
			kind, err = in.Text()
		case "Status":
			status, err = in.Text()
		case "Statement":
			statement, err = in.Text()
		case "Source":
			source, err = in.Text()
		case "Finding":
			found, err = true, r.object()
		default:
			err = in.Skip()
		}
		return err
	})
	if err != nil || !found || kind != "" && kind != "vulnerability" {
		return err
	}
	if r.f.VulnerabilityID == "" {
		return r.d.to.Skip(fmt.Sprintf("%s: ModifiedFindings[%d]", r.target, i), "VulnerabilityID is missing")
	}
	r.finish()
	r.f.Status, r.f.StatusCause = schema.NotApplicable, "Exempt"
	r.f.StatusReason = strings.Trim(strings.Join([]string{status, statement, source}, "; "), "; ")
	return r.deliver()
}
