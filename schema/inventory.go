package schema

import "time"

// ManifestKind says what a manifest stands for.
type ManifestKind string

// The kinds of manifest. Only an image can be scanned; an index leads to
// images; the others describe images or are something else altogether.
const (
	ManifestImage       ManifestKind = "image"
	ManifestIndex       ManifestKind = "index"
	ManifestAttestation ManifestKind = "attestation"
	ManifestSignature   ManifestKind = "signature"
	ManifestArtifact    ManifestKind = "artifact"
	ManifestUnsupported ManifestKind = "unsupported"
)

// Platform is what an image runs on, in the words of the OCI image
// specification; empty is unknown.
type Platform struct {
	OS           string
	Architecture string
	Variant      string
	OSVersion    string
}

// ManifestLayer is one layer of an image or one part of an artifact. Size is in
// bytes as the registry holds it. DiffID is the digest of the unpacked layer.
type ManifestLayer struct {
	Digest    string
	DiffID    string
	MediaType string
	Size      int64
}

// ManifestChild is one entry of an index.
type ManifestChild struct {
	Digest      string
	MediaType   string
	Size        int64
	Annotations map[string]string
	Platform
}

// Manifest is the content behind a digest; it never changes.
type Manifest struct {
	Digest       string
	MediaType    string
	ArtifactType string
	Kind         ManifestKind
	// Size is that of the manifest itself, in bytes.
	Size            int64
	ConfigDigest    string
	ConfigMediaType string
	Platform
	Created     time.Time
	Labels      map[string]string
	Annotations map[string]string
	// Subject is the digest that an attestation, a signature or another
	// referrer is about.
	Subject  string
	Layers   []ManifestLayer
	Children []ManifestChild
	// Listed marks a manifest that only a listing names: its content is not
	// known. LayerBytes is its size where the listing gives it.
	Listed     bool
	LayerBytes int64
}

// Place is a repository in a registry. Registry is the host, docker.io for
// Docker Hub.
type Place struct {
	Registry   string
	Repository string
}

// TagSighting says that a tag led to a digest. Pushed and Pulled are zero where
// the source does not give them.
type TagSighting struct {
	Place
	Tag    string
	Digest string
	Pushed time.Time
	Pulled time.Time
}

// ManifestSighting says that a repository holds a digest. Gone marks one that
// was looked for and is not there. Checked says that the referrers of the
// digest were asked for. Pushed and Pulled are zero where the source does not
// give them.
type ManifestSighting struct {
	Place
	Digest  string
	Gone    bool
	Checked bool
	Pushed  time.Time
	Pulled  time.Time
}

// Referrer says that one manifest is about another. Via is how that is known:
// referrers (the registry's list), subject (the manifest's own word), tag (a
// tag made from the subject's digest) or index (an entry of an index).
type Referrer struct {
	Place
	Subject      string
	Digest       string
	ArtifactType string
	Via          string
}

// InventoryBatch is what was seen of registries since the last batch.
type InventoryBatch struct {
	Manifests []Manifest
	Tags      []TagSighting
	Present   []ManifestSighting
	Referrers []Referrer
	// Listed are repositories whose tags were listed to the end: a tag that was
	// not seen in this sync is gone.
	Listed []Place
	// Catalogued are registries whose catalogue was read to the end: a
	// repository (below Prefix, if there is one) that is not in it is gone.
	Catalogued []Catalogue
}

// Catalogue is the list of a registry's repositories; Prefix, if any, is the
// beginning that it was limited to.
type Catalogue struct {
	Registry     string
	Prefix       string
	Repositories []string
}

// SyncRun is one sync of an inventory.
type SyncRun struct {
	// Kind is registry, layout, listing or kubernetes.
	Kind string
	// Source is what the user named.
	Source  string
	Version string
	// At is the time that the sightings of the run carry.
	At time.Time
}

// SyncTotals is what a sync came to. State is complete, partial (something
// could not be read) or interrupted.
type SyncTotals struct {
	State        string
	Repositories int64
	Tags         int64
	Manifests    int64
	Containers   int64
	Requests     int64
	Error        string
}

// KnownRepository is what the database knows of a repository that exists.
type KnownRepository struct {
	// Tags leads from tag to digest.
	Tags map[string]string
	// Manifests leads from digest to what is known of its presence.
	Manifests map[string]KnownManifest
}

// KnownManifest is what the database knows of a manifest in a repository.
type KnownManifest struct {
	// Seen is when it was last known to be there, Checked when its referrers were
	// last asked for; zero is never.
	Seen, Checked time.Time
}

// KnownContent is what the database knows of the content behind a digest.
type KnownContent struct {
	Kind     ManifestKind
	Children []string
}

// KnownRegistry is what the database knows of one registry before a sync.
type KnownRegistry struct {
	Repositories map[string]*KnownRepository
	// Contents holds every digest whose manifest was read, of any registry.
	Contents map[string]KnownContent
}

// Container is one container of a pod, as the cluster's API states it.
type Container struct {
	Namespace string
	// WorkloadKind and Workload name the outermost owner that is known: the
	// Deployment behind a ReplicaSet, the CronJob behind a Job; the pod itself
	// where it has none.
	WorkloadKind, Workload string
	Pod, PodUID            string
	Name                   string
	// Role is container, init or ephemeral.
	Role             string
	Node             string
	NodeOS, NodeArch string
	// Image is as written in the pod, ImageID as the runtime reports it.
	Image, ImageID            string
	Registry, Repository, Tag string
	// Digest is that of an index or a manifest, ConfigDigest that of a
	// configuration, for images that came from no registry.
	Digest, ConfigDigest string
	// State is running, waiting, terminated or unknown.
	State   string
	Started time.Time
	Labels  map[string]string
}

// ClusterSighting is what one look at a cluster, or at one namespace of it,
// found. Containers that an earlier look found and this one did not are gone.
type ClusterSighting struct {
	Cluster string
	// ResourceID is the cluster's Azure id; empty is looked up or made up.
	ResourceID string
	// Namespace limits the look; empty is all of the cluster.
	Namespace  string
	Containers []Container
}

// Attachment is a document that a registry holds about an image: a report, an
// attestation, a list of components. Subject is the digest that it is about.
type Attachment struct {
	Place
	Subject string
	// Digest is that of the manifest, Layer that of the document itself.
	Digest, Layer string
	MediaType     string
	// Size is in bytes.
	Size int64
}

// Name is what the document is called in records.
func (a *Attachment) Name() string {
	return a.Registry + "/" + a.Repository + "@" + a.Digest + "#" + a.Layer
}

// ScanPolicy is a scan policy as the database keeps it. A window that is nil is
// no reason to rescan; RescanHours nil means that one scan is enough.
type ScanPolicy struct {
	Policy           string   `json:"policy"`
	Description      string   `json:"description"`
	PushedWithinDays *float64 `json:"pushed_within_days"`
	PulledWithinDays *float64 `json:"pulled_within_days"`
	Running          bool     `json:"running"`
	RescanHours      *float64 `json:"rescan_hours"`
	FirstScanHours   *float64 `json:"first_scan_hours"`
	OperatingSystems []string `json:"operating_systems"`
}
