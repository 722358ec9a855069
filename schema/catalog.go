package schema

// Table is a table of Azure Resource Graph as argosy answers for it.
type Table struct {
	Name string
	// View is the SQL view that holds all of its rows.
	View    string
	Columns []Column
	// Parts are narrower views of single types with typed columns for known
	// paths; see Part.
	Parts []Part
	// Only keeps the rows of the view whose arg_table is this; empty for all.
	Only string
}

// TableColumn is the column of the view arg_other that Table.Only looks at.
const TableColumn = "arg_table"

// Part is the view of the rows of one type. Behind the table's columns it has
// one typed column for each known path of properties, named by the path.
type Part struct {
	Type  string
	View  string
	Paths []Path
	// Keyed is a view without rows whose names are name-based UUIDs (RFC 9562,
	// version 5), of which argosy makes many; empty where there is none.
	Keyed string
}

// The views that Part names hold two more columns: the resource id that an id
// begins with, and the assessment key within it.
const (
	IDPrefixColumn      = "id_prefix"
	AssessmentKeyColumn = "assessment_key"
)

// PackageInformation is the path of the array with a finding's package: one
// element where the finding names a package, none where it does not.
const PackageInformation = "properties.additionalData.packageInformation"

// Tables lists the tables that queries can name, besides argosy's own.
func Tables() []Table {
	list := []Table{
		{Name: "securityresources", View: "securityresources", Columns: ResourceColumns(), Parts: []Part{
			{Type: "microsoft.security/assessments/subassessments", View: "arg_subassessments", Paths: SubAssessmentPaths()},
			{Type: "microsoft.security/assessments", View: "arg_assessments", Paths: AssessmentPaths(), Keyed: "arg_keyed_assessments"},
			{Type: "microsoft.security/cvedetails", View: "arg_cvedetails"},
		}},
		{Name: "resources", View: "resources", Columns: ResourceColumns()},
	}
	for _, name := range OtherTables() {
		list = append(list, Table{Name: name, View: "arg_other", Columns: ResourceColumns(), Only: name})
	}
	return list
}

// OtherTables are the further tables of Azure Resource Graph (Microsoft Learn,
// "Understanding the Azure Resource Graph query language", and the table and
// resource type reference). They hold what was ingested of them; mostly that is
// nothing, and a query that joins them finds no rows.
func OtherTables() []string {
	return []string{
		"advisorresources", "aksresources", "alertsmanagementresources", "appserviceresources", "authorizationresources",
		"awsresources", "azurebusinesscontinuityresources", "batchresources", "chaosresources", "communitygalleryresources",
		"computeresources", "deploymentresources", "desktopvirtualizationresources", "dnsresources", "edgeorderresources",
		"elasticsanresources", "extendedlocationresources", "extensibilityresourcechanges", "extensibilityresources",
		"featureresources", "guestconfigurationresources", "healthresourcechanges", "healthresources",
		"impactreportresources", "insightresources", "insightsresources", "iotsecurityresources",
		"kubernetesconfigurationresources", "kustoresources", "maintenanceresources", "managedserviceresources",
		"migrateresources", "networkresourcechanges", "networkresources", "orbitalresources", "patchassessmentresources",
		"patchinstallationresources", "policyresources", "quotaresources", "recoveryservicesresources", "resourcechanges",
		"resourcecontainerchanges", "resourcecontainers", "servicefabricresources", "servicehealthresources",
		"spotresources", "supportresources", "tagresources", "tagsresources", "workloadmonitorresources",
	}
}

// ResourceColumns are the columns that every table of Azure Resource Graph
// has, in its order (Microsoft Learn, "Azure Resource Graph table and resource
// type reference").
func ResourceColumns() []Column {
	return []Column{
		{"id", TypeString, "resource id"},
		{"name", TypeString, "last part of the id"},
		{"type", TypeString, "resource type, lower case"},
		{"tenantId", TypeString, "Azure tenant, zeros where there is none"},
		{"kind", TypeString, "kind of the resource"},
		{"location", TypeString, "Azure region"},
		{"resourceGroup", TypeString, "resource group"},
		{"subscriptionId", TypeString, "Azure subscription, zeros where there is none"},
		{"managedBy", TypeString, "id of the managing resource"},
		{"sku", TypeDynamic, "sku of the resource"},
		{"plan", TypeDynamic, "plan of the resource"},
		{"properties", TypeDynamic, "everything else, as JSON"},
		{"tags", TypeDynamic, "Azure tags"},
		{"identity", TypeDynamic, "managed identity"},
		{"zones", TypeDynamic, "availability zones"},
		{"extendedLocation", TypeDynamic, "extended location"},
	}
}

// HiddenColumns are columns that Azure Resource Graph answers for when they are
// named, and does not show otherwise. argosy stores nothing for them.
func HiddenColumns() []Column {
	return []Column{{"apiVersion", TypeString, "version of the API that the row was read with"}}
}
