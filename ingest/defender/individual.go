package defender

import (
	"encoding/json"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// software is additionalData of S4: one row per package of an image, its CVEs
// in a list that is mostly a string of JSON.
type software struct {
	SoftwareName, SoftwareVendor, PackageType, Language, FixedVersion string
	DetectedSoftwareVersions                                          json.RawMessage
	CvesDetails                                                       json.RawMessage
	FixStatus                                                         string
}

type cve struct {
	CveID                 string
	AdditionalIdentifiers []string
	Description           string
	Cvss                  []struct {
		Key   string
		Value struct {
			Base             *float64
			CvssVectorString string
		}
	}
	CvssSource, Severity, PublishedDate, LastModifiedDate string
	Weaknesses                                            []struct{ ID string }
	FixStatus, FixedVersion                               string
	ExploitabilityDetails                                 json.RawMessage
	References                                            []struct{ Source, Title, URL string }
}

// isSoftwareUpdate tells the individual recommendations of images.
func (p *properties) isSoftwareUpdate() bool {
	t := strings.ToLower(p.ResourceDetails.ResourceType)
	return strings.EqualFold(p.Metadata.RecommendationCategory, "SoftwareUpdate") &&
		(strings.Contains(t, "containerimage") || strings.Contains(t, "container"))
}

// individual delivers one finding for each CVE of a recommendation. A row
// without CVEs says that an image is healthy or was not assessed; it is kept
// as a row.
func (d *decoder) individual(r *schema.ResourceRow, p *properties) error {
	var s software
	if !decodeLoose(p.AdditionalData, &s) {
		return d.unread(r, "additionalData")
	}
	var cves []cve
	if !decodeLoose(s.CvesDetails, &cves) {
		return d.unread(r, "CvesDetails")
	}
	if len(cves) == 0 {
		return d.to.Resource(r)
	}
	o := d.image(imageOfUpdate(r, p), r.At)
	var versions []string
	decodeLoose(s.DetectedSoftwareVersions, &versions)
	for i := range cves {
		if err := d.cve(r, p, &s, &cves[i], o, strings.Join(versions, ", ")); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) cve(r *schema.ResourceRow, p *properties, s *software, c *cve, o *open, version string) error {
	if c.CveID == "" {
		return skipf(d, "an element of CvesDetails has no CveId")
	}
	f := schema.Finding{Row: r, Gone: r.Gone, VulnerabilityID: c.CveID, Aliases: c.AdditionalIdentifiers,
		PackageName: s.SoftwareName, InstalledVersion: version, FixedVersion: first(c.FixedVersion, s.FixedVersion),
		PackageType: packageType(s.PackageType, s.Language, ""), SeverityRaw: c.Severity, SeveritySource: first(c.CvssSource, scanner)}
	f.FixStatus = fixStatus(first(c.FixStatus, s.FixStatus))
	if f.FixStatus == schema.FixNone {
		f.FixedVersion = c.FixedVersion
	}
	v := &schema.Vulnerability{ID: c.CveID, Aliases: c.AdditionalIdentifiers, Description: c.Description,
		Published: jsonread.ParseTime(c.PublishedDate), Modified: jsonread.ParseTime(c.LastModifiedDate)}
	for _, x := range c.Cvss {
		if x.Value.Base != nil && *x.Value.Base > 0 {
			version := x.Key
			if len(version) == 1 {
				version += ".0"
			}
			v.CVSS = append(v.CVSS, schema.CVSS{Source: strings.ToLower(first(c.CvssSource, scanner)), Version: version, Score: *x.Value.Base, Vector: x.Value.CvssVectorString})
			if strings.HasPrefix(x.Key, "3") || f.CVSS == 0 {
				f.CVSS = *x.Value.Base
			}
		}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	f.Status = status(p)
	if f.Status != schema.Unhealthy {
		f.StatusCause, f.StatusReason = p.Status.Cause, p.Status.Description
	}
	for _, w := range c.Weaknesses {
		v.CWEs = append(v.CWEs, w.ID)
	}
	for _, x := range c.References {
		if x.URL != "" {
			v.References = append(v.References, x.URL)
		}
	}
	if !d.known[v.ID] {
		d.known[v.ID] = true
		if err := d.to.Vulnerability(scanner, v); err != nil {
			return err
		}
	}
	return d.to.Finding(o.ref, &f)
}

// imageOfUpdate finds the image of an individual recommendation.
func imageOfUpdate(r *schema.ResourceRow, p *properties) schema.Image {
	var x struct {
		RepositoryDetails struct{ RepositoryName, RegistryHost, LastPushedToRegistryUTC string }
		Digest, ImageURI  string
		Tags              []string

		LastPushedToRegistryUTC string
	}
	raw := p.ResourceAdditionalData
	if len(raw) == 0 {
		var inAdditional struct{ ResourceAdditionalData json.RawMessage }
		decodeLoose(p.AdditionalData, &inAdditional)
		raw = inAdditional.ResourceAdditionalData
	}
	decodeLoose(raw, &x)
	i := schema.Image{Registry: x.RepositoryDetails.RegistryHost, Repository: x.RepositoryDetails.RepositoryName, Digest: x.Digest,
		Tag: strings.Join(x.Tags, "\x1f"), Pushed: jsonread.ParseTime(first(x.LastPushedToRegistryUTC, x.RepositoryDetails.LastPushedToRegistryUTC))}
	azure(&i, r)
	if i.Digest == "" {
		if k := strings.LastIndex(p.ResourceDetails.ID, "sha256:"); k >= 0 {
			i.Digest = p.ResourceDetails.ID[k:]
		}
	}
	if i.Repository == "" {
		i.Repository = p.ResourceDetails.ResourceName
	}
	i.Name = first(x.ImageURI, i.Registry+"/"+i.Repository)
	return i
}
