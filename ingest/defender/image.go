package defender

import (
	"bytes"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"encoding/json"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decodeLoose reads JSON, or JSON within a string, without regard to the case
// of keys. A member of another type than expected is left empty and the rest
// is read. It reports false for text that is no JSON, such as that of a cell
// which a spreadsheet cut at its end; null and empty text are read as nothing.
func decodeLoose(raw json.RawMessage, v any) bool {
	if s, ok := quoted(raw); ok {
		raw = json.RawMessage(s)
	}
	err := jsonv2.Unmarshal(raw, v, jsonv2.MatchCaseInsensitiveNames(true))
	return err == nil || len(bytes.TrimSpace(raw)) == 0 || json.Valid(raw)
}

// imageOf finds the image of a sub-assessment, from the fields of each
// generation and then from the id of the resource.
func imageOf(r *schema.ResourceRow, p *properties, a *additional) schema.Image {
	i := schema.Image{
		Registry:   first(a.ArtifactDetails.RegistryHost, a.RegistryHost),
		Repository: first(a.ArtifactDetails.RepositoryName, a.RepositoryName),
		Digest:     first(a.ArtifactDetails.Digest, a.ImageDigest),
		Pushed:     jsonread.ParseTime(a.ArtifactDetails.LastPushedToRegistryUTC),
		OS:         strings.ToLower(a.SoftwareDetails.OSDetails.OSPlatform),
	}
	i.Tag = strings.Join(a.ArtifactDetails.Tags, "\x1f")
	if d := a.SoftwareDetails.OSDetails.OSVersion; d != "" {
		i.Distribution = d
	}
	azure(&i, r)
	fromResourceID(&i, p.ResourceDetails.ID)
	i.Name = i.Registry + "/" + i.Repository
	return i
}

// machineOf is the machine of a sub-assessment, named by its resource id.
func machineOf(r *schema.ResourceRow, p *properties) schema.Image {
	id := before(r.ID, "/providers/Microsoft.Security/")
	if id == r.ID {
		id = first(p.ResourceDetails.NativeResourceID, p.ResourceDetails.ID, p.ResourceDetails.ResourceName)
	}
	i := schema.Image{Kind: schema.KindHost, Name: id, TenantID: r.TenantID, SubscriptionID: r.SubscriptionID, ResourceGroup: r.ResourceGroup}
	if isAzureID(id) {
		i.RegistryResourceID = id // what the row's id begins with
	}
	return i
}

// azure fills the Azure side of an image from the row it came in.
func azure(i *schema.Image, r *schema.ResourceRow) {
	i.TenantID, i.SubscriptionID, i.ResourceGroup = r.TenantID, r.SubscriptionID, r.ResourceGroup
	const mark = "/registries/"
	at := strings.Index(strings.ToLower(r.ID), mark)
	if at < 0 {
		return
	}
	// The id ends with the registry's name, whatever of the registry follows.
	name, _, _ := strings.Cut(r.ID[at+len(mark):], "/")
	if name == "" {
		return
	}
	i.RegistryResourceID = r.ID[:at+len(mark)+len(name)]
	if i.Registry == "" {
		i.Registry = strings.ToLower(name) + ".azurecr.io"
	}
}

// fromResourceID reads /repositories/NAME/images/DIGEST and the older
// /repository/NAME/imageDigest/DIGEST.
func fromResourceID(i *schema.Image, id string) {
	id = before(id, "/providers/Microsoft.Security/")
	lower := strings.ToLower(id)
	for _, marks := range [][2]string{{"/repositories/", "/images/"}, {"/repository/", "/imagedigest/"}} {
		a := strings.Index(lower, marks[0])
		if a < 0 {
			continue
		}
		rest := id[a+len(marks[0]):]
		b := strings.Index(strings.ToLower(rest), marks[1])
		if b < 0 {
			continue
		}
		if i.Repository == "" {
			i.Repository = rest[:b]
		}
		if i.Digest == "" {
			i.Digest = strings.Trim(rest[b+len(marks[1]):], "/")
		}
	}
}
