package kql_test

import "argosy/queries/kql"

// argCatalog is a small catalog in the shape of Azure Resource Graph's.
func argCatalog() *kql.Catalog {
	names := []string{"id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy"}
	var cols []kql.Column
	for _, n := range names {
		cols = append(cols, kql.Column{Name: n, Type: kql.String})
	}
	for _, n := range []string{"sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"} {
		cols = append(cols, kql.Column{Name: n, Type: kql.Dynamic})
	}
	named := func(n string) kql.Table {
		return kql.Table{Name: n, Columns: cols, Relation: n, Hidden: []kql.Column{{Name: "apiVersion", Type: kql.String}}}
	}
	s := func(path, col string) kql.Path { return kql.Path{Path: path, Column: col, Type: kql.String} }
	return &kql.Catalog{Tables: []kql.Table{
		{Name: "securityresources", Columns: cols, Relation: "securityresources", Variants: []kql.Variant{{
			Column: "type", Values: []string{"microsoft.security/assessments/subassessments"}, Relation: "arg_subassessments",
			NotNull: []string{"id", "name", "type", "tenantId", "resourceGroup", "subscriptionId", "id_prefix", "assessment_key"},
			Paths: []kql.Path{
				s("properties.displayName", "display_name"),
				s("properties.additionalData.repositoryName", "repository"),
				s("properties.additionalData.imageDigest", "digest"),
				{Path: "properties.additionalData.publishedTime", Column: "published", Type: kql.Datetime},
				{Path: "properties.additionalData.cvssV30Score", Column: "cvss", Type: kql.Real},
				s("properties.status.severity", "severity"),
				s("properties.status.code", "status"),
				{Path: "properties.additionalData.packageInformation", Elements: &kql.Elements{Paths: []kql.Path{
					s("name", "package_name"), s("installedVersion", "package_version"), s("fixedVersion", "fixed_version"),
				}}},
			},
			Concats: []kql.Concat{{Column: "id", Parts: []kql.ConcatPart{
				{Column: "id_prefix", NonEmpty: true, Excludes: []string{"Microsoft?Security", "/assessments", "subassessments", "\n"}},
				{Literal: "/providers/Microsoft.Security/assessments/"},
				{Column: "assessment_key", NonEmpty: true, Excludes: []string{"/", "\n", "assessment"}},
				{Literal: "/subAssessments/"},
				{Column: "name", NonEmpty: true, Excludes: []string{"/", "\n", "assessment"}},
			}}},
		}}},
		named("resources"), named("resourcecontainers"), named("advisorresources"), named("policyresources"), named("authorizationresources"),
		named("extensibilityresources"), named("kubernetesconfigurationresources"),
	}}
}
