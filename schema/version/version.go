// Package version orders the versions of packages by the rules of their
// ecosystem, and says so where they cannot be ordered: it never guesses.
package version

import (
	"regexp"
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

// rules is how an ecosystem orders: the library's name for it and what a
// version must look like. The library itself takes any text.
type rules struct {
	ecosystem string
	form      *regexp.Regexp
}

var (
	debForm      = regexp.MustCompile(`^(\d+:)?\d[A-Za-z0-9.+:~-]*$`)
	rpmForm      = regexp.MustCompile(`^(\d+:)?[A-Za-z0-9._+~^-]*\d[A-Za-z0-9._+~^-]*$`)
	apkForm      = regexp.MustCompile(`^\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(~[0-9a-f]+)?(-r\d+)?$`)
	semverForm   = regexp.MustCompile(`^v?\d+(\.\d+)*(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	goForm       = regexp.MustCompile(`^(v|go)?\d+(\.\d+)*(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	gemForm      = regexp.MustCompile(`^\d+(\.[0-9A-Za-z]+)*(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$`)
	mavenForm    = regexp.MustCompile(`^\d[0-9A-Za-z._+-]*$`)
	composerForm = regexp.MustCompile(`(?i)^v?\d+(\.\d+)*([._-]?(stable|beta|b|rc|alpha|a|patch|pl|p|dev)[.-]?\d*)*$`)
	// As in appendix B of PEP 440.
	pypiForm = regexp.MustCompile(`(?i)^v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?$`)
)

// of returns the rules for a type of package URL; ok is false where argosy
// knows none.
func of(packageType string) (r rules, ok bool) {
	switch packageType {
	case "deb":
		return rules{"Debian", debForm}, true
	case "rpm":
		return rules{"Red Hat", rpmForm}, true
	case "apk":
		return rules{"Alpine", apkForm}, true
	case "npm":
		return rules{"npm", semverForm}, true
	case "cargo":
		return rules{"crates.io", semverForm}, true
	case "hex":
		return rules{"Hex", semverForm}, true
	case "golang":
		return rules{"Go", goForm}, true
	case "nuget":
		return rules{"NuGet", semverForm}, true
	case "pypi":
		return rules{"PyPI", pypiForm}, true
	case "maven":
		return rules{"Maven", mavenForm}, true
	case "gem":
		return rules{"RubyGems", gemForm}, true
	case "composer":
		return rules{"Packagist", composerForm}, true
	}
	return rules{}, false
}

// plainForm is a version that every ecosystem orders alike: three and more
// numbers. Two do not suffice, since some read 1.10 as a decimal fraction, nor
// zeros in front, which some count.
var plainForm = regexp.MustCompile(`^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2,}$`)

// Compare orders two versions of a type of package URL (deb, rpm, apk, npm,
// cargo, hex, golang, nuget, pypi, maven, gem, composer): below zero when a is
// older, zero when they are equal. Versions of another type, and of packages
// without one, are ordered where both are three or more plain numbers. It
// reports false, and no order, for other texts and for one that is no version of
// the type.
func Compare(packageType, a, b string) (int, bool) {
	r, ok := of(packageType)
	if !ok {
		// As dpkg does, whose shorter version is the older one where others take
		// 1.2.0 and 1.2.0.0 for the same: the longer one then suits them all.
		r = rules{"Debian", plainForm}
	}
	if !r.form.MatchString(a) || !r.form.MatchString(b) {
		return 0, false
	}
	if packageType == "golang" {
		a, b = strings.TrimPrefix(a, "go"), strings.TrimPrefix(b, "go")
	}
	v, err := semantic.Parse(a, r.ecosystem)
	if err != nil {
		return 0, false
	}
	c, err := v.CompareStr(b)
	return c, err == nil
}

// Upgrade is what a package is upgraded to for one finding.
type Upgrade struct {
	// To is the version, or the fixed version as it was reported where no
	// single version follows from it.
	To string
	// Ordered says that To, and each of the branches that it is of, can be compared
	// with other versions of the package.
	Ordered bool
	// Above says whether To is above the installed version; nil where that
	// cannot be told.
	Above *bool
}

// Fix tells what to upgrade to from a fixed version as it was reported. Several
// versions, joined with commas, are those of several branches: the lowest above
// the installed one is meant.
func Fix(packageType, installed, fixed string) Upgrade {
	none := Upgrade{To: fixed}
	list := Branches(fixed)
	if len(list) == 1 {
		u := Upgrade{To: list[0]}
		_, u.Ordered = Compare(packageType, list[0], list[0])
		if c, ok := Compare(packageType, list[0], installed); ok {
			above := c > 0
			u.Above = &above
		}
		return u
	}
	best := ""
	for _, v := range list {
		c, ok := Compare(packageType, v, installed)
		if !ok {
			return none
		}
		if c <= 0 {
			continue
		}
		if best != "" {
			if c, ok = Compare(packageType, v, best); !ok {
				return none
			}
		}
		if best == "" || c < 0 {
			best = v
		}
	}
	above := best != ""
	if !above {
		none.Above = &above
		return none
	}
	return Upgrade{To: best, Ordered: true, Above: &above}
}
