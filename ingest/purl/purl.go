// Package purl reads package URLs (github.com/package-url/purl-spec) and names
// the type of a package the way they do, whatever word a scanner uses for it,
// so that the same package of two scanners is the same package.
package purl

import "strings"

// Type returns the type of a package URL in lower case. Without a URL it
// takes the first of the words that it knows (an ecosystem, a package manager,
// a distribution with or without a version: "Debian:12", "GOBINARY", "rhel 8.4")
// and without any of those the first word that is not empty, in lower case.
func Type(url string, words ...string) string {
	if rest, ok := strings.CutPrefix(url, "pkg:"); ok {
		if t, _, ok := strings.Cut(strings.TrimLeft(rest, "/"), "/"); ok && t != "" {
			return strings.ToLower(t)
		}
	}
	first := ""
	for _, w := range words {
		w = strings.ToLower(strings.TrimSpace(w))
		if t := known(w); t != "" {
			return t
		}
		// "rhel:8", "red hat:rhel:9", "debian 12": the name stands before.
		for _, sep := range []string{":", " "} {
			name, _, _ := strings.Cut(w, sep)
			if t := known(name); t != "" {
				return t
			}
		}
		if first == "" {
			first = w
		}
	}
	return first
}

// known maps a scanner's word, in lower case, to a type of package URL.
func known(word string) string {
	switch word {
	case "deb", "dpkg", "debian", "ubuntu", "distroless", "linuxmint", "kali", "raspbian", "echo":
		return "deb"
	case "apk", "alpine", "wolfi", "chainguard", "minimos":
		return "apk"
	case "rpm", "redhat", "red hat", "rhel", "centos", "rocky", "rocky linux", "rockylinux", "alma", "almalinux",
		"amazon", "amzn", "amazonlinux", "amazon linux", "oracle", "oraclelinux", "oracle linux", "ol", "fedora", "photon",
		"azurelinux", "azure linux", "mariner", "cbl-mariner", "suse", "sles", "opensuse", "opensuse-leap", "sle",
		"suse linux enterprise server", "openeuler", "mageia", "bottlerocket", "yum", "dnf", "zypper":
		return "rpm"
	case "alpm", "arch", "archlinux", "pacman":
		return "alpm"
	case "go", "golang", "gomod", "gobinary", "go-module", "gomodules", "govendor", "dep", "go_module":
		return "golang"
	case "npm", "yarn", "pnpm", "bun", "node", "nodejs", "nodepkg", "node-pkg", "node_pkg", "javascript", "node_module":
		return "npm"
	case "pypi", "pip", "pipenv", "poetry", "uv", "python", "pythonpkg", "python-pkg", "python_pkg", "setuptools":
		return "pypi"
	case "maven", "jar", "pom", "gradle", "sbt", "java", "java-archive", "java_archive", "scala":
		return "maven"
	case "gem", "rubygems", "bundler", "gemspec", "ruby":
		return "gem"
	case "composer", "packagist", "php":
		return "composer"
	case "cargo", "crates.io", "rust", "rustbinary", "rust-crate", "rust-binary":
		return "cargo"
	case "nuget", "dotnet", ".net", "dotnet_core", "dotnet-core", "dotnetcore", "csharp":
		return "nuget"
	case "conan", "c/c++":
		return "conan"
	case "conda":
		return "conda"
	case "hex", "erlang", "mix", "elixir":
		return "hex"
	case "pub", "dart":
		return "pub"
	case "swift", "swifturl", "swiftpm":
		return "swift"
	case "cocoapods", "pod":
		return "cocoapods"
	case "cran", "r", "bioconductor":
		return "cran"
	case "hackage", "ghc", "haskell":
		return "hackage"
	case "github actions", "githubactions", "github":
		return "github"
	case "generic", "binary", "kernel", "linux", "windows":
		return "generic"
	}
	return ""
}
