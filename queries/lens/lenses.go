package lens

import "argosy/schema"

const (
	critical = "count(*) filter (where severity = 'Critical')"
	high     = "count(*) filter (where severity = 'High')"
	fixable  = "round(100.0 * count(*) filter (where fixable) / count(*), 1)::double"
	overdue  = "count(*) filter (where due_state = 'overdue')"
	exploit  = "count(distinct vulnerability) filter (where kev)"
	images   = "count(distinct image_id)"
	// upgrades tells what is installed only where there is a branch to choose.
	upgrades = "list(distinct {'installed': case when contains(fixed_version, ',') then installed_version end, 'fixed': fixed_version})"
	// imageName names an image: several of a repository may have no tag.
	imageName = "repository || coalesce(':' || tags[1], case when starts_with(digest, 'sha256:') and repository <> digest then '@' || substr(digest, 8, 12) end, '')"
	// To count numbers takes a fraction of the memory that counting names takes.
	repos = "count(distinct repository_id)"
)

// Lenses lists the ways of looking, in the order of their digits.
func Lenses() []Lens {
	return []Lens{teams(), registries(), repositories(), imagesLens(), findings(), vulnerabilities(), packages(), fixes()}
}

// counts are the columns that every grouped lens has.
func counts() []Column {
	return []Column{
		{Name: "critical", Title: "CRIT", Expr: critical, Kind: Number, Min: 6, Max: 10, Doc: "open findings of severity Critical"},
		{Name: "high", Title: "HIGH", Expr: high, Kind: Number, Min: 6, Max: 10, Drop: 1, Doc: "open findings of severity High"},
		{Name: "findings", Title: "FINDINGS", Expr: "count(*)", Kind: Number, Min: 8, Max: 10, Doc: "findings"},
		{Name: "fixable", Title: "FIXABLE", Expr: fixable, Kind: Percent, Min: 7, Max: 7, Drop: 3, Doc: "share of findings for which a fixed version is known"},
		{Name: "kev", Title: "KEV", Expr: exploit, Kind: Number, Min: 3, Max: 5, Drop: 2, Doc: "vulnerabilities known to be exploited"},
		{Name: "overdue", Title: "OVERDUE", Expr: overdue, Kind: Number, Min: 7, Max: 9, Drop: 4, Doc: "findings whose due date has passed"},
	}
}

func worst() []schema.Order {
	return descending("critical", "high", "findings")
}

func descending(columns ...string) []schema.Order {
	var out []schema.Order
	for _, c := range columns {
		out = append(out, schema.Order{Column: c, Desc: true})
	}
	return out
}

func col(name, title, expr string, kind Kind, low, high, drop int, doc string) Column {
	return Column{Name: name, Title: title, Expr: expr, Kind: kind, Min: low, Max: high, Drop: drop, Doc: doc}
}

func (c Column) of(field string) Column { c.Field = field; return c }

func join(parts ...[]Column) []Column {
	var out []Column
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func teams() Lens {
	return Lens{Name: "teams", Title: "Teams", Short: "tm", Noun: "team", Nouns: "teams", Ties: []string{"team"}, Grouped: true, Order: worst(),
		Into: "repositories", Drill: []string{"team"}, Doc: "who has how much to do",
		Columns: join(
			[]Column{col("team", "TEAM", TeamExpr, Text, 14, 32, 0, "the owner, or the folder that holds the repository").of("team")},
			counts(), []Column{
				col("repositories", "REPOS", repos, Number, 5, 8, 4, "repositories with findings"),
				col("images", "IMAGES", images, Number, 6, 8, 6, "images with findings"),
				col("oldest", "OLDEST", "min(first_seen)", Age, 7, 8, 5, "when the oldest open finding was first seen"),
			})}
}

func registries() Lens {
	return Lens{Name: "registries", Title: "Registries", Short: "rg", Noun: "registry", Nouns: "registries", Ties: []string{"registry"}, Grouped: true, Order: worst(),
		Into: "repositories", Drill: []string{"registry"}, Doc: "where it lies",
		Columns: join(
			[]Column{col("registry", "REGISTRY", "registry", Text, 16, 40, 0, "host of the registry").of("registry")},
			counts(), []Column{
				col("repositories", "REPOS", repos, Number, 5, 8, 4, "repositories with findings"),
				col("images", "IMAGES", images, Number, 6, 8, 6, "images with findings"),
				col("oldest", "OLDEST", "min(first_seen)", Age, 7, 8, 5, "when the oldest open finding was first seen"),
				col("scanned", "SCANNED", "max(last_scanned)", Time, 10, 10, 7, "the newest scan"),
			})}
}

func repositories() Lens {
	return Lens{Name: "repositories", Title: "Repositories", Short: "rp", Noun: "repository", Nouns: "repositories", Ties: []string{"repository", "registry"}, Grouped: true, Order: worst(),
		Into: "images", Drill: []string{"registry", "repository"}, Doc: "which repository",
		Columns: join(
			[]Column{
				col("repository", "REPOSITORY", "repository", Text, 20, 48, 0, "repository without the registry").of("repository"),
				col("registry", "REGISTRY", "registry", Text, 12, 28, 6, "host of the registry").of("registry"),
				col("team", "TEAM", TeamExpr, Text, 10, 20, 8, "the owner, or the folder that holds the repository").of("team"),
			},
			counts(), []Column{
				col("images", "IMAGES", images, Number, 6, 8, 4, "images with findings"),
				col("oldest", "OLDEST", "min(first_seen)", Age, 7, 8, 5, "when the oldest open finding was first seen"),
				col("scanned", "SCANNED", "max(last_scanned)", Time, 10, 10, 7, "the newest scan"),
			})}
}

func imagesLens() Lens {
	return Lens{Name: "images", Title: "Images", Short: "im", Noun: "image", Nouns: "images", Ties: []string{"repository", "registry", "image"}, Grouped: true, Order: worst(),
		Into: "findings", Drill: []string{"registry", "repository", "image"}, Doc: "which image",
		Columns: join(
			[]Column{
				col("repository", "REPOSITORY", "repository", Text, 20, 40, 0, "repository without the registry").of("repository"),
				col("tags", "TAGS", "array_to_string(any_value(tags), ', ')", Text, 8, 20, 2, "tags of the image"),
				col("image", "DIGEST", "image_key", Digest, 12, 19, 3, "digest of the image").of("image"),
				col("registry", "REGISTRY", "registry", Text, 12, 24, 7, "host of the registry").of("registry"),
			},
			counts(), []Column{
				col("distribution", "DISTRO", "any_value(concat_ws(' ', distribution, distribution_version))", Text, 8, 16, 6, "Linux distribution"),
				col("oldest", "OLDEST", "min(first_seen)", Age, 7, 8, 8, "when the oldest open finding was first seen"),
				col("scanned", "SCANNED", "max(last_scanned)", Time, 10, 10, 4, "the newest scan"),
			})}
}

func findings() Lens {
	return Lens{Name: "findings", Title: "Findings", Short: "fi", Noun: "finding", Nouns: "findings", Ties: []string{"vulnerability", "package", "installed", "image", "finding", "location_id"}, Doc: "each finding",
		Order: descending("severity", "epss", "cvss"),
		Columns: []Column{
			col("severity", "SEV", "severity", Severity, 10, 10, 0, "canonical severity").of("severity"),
			col("vulnerability", "CVE", "vulnerability", Text, 15, 20, 0, "id of the vulnerability").of("vulnerability"),
			col("package", "PACKAGE", "package_name", Text, 12, 26, 0, "package that has it").of("package"),
			col("installed", "INSTALLED", "installed_version", Text, 9, 20, 3, "version that is installed").of("installed"),
			col("fixed", "FIXED", "fixed_version", Text, 9, 20, 2, "version that fixes it").of("fixed"),
			col("cvss", "CVSS", "cvss", Score, 4, 4, 4, "CVSS base score").of("cvss"),
			col("epss", "EPSS", "epss", Probability, 5, 5, 3, "probability of exploitation").of("epss"),
			col("kev", "KEV", "kev", Flag, 3, 3, 6, "known to be exploited").of("kev"),
			col("image", "IMAGE", imageName, Text, 16, 40, 1, "repository and tag, or the digest's beginning where there is no tag"),
			col("registry", "REGISTRY", "registry", Text, 10, 24, 9, "host of the registry").of("registry"),
			col("type", "TYPE", "package_type", Text, 5, 8, 8, "type of the package").of("type"),
			col("first_seen", "SEEN", "first_seen", Age, 6, 8, 7, "when it was first seen").of("first_seen"),
			col("due", "DUE", "due", Time, 10, 10, 6, "by when it is to be fixed"),
			col("due_state", "", "due_state", Hidden, 0, 0, 0, "overdue, due soon or on time").of("due"),
			col("scanners", "SCANNERS", "array_to_string(scanners, ', ')", Text, 8, 16, 10, "scanners that report it"),
			col("status", "STATUS", "status", Text, 9, 13, 11, "Unhealthy is open").of("status"),
			col("finding", "", "finding", Hidden, 0, 0, 0, "id of the finding"),
			col("location_id", "", "location_id", Hidden, 0, 0, 0, "where the image lies"),
		},
		Extra: []Column{
			col("title", "TITLE", "title", Text, 16, 44, 0, "what the vulnerability is"),
			col("team", "TEAM", TeamExpr, Text, 10, 20, 0, "the owner, or the folder that holds the repository").of("team"),
			col("repository", "REPOSITORY", "repository", Text, 20, 48, 0, "repository without the registry").of("repository"),
			col("tags", "TAGS", "array_to_string(tags, ', ')", Text, 8, 20, 0, "all tags of the image"),
			col("digest", "DIGEST", "image_key", Text, 19, 19, 0, "digest of the image").of("image"),
		}}
}

func vulnerabilities() Lens {
	return Lens{Name: "vulnerabilities", Title: "Vulns", Short: "vu", Noun: "vulnerability", Nouns: "vulnerabilities", Ties: []string{"vulnerability"}, Grouped: true,
		Order: descending("severity", "epss", "cvss", "findings"),
		Into:  "findings", Drill: []string{"vulnerability"}, Doc: "which vulnerability, everywhere",
		Columns: []Column{
			col("severity", "SEV", "max(severity)", Severity, 10, 10, 0, "the highest canonical severity"),
			col("vulnerability", "CVE", "vulnerability", Text, 15, 20, 0, "id of the vulnerability").of("vulnerability"),
			col("title", "TITLE", "any_value(title)", Text, 16, 44, 3, "what it is"),
			col("cvss", "CVSS", "max(cvss)", Score, 4, 4, 4, "CVSS base score"),
			col("epss", "EPSS", "max(epss)", Probability, 5, 5, 2, "probability of exploitation"),
			col("kev", "KEV", "bool_or(kev)", Flag, 3, 3, 1, "known to be exploited"),
			col("findings", "FINDINGS", "count(*)", Number, 8, 10, 0, "findings"),
			col("images", "IMAGES", images, Number, 6, 8, 5, "images with it"),
			col("repositories", "REPOS", repos, Number, 5, 8, 6, "repositories with it"),
			col("fixable", "FIXABLE", fixable, Percent, 7, 7, 7, "share of findings for which a fixed version is known"),
			col("published", "PUBLISHED", "min(published)", Time, 10, 10, 8, "when it was published"),
			col("oldest", "OLDEST", "min(first_seen)", Age, 7, 8, 9, "when it was first seen"),
		}}
}

func packages() Lens {
	return Lens{Name: "packages", Title: "Packages", Short: "pk", Noun: "package", Nouns: "packages", Ties: []string{"package", "type"}, Grouped: true, Order: worst(),
		Into: "findings", Drill: []string{"package", "type"}, Doc: "which package",
		Columns: join(
			[]Column{
				col("package", "PACKAGE", "package_name", Text, 18, 40, 0, "name of the package").of("package"),
				col("type", "TYPE", "package_type", Text, 5, 8, 5, "type of the package").of("type"),
			},
			counts(), []Column{
				col("vulnerabilities", "CVES", "count(distinct vulnerability)", Number, 5, 7, 4, "vulnerabilities in it"),
				col("images", "IMAGES", images, Number, 6, 8, 6, "images with it"),
				col("repositories", "REPOS", repos, Number, 5, 8, 7, "repositories with it"),
				col("versions", "VERSIONS", "list(distinct installed_version)", Versions, 12, 28, 8, "versions that are installed"),
			})}
}

func fixes() Lens {
	return Lens{Name: "fixes", Title: "Fix list", Short: "fx", Noun: "bump", Nouns: "bumps", Ties: []string{"package", "type"}, Grouped: true, Only: "fixable", Order: worst(),
		Into: "findings", Drill: []string{"package", "type", "fixable"}, Doc: "what to upgrade, and what that clears",
		Columns: []Column{
			col("package", "BUMP", "package_name", Text, 16, 34, 0, "package to upgrade").of("package"),
			col("type", "ECO", "package_type", Text, 6, 7, 4, "type of the package").of("type"),
			col("from_versions", "FROM", "list(distinct installed_version)", Versions, 14, 24, 5, "versions that are installed"),
			col("to_version", "TO", upgrades, Newest, 12, 20, 0, "the highest version that a finding needs"),
			col("critical", "C", critical, Number, 3, 8, 0, "Critical findings that it clears"),
			col("high", "H", high, Number, 4, 8, 1, "High findings that it clears"),
			col("findings", "ALL", "count(*)", Number, 5, 8, 0, "findings that it clears"),
			col("images", "IMG", images, Number, 5, 7, 3, "images to build anew"),
			col("repositories", "REPO", repos, Number, 4, 7, 6, "repositories to change"),
			col("epss", "EPSS", "max(epss)", Probability, 5, 5, 2, "the highest probability of exploitation among them"),
			col("kev", "KEV", "bool_or(kev)", Flag, 3, 3, 1, "one of them is known to be exploited"),
		}}
}
