package defender

import (
	"encoding/json"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// properties are those of sub-assessments and assessments that argosy reads;
// the names are matched without regard to case, since Log Analytics writes
// them in another.
type properties struct {
	ID            string
	DisplayName   string
	Description   string
	TimeGenerated string
	Status        struct {
		Code, Cause, Description, Severity    string
		FirstEvaluationDate, StatusChangeDate string
	}
	ResourceDetails        resourceDetails
	AdditionalData         json.RawMessage
	ResourceAdditionalData json.RawMessage
	Metadata               struct {
		Severity, RecommendationCategory, DisplayName string
	}
}

type resourceDetails struct {
	ID, ResourceName, ResourceType, Source, NativeResourceID string
}

// additional is additionalData of S1, S2 and S3 at once.
type additional struct {
	AssessedResourceType string
	// The software of a machine stands beside the rest, an image's below.
	SoftwareName, SoftwareVersion, RecommendedVersion string
	ImageDigest                                       string
	RepositoryName                                    string
	RegistryHost                                      string
	Patchable                                         *bool
	PublishedTime                                     string
	CvssV30Score                                      float64
	Type                                              string
	CVE                                               []struct{ Title, Link string }
	CVSS                                              map[string]*struct {
		Base             float64
		CvssVectorString string
	}
	VendorReferences   []struct{ Title, Link string }
	PackageInformation []struct{ Name, InstalledVersion, FixedVersion string }
	ArtifactDetails    struct {
		RepositoryName, RegistryHost, Digest, LastPushedToRegistryUTC string
		Tags                                                          []string
	}
	SoftwareDetails struct {
		PackageName, Version, FixedVersion, FixStatus, Category, Language, Vendor string
		OSDetails                                                                 struct{ OSPlatform, OSVersion string }
		PackageType                                                               string
	}
	VulnerabilityDetails struct {
		CveID, Severity, PublishedDate, LastModifiedDate string
		CVSS                                             map[string]*struct {
			Base             float64
			CvssVectorString string
		}
		Weaknesses               struct{ CWE []struct{ ID string } }
		References               []struct{ Title, Link string }
		ExploitabilityAssessment json.RawMessage
	}
	ClusterDetails    struct{ ClusterResourceID string }
	KubernetesDetails struct{ ClusterResourceID string }
	KubernetesContext json.RawMessage
}

// isMachine tells sub-assessments of virtual machines and servers. Those of
// databases are about settings, and stay rows.
func (a *additional) isMachine() bool {
	t := strings.TrimPrefix(strings.ToLower(a.AssessedResourceType), "azure")
	return strings.HasPrefix(t, "servervulnerability")
}

// isContainer tells sub-assessments of images from those of machines and
// databases.
func (a *additional) isContainer() bool {
	t := strings.ToLower(a.AssessedResourceType)
	return strings.Contains(t, "container") || t == "" && (a.ImageDigest != "" || a.ArtifactDetails.Digest != "" || a.RepositoryName != "")
}

// subAssessment delivers a sub-assessment: as a finding where it is about an
// image or a machine, as a row where it is about anything else.
func (d *decoder) subAssessment(r *schema.ResourceRow, p *properties) error {
	var a additional
	if !decodeLoose(p.AdditionalData, &a) {
		return d.unread(r, "additionalData")
	}
	switch {
	case a.isContainer():
		return d.grouped(r, p, &a, imageOf(r, p, &a))
	case a.isMachine():
		return d.grouped(r, p, &a, machineOf(r, p))
	}
	return d.to.Resource(r)
}

// unread delivers a row of which a part is no JSON: it is kept whole, and said
// to have no findings for that reason.
func (d *decoder) unread(r *schema.ResourceRow, part string) error {
	if err := d.to.Resource(r); err != nil {
		return err
	}
	return skipf(d, "%s is no JSON, or is cut off: the row is kept without findings", part)
}

// grouped delivers a sub-assessment of an image or a machine.
func (d *decoder) grouped(r *schema.ResourceRow, p *properties, a *additional, subject schema.Image) error {
	f := schema.Finding{Row: r, Gone: r.Gone}
	f.AssessmentKey = strings.ToLower(segment(r.ID, "assessments"))
	f.VulnerabilityID = cveOf(p, a)
	if f.VulnerabilityID == "" {
		return skipf(d, "the row names no vulnerability")
	}
	f.SeverityRaw, f.SeveritySource = first(p.Status.Severity, a.VulnerabilityDetails.Severity), scanner
	f.CVSS = a.CvssV30Score
	v := d.catalogue(f.VulnerabilityID, p, a)
	if f.CVSS == 0 {
		f.CVSS = v3(v)
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	f.PublishedAt = v.Published
	f.Status, f.StatusCause, f.StatusReason = status(p), p.Status.Cause, p.Status.Description
	if f.Status == schema.Unhealthy {
		f.StatusCause, f.StatusReason = "", ""
	}
	packageOf(&f, a)
	if a.Patchable != nil && f.FixStatus == "" {
		f.FixStatus = schema.FixNone
		if *a.Patchable {
			f.FixStatus = schema.FixAvailable
		}
	}
	if isRunning(f.AssessmentKey) {
		f.Running = first(a.ClusterDetails.ClusterResourceID, a.KubernetesDetails.ClusterResourceID, before(r.ID, "/providers/Microsoft.Security/"))
	}
	if !d.known[v.ID] {
		d.known[v.ID] = true
		if err := d.to.Vulnerability(scanner, v); err != nil {
			return err
		}
	}
	return d.to.Finding(d.image(subject, r.At).ref, &f)
}

// cveOf is the id of a row: Defender's own id where that is a CVE, the only
// CVE of a Qualys check, or the check itself.
func cveOf(p *properties, a *additional) string {
	if c := a.VulnerabilityDetails.CveID; c != "" {
		return c
	}
	for _, s := range []string{p.ID, p.DisplayName} {
		if strings.HasPrefix(strings.ToUpper(s), "CVE-") {
			return s
		}
	}
	if len(a.CVE) == 1 && a.CVE[0].Title != "" {
		return a.CVE[0].Title
	}
	if p.ID != "" && strings.Trim(p.ID, "0123456789") == "" {
		return "QID-" + p.ID
	}
	return first(p.ID, p.DisplayName)
}

func status(p *properties) schema.Status {
	switch strings.ToLower(p.Status.Code) {
	case "healthy":
		return schema.Healthy
	case "notapplicable":
		return schema.NotApplicable
	}
	return schema.Unhealthy
}

// packageOf fills the package: S3's software details, or S2's first package.
func packageOf(f *schema.Finding, a *additional) {
	s := &a.SoftwareDetails
	f.PackageName, f.InstalledVersion, f.FixedVersion = s.PackageName, s.Version, s.FixedVersion
	if f.PackageName == "" && len(a.PackageInformation) > 0 {
		p := a.PackageInformation[0]
		f.PackageName, f.InstalledVersion, f.FixedVersion = p.Name, p.InstalledVersion, p.FixedVersion
	}
	if f.PackageName == "" {
		f.PackageName, f.InstalledVersion, f.FixedVersion = a.SoftwareName, a.SoftwareVersion, a.RecommendedVersion
	}
	f.PackageType = packageType(s.Category, s.Language, s.OSDetails.OSVersion)
	f.FixStatus = fixStatus(s.FixStatus)
}

func fixStatus(s string) schema.FixStatus {
	switch strings.ToLower(s) {
	case "fixavailable":
		return schema.FixAvailable
	case "nofixavailable", "nofix":
		return schema.FixNone
	case "scheduled":
		return schema.FixScheduled
	case "wontfix", "willnotfix":
		return schema.FixWont
	}
	return ""
}

// packageType gives Defender's classes the types of package URLs.
func packageType(category, language, os string) string {
	switch strings.ToLower(language) {
	case "python":
		return "pypi"
	case "javascript", "node", "nodejs", "js":
		return "npm"
	case "java":
		return "maven"
	case "go", "golang":
		return "golang"
	case "ruby":
		return "gem"
	case "dotnet", ".net", "c#":
		return "nuget"
	case "rust":
		return "cargo"
	case "php":
		return "composer"
	}
	os = strings.ToLower(os)
	if !strings.EqualFold(category, "OS") && category != "" {
		return strings.ToLower(first(language, category))
	}
	for _, x := range [][2]string{{"ubuntu", "deb"}, {"debian", "deb"}, {"alpine", "apk"}, {"wolfi", "apk"}, {"red_hat", "rpm"}, {"redhat", "rpm"},
		{"centos", "rpm"}, {"mariner", "rpm"}, {"azurelinux", "rpm"}, {"azure_linux", "rpm"}, {"suse", "rpm"}, {"amazon", "rpm"}, {"oracle", "rpm"},
		{"rocky", "rpm"}, {"alma", "rpm"}, {"photon", "rpm"}, {"fedora", "rpm"}} {
		if strings.Contains(os, x[0]) {
			return x[1]
		}
	}
	return ""
}

// catalogue gathers what the row says of the vulnerability itself.
func (d *decoder) catalogue(id string, p *properties, a *additional) *schema.Vulnerability {
	vd := &a.VulnerabilityDetails
	v := &schema.Vulnerability{ID: id, Title: p.DisplayName, Description: p.Description,
		Published: jsonread.ParseTime(first(a.PublishedTime, vd.PublishedDate)), Modified: jsonread.ParseTime(vd.LastModifiedDate)}
	for _, m := range []map[string]*struct {
		Base             float64
		CvssVectorString string
	}{vd.CVSS, a.CVSS} {
		for version, c := range m {
			if c != nil && (c.Base > 0 || c.CvssVectorString != "") && len(v.CVSS) < 3 {
				v.CVSS = append(v.CVSS, schema.CVSS{Source: scanner, Version: version, Score: c.Base, Vector: c.CvssVectorString})
			}
		}
	}
	for _, w := range vd.Weaknesses.CWE {
		v.CWEs = append(v.CWEs, w.ID)
	}
	for _, list := range [][]struct{ Title, Link string }{vd.References, a.VendorReferences, a.CVE} {
		for _, r := range list {
			if r.Link != "" {
				v.References = append(v.References, r.Link)
			}
		}
	}
	if s := string(vd.ExploitabilityAssessment); s != "" && s != "null" {
		var extra jsonread.Builder
		extra.Raw("exploitabilityAssessment", vd.ExploitabilityAssessment)
		v.Extra = extra.JSON()
	}
	return v
}

func v3(v *schema.Vulnerability) float64 {
	for _, c := range v.CVSS {
		if strings.HasPrefix(c.Version, "3") {
			return c.Score
		}
	}
	return 0
}

// isRunning tells the keys of running containers.
func isRunning(key string) bool {
	switch key {
	case "41503391-efa5-47ee-9282-4eff6131462c", "c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5", "e9acaf48-d2cf-45a3-a6e7-3caa2ef769e0",
		"c5045ea3-afc6-4006-ab8f-86c8574dbf3d", "682b2595-d045-4cff-b5aa-46624eb2dd8f", "d5d1e526-363a-4223-b860-f4b6e710859f",
		"e538731a-80c8-4317-a119-13075e002516", "c7c1d31d-a604-4b86-96df-63448618e165":
		return true
	}
	return false
}

// before cuts a text where a part begins, without regard to case.
func before(s, part string) string {
	if i := strings.Index(strings.ToLower(s), strings.ToLower(part)); i >= 0 {
		return s[:i]
	}
	return s
}
