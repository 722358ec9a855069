package defenderportal

import (
	"context"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "defender"

// The columns that published queries give to what they project. The first
// list is that of the queries in Microsoft's documentation and blogs.
func vulnerabilityColumns() []string {
	return []string{"cveId", "cve", "vulnerabilityId", "vulnId", "vulnName", "vulnerability", "vulnerabilityName", "cveTitle"}
}

func packageColumns() []string {
	return []string{"packageName", "softwareName", "softwarePackage", "package"}
}

func azureColumns() []string {
	return []string{"subscriptionId", "tenantId", "resourceGroup", "registryHost", "registryName", "registryResourceId", "loginServer"}
}

// decodeFindings reads a table with one finding a row. Rows of many images
// interleave, so the images stay open until the end.
func decodeFindings(ctx context.Context, t *csvread.Reader, in *format.Input, to format.Sink) error {
	images := rows.NewImages(to)
	err := rows.Rest(ctx, t, in, to, scanner, func(d *rows.Delivery, _ *csvread.Reader, w *csvread.Row) error {
		image := imageOf(w)
		f, v := findingOf(w)
		switch {
		case f.VulnerabilityID == "":
			return to.Skip(w.Where(), "the row names no vulnerability")
		case image.Repository == "" && image.Digest == "":
			return to.Skip(w.Where(), "the row names no image")
		}
		o := images.Open(scanner, image)
		o.Seen(w.Time("timeGenerated", "scanTime", "lastScanned"))
		return d.Finding(o.Ref, w.Where(), f, v, w)
	})
	if err != nil {
		return err
	}
	return images.Close()
}

func imageOf(w *csvread.Row) schema.Image {
	i := schema.Image{
		Registry: w.Text("registryHost", "loginServer"), Repository: w.Text("repositoryName", "repository", "imageRepository", "artifactRepository"),
		Digest: w.Text("imageDigest", "artifactDigest", "digest"), Tag: w.Text("imageTag", "tag"),
		OS:       strings.ToLower(w.Text("osPlatform", "imageOs")),
		TenantID: w.Text("tenantId"), SubscriptionID: w.Text("subscriptionId"), ResourceGroup: w.Text("resourceGroup"),
		RegistryResourceID: w.Text("registryResourceId"),
	}
	if name := w.Text("registryName", "registry"); i.Registry == "" && name != "" {
		if i.Registry = strings.ToLower(name); !strings.Contains(name, ".") {
			i.Registry += ".azurecr.io"
		}
	}
	i.Name = strings.TrimPrefix(i.Registry+"/"+i.Repository, "/")
	return i
}

func findingOf(w *csvread.Row) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{
		VulnerabilityID: w.Text(vulnerabilityColumns()...), PackageName: w.Text(packageColumns()...),
		PackageType:      purl.Type("", w.Text("packageType", "language", "softwareType")),
		InstalledVersion: w.Text("installedPackageVersion", "installedVersion", "packageVersion", "softwareVersion", "version"),
		FixedVersion:     w.Text("fixedPackageVersion", "fixedVersion", "fixVersion", "patchedVersion"),
		SeverityRaw:      w.Text("scanFindingSeverity", "severity", "vulnerabilitySeverity", "vulnSeverity"), SeveritySource: scanner,
		AssessmentKey: strings.ToLower(w.Text("assessmentKey")), PublishedAt: w.Time("publishedTime", "publishedDate", "published"),
		CVSS: w.Number("cvssV30Score", "cvssV3Score", "cvssScore", "cvss", "cvssBase"),
	}
	vector := w.Text("cvssVector", "cvssVectorString")
	if f.CVSS == 0 {
		f.CVSS, _ = cvss.Score(vector)
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	state, cause, why := w.Text("status", "statusCode", "state"), w.Text("cause", "statusCause"), w.Text("statusDescription", "notApplicableReason")
	switch strings.ToLower(state) {
	case "healthy":
		f.Status = schema.Healthy
	case "notapplicable":
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, cause, why
	}
	switch patchable := strings.ToLower(w.Text("patchable", "fixStatus", "isPatchable")); {
	case f.FixedVersion != "":
	case patchable == "true", patchable == "fixavailable":
		f.FixStatus = schema.FixAvailable
	case patchable == "false", patchable == "nofixavailable":
		f.FixStatus = schema.FixNone
	}
	v := &schema.Vulnerability{ID: f.VulnerabilityID, Title: w.Text("displayName", "title"), Description: w.Text("description", "vulnDescription"),
		Published: f.PublishedAt, Modified: w.Time("lastModifiedDate")}
	if f.CVSS > 0 {
		version := cvss.Version(vector)
		if version == "" && w.Number("cvssV30Score") > 0 {
			version = "3.0"
		}
		v.CVSS = []schema.CVSS{{Source: scanner, Version: version, Score: f.CVSS, Vector: vector}}
	}
	return f, v
}
