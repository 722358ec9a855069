package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"argosy/schema"
)

// acrRow reads a row of `az acr manifest list-metadata`, which is one of the
// registry's /acr/v1/NAME/_manifests.
func acrRow(l *Listing, raw json.RawMessage, o Options) error {
	var r struct {
		Digest          string   `json:"digest"`
		Tags            []string `json:"tags"`
		CreatedTime     string   `json:"createdTime"`
		ImageSize       int64    `json:"imageSize"`
		OS              string   `json:"os"`
		Architecture    string   `json:"architecture"`
		MediaType       string   `json:"mediaType"`
		ConfigMediaType string   `json:"configMediaType"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	return l.put(entry{place: schema.Place{Registry: acrHost(o.Registry), Repository: o.Repository}, digest: r.Digest, tags: r.Tags, pushed: at(r.CreatedTime),
		mediaType: r.MediaType, configMediaType: r.ConfigMediaType, platform: schema.Platform{OS: r.OS, Architecture: r.Architecture}, bytes: r.ImageSize})
}

// acrHost is the host of a registry that may be given by its name, as az takes
// it.
func acrHost(name string) string {
	if name != "" && !strings.Contains(name, ".") {
		return name + ".azurecr.io"
	}
	return name
}

// ecrRow reads a row of `aws ecr describe-images`.
func ecrRow(l *Listing, raw json.RawMessage, o Options) error {
	var r struct {
		RepositoryName   string          `json:"repositoryName"`
		ImageDigest      string          `json:"imageDigest"`
		ImageTags        []string        `json:"imageTags"`
		ImageSizeInBytes int64           `json:"imageSizeInBytes"`
		ImagePushedAt    json.RawMessage `json:"imagePushedAt"`
		LastPulled       json.RawMessage `json:"lastRecordedPullTime"`
		MediaType        string          `json:"imageManifestMediaType"`
		ArtifactType     string          `json:"artifactMediaType"`
		RegistryID       string          `json:"registryId"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	if o.Registry == "" {
		return fmt.Errorf("the listing names the account %s but not the region; add --registry %s.dkr.ecr.REGION.amazonaws.com", r.RegistryID, r.RegistryID)
	}
	return l.put(entry{place: schema.Place{Registry: o.Registry, Repository: r.RepositoryName}, digest: r.ImageDigest, tags: r.ImageTags,
		pushed: either(r.ImagePushedAt), pulled: either(r.LastPulled), mediaType: r.MediaType, configMediaType: r.ArtifactType, bytes: r.ImageSizeInBytes})
}

// either reads a time as text, or as seconds, which older versions of the AWS
// CLI write.
func either(raw json.RawMessage) time.Time {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return at(text)
	}
	var seconds float64
	if json.Unmarshal(raw, &seconds) == nil && seconds > 0 {
		whole, part := math.Modf(seconds)
		return time.Unix(int64(whole), int64(part*1e9)).UTC().Truncate(time.Millisecond)
	}
	return time.Time{}
}

// harborRow reads an artifact of Harbor's API v2.0.
func harborRow(l *Listing, raw json.RawMessage, o Options) error {
	var r struct {
		RepositoryName string `json:"repository_name"`
		Digest         string `json:"digest"`
		Type           string `json:"type"`
		PushTime       string `json:"push_time"`
		PullTime       string `json:"pull_time"`
		Size           int64  `json:"size"`
		MediaType      string `json:"manifest_media_type"`
		ConfigType     string `json:"media_type"`
		Tags           []struct {
			Name string `json:"name"`
		} `json:"tags"`
		Extra struct {
			OS           string `json:"os"`
			Architecture string `json:"architecture"`
			Variant      string `json:"variant"`
			Created      string `json:"created"`
			Config       struct {
				Labels map[string]string `json:"Labels"`
			} `json:"config"`
		} `json:"extra_attrs"`
		References []struct {
			ChildDigest string            `json:"child_digest"`
			Annotations map[string]string `json:"annotations"`
			Platform    struct {
				OS           string `json:"os"`
				Architecture string `json:"architecture"`
				Variant      string `json:"variant"`
			} `json:"platform"`
		} `json:"references"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	repository := r.RepositoryName
	if repository == "" {
		repository = o.Repository
	}
	if o.Registry == "" {
		return errors.New("the listing does not name the registry; add --registry HOST")
	}
	e := entry{place: schema.Place{Registry: o.Registry, Repository: repository}, digest: r.Digest, pushed: at(r.PushTime), pulled: at(r.PullTime),
		mediaType: r.MediaType, configMediaType: r.ConfigType, platform: schema.Platform{OS: r.Extra.OS, Architecture: r.Extra.Architecture, Variant: r.Extra.Variant},
		created: at(r.Extra.Created), labels: r.Extra.Config.Labels, bytes: r.Size}
	for _, t := range r.Tags {
		e.tags = append(e.tags, t.Name)
	}
	for _, c := range r.References {
		child := schema.ManifestChild{Digest: c.ChildDigest, Annotations: c.Annotations}
		if c.Platform.OS != "unknown" {
			child.Platform = schema.Platform{OS: c.Platform.OS, Architecture: c.Platform.Architecture, Variant: c.Platform.Variant}
		}
		e.children = append(e.children, child)
		if child.OS == "" {
			continue
		}
		// Harbor lists the platforms of an index in the index only.
		if err := l.put(entry{place: e.place, digest: c.ChildDigest, pushed: e.pushed, platform: child.Platform}); err != nil {
			return err
		}
	}
	return l.put(e)
}

// garRow reads a row of `gcloud artifacts docker images list`, or one of the
// interface behind it.
func garRow(l *Listing, raw json.RawMessage, _ Options) error {
	var r struct {
		Package    string          `json:"package"`
		Version    string          `json:"version"`
		URI        string          `json:"uri"`
		Tags       json.RawMessage `json:"tags"`
		CreateTime string          `json:"createTime"`
		UploadTime string          `json:"uploadTime"`
		MediaType  string          `json:"mediaType"`
		Metadata   struct {
			MediaType string `json:"mediaType"`
			BuildTime string `json:"buildTime"`
		} `json:"metadata"`
		ImageManifests []struct {
			Digest       string `json:"digest"`
			MediaType    string `json:"mediaType"`
			OS           string `json:"os"`
			Architecture string `json:"architecture"`
			Variant      string `json:"variant"`
		} `json:"imageManifests"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	full, digest := r.Package, r.Version
	if r.URI != "" {
		full, digest, _ = strings.Cut(r.URI, "@")
	}
	host, repository, ok := strings.Cut(full, "/")
	if !ok {
		return fmt.Errorf("%q names no repository", full)
	}
	e := entry{place: schema.Place{Registry: host, Repository: repository}, digest: digest, pushed: at(r.CreateTime), mediaType: r.Metadata.MediaType, created: at(r.Metadata.BuildTime)}
	if r.UploadTime != "" {
		e.pushed, e.mediaType = at(r.UploadTime), r.MediaType
	}
	if len(r.Tags) > 0 && r.Tags[0] == '"' {
		var joined string
		if err := json.Unmarshal(r.Tags, &joined); err != nil {
			return err
		}
		for _, t := range strings.Split(joined, ",") {
			if t = strings.TrimSpace(t); t != "" {
				e.tags = append(e.tags, t)
			}
		}
	} else if len(r.Tags) > 0 {
		if err := json.Unmarshal(r.Tags, &e.tags); err != nil {
			return err
		}
	}
	if len(r.ImageManifests) == 1 && r.ImageManifests[0].Digest == digest {
		m := r.ImageManifests[0]
		e.platform = schema.Platform{OS: m.OS, Architecture: m.Architecture, Variant: m.Variant}
	} else {
		for _, m := range r.ImageManifests {
			e.children = append(e.children, schema.ManifestChild{Digest: m.Digest, MediaType: m.MediaType,
				Platform: schema.Platform{OS: m.OS, Architecture: m.Architecture, Variant: m.Variant}})
		}
	}
	return l.put(e)
}
