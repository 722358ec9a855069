package demo

import (
	_ "embed" // the catalogue
	"fmt"
	"strconv"
	"strings"
	"time"
)

//go:embed catalogue.tsv
var catalogueText string

// entry is one real vulnerability in one real package.
type entry struct {
	id, ecosystem, pkg, installed, fixed, severity string
	cvss                                           float64
	published                                      time.Time
	kev                                            bool
	cwe, title                                     string
}

// loadCatalogue reads the embedded list: id, ecosystem, package, installed and
// fixed version, severity, CVSS base score, publication date, kev, CWE, title.
func loadCatalogue() ([]entry, error) {
	var out []entry
	for n, line := range strings.Split(strings.TrimSpace(catalogueText), "\n") {
		c := strings.Split(line, "\t")
		if len(c) != 11 {
			return nil, fmt.Errorf("line %d has %d columns, 11 are needed", n+1, len(c))
		}
		score, err := strconv.ParseFloat(c[6], 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		day, err := time.Parse("2006-01-02", c[7])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		out = append(out, entry{c[0], c[1], c[2], c[3], c[4], c[5], score, day, c[8] == "kev", c[9], c[10]})
	}
	return out, nil
}

// vector is a CVSS v3.1 vector that goes with a severity; the catalogue keeps
// only scores.
func (e *entry) vector() string {
	switch e.severity {
	case "Critical":
		return "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	case "High":
		return "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
	case "Medium":
		return "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N"
	}
	return "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N"
}

// isOS tells packages of a distribution from those of a language.
func (e *entry) isOS() bool {
	return e.ecosystem == "deb" || e.ecosystem == "rpm" || e.ecosystem == "apk"
}

// purl is the package URL (the purl specification).
func (e *entry) purl(d *distro) string {
	switch e.ecosystem {
	case "deb", "rpm", "apk":
		return fmt.Sprintf("pkg:%s/%s/%s@%s?arch=%s&distro=%s-%s", e.ecosystem, d.family, e.pkg, strings.ReplaceAll(e.installed, "+", "%2B"), d.arch(), d.family, d.version)
	case "maven":
		return "pkg:maven/" + strings.Replace(e.pkg, ":", "/", 1) + "@" + e.installed
	case "golang":
		return "pkg:golang/" + e.pkg + "@v" + e.installed
	}
	return "pkg:" + e.ecosystem + "/" + strings.ReplaceAll(e.pkg, "@", "%40") + "@" + e.installed
}

func (e *entry) link() string { return "https://nvd.nist.gov/vuln/detail/" + e.id }
