package trivy

import (
	"strings"

	"argosy/schema"
)

// fixStatus maps Trivy's status of a vulnerability, which says what the vendor
// does about it. not_affected is no fix status: it says that there is nothing
// to fix.
func fixStatus(status string) (fix schema.FixStatus, notAffected bool) {
	switch status {
	case "fixed":
		return schema.FixAvailable, false
	case "affected":
		return schema.FixNone, false
	case "will_not_fix", "end_of_life":
		return schema.FixWont, false
	case "fix_deferred":
		return schema.FixScheduled, false
	case "under_investigation", "unknown":
		return schema.FixUnknown, false
	case "not_affected":
		return "", true
	}
	return "", false
}

// severity is schema.SeverityOf with a short way for the words that Trivy
// writes.
func severity(word string, score float64) schema.Severity {
	switch word {
	case "LOW":
		return schema.Low
	case "MEDIUM":
		return schema.Medium
	case "HIGH":
		return schema.High
	case "CRITICAL":
		return schema.Critical
	}
	return schema.SeverityOf(word, score)
}

// packageType returns the type of a package URL, and without one the type
// that such a URL would have for a result of Trivy's type.
func packageType(purl, resultType string) string {
	if rest, ok := strings.CutPrefix(purl, "pkg:"); ok {
		if t, _, ok := strings.Cut(strings.TrimLeft(rest, "/"), "/"); ok && t != "" {
			return strings.ToLower(t)
		}
	}
	switch resultType {
	case "debian", "ubuntu", "echo":
		return "deb"
	case "alpine", "wolfi", "chainguard", "minimos":
		return "apk"
	case "redhat", "centos", "rocky", "alma", "amazon", "oracle", "fedora", "photon", "azurelinux", "mariner",
		"cbl-mariner", "suse", "opensuse", "opensuse-leap", "opensuse.leap", "opensuse-tumbleweed",
		"opensuse.tumbleweed", "suse linux enterprise server", "suse linux enterprise micro", "bottlerocket":
		return "rpm"
	case "gomod", "gobinary":
		return "golang"
	case "npm", "yarn", "pnpm", "bun", "node-pkg", "javascript":
		return "npm"
	case "pip", "pipenv", "poetry", "uv", "pylock", "python-pkg":
		return "pypi"
	case "jar", "pom", "gradle", "sbt", "gradle-lockfile", "sbt-lockfile":
		return "maven"
	case "bundler", "gemspec":
		return "gem"
	case "composer", "composer-vendor":
		return "composer"
	case "cargo", "rustbinary", "rust-binary":
		return "cargo"
	case "nuget", "dotnet-core", "packages-props", "nuget-config":
		return "nuget"
	case "conda-pkg", "conda-environment":
		return "conda"
	case "mix-lock":
		return "hex"
	case "kubernetes":
		return "k8s"
	}
	return resultType
}

// isOS reports whether a result's type is a Linux distribution, for reports
// from before results had a class.
func isOS(resultType string) bool {
	switch packageType("", resultType) {
	case "deb", "apk", "rpm":
		return true
	}
	return false
}

// splitTarget takes the distribution off the target of a distribution's
// packages: "alpine:3.9 (alpine 3.9.4)".
func splitTarget(target string) (image, family, version string, ok bool) {
	open := opening(target)
	if open < 2 || target[open-1] != ' ' {
		return "", "", "", false
	}
	family = target[open+1 : len(target)-1]
	// A family may have several words; the version begins with the first
	// number.
	for i := 0; i+1 < len(family); i++ {
		if family[i] == ' ' && family[i+1] >= '0' && family[i+1] <= '9' {
			family, version = family[:i], family[i+1:]
			break
		}
	}
	return target[:open-1], family, version, true
}

// opening finds the parenthesis that the one at the end of s closes.
func opening(s string) int {
	if !strings.HasSuffix(s, ")") {
		return -1
	}
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
