package registry

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"argosy/schema"
)

// descriptor points to content (OCI image specification, descriptor.md).
type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	ArtifactType string            `json:"artifactType"`
	Annotations  map[string]string `json:"annotations"`
	Platform     *struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
		Variant      string `json:"variant"`
		OSVersion    string `json:"os.version"`
	} `json:"platform"`
}

// document is any manifest: image, index, artifact, of Docker or OCI.
type document struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Config        *descriptor       `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Blobs         []descriptor      `json:"blobs"`
	Manifests     []descriptor      `json:"manifests"`
	Subject       *descriptor       `json:"subject"`
	Annotations   map[string]string `json:"annotations"`
}

// parseManifest reads the manifest behind a digest. mediaType is what the
// source says; the document's own word fills in where it says nothing.
func parseManifest(digest, mediaType string, raw []byte) (schema.Manifest, error) {
	m := schema.Manifest{Digest: digest, MediaType: mediaType, Size: int64(len(raw))}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return m, fmt.Errorf("reading manifest %s: %w", digest, err)
	}
	if d.MediaType != "" && (mediaType == "" || !strings.Contains(mediaType, "+")) {
		m.MediaType = d.MediaType
	}
	m.ArtifactType, m.Annotations = d.ArtifactType, d.Annotations
	if d.Subject != nil {
		m.Subject = d.Subject.Digest
	}
	for _, l := range append(d.Layers, d.Blobs...) {
		m.Layers = append(m.Layers, schema.ManifestLayer{Digest: l.Digest, MediaType: l.MediaType, Size: l.Size})
	}
	if d.Config != nil {
		m.ConfigDigest, m.ConfigMediaType = d.Config.Digest, d.Config.MediaType
	}
	for _, c := range d.Manifests {
		child := schema.ManifestChild{Digest: c.Digest, MediaType: c.MediaType, Size: c.Size, Annotations: c.Annotations}
		// BuildKit marks attestations by the platform unknown/unknown.
		if p := c.Platform; p != nil && p.OS != "unknown" {
			child.Platform = schema.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant, OSVersion: p.OSVersion}
		}
		m.Children = append(m.Children, child)
	}
	if m.MediaType == "" && len(d.Manifests) > 0 {
		m.MediaType = "application/vnd.oci.image.index.v1+json"
	}
	m.Kind = kindOf(&m)
	return m, nil
}

// kindOf says what a manifest stands for. What its layers are counts for more
// than its configuration: signatures and attestations dress as images.
func kindOf(m *schema.Manifest) schema.ManifestKind {
	switch {
	case strings.Contains(m.MediaType, "image.index"), strings.Contains(m.MediaType, "manifest.list"):
		return schema.ManifestIndex
	case strings.Contains(m.MediaType, "distribution.manifest.v1+"):
		return schema.ManifestUnsupported
	}
	words := m.ArtifactType
	for _, l := range m.Layers {
		words += " " + l.MediaType
	}
	switch {
	case strings.Contains(words, "simplesigning"), strings.Contains(words, "cosign.artifact.sig"), strings.Contains(words, "notary.signature"):
		return schema.ManifestSignature
	case strings.Contains(words, "in-toto"), strings.Contains(words, "dsse.envelope"), strings.Contains(words, "sigstore.bundle"):
		return schema.ManifestAttestation
	}
	config := strings.Contains(m.ConfigMediaType, "container.image.v1+json") || strings.Contains(m.ConfigMediaType, "oci.image.config.v1+json")
	if !config || m.ArtifactType != "" && !config {
		return schema.ManifestArtifact
	}
	for _, l := range m.Layers {
		if !strings.Contains(l.MediaType, "rootfs") && !strings.Contains(l.MediaType, "image.layer") {
			return schema.ManifestArtifact
		}
	}
	return schema.ManifestImage
}

// configuration is the part of an image's configuration that an inventory
// keeps (OCI image specification, config.md).
type configuration struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	OSVersion    string `json:"os.version"`
	Created      string `json:"created"`
	RootFS       struct {
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	Config struct {
		Labels map[string]string `json:"Labels"`
	} `json:"config"`
}

// configure adds what an image's configuration says.
func configure(m *schema.Manifest, raw []byte) error {
	var c configuration
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("reading the configuration %s of %s: %w", m.ConfigDigest, m.Digest, err)
	}
	m.Platform = schema.Platform{OS: c.OS, Architecture: c.Architecture, Variant: c.Variant, OSVersion: c.OSVersion}
	m.Labels = c.Config.Labels
	// Builds that can be repeated say 1970 or year 1, which is no time.
	if t, err := time.Parse(time.RFC3339Nano, c.Created); err == nil && t.Year() > 1980 {
		m.Created = t.UTC()
	}
	for i := range m.Layers {
		if i < len(c.RootFS.DiffIDs) && len(c.RootFS.DiffIDs) == len(m.Layers) {
			m.Layers[i].DiffID = c.RootFS.DiffIDs[i]
		}
	}
	return nil
}

// subjectOfTag reads the digest that a tag of the form sha256-<hex> with
// .att, .sig, .sbom or nothing behind it is about (cosign's tags, and the
// referrers tag schema of the OCI distribution specification).
func subjectOfTag(tag string) string {
	name, _, _ := strings.Cut(tag, ".")
	hex, ok := strings.CutPrefix(name, "sha256-")
	if !ok || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return ""
	}
	return "sha256:" + hex
}

// buildkitSubject is the digest that BuildKit's entry of an index is about.
func buildkitSubject(c *schema.ManifestChild) string {
	if c.Annotations["vnd.docker.reference.type"] != "attestation-manifest" {
		return ""
	}
	return c.Annotations["vnd.docker.reference.digest"]
}
