package schema

import "time"

// ResourceKind says what was scanned.
type ResourceKind string

// The kinds of resource. Reports about something that is no image are kept
// under their own kind and do not appear among images.
const (
	KindImage      ResourceKind = "image"
	KindHost       ResourceKind = "host"
	KindFilesystem ResourceKind = "filesystem"
	KindRepository ResourceKind = "repository"
	KindOther      ResourceKind = "other"
)

// Image is the scanned resource as a report describes it. Unknown stays
// empty: nothing here is guessed.
type Image struct {
	// Kind is KindImage when empty.
	Kind ResourceKind
	// Name is what the report calls the resource; Registry, Repository and Tag
	// are parsed from it by the loader where they are empty.
	Name string
	// Registry is the registry's host, docker.io for Docker Hub.
	Registry   string
	Repository string
	Tag        string
	// Digest is the digest of the manifest, ConfigDigest that of the config
	// (docker's "image id"): the two are never mixed up.
	Digest       string
	ConfigDigest string
	// IndexDigests are multi-platform indexes that lead to the manifest.
	IndexDigests []string
	// References are further names of the same image: repository tags and
	// repository digests as the report writes them.
	References []string

	OS           string
	Architecture string
	Variant      string
	// Distribution and DistributionVersion name the Linux distribution: debian,
	// 12.5. EndOfLife is nil when the report does not say.
	Distribution        string
	DistributionVersion string
	EndOfLife           *bool
	// Size is in bytes; zero is unknown.
	Size int64
	// Layers are the layers as the report names them, lowest first: by the digest
	// in the registry or by the diff id. DiffIDs are the digests of the unpacked
	// layers, all of them or none (OCI image specification, rootfs.diff_ids).
	Layers  []string
	DiffIDs []string
	Labels  map[string]string
	Created time.Time
	Pushed  time.Time
	Pulled  time.Time

	// RegistryResourceID is the Azure id of the registry where the report gives
	// one; SubscriptionID, ResourceGroup and TenantID likewise.
	RegistryResourceID string
	SubscriptionID     string
	ResourceGroup      string
	TenantID           string
}

// TimeSource says where Scan.At comes from.
type TimeSource string

// Where the time of a scan comes from. A time that is not the report's own is
// shown as such.
const (
	TimeReport TimeSource = "report"
	TimeFile   TimeSource = "file"
	TimeIngest TimeSource = "ingest"
)

// Scan is one look of one scanner at one image.
type Scan struct {
	Image Image
	// Scanner is the lower-case name of the tool that found things (trivy,
	// grype, defender), which need not be the name of the format.
	Scanner         string
	ScannerVersion  string
	DatabaseVersion string
	// At is when the scan ran by the report itself; the loader puts the file's
	// time in where it is zero and sets TimeSource.
	At         time.Time
	TimeSource TimeSource
	// Partial marks a report that does not hold the whole set of the image's
	// findings (a change stream, a filtered export): nothing is closed by it.
	Partial bool
	// Incomplete says why the scanner could not look everywhere; empty when it
	// could.
	Incomplete string
}
