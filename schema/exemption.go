package schema

import "time"

// Exemption says that findings do not count: they stay visible as
// NotApplicable with cause Exempt until it expires or is removed. Fields of
// the scope that are empty match everything; at least one must be set.
// Registry, Repository, Tag, Team, Package and Path are patterns with * and ?.
type Exemption struct {
	// ID is given by the database.
	ID int64 `json:"id"`
	// Vulnerability is an id of any kind; findings are matched through aliases.
	Vulnerability string `json:"vulnerability,omitempty"`
	// PURL is a package URL without version, in lower case, of whose qualifiers only
	// arch and distro are kept; with it, PackageType and Package hold the same for
	// findings without a URL.
	PURL string `json:"purl,omitempty"`
	// PackageType is the type of a package URL: deb, npm, golang.
	PackageType string `json:"packageType,omitempty"`
	Package     string `json:"package,omitempty"`
	// Version is the installed version.
	Version    string `json:"version,omitempty"`
	Digest     string `json:"digest,omitempty"`
	Registry   string `json:"registry,omitempty"`
	Repository string `json:"repository,omitempty"`
	Tag        string `json:"tag,omitempty"`
	// Team owns the image where it lies, a pattern; unowned is that of images that
	// no owner rule matches.
	Team string `json:"team,omitempty"`
	// Path is where every copy of the package lies in the image: * stays within a
	// folder, ** goes through folders.
	Path string `json:"path,omitempty"`

	Reason string `json:"reason"`
	Who    string `json:"who"`
	// Expires is the moment from which it no longer holds; zero is never.
	Expires time.Time `json:"expires,omitzero"`

	// Source is ExemptFile or ExemptCommand, Origin the file, Place where in it.
	Source ExemptionSource `json:"source"`
	Origin string          `json:"origin,omitempty"`
	Place  string          `json:"place,omitempty"`
}

// ExemptionSource says where an exemption comes from.
type ExemptionSource string

// The sources of exemptions.
const (
	ExemptVEX     ExemptionSource = "vex"
	ExemptFile    ExemptionSource = "file"
	ExemptCommand ExemptionSource = "command"
)

// Scoped says whether anything narrows the exemption down.
func (e *Exemption) Scoped() bool {
	return e.Vulnerability+e.PURL+e.Package+e.Digest+e.Registry+e.Repository+e.Tag+e.Team+e.Path != ""
}

// ExemptionResult says what became of one exemption.
type ExemptionResult struct {
	ID int64
	// Known says that the same exemption was there before.
	Known bool
	// Matched counts the open findings that it matches.
	Matched int64
}
