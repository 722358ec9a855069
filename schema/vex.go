package schema

import "time"

// VEXStatus is what a VEX statement says of a product, in OpenVEX's words;
// CSAF's and CycloneDX's states are translated into them.
type VEXStatus string

// The statuses of a VEX statement (OpenVEX specification, "Status Labels").
const (
	VEXNotAffected        VEXStatus = "not_affected"
	VEXAffected           VEXStatus = "affected"
	VEXFixed              VEXStatus = "fixed"
	VEXUnderInvestigation VEXStatus = "under_investigation"
)

// VEXProduct is what a VEX statement is about. A product with Subcomponents is
// an image or package that contains them, and the statement is about these
// subcomponents within it.
type VEXProduct struct {
	// ID is the product as the document names it: a package URL, an image
	// reference, a digest, or a name of the document's own.
	ID string `json:"id,omitempty"`
	// PURLs, Digests (algorithm:hex) and Names are further identifiers that the
	// document gives for the same product.
	PURLs   []string `json:"purls,omitempty"`
	Digests []string `json:"digests,omitempty"`
	Names   []string `json:"names,omitempty"`
	// Subcomponents are package URLs, or names where the document has none.
	Subcomponents []string `json:"subcomponents,omitempty"`
}

// VEXStatement is one statement of a VEX document: for these products this
// vulnerability has this status.
type VEXStatement struct {
	// Document is the document's id, Author who speaks, At when the statement
	// was made; a later statement about the same product and vulnerability
	// replaces an earlier one. Issued is when this issue of the document was, At
	// where it does not say: what a newer one leaves out holds no longer.
	Document string
	Author   string
	At       time.Time
	Issued   time.Time
	// Place is where the statement stands in its document: statements[3].
	Place string

	VulnerabilityID string
	Aliases         []string
	Products        []VEXProduct
	Status          VEXStatus
	// Justification is the machine-readable reason in the document's word
	// (component_not_present, code_not_reachable); Impact and Action are prose.
	Justification string
	Impact        string
	Action        string
}

// StagedStatement is a VEX statement on its way into the database.
type StagedStatement struct {
	File int
	// Canonical is the vulnerability's canonical id, see CanonicalID.
	Canonical string
	VEXStatement
	Targets []Target
}

// Target is one thing that a statement or exemption is about, in the terms by
// which findings are known. Empty fields match everything; a target that is
// empty as a whole matches nothing.
type Target struct {
	// Product is the product as the document names it.
	Product string
	// Digest is of the manifest, the index or the config of an image. Registry
	// is empty where a package URL names only the last part of the repository.
	Digest, Registry, Repository, Tag string
	// PURL is the package without version, percent signs undone, in lower case, of
	// whose qualifiers only arch and distro are kept: pkg:deb/debian/libc6?arch=amd64.
	PURL, PackageType, PackageName, PackageVersion string
}
