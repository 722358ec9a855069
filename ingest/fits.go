package ingest

import (
	"fmt"

	"argosy/ingest/format"
	"argosy/schema"
)

// maxText is how many bytes of text one row may have. The longest description
// of a real vulnerability has some thousand; the engine ends the process when a
// text alone needs more memory than it was given.
const maxText = 16 << 20

// fits refuses a document of which one row has more text than can be.
func fits(what string, bytes int) error {
	if bytes <= maxText {
		return nil
	}
	return &format.Error{Msg: fmt.Sprintf("%s has %d MB of text and more than %d MB are not read: the report is damaged, or made to do harm", what, bytes>>20, maxText>>20)}
}

// maxMessage bounds messages and places that quote what a document says.
const maxMessage = 2000

// shortened cuts a message that quotes a text without an end.
func shortened(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	return s[:maxMessage] + "..."
}

func sum(texts []string) int {
	n := 0
	for _, s := range texts {
		n += len(s)
	}
	return n
}

func findingText(f *schema.StagedFinding) int {
	n := len(f.VulnerabilityID) + len(f.PackageType) + len(f.PackageName) + len(f.InstalledVersion) + len(f.FixedVersion) + len(f.PURL) + len(f.Layer) +
		len(f.SeverityRaw) + len(f.SeveritySource) + len(f.StatusCause) + len(f.StatusReason) + len(f.AssessmentKey) + len(f.Running) + len(f.Target) +
		len(f.Extra) + sum(f.Aliases) + sum(f.Paths)
	if f.Row != nil {
		n += rowText(f.Row)
	}
	return n
}

func advisoryText(a *schema.StagedAdvisory) int {
	n := len(a.ID) + len(a.Title) + len(a.Description) + len(a.Extra) + sum(a.Aliases) + sum(a.CWEs) + sum(a.References)
	for i := range a.CVSS {
		n += len(a.CVSS[i].Vector) + len(a.CVSS[i].Source)
	}
	return n
}

func rowText(r *schema.ResourceRow) int {
	return len(r.ID) + len(r.Name) + len(r.Type) + len(r.Kind) + len(r.Location) + len(r.Properties) + len(r.Tags) + len(r.SKU) + len(r.Plan) +
		len(r.Identity) + len(r.Zones) + len(r.ExtendedLocation)
}

func statementText(s *schema.StagedStatement) int {
	n := len(s.VulnerabilityID) + len(s.Document) + len(s.Author) + len(s.Place) + len(s.Justification) + len(s.Impact) + len(s.Action) + sum(s.Aliases)
	for i := range s.Targets {
		t := &s.Targets[i]
		n += len(t.Product) + len(t.Digest) + len(t.Registry) + len(t.Repository) + len(t.Tag) + len(t.PURL) + len(t.PackageName) + len(t.PackageVersion)
	}
	return n
}

func imageText(i *schema.Image) int {
	n := len(i.DistributionVersion) + len(i.Architecture) + len(i.Variant) + len(i.RegistryResourceID) + len(i.SubscriptionID) + len(i.ResourceGroup) + len(i.TenantID) +
		len(i.Name) + len(i.Registry) + len(i.Repository) + len(i.Tag) + len(i.Digest) + len(i.ConfigDigest) + len(i.OS) + len(i.Distribution) +
		sum(i.References) + sum(i.Layers) + sum(i.DiffIDs) + sum(i.IndexDigests)
	for k, v := range i.Labels {
		n += len(k) + len(v)
	}
	return n
}
