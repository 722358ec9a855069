package sarif

import "strings"

// packageTools are words in the names of tools whose results are about
// vulnerable packages, and which write an empty list when there are none.
var packageTools = [...]string{"trivy", "grype", "anchore", "snyk container", "snyk open source", "scout", "clair",
	"osv-scanner", "dependency-check", "dependency check", "dependency-track", "xray", "twistcli", "prisma cloud",
	"sysdig", "neuvector", "govulncheck", "inspector", "container-scan", "container scanning", "black duck", "wiz"}

// imageTools are words in the names of tools that look at images only.
var imageTools = [...]string{"snyk container", "scout", "clair", "container-scan", "container scanning", "neuvector",
	"anchore container"}

func (t tool) findsPackages() bool { return t.is(packageTools[:]...) }

func (t tool) looksAtImages() bool { return t.is(imageTools[:]...) }

func (t tool) is(words ...string) bool {
	full := strings.ToLower(t.name + "\n" + t.fullName)
	for _, w := range words {
		if strings.Contains(full, w) {
			return true
		}
	}
	return false
}

// title is the tool as people know it.
func (t tool) title() string {
	if t.name == "" {
		return "an unnamed tool"
	}
	return t.name
}

// scanner is the name under which a tool's findings are kept: the same as in
// the tool's own format.
func (t tool) scanner() string {
	for _, known := range [...]string{"trivy", "grype", "snyk", "clair", "osv-scanner"} {
		if t.is(known) {
			return known
		}
	}
	switch {
	case t.is("anchore container vulnerability report"):
		return "grype"
	case t.is("scout"):
		return "docker-scout"
	case t.name == "":
		return "sarif"
	}
	return strings.Join(strings.Fields(strings.ToLower(t.name)), "-")
}
