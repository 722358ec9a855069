package trivy

import (
	"bytes"
	"fmt"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// target is where a result's rows go: a report, or a workload of a cluster,
// which may hold several images.
type target interface {
	// opened tells of a result that is about packages and returns its scan.
	opened(*result) format.Ref
	// passed tells of a result that is not about packages.
	passed(*result)
	// decoder returns the decoder of the document.
	decoder() *decoder
	// extra adds what the rows of the target have in common.
	extra(*jsonread.Builder)
}

// result is one Result as it is read.
type result struct {
	scan               target
	target, class, typ string
	// late are the vulnerabilities when they stand before everything that
	// describes them, modified the suppressed ones.
	late, modified []byte
	open           bool
	ref            format.Ref
	rows           bool
	otherRows      bool
	// lists says that all packages are listed, vulnerable or not.
	lists bool
}

func (t *result) read(r *jsonread.Reader, where string) error {
	if err := r.Object(func(key []byte) error { return t.member(r, key, where) }); err != nil {
		return err
	}
	return t.finish(where)
}

// member reads one member of a result.
func (t *result) member(r *jsonread.Reader, key []byte, where string) (err error) {
	switch string(key) {
	case "Target":
		t.target, err = r.Word()
	case "Class":
		t.class, err = r.Word()
	case "Type":
		t.typ, err = r.Word()
	case "Vulnerabilities":
		if t.target == "" && t.typ == "" && r.Kind() == '[' {
			// Neither Trivy nor a sorting of its keys writes this order: such a
			// report is held in memory result by result.
			t.late, err = r.Raw()
			return err
		}
		err = t.vulnerabilities(r, where)
	case "ExperimentalModifiedFindings":
		if r.Kind() == '[' {
			t.modified, err = r.Raw()
			return err
		}
		err = r.Skip()
	case "Packages":
		t.lists = r.Kind() == '['
		err = r.Skip()
	case "Misconfigurations", "MisconfSummary", "Secrets", "Licenses":
		t.otherRows = t.otherRows || r.Kind() != 'n'
		err = r.Skip()
	default:
		err = r.Skip()
	}
	return err
}

// finish reads what was kept and notes what the result was about.
func (t *result) finish(where string) error {
	if t.late != nil {
		if err := t.vulnerabilities(jsonread.New(bytes.NewReader(t.late)), where); err != nil {
			return err
		}
	}
	if t.modified != nil {
		if err := t.readModified(jsonread.New(bytes.NewReader(t.modified)), where); err != nil {
			return err
		}
	}
	if t.aboutPackages() {
		t.begin()
	} else {
		t.scan.passed(t)
	}
	return nil
}

// aboutPackages reports whether a result says which packages are vulnerable,
// if only that none is.
func (t *result) aboutPackages() bool {
	switch t.class {
	case "os-pkgs", "lang-pkgs":
		return true
	case "":
		return t.rows || !t.otherRows
	}
	return t.rows
}

func (t *result) begin() format.Ref {
	if !t.open {
		t.ref, t.open = t.scan.opened(t), true
	}
	return t.ref
}

func (t *result) vulnerabilities(r *jsonread.Reader, where string) error {
	return r.Array(func(i int) error {
		t.rows = true
		d := t.scan.decoder()
		if d.rows++; d.rows%512 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		if r.Kind() != '{' {
			if err := r.Skip(); err != nil {
				return err
			}
			return d.to.Skip(fmt.Sprintf("%s.Vulnerabilities[%d]", where, i), "the row is no object")
		}
		if err := d.readVuln(r); err != nil {
			return err
		}
		if d.v.id == "" && !d.v.nameless() {
			return d.to.Skip(fmt.Sprintf("%s.Vulnerabilities[%d]", where, i), "the row has neither VulnerabilityID nor PkgName")
		}
		return t.deliver("", "", "", "")
	})
}

// readModified reads the findings that a VEX document, an ignore file or a
// policy has suppressed. They stay visible as not applicable.
func (t *result) readModified(r *jsonread.Reader, where string) error {
	return r.Array(func(i int) error {
		var kind, status, statement, source string
		var finding []byte
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "Type":
				kind, err = r.Word()
			case "Status":
				status, err = r.Word()
			case "Statement":
				statement, err = r.Word()
			case "Source":
				source, err = r.Word()
			case "Finding":
				finding, err = r.Raw()
			default:
				err = r.Skip()
			}
			return err
		})
		if err != nil || kind != "" && kind != "vulnerability" || len(finding) == 0 || finding[0] != '{' {
			return err
		}
		d := t.scan.decoder()
		d.rows++
		if err := d.readVuln(jsonread.New(bytes.NewReader(finding))); err != nil {
			return err
		}
		if d.v.id == "" && !d.v.nameless() {
			return d.to.Skip(fmt.Sprintf("%s.ExperimentalModifiedFindings[%d]", where, i), "the row has neither VulnerabilityID nor PkgName")
		}
		if status == "" {
			status = "ignored"
		}
		return t.deliver("Exempt", status, statement, source)
	})
}

// deliver hands d.v on, as suppressed when cause is set.
func (t *result) deliver(cause, status, statement, source string) error {
	d, ref := t.scan.decoder(), t.begin()
	v, f := &d.v, &d.f
	purlType := t.typ
	if purlType == "" {
		// Before results had types the distribution stood in the target only.
		_, purlType, _, _ = splitTarget(t.target)
	}
	*f = schema.Finding{
		VulnerabilityID:  v.id,
		PackageType:      packageType(v.purl, purlType),
		PackageName:      v.pkgName,
		InstalledVersion: v.installed,
		FixedVersion:     v.fixed,
		PURL:             v.purl,
		Layer:            v.layerDigest,
		SeverityRaw:      v.severity,
		SeveritySource:   v.severitySource,
		CVSS:             baseScore(v.scores, v.severitySource),
		Target:           t.target,
	}
	if f.Layer == "" {
		f.Layer = v.layerDiffID
	}
	if v.pkgPath != "" {
		d.path[0] = v.pkgPath
		f.Paths = d.path[:]
	}
	f.Severity = severity(v.severity, f.CVSS)
	var notAffected bool
	if f.FixStatus, notAffected = fixStatus(v.status); notAffected {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "NotAffected", "the vendor says not_affected"
	}
	if cause != "" {
		f.Status, f.StatusCause = schema.NotApplicable, cause
		f.StatusReason = reason(status, statement, source)
	}
	b := &d.extra
	b.Reset()
	if v.pkgID != "" && !plainID(v.pkgID, v.pkgName, v.installed) {
		b.Text("PkgID", v.pkgID)
	}
	b.Texts("VendorIDs", v.vendorIDs)
	if v.bomRef != v.purl {
		b.Text("BOMRef", v.bomRef)
	}
	b.Text("Fingerprint", v.fingerprint)
	if f.FixStatus == "" || v.status == "end_of_life" {
		b.Text("Status", v.status)
	}
	b.Raw("Custom", v.raw(v.custom))
	t.scan.extra(b)
	f.Extra = b.JSON()
	if err := d.to.Finding(ref, f); err != nil {
		return err
	}
	if v.known {
		return nil
	}
	return d.catalogue()
}

// plainID reports whether a package id only repeats name and version.
func plainID(id, name, version string) bool {
	rest, ok := strings.CutPrefix(id, name)
	return ok && strings.HasPrefix(rest, "@") && rest[1:] == version
}

func reason(status, statement, source string) string {
	s := status
	if statement != "" {
		s += ": " + statement
	}
	if source != "" {
		s += " (" + source + ")"
	}
	return s
}
