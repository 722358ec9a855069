package sarif

import (
	"regexp"
	"slices"
	"strings"

	"argosy/ingest/purl"
	"argosy/schema"
)

// Trivy's SARIF does not say of what type a package is: of a distribution's
// package only that it is one (the rule's name), of any other where it was
// found. The type is part of what makes two findings the same, so it is taken
// from what is written and means one type only. What leaves a choice stays
// empty.

// distributionMarks are what the packages of one family alone carry.
var distributionMarks = []struct {
	typ          string
	version, ids *regexp.Regexp
}{
	// Alpine and Wolfi: every version ends with a revision (APKBUILD, pkgrel).
	{"apk", regexp.MustCompile(`^\S+-r\d+$`), regexp.MustCompile(`^(?:CGA-|ALPINE-)`)},
	// Debian Policy 3.2 and 5.6.12, and the revisions of Ubuntu.
	{"deb", regexp.MustCompile(`[+~]deb\d+u\d|\d(?:build|ubuntu)\d|[+.~]dfsg|~bpo\d+|\+b\d+$|\+nmu\d`), regexp.MustCompile(`^(?:DSA|DLA|DTSA|USN|TEMP)-\d`)},
	// The dist tag of RPM's release, and SUSE's numbers for a service pack.
	{"rpm", regexp.MustCompile(`[.+](?:el\d|fc\d|amzn\d|cm\d|azl\d|ph\d|oe\d|mga\d|lp\d{3})|-150\d{3}\.`), regexp.MustCompile(`^(?:RHSA|ELSA|ALSA|RLSA|ALAS|SUSE-|openSUSE-|PHSA|OESA|CESA)`)},
}

// distributionType is the type of a distribution's package by its version, or
// else by the advisory that is reported; empty where neither tells.
func distributionType(version, id string) string {
	for _, m := range distributionMarks {
		if m.version.MatchString(version) || m.ids.MatchString(id) {
			return m.typ
		}
	}
	return ""
}

// fileTypes are the files and folders that Trivy finds packages in. Each name
// means one type; a name that begins with a slash is the whole last part.
var fileTypes = []struct{ typ, name string }{
	{"npm", "/package-lock.json"}, {"npm", "/yarn.lock"}, {"npm", "/pnpm-lock.yaml"}, {"npm", "/bun.lock"}, {"npm", "node_modules/"}, {"npm", "/package.json"},
	{"pypi", "/pipfile.lock"}, {"pypi", "/poetry.lock"}, {"pypi", "/uv.lock"}, {"pypi", "/pylock.toml"}, {"pypi", "requirements.txt"}, {"pypi", "site-packages/"},
	{"pypi", "dist-packages/"}, {"pypi", ".dist-info/"}, {"pypi", ".egg-info"}, {"pypi", ".egg/"},
	{"maven", ".jar"}, {"maven", ".war"}, {"maven", ".ear"}, {"maven", ".par"}, {"maven", "/pom.xml"}, {"maven", "gradle.lockfile"}, {"maven", ".sbt.lock"},
	{"golang", "/go.mod"}, {"golang", "/go.sum"},
	{"gem", "/gemfile.lock"}, {"gem", ".gemspec"},
	{"composer", "/composer.lock"}, {"composer", "/installed.json"},
	{"cargo", "/cargo.lock"},
	{"nuget", "/packages.lock.json"}, {"nuget", "/packages.config"}, {"nuget", ".deps.json"}, {"nuget", "packages.props"},
	{"conan", "/conan.lock"}, {"hex", "/mix.lock"}, {"pub", "/pubspec.lock"}, {"swift", "/package.resolved"}, {"cocoapods", "/podfile.lock"}, {"conda", "/conda-meta/"},
}

// groups are the names under which Trivy puts packages that were found one by
// one, where it says nothing of the file.
var groups = map[string]string{"node.js": "npm", "python": "pypi", "java": "maven", "ruby": "gem", "conda": "conda"}

// languageType is the type of a package by where it was found and, in a
// program, by its name: modules of Go are called by their host.
func languageType(path, name string) string {
	at := "/" + strings.ToLower(strings.TrimPrefix(path, "/"))
	for _, f := range fileTypes {
		if whole := f.name[0] == '/' && !strings.HasSuffix(f.name, "/"); whole && strings.HasSuffix(at, f.name) || !whole && strings.Contains(at+"/", f.name) {
			return f.typ
		}
	}
	if t := groups[at[1:]]; t != "" {
		return t
	}
	host, _, module := strings.Cut(name, "/")
	if path != "" && (name == "stdlib" || module && strings.Contains(host, ".")) {
		return "golang"
	}
	return ""
}

// maxHeld bounds the findings that wait for their distribution to be known.
const maxHeld = 20000

// distribution is the type of a run's distribution packages. An image has one
// distribution, so the first package that tells speaks for all; those before it
// wait.
type distribution struct {
	typ  string
	held []*schema.Finding
	full bool
}

// typed sets the type of a finding of Trivy's that has none, and says whether
// it has to wait for that.
func (d *decoder) typed(u *run, f *schema.Finding, osPackage, language bool, path string) (waits bool, err error) {
	switch {
	case !u.tool.is("trivy") || f.PackageType != "" || f.PackageName == "":
		return false, nil
	case language:
		f.PackageType = languageType(path, f.PackageName)
		return false, nil
	case !osPackage || u.os.full:
		return false, nil
	}
	if u.os.typ == "" {
		if u.os.typ = distributionType(f.InstalledVersion, f.VulnerabilityID); u.os.typ != "" {
			err = d.release(u)
		}
	}
	f.PackageType = purl.Type("", u.os.typ)
	return u.os.typ == "", err
}

// hold keeps a copy of a finding until the distribution is known.
func (d *decoder) hold(u *run, f *schema.Finding) error {
	c := *f
	c.Aliases, c.Paths, c.Extra = slices.Clone(f.Aliases), slices.Clone(f.Paths), slices.Clone(f.Extra)
	u.os.held = append(u.os.held, &c)
	if len(u.os.held) < maxHeld {
		return nil
	}
	u.os.full = true
	return d.release(u)
}

// release delivers the findings that waited.
func (d *decoder) release(u *run) error {
	held := u.os.held
	u.os.held = nil
	for _, f := range held {
		f.PackageType = u.os.typ
		if err := d.to.Finding(u.ref, f); err != nil {
			return err
		}
	}
	return nil
}
