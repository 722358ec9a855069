package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The structs below are the part of Trivy's report (types.Report) that the
// demo fills, in Trivy's order.
type trivyVuln struct {
	VulnerabilityID  string
	PkgID            string `json:",omitempty"`
	PkgName          string
	PkgPath          string `json:",omitempty"`
	PkgIdentifier    struct{ PURL, UID string }
	InstalledVersion string
	FixedVersion     string `json:",omitempty"`
	Status           string
	Layer            struct{ Digest, DiffID string }
	SeveritySource   string
	PrimaryURL       string
	DataSource       struct{ ID, Name, URL string }
	Title            string
	Description      string
	Severity         string
	CweIDs           []string `json:",omitempty"`
	VendorSeverity   map[string]int
	CVSS             map[string]trivyCVSS
	References       []string
	PublishedDate    time.Time
	LastModifiedDate time.Time
}

type trivyCVSS struct {
	V3Vector string
	V3Score  float64
}

// trivy writes the report of one image.
func trivy(w *writer, img *image, week int, at time.Time) {
	r := img.repo
	ref := r.registry + "/" + r.name + ":" + img.tag
	w.raw(`{"SchemaVersion":2,"Trivy":{"Version":"0.69.1"},"CreatedAt":`)
	w.value(at)
	w.raw(`,"ArtifactName":`)
	w.value(ref)
	w.raw(`,"ArtifactType":"container_image","Metadata":`)
	w.value(map[string]any{
		"Size": 90_000_000 + len(r.name)*1_000_003, "OS": map[string]any{"Family": r.base.family, "Name": r.base.version},
		"ImageID": img.config, "DiffIDs": diffIDs(img), "RepoTags": []string{ref}, "RepoDigests": []string{r.registry + "/" + r.name + "@" + img.digest},
		"Reference": ref,
		"ImageConfig": map[string]any{"architecture": "amd64", "created": img.pushed.Add(-time.Hour), "os": "linux",
			"config": map[string]any{"Labels": map[string]string{"com.example.team": r.team}}},
	})
	w.raw(`,"Results":[`)
	for k, os := range []bool{true, false} {
		if k > 0 {
			w.raw(",")
		}
		target, class, kind := fmt.Sprintf("%s (%s %s)", ref, r.base.family, r.base.version), "os-pkgs", r.base.family
		if !os {
			target, class, kind = "application", "lang-pkgs", trivyType(r.language)
		}
		w.raw(`{"Target":`)
		w.value(target)
		w.raw(`,"Class":"` + class + `","Type":"` + kind + `","Vulnerabilities":[`)
		n := 0
		for i := range img.hits {
			h := &img.hits[i]
			if h.isOS() != os || !h.in(week) {
				continue
			}
			if n > 0 {
				w.raw(",")
			}
			n++
			w.value(trivyRow(h, img, week))
		}
		w.raw("]}")
		w.rows["trivy"] += int64(n)
	}
	w.raw("]}\n")
}

// diffIDs are the layers of an image, the lowest first: those of its base, and
// one of its own.
func diffIDs(img *image) []string {
	if img.base == nil {
		return []string{diffID(img)}
	}
	return []string{diffID(img.base), diffID(img)}
}

// layerOf is the layer that a vulnerability lies in: what the base has, comes
// from the base.
func layerOf(h *hit, img *image) string {
	if img.base != nil && slices.ContainsFunc(img.base.hits, func(b hit) bool { return b.entry == h.entry }) {
		return diffID(img.base)
	}
	return diffID(img)
}

func diffID(img *image) string {
	return "sha256:" + img.config[len("sha256:"):][:32] + img.digest[len("sha256:"):][:32]
}

func trivyType(ecosystem string) string {
	switch ecosystem {
	case "npm":
		return "node-pkg"
	case "pypi":
		return "python-pkg"
	case "golang":
		return "gobinary"
	case "maven":
		return "jar"
	case "gem":
		return "gemspec"
	case "nuget":
		return "dotnet-core"
	}
	return ecosystem
}

func trivyRow(h *hit, img *image, week int) *trivyVuln {
	v := &trivyVuln{VulnerabilityID: h.id, PkgName: h.pkg, InstalledVersion: h.version(), FixedVersion: h.fixed, Status: "fixed",
		PrimaryURL: "https://avd.aquasec.com/nvd/" + strings.ToLower(h.id), Title: h.title, Description: describe(h.entry),
		Severity: strings.ToUpper(h.rated(week)), PublishedDate: h.published, LastModifiedDate: h.published.AddDate(0, 3, 0)}
	v.PkgID = h.pkg + "@" + v.InstalledVersion
	v.PkgIdentifier.PURL, v.PkgIdentifier.UID = h.purl(&img.repo.base), fmt.Sprintf("%016x", len(v.PkgID)*7919)
	if !h.isOS() {
		v.PkgPath = "app/" + h.ecosystem + "/" + h.pkg
	}
	if h.fixed == "" {
		v.Status = "affected"
	}
	v.Layer.Digest, v.Layer.DiffID = img.digest, layerOf(h, img)
	v.SeveritySource = "nvd"
	v.DataSource.ID, v.DataSource.Name, v.DataSource.URL = "nvd", "National Vulnerability Database", "https://nvd.nist.gov/"
	if h.cwe != "" {
		v.CweIDs = []string{h.cwe}
	}
	level := map[string]int{"Low": 1, "Medium": 2, "High": 3, "Critical": 4}[h.severity]
	v.VendorSeverity = map[string]int{"nvd": level, "redhat": max(1, level-1)}
	v.CVSS = map[string]trivyCVSS{"nvd": {h.vector(), h.cvss}}
	v.References = []string{h.link(), "https://www.cve.org/CVERecord?id=" + h.id, "https://access.redhat.com/security/cve/" + h.id}
	return v
}

// version is the installed version; a variant is a rebuild of it.
func (h *hit) version() string {
	if h.variant == 0 {
		return h.installed
	}
	return fmt.Sprintf("%s+b%d", h.installed, h.variant)
}

// rated is the severity that a week's database states.
func (h *hit) rated(week int) string {
	if h.worse > 0 && week >= h.worse {
		return "Critical"
	}
	return h.severity
}

// describe is a text of the length that real descriptions have.
func describe(e *entry) string {
	score := fmt.Sprintf("Base score %.1f", e.cvss)
	if e.cwe != "" {
		score += ", weakness " + e.cwe
	}
	return fmt.Sprintf("%s. The flaw is in %s. This text stands in for the description that the database of a scanner holds; "+
		"see the references for the real one. A program that uses %s in an affected version and takes input from others should be updated to a fixed version; "+
		"where none is known, input should be limited to trusted parties, and the component should run with the least rights that it needs. "+
		"%s.", e.title, e.pkg, e.pkg, score)
}
