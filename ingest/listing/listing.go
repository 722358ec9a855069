// Package listing reads what the vendors of registries list of a repository:
// `az acr manifest list-metadata`, `aws ecr describe-images`, the artifacts of
// Harbor and `gcloud artifacts docker images list`. They give what the
// registry protocol does not: when an image was pushed and last pulled, and
// manifests without a tag.
package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"argosy/ingest/registry"
	"argosy/schema"
)

// Options name what a listing does not say itself.
type Options struct {
	// Registry is the host; it is needed for ECR without Region, Harbor and ACR.
	Registry string
	// Repository is needed where the listing names none: ACR, and old Harbor.
	Repository string
}

// Listing is what a document says.
type Listing struct {
	// Vendor is acr, ecr, harbor or gar.
	Vendor string
	Batch  schema.InventoryBatch
	// Skipped says why rows were left out.
	Skipped []string
}

// vendor is one form of listing.
type vendor struct {
	name string
	// marks are keys of which a row of the form has all.
	marks []string
	row   func(l *Listing, raw json.RawMessage, o Options) error
}

func vendors() []vendor {
	return []vendor{
		{"ecr", []string{"imageDigest", "repositoryName"}, ecrRow},
		{"harbor", []string{"digest", "push_time"}, harborRow},
		{"gar", []string{"package", "version"}, garRow},
		{"gar", []string{"uri", "uploadTime"}, garRow},
		{"acr", []string{"digest", "createdTime"}, acrRow},
	}
}

// Decode reads one listing.
func Decode(in io.Reader, o Options) (*Listing, error) {
	raw, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	rows, o, err := rowsOf(raw, o)
	if err != nil {
		return nil, err
	}
	l := &Listing{}
	for i, row := range rows {
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(row, &keys); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
		v := recognise(keys)
		if v == nil {
			return nil, fmt.Errorf("row %d is of no listing that is known: it has %s; known are those of ACR, ECR, Harbor and Google Artifact Registry", i+1, names(keys))
		}
		l.Vendor = v.name
		if err := v.row(l, row, o); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return l, nil
}

func recognise(keys map[string]json.RawMessage) *vendor {
next:
	for _, v := range vendors() {
		for _, m := range v.marks {
			if _, ok := keys[m]; !ok {
				continue next
			}
		}
		return &v
	}
	return nil
}

func names(keys map[string]json.RawMessage) string {
	var out []string
	for k := range keys {
		out = append(out, k)
	}
	if len(out) == 0 {
		return "no keys"
	}
	return strings.Join(out, ", ")
}

// rowsOf finds the rows in what the tools and the interfaces behind them
// write: a bare list, or a list with a word about it.
func rowsOf(raw []byte, o Options) ([]json.RawMessage, Options, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err == nil {
		return list, o, nil
	}
	var doc struct {
		Registry     string            `json:"registry"`
		ImageName    string            `json:"imageName"`
		Manifests    []json.RawMessage `json:"manifests"`
		ImageDetails []json.RawMessage `json:"imageDetails"`
		DockerImages []json.RawMessage `json:"dockerImages"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, o, fmt.Errorf("a JSON list is needed: %w", err)
	}
	if o.Registry == "" {
		o.Registry = doc.Registry
	}
	if o.Repository == "" {
		o.Repository = doc.ImageName
	}
	for _, rows := range [][]json.RawMessage{doc.Manifests, doc.ImageDetails, doc.DockerImages} {
		if rows != nil {
			return rows, o, nil
		}
	}
	return nil, o, errors.New("the document holds no list of images: manifests, imageDetails or dockerImages")
}

// entry is a row in common words.
type entry struct {
	place           schema.Place
	digest          string
	tags            []string
	pushed, pulled  time.Time
	mediaType       string
	configMediaType string
	platform        schema.Platform
	created         time.Time
	labels          map[string]string
	bytes           int64
	children        []schema.ManifestChild
}

func (l *Listing) put(e entry) error {
	if !strings.Contains(e.digest, ":") {
		l.Skipped = append(l.Skipped, fmt.Sprintf("a row of %s/%s names no digest", e.place.Registry, e.place.Repository))
		return nil
	}
	if e.place.Registry == "" || e.place.Repository == "" {
		return errors.New("the listing does not say where it is from; add --registry HOST and --repository NAME")
	}
	e.place.Registry, e.place.Repository = registry.Canonical(e.place.Registry, e.place.Repository)
	b := &l.Batch
	b.Present = append(b.Present, schema.ManifestSighting{Place: e.place, Digest: e.digest, Pushed: e.pushed, Pulled: e.pulled})
	for _, t := range e.tags {
		b.Tags = append(b.Tags, schema.TagSighting{Place: e.place, Tag: t, Digest: e.digest})
	}
	if kind := kindOf(&e); kind != "" {
		b.Manifests = append(b.Manifests, schema.Manifest{Digest: e.digest, MediaType: e.mediaType, ConfigMediaType: e.configMediaType, Kind: kind,
			Platform: e.platform, Created: e.created, Labels: e.labels, Children: e.children, Listed: true, LayerBytes: e.bytes})
	}
	return nil
}

// kindOf says what a row stands for as far as its media types tell; empty is
// unknown.
func kindOf(e *entry) schema.ManifestKind {
	switch m, c := e.mediaType, e.configMediaType; {
	case strings.Contains(m, "manifest.list"), strings.Contains(m, "image.index"), len(e.children) > 0:
		return schema.ManifestIndex
	case strings.Contains(m, "distribution.manifest.v1"):
		return schema.ManifestUnsupported
	case strings.Contains(c, "container.image.v1+json"), strings.Contains(c, "oci.image.config.v1+json"):
		return schema.ManifestImage
	case c != "":
		return schema.ManifestArtifact
	case e.platform.OS != "":
		return schema.ManifestImage
	}
	return ""
}

// at reads a time as the vendors write it; an unknown or empty one is zero,
// and so is the year 1 that Harbor writes for never.
func at(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05.999999-07:00", "2006-01-02T15:04:05.999999-0700"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 1980 {
			return t.UTC()
		}
	}
	return time.Time{}
}
