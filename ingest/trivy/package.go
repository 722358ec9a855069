package trivy

import "strings"

// packageType is the type of the package URL, or without one what the type of
// the result stands for.
func packageType(purl, kind string) string {
	if rest, ok := strings.CutPrefix(purl, "pkg:"); ok {
		if t, _, ok := strings.Cut(rest, "/"); ok {
			return t
		}
	}
	switch kind {
	case "debian", "ubuntu":
		return "deb"
	case "alpine", "wolfi", "chainguard", "minimos":
		return "apk"
	case "redhat", "centos", "amazon", "rocky", "alma", "oracle", "fedora", "photon", "cbl-mariner", "azurelinux", "mariner",
		"opensuse", "opensuse-leap", "opensuse-tumbleweed", "suse linux enterprise server", "sles", "slem":
		return "rpm"
	case "gomod", "gobinary":
		return "golang"
	case "node-pkg", "npm", "yarn", "pnpm", "bun", "javascript":
		return "npm"
	case "pip", "pipenv", "poetry", "python-pkg", "uv", "pylock", "conda-pkg", "conda-environment":
		return "pypi"
	case "jar", "pom", "gradle", "gradle-lockfile", "sbt", "sbt-lockfile":
		return "maven"
	case "bundler", "gemspec":
		return "gem"
	case "rust-binary", "rustbinary":
		return "cargo"
	case "dotnet-core", "packages-props":
		return "nuget"
	case "composer-vendor":
		return "composer"
	}
	return kind
}
