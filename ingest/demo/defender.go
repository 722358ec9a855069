package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The subscription, tenant and resource group of the demo are invented.
const (
	demoTenant       = "11111111-1111-4111-8111-111111111111"
	demoSubscription = "22222222-2222-4222-8222-222222222222"
	demoGroup        = "rg-harbor"
	demoRegistries   = "/subscriptions/" + demoSubscription + "/resourceGroups/" + demoGroup + "/providers/Microsoft.ContainerRegistry/registries/"
)

// defender writes one registry's export of one week in one of the four shapes,
// each in an envelope that it comes in.
func (f *fleet) defender(w *writer, shape, registry string, images []*image, week int, at time.Time) {
	open, shut := map[string]string{"s1": `{"value":[`, "s2": `{"data":[`, "s3": `{"data":[`, "s4": `{"data":[`}[shape], map[string]string{
		"s1": `]}`, "s2": `],"totalRecords":%d,"count":%d,"resultTruncated":"false"}`,
		"s3": `],"count":%d,"skip_token":null,"total_records":%d}`, "s4": `],"totalRecords":%d,"count":%d,"resultTruncated":"false","facets":[]}`}[shape]
	w.raw(open)
	n := 0
	row := func(v obj) {
		if n > 0 {
			w.raw(",")
		}
		n++
		w.value(v)
	}
	for _, img := range images {
		w.rows["defender"] += defenderImage(shape, img, week, at, row)
	}
	if shape == "s4" {
		for _, img := range f.unscanned {
			row(notScanned(img, registry, at))
		}
	}
	if strings.Contains(shut, "%d") {
		shut = fmt.Sprintf(shut, n, n)
	}
	w.raw(shut + "\n")
}

func defenderImage(shape string, img *image, week int, at time.Time, row func(obj)) int64 {
	if shape == "s4" {
		return updates(img, week, at, row)
	}
	var n int64
	for i := range img.hits {
		if h := &img.hits[i]; h.in(week) {
			n++
			row(subAssessment(shape, h, img, week, at))
		}
	}
	return n
}

// guid is a made-up id in the form of a UUID.
func guid(parts ...string) string {
	d := (&fleet{}).digest(strings.Join(parts, "|"))[len("sha256:"):]
	return d[:8] + "-" + d[8:12] + "-5" + d[13:16] + "-a" + d[17:20] + "-" + d[20:32]
}

func envelope(id, kind string, props obj) obj {
	return obj{"id": id, "name": id[strings.LastIndexByte(id, '/')+1:], "type": kind, "tenantId": demoTenant, "kind": "", "location": "global",
		"resourceGroup": demoGroup, "subscriptionId": demoSubscription, "managedBy": "", "sku": nil, "plan": nil, "properties": props,
		"tags": nil, "identity": nil, "zones": nil, "extendedLocation": nil}
}

func registryID(img *image) string {
	return demoRegistries + strings.TrimSuffix(img.repo.registry, ".azurecr.io")
}

func azureTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// subAssessment is a row of the shapes S1 (Qualys), S2 (preview) or S3.
func subAssessment(shape string, h *hit, img *image, week int, at time.Time) obj {
	r := img.repo
	key := "c0b7cfc6-3172-465a-b378-53c7ff2cc0d5"
	if shape == "s1" {
		key = "dbd0cb49-b563-45e7-9724-889e799fa648"
	}
	name := guid(r.registry, r.name, img.digest, h.id, h.pkg)
	if h.variant > 0 {
		name = guid(r.registry, r.name, img.digest, h.id, h.pkg, h.version())
	}
	severity := h.rated(week)
	props := obj{"displayName": h.id, "id": h.id, "description": describe(h.entry), "category": "", "impact": "", "timeGenerated": azureTime(at),
		"remediation":     "Update " + h.pkg + " to " + h.fixed,
		"status":          obj{"code": "Unhealthy", "severity": severity, "cause": "", "description": ""},
		"resourceDetails": obj{"source": "Azure", "id": "/repositories/" + r.name + "/images/" + img.digest}}
	switch shape {
	case "s1":
		if severity == "Critical" {
			props["status"].(obj)["severity"] = "High" // this shape has three levels
		}
		props["displayName"], props["id"] = h.title, fmt.Sprint(100000+len(h.id)*37+int(h.cvss*100))
		props["additionalData"] = obj{"assessedResourceType": "ContainerRegistryVulnerability", "imageDigest": img.digest, "repositoryName": r.name,
			"registryHost": r.registry, "type": "Vulnerability", "patchable": h.fixed != "", "publishedTime": azureTime(h.published),
			"cvss": obj{"3.0": obj{"base": h.cvss}}, "cve": []obj{{"title": h.id, "link": h.link()}}, "vendorReferences": []obj{}}
	case "s2":
		props["additionalData"] = obj{"assessedResourceType": "AzureContainerRegistryVulnerability", "imageDigest": img.digest, "repositoryName": r.name,
			"registryHost": r.registry, "publishedTime": azureTime(h.published), "cvssV30Score": h.cvss,
			"packageInformation": []obj{{"name": h.pkg, "installedVersion": h.version(), "fixedVersion": h.fixed}}}
	default:
		props["additionalData"] = s3(h, img, severity)
	}
	kind := "microsoft.security/assessments/subassessments"
	id := registryID(img) + "/providers/Microsoft.Security/assessments/" + key + "/subassessments/" + name
	if shape == "s1" {
		// The REST API writes types and ids in its own case, and no columns of Resource Graph.
		return obj{"id": strings.Replace(id, "/subassessments/", "/subAssessments/", 1), "name": name, "type": "Microsoft.Security/assessments/subAssessments", "properties": props}
	}
	return envelope(id, kind, props)
}

func s3(h *hit, img *image, severity string) obj {
	fix, category := "FixAvailable", "Language"
	if h.fixed == "" {
		fix = "NoFixAvailable"
	}
	if h.isOS() {
		category = "OS"
	}
	language := map[string]string{"pypi": "python", "npm": "javascript", "maven": "java", "golang": "go", "gem": "ruby", "nuget": "dotnet"}[h.ecosystem]
	return obj{"assessedResourceType": "AzureContainerRegistryVulnerability", "cvssV30Score": h.cvss,
		"artifactDetails": obj{"repositoryName": img.repo.name, "registryHost": img.repo.registry, "digest": img.digest, "tags": []string{img.tag},
			"artifactType": "ContainerImage", "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "lastPushedToRegistryUTC": azureTime(img.pushed)},
		"softwareDetails": obj{"packageName": h.pkg, "version": h.version(), "fixedVersion": h.fixed, "fixStatus": fix, "category": category, "language": language,
			"vendor": img.repo.base.family, "evidence": []string{}, "osDetails": obj{"osPlatform": "linux", "osVersion": img.repo.base.family + "_linux_" + img.repo.base.version}},
		"vulnerabilityDetails": obj{"cveId": h.id, "severity": severity, "publishedDate": azureTime(h.published), "lastModifiedDate": azureTime(h.published.AddDate(0, 3, 0)),
			"cvss": obj{"2.0": nil, "3.0": obj{"base": h.cvss, "cvssVectorString": h.vector()}}, "weaknesses": obj{"cwe": []obj{{"id": h.cwe}}},
			"references": []obj{{"title": h.id, "link": h.link()}}, "workarounds": []obj{},
			"exploitabilityAssessment": obj{"isInExploitKit": h.kev, "exploitStepsPublished": h.kev, "exploitStepsVerified": false, "types": []string{}, "exploitUris": []string{}}}}
}

// updates writes the rows of shape S4: one for each package, its CVEs in a
// string of JSON. It returns the number of CVEs.
func updates(img *image, week int, at time.Time, row func(obj)) int64 {
	var order []string
	groups := map[string][]*hit{}
	for i := range img.hits {
		if h := &img.hits[i]; h.in(week) {
			key := h.pkg + "@" + h.version()
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key] = append(groups[key], h)
		}
	}
	var n int64
	for _, key := range order {
		n += int64(len(groups[key]))
		row(update(img, key, groups[key], week, at))
	}
	return n
}

func update(img *image, key string, hits []*hit, week int, at time.Time) obj {
	h := hits[0]
	resource := registryID(img) + "/providers/microsoft.security/securityentitydata/repositories-" + strings.ReplaceAll(img.repo.name, "/", "-") + "-images-" + img.digest
	title := "Update " + h.pkg
	var cves []obj
	for _, x := range hits {
		fix := "FixAvailable"
		if x.fixed == "" {
			fix = "NoFixAvailable"
		}
		cves = append(cves, obj{"CveId": x.id, "AdditionalIdentifiers": []string{}, "Description": describe(x.entry), "CvssSource": "Nvd",
			"Cvss":     []obj{{"Key": "3", "Value": obj{"Base": x.cvss, "CvssVectorString": x.vector()}}},
			"Severity": x.rated(week), "PublishedDate": azureTime(x.published), "LastModifiedDate": azureTime(x.published.AddDate(0, 3, 0)),
			"Weaknesses": []obj{{"Id": x.cwe}}, "FixStatus": fix, "FixedVersion": x.fixed,
			"ExploitabilityDetails": obj{"IsInExploitKit": x.kev, "IsPubliclyDisclosed": x.kev, "IsVerified": false, "ExploitUris": []string{}, "Types": []string{}},
			"References":            []obj{{"Source": "Nvd", "Title": x.id, "Url": x.link()}}, "Tags": []string{}})
	}
	language := map[string]string{"pypi": "python", "npm": "javascript", "maven": "java", "golang": "go", "gem": "ruby", "nuget": "dotnet"}[h.ecosystem]
	class := "Language"
	if h.isOS() {
		class = "OS"
	}
	props := obj{"displayName": title,
		"status":          obj{"code": "Unhealthy", "firstEvaluationDate": azureTime(img.pushed), "statusChangeDate": azureTime(at)},
		"metadata":        obj{"displayName": title, "severity": h.rated(week), "recommendationCategory": "SoftwareUpdate", "assessmentType": "DynamicBuiltIn", "description": title + " to a later version"},
		"resourceDetails": obj{"Id": resource, "ResourceName": img.repo.name, "ResourceType": ".containerimage", "ResourceProvider": "Azure Container Registry", "Source": "Azure"},
		"additionalData": obj{"SoftwareName": h.pkg, "SoftwareVendor": "", "PackageType": class, "Language": language, "MaxCvssScore": fmt.Sprint(h.cvss),
			"FixedVersion": h.fixed, "DetectedSoftwareVersions": text([]string{h.version()}), "CvesDetails": text(cves)},
		"resourceAdditionalData": text(obj{"RepositoryDetails": obj{"RepositoryName": img.repo.name, "RegistryHost": img.repo.registry, "LastPushedToRegistryUTC": azureTime(img.pushed)},
			"Digest": img.digest, "ImageUri": img.repo.registry + "/" + img.repo.name + "@" + img.digest, "Tags": []string{}})}
	return envelope(resource+"/providers/Microsoft.Security/assessments/"+guid(img.digest, key), "microsoft.security/assessments", props)
}

// notScanned says that an image was never assessed.
func notScanned(img *image, registry string, at time.Time) obj {
	resource := demoRegistries + strings.TrimSuffix(registry, ".azurecr.io") + "/providers/microsoft.security/securityentitydata/repositories-" +
		strings.ReplaceAll(img.repo.name, "/", "-") + "-images-" + img.digest
	return envelope(resource+"/providers/Microsoft.Security/assessments/"+guid(img.digest, "not scanned"), "microsoft.security/assessments",
		obj{"displayName": "Container images should have vulnerability findings resolved",
			"status":          obj{"code": "NotApplicable", "cause": "ImageNotScanned", "description": "The image was not pulled within the scan window", "statusChangeDate": azureTime(at)},
			"metadata":        obj{"displayName": "Container images should have vulnerability findings resolved", "severity": "High", "assessmentType": "BuiltIn"},
			"resourceDetails": obj{"Id": resource, "ResourceName": img.repo.name, "ResourceType": ".containerimage", "ResourceProvider": "Azure Container Registry", "Source": "Azure"}})
}

// text is JSON within a string, as Defender writes it in places.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "" // maps of texts and numbers always marshal
	}
	return string(b)
}
