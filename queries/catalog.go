package queries

import (
	"github.com/google/uuid"

	"argosy/queries/kql"
	"argosy/schema"
)

// Catalog is what a KQL query can name: Azure Resource Graph's tables over the
// views of the database.
func Catalog() *kql.Catalog {
	cat := &kql.Catalog{}
	for _, t := range schema.Tables() {
		table := kql.Table{Name: t.Name, Relation: t.View}
		for _, c := range schema.HiddenColumns() {
			table.Hidden = append(table.Hidden, kql.Column{Name: c.Name, Type: kql.Type(c.Type)})
		}
		if t.Only != "" {
			table.Only = &kql.Only{Column: schema.TableColumn, Value: t.Only}
		}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, kql.Column{Name: c.Name, Type: kql.Type(c.Type), NotNull: c.Type == schema.TypeString})
		}
		for _, p := range t.Parts {
			table.Variants = append(table.Variants, variant(p))
		}
		cat.Tables = append(cat.Tables, table)
	}
	return cat
}

func variant(p schema.Part) kql.Variant {
	v := kql.Variant{Column: "type", Values: []string{p.Type}, Relation: p.View}
	if p.Keyed != "" {
		v.Narrow = &kql.Narrow{Column: "name", Lacks: nameBased, Relation: p.Keyed}
	}
	if len(p.Paths) == 0 {
		return v
	}
	for _, c := range p.Paths {
		v.Paths = append(v.Paths, place(c))
	}
	if p.View != "arg_subassessments" {
		return v
	}
	const software = "properties.additionalData.softwareDetails."
	v.Paths = append(v.Paths, kql.Path{Path: schema.PackageInformation, Elements: &kql.Elements{
		Present: software + "packageName", Missing: true,
		Paths: []kql.Path{
			{Path: "name", Column: software + "packageName", Type: kql.String},
			{Path: "installedVersion", Column: software + "version", Type: kql.String},
			{Path: "fixedVersion", Column: software + "fixedVersion", Type: kql.String},
		},
	}})
	// An id is built from its parts, none of which holds the literal between them.
	const assessments = "/providers/Microsoft.Security/assessments/"
	v.Concats = []kql.Concat{{Column: "id", Parts: []kql.ConcatPart{
		{Column: schema.IDPrefixColumn, NonEmpty: true, Excludes: []string{"Microsoft?Security", "/assessments", "subassessments", "\n"}},
		{Literal: assessments},
		{Column: schema.AssessmentKeyColumn, NonEmpty: true, Excludes: []string{"/", "\n", "assessment"}},
		{Literal: "/subassessments/"},
		{Column: "name", NonEmpty: true, Excludes: []string{"/", "\n", "assessment"}},
	}}}
	const add = "properties.additionalData."
	v.NotNull = []string{schema.IDPrefixColumn, schema.AssessmentKeyColumn, "properties.displayName", "properties.id",
		"properties.status.code", "properties.status.severity", add + "repositoryName", add + "registryHost", add + "patchable",
		add + "artifactDetails.repositoryName", add + "artifactDetails.registryHost", add + "softwareDetails.fixStatus",
		add + "vulnerabilityDetails.cveId", add + "vulnerabilityDetails.severity"}
	return v
}

// nameBased says whether a name is a UUID of version 5, in any form of it.
func nameBased(name string) bool {
	id, err := uuid.Parse(name)
	return err == nil && id.Version() == 5
}

// place is a place in properties as the translator knows it.
func place(c schema.Path) kql.Path {
	out := kql.Path{Path: c.Name, Column: c.Name, Type: kql.Type(c.Type)}
	if c.List {
		out.List = c.ListColumn()
	}
	if c.Counted {
		out.Parsed = []kql.Path{{Count: c.CountColumn()}}
	}
	if c.Moment {
		out.Column, out.Stamp, out.Words = "", c.Name, c.WordsColumn()
	}
	for _, in := range c.Parsed {
		out.Parsed = append(out.Parsed, kql.Path{Path: in.Name, Column: c.ParsedColumn(in.Name), Type: kql.Type(in.Type)})
	}
	return out
}
