package ignore

import (
	"errors"
	"fmt"
	"strings"

	"argosy/schema"
	"argosy/schema/yamlplace"
)

type grypeRule struct {
	Vulnerability string `yaml:"vulnerability"`
	Reason        string `yaml:"reason"`
	Namespace     string `yaml:"namespace"`
	FixState      string `yaml:"fix-state"`
	MatchType     string `yaml:"match-type"`
	VEXStatus     string `yaml:"vex-status"`
	VEXReason     string `yaml:"vex-justification"`
	Package       struct {
		Name     string `yaml:"name"`
		Version  string `yaml:"version"`
		Language string `yaml:"language"`
		Type     string `yaml:"type"`
		Location string `yaml:"location"`
		Upstream string `yaml:"upstream-name"`
	} `yaml:"package"`
}

// grypeKeys are keys of Grype's configuration that no other file has, by which
// one without ignore rules is known.
var grypeKeys = []string{"add-cpes-if-missing", "by-cve", "check-for-app-update", "default-image-pull-source", "external-sources", "fail-on-severity",
	"ignore-wontfix", "match-upstream-kernel-headers", "only-fixed", "only-notfixed", "show-suppressed", "vex-add", "vex-documents"}

// grype reads the ignore rules of Grype's configuration
// (https://github.com/anchore/grype#specifying-matches-to-ignore). A rule with
// a condition that findings do not carry is skipped: without the condition it
// would take away more than Grype does.
func grype(from yamlplace.Doc) (*File, error) {
	var doc struct {
		Ignore []grypeRule `yaml:"ignore"`
	}
	if err := from.Decode(&doc, false); err != nil && !errors.Is(err, yamlplace.ErrEmpty) {
		return nil, err
	}
	f := &File{Kind: "Grype configuration"}
	for i, r := range doc.Ignore {
		place := fmt.Sprintf("ignore[%d]", i)
		e, why := grypeExemption(&r)
		if why != "" {
			f.Skips = append(f.Skips, Skip{place, why})
			continue
		}
		e.Place = place
		f.Exemptions = append(f.Exemptions, e)
	}
	return f, nil
}

func grypeExemption(r *grypeRule) (schema.Exemption, string) {
	for _, c := range []struct{ name, value string }{
		{"fix-state", r.FixState}, {"namespace", r.Namespace}, {"match-type", r.MatchType}, {"vex-status", r.VEXStatus}, {"vex-justification", r.VEXReason},
		{"package.language", r.Package.Language}, {"package.upstream-name", r.Package.Upstream},
	} {
		if c.value != "" {
			return schema.Exemption{}, fmt.Sprintf("the condition %s: %s cannot be kept", c.name, c.value)
		}
	}
	if globs(r.Package.Location) {
		return schema.Exemption{}, fmt.Sprintf("the path %q of package.location cannot be kept; only * and ? can", r.Package.Location)
	}
	e := schema.Exemption{Vulnerability: r.Vulnerability, Version: r.Package.Version, Path: r.Package.Location,
		Reason: reasonOr(r.Reason, "ignored by Grype's configuration without a reason")}
	var ok bool
	if e.Package, ok = pattern(r.Package.Name); !ok {
		return e, fmt.Sprintf("the regular expression %q of package.name cannot be kept; only .* can", r.Package.Name)
	}
	if e.PackageType, ok = packageType(r.Package.Type); !ok {
		return e, fmt.Sprintf("package.type %q is not known", r.Package.Type)
	}
	if !e.Scoped() {
		return e, "the rule has no condition that narrows it down enough"
	}
	return e, ""
}

// pattern turns a regular expression for a whole name into a pattern with *.
func pattern(expr string) (string, bool) {
	expr = strings.TrimSuffix(strings.TrimPrefix(expr, "^"), "$")
	parts := strings.Split(expr, ".*")
	for i, p := range parts {
		p = strings.NewReplacer(`\.`, ".", `\+`, "+", `\-`, "-").Replace(p)
		if strings.ContainsAny(p, `\*?[](){}|^$`) {
			return "", false
		}
		parts[i] = p
	}
	return strings.Join(parts, "*"), true
}

// packageType maps Syft's package types to those of package URLs.
func packageType(t string) (string, bool) {
	switch t {
	case "", "deb", "rpm", "apk", "npm", "gem", "alpm", "conan", "cpan", "hex", "nix":
		return t, true
	case "python":
		return "pypi", true
	case "java-archive", "jenkins-plugin":
		return "maven", true
	case "go-module":
		return "golang", true
	case "dotnet":
		return "nuget", true
	case "rust-crate":
		return "cargo", true
	case "php-composer":
		return "composer", true
	}
	return "", false
}
