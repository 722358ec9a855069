package schema

// Path is a place in properties that has a column of the same name in the view
// of its type. The column holds the same value as the place, typed; that of a
// TypeDynamic has the JSON of the place, which is narrower than properties.
type Path struct {
	Column
	// List is set for arrays with a second column, ListColumn, that has the
	// elements as JSON[]; where it is null the first one tells.
	List bool
	// Moment is set for moments that some source wrote in words of its own: the
	// column is null there, and WordsColumn has the words.
	Moment bool
	// Parsed is set for a text that is JSON itself: columns named by ParsedColumn
	// for places in that, and CountColumn for the length where Counted is set.
	Parsed  []Column
	Counted bool
}

// ListColumn, WordsColumn and CountColumn are further columns of a place.
func (p Path) ListColumn() string  { return p.Name + "[]" }
func (p Path) WordsColumn() string { return p.Name + " words" }
func (p Path) CountColumn() string { return p.Name + " count" }

// ParsedColumn is the column of a place inside the JSON that the text is.
func (p Path) ParsedColumn(place string) string { return p.Name + " " + place }

func textPath(path, doc string) Path { return Path{Column: Column{path, TypeString, doc}} }
func bagPath(path, doc string) Path  { return Path{Column: Column{path, TypeDynamic, doc}} }
func listPath(path, doc string) Path { return Path{Column: Column{path, TypeDynamic, doc}, List: true} }
func momentPath(path, doc string) Path {
	return Path{Column: Column{path, TypeDatetime, doc}, Moment: true}
}
func typed(path string, t Type, doc string) Path { return Path{Column: Column{path, t, doc}} }

// SubAssessmentPaths are the places in a sub-assessment's properties that have
// a typed column in arg_subassessments, of all generations of the shape.
func SubAssessmentPaths() []Path {
	const add = "properties.additionalData."
	return []Path{
		textPath("properties.displayName", "what Defender shows: the id of the vulnerability, or its title"),
		textPath("properties.id", "id of the vulnerability"),
		textPath("properties.category", "OS or Language, by the type of the package"),
		textPath("properties.description", "what is written about the vulnerability"),
		textPath("properties.impact", "title of the vulnerability"),
		textPath("properties.remediation", "what to update to"),
		momentPath("properties.timeGenerated", "when it was last seen"),
		bagPath("properties.status", "code, cause, severity and since when"),
		textPath("properties.status.code", "Unhealthy, NotApplicable or Healthy"),
		textPath("properties.status.severity", "canonical severity"),
		momentPath("properties.status.firstEvaluationDate", "when it was first seen"),
		momentPath("properties.status.statusChangeDate", "since when the status holds"),
		textPath("properties.resourceDetails.source", "who knows the resource: Azure"),
		textPath("properties.resourceDetails.id", "what the finding is in"),
		textPath(add+"imageDigest", "digest of the manifest"),
		textPath(add+"repositoryName", "repository without the registry"),
		textPath(add+"registryHost", "host of the registry"),
		typed(add+"patchable", TypeBool, "whether a fix is known"),
		typed(add+"publishedTime", TypeDatetime, "when the vulnerability was published"),
		typed(add+"cvssV30Score", TypeReal, "CVSS base score, 0 to 10"),
		listPath(add+"cve", "the vulnerability with its link"),
		bagPath(add+"artifactDetails", "the image"),
		textPath(add+"artifactDetails.repositoryName", "repository without the registry"),
		textPath(add+"artifactDetails.registryHost", "host of the registry"),
		textPath(add+"artifactDetails.digest", "digest of the manifest"),
		bagPath(add+"softwareDetails", "the package"),
		textPath(add+"softwareDetails.packageName", "name of the package"),
		textPath(add+"softwareDetails.version", "version that is installed"),
		textPath(add+"softwareDetails.fixedVersion", "version that fixes it"),
		textPath(add+"softwareDetails.fixStatus", "FixAvailable, NoFixAvailable, Scheduled, WontFix or Unknown"),
		textPath(add+"softwareDetails.vendor", "type of the package"),
		textPath(add+"softwareDetails.category", "OS or Language, by the type of the package"),
		textPath(add+"softwareDetails.language", "programming language, by the type of the package"),
		textPath(add+"softwareDetails.osDetails.osPlatform", "operating system"),
		textPath(add+"softwareDetails.osDetails.osVersion", "distribution and its version"),
		textPath(add+"vulnerabilityDetails.cveId", "id of the vulnerability"),
		textPath(add+"vulnerabilityDetails.severity", "canonical severity"),
		typed(add+"vulnerabilityDetails.publishedDate", TypeDatetime, "when the vulnerability was published"),
	}
}

// AssessmentPaths are the places in an assessment's properties that have a
// typed column in arg_assessments.
func AssessmentPaths() []Path {
	const add = "properties.additionalData."
	cves := bagPath(add+"CvesDetails", "the vulnerabilities that an update closes, as the text of JSON")
	cves.Counted = true
	image := bagPath("properties.resourceAdditionalData", "the image, as the text of JSON")
	image.Parsed = []Column{
		{"RepositoryDetails.RepositoryName", TypeString, "repository without the registry"},
		{"RepositoryDetails.RegistryHost", TypeString, "host of the registry"},
		{"Digest", TypeString, "digest of the manifest"},
		{"ImageUri", TypeString, "registry, repository and digest"},
	}
	return []Path{
		textPath("properties.displayName", "title of the recommendation"),
		bagPath("properties.status", "code, cause and since when"),
		textPath("properties.status.code", "Unhealthy, Healthy or NotApplicable"),
		bagPath("properties.metadata", "what the recommendation is"),
		textPath("properties.metadata.severity", "worst severity of what it lists"),
		textPath("properties.metadata.recommendationCategory", "SoftwareUpdate for an update of a package"),
		bagPath("properties.resourceDetails", "what it is about"),
		textPath("properties.resourceDetails.ResourceType", "kind of what it is about"),
		textPath("properties.resourceDetails.ResourceName", "name of what it is about"),
		textPath(add+"SoftwareName", "name of the package"),
		textPath(add+"FixedVersion", "version to update to"),
		cves, image,
	}
}
