package schema

import (
	"encoding/json"
	"strings"
	"time"
)

// Kind says what a finding is about.
type Kind string

// The kinds of finding. Only vulnerabilities are stored unless the user asks
// for the others.
const (
	KindVulnerability    Kind = "vulnerability"
	KindSecret           Kind = "secret"
	KindMisconfiguration Kind = "misconfiguration"
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{KindVulnerability, KindSecret, KindMisconfiguration} }

// Status is the state of a finding in Azure's words.
type Status string

// The states. A finding that a scanner reports is Unhealthy; NotApplicable
// carries its reason in Finding.StatusCause and StatusReason; Healthy is a
// finding that the source itself calls resolved.
const (
	Unhealthy     Status = "Unhealthy"
	Healthy       Status = "Healthy"
	NotApplicable Status = "NotApplicable"
)

// Statuses lists all states.
func Statuses() []Status { return []Status{Unhealthy, Healthy, NotApplicable} }

// FixStatus says whether a fix exists, in Defender's words.
type FixStatus string

// The fix states. The empty value means that the report does not say; the
// loader then derives FixAvailable from a fixed version.
const (
	FixUnknown   FixStatus = "Unknown"
	FixAvailable FixStatus = "FixAvailable"
	FixNone      FixStatus = "NoFixAvailable"
	FixScheduled FixStatus = "Scheduled"
	FixWont      FixStatus = "WontFix"
)

// FixStatuses lists the fix states but for the empty one.
func FixStatuses() []FixStatus {
	return []FixStatus{FixUnknown, FixAvailable, FixNone, FixScheduled, FixWont}
}

// Finding is one vulnerability in one package of one image, as one row of a
// report states it. The image is known to the sink by the scan that the
// finding is delivered under.
type Finding struct {
	// VulnerabilityID is the id that the report uses: CVE-..., GHSA-..., DSA-...
	VulnerabilityID string
	// Aliases are other ids of the same vulnerability that the report names.
	Aliases []string
	// Kind is KindVulnerability when empty.
	Kind Kind

	// PackageType is the type of the package URL where there is one (deb, rpm,
	// apk, npm, golang, maven, pypi, ...), else the scanner's own word for it.
	PackageType      string
	PackageName      string
	InstalledVersion string
	// FixedVersion is as the report writes it; several are joined with ", ".
	FixedVersion string
	FixStatus    FixStatus
	// PURL is the package URL as the report gives it.
	PURL string
	// Paths are the places in the image where the package was found.
	Paths []string
	// Layer is the digest of the layer that brought the package.
	Layer string

	// SeverityRaw is the scanner's own word, SeveritySource who said so (nvd,
	// redhat, ghsa, the scanner's name); Severity is the canonical one.
	SeverityRaw    string
	SeveritySource string
	Severity       Severity
	// CVSS is the base score that goes with the severity; zero means none.
	CVSS float64

	// Status is Unhealthy when empty.
	Status Status
	// StatusCause is a short word such as Exempt; StatusReason says why in the
	// source's words (VEX justification, ignore rule).
	StatusCause  string
	StatusReason string

	// AssessmentKey is the assessment that a Defender row belongs to, lower
	// case; empty for everything else.
	AssessmentKey string
	// Running is the cluster resource that a finding of a running container
	// names; empty for images in a registry.
	Running string
	// Target is the part of the image that the scanner names (a lock file, an
	// OS layer); a detail, not part of the key.
	Target string
	// PublishedAt is the publication date where it belongs to the row rather
	// than to the vulnerability.
	PublishedAt time.Time

	// Row is the row of Azure Resource Graph that the finding came from; nil
	// for every other scanner.
	Row *ResourceRow
	// Extra is a JSON object of whatever else the row holds that has no column
	// of its own; nil for nothing.
	Extra json.RawMessage

	// Gone marks a deletion (Event Hub's action Delete): the finding is closed.
	Gone bool
}

// CVSS is one score of a vulnerability by one source.
type CVSS struct {
	// Source is who scored: nvd, redhat, ghsa, ...
	Source string `json:"source,omitempty"`
	// Version is 2.0, 3.0, 3.1 or 4.0.
	Version string  `json:"version,omitempty"`
	Score   float64 `json:"score"`
	Vector  string  `json:"vector,omitempty"`
}

// BaseScore is the score that people compare by: the first of CVSS 3, else of
// 4, else of 2; 0 for none.
func BaseScore(scores []CVSS) float64 {
	for _, version := range []string{"3", "4", "2"} {
		for _, c := range scores {
			if strings.HasPrefix(c.Version, version) && c.Score > 0 {
				return c.Score
			}
		}
	}
	return 0
}

// Vulnerability is what is known of an id apart from any image: the catalogue
// text that scanners repeat in every row.
type Vulnerability struct {
	ID          string
	Aliases     []string
	Title       string
	Description string
	CVSS        []CVSS
	CWEs        []string
	// References are web addresses; the first is the primary advisory.
	References []string
	Published  time.Time
	Modified   time.Time
	Withdrawn  time.Time
	// EPSS is a probability from 0 to 1, EPSSPercentile likewise; both are nil
	// when the report holds none.
	EPSS           *float64
	EPSSPercentile *float64
	EPSSDate       time.Time
	// KEV says that the report lists the vulnerability as known exploited.
	KEV    bool
	KEVDue time.Time
	// Extra is a JSON object of further details (exploitability, vendor
	// severities); nil for nothing.
	Extra json.RawMessage
}

// ResourceRow is a row of one of Azure Resource Graph's tables, kept whole.
// Strings are as they came; the JSON columns hold compact JSON or are nil.
type ResourceRow struct {
	// Table is securityresources or resources (lower case).
	Table string
	ID    string
	Name  string
	// Type is lower case, as Resource Graph stores it.
	Type             string
	TenantID         string
	Kind             string
	Location         string
	ResourceGroup    string
	SubscriptionID   string
	ManagedBy        string
	SKU              json.RawMessage
	Plan             json.RawMessage
	Properties       json.RawMessage
	Tags             json.RawMessage
	Identity         json.RawMessage
	Zones            json.RawMessage
	ExtendedLocation json.RawMessage
	// At is when the source says the row held; zero when it does not.
	At time.Time
	// Gone marks a deletion.
	Gone bool
}
