package lens

import (
	"fmt"
	"strings"

	"argosy/schema"
)

// Field is something that findings can be filtered by.
type Field struct {
	Name string
	// Expr is the SQL over subassessments; a list is matched by its members.
	Expr string
	Type schema.Type
	// List is set when Expr is a list of texts.
	List bool
	Doc  string
}

// TeamExpr is the team that a finding belongs to: the owner, where one was
// assigned or there are rules of ownership, else the folder that holds the
// repository.
const TeamExpr = "case when team <> 'unowned' or exists (from owner_rules) then team else coalesce(nullif(split_part(repository, '/', -2), ''), '(none)') end"

// Fields lists what a scope can filter by.
func Fields() []Field {
	text := func(name, expr, doc string) Field {
		return Field{Name: name, Expr: expr, Type: schema.TypeString, Doc: doc}
	}
	return []Field{
		text("team", TeamExpr, "the owner, or the folder that holds the repository where there are no rules of ownership"),
		text("registry", "registry", "host of the registry"),
		text("repository", "repository", "repository without the registry"),
		text("image", "image_key", "digest of the image, or its name where it has none"),
		text("vulnerability", "vulnerability", "CVE or advisory id"),
		text("package", "package_name", "name of the package"),
		text("type", "package_type", "type of the package: deb, npm, ..."),
		text("installed", "installed_version", "version that is installed"),
		text("fixed", "fixed_version", "version that fixes it"),
		{Name: "severity", Expr: "severity", Type: schema.TypeString, Doc: "Critical, High, Medium, Low or Unknown"},
		{Name: "fixable", Expr: "fixable", Type: schema.TypeBool, Doc: "a fixed version is known"},
		{Name: "kev", Expr: "kev", Type: schema.TypeBool, Doc: "known to be exploited"},
		{Name: "cvss", Expr: "cvss", Type: schema.TypeReal, Doc: "CVSS base score, 0 to 10"},
		{Name: "epss", Expr: "epss", Type: schema.TypeReal, Doc: "probability of exploitation, 0 to 1"},
		{Name: "first_seen", Expr: "first_seen", Type: schema.TypeDatetime, Doc: "when the finding was first seen"},
		{Name: "last_scanned", Expr: "last_scanned", Type: schema.TypeDatetime, Doc: "when the image was last scanned"},
		{Name: "scanner", Expr: "scanners", Type: schema.TypeString, List: true, Doc: "scanner that reports it"},
		{Name: "tag", Expr: "tags", Type: schema.TypeString, List: true, Doc: "tag of the image"},
		text("layer", "layer", "layer of the image that brought the package"),
		text("distribution", "distribution", "Linux distribution"),
		text("os", "os", "operating system"),
		text("architecture", "architecture", "architecture of the image"),
		text("due", "due_state", "overdue, due soon or on time"),
		text("status", "status", "Unhealthy is open, NotApplicable set aside"),
		text("cause", "status_cause", "why it is set aside"),
		text("fix_status", "fix_status", "FixAvailable, NoFixAvailable, ..."),
	}
}

// FieldOf finds a field by its name.
func FieldOf(name string) (Field, error) {
	var names []string
	for _, f := range Fields() {
		if strings.EqualFold(f.Name, name) {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Field{}, fmt.Errorf("filtering by %q: there is no such field; use one of %s", name, strings.Join(names, ", "))
}
